"""What a reminder of a session says beyond the facts of any mail: the way it is held, and how people get in and around."""

from __future__ import annotations

from typing import Any

from tpbis_events.registrations.model import Registration


def reminder_facts(registration: Registration) -> dict[str, Any]:
    """For `owe("reminder", ..., **reminder_facts(registration))`: seat, QR code, link and calendar come from `facts_of`."""
    session = registration.session
    return {"mode": session.mode.value, "access_id": session.access_id or "", "access_en": session.access_en or ""}

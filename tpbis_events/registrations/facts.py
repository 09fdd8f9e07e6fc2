"""What a mail about a registration may say: a snapshot, taken in the transaction that owes the mail."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from tpbis_events.outbox.calendar import calendar_text
from tpbis_events.programmes.letters import scope_of
from tpbis_events.programmes.model import Event, Mode, Role, Session
from tpbis_events.registrations.model import Registration, State


def facts_of(
    registration: Registration, *, at: datetime, gone: Sequence[Sequence[str]] = (), **more: Any
) -> dict[str, Any]:
    """Names in both languages, moments as ISO text with the session's zone; the link is signed when the mail is written.

    `qr` and `online_url` are there only for who has a seat, `calendar` also for who had one: hers takes the session
    out again.
    `gone` are days that the session no longer has, for the calendar.
    """
    session: Session = registration.session
    event: Event = session.event
    role: Role = registration.role
    person = registration.person
    facts: dict[str, Any] = {
        "words_of": scope_of(event.id),
        "registration_id": registration.id,
        "link_version": registration.link_version,
        "reference": registration.reference,
        "full_name": person.full_name,
        "event_id": event.name_id,
        "event_en": event.name_en,
        "session_id": session.name_id,
        "session_en": session.name_en,
        "role_id": role.name_id,
        "role_en": role.name_en,
        "venue": session.place,
        "zone": session.zone,
        "days": [[day.starts_at.isoformat(), day.ends_at.isoformat()] for day in session.days],
        **more,
    }
    if registration.state is State.SEATED:
        facts["qr"] = registration.ticket
        if link_for(registration):
            facts["online_url"] = link_for(registration)
    if registration.seated_at:
        facts["calendar"] = {
            "sequence": session.calendar_sequence + registration.calendar_sequence,
            "at": at.isoformat(),
            "cancelled": registration.state is not State.SEATED,
            "gone": gone,
        }
    return facts


def link_for(registration: Registration) -> str:
    """The address of the session's video call: for who has a seat in it, and for nobody else."""
    session = registration.session
    seated = registration.state is State.SEATED and session.mode is not Mode.ONSITE and not session.cancelled_at
    return session.online_url or "" if seated else ""


def calendar_for(registration: Registration, *, at: datetime) -> str:
    """The calendar file of who has or had a seat, as a mail that is owed now would carry it."""
    return calendar_text(facts_of(registration, at=at), registration.person.language)

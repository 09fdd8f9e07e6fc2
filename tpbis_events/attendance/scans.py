"""Scans that were taken, whatever came of them."""

from __future__ import annotations

from sqlalchemy import select

from tpbis_events.attendance.model import Scan
from tpbis_events.foundation.database import db


def scan_with(key: str) -> Scan | None:
    """The scan that has this idempotency key."""
    return db.session.scalar(select(Scan).where(Scan.key == key))

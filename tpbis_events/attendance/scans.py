"""Scans that were taken, whatever came of them: by key, and those of a session for the office."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, func, or_, select

from tpbis_events.attendance.device_time import TOLERANCE
from tpbis_events.attendance.model import Device, Scan, Settling
from tpbis_events.foundation.database import db
from tpbis_events.people.model import Person
from tpbis_events.programmes.model import SessionDay
from tpbis_events.registrations.model import Registration

MOST_SHOWN = 200


@dataclass(frozen=True, slots=True)
class ScanLine:
    """A scan with whom it was of (empty: nobody of this session) and the device that it came from (empty: an account)."""

    scan: Scan
    day: SessionDay
    full_name: str
    reference: str
    device: str


def scan_with(key: str) -> Scan | None:
    """The scan that has this idempotency key."""
    return db.session.scalar(select(Scan).where(Scan.key == key))


def open_scans(session_id: int) -> int:
    """How many wait for the office."""
    wanted = select(func.count()).select_from(Scan).where(Scan.session_id == session_id, Scan.settling == Settling.OPEN)
    return db.session.scalar(wanted) or 0


def scans_to_settle(session_id: int) -> Sequence[ScanLine]:
    """What waits for the office, the oldest first. One query."""
    return _lines(session_id, Scan.settling == Settling.OPEN, newest_first=False)


def failed_scans(session_id: int) -> Sequence[ScanLine]:
    """What let nobody in, or was settled, or came from a clock that was wrong; the newest first. One query."""
    told = or_(
        Scan.result.not_in(("in", "again")),
        Scan.clock_doubtful.is_(True),
        func.abs(Scan.clock_wrong_by) > TOLERANCE.total_seconds(),
    )
    return _lines(session_id, told & (Scan.settling != Settling.OPEN), newest_first=True)


def _lines(session_id: int, which: ColumnElement[bool], *, newest_first: bool) -> Sequence[ScanLine]:
    rows = db.session.execute(
        select(Scan, SessionDay, Person.full_name, Registration.reference, Registration.session_id, Device.name)
        .join(SessionDay, SessionDay.id == Scan.day_id)
        .outerjoin(Registration, Registration.id == Scan.registration_id)
        .outerjoin(Person, Person.id == Registration.person_id)
        .outerjoin(Device, Device.id == Scan.device_id)
        .where(Scan.session_id == session_id, which)
        .order_by(Scan.id.desc() if newest_first else Scan.happened_at)
        .limit(MOST_SHOWN)
    ).all()
    found = []
    for scan, day, name, reference, at_session, device in rows:
        hers = at_session == session_id  # of people elsewhere nothing is told here
        found.append(ScanLine(scan, day, name if hers else "", reference if hers else "", device or ""))
    return found

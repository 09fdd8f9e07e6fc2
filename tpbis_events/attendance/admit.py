"""Write down that somebody came; of two who say so, whoever was first by her own time stands."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from tpbis_events.attendance import rules
from tpbis_events.attendance.model import Attendance, Source
from tpbis_events.audit.record import record
from tpbis_events.foundation.database import db
from tpbis_events.people.actor import Actor
from tpbis_events.programmes.model import AgendaItem, Session, SessionDay
from tpbis_events.registrations.model import Registration


@dataclass(frozen=True, slots=True)
class CheckedIn:
    """Since when, and by whom (`account:3`); `already` when an earlier check-in stands and nothing was changed."""

    at: datetime
    by: str
    already: bool
    late: bool = False


@dataclass(frozen=True, slots=True)
class Admitted(CheckedIn):
    """For the steps of one transaction: with the row that stands now."""

    row: Attendance | None = None


@dataclass(frozen=True, slots=True)
class Coming:
    """How somebody came: `at` by her own time, `now` when it is written down; `item` where attendance is kept by items."""

    session: Session
    day: SessionDay
    item: AgendaItem | None
    at: datetime
    now: datetime
    source: Source
    online: bool = False
    device_id: int | None = None


def admit(registration: Registration, standing: Attendance | None, coming: Coming, by: Actor) -> Admitted:
    """A step, under the registration's lock: a new row, or the standing one, which takes over an earlier time."""
    if standing and coming.at >= standing.happened_at:
        return Admitted(standing.happened_at, standing.checked_in_by, already=True, late=standing.late, row=standing)
    late = rules.is_late(coming.at, coming.session.event, coming.day, coming.session.zone, coming.item)
    said = {"day": coming.day.number, "date": coming.day.local_date.isoformat()}
    if coming.item:
        said["item"] = coming.item.id
    if coming.online:
        said["online"] = True
    before = None
    values = {
        "happened_at": coming.at,
        "checked_in_at": coming.now,
        "checked_in_by": by.label,
        "source": coming.source,
        "online": coming.online,
        "late": late,
        "device_id": coming.device_id,
    }
    if standing:
        before = {"happened_at": standing.happened_at.isoformat(), "checked_in_by": standing.checked_in_by}
        said["happened_at"] = coming.at.isoformat()
        for name, value in values.items():
            setattr(standing, name, value)
    else:
        item_id = coming.item.id if coming.item else None
        standing = Attendance(registration_id=registration.id, day_id=coming.day.id, item_id=item_id, **values)
        db.session.add(standing)
    record(
        "attendance.earlier" if before else "attendance.checked_in",
        f"registration:{registration.id}",
        at=coming.now,
        actor=by.label,
        province_code=coming.session.province_code,
        before=before,
        after=said,
    )
    return Admitted(coming.at, by.label, already=False, late=late, row=standing)

"""Take the scans of a door, one or a queue of them: each is kept, whatever came of it, and counts once, by its own time."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import current_app
from sqlalchemy import and_, or_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import contains_eager, joinedload

from tpbis_events.attendance import rules
from tpbis_events.attendance.admit import Coming, admit
from tpbis_events.attendance.device_time import DeviceTime, When, when
from tpbis_events.attendance.devices import sync_ends
from tpbis_events.attendance.model import Attendance, Device, Scan, Settling, Source
from tpbis_events.foundation import clock, codes
from tpbis_events.foundation.database import db
from tpbis_events.foundation.errors import Invalid, NotFound, Refusal
from tpbis_events.foundation.transaction import BeginAnew, command
from tpbis_events.people.actor import Act, Actor
from tpbis_events.programmes.model import AgendaItem, Session, SessionDay
from tpbis_events.registrations.model import Registration

MOST_AT_ONCE = 200
LET_IN = "in"  # what the device showed, when it let somebody in by its own list
IN, AGAIN = "in", "again"
_SEEN_ANEW = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Sent:
    """One scan: its own key; what was read or typed, or who was ticked; when, by the device; what the device showed."""

    key: str
    time: DeviceTime
    read: str = ""
    registration_id: int | None = None
    item_id: int | None = None
    shown: str = ""


@dataclass(frozen=True, slots=True)
class Batch:
    """The scans of one session's day; `sent_at` is what the device's clock says as it sends them (none: ours)."""

    session_id: int
    day_id: int
    scans: tuple[Sent, ...]
    sent_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Taken:
    """What came of a scan. Of the person no more than the door may see; `no` when she isn't in by it."""

    key: str
    result: str
    settling: Settling
    at: datetime
    by: str = ""
    registration_id: int | None = None
    full_name: str = ""
    role_id: str = ""
    role_en: str = ""
    late: bool = False
    no: Refusal | None = None


@dataclass(frozen=True, slots=True)
class _Door:
    """What is read once for all scans of a batch, after the registrations are locked."""

    day: SessionDay
    by: Actor
    now: datetime
    device: Device | None
    standing: dict[tuple[int, int | None], Attendance]
    items: dict[int, AgendaItem]


@command
def take_scans(batch: Batch, *, by: Actor) -> tuple[Taken, ...]:
    """All of a batch in one transaction, answered in its order. A key that was taken before answers as it did then.

    Needs the right to mark attendance in the session; the rules are those of the door, judged by each scan's own time.
    Whoever was let in by a list that was taken along before a change, or by a device whose link was taken back or is
    over, isn't counted: the scan waits for the office (`settle_scan.py`). Refuses more than 200 at once.
    """
    if len(batch.scans) > MOST_AT_ONCE or len({scan.key for scan in batch.scans}) < len(batch.scans):
        raise Invalid({"scans": "scans.number"})
    found = _locked(batch.scans)
    door = _door(batch, [row.id for row in found.values()], by)
    known = {row.key: row for row in db.session.scalars(select(Scan).where(Scan.key.in_([s.key for s in batch.scans])))}
    times = {scan.key: when(scan.time, sent_at=batch.sent_at or door.now, now=door.now) for scan in batch.scans}
    taken: dict[str, Taken] = {}
    for scan in sorted(batch.scans, key=lambda each: times[each.key].at):
        row = known.get(scan.key)
        if row is not None:
            taken[scan.key] = _again(row, found.get(scan.key), door)
            continue
        taken[scan.key] = _take(scan, times[scan.key], found.get(scan.key), door)
    if door.device and (not door.device.last_seen_at or door.now - door.device.last_seen_at > _SEEN_ANEW):
        door.device.last_seen_at = door.now
    _write()
    return tuple(taken[scan.key] for scan in batch.scans)


def _write() -> None:
    """The same queue, sent twice at once: where no registration's lock made the second wait, the keys do."""
    try:
        db.session.flush()
    except IntegrityError as twice:
        if "scans" in str(twice.orig) and "key" in str(twice.orig):
            raise BeginAnew from twice
        raise


def read_hash(read: str) -> str:
    """What was read, so that the same can be known again and nobody can read it back."""
    secret = f"tpbis scan {current_app.config['SECRET_KEY']}".encode()
    return hmac.new(secret, codes.read_back(read).encode(), hashlib.sha256).hexdigest()


def _locked(scans: Iterable[Sent]) -> dict[str, Registration]:
    """A step: scan's key -> registration, all rows locked by rising id."""
    wanted = {scan.key: codes.read_back(scan.read)[:20] for scan in scans if scan.registration_id is None}
    ids = [scan.registration_id for scan in scans if scan.registration_id is not None]
    typed = [code for code in wanted.values() if code]
    rows = db.session.scalars(
        select(Registration)
        .where(
            or_(Registration.id.in_(ids), Registration.ticket.in_(typed), Registration.reference.in_(typed)),
        )
        .order_by(Registration.id)
        .options(joinedload(Registration.session), joinedload(Registration.person), joinedload(Registration.role))
        .with_for_update(of=Registration)
        .execution_options(populate_existing=True)
    ).all()
    by_id = {row.id: row for row in rows}
    by_code = {row.reference: row for row in rows} | {row.ticket: row for row in rows}
    found = {
        scan.key: by_id.get(scan.registration_id) if scan.registration_id is not None else by_code.get(wanted[scan.key])
        for scan in scans
    }
    return {key: row for key, row in found.items() if row is not None}


def _door(batch: Batch, ids: Sequence[int], by: Actor) -> _Door:
    """A step: day, session, event, device and standing check-ins in one query."""
    stands = and_(
        Attendance.day_id == SessionDay.id, Attendance.registration_id.in_(ids), Attendance.undone_at.is_(None)
    )
    rows = db.session.execute(
        select(SessionDay, Attendance, Device)
        .join(SessionDay.session)
        .join(Session.event)
        .outerjoin(Attendance, stands)
        .outerjoin(Device, Device.id == (by.device_id or 0))
        .where(SessionDay.id == batch.day_id, SessionDay.session_id == batch.session_id)
        .options(contains_eager(SessionDay.session).contains_eager(Session.event))
        .execution_options(populate_existing=True)
    ).all()
    if not rows:
        raise NotFound("attendance.unknown_day")
    day, _, device = rows[0]
    by.require_in(Act.MARK_ATTENDANCE, day.session_id, day.session.province_code)
    wanted = {scan.item_id for scan in batch.scans if scan.item_id is not None}
    items = db.session.scalars(select(AgendaItem).where(AgendaItem.id.in_(wanted))).all() if wanted else ()
    return _Door(
        day=day,
        by=by,
        now=clock.now(),
        device=device,
        standing={(row.registration_id, row.item_id): row for _, row, _ in rows if row is not None},
        items={item.id: item for item in items},
    )


def _objection(scan: Sent, registration: Registration | None, at: datetime, door: _Door) -> Refusal | None:
    day, session = door.day, door.day.session
    if registration is None:
        return Refusal("attendance.unknown")
    if door.device and door.device.revoked_at:
        return Refusal("attendance.device_revoked")
    if door.device and (
        at >= door.device.expires_at or door.now >= sync_ends(door.device) or door.device.day_id != day.id
    ):
        return Refusal("attendance.device_over")
    no = rules.objection(registration, session) or rules.day_objection(day, session.zone, at, on_the_day=True)
    if no is None and scan.item_id is not None:
        no = rules.item_objection(door.items.get(scan.item_id), session.event, day)
    return no


def _take(scan: Sent, time: When, registration: Registration | None, door: _Door) -> Taken:
    """A step: judge one scan, let her in or not, and keep it."""
    session = door.day.session
    if door.device and not door.device.may_search and registration:
        # Nobody is found by number or reference on a tablet that opens names by their QR codes alone.
        registration = registration if codes.read_back(scan.read) == registration.ticket else None
    no = _objection(scan, registration, time.at, door)
    at, by, late, result = time.at, door.by.label, False, no.code if no else IN
    if registration and no is None:
        item = door.items.get(scan.item_id) if scan.item_id is not None else None
        source = Source.DEVICE if door.device else Source.DOOR
        coming = Coming(
            session, door.day, item, time.at, door.now, source, device_id=door.device.id if door.device else None
        )
        outcome = admit(registration, door.standing.get((registration.id, scan.item_id)), coming, door.by)
        at, by, late, result = outcome.at, outcome.by, outcome.late, AGAIN if outcome.already else IN
        if outcome.row is not None:
            door.standing[registration.id, scan.item_id] = outcome.row
    db.session.add(_kept(scan, time, registration, door, result, no))
    return _told(scan.key, result, registration, at, by, late=late, no=no, settling=_settling(scan, registration, no))


def _settling(scan: Sent, registration: Registration | None, no: Refusal | None) -> Settling:
    """Open, when the device let her in, or would have been believed if its link were good."""
    of_link = no is not None and no.code.startswith("attendance.device_")
    return Settling.OPEN if no and (scan.shown == LET_IN or (of_link and registration)) else Settling.NOTHING


def _kept(
    scan: Sent, time: When, registration: Registration | None, door: _Door, result: str, no: Refusal | None
) -> Scan:
    unknown = registration is None
    read = codes.read_back(scan.read)
    return Scan(
        key=scan.key,
        session_id=door.day.session_id,
        day_id=door.day.id,
        item_id=scan.item_id if scan.item_id in door.items else None,
        registration_id=registration.id if registration else None,
        read_masked=f"{read[:4]}… ({len(read)})" if unknown and read else "",
        read_hash=read_hash(scan.read) if unknown and read else None,
        result=result,
        shown=scan.shown,
        device_clock_at=scan.time.clock_at,
        happened_at=time.at,
        received_at=door.now,
        clock_wrong_by=round(time.wrong_by.total_seconds()),
        clock_doubtful=time.doubtful,
        made_by=door.by.label,
        device_id=door.device.id if door.device else None,
        settling=_settling(scan, registration, no),
    )


def _again(row: Scan, registration: Registration | None, door: _Door) -> Taken:
    """What a key answered when it was first taken; a key of another session or person tells nothing."""
    registration = registration if row.registration_id else None  # whom it didn't find then it doesn't name now
    of_another = registration is not None and registration.id != row.registration_id
    if of_another or row.session_id != door.day.session_id:
        return Taken(row.key, "attendance.key_used", Settling.NOTHING, door.now, no=Refusal("attendance.key_used"))
    stands = door.standing.get((registration.id, row.item_id)) if registration else None
    at, by = (stands.happened_at, stands.checked_in_by) if stands else (row.happened_at, row.made_by)
    no = None
    if row.result not in (IN, AGAIN):
        city = registration.session.city if registration else ""
        no = Refusal(row.result, city=city, date=door.day.local_date)
    return _told(
        row.key, row.result, registration, at, by, late=bool(stands and stands.late), no=no, settling=row.settling
    )


def _told(
    key: str,
    result: str,
    registration: Registration | None,
    at: datetime,
    by: str,
    *,
    late: bool,
    no: Refusal | None,
    settling: Settling,
) -> Taken:
    """A person of another session or edition isn't named here, as on the door's page."""
    hers = registration if no is None or no.code not in _ELSEWHERE else None
    return Taken(
        key=key,
        result=result,
        settling=settling,
        at=at,
        by=by,
        registration_id=hers.id if hers else None,
        full_name=hers.person.full_name if hers else "",
        role_id=hers.role.name_id if hers else "",
        role_en=hers.role.name_en if hers else "",
        late=late,
        no=no,
    )


_ELSEWHERE = ("attendance.other_event", "attendance.other_session", "attendance.key_used")

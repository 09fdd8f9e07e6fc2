"""Save who was in a video call by the meeting tool's list: those whom somebody chose are checked in online."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from tpbis_events.attendance import rules
from tpbis_events.attendance.admit import Coming, admit
from tpbis_events.attendance.model import Attendance, Source
from tpbis_events.attendance.online import OnlinePresence
from tpbis_events.audit.record import record
from tpbis_events.foundation import clock
from tpbis_events.foundation.database import db
from tpbis_events.foundation.errors import NotFound, Refusal
from tpbis_events.foundation.transaction import command
from tpbis_events.people.actor import Act, Actor
from tpbis_events.places.local_time import at_local, local_date
from tpbis_events.programmes.model import Mode, Session, SessionDay
from tpbis_events.registrations.model import Registration


@dataclass(frozen=True, slots=True)
class Seen:
    """One who was in the call: when she came, on the clocks of the list (none: not told), and how many minutes she stayed."""

    reference: str
    joined: datetime | None = None
    minutes: int | None = None


@dataclass(frozen=True, slots=True)
class Saved:
    """How many were checked in by it, and how many were before; `refused` are references whose seat was gone meanwhile."""

    new: int
    already: int
    refused: tuple[str, ...]


@command
def save_meeting(day_id: int, seen: Sequence[Seen], *, zone: str, by: Actor) -> Saved:
    """Check in those who were chosen, all in one transaction; the same list again adds nobody. Who is in on site stays so.

    `zone` is that of the list's clocks. Where it tells no time, or one of another day, she came at the day's beginning: nobody is
    late by a list without times. Needs the right to mark attendance in the session. Refuses a day that hasn't begun, and a
    session that isn't held by video.
    """
    day = db.session.get(SessionDay, day_id)
    if day is None:
        raise NotFound("attendance.unknown_day")
    session, now = day.session, clock.now()
    by.require(Act.MARK_ATTENDANCE, session.province_code)
    if session.mode is Mode.ONSITE:
        raise Refusal("online.not_by_video")
    if early := rules.day_objection(day, session.zone, now, on_the_day=False):
        raise early
    told = _once(seen)
    people = db.session.scalars(
        select(Registration)
        .where(Registration.reference.in_(told), Registration.session_id == session.id)
        .order_by(Registration.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).all()
    ids = [each.id for each in people]
    standing, kept = _standing(ids, day_id), _kept(ids, day_id)
    new, refused = 0, set(told) - {each.reference for each in people}
    for registration in people:
        each = told[registration.reference]
        if rules.objection(registration, session):
            refused.add(registration.reference)
            continue
        row = kept.get(registration.id)
        if row is None:
            row = OnlinePresence(registration_id=registration.id, day_id=day_id, wrong_codes=0)
            db.session.add(row)
        row.listed_at, row.listed_by, row.listed_minutes = now, by.label, each.minutes
        if registration.id not in standing:
            at = _came(each.joined, zone, session, day, now)
            admit(registration, None, Coming(session, day, None, at, now, Source.ONLINE, online=True), by)
            new += 1
    record(
        "attendance.listed",
        f"session:{session.id}",
        at=now,
        actor=by.label,
        province_code=session.province_code,
        after={"day": day.number, "people": len(told) - len(refused), "new": new},
    )
    return Saved(new, len(told) - len(refused) - new, tuple(sorted(refused)))


def _once(seen: Sequence[Seen]) -> dict[str, Seen]:
    """Somebody with two devices under two names: the earlier time, and the longer of the stays."""
    told: dict[str, Seen] = {}
    for each in seen:
        other = told.get(each.reference, each)
        joined = min((at for at in (each.joined, other.joined) if at), default=None)
        minutes = max((n for n in (each.minutes, other.minutes) if n is not None), default=None)
        told[each.reference] = Seen(each.reference, joined, minutes)
    return told


def _standing(ids: Sequence[int], day_id: int) -> set[int]:
    rows = select(Attendance.registration_id).where(
        Attendance.registration_id.in_(ids),
        Attendance.day_id == day_id,
        Attendance.item_id.is_(None),
        Attendance.undone_at.is_(None),
    )
    return set(db.session.scalars(rows))


def _kept(ids: Sequence[int], day_id: int) -> dict[int, OnlinePresence]:
    rows = select(OnlinePresence).where(OnlinePresence.registration_id.in_(ids), OnlinePresence.day_id == day_id)
    return {row.registration_id: row for row in db.session.scalars(rows)}


def _came(joined: datetime | None, zone: str, session: Session, day: SessionDay, now: datetime) -> datetime:
    at = day.starts_at
    if joined:
        try:
            said = at_local(joined.date(), joined.time(), zone)
        except ValueError:  # an hour that the clocks skip
            said = at
        at = said if local_date(said, session.zone) == day.local_date else at
    return min(at, now)

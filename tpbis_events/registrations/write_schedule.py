"""Write a session's new days, hours and place into its rows: a step of the commands that change them."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy.exc import IntegrityError

from tpbis_events.foundation.database import db
from tpbis_events.foundation.errors import NotFound, Refusal
from tpbis_events.programmes.model import Certainty, Session, SessionDay
from tpbis_events.programmes.schedule import Schedule, schedule_of


def hold_session(session_id: int) -> Session:
    """A step: after its quotas, before registrations. The weaker lock: who registers elsewhere only needs the row to stay."""
    session = db.session.get(
        Session, session_id, with_for_update={"key_share": True, "of": Session}, populate_existing=True
    )
    if session is None:
        raise NotFound("session.unknown")
    return session


def write_schedule(session: Session, new: Schedule) -> None:
    """A step, with the session and its quotas held. Its calendar goes up by one, so that every calendar file of it replaces
    the one before; the rows of days whose date stays are kept, since attendance belongs to a day; what the office sets is
    no assumption any more.
    """
    before, old_start = schedule_of(session), session.starts_at
    there = {day.local_date: day for day in session.days}
    _take_away([day for on, day in there.items() if on not in {each.date for each in new.days}])
    db.session.expire(session, ["days"])
    for number, row in enumerate(session.days):  # two days never share a number, not even for a moment
        row.number = -1 - number
    db.session.flush()
    for number, (day, (starts_at, ends_at)) in enumerate(zip(new.days, new.moments, strict=True), start=1):
        row = there.get(day.date) or SessionDay(session_id=session.id, local_date=day.date)
        row.number, row.starts_at, row.ends_at = number, starts_at, ends_at
        db.session.add(row)
    session.zone, session.city, session.venue = new.zone, new.city, new.venue or None
    session.mode, session.online_url = new.mode, new.online_url or None
    session.starts_at, session.ends_at = new.moments[0][0], max(ends for _starts, ends in new.moments)
    # A closing that was set by the session's own days moves with them; one before its beginning is a date of its own.
    if session.registration_closes_at and session.registration_closes_at >= old_start:
        session.registration_closes_at += session.starts_at - old_start
    session.calendar_sequence += 1
    for changes, certainty in (
        (before.days != new.days or before.zone != new.zone, ("date_certainty", "hours_certainty")),
        (before.city != new.city, ("city_certainty",)),
        (before.venue != new.venue, ("venue_certainty",)),
    ):
        for name in certainty if changes else ():
            setattr(session, name, Certainty.REPORTED)
    db.session.flush()
    db.session.expire(session, ["days"])


def _take_away(days: Sequence[SessionDay]) -> None:
    """One after the other: the database itself refuses a day that somebody's attendance is kept for."""
    for day in days:
        on = day.local_date
        db.session.delete(day)
        try:
            db.session.flush()
        except IntegrityError as held:
            raise Refusal("reschedule.day_attended", date=on) from held

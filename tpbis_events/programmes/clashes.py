"""What a new date of a session meets: weekends, holidays, its wave's window, its province and its officers elsewhere."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import and_, select
from sqlalchemy.orm import joinedload, selectinload

from tpbis_events.foundation.database import db
from tpbis_events.people.model import Account
from tpbis_events.programmes.model import Session, SessionDay
from tpbis_events.programmes.officers import SessionOfficer
from tpbis_events.programmes.schedule import Schedule
from tpbis_events.programmes.wave_rules import (
    Conflict,
    Found,
    Meeting,
    Window,
    of_days,
    of_officers,
    outside_of,
)


@dataclass(frozen=True, slots=True)
class Clashes:
    """What was found, and the sessions and officers that it names, by id."""

    found: tuple[Found, ...]
    sessions: Mapping[int, Session]
    officers: Mapping[int, str]


def meeting_of(session: Session, officers: Iterable[int] = (), days: Sequence[date] | None = None) -> Meeting:
    """A session as the rules see it."""
    return Meeting(
        id=session.id,
        event_id=session.event_id,
        province_code=session.province_code,
        wave=session.wave.number if session.wave else None,
        days=tuple(day.local_date for day in session.days) if days is None else tuple(days),
        officers=tuple(officers),
    )


def officers_of(session_ids: Iterable[int]) -> dict[int, list[tuple[int, str]]]:
    """Session id -> who of the national office travels there, ids and names, by name. One query."""
    found: dict[int, list[tuple[int, str]]] = defaultdict(list)
    rows = db.session.execute(
        select(SessionOfficer.session_id, Account.id, Account.name)
        .join(Account, Account.id == SessionOfficer.account_id)
        .where(SessionOfficer.session_id.in_(list(session_ids)))
        .order_by(Account.name, Account.id)
    )
    for session_id, account_id, name in rows:
        found[session_id].append((account_id, name))
    return found


def clashes(session: Session, schedule: Schedule) -> Clashes:
    """Four queries, whatever the number of sessions. Nothing here forbids the date: who plans decides."""
    days = tuple(day.date for day in schedule.days)
    others = _near(session, days)
    officers = officers_of([session.id, *(other.id for other in others)])
    ids = {each: [account for account, _name in people] for each, people in officers.items()}
    here = meeting_of(session, ids.get(session.id, ()), days)
    elsewhere = [meeting_of(other, ids.get(other.id, ())) for other in others]
    found = of_days([here])
    if session.wave:
        window = Window(session.wave.number, session.wave.starts_on, session.wave.ends_on)
        if outside := outside_of(days, window):
            facts = {"date": outside, "starts_on": window.starts_on, "ends_on": window.ends_on}
            found.append(Found(Conflict.OUTSIDE_WINDOW, (session.id,), window.number, facts))
    found += _of_province(here, elsewhere)
    found += [each for each in of_officers([here, *elsewhere]) if session.id in each.sessions]
    names = {account: name for people in officers.values() for account, name in people}
    return Clashes(tuple(found), {each.id: each for each in (session, *others)}, names)


def _near(session: Session, days: Sequence[date]) -> list[Session]:
    """The other sessions of any event that meet on these days, the day before, or the day after."""
    if not days:
        return []
    first, last = min(days) - timedelta(days=1), max(days) + timedelta(days=1)
    meets = select(SessionDay.session_id).where(and_(SessionDay.local_date >= first, SessionDay.local_date <= last))
    return list(
        db.session.scalars(
            select(Session)
            .where(Session.id.in_(meets), Session.id != session.id, Session.cancelled_at.is_(None))
            .options(selectinload(Session.days), joinedload(Session.wave), joinedload(Session.event))
            .order_by(Session.starts_at, Session.id)
        )
    )


def _of_province(here: Meeting, elsewhere: Iterable[Meeting]) -> list[Found]:
    """Another session of the same province on one of the days: the same offices would have to be in two rooms."""
    return [
        Found(Conflict.PROVINCE_TWICE, (here.id, other.id), None, {"province": here.province_code, "number": 2})
        for other in elsewhere
        if here.province_code and other.province_code == here.province_code and set(here.days) & set(other.days)
    ]

"""An event at a glance: its numbers by session and role, how ready each session is and why, and how registrations grew.

Four queries, whatever the size: the edition with the one before it, the numbers, the mails that failed, the days.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby

from sqlalchemy import ColumnElement, and_, exists, or_, select, true
from sqlalchemy.orm import aliased, joinedload

from tpbis_events.foundation.database import db
from tpbis_events.foundation.errors import NotFound
from tpbis_events.people.actor import Act, Actor
from tpbis_events.people.model import Account, Grant, Right
from tpbis_events.places.local_time import local_date
from tpbis_events.programmes.model import Certainty, Event, Mode, Role, Session, Wave
from tpbis_events.programmes.registration_window import opens_at
from tpbis_events.registrations.model import Registration
from tpbis_events.registrations.readiness import Facts, Readiness, RoleFacts, readiness
from tpbis_events.reports import over_time
from tpbis_events.reports.numbers import Numbers, by_role, mails_failed
from tpbis_events.reports.over_time import Course


@dataclass(frozen=True, slots=True)
class Row:
    """One session: a cell for each role, None where the session doesn't have it."""

    session: Session
    cells: tuple[Numbers | None, ...]
    numbers: Numbers
    readiness: Readiness


@dataclass(frozen=True, slots=True)
class WaveRows:
    wave: Wave | None
    rows: tuple[Row, ...]
    numbers: Numbers


@dataclass(frozen=True, slots=True)
class Dashboard:
    """What the actor may see of an event; `waves_to_choose` are all of hers, `wave` the number of the one that was chosen."""

    event: Event
    roles: tuple[Role, ...]
    waves: tuple[WaveRows, ...]
    columns: tuple[Numbers, ...]
    numbers: Numbers
    courses: tuple[Course, ...]  # this edition, then the one before it where there is one to compare with
    waves_to_choose: tuple[Wave, ...]
    wave: int | None

    @property
    def rows(self) -> list[Row]:
        return [row for wave in self.waves for row in wave.rows]


def dashboard(event_slug: str, wave: int | None, now: datetime, *, by: Actor) -> Dashboard:
    """The event as far as the actor may see it, whole or one of its waves; a wave that it doesn't have is as none.

    Refuses an event that isn't there, or where nothing is in her reach (404). Four queries.
    """
    by.require_somewhere(Act.SEE_ROSTER)
    event, found = _editions(event_slug, now, by)
    choices = {session.wave.number: session.wave for session, _pic in found.get(event, []) if session.wave}
    wave = wave if wave in choices else None
    pics = {session.id: pic for session, pic in found.get(event, [])}
    sessions = {
        each: [session for session, _pic in rows if wave is None or (session.wave and session.wave.number == wave)]
        for each, rows in found.items()
    }
    ids = [session.id for session in sessions.get(event, [])]
    roles, cells = by_role(ids)
    failed = mails_failed(ids)
    rows = []
    for session in sessions.get(event, []):
        own = tuple(cells.get((session.id, role.id)) for role in roles)
        ready = readiness(facts_of(session, own, failed.get(session.id, 0), pics[session.id]), now)
        rows.append(Row(session, own, _together(own), ready))
    columns = tuple(_together(row.cells[at] for row in rows) for at in range(len(roles)))
    editions = [(event, sessions.get(event, [])), *((each, rows) for each, rows in sessions.items() if each != event)]
    return Dashboard(
        event,
        tuple(roles),
        _by_waves(rows),
        columns,
        _together(columns),
        tuple(over_time.courses(editions, now)),
        tuple(choices[number] for number in sorted(choices)),
        wave,
    )


def facts_of(session: Session, cells: Iterable[Numbers | None], mail_failed: int, has_pic: bool) -> Facts:
    """What is known of a session, as the rule of readiness asks for it."""
    own = [each for each in cells if each]
    sums = _together(own)
    sure = Certainty.REPORTED
    return Facts(
        opens_at=opens_at(session),
        starts_at=session.starts_at,
        ends_at=session.ends_at,
        roles=tuple(RoleFacts(each.seats, each.taken, each.waiting, each.applied) for each in own),
        live=sums.live,
        unreached=sums.unreached,
        silent=sums.silent,
        mail_failed=mail_failed,
        attended=sums.attended,
        cancelled=session.cancelled_at is not None,
        has_pic=has_pic or session.province_code is None,
        onsite=session.mode is not Mode.ONLINE,
        online=session.mode is not Mode.ONSITE,
        date_sure=session.date_certainty is sure,
        has_venue=bool(session.venue),
        venue_sure=session.venue_certainty is sure and session.city_certainty is sure,
        has_link=bool(session.online_url),
    )


def _editions(slug: str, now: datetime, by: Actor) -> tuple[Event, dict[Event, list[tuple[Session, bool]]]]:
    """The event and the newest earlier one of its programme that somebody registered for; of each the sessions in reach,
    and whether somebody is PIC of their province.
    """
    this, earlier, its_session = aliased(Event), aliased(Event), aliased(Session)
    registered = exists().where(Registration.session_id == its_session.id, its_session.event_id == earlier.id)
    before = (
        select(earlier.id)
        .join(this, this.programme_id == earlier.programme_id)
        .where(this.slug == slug, earlier.registration_opens_at < this.registration_opens_at, registered)
        .order_by(earlier.registration_opens_at.desc())
        .limit(1)
        .scalar_subquery()
    )
    has_pic = exists().where(
        Grant.name == Right.PIC,
        Grant.province_code == Session.province_code,
        or_(Grant.ends_at.is_(None), Grant.ends_at > now),
        Account.id == Grant.account_id,
        Account.active,
    )
    rows = db.session.execute(
        select(Event, Session, has_pic)
        .outerjoin(Session, and_(Session.event_id == Event.id, _in_reach(by)))
        .where(or_(Event.slug == slug, Event.id == before))
        .options(joinedload(Event.programme), joinedload(Session.wave))
    ).all()
    event = next((event for event, _session, _pic in rows if event.slug == slug), None)
    if event is None:
        raise NotFound("event.unknown")
    found: dict[Event, list[tuple[Session, bool]]] = {}
    for edition, session, pic in rows:
        if session is not None:
            found.setdefault(edition, []).append((session, pic))
    if event not in found and by.provinces_for(Act.SEE_ROSTER) is not None:
        raise NotFound("actor.out_of_reach", act=Act.SEE_ROSTER.value)
    return event, found


def _by_waves(rows: Sequence[Row]) -> tuple[WaveRows, ...]:
    """Sessions without a wave come last; in a wave by day, and on a day from west to east."""

    def number(row: Row) -> int:
        return row.session.wave.number if row.session.wave else 2**31

    def place(row: Row) -> tuple[int, date, str, str]:
        session = row.session
        return number(row), local_date(session.starts_at, session.zone), session.province_code or "", session.slug

    groups = (tuple(group) for _number, group in groupby(sorted(rows, key=place), key=number))
    return tuple(WaveRows(group[0].session.wave, group, _together(row.numbers for row in group)) for group in groups)


def by_province(rows: Iterable[Row]) -> Mapping[str, list[Row]]:
    """Province code -> its sessions."""
    found: dict[str, list[Row]] = {}
    for row in rows:
        if row.session.province_code:
            found.setdefault(row.session.province_code, []).append(row)
    return found


def _together(parts: Iterable[Numbers | None]) -> Numbers:
    return sum((part for part in parts if part), Numbers())


def _in_reach(by: Actor) -> ColumnElement[bool]:
    provinces = by.provinces_for(Act.SEE_ROSTER)
    return true() if provinces is None else Session.province_code.in_(provinces)

"""An edition laid out on waves and dates, with its officers and with what is wrong with it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import joinedload, selectinload

from tpbis_events.foundation import clock
from tpbis_events.foundation.database import db
from tpbis_events.foundation.errors import NotFound
from tpbis_events.people.actor import Act, Actor
from tpbis_events.people.model import Account, Grant, Right
from tpbis_events.programmes import wave_rules
from tpbis_events.programmes.clashes import meeting_of
from tpbis_events.programmes.model import Event, Session, Wave
from tpbis_events.programmes.officers import SessionOfficer
from tpbis_events.programmes.wave_rules import Found, Meeting, Window


@dataclass(frozen=True, slots=True)
class Card:
    """One session on the board, with who travels there: ids and names."""

    session: Session
    meeting: Meeting
    officers: tuple[tuple[int, str], ...]


@dataclass(frozen=True, slots=True)
class WavePlan:
    """`officers` are all who could travel, by name; `expected` the provinces of the edition before."""

    event: Event
    waves: tuple[Wave, ...]
    cards: tuple[Card, ...]
    officers: Mapping[int, str]
    expected: frozenset[str]

    def found(self, meetings: Sequence[Meeting] | None = None, windows: Sequence[Window] | None = None) -> list[Found]:
        """What is wrong with the plan as it is, or as it would be."""
        return wave_rules.conflicts(
            [card.meeting for card in self.cards] if meetings is None else meetings,
            [window_of(wave) for wave in self.waves] if windows is None else windows,
            smallest=self.event.wave_smallest,
            largest=self.event.wave_largest,
            expected=self.expected,
        )


def window_of(wave: Wave) -> Window:
    return Window(wave.number, wave.starts_on, wave.ends_on)


def wave_plan(event_slug: str, *, by: Actor) -> WavePlan:
    """Five queries, however many provinces. Cancelled sessions are no part of a plan.

    Refuses an event that isn't there or where the actor sees no session (404), and who may not plan (403).
    """
    event = (
        db.session.scalars(select(Event).where(Event.slug == event_slug).options(joinedload(Event.waves)))
        .unique()
        .one_or_none()
    )
    if event is None:
        raise NotFound("event.unknown")
    sessions = db.session.scalars(
        select(Session)
        .where(Session.event_id == event.id, Session.cancelled_at.is_(None))
        .options(joinedload(Session.wave), selectinload(Session.days))
        .order_by(Session.starts_at, Session.province_code, Session.slug)
    ).all()
    _require(sessions, by)
    travelling, officers = _travelling([session.id for session in sessions])
    cards = tuple(
        Card(session, meeting_of(session, (each for each, _name in people)), tuple(people))
        for session in sessions
        for people in [travelling.get(session.id, [])]
    )
    return WavePlan(event, tuple(event.waves), cards, officers, _expected(event))


def _require(sessions: Iterable[Session], by: Actor) -> None:
    """Planning is for the whole country; who sees a province of the event learns that it isn't for her, others nothing."""
    reach = by.provinces_for(Act.SEE_ROSTER)
    seen = (session.province_code for session in sessions if reach and session.province_code in reach)
    by.require(Act.PLAN, next(seen, None))


def national_officers() -> dict[int, str]:
    """Who of the national office can travel: id -> name, by name. One query."""
    rows = db.session.execute(select(Account.id, Account.name).where(_can_travel()).order_by(Account.name, Account.id))
    return {account_id: name for account_id, name in rows}  # noqa: C416  # a row is no pair to type checkers


def _travelling(session_ids: Sequence[int]) -> tuple[dict[int, list[tuple[int, str]]], dict[int, str]]:
    """Who travels where (session id -> ids and names), and all who travel or could: id -> name. One query."""
    there = and_(SessionOfficer.account_id == Account.id, SessionOfficer.session_id.in_(session_ids))
    rows = db.session.execute(
        select(Account.id, Account.name, SessionOfficer.session_id)
        .outerjoin(SessionOfficer, there)
        .where(or_(SessionOfficer.session_id.is_not(None), _can_travel()))
        .order_by(Account.name, Account.id)
    )
    at: dict[int, list[tuple[int, str]]] = defaultdict(list)
    officers = {}
    for account_id, name, session_id in rows:
        officers[account_id] = name
        if session_id is not None:
            at[session_id].append((account_id, name))
    return at, officers


def _can_travel() -> ColumnElement[bool]:
    in_force = or_(Grant.ends_at.is_(None), Grant.ends_at > clock.now())
    national = select(Grant.account_id).where(Grant.name == Right.NATIONAL, in_force)
    return and_(Account.active, Account.id.in_(national))


def _expected(event: Event) -> frozenset[str]:
    """The provinces of the programme's edition before this one: whoever was met then is missed now."""
    before = (
        select(func.max(Event.registration_opens_at))
        .where(
            Event.programme_id == event.programme_id,
            Event.id != event.id,
            Event.registration_opens_at < event.registration_opens_at,
        )
        .scalar_subquery()
    )
    codes = db.session.scalars(
        select(Session.province_code)
        .join(Session.event)
        .where(
            Event.programme_id == event.programme_id,
            Event.id != event.id,
            Event.registration_opens_at == before,
            Session.province_code.is_not(None),
            Session.cancelled_at.is_(None),
        )
        .distinct()
    )
    return frozenset(code for code in codes if code)

"""The attendance of an edition: per day, session, wave and role, how many had a seat, came, were late, online, and signed.

Of a session of several days each day counts, so the sums are days of persons; a day that hasn't begun isn't in them yet.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select

from tpbis_events.attendance.board import Tally, first_check_ins, tallies
from tpbis_events.attendance.model import Attendance
from tpbis_events.attendance.papers import PaperMark
from tpbis_events.attendance.signatures import Signature
from tpbis_events.foundation.database import db
from tpbis_events.people.actor import Actor
from tpbis_events.programmes.model import AgendaItem, AttendanceBy, Event, Role, Session, SessionDay
from tpbis_events.registrations import roster as rosters
from tpbis_events.registrations.model import Registration


@dataclass(frozen=True, slots=True)
class Asked:
    """What to report on; what is empty doesn't narrow."""

    wave: int | None = None
    session: str = ""
    role: str = ""
    on: date | None = None


@dataclass(frozen=True, slots=True)
class Kept:
    """The figures of some days: those of the board, the JP that were attended in all, and who came and didn't sign."""

    tally: Tally = field(default_factory=Tally)
    jp: int = 0
    unsigned: int = 0

    def __add__(self, other: Kept) -> Kept:
        return Kept(self.tally + other.tally, self.jp + other.jp, self.unsigned + other.unsigned)


@dataclass(frozen=True, slots=True)
class Report:
    """`sessions` and `roles` are all that may be asked for; the figures are of what was."""

    event: Event
    asked: Asked
    sessions: tuple[Session, ...]
    roles: tuple[Role, ...]
    total: Kept
    by_day: tuple[tuple[Session, SessionDay, Kept], ...]
    by_date: tuple[tuple[date, Kept], ...]
    by_wave: tuple[tuple[int | None, Kept], ...]
    by_role: tuple[tuple[Role, Kept], ...]


def report(event_slug: str, asked: Asked, now: datetime, *, by: Actor) -> Report:
    """Ten queries, whatever the size. Refuses (404) an event without a session whose roster the actor may see."""
    scope = rosters.of_event(event_slug, by=by)
    shown = [each for each in scope.sessions if not each.cancelled_at and _is_meant(each, asked)]
    days = _days(shown, asked, now)
    roles = {role.id: role for role in scope.roles if not asked.role or role.slug == asked.role}
    cells = {key: kept for key, kept in _cells(scope.event, days).items() if key[1] in roles}
    places = {day.id: day for day in days}
    sessions = {each.id: each for each in shown}
    waves = {each.id: each.wave.number if each.wave else None for each in shown}
    by_day = _summed(cells, lambda day_id, _role: day_id)
    return Report(
        scope.event,
        asked,
        tuple(each for each in scope.sessions if not each.cancelled_at),
        scope.roles,
        sum(cells.values(), Kept()),
        tuple((sessions[day.session_id], day, by_day.get(day.id, Kept())) for day in days),
        tuple(sorted(_summed(cells, lambda day_id, _role: places[day_id].local_date).items())),
        tuple(
            sorted(
                _summed(cells, lambda day_id, _role: waves[places[day_id].session_id]).items(),
                key=lambda each: (each[0] is None, each[0] or 0),
            )
        ),
        tuple((roles[role_id], kept) for role_id, kept in _in_order(_summed(cells, lambda _day, role: role), roles)),
    )


def _is_meant(session: Session, asked: Asked) -> bool:
    wave = session.wave.number if session.wave else None
    return (asked.wave is None or wave == asked.wave) and (not asked.session or session.slug == asked.session)


def _days(sessions: Iterable[Session], asked: Asked, now: datetime) -> list[SessionDay]:
    ids = [each.id for each in sessions]
    wanted = select(SessionDay).where(SessionDay.session_id.in_(ids), SessionDay.starts_at <= now)
    if asked.on:
        wanted = wanted.where(SessionDay.local_date == asked.on)
    return list(db.session.scalars(wanted.order_by(SessionDay.starts_at, SessionDay.session_id, SessionDay.number)))


def _cells(event: Event, days: list[SessionDay]) -> dict[tuple[int, int], Kept]:
    """(day id, role id) -> figures."""
    ids = [day.id for day in days]
    unsigned = _unsigned(ids)
    by_items = _jp_of_items(ids) if event.attendance_by is AttendanceBy.ITEM else None
    of_days = _jp_of_days(event.id)
    numbers = {day.id: day.number for day in days}
    found = {}
    for key, tally in tallies(days).items():
        jp = by_items.get(key, 0) if by_items is not None else tally.inside * of_days.get(numbers[key[0]], 0)
        found[key] = Kept(replace(tally, recent=0), jp, unsigned.get(key, 0))
    return found


def _unsigned(day_ids: list[int]) -> dict[tuple[int, int], int]:
    """Who came on site and signed neither a screen nor the sheet that was keyed back."""
    first = first_check_ins(day_ids)
    drew = select(Signature.id).where(
        Signature.registration_id == first.c.registration_id,
        Signature.day_id == first.c.day_id,
        Signature.replaced_at.is_(None),
    )
    on_paper = select(PaperMark.id).where(
        PaperMark.registration_id == first.c.registration_id,
        PaperMark.day_id == first.c.day_id,
        PaperMark.taken_back_at.is_(None),
    )
    return _by_cell(
        select(first.c.day_id, first.c.role_id, func.count())
        .where(first.c.online == 0, ~drew.exists(), ~on_paper.exists())
        .group_by(first.c.day_id, first.c.role_id)
    )


def _jp_of_items(day_ids: list[int]) -> dict[tuple[int, int], int]:
    return _by_cell(
        select(Attendance.day_id, Registration.role_id, func.sum(AgendaItem.jp))
        .join(Registration, Registration.id == Attendance.registration_id)
        .join(AgendaItem, AgendaItem.id == Attendance.item_id)
        .where(Attendance.day_id.in_(day_ids), Attendance.undone_at.is_(None))
        .group_by(Attendance.day_id, Registration.role_id)
    )


def _jp_of_days(event_id: int) -> dict[int, int]:
    """Number of a day -> JP of its agenda."""
    rows = db.session.execute(
        select(AgendaItem.day_number, func.sum(AgendaItem.jp))
        .where(AgendaItem.event_id == event_id)
        .group_by(AgendaItem.day_number)
    )
    return {number: int(jp or 0) for number, jp in rows}


def _by_cell(wanted: Any) -> dict[tuple[int, int], int]:
    return {(day_id, role_id): int(number or 0) for day_id, role_id, number in db.session.execute(wanted)}


def _summed(cells: dict[tuple[int, int], Kept], key: Callable[[int, int], Any]) -> dict[Any, Kept]:
    found: dict[Any, Kept] = defaultdict(Kept)
    for place, kept in cells.items():
        found[key(*place)] = found[key(*place)] + kept
    return found


def _in_order(found: dict[int, Kept], roles: dict[int, Role]) -> list[tuple[int, Kept]]:
    return sorted(found.items(), key=lambda each: (roles[each[0]].sort, each[0]))

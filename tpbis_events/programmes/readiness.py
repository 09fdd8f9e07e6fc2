"""What an edition still lacks before it can be published, and what would be good to have; reads only what it is given."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from tpbis_events.places.local_time import local_date
from tpbis_events.places.working_hours import is_working_day
from tpbis_events.programmes.model import AgendaItem, Event, Mode, Session
from tpbis_events.programmes.registration_window import closes_at

LESSON = timedelta(minutes=45)  # one JP
_TEXTS = ("name", "theme", "description", "note", "signatory_position")
_ANY_DAY = date(2000, 1, 1)


@dataclass(frozen=True, slots=True)
class Lack:
    """`code` says what, `session` where. A blocking one must be put right before publishing; any other is advice."""

    code: str
    blocking: bool
    session: Session | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)


def lacks_of(event: Event, seats: Mapping[tuple[int, int], int], now: datetime) -> list[Lack]:
    """All that an edition lacks, what blocks first. `seats` as in `plans.seats_of`; sessions that are cancelled don't count."""
    found = [*_of_event(event, now), *_of_agenda(event)]
    for session in event.sessions:
        if not session.cancelled_at:
            found += [*_of_session(session, now), *_of_seats(session, event, seats)]
    return sorted(found, key=lambda lack: not lack.blocking)


def _of_event(event: Event, now: datetime) -> Iterator[Lack]:
    for name in _TEXTS:
        here, there = (getattr(event, f"{name}_{language}") for language in ("id", "en"))
        if bool(here) != bool(there) or (name == "name" and not here):
            yield Lack("text.one_language", True, facts={"text": name})
    if not event.description_id and not event.description_en:
        yield Lack("event.no_description", False)
    if not event.roles:
        yield Lack("event.no_roles", True)
    if not any(not session.cancelled_at for session in event.sessions):
        yield Lack("event.no_sessions", True)
    if event.registration_closes_at <= event.registration_opens_at:
        yield Lack("window.order", True)
    elif event.registration_closes_at <= now:
        yield Lack("window.over", False)
    if not (event.signatory_name and event.signatory_position_id and event.signatory_position_en):
        yield Lack("event.no_signatory", False)


def _of_agenda(event: Event) -> Iterator[Lack]:
    if not event.agenda:
        yield Lack("agenda.empty", False)
        return
    if not any(item.jp for item in event.agenda):
        yield Lack("agenda.no_jp", False)
    longest = max((len(session.days) for session in event.sessions), default=0)
    if longest and any(item.day_number > longest for item in event.agenda):
        yield Lack("agenda.day_beyond", True, facts={"days": longest})
    for item in event.agenda:
        if item.jp and item.starts and item.ends and item.jp * LESSON > _length(item):
            yield Lack("agenda.jp_too_many", False, facts={"item": item})


def _of_session(session: Session, now: datetime) -> Iterator[Lack]:
    if session.starts_at <= session.event.registration_opens_at:
        yield Lack("session.before_opening", True, session)
    elif closes_at(session) <= session.event.registration_opens_at:
        yield Lack("session.closes_before_opening", True, session)
    elif session.ends_at <= now:
        yield Lack("session.past", False, session)
    if session.mode is not Mode.ONSITE and not session.online_url:
        yield Lack("session.no_link", True, session)
    if session.mode is not Mode.ONLINE and not session.venue:
        yield Lack("session.no_venue", False, session)
    if session.mode is not Mode.ONLINE and not session.access_id:
        yield Lack("session.no_access", False, session)
    wave = session.wave
    dates = [day.local_date for day in session.days] or [local_date(session.starts_at, session.zone)]
    if wave and wave.starts_on and wave.ends_on and not (wave.starts_on <= dates[0] and dates[-1] <= wave.ends_on):
        yield Lack("session.outside_wave", False, session, {"wave": wave.number})
    for day in dates:
        if not is_working_day(day):
            yield Lack("session.day_off", False, session, {"day": day})


def _of_seats(session: Session, event: Event, seats: Mapping[tuple[int, int], int]) -> Iterator[Lack]:
    numbers = [seats.get((session.id, role.id)) for role in event.roles]
    unsaid = [role for role, number in zip(event.roles, numbers, strict=True) if number is None]
    if unsaid:
        yield Lack("session.role_unsaid", True, session, {"role": unsaid[0]})
    elif event.roles and not any(numbers):
        yield Lack("session.no_seats", True, session)


def _length(item: AgendaItem) -> timedelta:
    if not item.starts or not item.ends:
        return timedelta(0)
    return datetime.combine(_ANY_DAY, item.ends) - datetime.combine(_ANY_DAY, item.starts)

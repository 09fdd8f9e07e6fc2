"""A session as an organizer plans it, and what can be wrong with it: place, days on the clocks of its zone, link, closing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from itertools import pairwise
from typing import Any
from urllib.parse import urlsplit

from tpbis_events.foundation.errors import Invalid
from tpbis_events.places.provinces import is_province
from tpbis_events.places.zones import is_zone
from tpbis_events.programmes.model import Event, Mode, Session
from tpbis_events.programmes.slugs import problem_of_slug
from tpbis_events.programmes.texts import Problems, Rule, examined, moment

MOST_DAYS = 14
LONGEST_URL = 500
_IN_BOTH = {"name": Rule(200, needed=True), "access": Rule(1_000, lines=True)}
_ALONE = {"city": Rule(200, needed=True), "venue": Rule(200)}


@dataclass(frozen=True, slots=True)
class PlannedDay:
    """A date and hours on the clocks of the session's zone; None is what was left empty or couldn't be read."""

    on: date | None
    starts: time | None
    ends: time | None


@dataclass(frozen=True, slots=True)
class PlannedSession:
    """`wave` is the number of a wave; a closing of its own needs both its date and its hour."""

    slug: str
    name_id: str
    name_en: str
    city: str
    zone: str
    days: tuple[PlannedDay, ...]
    province_code: str = ""
    venue: str = ""
    access_id: str = ""
    access_en: str = ""
    mode: Mode = Mode.ONSITE
    online_url: str = ""
    wave: int | None = None
    closes_on: date | None = None
    closes_at: time | None = None


@dataclass(frozen=True, slots=True)
class Hours:
    """One day, as it is kept: the date there, and its beginning and end as moments."""

    number: int
    local_date: date
    starts_at: datetime
    ends_at: datetime


def values_of(plan: PlannedSession, event: Event, known: Session | None = None) -> tuple[dict[str, Any], list[Hours]]:
    """The columns of the session and its days; refuses with all that is wrong, field by field.

    Fields of a day are named as a form names them: `days-0-on`, `days-0-starts`, `days-0-ends`.
    """
    texts, problems = examined(plan, _IN_BOTH, _ALONE)
    _slug(plan, event, known, problems)
    if plan.province_code and not is_province(plan.province_code):
        problems["province_code"] = "choice.unknown"
    if not is_zone(plan.zone):
        problems["zone"] = "zone.unknown"
    url = plan.online_url.strip()
    wrong = _problem_of_url(url)
    if wrong:
        problems["online_url"] = wrong
    wave = next((each for each in event.waves if each.number == plan.wave), None)
    if plan.wave is not None and wave is None:
        problems["wave"] = "choice.unknown"
    days = _days(plan, problems)
    closing = _closing(plan, event, days, problems)
    if problems:
        raise Invalid(problems)
    return {
        "slug": plan.slug.strip(),
        **{name: text or None if name not in ("name_id", "name_en", "city") else text for name, text in texts.items()},
        "province_code": plan.province_code or None,
        "zone": plan.zone,
        "mode": plan.mode,
        "online_url": url or None,
        "wave_id": wave.id if wave else None,
        "registration_closes_at": closing,
        "starts_at": days[0].starts_at,
        "ends_at": days[-1].ends_at,
    }, days


def _slug(plan: PlannedSession, event: Event, known: Session | None, problems: Problems) -> None:
    slug = plan.slug.strip()
    wrong = problem_of_slug(slug)
    if wrong:
        problems["slug"] = wrong
    elif any(each.slug == slug for each in event.sessions if each is not known):
        problems["slug"] = "slug.taken"
    elif known and known.slug != slug and event.published_at:
        problems["slug"] = "slug.published"


def _problem_of_url(url: str) -> str | None:
    """An address on the web that opens with TLS; nothing that could run in a page, nothing with a password in it."""
    if not url:
        return None
    if len(url) > LONGEST_URL:
        return "text.too_long"
    try:
        parts = urlsplit(url)
        _port = parts.port
    except ValueError:
        return "url.form"
    odd = any(c.isspace() or ord(c) < 33 or c in '<>"\\' for c in url)
    host = parts.hostname or ""
    return "url.form" if odd or parts.scheme != "https" or "." not in host or parts.username is not None else None


def _days(plan: PlannedSession, problems: Problems) -> list[Hours]:
    """Each day with its moments; one after the other in the calendar, each ending after it begins."""
    if not 1 <= len(plan.days) <= MOST_DAYS:
        problems["days-0-on"] = "days.number"
        return []
    days: list[Hours] = []
    for at, day in enumerate(plan.days):
        starts, wrong_date, wrong_start = moment(day.on, day.starts, plan.zone)
        ends, _same, wrong_end = moment(day.on, day.ends, plan.zone)
        found = {f"days-{at}-on": wrong_date, f"days-{at}-starts": wrong_start, f"days-{at}-ends": wrong_end}
        problems |= {field: code for field, code in found.items() if code}
        if day.on and starts and ends:
            if ends <= starts:
                problems[f"days-{at}-ends"] = "hours.order"
            days.append(Hours(at + 1, day.on, starts, ends))
    _in_order(plan.days, problems)
    return days


def _in_order(days: Sequence[PlannedDay], problems: Problems) -> None:
    for at, (before, day) in enumerate(pairwise(days), start=1):
        if before.on and day.on and day.on <= before.on:
            problems.setdefault(f"days-{at}-on", "days.order")


def _closing(plan: PlannedSession, event: Event, days: list[Hours], problems: Problems) -> datetime | None:
    """When this session closes otherwise than its event; none when it doesn't say. At the latest when it ends."""
    if plan.closes_on is None and plan.closes_at is None:
        return None
    closes, wrong_date, wrong_time = moment(plan.closes_on, plan.closes_at, plan.zone)
    problems |= {
        field: code for field, code in {"closes_on": wrong_date, "closes_at": wrong_time}.items() if code is not None
    }
    if closes and closes <= event.registration_opens_at:
        problems["closes_on"] = "closing.before_opening"
    elif closes and days and closes > days[-1].ends_at:
        problems["closes_on"] = "closing.after_end"
    return closes

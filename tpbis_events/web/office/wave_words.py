"""The wave planner in words: its conflicts as sentences, each with the cards that it is about; its months as weeks."""

from __future__ import annotations

import calendar
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from babel.dates import format_date as babel_format_date
from flask_babel import gettext as _

from tpbis_events.places.local_time import format_date
from tpbis_events.places.working_hours import Holiday, holidays_of_indonesia
from tpbis_events.programmes.wave_plan import Card, WavePlan
from tpbis_events.programmes.wave_rules import Conflict, Found, Meeting, Window
from tpbis_events.web.languages import language
from tpbis_events.web.office.change_words import in_words, province_name
from tpbis_events.web.presentation import in_language


@dataclass(frozen=True, slots=True)
class Told:
    """One conflict: its sentence, whether it only needs a look, and the sessions it is about."""

    words: str
    note: bool
    cards: tuple[Card, ...]
    wave: int | None = None


@dataclass(frozen=True, slots=True)
class DayCell:
    """One day of a month: what meets on it, its holiday, and the waves whose dates hold it."""

    day: date
    name: str
    in_month: bool
    holiday: Holiday | None
    weekend: bool
    cards: tuple[Card, ...]
    waves: tuple[int, ...]

    @property
    def says_something(self) -> bool:
        return self.in_month and bool(self.cards or self.holiday)


@dataclass(frozen=True, slots=True)
class Month:
    name: str
    weeks: tuple[tuple[DayCell, ...], ...]


def told(plan: WavePlan, found: Sequence[Found]) -> list[Told]:
    """Each conflict of the whole plan, what needs another plan first; what several sessions share is said once."""
    cards = {card.session.id: card for card in plan.cards}
    alike: dict[str, list[Found]] = defaultdict(list)
    for each in found:
        alike[_of_plan(each, cards, plan.officers)].append(each)
    all_ = []
    for words, group in alike.items():
        sessions = dict.fromkeys(id_ for each in group for id_ in each.sessions)
        wave = None if sessions else group[0].wave
        all_.append(Told(words, group[0].only_a_note, tuple(cards[id_] for id_ in sessions), wave))
    return sorted(all_, key=lambda each: each.note)


def of_card(card: Card, plan: WavePlan, found: Sequence[Found]) -> list[Told]:
    """What a card says of itself: the conflicts that it has a part in."""
    cards = {each.session.id: each for each in plan.cards}
    mine = [each for each in found if card.session.id in each.sessions and each.conflict is not Conflict.YEAR_UNKNOWN]
    return [Told(_of_one(each, card, cards, plan.officers), each.only_a_note, ()) for each in mine]


def _of_plan(found: Found, cards: Mapping[int, Card], officers: Mapping[int, str]) -> str:
    names = [in_language(cards[each].session, "name") for each in found.sessions]
    facts = found.facts
    officer = officers.get(facts.get("officer", 0), "")
    match found.conflict:
        case Conflict.OFFICER_TWICE:
            where = {"one": names[0], "other": names[1], "day": format_date(facts["date"], language())}
            return str(_("%(officer)s is at %(one)s and at %(other)s on %(day)s.", officer=officer, **where))
        case Conflict.OFFICER_FAR:
            words = _(
                "%(officer)s is at %(one)s and at %(other)s on two days in a row, on other islands.",
                officer=officer,
                one=names[0],
                other=names[1],
            )
            return str(words)
        case Conflict.PROVINCE_TWICE:
            where = {"province": province_name(facts["province"]), "number": str(len(names)), "names": ", ".join(names)}
            return str(_("%(province)s has %(number)s sessions: %(names)s.", **where))
        case Conflict.NO_WAVE:
            return str(_("In no wave:"))
    return in_words(found)


def _of_one(found: Found, card: Card, cards: Mapping[int, Card], officers: Mapping[int, str]) -> str:
    others = [cards[each].session for each in found.sessions if each != card.session.id]
    where = ", ".join(in_language(each, "name") for each in others)
    if found.conflict is Conflict.PROVINCE_TWICE:
        return str(_("The province has another session: %(names)s.", names=where))
    return in_words(found, where=where, officer=officers.get(found.facts.get("officer", 0), ""))


def months(plan: WavePlan, meetings: Sequence[Meeting], windows: Sequence[Window]) -> list[Month]:
    """The months from the first to the last day that a session or a wave has; at most 24."""
    days = [day for meeting in meetings for day in meeting.days]
    days += [day for window in windows for day in (window.starts_on, window.ends_on) if day]
    if not days:
        return []
    by_day = defaultdict(list)
    cards = {card.session.id: card for card in plan.cards}
    for meeting in meetings:
        for day in meeting.days:
            by_day[day].append(cards[meeting.id])
    first, last = min(days).replace(day=1), max(days)
    found: list[Month] = []
    while first <= last and len(found) < 24:
        found.append(_month(first, by_day, windows))
        first = (first + timedelta(days=31)).replace(day=1)
    return found


def _month(first: date, by_day: Mapping[date, list[Card]], windows: Sequence[Window]) -> Month:
    weeks = calendar.Calendar().monthdatescalendar(first.year, first.month)
    return Month(
        babel_format_date(first, "MMMM y", locale=language()),
        tuple(
            tuple(
                DayCell(
                    day,
                    format_date(day, language()),
                    day.month == first.month,
                    holidays_of_indonesia().get(day),
                    day.weekday() >= 5,
                    tuple(by_day.get(day, ())),
                    tuple(each.number for each in windows if each.starts_on and each.ends_on and each.holds(day)),
                )
                for day in week
            )
            for week in weeks
        ),
    )


def weekdays() -> list[str]:
    """Monday to Sunday, short, in the page's language."""
    monday = date(2024, 1, 1)
    return [babel_format_date(monday + timedelta(days=n), "EEE", locale=language()) for n in range(7)]

"""What the wave planner's form says: one row for each session and wave, with what stood there when the page was made.

Names: `wave-<session id>`, `date-<session id>`, `officer-<session id>` (two of them), `was-<session id>`; of waves `starts-<wave
id>`, `ends-<wave id>`, `was-wave-<wave id>`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from tpbis_events.programmes.model import Wave
from tpbis_events.programmes.wave_plan import Card, WavePlan, window_of
from tpbis_events.programmes.wave_rules import Meeting, Window
from tpbis_events.registrations.assign_waves import Assignment, Spot, WaveDates

OFFICERS_ON_A_CARD = 2


@dataclass(frozen=True, slots=True)
class Wanted:
    """What was typed: where each session and wave should be, and the fields that can't be read, name -> words."""

    spots: Mapping[int, Spot]
    windows: Mapping[int, tuple[date | None, date | None]]
    assignments: tuple[Assignment, ...]
    dates: tuple[WaveDates, ...]
    faults: Mapping[str, str]

    def meetings(self, plan: WavePlan) -> list[Meeting]:
        """The sessions as they would be."""
        numbers = {wave.id: wave.number for wave in plan.waves}
        found = []
        for card in plan.cards:
            spot = self.spots[card.session.id]
            moved = spot.first_day - card.meeting.days[0]
            found.append(
                replace(
                    card.meeting,
                    wave=numbers.get(spot.wave_id or 0),
                    days=tuple(day + moved for day in card.meeting.days),
                    officers=tuple(sorted(spot.officers)),
                )
            )
        return found

    def as_windows(self, plan: WavePlan) -> list[Window]:
        return [Window(wave.number, *self.windows[wave.id]) for wave in plan.waves]


def spot_of(card: Card) -> Spot:
    return Spot(card.session.wave_id, card.meeting.days[0], frozenset(card.meeting.officers))


def written(spot: Spot) -> str:
    """A spot as the page keeps what it was made from."""
    officers = ",".join(str(each) for each in sorted(spot.officers))
    return f"{spot.wave_id or ''}|{spot.first_day.isoformat()}|{officers}"


def written_window(wave: Wave) -> str:
    window = window_of(wave)
    return "|".join(day.isoformat() if day else "" for day in (window.starts_on, window.ends_on))


def as_it_is(plan: WavePlan) -> Wanted:
    """The plan before anything is typed."""
    return Wanted(
        {card.session.id: spot_of(card) for card in plan.cards},
        {wave.id: (wave.starts_on, wave.ends_on) for wave in plan.waves},
        (),
        (),
        {},
    )


def wanted(plan: WavePlan, form: MultiDict[str, str]) -> Wanted:
    """Read the form. A session that the form doesn't name stays where it is."""
    faults: dict[str, str] = {}
    spots, assignments = {}, []
    for card in plan.cards:
        is_now = spot_of(card)
        seen = _seen(form.get(f"was-{card.session.id}", ""), is_now)
        spots[card.session.id] = to = _spot(card, form, seen, faults)
        assignments.append(Assignment(card.session.id, seen, to))
    windows, dates = {}, []
    for wave in plan.waves:
        was = form.get(f"was-wave-{wave.id}", "").split("|")
        seen_dates = (_day(was[0]), _day(was[-1])) if len(was) == 2 else (wave.starts_on, wave.ends_on)
        to_dates = (
            _date(form, f"starts-{wave.id}", seen_dates[0], faults),
            _date(form, f"ends-{wave.id}", seen_dates[1], faults),
        )
        windows[wave.id] = to_dates
        dates.append(WaveDates(wave.id, seen_dates, to_dates))
    return Wanted(spots, windows, tuple(assignments), tuple(dates), faults)


def on_top_of(plan: WavePlan, typed: Wanted) -> Wanted:
    """What was typed on an older page, laid over the plan as it is now: only what was changed there is kept."""
    is_now = as_it_is(plan)
    moved = {each.session_id: each.to for each in typed.assignments if each.to != each.seen}
    dated = {each.wave_id: each.to for each in typed.dates if each.to != each.seen}
    spots = {id_: moved.get(id_, spot) for id_, spot in is_now.spots.items()}
    windows = {id_: dated.get(id_, dates) for id_, dates in is_now.windows.items()}
    return Wanted(spots, windows, (), (), {})


def _spot(card: Card, form: MultiDict[str, str], seen: Spot, faults: dict[str, str]) -> Spot:
    id_ = card.session.id
    if f"wave-{id_}" not in form:
        return seen
    first_day = _date(form, f"date-{id_}", seen.first_day, faults, must=True) or seen.first_day
    officers = {_number(each) for each in form.getlist(f"officer-{id_}")} - {None}
    # A card shows two; who travels beside them stays.
    beside = frozenset(sorted(seen.officers)[OFFICERS_ON_A_CARD:])
    return Spot(_number(form[f"wave-{id_}"]), first_day, frozenset(each for each in officers if each) | beside)


def _date(
    form: MultiDict[str, str], name: str, otherwise: date | None, faults: dict[str, str], *, must: bool = False
) -> date | None:
    """A field that isn't there stays as it was; one that can't be read is said so, and stays as well."""
    if name not in form:
        return otherwise
    typed = form[name].strip()
    day = _day(typed)
    if (typed and day is None) or (must and not typed):
        faults[name] = str(_("Give the date as year-month-day, for instance 2027-03-09."))
        return otherwise
    return day


def _seen(text: str, is_now: Spot) -> Spot:
    wave, _bar, rest = text.partition("|")
    first_day, _bar, officers = rest.partition("|")
    day = _day(first_day)
    if day is None:
        return is_now
    return Spot(_number(wave), day, frozenset(each for each in map(_number, officers.split(",")) if each))


def _day(typed: str) -> date | None:
    try:
        return date.fromisoformat(typed.strip())
    except ValueError:
        return None


def _number(typed: str) -> int | None:
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 12 else None

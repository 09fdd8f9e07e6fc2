"""The wave planner's rules: each conflict is named, and a plan that keeps them has none."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import count

from tpbis_events.programmes.wave_rules import Conflict, Found, Meeting, Window, conflicts, of_days, of_officers

MONDAY = date(2026, 3, 2)
_ids = count(1)


def meeting(
    province: str | None = "51",
    day: date = MONDAY,
    *,
    wave: int | None = 1,
    days: int = 1,
    officers: tuple[int, ...] = (),
) -> Meeting:
    dates = tuple(day + timedelta(days=n) for n in range(days))
    return Meeting(next(_ids), 1, province, wave, dates, officers)


def kinds(found: list[Found]) -> list[Conflict]:
    return [each.conflict for each in found]


def test_a_plan_that_keeps_the_rules_has_no_conflict() -> None:
    meetings = [meeting("11"), meeting("51", MONDAY + timedelta(days=2))]
    window = Window(1, MONDAY, MONDAY + timedelta(days=4))
    assert conflicts(meetings, [window], smallest=2, largest=2, expected={"11", "51"}) == []


def test_a_wave_with_fewer_or_more_provinces_than_the_event_says_is_named_with_its_number() -> None:
    meetings = [meeting("11"), meeting("51", wave=2), meeting("52", wave=2), meeting("53", wave=2)]
    found = conflicts(meetings, [Window(1), Window(2)], smallest=2, largest=2)
    assert [(each.conflict, each.wave, each.facts["number"]) for each in found] == [
        (Conflict.WAVE_SMALL, 1, 1),
        (Conflict.WAVE_LARGE, 2, 3),
    ]
    assert conflicts(meetings, [Window(1), Window(2)]) == [], "an event without numbers takes any"


def test_a_session_outside_its_waves_window_or_without_a_wave_is_named() -> None:
    early, late, lost = meeting("11", MONDAY), meeting("12", MONDAY, days=3), meeting("13", wave=None)
    window = Window(1, MONDAY, MONDAY + timedelta(days=1))
    found = conflicts([early, late, lost], [window])
    assert [(each.conflict, each.sessions) for each in found] == [
        (Conflict.OUTSIDE_WINDOW, (late.id,)),
        (Conflict.NO_WAVE, (lost.id,)),
    ]
    assert found[0].facts["date"] == MONDAY + timedelta(days=2)
    assert conflicts([lost], []) == [], "an event without waves has none to be missed"


def test_a_window_open_on_one_side_holds_what_is_on_the_other() -> None:
    assert conflicts([meeting()], [Window(1, starts_on=MONDAY)]) == []
    assert kinds(conflicts([meeting()], [Window(1, ends_on=MONDAY - timedelta(days=1))])) == [Conflict.OUTSIDE_WINDOW]


def test_weekends_and_national_holidays_are_named_and_a_year_without_decree_is_said_once() -> None:
    saturday, labour_day = meeting("11", date(2026, 3, 7)), meeting("12", date(2026, 5, 1))
    unknown = [meeting("13", date(2099, 8, 17)), meeting("14", date(2099, 8, 18))]
    found = of_days([saturday, labour_day, *unknown])
    assert [(each.conflict, each.sessions) for each in found] == [
        (Conflict.WEEKEND, (saturday.id,)),
        (Conflict.HOLIDAY, (labour_day.id,)),
        (Conflict.HOLIDAY, (unknown[0].id,)),
        (Conflict.YEAR_UNKNOWN, (unknown[0].id, unknown[1].id)),
    ]
    assert found[1].facts["holiday"].name_id
    assert found[2].facts["holiday"] is None, "17 August keeps its date in every year"
    assert found[3].only_a_note


def test_an_officer_is_in_one_place_at_a_time_and_needs_a_day_between_groups_of_islands() -> None:
    aceh, medan = meeting("11", officers=(7,)), meeting("12", MONDAY, officers=(7, 8))
    riau, bali = (
        meeting("14", MONDAY + timedelta(days=1), officers=(7,)),
        meeting("51", MONDAY + timedelta(days=2), officers=(7,)),
    )
    found = of_officers([aceh, medan, riau, bali])
    assert [(each.conflict, each.sessions, each.facts["officer"]) for each in found] == [
        (Conflict.OFFICER_TWICE, (aceh.id, medan.id), 7),
        (Conflict.OFFICER_FAR, (riau.id, bali.id), 7),
    ]
    rested = [meeting("11", officers=(7,)), meeting("51", MONDAY + timedelta(days=2), officers=(7,))]
    assert of_officers(rested) == []


def test_a_province_met_twice_or_left_out_is_named_and_sessions_without_one_count_for_neither() -> None:
    meetings = [meeting("11"), meeting("11", MONDAY + timedelta(days=1)), meeting(None)]
    found = conflicts(meetings, [Window(1)], expected={"11", "12"})
    assert [(each.conflict, each.facts["province"]) for each in found] == [
        (Conflict.PROVINCE_TWICE, "11"),
        (Conflict.PROVINCE_MISSING, "12"),
    ]

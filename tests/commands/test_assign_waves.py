"""The wave planner's command: sessions on waves, days and officers, several at once, all or none."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from tests.builders import Place, an_account, an_event, registered
from tests.cast import acting, made, sari
from tests.commands.kept import entries
from tests.commands.test_reschedule import now_of, session_of
from tests.doors.browsing import everything
from tpbis_events.foundation.database import db
from tpbis_events.foundation.errors import Invalid, NotFound, Refusal
from tpbis_events.foundation.transaction import transaction
from tpbis_events.people.actor import COMMAND_LINE
from tpbis_events.people.model import Right
from tpbis_events.programmes.model import Wave
from tpbis_events.programmes.officers import SessionOfficer
from tpbis_events.registrations.assign_waves import Assigned, Assignment, Spot, WaveDates, assign_waves

WEEK = timedelta(days=7)


def waves_of(place: Place, *numbers: int) -> list[int]:
    with transaction():
        rows = [Wave(event_id=place.event_id, number=number) for number in numbers]
        db.session.add_all(rows)
        db.session.flush()
        return [row.id for row in rows]


def spot(place: Place) -> Spot:
    there = select(SessionOfficer.account_id).where(SessionOfficer.session_id == place.session_id)
    first = now_of(place).days[0].date
    return Spot(session_of(place).wave_id, first, frozenset(db.session.scalars(there)))


def put(
    place: Place,
    *,
    wave: int | None = None,
    later: timedelta = timedelta(0),
    officers: frozenset[int] = frozenset(),
) -> Assignment:
    was = spot(place)
    return Assignment(place.session_id, was, Spot(wave, was.first_day + later, officers))


def test_several_sessions_get_wave_day_and_officers_in_one_act_and_the_log_says_so(app_on_each: Flask) -> None:
    places = an_event(provinces=("51", "11"), days=2)
    bali, aceh = places["51", "stakeholder"], places["11", "stakeholder"]
    first, second = waves_of(bali, 1, 2)
    officer = sari().id
    old = now_of(bali)
    window = WaveDates(first, (None, None), (old.days[0].date, old.days[0].date + WEEK))
    wanted = [put(bali, wave=first, later=WEEK, officers=frozenset({officer})), put(aceh, wave=second)]
    assert assign_waves(bali.event_id, wanted, [window], by=COMMAND_LINE) == Assigned(2, 1)
    assert [day.date for day in now_of(bali).days] == [day.date + WEEK for day in old.days]
    assert spot(bali) == wanted[0].to and spot(aceh) == wanted[1].to
    assert session_of(bali).calendar_sequence == 1 and session_of(aceh).calendar_sequence == 0
    planned = {entry.subject: entry.after for entry in entries("session.planned")}
    assert planned[f"session:{bali.session_id}"]["officers"] == ["Sari"]
    assert len(entries("wave.dated")) == 1
    before = everything()
    same = [Assignment(each.session_id, each.to, each.to) for each in wanted]
    assert assign_waves(bali.event_id, same, by=COMMAND_LINE) == Assigned(0, 0)
    assert everything() == before


def test_a_session_with_people_changes_its_wave_but_not_its_day(app: Flask) -> None:
    place = an_event()["51", "stakeholder"]
    (wave,) = waves_of(place, 1)
    registered(place)
    with pytest.raises(Refusal, match="session.has_people"):
        assign_waves(place.event_id, [put(place, wave=wave, later=WEEK)], by=COMMAND_LINE)
    assert session_of(place).wave_id is None, "all or nothing"
    assign_waves(place.event_id, [put(place, wave=wave)], by=COMMAND_LINE)
    assert session_of(place).wave_id == wave


def test_an_older_page_never_undoes_what_somebody_else_planned(app: Flask) -> None:
    place = an_event()["51", "stakeholder"]
    first, second = waves_of(place, 1, 2)
    mine, hers = put(place, wave=first), put(place, wave=second)
    assign_waves(place.event_id, [hers], by=COMMAND_LINE)
    with pytest.raises(Refusal, match="waves.changed_meanwhile"):
        assign_waves(place.event_id, [mine], by=COMMAND_LINE)
    assert session_of(place).wave_id == second


def test_what_belongs_elsewhere_or_lies_in_the_past_is_refused(app: Flask) -> None:
    place, other = an_event()["51", "stakeholder"], an_event()["51", "stakeholder"]
    (wave,), (foreign,) = waves_of(place, 1), waves_of(other, 1)
    pic = made().id
    for assignment, code in (
        (put(place, wave=foreign), "wave.unknown"),
        (put(other, wave=wave), "session.unknown"),
        (put(place, wave=wave, officers=frozenset({pic})), "account.unknown"),
    ):
        with pytest.raises(NotFound, match=code):
            assign_waves(place.event_id, [assignment], by=COMMAND_LINE)
    with pytest.raises(Invalid) as refused:
        assign_waves(place.event_id, [put(place, later=timedelta(days=-90))], by=COMMAND_LINE)
    assert refused.value.problems == {f"date-{place.session_id}": "schedule.day_past"}
    backwards = WaveDates(wave, (None, None), (date(2030, 2, 2), date(2030, 2, 1)))
    with pytest.raises(Invalid, match="input.invalid"):
        assign_waves(place.event_id, [], [backwards], by=COMMAND_LINE)
    with pytest.raises(NotFound, match="actor.out_of_reach"):
        assign_waves(place.event_id, [], by=acting(an_account("Ketut", Right.PIC, "51")))

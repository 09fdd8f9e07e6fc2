"""Sessions of a plan: place, days on the clocks of their zone, seats; and what stays once people are registered."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, time
from typing import Any

import pytest
from flask import Flask

from tests import plans
from tests.builders import Place, an_event, registered
from tests.cast import BALI, acting, made
from tests.commands.kept import entries, seats, states
from tests.commands.test_plan import problems
from tpbis_events.foundation.database import db
from tpbis_events.foundation.errors import Forbidden, Invalid, Refusal
from tpbis_events.people.actor import COMMAND_LINE
from tpbis_events.places.zones import in_zone
from tpbis_events.programmes.add_sessions import add_sessions
from tpbis_events.programmes.edit_wave import WavePlan, add_wave
from tpbis_events.programmes.model import Mode, Quota, Seat, Session
from tpbis_events.programmes.planned_session import PlannedDay, PlannedSession
from tpbis_events.programmes.plans import quota_ids, seats_of
from tpbis_events.registrations.cancel import cancel
from tpbis_events.registrations.change_seats import set_seats
from tpbis_events.registrations.edit_session import edit_session
from tpbis_events.registrations.model import State
from tpbis_events.registrations.remove_planned import remove_session


def as_planned(session_id: int) -> PlannedSession:
    """A session as a form would send it back unchanged."""
    db.session.rollback()
    row = db.session.get_one(Session, session_id, populate_existing=True)
    days = [(day.local_date, in_zone(day.starts_at, row.zone), in_zone(day.ends_at, row.zone)) for day in row.days]
    return PlannedSession(
        slug=row.slug,
        name_id=row.name_id,
        name_en=row.name_en,
        city=row.city,
        zone=row.zone,
        days=tuple(PlannedDay(on, starts.time(), ends.time()) for on, starts, ends in days),
        province_code=row.province_code or "",
        venue=row.venue or "",
    )


def there(session_id: int) -> Session:
    db.session.rollback()
    db.session.expire_all()
    return db.session.get_one(Session, session_id)


def test_a_session_has_its_days_as_moments_and_the_usual_seats_of_each_role(app_on_each: Flask) -> None:
    event_id = plans.a_draft()
    (session_id,) = add_sessions(
        event_id,
        [plans.session("papua", zone="Asia/Jayapura", province_code="91",
                       days=(PlannedDay(date(2027, 2, 1), time(9), time(16)), PlannedDay(date(2027, 2, 3), time(8), time(12))))],
        by=COMMAND_LINE,
    )  # fmt: skip
    session = there(session_id)
    assert session.starts_at.isoformat() == "2027-02-01T00:00:00+00:00"
    assert session.ends_at.isoformat() == "2027-02-03T03:00:00+00:00"
    assert [(day.number, day.local_date.day) for day in session.days] == [(1, 1), (2, 3)]
    assert [number for (at, _role), number in seats_of(event_id).items() if at == session_id] == [2, 2]
    assert entries("session.added")[-1].province_code == "91"


def test_a_session_may_have_other_seats_than_usual_and_none_in_a_role(app: Flask) -> None:
    event_id = plans.a_draft()
    first, second = (role.id for role in plans.event(event_id).roles)
    (session_id,) = add_sessions(event_id, [plans.session("lain")], by=COMMAND_LINE, seats={first: 0, second: 7})
    assert (seats_of(event_id)[session_id, first], seats_of(event_id)[session_id, second]) == (0, 7)
    for number in (-1, 501):
        wrong = problems(
            lambda n=number: add_sessions(event_id, [plans.session("x")], by=COMMAND_LINE, seats={first: n})
        )
        assert wrong == {f"seats-{first}": "seats.range"}


SESSIONS: list[tuple[dict[str, Any], dict[str, str]]] = [
        ({"slug": "bali"}, {"slug": "slug.taken"}),
        ({"slug": "../x"}, {"slug": "slug.form"}),
        ({"name_en": ""}, {"name_en": "text.missing"}),
        ({"access_en": ""}, {"access_en": "text.one_language"}),
        ({"city": ""}, {"city": "text.missing"}),
        ({"province_code": "99"}, {"province_code": "choice.unknown"}),
        ({"zone": "WIB"}, {"zone": "zone.unknown"}),
        ({"wave": 7}, {"wave": "choice.unknown"}),
        ({"days": ()}, {"days-0-on": "days.number"}),
        ({"days": (PlannedDay(None, None, None),)},
         {"days-0-on": "date.missing", "days-0-starts": "time.missing", "days-0-ends": "time.missing"}),
        ({"days": (PlannedDay(date(2027, 2, 1), time(9), time(9)),)}, {"days-0-ends": "hours.order"}),
        ({"days": (PlannedDay(date(2027, 2, 1), time(9), time(10)),) * 2}, {"days-1-on": "days.order"}),
        ({"days": tuple(PlannedDay(date(2027, 2, n), time(9), time(10)) for n in range(1, 16))}, {"days-0-on": "days.number"}),
        ({"zone": "America/New_York", "days": (PlannedDay(date(2027, 3, 14), time(2, 30), time(10)),)},
         {"days-0-starts": "time.skipped"}),
        ({"online_url": "http://rapat.example.id/1"}, {"online_url": "url.form"}),
        ({"online_url": "javascript:alert(1)"}, {"online_url": "url.form"}),
        ({"online_url": "https://sari:sandi@rapat.example.id/"}, {"online_url": "url.form"}),
        ({"online_url": "https://rapat.example.id/\r\nX: 1"}, {"online_url": "url.form"}),
        ({"online_url": "https://rapat.example.id:99999/"}, {"online_url": "url.form"}),
        ({"online_url": "https://rapat.example.id/" + "x" * 500}, {"online_url": "text.too_long"}),
        ({"closes_on": date(2027, 1, 1)}, {"closes_at": "time.missing"}),
        ({"closes_on": date(2001, 1, 1), "closes_at": time(8)}, {"closes_on": "closing.before_opening"}),
        ({"closes_on": date(2099, 1, 1), "closes_at": time(8)}, {"closes_on": "closing.after_end"}),
]  # fmt: skip


def test_a_session_that_cannot_be_so_is_refused_at_its_field(app: Flask) -> None:
    event_id = plans.a_draft()
    for changes, wrong in SESSIONS:
        plan = plans.session(**{"slug": "baru", **changes})
        assert problems(lambda plan=plan: add_sessions(event_id, [plan], by=COMMAND_LINE)) == wrong, changes  # type: ignore[misc]
    assert len(plans.event(event_id).sessions) == 1


def test_many_sessions_are_added_all_or_none(app: Flask) -> None:
    event_id = plans.a_draft()
    with pytest.raises(Invalid):
        add_sessions(event_id, [plans.session("a"), plans.session("b"), plans.session("a")], by=COMMAND_LINE)
    assert len(plans.event(event_id).sessions) == 1
    assert len(add_sessions(event_id, [plans.session("a"), plans.session("b")], by=COMMAND_LINE)) == 2


def test_dates_and_place_of_a_session_change_while_nobody_is_registered(app_on_each: Flask) -> None:
    place = an_event(days=2)[BALI, "village"]
    wave = add_wave(place.event_id, WavePlan(2), by=COMMAND_LINE)
    plan = as_planned(place.session_id)
    swapped = tuple(
        replace(day, on=other.on) for day, other in zip(plan.days, (plan.days[1], plan.days[0]), strict=True)
    )
    later = (swapped[0], replace(swapped[1], on=date.fromordinal(swapped[0].on.toordinal() + 1)))  # type: ignore[union-attr]
    edit_session(place.session_id, replace(plan, days=later, venue="Balai Kota", wave=2), by=COMMAND_LINE)
    session = there(place.session_id)
    assert [day.local_date for day in session.days] == [later[0].on, later[1].on]
    assert (session.venue, session.wave_id, session.calendar_sequence) == ("Balai Kota", wave, 1)
    (entry,) = entries("session.changed")
    assert (
        entry.before and entry.after and entry.before["venue"] == "Aula Perpustakaan" and len(entry.after["days"]) == 2
    )


def test_with_people_registered_what_they_were_told_is_changed_by_rescheduling_only(app: Flask) -> None:
    place = an_event()[BALI, "village"]
    budi = registered(place)
    plan = as_planned(place.session_id)
    for changes in (
        {"venue": "Balai Kota"},
        {"city": "Singaraja"},
        {"mode": Mode.HYBRID},
        {"online_url": "https://rapat.example.id/1"},
        {"days": (replace(plan.days[0], ends=time(15)),)},
    ):
        with pytest.raises(Refusal, match=r"session\.has_people"):
            edit_session(place.session_id, replace(plan, **changes), by=COMMAND_LINE)  # type: ignore[arg-type]
    edit_session(
        place.session_id, replace(plan, name_en="SHM Bali Island", access_id="a", access_en="b"), by=COMMAND_LINE
    )
    assert there(place.session_id).name_en == "SHM Bali Island"
    cancel(budi.registration_id, by=COMMAND_LINE, reason="berhalangan")
    edit_session(place.session_id, replace(as_planned(place.session_id), venue="Balai Kota"), by=COMMAND_LINE)
    assert there(place.session_id).venue == "Balai Kota"


def test_a_session_goes_with_days_and_seats_unless_somebody_ever_registered_or_was_invited(app_on_each: Flask) -> None:
    places = an_event(provinces=(BALI, "12"))
    place, other = places[BALI, "village"], places["12", "village"]
    remove_session(place.session_id, by=COMMAND_LINE)
    assert db.session.get(Session, place.session_id, populate_existing=True) is None
    assert db.session.query(Quota).count() == 2 and db.session.query(Seat).count() == 3
    ended = registered(other)
    cancel(ended.registration_id, by=COMMAND_LINE, reason="berhalangan")
    with pytest.raises(Refusal, match=r"session\.has_history"):
        remove_session(other.session_id, by=COMMAND_LINE)


def test_the_pic_of_the_province_changes_no_plan_of_a_session(app: Flask) -> None:
    place = an_event()[BALI, "village"]
    plan, by = as_planned(place.session_id), acting(made())
    with pytest.raises(Forbidden):
        edit_session(place.session_id, replace(plan, venue="x"), by=by)
    with pytest.raises(Forbidden):
        remove_session(place.session_id, by=by)
    with pytest.raises(Forbidden):
        set_seats({place.quota_id: 9}, reason="x", by=by)


def test_seats_of_several_roles_are_set_at_once_and_who_waits_has_the_added_ones(app_on_each: Flask) -> None:
    places = an_event(roles={"village": 1, "stakeholder": 3})
    village, stakeholder = places[BALI, "village"], places[BALI, "stakeholder"]
    sits, waits = registered(village), registered(village)
    assert states(sits, waits) == [State.SEATED, State.WAITING]
    outcome = set_seats({village.quota_id: 2, stakeholder.quota_id: 0}, reason="Surat 12", by=COMMAND_LINE)
    assert outcome.served == (waits.reference,) and (seats(village), seats(stakeholder)) == (2, 0)
    assert states(waits) == [State.SEATED]
    for totals, wrong in (
        ({village.quota_id: 1}, "seats.taken"),
        ({village.quota_id: -1}, "seats.range"),
        ({village.quota_id: 501}, "seats.range"),
    ):
        assert problems(lambda t=totals: set_seats(t, reason="x", by=COMMAND_LINE)) == {  # type: ignore[misc]
            str(village.quota_id): wrong
        }
    assert problems(lambda: set_seats({village.quota_id: 5}, reason=" ", by=COMMAND_LINE)) == {
        "reason": "seats.reason_missing"
    }


def test_seats_of_a_draft_need_no_reason(app: Flask) -> None:
    event_id = plans.a_draft()
    quotas = quota_ids(plans.event(event_id).sessions[0].id)
    set_seats(dict.fromkeys(quotas.values(), 4), reason="", by=COMMAND_LINE)
    assert set(seats_of(event_id).values()) == {4}


def place_of(event_id: int) -> Place:
    """The first role of the first session of a planned event, as tests of registrations name it."""
    event = plans.event(event_id)
    session, role = event.sessions[0], event.roles[0]
    quota = quota_ids(session.id)[role.id]
    return Place(event.id, session.id, role.id, quota, event.slug, session.slug, role.slug)

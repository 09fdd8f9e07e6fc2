"""An organizer plans an edition: programme, event, roles, waves, agenda. What cannot be so is refused beside its field."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, time
from itertools import count
from threading import Barrier
from typing import Any

import pytest
from flask import Flask

from tests import plans
from tests.at_once import at_once
from tests.builders import an_account, an_event, registered
from tests.cast import BALI, acting, made, sari
from tests.commands.kept import entries
from tpbis_events.foundation.database import db
from tpbis_events.foundation.errors import Forbidden, Invalid, NotFound, Refusal
from tpbis_events.people.actor import COMMAND_LINE
from tpbis_events.people.model import Right
from tpbis_events.programmes import edit_event as edit_event_module
from tpbis_events.programmes.edit_agenda import add_item, edit_item, move_item, remove_item
from tpbis_events.programmes.edit_event import create_event, edit_event
from tpbis_events.programmes.edit_programme import ProgrammePlan, create_programme, edit_programme
from tpbis_events.programmes.edit_role import add_role, edit_role, move_role
from tpbis_events.programmes.edit_wave import WavePlan, add_wave, edit_wave, remove_wave
from tpbis_events.programmes.model import Event, Origin, Programme, Wave
from tpbis_events.programmes.plans import seats_of
from tpbis_events.programmes.publish import publish
from tpbis_events.registrations.remove_planned import remove_role

HOSTILE_SLUGS = (
    "", " ", "../etc", "a/b", "a b", "Ä", "a--b", "-a", "a-", "A", "<script>", "a\0b", "a%2e", "x" * 61, "a?b", "a\nb",
    "аbc",  # a Cyrillic a
)  # fmt: skip


def problems(act: Callable[[], object]) -> dict[str, str]:
    with pytest.raises(Invalid) as refused:
        act()
    return refused.value.problems


def test_a_programme_is_created_and_changed_and_the_log_says_before_and_after(app: Flask) -> None:
    sari_ = acting(sari())
    plan = ProgrammePlan("temu-literasi", "Temu Literasi", "Literacy Meeting", "Apa", "What")
    programme_id = create_programme(plan, by=sari_)
    edit_programme(programme_id, replace(plan, name_en="Literacy Meetings"), by=sari_)
    (entry,) = entries("programme.changed")
    assert (entry.actor, entry.before, entry.after) == (
        sari_.label,
        {"name_en": "Literacy Meeting"},
        {"name_en": "Literacy Meetings"},
    )
    assert problems(lambda: create_programme(replace(plan, summary_en=" "), by=sari_)) == {
        "slug": "slug.taken",
        "summary_en": "text.missing",
    }


def test_saving_without_a_change_writes_nothing(app: Flask) -> None:
    event_id, plan = None, plans.planned()
    event_id = create_event(plans.a_programme(), plan, by=COMMAND_LINE)
    edit_event(event_id, plan, by=COMMAND_LINE)
    assert entries("event.changed") == []


def test_a_slug_is_small_letters_digits_and_dashes_and_nothing_else(app: Flask) -> None:
    programme_id = plans.a_programme()
    for slug in HOSTILE_SLUGS:
        wrong = problems(lambda slug=slug: create_event(programme_id, plans.planned(slug=slug), by=COMMAND_LINE))  # type: ignore[misc]
        assert wrong["slug"] == ("slug.form" if slug.strip() else "slug.missing"), slug


EVENTS: list[tuple[dict[str, Any], dict[str, str]]] = [
        ({"name_en": ""}, {"name_en": "text.missing"}),
        ({"theme_id": "Tema"}, {"theme_en": "text.one_language"}),
        ({"note_en": "A note"}, {"note_id": "text.one_language"}),
        ({"signatory_position_en": ""}, {"signatory_position_en": "text.one_language"}),
        ({"name_id": "x" * 201}, {"name_id": "text.too_long"}),
        ({"description_id": "x" * 10_001}, {"description_id": "text.too_long"}),
        ({"name_id": "\u202e\u0007\u200b \n"}, {"name_id": "text.missing"}),
        ({"zone": "Mars/Olympus"}, {"zone": "zone.unknown"}),
        ({"zone": "../../etc/passwd"}, {"zone": "zone.unknown"}),
        ({"opens_on": None}, {"opens_on": "date.missing"}),
        ({"closes_at": None}, {"closes_at": "time.missing"}),
        ({"opens_on": date(1, 1, 1)}, {"opens_on": "date.years"}),
        ({"closes_on": date(9999, 12, 31)}, {"closes_on": "date.years"}),
        ({"opens_on": date(2027, 5, 2), "closes_on": date(2027, 5, 1)}, {"closes_on": "window.order"}),
        (
            {"zone": "Europe/Berlin", "opens_on": date(2027, 3, 28), "opens_at": time(2, 30), "closes_on": date(2027, 4, 1)},
            {"opens_at": "time.skipped"},
        ),
        ({"certificate_percent": 0}, {"certificate_percent": "percent.range"}),
        ({"certificate_percent": 101}, {"certificate_percent": "percent.range"}),
        ({"certificate_series": ""}, {"certificate_series": "text.missing"}),
        ({"wave_smallest": 0}, {"wave_smallest": "wave.size"}),
        ({"wave_smallest": 9, "wave_largest": 8}, {"wave_largest": "wave.size_order"}),
]  # fmt: skip


def test_of_two_editions_that_take_one_slug_at_the_same_instant_the_second_hears_that_it_is_taken(
    app_on_each: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    programme_id, both_looked, looked = plans.a_programme(), Barrier(2), count(1)
    slug_problem = edit_event_module.slug_problem

    def look_together(slug: str, known: Event | None) -> str | None:
        found = slug_problem(slug, known)
        if db.engine.dialect.name == "postgresql" and next(looked) <= 2:
            both_looked.wait(10)
        return found

    def create() -> dict[str, str]:
        try:
            create_event(programme_id, plans.planned(slug="sama"), by=COMMAND_LINE)
        except Invalid as refused:
            return refused.problems
        return {}

    monkeypatch.setattr(edit_event_module, "slug_problem", look_together)
    assert sorted(at_once(app_on_each, [create, create]), key=len) == [{}, {"slug": "slug.taken"}]


def test_an_edition_that_cannot_be_so_is_refused_at_its_field(app: Flask) -> None:
    programme_id = plans.a_programme()
    for changes, wrong in EVENTS:
        plan = plans.planned(**changes)
        assert problems(lambda plan=plan: create_event(programme_id, plan, by=COMMAND_LINE)) == wrong, changes  # type: ignore[misc]
    assert db.session.query(Event).count() == 0


def test_the_window_is_kept_as_moments_of_the_named_zone(app: Flask) -> None:
    plan = plans.planned(
        zone="Asia/Jayapura",
        opens_on=date(2027, 1, 5),
        opens_at=time(8),
        closes_on=date(2027, 2, 5),
        closes_at=time(16),
    )
    event = plans.event(create_event(plans.a_programme(), plan, by=COMMAND_LINE))
    assert event.registration_opens_at.isoformat() == "2027-01-04T23:00:00+00:00"
    assert (event.zone, event.published_at) == ("Asia/Jayapura", None)


def test_texts_are_tidied_and_line_breaks_stay_where_they_may(app: Flask) -> None:
    event = plans.event(
        create_event(
            plans.a_programme(),
            plans.planned(
                name_id="  SHM \n Bali\u202e ", description_id="Satu\r\n\r\n\r\n\r\nDua  kali ", description_en="x"
            ),
            by=COMMAND_LINE,
        )
    )
    assert (event.name_id, event.description_id) == ("SHM Bali", "Satu\n\nDua kali")


def test_a_published_slug_stays_and_so_does_where_the_people_of_a_role_are_from(app: Flask) -> None:
    event_id = plans.a_draft()
    event = plans.event(event_id)
    role_id, programme = event.roles[0].id, event.programme
    kept = ProgrammePlan("lain", programme.name_id, programme.name_en, programme.summary_id, programme.summary_en)
    plan = plans.planned()
    edit_event(event_id, replace(plan, slug="lain-lagi"), by=COMMAND_LINE)
    publish(event_id, by=COMMAND_LINE)
    assert problems(lambda: edit_event(event_id, plan, by=COMMAND_LINE)) == {"slug": "slug.published"}
    changed = plans.role("lain", origin=Origin.INTERNATIONAL)
    assert problems(lambda: edit_role(role_id, changed, by=COMMAND_LINE)) == {
        "slug": "slug.published",
        "origin": "origin.published",
    }
    programme_id = db.session.query(Programme).one().id
    assert problems(lambda: edit_programme(programme_id, kept, by=COMMAND_LINE)) == {"slug": "slug.published"}


def test_a_new_role_has_its_usual_seats_in_each_session_and_goes_last(app: Flask) -> None:
    event_id = plans.a_draft()
    role_id = add_role(event_id, plans.role("pustakawan", 5), by=COMMAND_LINE)
    event = plans.event(event_id)
    assert [role.slug for role in event.roles] == ["desa", "provinsi", "pustakawan"]
    assert seats_of(event_id)[event.sessions[0].id, role_id] == 5


def test_seats_of_a_role_are_0_to_500(app: Flask) -> None:
    event_id = plans.a_draft()
    for seats in (-1, 501, 10**9):
        plan = plans.role("baru", seats)
        assert problems(lambda plan=plan: add_role(event_id, plan, by=COMMAND_LINE)) == {"seats": "seats.range"}  # type: ignore[misc]
    assert problems(lambda: add_role(event_id, plans.role("desa"), by=COMMAND_LINE)) == {"slug": "slug.taken"}


def test_roles_change_places_and_the_first_stays_first(app: Flask) -> None:
    event_id = plans.a_draft()
    first, second = (role.id for role in plans.event(event_id).roles)
    move_role(first, up=True, by=COMMAND_LINE)
    assert entries("role.sorted") == []
    move_role(second, up=True, by=COMMAND_LINE)
    assert [role.id for role in plans.event(event_id).roles] == [second, first]


def test_a_role_goes_with_its_seats_unless_somebody_ever_registered_for_it(app_on_each: Flask) -> None:
    event_id = plans.a_draft()
    role_id = plans.event(event_id).roles[0].id
    remove_role(role_id, by=COMMAND_LINE)
    assert [role.slug for role in plans.event(event_id).roles] == ["provinsi"]
    place = an_event()[BALI, "village"]
    registered(place)
    with pytest.raises(Refusal, match=r"role\.has_history"):
        remove_role(place.role_id, by=COMMAND_LINE)


def test_a_wave_has_a_number_of_its_own_and_a_window_with_both_ends(app: Flask) -> None:
    event_id = plans.a_draft()
    window = WavePlan(1, date(2027, 1, 4), date(2027, 1, 15))
    wave_id = add_wave(event_id, window, by=COMMAND_LINE)
    for plan, wrong in (
        (WavePlan(1), {"number": "wave.taken"}),
        (WavePlan(0), {"number": "wave.number"}),
        (WavePlan(2, date(2027, 1, 4)), {"ends_on": "date.missing"}),
        (WavePlan(2, date(2027, 1, 4), date(2027, 1, 3)), {"ends_on": "window.order"}),
    ):
        assert problems(lambda plan=plan: add_wave(event_id, plan, by=COMMAND_LINE)) == wrong  # type: ignore[misc]
    edit_wave(wave_id, replace(window, ends_on=date(2027, 1, 16)), by=COMMAND_LINE)
    (entry,) = entries("wave.changed")
    assert (entry.before, entry.after) == ({"ends_on": "2027-01-15"}, {"ends_on": "2027-01-16"})


def test_sessions_outlive_their_wave(app: Flask) -> None:
    place = an_event()[BALI, "village"]
    wave_id = add_wave(place.event_id, WavePlan(1), by=COMMAND_LINE)
    from tpbis_events.foundation.transaction import transaction
    from tpbis_events.programmes.model import Session

    with transaction():
        db.session.get_one(Session, place.session_id).wave_id = wave_id
    assert remove_wave(wave_id, by=COMMAND_LINE) == 1
    assert db.session.query(Wave).count() == 0
    assert db.session.get_one(Session, place.session_id, populate_existing=True).wave_id is None


def test_an_agenda_keeps_its_order_by_hour_until_somebody_moves_an_item(app: Flask) -> None:
    event_id = plans.a_draft()
    early = add_item(event_id, plans.item(title_id="Buka", starts=time(8), ends=time(9), jp=0), by=COMMAND_LINE)
    add_item(event_id, plans.item(title_id="Besok", day_number=2), by=COMMAND_LINE)
    assert [item.title_id for item in plans.event(event_id).agenda] == ["Buka", "Paparan", "Besok"]
    move_item(early, up=True, by=COMMAND_LINE)
    move_item(early, up=False, by=COMMAND_LINE)
    assert [item.title_id for item in plans.event(event_id).agenda] == ["Paparan", "Buka", "Besok"]
    edit_item(early, plans.item(title_id="Buka", day_number=2, starts=time(8), ends=time(9)), by=COMMAND_LINE)
    assert [item.title_id for item in plans.event(event_id).agenda] == ["Paparan", "Buka", "Besok"]
    remove_item(early, by=COMMAND_LINE)
    assert [item.title_id for item in plans.event(event_id).agenda] == ["Paparan", "Besok"]
    assert entries("agenda.removed")[0].before == {"title_id": "Buka", "day_number": 2, "jp": 2}


ITEMS: list[tuple[dict[str, Any], dict[str, str]]] = [
    ({"title_en": ""}, {"title_en": "text.missing"}),
    ({"place_id": "Aula"}, {"place_en": "text.one_language"}),
    ({"day_number": 15}, {"day_number": "day.range"}),
    ({"jp": -1}, {"jp": "jp.range"}),
    ({"jp": 25}, {"jp": "jp.range"}),
    ({"starts": None}, {"starts": "time.missing"}),
    ({"ends": time(9)}, {"ends": "hours.order"}),
]


def test_an_item_that_cannot_be_so_is_refused(app: Flask) -> None:
    event_id = plans.a_draft()
    for changes, wrong in ITEMS:
        plan = plans.item(**changes)
        assert problems(lambda plan=plan: add_item(event_id, plan, by=COMMAND_LINE)) == wrong, changes  # type: ignore[misc]


def test_the_pic_and_the_auditor_plan_nothing(app: Flask) -> None:
    place = an_event()[BALI, "village"]
    event_id, auditor = plans.a_draft(), acting(an_account("Ayu", Right.AUDITOR))
    for by, refusal in ((acting(made()), NotFound), (auditor, Forbidden)):
        for act in (
            lambda by=by: create_programme(ProgrammePlan("x", "a", "b", "c", "d"), by=by),
            lambda by=by: create_event(1, plans.planned(), by=by),
            lambda by=by: edit_event(event_id, plans.planned(), by=by),
            lambda by=by: add_role(event_id, plans.role("z"), by=by),
            lambda by=by: add_wave(event_id, WavePlan(1), by=by),
            lambda by=by: add_item(event_id, plans.item(), by=by),
            lambda by=by: remove_role(place.role_id, by=by),
            lambda by=by: publish(event_id, by=by),
        ):
            with pytest.raises(refusal):
                act()  # type: ignore[no-untyped-call]

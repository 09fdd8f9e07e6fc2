"""An edition is cloned to the next year in one act: everything that was planned, other dates, no people."""

from __future__ import annotations

from datetime import date, time, timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from tests import plans
from tests.builders import an_account, an_event, registered
from tests.cast import BALI, acting, made
from tests.commands.kept import entries
from tests.commands.test_plan import HOSTILE_SLUGS, problems
from tpbis_events.foundation.database import Base, db
from tpbis_events.foundation.errors import Forbidden, NotFound
from tpbis_events.foundation.transaction import transaction
from tpbis_events.people.actor import COMMAND_LINE
from tpbis_events.people.model import Right
from tpbis_events.places.local_time import at_local
from tpbis_events.places.zones import in_zone
from tpbis_events.programmes.add_sessions import add_sessions
from tpbis_events.programmes.clone import Cloned, ClonePlan, clone
from tpbis_events.programmes.content import shm_2023
from tpbis_events.programmes.edit_wave import WavePlan, add_wave
from tpbis_events.programmes.introduce import introduce
from tpbis_events.programmes.lay_out import lay_out
from tpbis_events.programmes.model import Event, LimitedBy, Mode, Serving, WayIn
from tpbis_events.programmes.planned_session import PlannedDay
from tpbis_events.programmes.plans import seats_of
from tpbis_events.programmes.publish import publish
from tpbis_events.programmes.shifted import shifted, shifted_sessions
from tpbis_events.registrations.cancel_session import cancel_session
from tpbis_events.registrations.change_ways import set_limit, set_serving, set_way_in

NEXT = ClonePlan("shm-berikutnya", "SHM Berikutnya", "SHM next")


def an_edition() -> int:
    """Published, with everything that an edition can have, and people in it."""
    event_id = plans.a_draft(theme_id="Tema", theme_en="Theme", zone="Asia/Makassar")
    add_wave(event_id, WavePlan(1, plans.day(40), plans.day(60)), by=COMMAND_LINE)
    days = tuple(PlannedDay(plans.day(n), time(8), time(12)) for n in (50, 51))
    link = "https://rapat.example.id/lama"
    session = plans.session("papua", zone="Asia/Jayapura", province_code="91", days=days, wave=1, mode=Mode.HYBRID)
    from dataclasses import replace

    closing = replace(session, online_url=link, closes_on=plans.day(51), closes_at=time(10))
    add_sessions(event_id, [closing], by=COMMAND_LINE)
    publish(event_id, by=COMMAND_LINE)
    role = plans.event(event_id).roles[0].id
    set_way_in(role, WayIn.APPROVAL, by=COMMAND_LINE)
    set_limit(role, LimitedBy.REGENCY, "", 1, by=COMMAND_LINE)
    set_serving(event_id, Serving.OFFER, offer_hours=8, reminder_hours=2, by=COMMAND_LINE)
    return event_id


def counted() -> dict[str, int]:
    return {
        name: db.session.scalar(select(func.count()).select_from(table)) or 0
        for name, table in Base.metadata.tables.items()
    }


def kept(event: Event) -> dict[str, object]:
    left = {"id", "slug", "name_id", "name_en", "published_at", "registration_opens_at", "registration_closes_at"}
    return {c.key: getattr(event, c.key) for c in Event.__table__.columns if c.key not in left}


def test_a_clone_has_all_that_was_planned_on_the_same_weekdays_of_the_next_year_and_nobody(app_on_each: Flask) -> None:
    old_id = an_edition()
    before = counted()
    cloned = clone(old_id, NEXT, by=COMMAND_LINE)
    after = counted()
    doubled = {"events", "roles", "limits", "waves", "sessions", "session_days", "quotas", "seats", "agenda_items"}
    assert {name for name in after if after[name] != before[name]} == doubled | {"audit_entries"}
    assert all(after[name] == 2 * before[name] for name in doubled)
    old, new = plans.event(old_id), plans.event(cloned.event_id)
    assert new.published_at is None and kept(new) == kept(old)
    assert [(r.slug, r.name_en, r.seats, r.way_in) for r in new.roles] == [
        (r.slug, r.name_en, r.seats, r.way_in) for r in old.roles
    ]
    assert [(x.limited_by, x.most) for x in new.roles[0].limits] == [(LimitedBy.REGENCY, 1)]
    assert [(i.title_id, i.starts, i.jp, i.sort) for i in new.agenda] == [
        (i.title_id, i.starts, i.jp, i.sort) for i in old.agenda
    ]
    year = timedelta(days=364)
    assert new.waves[0].starts_on == plans.day(40) + year
    for was, now in zip(old.sessions, new.sessions, strict=True):
        assert (now.slug, now.venue, now.mode, now.access_en) == (was.slug, was.venue, was.mode, was.access_en)
        assert [day.local_date for day in now.days] == [day.local_date + year for day in was.days]
        assert (
            now.starts_at == was.starts_at + year
            and now.days[0].local_date.weekday() == was.days[0].local_date.weekday()
        )
        assert now.online_url is None
    assert (
        new.sessions[1].registration_closes_at
        == (old.sessions[1].registration_closes_at or new.registration_opens_at) + year
    )
    assert new.sessions[1].wave_id == new.waves[0].id
    assert sorted(seats_of(new.id).values()) == sorted(seats_of(old.id).values())
    (entry,) = entries("event.cloned")
    assert entry.after == {"from": old.slug, "shift": 364, "sessions": 2, "seats": cloned.seats}


def test_people_are_not_copied_and_a_cancelled_session_is_held_again(app: Flask) -> None:
    place = an_event()[BALI, "village"]
    registered(place)
    cancel_session(place.session_id, reason="banjir", by=COMMAND_LINE)
    before = counted()
    cloned = clone(place.event_id, NEXT, by=COMMAND_LINE)
    after = counted()
    assert {name: after[name] for name in ("registrations", "persons", "mails")} == {
        name: before[name] for name in ("registrations", "persons", "mails")
    }
    assert plans.event(cloned.event_id).sessions[0].cancelled_at is None


def test_the_edition_of_2023_is_cloned_with_33_sessions_and_990_seats_and_stays_as_it_was(app: Flask) -> None:
    introduce(by=COMMAND_LINE)
    old_id = lay_out(shm_2023(), by=COMMAND_LINE)
    cloned: Cloned = clone(
        old_id, ClonePlan("shm-provinsi-2027", "SHM 2027", "SHM 2027", days=364 * 3 + 7), by=COMMAND_LINE
    )
    assert (cloned.sessions, cloned.seats) == (33, 990)
    new = plans.event(cloned.event_id)
    assert (new.note_id, new.source, new.sessions[0].source) == (None, None, None)  # they tell of 2023
    assert len(plans.event(old_id).sessions) == 33


def test_days_that_fall_on_a_holiday_or_weekend_are_named(app: Flask) -> None:
    event_id = plans.a_draft()
    saturday = date(2026, 8, 15)
    for slug, day in (("sabtu", saturday), ("merdeka", date(2026, 8, 17)), ("biasa", date(2026, 8, 19))):
        add_sessions(event_id, [plans.session(slug, days=(PlannedDay(day, time(8), time(9)),))], by=COMMAND_LINE)
    found = {each.session.slug: each.off for each in shifted_sessions(plans.event(event_id), 0)}
    assert [day.holiday for day in found["sabtu"]] == [None]
    assert found["merdeka"][0].holiday and "Kemerdekaan" in found["merdeka"][0].holiday.name_id
    assert found["biasa"] == ()


def test_the_hour_stays_the_same_on_the_clocks_of_a_place_with_summer_time() -> None:
    zone = "Europe/Berlin"
    march = at_local(date(2026, 3, 20), time(9), zone)
    moved = in_zone(shifted(march, 20, zone), zone)
    assert (moved.hour, moved.utcoffset()) == (9, timedelta(hours=2))
    skipped = at_local(date(2026, 3, 22), time(2, 30), zone)
    assert in_zone(shifted(skipped, 7, zone), zone).time() == time(3, 30)


def test_a_clone_needs_a_free_slug_both_names_and_a_shift_that_can_be(app: Flask) -> None:
    event_id = plans.a_draft()
    slug = plans.event(event_id).slug
    for plan, wrong in (
        (ClonePlan(slug, "a", "b"), {"slug": "slug.taken"}),
        (ClonePlan("x", "a", ""), {"name_en": "text.missing"}),
        (ClonePlan("x", "a", "b", days=0), {"days": "shift.range"}),
        (ClonePlan("x", "a", "b", days=10**9), {"days": "shift.range"}),
    ):
        assert problems(lambda p=plan: clone(event_id, p, by=COMMAND_LINE)) == wrong  # type: ignore[misc]
    for bad in HOSTILE_SLUGS[2:6]:
        assert "slug" in problems(lambda b=bad: clone(event_id, ClonePlan(b, "a", "b"), by=COMMAND_LINE))  # type: ignore[misc]
    assert db.session.query(Event).count() == 1


def test_the_pic_and_the_auditor_clone_nothing(app: Flask) -> None:
    place = an_event()[BALI, "village"]
    with pytest.raises(NotFound):
        clone(place.event_id, NEXT, by=acting(made()))
    with pytest.raises(Forbidden):
        clone(place.event_id, NEXT, by=acting(an_account("Ayu", Right.AUDITOR)))


def test_a_sample_cloned_is_no_sample(app: Flask) -> None:
    event_id = plans.a_draft(note_id="Contoh", note_en="Sample")
    with transaction():
        db.session.get_one(Event, event_id).demo = True
    new = plans.event(clone(event_id, NEXT, by=COMMAND_LINE).event_id)
    assert (new.demo, new.note_id, new.note_en) == (False, None, None)

"""Publishing an edition, and taking it back: what is missing, who stands in the way, and that a draft is told to nobody."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask

from tests import plans
from tests.builders import Place, an_event, registered, somebody
from tests.cast import BALI, acting, made, sari
from tests.commands.kept import entries
from tests.commands.test_plan_sessions import place_of
from tpbis_events.foundation import clock
from tpbis_events.foundation.database import db
from tpbis_events.foundation.errors import NotFound, Refusal
from tpbis_events.foundation.transaction import transaction
from tpbis_events.people.actor import COMMAND_LINE
from tpbis_events.programmes.add_sessions import add_sessions
from tpbis_events.programmes.edit_event import create_event
from tpbis_events.programmes.edit_role import add_role
from tpbis_events.programmes.edit_wave import WavePlan, add_wave
from tpbis_events.programmes.model import Event, Mode, Quota
from tpbis_events.programmes.plans import seats_of
from tpbis_events.programmes.publish import publish
from tpbis_events.programmes.readiness import Lack, lacks_of
from tpbis_events.registrations.cancel import cancel
from tpbis_events.registrations.edit_session import edit_session
from tpbis_events.registrations.invite import Guest, invite, revoke
from tpbis_events.registrations.model import InvitationKind
from tpbis_events.registrations.register import register
from tpbis_events.registrations.register_batch import Beyond, Row, register_batch
from tpbis_events.registrations.reinstate import reinstate
from tpbis_events.registrations.unpublish import unpublish

GUEST = Guest(InvitationKind.PERSONAL, "Ibu Ketut", "ketut@example.id")


def lacks(event_id: int) -> list[Lack]:
    return lacks_of(plans.event(event_id), seats_of(event_id), clock.now())


def codes(event_id: int, *, blocking: bool) -> list[str]:
    return [lack.code for lack in lacks(event_id) if lack.blocking is blocking]


def a_published_place() -> Place:
    event_id = plans.a_draft()
    publish(event_id, by=COMMAND_LINE)
    return place_of(event_id)


def test_a_whole_plan_is_published_once_and_people_can_register(app_on_each: Flask) -> None:
    event_id = plans.a_draft()
    assert codes(event_id, blocking=True) == []
    publish(event_id, by=acting(sari()))
    with pytest.raises(Refusal, match=r"event\.already_published"):
        publish(event_id, by=COMMAND_LINE)
    assert entries("event.published")[0].subject == f"event:{event_id}"
    assert registered(place_of(event_id), somebody(province_code="51")).place is None


def test_an_empty_plan_lacks_roles_and_sessions_and_is_refused_with_their_codes(app: Flask) -> None:
    empty = plans.planned(signatory_name="", description_id="", description_en="")
    event_id = create_event(plans.a_programme(), empty, by=COMMAND_LINE)
    assert codes(event_id, blocking=True) == ["event.no_roles", "event.no_sessions"]
    assert codes(event_id, blocking=False) == ["event.no_description", "event.no_signatory", "agenda.empty"]
    with pytest.raises(Refusal) as no:
        publish(event_id, by=COMMAND_LINE)
    assert (no.value.code, no.value.facts["missing"]) == ("event.not_ready", "event.no_roles, event.no_sessions")
    assert plans.event(event_id).published_at is None


def test_what_blocks_is_told_session_by_session(app: Flask) -> None:
    event_id = plans.a_draft(opens_on=plans.day(30))
    first = {role.id: 0 for role in plans.event(event_id).roles}
    add_sessions(event_id, [plans.session("kosong")], by=COMMAND_LINE, seats=first)
    add_sessions(event_id, [plans.session("dini", in_days=20)], by=COMMAND_LINE)
    add_sessions(event_id, [plans.session("daring", mode=Mode.ONLINE)], by=COMMAND_LINE)
    found = {(lack.session.slug if lack.session else "", lack.code) for lack in lacks(event_id) if lack.blocking}
    assert found == {
        ("kosong", "session.no_seats"),
        ("dini", "session.before_opening"),
        ("daring", "session.no_link"),
    }


def test_a_role_about_which_a_session_says_nothing_blocks(app: Flask) -> None:
    event_id = plans.a_draft()
    with transaction():
        quota = db.session.query(Quota).order_by(Quota.id).first()
        assert quota
        from tpbis_events.programmes.model import Seat

        db.session.query(Seat).filter(Seat.quota_id == quota.id).delete()
        db.session.delete(quota)
    assert codes(event_id, blocking=True) == ["session.role_unsaid"]


def test_a_row_that_lost_one_language_blocks(app: Flask) -> None:
    event_id = plans.a_draft()
    with transaction():
        event = db.session.get_one(Event, event_id)
        event.name_en, event.theme_id = "", "Tema"
    assert codes(event_id, blocking=True) == ["text.one_language", "text.one_language"]


def test_advice_doesnt_block(app: Flask) -> None:
    event_id = plans.a_draft()
    add_wave(event_id, WavePlan(1, plans.day(1), plans.day(2)), by=COMMAND_LINE)
    sunday = next(n for n in range(46, 60) if plans.day(n).weekday() == 6)
    add_sessions(
        event_id,
        [plans.session("minggu", in_days=sunday, wave=1, venue="", access_id="", access_en="")],
        by=COMMAND_LINE,
    )
    assert set(codes(event_id, blocking=False)) >= {
        "session.no_venue",
        "session.no_access",
        "session.outside_wave",
        "session.day_off",
    }
    publish(event_id, by=COMMAND_LINE)


def test_nobody_registers_for_a_draft_not_even_by_the_office(app_on_each: Flask) -> None:
    place = place_of(plans.a_draft())
    with pytest.raises(NotFound, match=r"event\.unknown"):
        register(place.session_id, place.role_id, somebody(), key="kunci-satu-dua-tiga")
    pic = acting(made())
    with pytest.raises(Refusal, match=r"event\.draft"):
        register(place.session_id, place.role_id, somebody(), key="kunci-dua-dua-tiga", by=pic)
    with pytest.raises(Refusal, match=r"event\.draft"):
        register_batch(place.session_id, [Row(1, place.role_id, somebody())], beyond=Beyond.WAIT, by=pic)
    with pytest.raises(Refusal, match=r"event\.draft"):
        invite(place.quota_id, GUEST, expires_at=clock.now() + timedelta(days=1), by=pic)


def test_who_is_registered_keeps_an_event_published_until_her_registration_has_ended(app_on_each: Flask) -> None:
    place = a_published_place()
    budi = registered(place, somebody(province_code="51"))
    with pytest.raises(Refusal) as no:
        unpublish(place.event_id, reason="salah", by=COMMAND_LINE)
    assert (no.value.code, no.value.facts) == ("event.has_people", {"people": 1, "invitations": 0})
    cancel(budi.registration_id, by=COMMAND_LINE, reason="berhalangan")
    unpublish(place.event_id, reason="Salah tanggal", by=COMMAND_LINE)
    (entry,) = entries("event.unpublished")
    assert entry.reason == "Salah tanggal" and plans.event(place.event_id).published_at is None
    with pytest.raises(Refusal, match=r"event\.draft"):
        reinstate(budi.registration_id, reason="x", by=COMMAND_LINE)


def test_an_invitation_keeps_an_event_published_until_it_is_taken_back(app: Flask) -> None:
    place = a_published_place()
    invited = invite(place.quota_id, GUEST, expires_at=clock.now() + timedelta(days=1), by=COMMAND_LINE)
    with pytest.raises(Refusal) as no:
        unpublish(place.event_id, reason="salah", by=COMMAND_LINE)
    assert no.value.facts == {"people": 0, "invitations": 1}
    revoke(invited.invitation_id, by=COMMAND_LINE)
    unpublish(place.event_id, reason="salah", by=COMMAND_LINE)


def test_taking_back_needs_a_reason_and_a_published_event(app: Flask) -> None:
    place = a_published_place()
    with pytest.raises(Refusal, match=r"unpublish\.reason_missing"):
        unpublish(place.event_id, reason=" \n", by=COMMAND_LINE)
    unpublish(place.event_id, reason="salah", by=COMMAND_LINE)
    with pytest.raises(Refusal, match=r"event\.draft_already"):
        unpublish(place.event_id, reason="salah", by=COMMAND_LINE)
    with pytest.raises(NotFound):
        unpublish(place.event_id, reason="salah", by=acting(made()))


def test_the_link_of_a_video_call_reaches_who_has_a_seat_and_nobody_else(app: Flask) -> None:
    place = an_event(roles={"village": 1})[BALI, "village"]
    from tests.commands.kept import mails, row
    from tests.commands.test_plan_sessions import as_planned
    from tpbis_events.outbox.write import owed, written
    from tpbis_events.registrations.facts import calendar_for, facts_of

    link = "https://rapat.example.id/bali-1"
    plan = replace(as_planned(place.session_id), mode=Mode.HYBRID, online_url=link)
    edit_session(place.session_id, plan, by=COMMAND_LINE)
    sits, waits = registered(place), registered(place)
    confirmation, waiting = owed(mails("confirmation")[0]), owed(mails("waiting")[0])
    for form in (written(confirmation).text, written(confirmation).html):
        assert "/join" in form and link not in form, "by her own way alone she is known to be in"
    assert link not in written(waiting).text and link not in str(waiting.facts)
    assert link in calendar_for(row(sits), at=clock.now()).replace("\r\n ", "")
    assert link not in str(facts_of(row(waits), at=clock.now()))


def test_a_role_with_no_seats_by_plan_is_not_on_the_list_of_lacks(app: Flask) -> None:
    event_id = plans.a_draft()
    add_role(event_id, plans.role("tamu", 0), by=COMMAND_LINE)
    assert codes(event_id, blocking=True) == []

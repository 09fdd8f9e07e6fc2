"""Every way to stand has its page, and an offer is answered there: by a press, never by looking."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from flask import Flask
from flask.testing import FlaskClient

from tests.builders import BUDI, Place, an_event, registered, somebody
from tests.doors.browsing import everything, row
from tpbis_events.foundation import clock
from tpbis_events.foundation.codes import grouped
from tpbis_events.foundation.database import db
from tpbis_events.foundation.transaction import transaction
from tpbis_events.people.actor import COMMAND_LINE, participant
from tpbis_events.programmes.model import Serving, Session, WayIn
from tpbis_events.registrations.answer_offer import accept, decline
from tpbis_events.registrations.cancel import cancel
from tpbis_events.registrations.cancel_session import cancel_session
from tpbis_events.registrations.change_ways import set_serving, set_way_in
from tpbis_events.registrations.decide import approve, reject
from tpbis_events.registrations.invite import Guest, invite
from tpbis_events.registrations.lapse_offers import lapse_offers
from tpbis_events.registrations.model import InvitationKind, State
from tpbis_events.registrations.register import Registered, register
from tpbis_events.registrations.substitute import substitute

FRIDAY = datetime(2026, 8, 14, 4, tzinfo=UTC)  # 12.00 in Bali; Monday the 17th is Independence Day
TUESDAY = datetime(2026, 8, 18, 4, tzinfo=UTC)  # 8 working hours later
OVER = TUESDAY + timedelta(minutes=1)


def a_place(serving: Serving = Serving.SEAT, way_in: WayIn = WayIn.OPEN, seats: int = 1) -> Place:
    place = an_event(roles={"stakeholder": seats})["51", "stakeholder"]
    set_serving(place.event_id, serving, offer_hours=8, reminder_hours=2, by=COMMAND_LINE)
    set_way_in(place.role_id, way_in, by=COMMAND_LINE)
    return place


def an_offer() -> tuple[Place, Registered, Registered]:
    """Budi is offered a seat, and somebody waits behind him."""
    place = a_place(Serving.OFFER)
    leaves, budi, next_in_line = registered(place), registered(place, BUDI), registered(place)
    cancel(leaves.registration_id, by=COMMAND_LINE, reason="berhalangan")
    return place, budi, next_in_line


def own(who: Registered, language: str = "/en") -> str:
    return f"{language}/my/{who.token}"


def plain(page: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


def test_the_page_of_an_offer_says_until_when_in_local_time_and_how_long_that_is(client: FlaskClient) -> None:
    with clock.stopped_at(FRIDAY):
        _place, budi, _next = an_offer()
        english, indonesian = plain(client.get(own(budi)).text), plain(client.get(own(budi, "")).text)
    assert "A seat is offered to you" in english
    assert "Please answer by Tuesday, 18 August 2026, 12:00 WITA." in english
    assert "That leaves you 8 working hours" in english
    assert "Selasa, 18 Agustus 2026, 12.00 WITA" in indonesian
    with clock.stopped_at(TUESDAY - timedelta(minutes=90)):
        assert "That leaves you 1 working hour:" in plain(client.get(own(budi)).text)
    with clock.stopped_at(TUESDAY - timedelta(minutes=2)):
        assert "That leaves you less than one working hour." in plain(client.get(own(budi)).text)


def test_looking_at_an_offer_answers_nothing(client: FlaskClient) -> None:
    _place, budi, _next = an_offer()
    before = everything()
    for ask in (client.get, client.head):
        to_page = ask(f"{own(budi)}/accept")
        assert (to_page.status_code, to_page.location) == (303, own(budi))
        assert ask(f"{own(budi)}/decline").status_code == 200
    for step in ("edit", "check", ""):  # another language, or a press that isn't the question's own
        assert client.post(f"{own(budi)}/decline", data={"step": step}).status_code == 200
    assert everything() == before


def test_accepting_is_one_press_and_the_seat_stands_on_the_page_at_once(client: FlaskClient) -> None:
    _place, budi, next_in_line = an_offer()
    page = client.get(own(budi)).text
    assert f'<form method="post" action="{own(budi)}/accept">' in page and "csrf_token" not in page
    for _press in range(2):
        answer = client.post(f"{own(budi)}/accept")
        assert (answer.status_code, answer.location) == (303, f"{own(budi)}?saved=accepted")
        assert "Set-Cookie" not in answer.headers
    page = client.get(answer.location).text
    assert "You have accepted, and the seat is yours" in page and "You have a seat" in page
    assert grouped(row(budi).ticket) in page and f"{own(budi)}/qr.png" in page
    assert (row(budi).state, row(next_in_line).state) == (State.SEATED, State.WAITING)


def test_what_an_address_claims_to_have_been_done_is_not_believed(client: FlaskClient) -> None:
    _place, budi, _next = an_offer()
    assert "You have accepted" not in client.get(f"{own(budi)}?saved=accepted").text


def test_declining_asks_once_more_and_then_the_next_has_the_offer(client: FlaskClient) -> None:
    place, budi, next_in_line = an_offer()
    asked = client.get(f"{own(budi)}/decline").text
    assert "Do you want to decline the seat?" in asked and "This decision cannot be taken back" in asked
    for _press in range(2):
        answer = client.post(f"{own(budi)}/decline", data={"step": "confirm"})
        assert (answer.status_code, answer.location) == (303, own(budi))
    page = client.get(own(budi)).text
    assert "You declined the seat" in page and "may register again" in page
    assert f"/en/events/{place.event_slug}/sessions/{place.session_slug}" in page
    assert client.get(f"{own(budi)}/decline").location == own(budi)
    assert (row(budi).state, row(next_in_line).state) == (State.DECLINED, State.OFFERED)


def test_an_answer_after_the_deadline_is_told_so_though_the_page_was_open_before(client: FlaskClient) -> None:
    with clock.stopped_at(FRIDAY):
        place, budi, next_in_line = an_offer()
        assert "Accept the seat" in client.get(own(budi)).text
    before = everything()
    with clock.stopped_at(OVER):
        late = client.post(f"{own(budi)}/accept")
        assert late.status_code == 409
        assert "The time for this offer is over" in late.text
        assert "It ended on Tuesday, 18 August 2026, 12:00 WITA" in late.text
        assert "Selasa, 18 Agustus 2026, 12.00 WITA" in client.post(f"{own(budi, '')}/accept").text
        assert f'href="{own(budi)}"' in late.text and grouped(budi.reference) in late.text
        page = client.get(own(budi)).text
        assert "The time for this offer is over" in page
        assert "Accept the seat" not in page and "/decline" not in page and "/cancel" not in page
        assert everything() == before
        lapse_offers()
        for step in ("accept", "decline"):
            late = client.post(f"{own(budi)}/{step}", data={"step": "confirm"})
            assert late.status_code == 409 and "The offer of this seat has ended" in late.text
            assert f"/en/events/{place.event_slug}/sessions/{place.session_slug}" in late.text
        page = client.get(own(budi)).text
        assert "The offer of a seat has ended" in page and "no answer came in time" in page
        assert "may register again" in page
    assert (row(budi).state, row(next_in_line).state) == (State.LAPSED, State.OFFERED)


def test_who_is_offered_nothing_is_told_how_she_stands(client: FlaskClient) -> None:
    place = a_place(Serving.OFFER)
    seated, waiting = registered(place), registered(place)
    applied = registered(a_place(way_in=WayIn.APPROVAL))
    gone = registered(a_place())
    cancel(gone.registration_id, by=COMMAND_LINE, reason="nama ganda")
    before = everything()
    words = {
        waiting: "It has no seat yet",
        applied: "The office decides it first",
        gone: "This registration is cancelled already",
        seated: "This registration has a seat already",
    }
    for who, said in words.items():
        answers = [client.get(f"{own(who)}/decline"), client.post(f"{own(who)}/decline", data={"step": "confirm"})]
        if who is not seated:  # for whom it would be accepting twice
            answers.append(client.post(f"{own(who)}/accept"))
        for answer in answers:
            assert answer.status_code == 409 and said in answer.text
            assert f'href="{own(who)}"' in answer.text, "and the way leads to her page"
    assert everything() == before


def test_a_made_up_link_answers_nobodys_offer(client: FlaskClient) -> None:
    _place, budi, _next = an_offer()
    before = everything()
    for token in (budi.token[:-1], budi.token + "x", "x"):
        for step in ("accept", "decline"):
            assert client.post(f"/my/{token}/{step}").status_code == 404
    assert everything() == before


# Every way to stand


def buttons(client: FlaskClient, who: Registered) -> set[str]:
    """What the page of a registration leads to."""
    page = client.get(own(who)).text
    steps = ("accept", "decline", "correct", "cancel", "substitute", "calendar.ics", "qr.png")
    found = {step for step in steps if f"{own(who)}/{step}" in page}
    return found | ({"again"} if "See the seats of this session" in page else set())


def test_each_way_to_stand_has_its_heading_and_just_the_buttons_that_it_needs(app: Flask, client: FlaskClient) -> None:
    by_choice = a_place(way_in=WayIn.APPROVAL)
    applied, approved, rejected = registered(by_choice), registered(by_choice), registered(by_choice)
    approve([approved.registration_id], by=COMMAND_LINE)
    reject([rejected.registration_id], reason="Bukan perpustakaan <desa>", by=COMMAND_LINE)
    place = a_place(seats=3)
    seated, gone, stood_in = registered(place), registered(place), registered(place)
    moved_up = registered(place)
    substitute(stood_in.registration_id, somebody(), by=participant(stood_in.registration_id))
    place, declined, offered = an_offer()
    first, second = registered(place), registered(place)
    decline(declined.registration_id, by=participant(declined.registration_id))
    cancel(gone.registration_id, by=COMMAND_LINE, reason="nama ganda")
    expected = {
        applied: ("Your request awaits a decision", {"correct", "cancel"}),
        approved: ("You have a seat", {"correct", "cancel", "calendar.ics", "qr.png"}),
        rejected: ("Your request was not accepted", set()),
        seated: ("You have a seat", {"correct", "cancel", "substitute", "calendar.ics", "qr.png"}),
        moved_up: ("You have a seat", {"correct", "cancel", "substitute", "calendar.ics", "qr.png"}),
        offered: ("A seat is offered to you", {"accept", "decline", "correct"}),
        gone: ("This registration is cancelled", {"calendar.ics", "again"}),
        stood_in: ("Somebody else comes in your place", {"calendar.ics"}),
        declined: ("You declined the seat", {"again"}),
        first: ("You are number 1 on the waiting list", {"correct", "cancel"}),
        second: ("You are number 2 on the waiting list", {"correct", "cancel"}),
    }
    for who, (heading, leads_to) in expected.items():
        assert f"<h1>{heading}</h1>" in client.get(own(who)).text
        assert buttons(client, who) == leads_to, heading
    page = client.get(own(rejected)).text
    assert "Bukan perpustakaan &lt;desa&gt;" in page and "See the sessions of this event" in page


def test_what_has_ended_can_be_neither_corrected_nor_cancelled(client: FlaskClient) -> None:
    _place, budi, _next = an_offer()
    decline(budi.registration_id, by=participant(budi.registration_id))
    place = a_place(way_in=WayIn.APPROVAL)
    rejected = registered(place)
    reject([rejected.registration_id], reason="penuh", by=COMMAND_LINE)
    before = everything()
    for who, said in ((budi, "This offer was declined"), (rejected, "This request was not accepted")):
        for step in ("correct", "cancel", "substitute"):
            for ask in (client.get, client.post):
                answer = ask(f"{own(who)}/{step}")
                assert answer.status_code == 409 and said in answer.text
                assert f'href="{own(who)}"' in answer.text
    assert everything() == before


def test_when_the_session_is_over_no_page_promises_anything(client: FlaskClient) -> None:
    place = a_place(way_in=WayIn.APPROVAL)
    seated, applied, waiting = (registered(place) for _ in range(3))
    approve([seated.registration_id], by=COMMAND_LINE)
    approve([waiting.registration_id], by=COMMAND_LINE)
    with clock.stopped_at(db.session.get_one(Session, place.session_id).ends_at):
        for who, heading in (
            (seated, "You had a seat"),
            (applied, "Your request was not decided"),
            (waiting, "You were on the waiting list"),
        ):
            page = client.get(own(who)).text
            assert heading in page and "Cancel my registration" not in page and "Correct my answers" not in page


def test_who_waits_reads_how_the_event_gives_seats(client: FlaskClient) -> None:
    words = {
        Serving.SEAT: "goes to the first in line at once",
        Serving.OFFER: "within 8 working hours",
        Serving.HAND: "The office gives seats that become free",
    }
    for serving, said in words.items():
        place = a_place(serving)
        _seated, waiting = registered(place), registered(place)
        for page in ("", "/done"):
            assert said in client.get(own(waiting) + page).text


def test_a_cancelled_session_is_told_to_each_as_she_stood(client: FlaskClient) -> None:
    place = a_place()
    seated, waiting, gone = registered(place), registered(place), registered(place)
    cancel(gone.registration_id, by=COMMAND_LINE, reason="nama ganda")
    cancel_session(place.session_id, reason="Gunung <Agung> meletus", by=COMMAND_LINE)
    for who in (seated, waiting):
        page = client.get(own(who)).text
        assert "<h1>The session is cancelled</h1>" in page and "Gunung &lt;Agung&gt; meletus" in page
        assert "See the sessions of this event" in page and "See the seats of this session" not in page
    assert "Please do not travel to the session" in client.get(own(seated)).text
    assert "Remove from calendar" in client.get(own(seated)).text
    assert "do not travel" not in client.get(own(waiting)).text
    page = client.get(own(gone)).text
    assert "<h1>This registration is cancelled</h1>" in page and "nama ganda" in page
    assert "It does not take place" in page


def test_who_applied_is_told_on_the_next_page_what_happens_now(client: FlaskClient) -> None:
    place = a_place(way_in=WayIn.APPROVAL)
    by_mail, by_phone = registered(place), registered(place, somebody(email="", phone="081234500009"))
    page = client.get(own(by_mail) + "/done").text
    assert "<h1>We have your request</h1>" in page and "You have no seat yet" in page
    assert "A mail tells you how it was decided" in page and "qr.png" not in page
    assert "The office tells you by phone how it was decided" in client.get(own(by_phone) + "/done").text
    reject([by_mail.registration_id], reason="penuh", by=COMMAND_LINE)
    assert client.get(own(by_mail) + "/done").location == own(by_mail)


def test_who_was_proposed_reads_by_whom(client: FlaskClient) -> None:
    place = a_place(way_in=WayIn.NOMINATION)
    until = clock.now() + timedelta(days=5)
    guest = Guest(InvitationKind.NOMINATION, "Kementerian <Desa>", places=2)
    nomination = invite(place.quota_id, guest, expires_at=until, by=COMMAND_LINE).invitation_id
    named = register(place.session_id, place.role_id, BUDI, key="calon-0123456789", invitation_id=nomination)
    assert "Kementerian &lt;Desa&gt; has proposed you" in client.get(own(named)).text


def test_an_offer_reaches_who_has_no_mail_on_her_page(client: FlaskClient) -> None:
    place = a_place(Serving.OFFER)
    leaves, budi = registered(place), registered(place, replace(BUDI, email=""))
    cancel(leaves.registration_id, by=COMMAND_LINE, reason="berhalangan")
    client.post(f"{own(budi)}/accept")
    assert "Keep this page: save it, print it" in client.get(f"{own(budi)}?saved=accepted").text


def test_an_offer_that_ends_outside_working_hours_names_its_end_alone(client: FlaskClient) -> None:
    with clock.stopped_at(FRIDAY):
        place = a_place(Serving.OFFER)
        leaves, budi = registered(place), registered(place, BUDI)
        accept_at = FRIDAY + timedelta(days=1)  # Saturday
        with transaction():
            db.session.get_one(Session, place.session_id).registration_closes_at = accept_at + timedelta(hours=2)
    with clock.stopped_at(accept_at):
        cancel(leaves.registration_id, by=COMMAND_LINE, reason="berhalangan")
        page = plain(client.get(own(budi)).text)
        assert "Please answer by Saturday, 15 August 2026, 14:00 WITA." in page and "That leaves you" not in page
        accept(budi.registration_id, by=participant(budi.registration_id))

"""A registration's page in the office: what can be done, each on a page of its own, refusals beside the form."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.builders import BUDI, Place, an_event, registered, somebody
from tests.cast import BALI, made, sari, sign_in
from tests.commands.kept import row, states
from tests.doors.browsing import everything, post, shown
from tpbis_events.foundation import clock
from tpbis_events.people.actor import COMMAND_LINE
from tpbis_events.places.local_time import format_datetime
from tpbis_events.programmes.model import Serving, WayIn
from tpbis_events.registrations.cancel import cancel
from tpbis_events.registrations.change_seats import add_seats
from tpbis_events.registrations.change_ways import set_serving, set_way_in
from tpbis_events.registrations.decide import reject
from tpbis_events.registrations.model import State
from tpbis_events.registrations.register import Registered

WAYAN = "Ni Luh Wayan"
ANSWERS = {
    "full_name": WAYAN,
    "email": "wayan@example.id",
    "institution": "Dinas Perpustakaan",
    "position": "Pustakawan",
    "employment": "community",
    "language": "id",
    "consent": "y",
}


def page_of(of: Registered, act: str = "") -> str:
    return f"/office/registrations/{of.reference}" + (f"/{act}" if act else "")


def offered_event(seats: int = 1) -> Place:
    place = an_event(roles={"village": seats})[BALI, "village"]
    set_serving(place.event_id, Serving.OFFER, offer_hours=16, reminder_hours=4, by=COMMAND_LINE)
    return place


def buttons(client: FlaskClient, of: Registered) -> set[str]:
    """The acts that the page of a registration has buttons for."""
    found = re.findall(
        rf'class="btn [^"]*" href="/office/registrations/{of.reference}/(\w+)"', client.get(page_of(of)).text
    )
    return set(found)


def test_a_page_has_the_buttons_of_its_state_and_no_others(client: FlaskClient) -> None:
    place = offered_event()
    seated, offered, waiting, rejected = (registered(place) for _ in range(4))
    cancelled = registered(place)
    for each in (seated, cancelled):
        cancel(each.registration_id, by=COMMAND_LINE, reason="berhalangan")
    reject([rejected.registration_id], reason="di luar sasaran", by=COMMAND_LINE)
    add_seats(place.quota_id, 1, reason="ruang", by=COMMAND_LINE)
    second = registered(an_event()[BALI, "village"])
    applies = an_event()[BALI, "village"]
    set_way_in(applies.role_id, WayIn.APPROVAL, by=COMMAND_LINE)
    applied = registered(applies)
    sign_in(client, made())
    assert states(offered, waiting) == [State.OFFERED, State.OFFERED]
    assert buttons(client, second) == {"move", "substitute", "cancel"}
    assert buttons(client, offered) == {"accept", "decline", "cancel"}
    assert buttons(client, applied) == {"approve", "reject", "cancel"}
    for ended in (cancelled, rejected):
        assert buttons(client, ended) == {"reinstate"}
    behind = registered(place)
    assert buttons(client, behind) == {"move", "priority", "reject", "cancel"}


def test_a_page_of_an_act_that_is_too_late_says_so_and_has_no_form(client: FlaskClient) -> None:
    place = an_event(roles={"village": 1})[BALI, "village"]
    budi, waits = registered(place, BUDI), registered(place)
    sign_in(client, made())
    before = everything()
    for of, acts in (
        (budi, ("approve", "reject", "accept", "decline", "reinstate", "priority")),
        (waits, ("approve", "accept", "decline", "reinstate", "substitute")),
    ):
        for act in acts:
            page = client.get("/en" + page_of(of, act))
            words = "has a seat already" if of is budi else "is on the waiting list"
            assert page.status_code == 200 and words in shown(page.text), act
            assert 'method="post" novalidate' not in page.text
            sent = post(client, page_of(of, act), reason="mau saya", priority="1", **ANSWERS)
            assert sent.status_code == 409, act
    assert everything() == before


def test_reinstating_is_refused_beside_the_form_with_the_reason_kept_and_then_done(client: FlaskClient) -> None:
    place = an_event(roles={"village": 1})[BALI, "village"]
    budi = registered(place, BUDI)
    cancel(budi.registration_id, by=COMMAND_LINE, reason="berhalangan")
    other = registered(place)
    sign_in(client, made())
    old = row(budi).ticket
    missing = post(client, page_of(budi, "reinstate"), reason=" ")
    assert missing.status_code == 422 and 'id="reason-error"' in missing.text
    refused = post(client, "/en" + page_of(budi, "reinstate"), reason="salah dibatalkan")
    assert refused.status_code == 409
    assert "All seats of this role are taken" in shown(refused.text) and "salah dibatalkan" in refused.text
    cancel(other.registration_id, by=COMMAND_LINE, reason="berhalangan")
    done = post(client, page_of(budi, "reinstate"), reason="salah dibatalkan")
    assert (done.status_code, done.location) == (303, page_of(budi))
    page = client.get("/en" + page_of(budi)).text
    assert "flash--success" in page and "Reason: salah dibatalkan" in shown(page)
    assert row(budi).state is State.SEATED and row(budi).ticket != old


def test_who_ended_it_when_and_why_stand_on_the_page(client: FlaskClient) -> None:
    budi = registered(an_event()[BALI, "village"], BUDI)
    account = made()
    sign_in(client, account)
    post(client, page_of(budi, "cancel"), reason="berhalangan hadir")
    ended = row(budi)
    assert ended.ended_at
    page = shown(client.get("/en" + page_of(budi)).text)
    when = format_datetime(ended.ended_at, "Asia/Makassar", "en")
    assert f"Cancelled {when}, Made Reason: berhalangan hadir" in page


def test_the_flash_names_who_was_served_and_whom_nobody_tells_by_mail(client: FlaskClient) -> None:
    place = an_event(roles={"village": 1})[BALI, "village"]
    budi = registered(place, BUDI)
    waits = registered(place, somebody(full_name=WAYAN, email="", phone="081234500009"))
    sign_in(client, made())
    done = post(client, "/en" + page_of(budi, "cancel"), reason="berhalangan")
    page = shown(client.get(done.location).text)
    assert f"From the waiting list these now have a seat: {WAYAN}." in page
    assert f"so please call: {WAYAN} (+6281234500009)" in page
    assert row(waits).state is State.SEATED


def test_an_offer_shows_its_end_in_local_time_and_is_accepted_for_who_has_no_e_mail(client: FlaskClient) -> None:
    place = offered_event()
    sits, offered = registered(place), registered(place, somebody(email="", phone="081234500010"))
    cancel(sits.registration_id, by=COMMAND_LINE, reason="berhalangan")
    ends = row(offered).offer_ends_at
    assert ends
    sign_in(client, made())
    assert format_datetime(ends, "Asia/Makassar", "en") in shown(client.get("/en" + page_of(offered)).text)
    assert post(client, page_of(offered, "accept")).status_code == 303
    assert row(offered).state is State.SEATED


def test_an_offer_that_is_over_is_refused_beside_the_form(client: FlaskClient) -> None:
    place = offered_event()
    sits, offered = registered(place), registered(place)
    cancel(sits.registration_id, by=COMMAND_LINE, reason="berhalangan")
    ends = row(offered).offer_ends_at
    assert ends
    with clock.stopped_at(ends + timedelta(seconds=1)):
        sign_in(client, made())
        answer = post(client, "/en" + page_of(offered, "accept"))
    assert answer.status_code == 409 and "The time for this offer is over" in shown(answer.text)
    assert row(offered).state is State.OFFERED


def test_declining_for_somebody_says_who_is_offered_the_seat_now(client: FlaskClient) -> None:
    place = offered_event()
    sits, offered, second = registered(place), registered(place), registered(place, somebody(full_name=WAYAN))
    cancel(sits.registration_id, by=COMMAND_LINE, reason="berhalangan")
    sign_in(client, made())
    done = post(client, "/en" + page_of(offered, "decline"))
    assert f"From the waiting list these are now offered a seat: {WAYAN}." in shown(client.get(done.location).text)
    assert states(offered, second) == [State.DECLINED, State.OFFERED]


def test_one_application_is_approved_or_told_no_from_its_page(client: FlaskClient) -> None:
    place = an_event(roles={"village": 1})[BALI, "village"]
    set_way_in(place.role_id, WayIn.APPROVAL, by=COMMAND_LINE)
    first, second, third = (registered(place) for _ in range(3))
    sign_in(client, made())
    assert post(client, page_of(first, "approve")).status_code == 303
    done = post(client, "/en" + page_of(second, "approve"), reason="lengkap")
    assert "is on the waiting list" in shown(client.get(done.location).text)
    assert post(client, page_of(third, "reject"), reason="").status_code == 422
    assert post(client, page_of(third, "reject"), reason="di luar sasaran").status_code == 303
    assert states(first, second, third) == [State.SEATED, State.WAITING, State.REJECTED]


def test_a_substitute_is_entered_and_each_page_leads_to_the_other(client: FlaskClient) -> None:
    budi = registered(an_event()[BALI, "village"], BUDI)
    sign_in(client, made())
    form = client.get(page_of(budi, "substitute")).text
    assert f'value="{BUDI.institution}"' in form and BUDI.full_name in form and f'value="{BUDI.email}"' not in form
    done = post(client, page_of(budi, "substitute"), reason="sakit", **ANSWERS)
    assert done.status_code == 303 and done.location != page_of(budi)
    new, old = client.get("/en" + done.location).text, client.get("/en" + page_of(budi)).text
    assert f'href="/en{page_of(budi)}">{BUDI.full_name}' in new and WAYAN in new
    assert f'href="/en{done.location}">{WAYAN}' in old and "status--substituted" in old
    for page in (new, old):
        assert "Substituted (diwakili)" in page and "Reason: sakit" in page
    history = [page.split('id="history"')[1] for page in (old, new)]
    assert WAYAN in history[0] and BUDI.full_name in history[1]
    assert row(budi).end_reason == "sakit"


def test_a_refused_substitute_keeps_what_was_typed(client: FlaskClient) -> None:
    place = an_event(roles={"village": 2})[BALI, "village"]
    budi, other = registered(place, BUDI), registered(place, somebody(email="sudah@example.id"))
    sign_in(client, made())
    before = everything()
    wrong = post(client, "/en" + page_of(budi, "substitute"), **{**ANSWERS, "full_name": "", "consent": ""})
    assert wrong.status_code == 422
    assert "Enter the full name." in wrong.text and "Ask first." in wrong.text
    assert 'value="wayan@example.id"' in wrong.text and "Enter your" not in wrong.text
    double = post(
        client, "/en" + page_of(budi, "substitute"), reason="sakit", **{**ANSWERS, "email": "sudah@example.id"}
    )
    assert double.status_code == 409 and "already holds a registration" in double.text
    assert WAYAN in double.text and "sakit" in double.text
    assert everything() == before
    assert states(budi, other) == [State.SEATED, State.SEATED]


def test_a_move_shows_the_seats_of_the_chosen_session_and_is_done(client: FlaskClient) -> None:
    places = an_event(provinces=(BALI, "12"), roles={"stakeholder": 2, "village": 1})
    here, there = places[BALI, "stakeholder"], places["12", "village"]
    budi = registered(here, BUDI)
    registered(places[BALI, "village"]), registered(places[BALI, "village"])
    sign_in(client, sari())
    own = client.get("/en" + page_of(budi, "move")).text
    assert "This is the role now." in own and "full, 1 waiting" in own
    (full,) = re.findall(r'<input[^>]*value="village"[^>]*>', own)
    assert "disabled" in full and own.count("<option") == 2
    address = f"{page_of(budi, 'move')}?session={there.session_slug}"
    assert "1 seat free" in shown(client.get("/en" + address).text)
    done = post(client, address, role="village", reason="pindah tugas")
    assert (done.status_code, done.location) == (303, page_of(budi))
    moved = row(budi)
    assert (moved.session_id, moved.role_id) == (there.session_id, there.role_id)
    assert "Reason: pindah tugas" in shown(client.get("/en" + page_of(budi)).text)


def test_a_refused_move_keeps_role_and_reason_and_changes_nothing(client: FlaskClient) -> None:
    places = an_event(roles={"stakeholder": 1, "village": 1})
    budi = registered(places[BALI, "stakeholder"], BUDI)
    registered(places[BALI, "village"])
    sign_in(client, made())
    before = everything()
    nowhere = post(client, page_of(budi, "move"), reason="pindah tugas")
    assert nowhere.status_code == 422 and 'id="role-error"' in nowhere.text and "pindah tugas" in nowhere.text
    full = post(client, "/en" + page_of(budi, "move"), role="village", reason="pindah tugas")
    assert full.status_code == 409 and "All seats of this role are taken" in full.text and "pindah tugas" in full.text
    assert post(client, page_of(budi, "move"), role="village", reason="").status_code == 422
    for odd in ("atlantis", "", "%00"):
        assert post(client, f"{page_of(budi, 'move')}?session={odd}", role="x", reason="y").status_code in (404, 422)
    assert everything() == before


def test_made_moves_nobody_into_another_province_and_sees_none_to_choose(client: FlaskClient) -> None:
    places = an_event(provinces=(BALI, "12"))
    budi, there = registered(places[BALI, "stakeholder"], BUDI), places["12", "village"]
    sign_in(client, made())
    assert there.session_slug not in client.get(page_of(budi, "move")).text
    before = everything()
    address = f"{page_of(budi, 'move')}?session={there.session_slug}"
    assert client.get(address).status_code == 404
    assert post(client, address, role="village", reason="mau saya").status_code == 404
    assert everything() == before


def test_a_priority_is_changed_with_a_reason_and_the_page_says_the_new_place(client: FlaskClient) -> None:
    place = an_event(roles={"village": 1})[BALI, "village"]
    _sits, _first, second = registered(place), registered(place), registered(place, somebody(full_name=WAYAN))
    sign_in(client, made())
    for number, reason, wrong in (("10", "utusan", "priority"), ("satu", "utusan", "priority"), ("5", " ", "reason")):
        refused = post(client, page_of(second, "priority"), priority=number, reason=reason)
        assert (
            refused.status_code == 422 and f'id="{wrong}-error"' in refused.text and f'value="{number}"' in refused.text
        )
    done = post(client, "/en" + page_of(second, "priority"), priority="5", reason="utusan resmi")
    page = shown(client.get(done.location).text)
    assert f"{WAYAN} is now number 1 in line." in page and "priority: 0 → 5" in page


@pytest.mark.parametrize("act", ["approve", "reject", "accept", "decline", "reinstate", "cancel", "move", "substitute"])
def test_made_finds_no_page_of_an_act_on_somebody_of_another_province(client: FlaskClient, act: str) -> None:
    budi = registered(an_event(provinces=("12",))["12", "village"], BUDI)
    sign_in(client, made())
    before = everything()
    assert client.get(page_of(budi, act)).status_code == 404
    assert post(client, page_of(budi, act), reason="mau saya", **ANSWERS).status_code == 404
    assert everything() == before


def test_every_act_works_on_both_databases(app_on_each: Flask) -> None:
    places = an_event(roles={"stakeholder": 1, "village": 2})
    client = sign_in(app_on_each.test_client(), made())
    budi, waits = registered(places[BALI, "stakeholder"], BUDI), registered(places[BALI, "stakeholder"])
    for act, answers in (
        ("move", {"role": "village", "reason": "pindah"}),
        ("cancel", {"reason": "berhalangan"}),
        ("reinstate", {"reason": "keliru"}),
        ("substitute", {"reason": "sakit", **ANSWERS}),
    ):
        assert client.get(page_of(budi, act)).status_code == 200, act
        assert post(client, page_of(budi, act), **answers).status_code == 303, act
    assert states(budi, waits) == [State.SUBSTITUTED, State.SEATED]
    assert client.get(page_of(budi)).status_code == 200

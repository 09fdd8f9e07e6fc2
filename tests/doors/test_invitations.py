"""An invitation's page and form, and the office's page on which invitations are made and taken back."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from tests.builders import Place, an_event, registered
from tests.cast import door, made, sari, sign_in
from tests.commands.test_invite import by_way, come, invited
from tests.doors.browsing import everything, form_of
from tests.doors.test_public_register import BUDI, hidden, how_many, words
from tests.queries import counted
from tpbis_events.foundation import clock
from tpbis_events.foundation.database import db
from tpbis_events.people.actor import COMMAND_LINE
from tpbis_events.programmes.model import WayIn
from tpbis_events.registrations.invite import Invited, revoke
from tpbis_events.registrations.model import Invitation, Registration, State


def page_of(invitation: Invited) -> str:
    """The English page of an invitation, without its host."""
    return "/en" + invitation.address.removeprefix("http://127.0.0.1:8000")


def send(client: FlaskClient, invitation: Invited, step: str, **changes: Any) -> TestResponse:
    answers = {name: value for name, value in {**BUDI, "step": step, **changes}.items() if value is not None}
    return client.post(page_of(invitation), data=answers)


@pytest.fixture
def place(app: Flask) -> Place:
    return by_way(an_event(roles={"stakeholder": 3, "village": 1})["51", "stakeholder"], WayIn.INVITATION)


def test_the_page_says_who_is_invited_into_what_until_when_and_asks_the_questions(
    client: FlaskClient, place: Place
) -> None:
    page = client.get(page_of(invited(place, kind="office", places=3)))
    text = words(page.text)
    assert page.status_code == 200
    assert "Dinas Perpustakaan Bali is invited to register colleagues." in text and "Role stakeholder" in text
    assert re.search(r"can be used until \w+, \d+ \w+ \d{4}, \d\d:\d\d WITA", text)
    assert "Places left 3 of 3" in text
    assert 'name="full_name"' in page.text
    assert page.headers["Cache-Control"] == "no-store" and page.headers["X-Robots-Tag"] == "noindex"
    assert "Set-Cookie" not in page.headers and "csrf_token" not in page.text


def test_who_is_invited_by_name_need_not_type_it(client: FlaskClient, place: Place) -> None:
    assert form_of(client, page_of(invited(place)))["full_name"] == "Dinas Perpustakaan Bali"
    assert form_of(client, page_of(invited(place, kind="office")))["full_name"] == ""


def test_the_invitation_goes_on_from_step_to_step_and_ends_with_a_seat(client: FlaskClient, place: Place) -> None:
    invitation = invited(place)
    read_over = send(client, invitation, "check")
    assert "A seat is free now" in words(read_over.text)
    edited = client.post(page_of(invitation), data={**hidden(read_over.text), "step": "edit"})
    assert edited.status_code == 200 and 'value="Budi Santoso"' in edited.text
    form = {**hidden(read_over.text), "step": "confirm"}
    answer, again = (client.post(page_of(invitation), data=form) for _time in range(2))
    assert (answer.status_code, answer.location) == (303, again.location)
    assert re.fullmatch(r"/en/my/[\w.-]+/done", answer.location)
    registration = db.session.scalars(select(Registration)).one()
    assert (registration.state, registration.invitation_id) == (State.SEATED, invitation.invitation_id)


def test_looking_at_an_invitation_uses_no_place_of_it(client: FlaskClient, place: Place) -> None:
    address = page_of(invited(place))
    before = everything()
    with counted() as statements:
        for _time in range(3):
            client.get(address)
            client.head(address)
    assert {statement.split()[0] for statement in statements} == {"SELECT"}
    assert everything() == before


def test_a_used_up_invitation_says_what_can_be_done_and_a_form_sent_again_is_still_answered(
    client: FlaskClient, place: Place
) -> None:
    invitation = invited(place)
    first = send(client, invitation, "confirm")
    looked = client.get(page_of(invitation))
    assert looked.status_code == 200 and "<form" not in looked.text
    text = words(looked.text)
    assert "All places of this invitation are used" in text and "open your registration" in text
    other = send(client, invitation, "confirm", form_key="o" * 32, email="lain@example.id", phone="")
    assert other.status_code == 409 and "All places of this invitation are used" in words(other.text)
    assert send(client, invitation, "confirm").location == first.location
    changed = send(client, invitation, "confirm", full_name="Orang Lain")
    assert changed.status_code == 409 and "This form was used before" in changed.text
    assert page_of(invitation) in changed.text, "a new form begins at the invitation"
    assert how_many() == 1


def test_an_invitation_that_is_over_or_taken_back_says_so_with_its_facts(client: FlaskClient, place: Place) -> None:
    over, taken = invited(place, days=1), invited(place)
    revoke(taken.invitation_id, by=COMMAND_LINE)
    with clock.stopped_at(clock.now() + timedelta(days=2)):
        for invitation, title in ((over, "This invitation has ended"), (taken, "This invitation was taken back")):
            for answer in (client.get(page_of(invitation)), send(client, invitation, "confirm")):
                assert answer.status_code == 410
                text = words(answer.text)
                assert title in text and "Dinas Perpustakaan Bali" in text and "Role stakeholder" in text
                assert "What you can do now" in text and "<form" not in answer.text
    assert how_many() == 0


def test_who_is_still_typing_when_the_invitation_ends_is_told_so(client: FlaskClient, place: Place) -> None:
    invitation = invited(place, days=1)
    assert send(client, invitation, "check").status_code == 200
    with clock.stopped_at(clock.now() + timedelta(days=2)):
        for step in ("check", "edit", "confirm"):
            assert send(client, invitation, step).status_code == 410
    assert how_many() == 0


def test_a_link_that_was_altered_or_is_of_something_else_opens_nothing(client: FlaskClient, place: Place) -> None:
    invitation = invited(place)
    nomination = invited(by_way(an_event()["51", "stakeholder"], WayIn.NOMINATION), kind="nomination")
    token = invitation.address.rsplit("/", 1)[1]
    own = registered(an_event()["51", "stakeholder"]).token
    other = nomination.address.rsplit("/", 1)[1]
    for wrong in (token[:-1], token + "A", "x", own, other, token.replace(".", "%2e%2e")):
        for answer in (client.get(f"/en/invitations/{wrong}"), client.post(f"/en/invitations/{wrong}", data=BUDI)):
            assert answer.status_code == 404
    assert client.get(f"/en/my/{token}").status_code == 404, "nor does an invitation open a registration"
    assert client.get(f"/en/nominations/{token}").status_code == 404
    assert how_many() == 1


def test_an_invitation_is_into_its_own_role_whatever_else_the_form_says(client: FlaskClient, place: Place) -> None:
    other = an_event(roles={"village": 1})["51", "village"]
    forged = {"role_id": other.role_id, "session_id": other.session_id, "invitation_id": 99, "role": "village"}
    send(client, invited(place), "confirm", **forged)
    registration = db.session.scalars(select(Registration)).one()
    assert (registration.role_id, registration.session_id) == (place.role_id, place.session_id)


def test_who_is_invited_into_a_full_role_reads_so_and_joins_its_line(client: FlaskClient, app: Flask) -> None:
    place = by_way(an_event(roles={"stakeholder": 1})["51", "stakeholder"], WayIn.INVITATION)
    invitation = invited(place, kind="office", places=2)
    come(place, invitation)
    text = words(client.get(page_of(invitation)).text)
    assert "All seats of this role are taken" in text and "is invited to register colleagues" in text
    send(client, invitation, "confirm")
    assert db.session.scalars(select(Registration.state).order_by(Registration.id)).all() == [
        State.SEATED,
        State.WAITING,
    ]


def test_the_other_language_keeps_the_invitation_and_what_was_typed(client: FlaskClient, place: Place) -> None:
    address = page_of(invited(place))
    switch = re.search(r'<button class="language__switch"[^>]+>', client.get(address).text)
    assert switch and f'formaction="{address.removeprefix("/en")}"' in switch[0]
    answer = client.post(address.removeprefix("/en"), data={**BUDI, "full_name": "", "step": "edit"})
    assert answer.status_code == 200 and '<html lang="id">' in answer.text
    assert 'value="Perpustakaan Desa Sukamaju"' in answer.text


# ---------- the office ----------


def office_page(place: Place) -> str:
    return f"/en/office/events/{place.event_slug}/sessions/{place.session_slug}/invitations"


def invite(client: FlaskClient, place: Place, **changes: Any) -> TestResponse:
    form = {**form_of(client, office_page(place)), "kind": "office", "quota": str(place.quota_id)}
    return client.post(office_page(place), data={**form, "name": "Dinas Bali", "places": "2", **changes})


def test_made_makes_an_invitation_and_sees_its_link_once(client: FlaskClient, place: Place) -> None:
    sign_in(client, made())
    answer = invite(client, place)
    assert answer.status_code == 303
    shown, again = client.get(answer.location).text, client.get(answer.location).text
    link = re.search(r'id="made"[^>]*>([^<]+)<', shown)
    assert link and link[1].startswith("http://127.0.0.1:8000/invitations/")
    assert link[1] not in again and "Dinas Bali" in again and "0 of 2" in again
    stranger = client.application.test_client()
    assert stranger.get(link[1].removeprefix("http://127.0.0.1:8000")).status_code == 200
    assert 'href="' + office_page(place) + '"' in client.get(office_page(place).removesuffix("/invitations")).text


def test_the_end_of_an_invitation_is_typed_by_the_sessions_clocks(client: FlaskClient, place: Place) -> None:
    sign_in(client, sari())
    day = f"{clock.now() + timedelta(days=5):%Y-%m-%d}"
    invite(client, place, until_date=day, until_time="16:30")
    expires_at = db.session.scalars(select(Invitation.expires_at)).one()
    assert f"{expires_at:%Y-%m-%d %H:%M}" == f"{day} 08:30", "16.30 WITA"


def test_an_invitation_ends_with_registration_unless_somebody_says_otherwise(client: FlaskClient, place: Place) -> None:
    sign_in(client, sari())
    assert invite(client, place).status_code == 303


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": " "}, "name"),
        ({"email": "dinas@"}, "email"),
        ({"places": "banyak"}, "places"),
        ({"places": "0"}, "places"),
        ({"until_date": "31 Desember"}, "until_date"),
        ({"until_date": "9999-12-31"}, "until_date"),
        ({"until_time": "25:00"}, "until_date"),
        ({"until_date": "2001-01-01"}, "until_date"),
        ({"kind": "nomination"}, "kind"),
        ({"kind": "king"}, "kind"),
        ({"quota": "999"}, "quota"),
        ({"language": "xx"}, "language"),
    ],
)
def test_what_is_wrong_is_said_beside_its_field_and_nothing_typed_is_lost(
    client: FlaskClient, place: Place, changes: dict[str, str], field: str
) -> None:
    sign_in(client, sari())
    answer = invite(client, place, **changes)
    assert answer.status_code == 422
    assert f'id="{field}-error"' in answer.text
    assert changes.get("name", "Dinas Bali") in answer.text
    assert db.session.scalar(select(func.count()).select_from(Invitation)) == 0


def test_an_invitation_is_taken_back_and_who_came_by_it_stays(client: FlaskClient, place: Place) -> None:
    invitation = invited(place, kind="office", places=3)
    came = come(place, invitation)
    sign_in(client, made())
    page = client.get(office_page(place)).text
    assert "1 of 3" in page
    action = re.search(r'action="([^"]+/take-back)"', page)
    token = re.search(r'name="csrf_token"[^>]+value="([^"]+)"', page)
    assert action and token
    assert client.post(action[1]).status_code == 400, "without the token of the page"
    answer = client.post(action[1], data={"csrf_token": token[1]})
    assert answer.status_code == 303
    page = client.get(answer.location).text
    assert "Taken back" in words(page) and "take-back" not in page
    assert client.get(page_of(invitation)).status_code == 410
    assert db.session.get_one(Registration, came.registration_id).state is State.SEATED


def test_who_may_not_invite_in_a_province_finds_nothing_there(client: FlaskClient, app: Flask) -> None:
    places = an_event(provinces=("51", "52"))
    here, there = places["51", "stakeholder"], places["52", "stakeholder"]
    theirs = invited(there)
    sign_in(client, made())
    token = form_of(client, office_page(here))["csrf_token"]
    assert client.get(office_page(there)).status_code == 404
    assert client.post(office_page(there), data={"csrf_token": token, "name": "Dinas"}).status_code == 404
    for session in (here, there):
        path = f"{office_page(session)}/{theirs.invitation_id}/take-back"
        assert client.post(path, data={"csrf_token": token}).status_code == 404
    assert db.session.scalars(select(Invitation.revoked_at)).one() is None
    stranger = app.test_client()
    assert stranger.get(office_page(here)).status_code == 303
    assert sign_in(stranger, door()).get(office_page(here)).status_code == 403

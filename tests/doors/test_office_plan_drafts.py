"""A draft is there for the office alone: no address of the public, no link, no calendar, no certificate page tells of it."""

from __future__ import annotations

from datetime import timedelta

from flask import Flask
from flask.testing import FlaskClient

from tests import plans
from tests.builders import BUDI, an_event, registered
from tests.cast import BALI, sari, sign_in
from tests.commands.test_plan_sessions import place_of
from tests.doors.browsing import everything, post
from tpbis_events.foundation import clock
from tpbis_events.foundation.database import db
from tpbis_events.foundation.transaction import transaction
from tpbis_events.people.actor import COMMAND_LINE
from tpbis_events.programmes.add_sessions import add_sessions
from tpbis_events.programmes.model import Event, Mode, Session
from tpbis_events.programmes.publish import publish
from tpbis_events.registrations.invite import Guest, invite
from tpbis_events.registrations.model import InvitationKind
from tpbis_events.registrations.unpublish import unpublish


def test_no_public_address_leads_to_a_draft(client: FlaskClient) -> None:
    place = place_of(plans.a_draft(name_id="Rahasia Kita", name_en="Our Secret"))
    session = f"/events/{place.event_slug}/sessions/{place.session_slug}"
    before = everything()
    for address in (
        f"/events/{place.event_slug}",
        session,
        f"{session}/calendar.ics",
        f"{session}/register/{place.role_slug}",
    ):
        for prefix in ("", "/en"):
            answer = client.get(prefix + address)
            assert answer.status_code == 404 and "Rahasia" not in answer.text and "Secret" not in answer.text
    for step in ("check", "edit", "confirm"):
        answers = {"step": step, "form_key": "kunci-yang-cukup-panjang", "full_name": BUDI.full_name}
        assert client.post(f"{session}/register/{place.role_slug}", data=answers).status_code == 404
    assert "Rahasia" not in client.get("/").text
    assert everything() == before


def test_an_invitation_into_what_became_a_draft_again_leads_nowhere(client: FlaskClient) -> None:
    event_id = plans.a_draft()
    publish(event_id, by=COMMAND_LINE)
    place = place_of(event_id)
    soon = clock.now() + timedelta(hours=1)
    guest = Guest(InvitationKind.OFFICE, "Kantor", places=2)
    address = invite(place.quota_id, guest, expires_at=soon, by=COMMAND_LINE).address
    path = "/invitations/" + address.rpartition("/")[2]
    assert client.get(path).status_code == 200
    with transaction():  # its time is over, so the event can be taken back
        from tpbis_events.registrations.model import Invitation

        db.session.query(Invitation).one().expires_at = clock.now() - timedelta(seconds=1)
    unpublish(event_id, reason="salah", by=COMMAND_LINE)
    assert client.get(path).status_code == 404


def test_the_door_shows_no_day_of_a_draft(client: FlaskClient) -> None:
    plans.a_draft()
    assert "SHM Bali" not in sign_in(client, sari()).get("/door/").text


def test_the_office_sees_a_draft_with_a_badge(client: FlaskClient) -> None:
    event_id = plans.a_draft()
    page = sign_in(client, sari()).get("/en/office/plans").text
    assert "Draft" in page and plans.event(event_id).name_en in page


def test_who_holds_a_registration_keeps_her_event_published_so_her_pages_and_certificate_stay(
    client: FlaskClient,
) -> None:
    place = an_event()[BALI, "village"]
    budi = registered(place)
    as_sari = sign_in(client, sari())
    refused = post(as_sari, f"/office/events/{place.event_slug}/publication/take-back", reason="x")
    assert refused.status_code == 409
    assert client.application.test_client().get(f"/my/{budi.token}").status_code == 200


def test_the_link_of_the_online_meeting_is_shown_to_who_has_a_seat_and_nowhere_else(
    app: Flask, client: FlaskClient
) -> None:
    place = an_event(roles={"village": 1})[BALI, "village"]
    with transaction():
        session = db.session.get_one(Session, place.session_id)
        session.mode, session.online_url = Mode.HYBRID, "https://rapat.example.id/bali"
    sits, waits = registered(place), registered(place)
    here = f"/events/{place.event_slug}"
    public = (f"{here}/sessions/{place.session_slug}", f"{here}/sessions/{place.session_slug}/calendar.ics", here, "/")
    for address in (*public, f"/my/{waits.token}", f"{here}/sessions/{place.session_slug}/register/{place.role_slug}"):
        assert "rapat.example.id" not in client.get(address).text.replace("\r\n ", ""), address
    calendar = client.get(f"/my/{sits.token}/calendar.ics").text.replace("\r\n ", "")
    assert "https://rapat.example.id/bali" in calendar
    own = client.get(f"/my/{sits.token}").text
    assert f"/my/{sits.token}/join" in own and "rapat.example.id" not in own, "joining goes by her own way"
    assert db.session.query(Event).count() == 1


def test_the_public_reads_how_to_get_in_and_finds_no_role_that_a_session_has_no_seats_in(client: FlaskClient) -> None:
    event_id = plans.a_draft()
    event = plans.event(event_id)
    first, second = event.roles
    seats = {first.id: 0, second.id: 3}
    add_sessions(
        event_id,
        [plans.session("lain", access_id="Satu <anak> tangga", access_en="One step")],
        by=COMMAND_LINE,
        seats=seats,
    )
    publish(event_id, by=COMMAND_LINE)
    here = f"/events/{plans.event(event_id).slug}/sessions/lain"
    page = client.get(here).text
    assert "Satu &lt;anak&gt; tangga" in page and "Peran provinsi" in page and "Peran desa" not in page
    assert client.get(f"{here}/register/desa").status_code == 404
    assert client.get(f"{here}/register/provinsi").status_code == 200

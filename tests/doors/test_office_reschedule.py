"""The office's pages of a change: what is to change, whom it concerns, done once; then who can still come, and the history."""

from __future__ import annotations

import re
from datetime import timedelta
from urllib.parse import unquote

from flask import Flask
from flask.testing import FlaskClient

from tests.builders import Place, an_account, an_event, registered, somebody
from tests.cast import made, sari, sign_in
from tests.commands.kept import mails, row
from tests.commands.test_reschedule import changed, later, now_of, sent_all, session_of
from tests.doors.browsing import everything, form_of, post, shown
from tests.queries import counted
from tpbis_events.foundation import clock
from tpbis_events.foundation.database import db
from tpbis_events.foundation.transaction import transaction
from tpbis_events.people.actor import COMMAND_LINE
from tpbis_events.people.model import Right
from tpbis_events.programmes.changes import SessionChange
from tpbis_events.programmes.model import Serving
from tpbis_events.registrations.answer_still_coming import answer_still_coming
from tpbis_events.registrations.cancel import cancel
from tpbis_events.registrations.change_ways import set_serving
from tpbis_events.registrations.links import token_of
from tpbis_events.registrations.model import State
from tpbis_events.registrations.still_coming import question_for


def address(place: Place, what: str = "reschedule") -> str:
    return f"/en/office/events/{place.event_slug}/sessions/{place.session_slug}/{what}"


def filled(client: FlaskClient, place: Place, **changes: str) -> dict[str, str]:
    """The form as a browser would send it, a week later, with a reason."""
    values = form_of(client, address(place))
    values["days-0-date"] = (now_of(place).days[0].date + timedelta(days=7)).isoformat()
    return {**values, "reason": "aula dipakai", **changes}


def test_nothing_changes_before_the_last_page_and_it_names_whom_it_concerns_and_what_they_read(
    app: Flask, client: FlaskClient
) -> None:
    place = an_event(roles={"stakeholder": 1})["51", "stakeholder"]
    sign_in(client, sari())
    budi = registered(place, somebody(full_name="Budi Santoso", province_code="51"))
    registered(place, somebody(email="", phone="081234500001"))
    before = everything()
    page = client.post(address(place), data=filled(client, place, step="check"))
    assert page.status_code == 200
    words = shown(page.text)
    assert "2 people are registered" in words and "Seated 1" in words and "Without e-mail 1" in words
    assert "as written to Budi Santoso" in words and "Dear Budi Santoso," in words and "aula dipakai" in words
    assert 'lang="id"' in page.text and "(only the recipient sees it)" in words and row(budi).ticket[:4] not in words
    form_again = client.post(address(place), data=filled(client, place, step="edit"))
    assert re.search(r"<textarea[^>]*>\s*aula dipakai</textarea>", form_again.text)
    assert everything() == before


def test_a_confirmed_change_is_made_once_however_often_the_form_is_sent(app: Flask, client: FlaskClient) -> None:
    place = an_event()["51", "stakeholder"]
    sign_in(client, sari())
    registered(place)
    sent_all()
    form = filled(client, place, step="confirm")
    answers = [client.post(address(place), data=form) for _ in range(2)]
    assert [(answer.status_code, answer.location) for answer in answers] == [(303, address(place, "changes"))] * 2
    assert len(mails("rescheduled")) == 1 and db.session.query(SessionChange).count() == 1
    page = client.get(address(place, "changes"))
    assert "No answer yet 1" in shown(page.text) and "aula dipakai" in page.text


def test_what_is_wrong_is_said_beside_its_field_and_nothing_typed_is_lost(app: Flask, client: FlaskClient) -> None:
    place = an_event()["51", "stakeholder"]
    sign_in(client, sari())
    form = filled(client, place)
    for typed, said in (
        ({"days-0-ends": "07:00"}, "The day must end after it begins."),
        ({"days-0-starts": "pagi"}, "Give the hour as 08.30."),
        ({"days-0-date": "besok"}, "Give the date as year-month-day"),
        ({"days-0-date": "2020-01-02"}, "This day would have begun already."),
        ({"days-0-date": ""}, "Give at least one day."),
        ({"reason": " "}, "Say why; everybody reads it in the mail."),
        ({"city": "", "venue": "Gedung Baru"}, "Say in which city it is."),
    ):
        step = "confirm" if "reason" in typed else "check"
        page = client.post(address(place), data={**form, **typed, "step": step})
        assert page.status_code == 422 and said in page.text, typed
        assert "There is a problem" in page.text
    assert "Gedung Baru" in page.text
    same = client.post(address(place), data=filled(client, place, step="check", **{"days-0-date": _date(place)}))
    assert same.status_code == 409 and "Nothing is different" in same.text


def _date(place: Place) -> str:
    return now_of(place).days[0].date.isoformat()


def test_hours_may_be_typed_with_a_point_and_a_second_day_added(app: Flask, client: FlaskClient) -> None:
    place = an_event()["51", "stakeholder"]
    sign_in(client, sari())
    second = (now_of(place).days[0].date + timedelta(days=8)).isoformat()
    more = {"days-0-starts": "9.00", "days-1-date": second, "days-1-starts": "08.30", "days-1-ends": "12.00"}
    assert client.post(address(place), data=filled(client, place, step="confirm", **more)).status_code == 303
    assert [f"{day.starts:%H:%M}" for day in now_of(place).days] == ["09:00", "08:30"]


def test_who_decided_on_an_older_page_sees_what_it_is_now(app: Flask, client: FlaskClient) -> None:
    place = an_event()["51", "stakeholder"]
    sign_in(client, sari())
    form = filled(client, place, step="confirm")
    changed(place, later(place, 3))
    page = client.post(address(place), data=form)
    assert page.status_code == 409 and "Somebody else has changed this session meanwhile" in page.text
    assert now_of(place).days == later(place, 0).days


def test_clashes_are_named_before_they_happen(app: Flask, client: FlaskClient) -> None:
    places = an_event(provinces=("51", "52"))
    place = places["51", "stakeholder"]
    other = an_event(provinces=("51",), in_days=37)["51", "stakeholder"]
    sign_in(client, sari())
    page = client.post(address(place), data=filled(client, place, step="check"))
    assert f"SHM Bali ({session_of(other).event.name_en})" in page.text
    labour_day = client.post(address(place), data=filled(client, place, step="check", **{"days-0-date": "2027-08-17"}))
    assert "is a holiday" in labour_day.text


def test_whom_no_mail_reaches_is_named_with_her_number_and_her_answer_written_down(
    app: Flask, client: FlaskClient
) -> None:
    place = an_event()["51", "stakeholder"]
    sign_in(client, made())
    reached = registered(place)
    called = registered(place, somebody(email="", phone="081234500001"))
    change = changed(place, later(place)).change_id
    page = client.get(address(place, "changes")).text
    (calls,) = re.findall(r'id="to-call">(.*?)</section>', page, re.S)
    listed = re.search(r'href="([^"]+/calls[^"]+)"', calls)
    assert listed and "1 person must be called" in calls
    there = client.get(listed.group(1).replace("&amp;", "&")).text
    assert row(called).person.full_name in there and row(reached).person.full_name not in there
    answered = post(
        client, f"/en/office/registrations/{called.reference}/still-coming", change=str(change), answer="no"
    )
    assert answered.status_code == 303
    answer_still_coming(reached.registration_id, change, True, by=COMMAND_LINE)
    words = shown(client.get(address(place, "changes")).text)
    assert "Yes 1" in words and "No 1" in words and "No answer yet 0" in words


def test_the_text_for_whatsapp_says_old_and_new_in_both_languages_and_no_secret(
    app: Flask, client: FlaskClient
) -> None:
    place = an_event()["51", "stakeholder"]
    sign_in(client, sari())
    budi = registered(place)
    old = now_of(place)
    changed(place, later(place, venue="Gedung Wanita", online_url="https://zoom.example/rahasia"))
    page = client.get(address(place, "changes")).text
    texts = re.findall(r"<textarea[^>]*readonly>(.*?)</textarea>", page, re.S)
    assert len(texts) == 2
    for text in texts:
        assert "Aula Perpustakaan" in text and "Gedung Wanita" in text and "WITA" in text
        assert "rahasia" not in text and "/my/" not in text and budi.reference not in text
    assert str(old.days[0].date.day) in texts[0]
    assert all("Gedung Wanita" in unquote(link) for link in re.findall(r"https://wa\.me/\?text=([^\"]+)", page))


def test_who_may_not_is_refused_and_who_only_reads_sees_no_number(app: Flask, client: FlaskClient) -> None:
    places = an_event(provinces=("51", "12"))
    here, elsewhere = places["51", "stakeholder"], places["12", "stakeholder"]
    registered(here, somebody(email="", phone="081234500001"))
    changed(here, later(here))
    sign_in(client, made())
    assert client.get(address(here)).status_code == 403
    assert client.get(address(elsewhere)).status_code == 404 == client.get(address(elsewhere, "changes")).status_code
    assert client.get(address(here, "changes?change=999")).status_code == 404
    auditor = app.test_client()
    sign_in(auditor, an_account("Periksa", Right.AUDITOR))
    assert auditor.get(address(here)).status_code == 403
    page = auditor.get(address(here, "changes"))
    assert page.status_code == 200 and "81234500001" not in page.text and "Can come" not in page.text


def test_pages_ask_as_much_of_the_database_for_twelve_as_for_two(app: Flask, client: FlaskClient) -> None:
    place = an_event(roles={"stakeholder": 12})["51", "stakeholder"]
    sign_in(client, sari())
    asked = []
    for more in (2, 10):
        for _ in range(more):
            registered(place)
        changed(place, later(place))
        with counted() as on_changes:
            client.get(address(place, "changes"))
        form = filled(client, place, step="check")
        with counted() as on_check:
            client.post(address(place), data=form)
        asked.append((len(on_changes), len(on_check)))
    assert asked[0] == asked[1] and max(asked[0]) <= 20, asked


def test_she_answers_on_her_own_page_and_a_get_answers_nothing(app: Flask, client: FlaskClient) -> None:
    place = an_event()["51", "stakeholder"]
    budi = registered(place)
    page = f"/en/my/{token_of(row(budi))}"
    assert client.get(f"{page}/still-coming").status_code == 303, "nothing was asked"
    change = changed(place, later(place)).change_id
    page = f"/en/my/{token_of(row(budi))}"
    before = everything()
    shown_page = client.get(page).text
    assert "Can you still come?" in shown_page and "aula dipakai" in shown_page
    assert client.get(f"{page}/still-coming?answer=yes&change={change}").status_code == 200
    assert client.post(f"{page}/still-coming", data={"answer": "yes", "change": "999"}).status_code == 200
    assert everything() == before
    yes = client.post(f"{page}/still-coming", data={"answer": "yes", "change": str(change)})
    assert yes.status_code == 303 and yes.location.endswith("saved=coming")
    assert "Thank you: you can still come" in client.get(yes.location).text
    no = client.post(f"{page}/still-coming", data={"answer": "no", "change": str(change)})
    after_no = client.get(no.location).text
    assert "/cancel" in after_no and "/substitute" in after_no and "Keep it for now" in after_no
    question = question_for(row(budi))
    assert question and question.coming is False and row(budi).state is State.SEATED


def test_who_is_offered_a_seat_may_decline_it_after_a_no(app: Flask, client: FlaskClient) -> None:
    place = an_event(roles={"stakeholder": 1})["51", "stakeholder"]
    set_serving(place.event_id, Serving.OFFER, offer_hours=16, reminder_hours=4, by=COMMAND_LINE)
    leaves, offered = registered(place), registered(place)
    cancel(leaves.registration_id, by=COMMAND_LINE, reason="berhalangan")
    change = changed(place, later(place)).change_id
    page = f"/en/my/{token_of(row(offered))}"
    no = client.post(f"{page}/still-coming", data={"answer": "no", "change": str(change)})
    assert "/decline" in client.get(no.location).text
    with clock.stopped_at(session_of(place).starts_at):
        assert "still-coming" not in client.get(page).text


def test_a_closed_form_tells_why(app: Flask, client: FlaskClient) -> None:
    place = an_event()["51", "stakeholder"]
    sign_in(client, sari())
    with transaction():
        session_of(place).cancelled_at = clock.now()
    page = client.get(address(place))
    assert page.status_code == 200 and "<form method" not in page.text.split("<main")[1]

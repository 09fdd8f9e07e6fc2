"""The office: roster, one registration, seats, audit log; what each page asks of the database."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from tests.builders import BUDI, Place, an_event, registered, somebody
from tests.cast import BALI, acting, made, sari, sign_in
from tests.queries import counted
from tpbis_events.audit.model import AuditEntry
from tpbis_events.foundation import clock
from tpbis_events.foundation.database import db
from tpbis_events.programmes.model import Seat
from tpbis_events.registrations import roster
from tpbis_events.registrations.model import Registration, State

NIP = "198501012010011003"


def roster_of(place: Place, **query: object) -> str:
    words = "&".join(f"{name}={value}" for name, value in query.items())
    return f"/office/events/{place.event_slug}/sessions/{place.session_slug}" + (f"?{words}" if words else "")


def token(client: FlaskClient) -> str:
    found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', client.get("/office/").text)
    assert found
    return found.group(1)


def post(client: FlaskClient, url: str, **data: str) -> TestResponse:
    return client.post(url, data={"csrf_token": token(client), **data})


def state_of(registration_id: int) -> State:
    db.session.rollback()
    return db.session.scalars(select(Registration.state).where(Registration.id == registration_id)).one()


def shown(page: str) -> str:
    """The words of a page, without its tags."""
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


def test_a_page_asks_as_much_of_the_database_for_200_people_as_for_10(app: Flask, client: FlaskClient) -> None:
    place = an_event(provinces=(BALI, "12"), roles={"stakeholder": 30, "village": 1})[BALI, "stakeholder"]
    first = registered(place, replace(BUDI, employment="pns", nip=NIP))
    for _number in range(9):
        registered(place)
    person = f"/office/registrations/{first.reference}"
    pages = ["/office/", f"/office/events/{place.event_slug}", roster_of(place), person, "/office/audit"]
    sign_in(client, sari())

    def asked() -> dict[str, int]:
        found = {}
        for url in pages:
            db.session.remove()
            with counted() as sent:
                assert client.get(url).status_code == 200
            found[url] = len(sent)
        return found

    few = asked()
    for _number in range(190):
        registered(place)
    assert asked() == few
    assert max(few.values()) <= 14


@pytest.mark.parametrize(
    "typed",
    ["nyi ayu", "NYI", "ayu kadek", "Ayú", "nyi.ayu@", "0812-9999 000", "+62 812 9999", "sukamaju", "{reference}"],
)
def test_search_finds_by_name_without_accents_mail_phone_institution_and_reference(
    client: FlaskClient, typed: str
) -> None:
    place = an_event()[BALI, "stakeholder"]
    ayu = replace(BUDI, full_name="Nyí Kadek Ayu", email="nyi.ayu@example.id", phone="081299990001")
    wanted = registered(place, ayu)
    other = registered(place, somebody(institution="Dinas Lain", full_name="Orang Lain"))
    sign_in(client, sari())
    reference = f"{wanted.reference[:4]}-{wanted.reference[4:].lower()}"
    page = client.get(roster_of(place), query_string={"q": typed.format(reference=reference)}).text
    assert wanted.reference in page and other.reference not in page


@pytest.mark.parametrize("typed", ["%", "_", "'; drop table persons; --", "\x00", "\ud800", "x" * 5000, "٠١٢٣٤"])
def test_search_takes_signs_of_the_database_as_plain_letters(client: FlaskClient, typed: str) -> None:
    place = an_event()[BALI, "stakeholder"]
    someone = registered(place)
    sign_in(client, sari())
    answer = client.get(roster_of(place), query_string={"q": typed.encode("utf-8", "surrogatepass").decode("latin-1")})
    assert answer.status_code == 200
    if typed in ("%", "_"):
        assert someone.reference not in answer.text


def test_the_roster_tells_who_waits_and_where_in_line(client: FlaskClient) -> None:
    place = an_event(roles={"village": 1})[BALI, "village"]
    registered(place), registered(place)
    third = registered(place)
    sign_in(client, sari())
    page = client.get("/en" + roster_of(place, state="waiting")).text
    assert [shown(row)[-1] for row in re.findall(r"number \d in line", page)] == ["e", "e"]
    row = page.split(f'id="r-{third.reference}"')[1]
    assert "number 2 in line" in row


def test_the_roster_goes_on_page_by_page_and_shows_everybody_once(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(roster, "PAGE", 3)
    place = an_event(roles={"village": 1})[BALI, "village"]
    everybody = [registered(place).reference for _number in range(7)]
    sign_in(client, sari())
    url, seen = roster_of(place), []
    while url:
        page = client.get(url).text
        seen += re.findall(r'<tr id="r-(\w+)"', page)
        following = re.search(r'rel="next" href="([^"]+)"', page)
        url = following.group(1).replace("&amp;", "&") if following else ""
    assert seen == everybody


def test_no_number_of_a_person_stands_whole_in_the_roster(client: FlaskClient) -> None:
    place = an_event()[BALI, "stakeholder"]
    registered(place, replace(BUDI, employment="pns", nip=NIP))
    sign_in(client, sari())
    post(client, "/office/account/columns", column="nip")
    page = client.get(roster_of(place)).text
    assert NIP not in page and "…1003" in page


def test_a_whole_number_is_shown_by_a_post_that_the_audit_log_keeps(client: FlaskClient) -> None:
    person = registered(an_event()[BALI, "stakeholder"], replace(BUDI, employment="pns", nip=NIP))
    account = made()
    label = acting(account).label
    sign_in(client, account)
    url = f"/office/registrations/{person.reference}"
    assert NIP not in client.get(url).text
    assert client.get(f"{url}/number").status_code == 405
    answer = post(client, f"{url}/number")
    assert NIP in answer.text and answer.headers["Cache-Control"] == "no-store"
    db.session.rollback()
    entry = db.session.scalars(select(AuditEntry).where(AuditEntry.act == "registration.number_seen")).one()
    assert (entry.actor, entry.subject, entry.province_code) == (label, f"registration:{person.registration_id}", BALI)
    assert NIP not in str(entry.after) + str(entry.before)


def test_cancelling_needs_a_reason_frees_one_seat_and_says_who_got_it(client: FlaskClient) -> None:
    place = an_event(roles={"village": 1})[BALI, "village"]
    first = registered(place, BUDI)
    second = registered(place, somebody(full_name="Ni Luh Wayan"))
    third = registered(place)
    sign_in(client, made())
    url = f"/office/registrations/{first.reference}/cancel"
    assert client.get(url).status_code == 200 and state_of(first.registration_id) is State.SEATED
    refused = post(client, url, reason="   ")
    assert refused.status_code == 422 and 'id="reason-error"' in refused.text
    assert state_of(first.registration_id) is State.SEATED
    answer = post(client, url, reason="berhalangan hadir")
    assert answer.status_code == 303
    states = [state_of(each.registration_id) for each in (first, second, third)]
    assert states == [State.CANCELLED, State.SEATED, State.WAITING]
    page = client.get(answer.location).text
    assert "Ni Luh Wayan" in page and "berhalangan hadir" in page
    assert post(client, url, reason="sekali lagi").status_code == 409
    assert state_of(third.registration_id) is State.WAITING


def test_added_seats_go_to_those_who_wait_and_what_is_refused_keeps_what_was_typed(client: FlaskClient) -> None:
    place = an_event(roles={"village": 1})[BALI, "village"]
    registered(place)
    waiting = registered(place, somebody(full_name="Ni Luh Wayan"))
    sign_in(client, sari())
    url = f"/office/events/{place.event_slug}/sessions/{place.session_slug}/seats/village"
    for number, reason, wrong in (("0", "ruang", "number"), ("dua", "ruang", "number"), ("2", " ", "reason")):
        refused = post(client, url, direction="add", number=number, reason=reason)
        assert refused.status_code == 422 and f'id="{wrong}-error"' in refused.text
        assert f'value="{number}"' in refused.text
    taken = post(client, url, direction="remove", number="1", reason="ruang sempit")
    assert taken.status_code == 422 and 'id="number-error"' in taken.text and "ruang sempit" in taken.text
    answer = post(client, url, direction="add", number="2", reason="ruang lebih besar")
    assert answer.status_code == 303
    assert "Ni Luh Wayan" in client.get(answer.location).text
    assert state_of(waiting.registration_id) is State.SEATED
    assert post(client, url, direction="remove", number="1", reason="ruang sempit").status_code == 303
    seats = db.session.scalar(select(func.count()).select_from(Seat).where(Seat.quota_id == place.quota_id))
    assert seats == 2
    assert "ruang lebih besar" in client.get("/office/audit?act=seats.added").text


def test_attendance_is_ticked_in_the_roster_and_undone_with_a_reason(client: FlaskClient) -> None:
    place = an_event(roles={"village": 1})[BALI, "village"]
    person, waiting = registered(place, BUDI), registered(place)
    with clock.stopped_at(clock.now() + timedelta(days=30)):
        sign_in(client, made())
        page = client.get(roster_of(place, q="budi")).text
        url = re.search(r'action="([^"]+/attendance/1[^"]*)"', page)
        assert url and "roster=1" in url.group(1)
        mark = url.group(1).replace("&amp;", "&")
        answer = post(client, mark, act="check_in")
        assert answer.status_code == 303 and answer.location.startswith(roster_of(place, q="budi"))
        page = client.get(answer.location).text
        assert "status--attended" in page
        assert "status--attended" in client.get(f"/office/registrations/{person.reference}").text
        post(client, mark, act="undo", reason="")
        assert "status--attended" in client.get(roster_of(place)).text
        post(client, mark, act="undo", reason="salah orang")
        assert "status--attended" not in client.get(roster_of(place)).text
        refused = post(client, mark.replace(person.reference, waiting.reference), act="check_in")
        assert "flash--danger" in client.get(refused.location).text
        assert post(client, mark.replace("attendance/1", "attendance/9"), act="check_in").status_code == 404


def test_a_registration_has_its_history_in_words_and_its_mail(client: FlaskClient) -> None:
    place = an_event(roles={"village": 1})[BALI, "village"]
    first = registered(place, BUDI)
    sign_in(client, sari())
    post(client, f"/office/registrations/{first.reference}/cancel", reason="berhalangan")
    page = shown(client.get(f"/en/office/registrations/{first.reference}").text)
    assert "Registered" in page and "the form" in page
    assert "state: Seated → Cancelled" in page and "Reason: berhalangan" in page and "Sari" in page
    assert "Confirmation" in page and "Cancellation" in page
    assert "Budi Santoso" in page and "budi@example.id" in page and "+6281234567890" in page


def test_what_people_write_is_never_markup(client: FlaskClient) -> None:
    place = an_event(roles={"village": 2})[BALI, "village"]
    wicked = '<script>alert("x")</script>\'"'
    person = registered(place, somebody(institution=wicked, position=wicked, support_needed=wicked))
    db.session.rollback()
    from tpbis_events.foundation.transaction import transaction

    with transaction():
        db.session.get_one(Registration, person.registration_id).person.full_name = wicked
    sign_in(client, sari())
    url = f"/office/registrations/{person.reference}"
    pages = [client.get(each).text for each in (roster_of(place), url, f"{url}/cancel", roster_of(place, q=wicked))]
    post(client, f"{url}/cancel", reason=wicked)
    pages += [client.get(each).text for each in (url, "/office/audit")]
    for page in pages:
        assert "<script>alert" not in page
        assert "&lt;script&gt;" in page


def test_the_audit_log_is_searched_by_act_and_by_reference_and_goes_on(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tpbis_events.audit import log

    monkeypatch.setattr(log, "PAGE", 2)
    place = an_event(roles={"village": 1})[BALI, "village"]
    people = [registered(place) for _number in range(4)]
    sign_in(client, sari())
    page = client.get("/office/audit").text
    references = re.findall(r"registrations/(\w+)", page)
    assert references == [people[3].reference, people[2].reference]
    following = re.search(r'rel="next" href="([^"]+)"', page)
    assert following
    assert re.findall(r"registrations/(\w+)", client.get(following.group(1)).text) == [
        people[1].reference,
        people[0].reference,
    ]
    one = client.get("/office/audit", query_string={"subject": people[2].reference.lower()}).text
    assert re.findall(r"registrations/(\w+)", one) == [people[2].reference]
    assert "registrations/" not in client.get("/office/audit?act=seats.added").text


def test_every_page_reads_the_same_from_both_databases(app_on_each: Flask) -> None:
    client = app_on_each.test_client()
    place = an_event(provinces=(BALI, "12"), roles={"village": 1}, days=2)[BALI, "village"]
    first, second = registered(place, replace(BUDI, employment="pns", nip=NIP)), registered(place, somebody())
    sign_in(client, sari())
    assert "1/2 1 " in shown(client.get(f"/office/events/{place.event_slug}").text).replace(" /", "/")
    assert "0 of 0" not in client.get("/en/office/").text
    found = {words: client.get(roster_of(place), query_string={"q": words}).text for words in ("BUDI", "\x00", "0812")}
    assert first.reference in found["BUDI"] and second.reference not in found["BUDI"]
    assert first.reference in found["\x00"] and second.reference in found["\x00"]
    assert first.reference in found["0812"]
    waiting = client.get("/en" + roster_of(place, state="waiting", role="village")).text
    assert "number 1 in line" in waiting and first.reference not in waiting
    assert NIP in post(client, f"/office/registrations/{first.reference}/number").text
    assert first.reference in client.get("/office/audit?act=registration.number_seen").text

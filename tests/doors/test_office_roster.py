"""The roster's pages: filters, orders, pages by key, columns, reach; on a session and on a whole event."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.builders import BUDI, Place, an_account, an_event, registered, somebody
from tests.cast import BALI, acting, made, sari, sign_in
from tests.queries import counted
from tpbis_events.attendance.model import Attendance
from tpbis_events.foundation import clock
from tpbis_events.foundation.database import db
from tpbis_events.foundation.transaction import transaction
from tpbis_events.outbox.mark_address import mark
from tpbis_events.people.actor import COMMAND_LINE
from tpbis_events.people.model import Right
from tpbis_events.programmes.model import Session
from tpbis_events.registrations import roster
from tpbis_events.registrations.correct import correct
from tpbis_events.registrations.tag import tag

NORTH = "12"


def roster_of(place: Place) -> str:
    return f"/office/events/{place.event_slug}/sessions/{place.session_slug}"


def event_roster(place: Place) -> str:
    return f"/office/events/{place.event_slug}/roster"


def shown(client: FlaskClient, url: str, **query: object) -> list[str]:
    """The references in the order of the page."""
    answer = client.get(url, query_string=query)
    assert answer.status_code == 200
    return re.findall(r'<tr id="r-(\w+)"', answer.text)


def test_a_pic_sees_the_whole_event_as_far_as_her_province_and_no_filter_reaches_further(client: FlaskClient) -> None:
    places = an_event(provinces=(BALI, NORTH))
    bali, north = places[BALI, "stakeholder"], places[NORTH, "stakeholder"]
    own, other = registered(bali, replace(BUDI, full_name="Ayu")), registered(north, somebody(full_name="Ayu Utara"))
    tag([own.registration_id, other.registration_id], "pembicara", by=COMMAND_LINE)
    tag([other.registration_id], "rahasia", by=COMMAND_LINE)
    sign_in(client, made())
    url = event_roster(bali)
    assert shown(client, url) == [own.reference]
    for query in (
        {"q": "ayu"}, {"tag": "pembicara"}, {"sort": "name"}, {"state": "seated"}, {"sort": "name", "before": 2**40},
        {"role": "stakeholder"}, {"attended": "no"}, {"certificate": "no"},
    ):  # fmt: skip
        assert set(shown(client, url, **query)) <= {own.reference}
    for query in ({"q": "utara"}, {"province": NORTH}, {"tag": "rahasia"}, {"q": other.reference}):
        assert shown(client, url, **query) == []
    page = client.get(url).text
    assert "pembicara" in page and "rahasia" not in page
    assert client.get(roster_of(north)).status_code == 404
    elsewhere = an_event(provinces=(NORTH,))[NORTH, "village"]
    assert client.get(event_roster(elsewhere)).status_code == 404


def test_pages_go_forth_and_back_by_key_in_every_order_and_show_everybody_once(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(roster, "PAGE", 3)
    places = an_event(provinces=(BALI, NORTH), roles={"stakeholder": 3, "village": 1})
    names = ("Citra", "Ayu", "Ayu", "Budi", "Ayu", "Dewi", "Citra")
    people = [
        registered(list(places.values())[number % 4], somebody(full_name=name, institution=f"Desa {number % 2}"))
        for number, name in enumerate(names)
    ]
    sign_in(client, sari())
    for sort in ("request", "name", "role", "state", "institution"):
        url, pages = f"{event_roster(places[BALI, 'village'])}?sort={sort}", []
        while url:
            page = client.get(url).text
            pages.append(re.findall(r'<tr id="r-(\w+)"', page))
            url = _link(page, "next")
        seen = [each for page_ in pages for each in page_]
        assert sorted(seen) == sorted(person.reference for person in people), sort
        assert len(pages) == 3
        assert _link(page, "next") == ""
        back = []
        while url := _link(page, "prev"):
            page = client.get(url).text
            back.insert(0, re.findall(r'<tr id="r-(\w+)"', page))
        assert back == pages[:2], sort
        if sort == "name":
            order = {person.reference: name for person, name in zip(people, names, strict=True)}
            assert [order[each] for each in seen] == sorted(names)


def _link(page: str, rel: str) -> str:
    found = re.search(rf'rel="{rel}" href="([^"]+)"', page)
    return found.group(1).replace("&amp;", "&") if found else ""


def test_filters_find_by_attendance_certificate_country_regency_tag_and_missing_e_mail(client: FlaskClient) -> None:
    place = an_event(days=2, roles={"stakeholder": 9})[BALI, "stakeholder"]
    every, some, never = (
        registered(place, somebody(full_name=name, regency_code=code, province_code=BALI, **contact))
        for name, code, contact in (
            ("Setia", "51.71", {}),
            ("Sebagian", "51.03", {}),
            ("Absen", "51.71", {"email": "", "phone": "081311112222"}),
        )
    )
    days = db.session.get_one(Session, place.session_id).days
    there = [(every, days[0].id), (every, days[1].id), (some, days[0].id)]
    with transaction():
        for person, day_id in there:
            facts = {"checked_in_at": clock.now(), "checked_in_by": "worker"}
            db.session.add(Attendance(registration_id=person.registration_id, day_id=day_id, **facts))
    tag([some.registration_id], "Pembicara", by=COMMAND_LINE)
    sign_in(client, sari())
    for query, wanted in (
        ({"attended": "yes"}, [every]),
        ({"attended": "partly"}, [some]),
        ({"attended": "no"}, [never]),
        ({"regency": "51.71"}, [every, never]),
        ({"no_email": 1}, [never]),
        ({"tag": "pembicara"}, [some]),
        ({"certificate": "no"}, [every, some, never]),
        ({"certificate": "yes"}, []),
        ({"country": "LA"}, []),
        ({"q": "SEBAG"}, [some]),
        ({"q": "bagian"}, []),
        ({"q": "0813-1111"}, [never]),
    ):
        assert shown(client, roster_of(place), **query) == [each.reference for each in wanted], query


def test_an_auditor_finds_and_sees_nobody_by_contact(client: FlaskClient) -> None:
    place = an_event()[BALI, "stakeholder"]
    ayu = registered(place, replace(BUDI, full_name="Ayu", email="rahasia@example.id", phone="081299990001"))
    account = an_account("Rini", Right.AUDITOR)
    sign_in(client, account)
    client.post("/office/account/columns", data={"csrf_token": _token(client), "column": ["email", "phone", "support"]})
    page = client.get(roster_of(place)).text
    assert ayu.reference in page and "rahasia@" not in page and "9999000" not in page
    assert 'name="column" value="email"' not in page and 'form="bulk"' not in page
    for typed in ("rahasia", "rahasia@example.id", "081299990001", "+6281299"):
        assert shown(client, roster_of(place), q=typed) == []
    assert shown(client, roster_of(place), q="ayu") == [ayu.reference]


def test_chosen_columns_are_remembered_for_the_account_and_the_usual_ones_come_back(client: FlaskClient) -> None:
    place = an_event()[BALI, "stakeholder"]
    registered(place)
    sign_in(client, made())

    def heads() -> list[str]:
        page = client.get("/en" + roster_of(place)).text
        found = re.findall(r'<th scope="col"[^>]*>(?:<a[^>]*>)?([^<]+)', page.split('id="roster"')[1])
        return [each.strip() for each in found]

    usual = heads()
    assert "E-mail address" not in usual
    data = {"csrf_token": _token(client), "event": place.event_slug, "session": place.session_slug, "q": "x y"}
    answer = client.post("/office/account/columns", data={**data, "column": ["email", "state", "no such"]})
    assert answer.status_code == 303 and answer.location == f"{roster_of(place)}?q=x+y"
    assert heads() == ["Name", "State", "E-mail address"]
    client.post("/office/account/columns", data={**data, "usual": "1", "column": ["email"]})
    assert heads() == usual


def _token(client: FlaskClient) -> str:
    found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', client.get("/office/account").text)
    assert found
    return found.group(1)


def test_the_roster_tells_whose_address_takes_no_mail(client: FlaskClient) -> None:
    place = an_event()[BALI, "stakeholder"]
    budi = registered(place, replace(BUDI, email="Budi@Example.id"))
    registered(place)
    sign_in(client, sari())
    words = "The e-mail address takes no mail"
    assert words not in client.get(f"/en{roster_of(place)}").text
    with transaction():
        mark("budi@example.id", hard=True, cause="no_mailbox", said="550 5.1.1 no such user", at=clock.now())
    for url in (roster_of(place), event_roster(place)):
        page = client.get(f"/en{url}").text
        assert page.count(words) == 1 and words in page.split(f'id="r-{budi.reference}"')[1].split("</tr>")[0]


def test_who_is_corrected_is_found_and_sorted_by_the_new_name(app_on_each: Flask) -> None:
    client = app_on_each.test_client()
    place = an_event()[BALI, "stakeholder"]
    first, second = registered(place, somebody(full_name="Zainal")), registered(place, somebody(full_name="Made Ayu"))
    correct(first.registration_id, somebody(full_name="Agus Zainal", institution="Dinas Baru"), by=COMMAND_LINE)
    sign_in(client, sari())
    assert shown(client, roster_of(place), sort="name") == [first.reference, second.reference]
    assert shown(client, roster_of(place), q="agus") == shown(client, roster_of(place), q="baru") == [first.reference]
    assert shown(client, roster_of(place), q="sukamaju") == [second.reference]
    assert shown(client, event_roster(place), q="ma ay", sort="institution") == [second.reference]
    assert shown(client, event_roster(place), state="seated", attended="no", certificate="no") != []


def test_a_roster_takes_at_most_fourteen_queries_whatever_is_asked_of_it(client: FlaskClient) -> None:
    place = an_event(provinces=(BALI, NORTH), roles={"stakeholder": 2, "village": 1}, days=2)[BALI, "stakeholder"]
    people = [registered(place) for _number in range(5)]
    tag([people[0].registration_id], "a", by=acting(sari_ := sari()))
    sign_in(client, sari_)
    every = [
        "session",
        "attendance",
        "role",
        "state",
        "tags",
        "seat",
        "certificate",
        "email",
        "phone",
        "support",
        "nip",
    ]
    client.post("/office/account/columns", data={"csrf_token": _token(client), "column": every})
    query = {
        "q": "peserta nomor",
        "sort": "name",
        "after": people[0].registration_id,
        "attended": "no",
        "certificate": "no",
    }
    for url in (roster_of(place), event_roster(place)):
        for asked in ({}, query, {"before": people[4].registration_id}, {"tag": "a"}):
            db.session.remove()
            with counted() as sent:
                assert client.get(url, query_string=asked).status_code == 200
            assert len(sent) <= 14, "\n".join(sent)


def test_a_page_tells_the_whole_history_with_mail_and_tags_are_put_on_and_taken_off_there(client: FlaskClient) -> None:
    place = an_event()[BALI, "stakeholder"]
    person = registered(place, replace(BUDI, full_name="Ayu"))
    sign_in(client, sari())
    url = f"/en/office/registrations/{person.reference}"
    for data in ({"word": "Pembicara"}, {"word": "vip"}, {"word": "VIP", "act": "off"}, {"word": " , "}):
        assert client.post(f"{url}/tags", data={"csrf_token": _token(client), **data}).status_code == 303
    page = client.get(url).text
    assert "A tag is missing" in page
    timeline = page.split('class="timeline"')[1].split("</ol>")[0]
    told = re.findall(r'timeline__what">(?:<a[^>]*>)?(.*?)</p>', timeline)
    words = [re.sub(r"<[^>]+>", "", each) for each in told]
    assert words == ["Registered", "Mail: Confirmation Due", "Tag put on", "Tag put on", "Tag taken off"]
    assert "/en/office/mail/" in timeline and "Sari" in timeline
    assert f"/en/office/audit?subject=registration:{person.registration_id}" in page.replace("%3A", ":")
    assert "/en/office/events/" in page and "?tag=pembicara" in page and "?tag=vip" not in page
    other = client.application.test_client()
    sign_in(other, made())
    seen = other.get(url).text
    assert (
        "Mail: Confirmation" in re.sub(r"<[^>]+>", "", seen)
        and "/office/mail/" not in seen
        and "/office/audit" not in seen
    )


def test_who_ticks_attendance_comes_back_to_what_was_looked_for(client: FlaskClient) -> None:
    place = an_event()[BALI, "stakeholder"]
    person = registered(place)
    with clock.stopped_at(clock.now() + timedelta(days=30)):
        sign_in(client, made())
        page = client.get(roster_of(place), query_string={"sort": "name", "tag": "", "attended": "no"}).text
        action = re.search(r'action="([^"]+/attendance/1[^"]*)"', page)
        assert action
        data = {"csrf_token": _token(client), "act": "check_in"}
        answer = client.post(action.group(1).replace("&amp;", "&"), data=data)
    assert answer.location == f"{roster_of(place)}?attended=no&sort=name#r-{person.reference}"

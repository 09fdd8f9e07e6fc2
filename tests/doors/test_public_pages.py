"""What everybody may see: front page, event, session, privacy notice."""

from __future__ import annotations

import gzip
import re
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from icalendar import Calendar

from tests.builders import Place, an_event, registered
from tests.queries import counted
from tpbis_events.foundation import clock
from tpbis_events.people.actor import COMMAND_LINE
from tpbis_events.places.provinces import all_provinces
from tpbis_events.programmes import content
from tpbis_events.programmes.introduce import introduce
from tpbis_events.programmes.lay_out import lay_out
from tpbis_events.registrations.cancel import cancel

LIMIT_BYTES = 50_000
LIMIT_REQUESTS = 5
ALL_BUT_FIVE = tuple(each.code for each in all_provinces()[:33])


@pytest.fixture
def editions(app: Flask) -> None:
    """The programmes, the figures and the two editions of 2023."""
    introduce(by=COMMAND_LINE)
    for plan in (content.shm_2023(), content.ksp_2023()):
        lay_out(plan, by=COMMAND_LINE)


def path_of(place: Place) -> str:
    return f"/events/{place.event_slug}/sessions/{place.session_slug}"


def words(html: str) -> str:
    """The text of a page as a reader sees it, with single blanks."""
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


def file(client: FlaskClient, address: str) -> bytes:
    with client.get(address) as answer:
        assert answer.status_code == 200, address
        return answer.data


def card(html: str, title: str) -> str:
    """The words of one session's card."""
    return next(words(each) for each in html.split('<li class="session-card">')[1:] if f">{title}</a>" in each)


@pytest.mark.usefixtures("editions")
def test_the_front_page_tells_programmes_events_and_figures_in_both_languages(client: FlaskClient) -> None:
    indonesian, english = words(client.get("/").text), words(client.get("/en/").text)
    assert "SHM Provinsi 2023" in indonesian and "26 Juli – 10 Agustus 2023" in indonesian
    assert "Provincial Stakeholder Meetings 2023" in english and "26 July – 10 August 2023" in english
    assert "13–17 November 2023 · Jakarta" in english
    assert "2.396" in indonesian and "Desa/kelurahan terjangkau" in indonesian
    assert "8,200,000 People involved April 2025 · koranindopos.com (14/4/2025)" in english
    assert "more than 8.2 million" in english


def test_the_front_page_puts_an_open_event_into_the_hero_with_its_free_seats(client: FlaskClient) -> None:
    place = an_event(roles={"stakeholder": 3})["51", "stakeholder"]
    registered(place)
    page = client.get("/en/").text
    hero = page.split('class="hero"')[1].split("</section>")[0]
    assert f'href="/en/events/{place.event_slug}"' in hero
    assert "2 free seats" in words(page)


@pytest.mark.usefixtures("editions")
def test_an_event_shows_its_sessions_by_wave_in_local_time(client: FlaskClient) -> None:
    page = client.get("/en/events/shm-provinsi-2023").text
    assert page.count('<li class="session-card">') == 33
    assert [f'id="wave-{number}"' in page for number in (1, 2, 3, 4, 5)] == [True, True, True, True, False]
    assert "08:30–16:00 WIT" in card(page, "Papua")
    indonesian = client.get("/events/shm-provinsi-2023").text
    assert "Selasa, 8 Agustus 2023" in card(indonesian, "Sumatera Utara") and "08.30–16.00 WIB" in indonesian


@pytest.mark.usefixtures("editions")
def test_what_no_report_confirms_is_marked_as_planned_and_what_one_does_is_not(client: FlaskClient) -> None:
    page = client.get("/en/events/shm-provinsi-2023").text
    assumed, reported = card(page, "West Sumatra"), card(page, "Bengkulu")
    assert "Padang (planned) Wednesday, 26 July 2023 (planned)" in assumed
    assert "Bengkulu Wednesday, 26 July 2023 08:30–16:00 WIB (planned)" in reported
    text = words(page)
    assert text.count("Which province belongs to which wave is planned and not confirmed") == 1
    assert "The whole agenda is planned and not confirmed in full by reports" in text
    session = words(client.get("/en/events/shm-provinsi-2023/sessions/sumatera-barat").text)
    assert "Wednesday, 26 July 2023 (planned)" in session and "The venue is not known" in session


@pytest.mark.usefixtures("editions")
def test_an_agenda_of_five_days_is_told_day_by_day_and_visits_that_it_does_not_name_apart(client: FlaskClient) -> None:
    text = words(client.get("/en/events/ksp-2023").text)
    assert "Day 1: Monday, 13 November 2023 09:00" in text and "Day 5: Friday, 17 November 2023" in text
    fourth, fifth = text.split("Day 4: Thursday, 16 November 2023")[1].split("Day 5:")
    agenda, visits = fifth.split("Further visits")
    assert "Visit to the Mutiara Rawa Binong library" in fourth
    assert "Day not known · planned Perpustakaan Payung Tunas Teratai" in visits
    assert "Payung Tunas" not in agenda
    assert not any(place in visits for place in ("Rawa Binong", "Taman Mini", "Market")), "the agenda names these"


def test_an_agenda_names_its_lessons(client: FlaskClient, editions: None) -> None:
    assert "7 JP in all" in words(client.get("/en/events/shm-provinsi-2023").text)


def test_a_session_shows_seats_taken_free_and_waiting_by_role(client: FlaskClient) -> None:
    places = an_event(roles={"stakeholder": 2, "village": 1})
    for _time in range(3):
        registered(places["51", "stakeholder"])
    page = client.get("/en" + path_of(places["51", "village"])).text
    rows = [words(row) for row in page.split('<tr class="numbers">')[1:]]
    assert rows[0].startswith("Role stakeholder 2 2 0 1 Join the waiting list")
    assert rows[1].startswith("Role village 1 0 1 0 Register")
    assert f'href="/en{path_of(places["51", "village"])}/register/village"' in page


def test_a_free_seat_that_somebody_waits_for_is_not_offered_to_a_newcomer(client: FlaskClient) -> None:
    place = an_event(roles={"stakeholder": 1}, in_days=3)["51", "stakeholder"]
    first = registered(place)
    registered(place)
    with clock.stopped_at(clock.now() + timedelta(days=4)):  # closed: nobody is seated by itself
        cancel(first.registration_id, by=COMMAND_LINE, reason="berhalangan")
    page = words(client.get("/en" + path_of(place)).text)
    assert "Role stakeholder 1 0 1 1 Join the waiting list" in page


def test_a_session_says_when_it_opens_or_closed_in_its_own_zone_and_has_no_button_then(client: FlaskClient) -> None:
    place = an_event(provinces=("94",), in_days=3)["94", "stakeholder"]
    with clock.stopped_at(clock.now() - timedelta(days=20)):
        early = client.get("/en" + path_of(place)).text
    with clock.stopped_at(clock.now() + timedelta(days=3)):
        late = client.get("/en" + path_of(place)).text
    assert re.search(r"It opens on \w+, \d+ \w+ \d{4}, \d\d:\d\d WIT\.", words(early))
    assert "/register/" not in early + late
    assert "Closed" in words(late)


def test_the_calendar_file_keeps_its_uid_and_is_in_utc(client: FlaskClient) -> None:
    place = an_event()["51", "stakeholder"]
    first, second = (client.get(f"{path_of(place)}/calendar.ics") for _time in range(2))
    assert first.mimetype == "text/calendar"
    entries = [Calendar.from_ical(answer.data).walk("VEVENT")[0] for answer in (first, second)]
    assert entries[0]["UID"] == entries[1]["UID"]
    assert entries[0].decoded("DTSTART").utcoffset() == timedelta(0)
    assert path_of(place) in entries[0]["DESCRIPTION"]


@pytest.mark.parametrize(
    "path",
    [
        "/events/tidak-ada",
        "/events/{event}/sessions/tidak-ada",
        "/events/tidak-ada/sessions/{session}",
        "/events/{event}/sessions/tidak-ada/calendar.ics",
        "/events/{event}/sessions/{session}/register/tidak-ada",
        "/events/{other}/sessions/{session}/register/hanya-di-sini",
    ],
)
def test_what_there_is_not_answers_404_in_both_languages(client: FlaskClient, path: str) -> None:
    here, other = an_event(roles={"hanya-di-sini": 1})["51", "hanya-di-sini"], an_event()["51", "village"]
    address = path.format(event=here.event_slug, session=here.session_slug, other=other.event_slug)
    assert client.get(address).status_code == 404
    assert client.get("/en" + address).status_code == 404
    assert client.post(address).status_code in (404, 405)


def all_pages(place: Place) -> list[str]:
    session = path_of(place)
    return ["/", f"/events/{place.event_slug}", session, f"{session}/register/{place.role_slug}", "/privacy"]


def test_public_pages_set_no_cookie_and_carry_no_style_or_script_of_their_own(client: FlaskClient) -> None:
    for path in all_pages(an_event()["51", "stakeholder"]):
        for address in (path, f"/en{path}"):
            answer = client.get(address)
            assert answer.status_code == 200
            assert "Set-Cookie" not in answer.headers
            assert not re.search(r"<style|<script|\sstyle=|\son\w+=", answer.text)
            assert not re.search(r'(?:src|href)="(?:https?:)?//', answer.text)
            assert "default-src 'none'" in answer.headers["Content-Security-Policy"]


def queries(client: FlaskClient, path: str) -> int:
    with counted() as statements:
        assert client.get(path).status_code == 200
    return len(statements)


def test_a_page_asks_the_database_as_often_for_33_sessions_as_for_one(client: FlaskClient) -> None:
    one = an_event(roles={"stakeholder": 1})["51", "stakeholder"]
    few = [queries(client, path) for path in all_pages(one)]
    many = an_event(provinces=ALL_BUT_FIVE, roles={f"role-{number}": 2 for number in range(8)})["51", "role-1"]
    registered(many)
    assert [queries(client, path) for path in all_pages(many)] == few
    assert max(few) <= 9


@pytest.mark.usefixtures("editions")
def test_the_biggest_page_is_light_enough_for_a_phone_on_prepaid_data(client: FlaskClient) -> None:
    an_event(provinces=ALL_BUT_FIVE, roles={f"role-{number}": 3 for number in range(8)})
    for path in ("/en/", "/events/shm-provinsi-2023", "/en/events/ksp-2023", "/privacy"):
        page = client.get(path)
        assert page.status_code == 200
        sheets = [
            address.replace("&amp;", "&") for address in re.findall(r'rel="stylesheet" href="([^"]+)"', page.text)
        ]
        images = re.findall(r'<(?:img|script)[^>]+src="([^"]+)"', page.text)
        files = [file(client, address) for address in [*sheets, *images]]
        fonts = {font for each in files for font in re.findall(rb'url\("?([^")]+\.woff2)', each)}
        font_bytes = sum(len(file(client, "/static/" + font.decode().lstrip("./"))) for font in fonts)
        weight = sum(len(gzip.compress(each)) for each in [page.data, *files]) + font_bytes
        assert weight <= LIMIT_BYTES, (path, weight)
        assert 1 + len(files) + len(fonts) <= LIMIT_REQUESTS


def test_the_privacy_notice_names_the_law_and_the_rights(client: FlaskClient) -> None:
    text = words(client.get("/en/privacy").text)
    assert "Law 27 of 2022" in text and "Withdraw your consent" in text and "encrypted" in text
    assert client.get("/privacy").status_code == 200

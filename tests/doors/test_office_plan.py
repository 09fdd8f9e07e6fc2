"""Sari plans a whole edition by its pages, without a script: programme, edition, roles, waves, sessions, agenda, publishing."""

from __future__ import annotations

import re
from html import unescape

import pytest
from flask.testing import FlaskClient

from tests import plans
from tests.builders import an_account, an_event, registered
from tests.cast import BALI, made, sari, sign_in
from tests.commands.kept import entries
from tests.doors.browsing import everything, form_of, post, shown
from tests.queries import counted
from tpbis_events.foundation.database import db
from tpbis_events.people.actor import COMMAND_LINE
from tpbis_events.people.model import Right
from tpbis_events.programmes.add_sessions import add_sessions
from tpbis_events.programmes.model import Event, Mode
from tpbis_events.programmes.plans import quota_ids, seats_of
from tpbis_events.programmes.publish import publish

EVENT = {
    "slug": "shm-provinsi-2027",
    "name_id": "SHM Provinsi 2027",
    "name_en": "Provincial Stakeholder Meetings 2027",
    "theme_id": "",
    "theme_en": "",
    "description_id": "Untuk apa",
    "description_en": "What for",
    "note_id": "",
    "note_en": "",
    "zone": "Asia/Jakarta",
    "opens_at": "08.00",
    "closes_at": "16:00",
    "certificate_percent": "80",
    "certificate_series": "TPBIS-SHM",
    "signatory_name": "Pejabat",
    "signatory_position_id": "Kepala Pusat",
    "signatory_position_en": "Head of Centre",
    "wave_smallest": "8",
    "wave_largest": "",
}
ROLE = {
    "slug": "desa",
    "name_id": "Perpustakaan Desa",
    "name_en": "Village Library",
    "seats": "5",
    "origin": "domestic",
}
SESSION = {
    "slug": "bali",
    "name_id": "SHM Bali",
    "name_en": "SHM Bali",
    "wave": "1",
    "province_code": BALI,
    "city": "Denpasar",
    "venue": "Aula",
    "access_id": "Tanpa tangga",
    "access_en": "Step-free",
    "zone": "Asia/Makassar",
    "mode": "onsite",
    "online_url": "",
    "closes_on": "",
    "closes_at": "",
    "days-0-starts": "08.30",
    "days-0-ends": "16.00",
}


def of(event_id: int) -> str:
    return f"/office/events/{plans.event(event_id).slug}"


@pytest.fixture
def as_sari(client: FlaskClient) -> FlaskClient:
    return sign_in(client, sari())


def test_a_whole_edition_is_planned_and_published_by_its_pages_alone(as_sari: FlaskClient) -> None:
    programme = {"slug": "shm", "name_id": "SHM", "name_en": "SHM", "summary_id": "Apa", "summary_en": "What"}
    assert post(as_sari, "/office/plans/new-programme", **programme).status_code == 303
    window = {"opens_on": plans.day(-1).isoformat(), "closes_on": plans.day(30).isoformat()}
    there = post(as_sari, "/office/programmes/shm/new-event", **EVENT, **window)
    assert there.location == "/office/events/shm-provinsi-2027/plan"
    plan = "/office/events/shm-provinsi-2027/plan"
    assert post(as_sari, f"{plan}/new-role", **ROLE).status_code == 303
    wave = {"number": "1", "starts_on": plans.day(35).isoformat(), "ends_on": plans.day(60).isoformat()}
    assert post(as_sari, f"{plan}/new-wave", **wave).status_code == 303
    days = {"days-0-on": plans.day(40).isoformat(), "days-1-on": "", "days-1-starts": "08:30", "days-1-ends": ""}
    assert post(as_sari, f"{plan}/new-session", **SESSION, **days).status_code == 303
    item = {"day_number": "1", "starts": "09.00", "ends": "10.30", "kind": "talk", "jp": "2"}
    texts = {"title_id": "Paparan", "title_en": "Talk", "place_id": "", "place_en": "", "note_id": "", "note_en": ""}
    assert post(as_sari, f"{plan}/new-item", **item, **texts).status_code == 303
    page = shown(as_sari.get(f"/en{plan}").text)
    for words in (
        "This edition can be published",
        "Village Library",
        "SHM Bali",
        "1 item",
        "2 JP",
        "Draft",
        "80 percent",
    ):
        assert words in page
    visitor = as_sari.application.test_client()
    assert visitor.get("/events/shm-provinsi-2027").status_code == 404
    assert post(as_sari, "/office/events/shm-provinsi-2027/publication/publish").status_code == 303
    assert visitor.get("/events/shm-provinsi-2027").status_code == 200
    assert visitor.get("/events/shm-provinsi-2027/sessions/bali/register/desa").status_code == 200
    event = db.session.query(Event).one()
    assert (event.wave_smallest, event.wave_largest, event.certificate_percent) == (8, None, 80)
    assert event.sessions[0].wave == event.waves[0] and list(seats_of(event.id).values()) == [5]


def test_what_is_wrong_stands_beside_its_field_and_nothing_typed_is_lost(as_sari: FlaskClient) -> None:
    plans.a_programme("shm")
    before = everything()
    typed = EVENT | {"slug": "../x", "name_en": "", "theme_id": "Tema & <b>", "opens_on": "2027-02-30", "closes_on": "2027-03-01",
                     "opens_at": "25.00", "certificate_percent": "banyak"}  # fmt: skip
    refused = post(as_sari, "/en/office/programmes/shm/new-event", **typed)
    assert refused.status_code == 422 and everything() == before
    for field in ("slug", "name_en", "theme_en", "opens_on", "opens_at", "certificate_percent"):
        assert f'id="{field}-error"' in refused.text and f'href="#{field}"' in refused.text, field
    for value in ("../x", "Tema &amp; &lt;b&gt;", "2027-02-30", "25.00", "banyak", "Pejabat"):
        assert f'value="{value}"' in refused.text, value
    assert "The other language has it" in refused.text


def test_a_form_opens_with_what_is_there_and_saving_it_changes_nothing(as_sari: FlaskClient) -> None:
    event_id = plans.a_draft(theme_id="Tema", theme_en="Theme", note_id="Catatan\nbaris dua", note_en="Note")
    publish(event_id, by=COMMAND_LINE)
    event = plans.event(event_id)
    addresses = [
        "/plan/texts",
        f"/plan/roles/{event.roles[0].slug}",
        f"/plan/sessions/{event.sessions[0].slug}",
        f"/plan/agenda/{event.agenda[0].id}",
    ]
    base = of(event_id)
    db.session.rollback()
    for address in addresses:
        form = form_of(as_sari, base + address)
        form.pop("csrf_token")
        form = {
            name: value for name, value in form.items() if name not in ("reason",) and not name.startswith("seats-")
        }
        before = everything()
        assert post(as_sari, base + address, **form).status_code == 303, address
        assert everything() == before, address


def test_more_days_are_added_without_a_script_and_the_empty_one_is_left_out(as_sari: FlaskClient) -> None:
    event_id = plans.a_draft()
    address = of(event_id) + "/plan/new-session"
    first = {k: v for k, v in SESSION.items() if k != "wave"} | {
        "slug": "dua",
        "wave": "",
        "days-0-on": plans.day(40).isoformat(),
    }
    more = post(as_sari, address, step="days", **first)
    assert more.status_code == 200 and 'name="days-1-on"' in more.text and f'value="{plans.day(40)}"' in more.text
    two = first | {"days-1-on": plans.day(39).isoformat(), "days-1-starts": "08:00", "days-1-ends": "12:00"}
    wrong = post(as_sari, address, step="save", **two)
    assert wrong.status_code == 422 and 'id="days-1-on-error"' in wrong.text and 'href="#days-1-on"' in wrong.text
    assert post(as_sari, address, step="save", **two | {"days-1-on": plans.day(41).isoformat()}).status_code == 303
    assert len(plans.event(event_id).sessions) == 2


def test_one_session_for_each_province_chosen_on_its_own_clocks(as_sari: FlaskClient) -> None:
    event_id = plans.a_draft()
    address = of(event_id) + "/plan/new-sessions"
    page = as_sari.get(address).text
    assert 'value="51"' not in page and 'value="12"' in page  # Bali has one already
    typed = {"name": "SHM", "wave": "", "on": plans.day(50).isoformat(), "starts": "08.30", "ends": "16.00"}
    assert post(as_sari, address, **typed).status_code == 422
    assert post(as_sari, address, provinces=["99"], **typed).status_code == 422
    assert post(as_sari, address, provinces=["12", "91"], **typed | {"on": "2027-13-01"}).status_code == 422
    assert post(as_sari, address, provinces=["12", "91"], **typed).status_code == 303
    new = {session.province_code: session for session in plans.event(event_id).sessions}
    assert {new[code].zone for code in ("12", "91")} == {"Asia/Jakarta", "Asia/Jayapura"}
    assert new["12"].starts_at > new["91"].starts_at and len(seats_of(event_id)) == 6


def test_seats_of_a_session_are_set_by_role_and_a_wrong_number_stands_beside_its_role(as_sari: FlaskClient) -> None:
    event_id = plans.a_draft()
    publish(event_id, by=COMMAND_LINE)
    event = plans.event(event_id)
    first, second = event.roles
    address = f"{of(event_id)}/plan/sessions/bali"
    assert set(quota_ids(event.sessions[0].id)) == {first.id, second.id}
    numbers = {f"seats-{first.id}": "7", f"seats-{second.id}": "501"}
    refused = post(as_sari, f"/en{address}/seats", reason="", **numbers)
    assert refused.status_code == 422 and f'id="seats-{second.id}-error"' in refused.text
    assert 'id="reason-error"' in refused.text and 'value="501"' in refused.text
    numbers[f"seats-{second.id}"] = "0"
    assert post(as_sari, f"{address}/seats", reason="Surat 5", **numbers).status_code == 303
    assert sorted(seats_of(event_id).values()) == [0, 7]


def test_a_role_has_the_same_seats_in_every_session_to_come_by_one_form(as_sari: FlaskClient) -> None:
    event_id = plans.a_draft()
    add_sessions(event_id, [plans.session("dua"), plans.session("tiga")], by=COMMAND_LINE)
    publish(event_id, by=COMMAND_LINE)
    address = f"{of(event_id)}/plan/roles/desa/seats"
    refused = post(as_sari, address, number="-3", reason="")
    assert refused.status_code == 422 and 'id="number-error"' in refused.text and 'id="reason-error"' in refused.text
    assert post(as_sari, address, number="9", reason="Surat 7").status_code == 303
    assert sorted(seats_of(event_id).values()) == [2, 2, 2, 9, 9, 9]


def test_with_people_registered_the_form_shows_the_dates_and_leads_to_rescheduling(as_sari: FlaskClient) -> None:
    place = an_event()[BALI, "village"]
    registered(place)
    address = f"/office/events/{place.event_slug}/plan/sessions/{place.session_slug}"
    page = as_sari.get("/en" + address).text
    assert "1 person is registered" in page and 'name="days-0-on"' not in page and 'name="venue"' not in page
    if "office.reschedules.show" in as_sari.application.view_functions:
        assert f"/sessions/{place.session_slug}/reschedule" in page
    form = form_of(as_sari, address)
    form = {
        name: form[name]
        for name in ("slug", "name_id", "name_en", "wave", "access_id", "access_en", "closes_on", "closes_at")
    }
    sneaked = form | {"name_en": "SHM Bali Island", "venue": "Lain", "days-0-on": "2027-01-01"}
    assert post(as_sari, address, **sneaked).status_code == 303
    session = plans.event(place.event_id).sessions[0]
    assert (session.name_en, session.venue) == ("SHM Bali Island", "Aula Perpustakaan")
    gone = post(as_sari, f"{address}/remove")
    assert gone.status_code == 303 and len(plans.event(place.event_id).sessions) == 1


def test_the_check_list_names_what_is_missing_where_and_publishing_waits_for_it(as_sari: FlaskClient) -> None:
    event_id = plans.a_draft()
    add_sessions(event_id, [plans.session("daring", name_en="Online day", mode=Mode.ONLINE)], by=COMMAND_LINE)
    page = as_sari.get(f"/en{of(event_id)}/publication").text
    assert "Online day" in shown(page) and "The address of the online meeting is missing." in shown(page)
    assert "/plan/sessions/daring" in page and "Publish this edition" not in page
    assert post(as_sari, f"/en{of(event_id)}/publication/publish").status_code == 303
    assert plans.event(event_id).published_at is None
    assert "cannot be published yet" in shown(as_sari.get(f"/en{of(event_id)}/plan").text)


def test_taking_back_asks_for_a_reason_and_says_who_stands_in_the_way(as_sari: FlaskClient) -> None:
    event_id = plans.a_draft()
    publish(event_id, by=COMMAND_LINE)
    address = f"{of(event_id)}/publication"
    assert post(as_sari, f"{address}/take-back", reason=" ").status_code == 422
    assert post(as_sari, f"{address}/take-back", reason="Salah tanggal").status_code == 303
    assert plans.event(event_id).published_at is None
    place = an_event()[BALI, "village"]
    registered(place)
    address = f"/office/events/{place.event_slug}/publication"
    assert "registrations 1, invitations 0" in shown(as_sari.get("/en" + address).text)
    assert post(as_sari, f"{address}/take-back", reason="x").status_code == 409


def test_a_clone_is_looked_at_first_and_then_made(as_sari: FlaskClient) -> None:
    event_id = plans.a_draft(slug="shm-2026", name_id="SHM 2026", name_en="SHM 2026")
    address = "/office/events/shm-2026/clone"
    form = form_of(as_sari, address)
    year = str(max(day.local_date.year for day in plans.event(event_id).sessions[0].days) + 1)
    assert form["days"] == "364" and form["slug"] in (f"shm-{year}", f"shm-{int(year) - 1}")
    sunday = next(n for n in range(364, 371) if plans.day(45 + n).weekday() == 6)
    looked = post(as_sari, "/en" + address, **form | {"days": str(sunday), "step": "look", "name_id": "Nama lain"})
    assert looked.status_code == 200 and "Weekend" in looked.text and 'value="Nama lain"' in looked.text
    assert db.session.query(Event).count() == 1
    assert post(as_sari, address, **form | {"slug": "shm-2026", "step": "clone"}).status_code == 422
    made_ = post(as_sari, "/en" + address, **form | {"step": "clone", "days": str(sunday)})
    assert made_.location == f"/en/office/events/{form['slug']}/plan"
    assert "1 session falls on a weekend or holiday" in unescape(shown(as_sari.get(made_.location).text))


def test_order_and_removal_go_by_buttons(as_sari: FlaskClient) -> None:
    event_id = plans.a_draft()
    base = of(event_id) + "/plan"
    assert post(as_sari, f"{base}/roles/provinsi/move", to="up").status_code == 303
    assert [role.slug for role in plans.event(event_id).roles] == ["provinsi", "desa"]
    item = plans.event(event_id).agenda[0].id
    assert post(as_sari, f"{base}/agenda/{item}/move", to="down").status_code == 303
    for address in (f"agenda/{item}/remove", "sessions/bali/remove", "roles/desa/remove"):
        assert post(as_sari, f"{base}/{address}").status_code == 303
    event = plans.event(event_id)
    assert (event.agenda, event.sessions, [role.slug for role in event.roles]) == ([], [], ["provinsi"])
    assert entries("role.removed") and entries("session.removed")


def test_the_preview_marks_what_one_language_lacks(as_sari: FlaskClient) -> None:
    from tpbis_events.foundation.transaction import transaction

    event_id = plans.a_draft()
    with transaction():
        db.session.get_one(Event, event_id).theme_id = "Bersama <membaca>"
    page = as_sari.get(f"/en{of(event_id)}/plan/preview").text
    assert '<span lang="id">Bersama &lt;membaca&gt;</span>' in page
    assert re.search(r'<section aria-labelledby="side-en">.*class="lacking">missing', page, re.S)


def test_plan_pages_take_the_same_queries_for_one_session_as_for_thirty(as_sari: FlaskClient) -> None:
    event_id = plans.a_draft()
    base = of(event_id)
    of_event = "plan plan/preview plan/agenda plan/texts plan/sessions/bali plan/new-sessions publication clone".split()
    addresses = ["/office/plans", *(f"{base}/{each}" for each in of_event)]

    def queries() -> list[int]:
        numbers = []
        for address in addresses:
            db.session.remove()
            with counted() as statements:
                assert as_sari.get(address).status_code == 200, address
            numbers.append(len(statements))
        return numbers

    few = queries()
    add_sessions(event_id, [plans.session(f"kota-{n}") for n in range(30)], by=COMMAND_LINE)
    assert queries() == few
    assert max(few) <= 12, few


def test_the_pic_and_the_auditor_see_no_plan_and_no_link_to_it(client: FlaskClient) -> None:
    place = an_event()[BALI, "village"]
    other = an_event(provinces=("12",))["12", "village"]
    sign_in(client, made())
    assert "/office/plans" not in client.get("/office/").text
    assert client.get("/office/plans").status_code == 403
    assert client.get(f"/office/events/{place.event_slug}/plan").status_code == 403
    assert client.get(f"/office/events/{other.event_slug}/plan").status_code == 404
    auditor = sign_in(client.application.test_client(), an_account("Ayu", Right.AUDITOR))
    assert auditor.get(f"/office/events/{place.event_slug}/clone").status_code == 403


def test_sari_finds_the_plan_from_the_first_page(as_sari: FlaskClient) -> None:
    assert 'href="/office/plans"' in as_sari.get("/office/").text

"""The wave planner's pages: a board that works by its form alone, conflicts by name, and a calendar."""

from __future__ import annotations

import re
from datetime import date, timedelta

from flask import Flask
from flask.testing import FlaskClient

from tests.builders import Place, an_account, an_event, registered
from tests.cast import made, sari, sign_in
from tests.commands.test_assign_waves import spot, waves_of
from tests.commands.test_reschedule import now_of, session_of
from tests.doors.browsing import everything, form_of, shown
from tests.queries import counted
from tpbis_events.foundation.database import db
from tpbis_events.foundation.transaction import transaction
from tpbis_events.people.model import Right
from tpbis_events.places.provinces import all_provinces
from tpbis_events.programmes.model import Event, Wave

THE_33 = tuple(each.code for each in all_provinces() if each.in_2022)[:33]


def board(place: Place, what: str = "waves") -> str:
    return f"/en/office/events/{place.event_slug}/{what}"


def rules(place: Place, smallest: int | None, largest: int | None) -> None:
    with transaction():
        event = db.session.get_one(Event, place.event_id)
        event.wave_smallest, event.wave_largest = smallest, largest


def test_the_board_saves_waves_days_and_officers_by_one_button(app: Flask, client: FlaskClient) -> None:
    places = an_event(provinces=("51", "11"))
    bali, aceh = places["51", "stakeholder"], places["11", "stakeholder"]
    first, second = waves_of(bali, 1, 2)
    officer = sari()
    sign_in(client, officer)
    officer_id = officer.id
    form = form_of(client, board(bali))
    new_day = (now_of(bali).days[0].date + timedelta(days=3)).isoformat()
    wanted = {
        f"wave-{bali.session_id}": str(first),
        f"wave-{aceh.session_id}": str(second),
        f"date-{bali.session_id}": new_day,
        f"officer-{bali.session_id}": str(officer_id),
        f"starts-{first}": "2027-03-01",
        f"ends-{first}": "2027-03-12",
    }
    before = everything()
    checked = client.post(board(bali), data={**form, **wanted, "step": "check"})
    assert checked.status_code == 200 and "Nothing is stored yet" in checked.text
    assert "lies outside the dates of wave 1" in checked.text
    assert everything() == before
    saved = client.post(board(bali), data={**form, **wanted, "step": "save"})
    assert (saved.status_code, saved.location) == (303, board(bali))
    assert "3 changes are stored." in client.get(board(bali)).text
    assert (spot(bali).wave_id, spot(bali).first_day.isoformat(), spot(bali).officers) == (first, new_day, {officer_id})
    assert spot(aceh).wave_id == second
    assert db.session.get_one(Wave, first, populate_existing=True).ends_on == date(2027, 3, 12)


def test_conflicts_stand_on_top_with_links_and_on_their_cards_in_words(app: Flask, client: FlaskClient) -> None:
    places = an_event(provinces=("51", "11"))
    place = places["51", "stakeholder"]
    waves_of(place, 1)
    rules(place, 8, 9)
    sign_in(client, sari())
    page = client.get(board(place)).text
    words = shown(page)
    assert "Wave 1 has 0 provinces, fewer than 8." in words
    assert "In no wave: SHM Bali , SHM Aceh" in words or "In no wave: SHM Aceh , SHM Bali" in words
    assert words.count("It is in no wave.") == 2, "on each card"
    assert 'href="#card-bali"' in page and 'id="card-bali"' in page
    card = re.search(r'<li class="plan-card plan-card--wrong" id="card-bali">.*?</li>\s*</ul>', page, re.S)
    assert card and "It is in no wave." in card.group()


def test_an_unreadable_or_past_date_is_said_beside_its_field_and_nothing_is_stored(
    app: Flask, client: FlaskClient
) -> None:
    place = an_event()["51", "stakeholder"]
    (wave,) = waves_of(place, 1)
    sign_in(client, sari())
    form = form_of(client, board(place))
    before = everything()
    for field, typed, said in (
        (f"date-{place.session_id}", "besok", "Give the date as year-month-day"),
        (f"date-{place.session_id}", "2020-01-02", "This day would have begun already."),
        (f"starts-{wave}", "2027-13-01", "Give the date as year-month-day"),
    ):
        page = client.post(board(place), data={**form, field: typed, "step": "save"})
        assert page.status_code == 422 and said in page.text and f'href="#{field}"' in page.text
    backwards = {f"starts-{wave}": "2027-03-02", f"ends-{wave}": "2027-03-01", "step": "save"}
    assert "The wave must end after it begins." in client.post(board(place), data={**form, **backwards}).text
    assert everything() == before


def test_a_session_with_people_is_rescheduled_and_not_moved_here(app: Flask, client: FlaskClient) -> None:
    place = an_event()["51", "stakeholder"]
    waves_of(place, 1)
    sign_in(client, sari())
    older = form_of(client, board(place))
    registered(place)
    page = client.get(board(place)).text
    assert f'name="date-{place.session_id}"' not in page and "/reschedule" in page
    new_day = (now_of(place).days[0].date + timedelta(days=3)).isoformat()
    sneaked = client.post(board(place), data={**older, f"date-{place.session_id}": new_day, "step": "save"})
    assert sneaked.status_code == 409 and now_of(place).days[0].date.isoformat() != new_day


def test_two_who_plan_at_once_lose_nothing_of_each_other(app: Flask, client: FlaskClient) -> None:
    places = an_event(provinces=("51", "11"))
    bali, aceh = places["51", "stakeholder"], places["11", "stakeholder"]
    first, second = waves_of(bali, 1, 2)
    sign_in(client, sari())
    form = form_of(client, board(bali))
    assert (
        client.post(board(bali), data={**form, f"wave-{aceh.session_id}": str(first), "step": "save"}).status_code
        == 303
    )
    mine = {**form, f"wave-{bali.session_id}": str(second), "step": "save"}
    assert client.post(board(bali), data=mine).status_code == 303, "what she left alone is left alone"
    assert (spot(aceh).wave_id, spot(bali).wave_id) == (first, second)
    refused = client.post(board(bali), data={**form, f"wave-{bali.session_id}": str(first), "step": "save"})
    assert refused.status_code == 409 and "Somebody else has changed the plan meanwhile" in refused.text


def test_the_calendar_shows_sessions_and_holidays_month_by_month(app: Flask, client: FlaskClient) -> None:
    place = an_event()["51", "stakeholder"]
    (wave,) = waves_of(place, 1)
    with transaction():
        row = db.session.get_one(Wave, wave)
        row.starts_on, row.ends_on = date(2026, 12, 1), date(2026, 12, 31)
    sign_in(client, sari())
    page = client.get(board(place, "waves/calendar"))
    assert page.status_code == 200 and "December 2026" in page.text
    assert "Christmas" in page.text and session_of(place).name_en in page.text


def test_the_planner_is_for_the_national_office_alone(app: Flask, client: FlaskClient) -> None:
    place, elsewhere = an_event()["51", "stakeholder"], an_event(provinces=("12",))["12", "stakeholder"]
    sign_in(client, made())
    auditor = sign_in(app.test_client(), an_account("Periksa", Right.AUDITOR))
    for what in ("waves", "waves/calendar"):
        assert client.get(board(place, what)).status_code == 403
        assert client.get(board(elsewhere, what)).status_code == 404
        assert auditor.get(board(place, what)).status_code == 403
        assert auditor.get(f"/en/office/events/no-such-event/{what}").status_code == 404


def test_thirty_three_provinces_ask_no_more_of_the_database_than_three(app: Flask, client: FlaskClient) -> None:
    few, many = (
        an_event(provinces=THE_33[:3])[THE_33[0], "stakeholder"],
        an_event(provinces=THE_33)[THE_33[0], "stakeholder"],
    )
    sign_in(client, sari())
    client.get(board(few))
    asked = []
    for place in (few, many):
        waves_of(place, 1, 2, 3, 4)
        with counted() as on_board:
            assert client.get(board(place)).status_code == 200
        with counted() as on_calendar:
            assert client.get(board(place, "waves/calendar")).status_code == 200
        asked.append((len(on_board), len(on_calendar)))
    assert asked[0] == asked[1] and max(asked[1]) <= 8, asked

"""The dashboard of an event: key figures, readiness, matrix, growth; who sees what of it, and what it asks of the database."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import insert, select, update

from tests.builders import Place, an_account, an_event, registered, somebody
from tests.cast import BALI, made, sari, sign_in
from tests.queries import counted
from tpbis_events.attendance.check_in import check_in
from tpbis_events.foundation import clock
from tpbis_events.foundation.database import db
from tpbis_events.foundation.transaction import transaction
from tpbis_events.outbox.model import Mail, MailState
from tpbis_events.people.actor import COMMAND_LINE
from tpbis_events.people.model import Person, Right
from tpbis_events.places.provinces import all_provinces
from tpbis_events.programmes.changes import SessionChange
from tpbis_events.programmes.model import Event, Role, Session, SessionDay, Wave, WayIn
from tpbis_events.registrations.cancel import cancel
from tpbis_events.registrations.model import Registration, State
from tpbis_events.registrations.still_coming import StillComing
from tpbis_events.reports import dashboard, line_chart, over_time
from tpbis_events.reports.numbers import Numbers, by_role

SHM_ROLES = {"sinergi": 5, "stakeholder": 18, "fasilitator": 2, "desa": 1, "a": 1, "b": 1, "c": 1, "d": 1}
PROVINCES = tuple(province.code for province in all_provinces()[:33])
# What is asked before any page of the office: who is signed in, by which sign-in, with which rights.
OF_THE_ACCOUNT = ("SELECT accounts.", "SELECT sign_ins.", "SELECT grants.")


def address(place: Place, **query: object) -> str:
    words = "&".join(f"{name}={value}" for name, value in query.items())
    return f"/en/office/events/{place.event_slug}" + (f"?{words}" if words else "")


def shown(page: str) -> str:
    """The words of a page, without its tags."""
    return re.sub(r" (?=[/.,;])", "", " ".join(re.sub(r"<[^>]+>", " ", page).split()))


def matrix_of(page: str) -> str:
    found = re.search(r'<table class="table table--matrix".*?</table>', page, flags=re.DOTALL)
    assert found
    return found.group(0)


def cells(page: str) -> list[str]:
    """What stands in the cells of the matrix, each as `taken/seats 2 waiting`."""
    return [shown(cell) for cell in re.findall(r'<td class="cell[^"]*">(.*?)</td>', matrix_of(page), flags=re.DOTALL)]


def figures(page: str) -> dict[str, str]:
    """The key figures by their names."""
    pairs = re.findall(r"<dt>(.*?)</dt><dd>(.*?)</dd>", page)
    return {name: shown(number).removesuffix(f" {name}") for name, number in pairs}


def what_lacks(page: str) -> dict[str, tuple[str, str]]:
    """Session -> level and reasons, from the list beside the map."""
    rows = re.findall(r'<tr id="ready-([\w-]+)">.*?<td>(.*?)</td>\s*<td>(.*?)</td>', page, flags=re.DOTALL)
    return {slug: (shown(level), shown(reasons)) for slug, level, reasons in rows}


def asked(client: FlaskClient, url: str) -> list[str]:
    """What a page asks of the database beside the questions about the account."""
    db.session.remove()
    with counted() as sent:
        assert client.get(url).status_code == 200
    return [statement for statement in sent if not statement.startswith(OF_THE_ACCOUNT)]


def into_waves(places: dict[tuple[str, str], Place], waves: dict[str, int]) -> None:
    """Province code -> number of its wave."""
    event_id = next(iter(places.values())).event_id
    with transaction():
        made_waves = {number: Wave(event_id=event_id, number=number) for number in set(waves.values())}
        db.session.add_all(made_waves.values())
        for session in db.session.scalars(select(Session).where(Session.event_id == event_id)):
            session.wave = made_waves[waves[session.province_code or ""]]


def earlier_edition(places: dict[tuple[str, str], Place], of: dict[tuple[str, str], Place], years: int = 1) -> None:
    """Make one event the edition of the year before another's."""
    before, this = (next(iter(each.values())).event_id for each in (places, of))
    ago = timedelta(days=365 * years)
    with transaction():
        event = db.session.get_one(Event, before)
        event.programme_id = db.session.get_one(Event, this).programme_id
        event.registration_opens_at -= ago
        event.registration_closes_at -= ago
        for session in event.sessions:
            session.starts_at, session.ends_at = session.starts_at - ago, session.ends_at - ago
        for registration in db.session.scalars(select(Registration).where(Registration.event_id == before)):
            registration.created_at -= ago


def test_33_provinces_and_8_roles_sum_up_to_990_in_five_queries_beside_those_of_the_account(
    client: FlaskClient,
) -> None:
    places = an_event(provinces=PROVINCES, roles=SHM_ROLES)
    bali = places[BALI, "desa"]
    registered(bali), registered(bali), registered(places["12", "stakeholder"])
    before = an_event()
    registered(before[BALI, "village"])
    earlier_edition(before, places)
    sign_in(client, sari())
    url = address(bali)
    assert len(asked(client, url)) == 5
    page = client.get(url).text
    found = cells(page)
    assert len(found) == 33 * 9 + 9
    assert found[-1] == "2/990 1 waiting"
    assert found[-9:-1] == ["0/165", "1/594", "0/66", "1/33 1 waiting", "0/33", "0/33", "0/33", "0/33"]
    assert "1/1 1 waiting" in found and "1/18" in found
    table = matrix_of(page)
    assert table.count('scope="col"') == 10 and table.count('scope="row"') == 34
    assert "<caption" in table and 'role="region"' in page and 'tabindex="0"' in page
    assert figures(page) == {
        "Confirmed": "2", "Offered": "0", "Waiting": "1", "Requests": "0", "Attended": "0", "Certificates": "0"
    }  # fmt: skip


def test_every_number_of_a_cell_opens_the_roster_of_those_it_counts(client: FlaskClient) -> None:
    places = an_event(roles={"stakeholder": 2, "village": 1})
    place = places[BALI, "village"]
    inside, waits, outside = registered(place), registered(place), registered(places[BALI, "stakeholder"])
    with transaction():
        day = db.session.scalars(select(SessionDay).where(SessionDay.session_id == place.session_id)).one()
        day.local_date, day.starts_at = clock.now().date(), clock.now() - timedelta(hours=1)
    check_in(inside.registration_id, day.id, by=COMMAND_LINE)
    sign_in(client, sari())
    page = client.get(address(place)).text
    row = re.findall(r'<td class="cell[^"]*">(.*?)</td>', matrix_of(page), flags=re.DOTALL)[1]
    links = [link.replace("&amp;", "&") for link in re.findall(r'href="([^"]+)"', row)]
    roster = f"/en/office/events/{place.event_slug}/sessions/{place.session_slug}?role=village"
    assert links == [roster, f"{roster}&state=waiting", f"{roster}&attended=yes"]
    assert shown(row) == "1/1 1 waiting 1 attended"
    found = [client.get(link).text for link in links[:2]]
    assert inside.reference in found[0] and waits.reference in found[0] and outside.reference not in found[0]
    assert waits.reference in found[1] and inside.reference not in found[1]


def test_numbers_are_those_of_each_role_on_both_databases(app_on_each: Flask) -> None:
    places = an_event(provinces=(BALI, "12"), roles={"stakeholder": 3, "village": 1})
    stakeholder, village = places[BALI, "stakeholder"], places[BALI, "village"]
    people = [registered(stakeholder, somebody(email="", phone=f"08120000000{n}") if n else None) for n in range(3)]
    cancel(people[2].registration_id, reason="Sakit", by=COMMAND_LINE)
    registered(village), registered(village), registered(places["12", "village"])
    with transaction():
        days = db.session.scalars(select(SessionDay).where(SessionDay.session_id == village.session_id)).all()
        days[0].local_date, days[0].starts_at = clock.now().date(), clock.now() - timedelta(hours=1)
    check_in(people[0].registration_id, days[0].id, by=COMMAND_LINE)
    with transaction():
        roles, found = by_role([village.session_id])
        assert [role.slug for role in roles] == ["stakeholder", "village"]
        assert found == {
            (village.session_id, stakeholder.role_id): Numbers(seats=3, seated=2, unreached=1, attended=1),
            (village.session_id, village.role_id): Numbers(seats=1, seated=1, waiting=1),
        }


def test_who_has_not_answered_the_newest_change_is_silent(app: Flask) -> None:
    place = an_event(roles={"village": 3})[BALI, "village"]
    people = [registered(place).registration_id for _number in range(3)]
    with transaction():
        for change_id in (1, 2):
            db.session.add(SessionChange(id=change_id, session_id=place.session_id, at=clock.now(), actor="x",
                                         before={}, after={}, reason="x", tell=True))  # fmt: skip
            for number, each in enumerate(people):
                said = number == 0 and change_id == 2
                db.session.add(
                    StillComing(change_id=change_id, registration_id=each, stood=State.SEATED, coming=said or None)
                )
    cancel(people[2], reason="Sakit", by=COMMAND_LINE)
    with transaction():
        _roles, found = by_role([place.session_id])
        assert found[place.session_id, place.role_id] == Numbers(seats=3, seated=2, silent=1)


def test_days_are_those_of_the_clocks_there_on_both_databases(app_on_each: Flask) -> None:
    place = an_event()[BALI, "stakeholder"]
    first, second, third = registered(place), registered(place), registered(place)
    today = clock.now().replace(hour=3, minute=0)
    with transaction():
        # 16:59 UTC is still the same day in Jakarta, 17:00 UTC the next.
        for each, at in ((first, -10), (second, 13.98), (third, 14)):
            row = db.session.get_one(Registration, each.registration_id)
            row.created_at = today - timedelta(days=3) + timedelta(hours=at)
    with transaction():
        event = db.session.get_one(Event, place.event_id)
        (course,) = over_time.courses([(event, event.sessions)], clock.now())
    assert course.sums[:2] == (2, 3) and course.total == 3
    assert course.days == tuple(range(course.days[0], course.days[0] + len(course.days)))


def test_made_sees_bali_alone_in_figures_map_list_and_matrix(client: FlaskClient) -> None:
    places = an_event(provinces=(BALI, "12", "32"))
    registered(places[BALI, "village"])
    for _number in range(4):
        registered(places["12", "stakeholder"])
    sign_in(client, made())
    page = client.get(address(places[BALI, "village"])).text
    assert cells(page) == ["0/2", "1/1", "1/3", "0/2", "1/1", "1/3"]
    assert figures(page)["Waiting"] == "0" and figures(page)["Confirmed"] == "1"
    assert list(what_lacks(page)) == ["bali"]
    assert "North Sumatra" not in page and "sumatera-utara" not in page and "West Java" not in page
    linked = re.findall(r'<a class="tile tile--\w+" href="([^"]+)"', page)
    assert linked == [f"/en/office/events/{places[BALI, 'village'].event_slug}/sessions/bali"]
    assert page.count('class="tile tile--none" aria-hidden="true"') == 37
    assert "1 by D" in shown(page), "the line tells of one registration"


def test_an_event_without_a_session_in_his_province_is_not_there_for_made(client: FlaskClient) -> None:
    place = an_event(provinces=("12",))["12", "village"]
    sign_in(client, made())
    assert client.get(address(place)).status_code == 404
    assert client.get("/office/events/none-like-this").status_code == 404


def test_made_is_compared_with_her_own_province_of_the_year_before(client: FlaskClient) -> None:
    before, this = an_event(provinces=(BALI, "12")), an_event(provinces=(BALI, "12"))
    registered(before[BALI, "stakeholder"]), registered(this[BALI, "stakeholder"])
    for _number in range(3):
        registered(before["12", "stakeholder"])
    earlier_edition(before, this)
    slug = this[BALI, "village"].event_slug
    totals = {}
    for account in (made(), sari()):
        sign_in(client, account)
        page = client.get(f"/en/office/events/{slug}").text
        totals[account.name] = re.findall(r"<li class=\"growth__key-(\w+)\">.*?<strong>(\d+)</strong>", page)
        client.post("/office/logout", data={"csrf_token": re.findall(r'name="csrf_token" value="([^"]+)"', page)[0]})
    assert totals == {"Made": [("this", "1"), ("last", "1")], "Sari": [("this", "1"), ("last", "4")]}


def test_of_several_earlier_editions_the_newest_with_registrations_is_compared(app: Flask) -> None:
    this, empty, near, far = an_event(), an_event(), an_event(), an_event()
    for each in (near, far):
        registered(each[BALI, "stakeholder"])
    for years, each in ((1, empty), (2, near), (3, far)):
        earlier_edition(each, this, years)
    registered(this[BALI, "stakeholder"])
    with transaction():
        board = dashboard.dashboard(this[BALI, "village"].event_slug, None, clock.now(), by=COMMAND_LINE)
        assert [course.event.id for course in board.courses] == [
            each[BALI, "village"].event_id for each in (this, near)
        ]
        lines = board.courses
    assert lines[0].days[0] == lines[1].days[0], "a year apart, and on the same day before the meetings"


def test_a_wave_is_chosen_by_the_address_and_narrows_all_of_the_page(client: FlaskClient) -> None:
    places = an_event(provinces=(BALI, "12", "32"))
    into_waves(places, {BALI: 1, "12": 2, "32": 2})
    registered(places[BALI, "stakeholder"]), registered(places["12", "stakeholder"])
    sign_in(client, sari())
    place = places[BALI, "stakeholder"]
    whole, second = client.get(address(place)).text, client.get(address(place, wave=2)).text
    assert cells(whole)[-1] == "2/9" and cells(second)[-1] == "1/6"
    assert list(what_lacks(second)) == ["jawa-barat", "sumatera-utara"]
    assert re.findall(r'href="([^"]+)" aria-current="true"', second) == [address(place, wave=2)]
    assert re.findall(r'href="([^"]+)" aria-current="true"', whole) == [address(place)]
    assert "growth__key-this" in second and second.count("tile--none") == 36
    for nonsense in ("3", "9" * 30, "²"):
        assert cells(client.get(address(place, wave=nonsense)).text)[-1] == "2/9"


def test_what_lacks_is_said_in_words_and_leads_to_where_it_can_be_mended(client: FlaskClient) -> None:
    places = an_event(provinces=(BALI, "12"), roles={"stakeholder": 2, "village": 1, "desa": 1}, in_days=10)
    place = places[BALI, "village"]
    first = registered(place)
    registered(place)
    with transaction():
        session = db.session.get_one(Session, place.session_id)
        session.venue = None
        db.session.get_one(Role, place.role_id).way_in = WayIn.APPROVAL
        db.session.execute(
            update(Mail).where(Mail.subject == f"registration:{first.registration_id}").values(state=MailState.FAILED)
        )
        db.session.add(Mail(kind="account", subject="account:1", recipient="x@example.id", language="id", facts={},
                            message_id="<x>", state=MailState.FAILED, owed_at=clock.now(), due_at=clock.now()))  # fmt: skip
    registered(place)
    an_account("Tuti", Right.PIC, "12")
    sign_in(client, sari())
    page = client.get(address(place)).text
    assert what_lacks(page) == {
        "bali": (
            "Urgent",
            "3 seats still free, 2 roles empty, 1 request to decide, no venue yet, mail failed for 1 person,"
            " no account of a PIC, 1 waiting",
        ),
        "sumatera-utara": ("Urgent", "4 seats still free, 3 roles empty"),
    }
    label = re.search(r'<a class="tile tile--urgent" href="[^"]*/bali" aria-label="([^"]+)"', page)
    assert label and label.group(1).startswith("Bali: Urgent. 3 seats still free; 2 roles empty; 1 request to decide;")
    assert label.group(1).endswith("1 of 4 seats taken")
    roster = f"/en/office/events/{place.event_slug}/sessions/bali"
    assert f'href="{roster}?state=waiting">1 waiting<' in page
    assert '/applications?session=bali">1 request to decide<' in page


def test_a_draft_and_a_cancelled_session_say_so(client: FlaskClient) -> None:
    places = an_event(provinces=(BALI, "12"))
    with transaction():
        session = db.session.get_one(Session, places["12", "village"].session_id)
        session.cancelled_at, session.cancel_reason = clock.now(), "Banjir"
        session.event.published_at = None
    sign_in(client, sari())
    page = client.get(address(places[BALI, "village"])).text
    assert "status--draft" in page and "(cancelled)" in shown(page)
    assert what_lacks(page)["sumatera-utara"] == ("Cancelled", "–")


def test_an_event_without_sessions_and_one_without_people_have_a_page(client: FlaskClient) -> None:
    place = an_event()[BALI, "village"]
    with transaction():
        event = db.session.get_one(Event, place.event_id)
        db.session.add(
            Event(programme_id=event.programme_id, slug="empty", name_id="Kosong", name_en="Empty",
                  registration_opens_at=clock.now(), registration_closes_at=clock.now())
        )  # fmt: skip
    sign_in(client, sari())
    assert "This event has no sessions yet" in client.get("/en/office/events/empty").text
    page = client.get(address(place)).text
    assert "Nobody has registered yet" in page and "growth__chart" not in page
    assert "tile-map" not in page, "a meeting in one province needs no map"


def test_the_lines_have_a_title_a_description_and_their_numbers_as_a_table(client: FlaskClient) -> None:
    before, this = an_event(), an_event()
    place = this[BALI, "stakeholder"]
    registered(before[BALI, "stakeholder"])
    earlier_edition(before, this)
    sign_in(client, sari())
    key = re.findall(r'<li class="growth__key-(\w+)">.*?<strong>(\d+)</strong>', client.get(address(place)).text)
    assert key == [("this", "0"), ("last", "1")], "the year before is drawn before anybody has registered"
    registered(place)
    page = client.get(address(place)).text
    assert page.count('role="img" aria-labelledby="chart-title-') == 2, "one for a desk, one for a phone"
    assert "Provincial Stakeholder Meetings" in shown(re.findall(r"<desc.*?</desc>", page, flags=re.DOTALL)[1])
    table = re.search(r'<details class="growth__numbers">.*?</details>', page, flags=re.DOTALL)
    assert table and re.findall(
        r'<th scope="row">(.*?)</th><td class="num">1</td><td class="num">1</td>', table.group(0)
    ) == ["D-30"]
    assert not re.findall(r"\sstyle=|<style|\son\w+=", page), "nothing that the content security policy drops"


def test_it_asks_no_more_of_the_database_for_5000_people_in_an_event(client: FlaskClient) -> None:
    places = an_event(provinces=(BALI, "12"), roles={"stakeholder": 2, "village": 1})
    registered(places[BALI, "village"])
    sign_in(client, sari())
    url = address(places[BALI, "village"])
    few = asked(client, url)
    crowd(places[BALI, "stakeholder"], 5000)
    assert len(asked(client, url)) == len(few) == 5
    assert "5,001" in client.get(url).text


def crowd(place: Place, number: int) -> None:
    """So many people on a waiting list, over a hundred days, as rows."""
    with transaction():
        row = {column.name: getattr(one_person(place), column.name) for column in Person.__table__.columns}
        first = 1_000_000
        now = clock.now()
        db.session.execute(insert(Person), [{**row, "id": first + n} for n in range(number)])
        db.session.execute(
            insert(Registration),
            [
                {
                    "id": first + n, "reference": f"C{n:07}", "ticket": f"crowd-{n}", "event_id": place.event_id,
                    "session_id": place.session_id, "role_id": place.role_id, "quota_id": place.quota_id,
                    "person_id": first + n, "state": State.WAITING, "queue_number": 100 + n, "priority": 0,
                    "created_at": now - timedelta(days=n % 100), "email_key": f"crowd{n}@example.id",
                }
                for n in range(number)
            ],
        )  # fmt: skip


def one_person(place: Place) -> Person:
    return db.session.scalars(select(Person).order_by(Person.id.desc()).limit(1)).one()


def test_the_lines_of_long_and_short_courses_stay_inside_their_frame(app: Flask) -> None:
    event = Event(name_id="a", name_en="a", zone="Asia/Jakarta")
    for days, sums in (((-3,), (1,)), (tuple(range(-800, 41)), tuple(range(1, 842))), ((5,), (100_000,))):
        course = over_time.Course(event, clock.now().date(), days, sums)
        chart = line_chart.chart([course, replace(course, days=(), sums=())], 990, line_chart.PHONE)
        assert chart and len(chart.lines) == 1
        points = [tuple(map(float, each.split())) for each in chart.lines[0].path[1:].split("L")]
        assert all(chart.left <= x <= chart.right and chart.top <= y <= chart.bottom for x, y in points)
        assert 0 in [tick.value for tick in chart.days] and len(chart.days) <= 4 and len(chart.people) <= 7
        assert len(over_time.days_to_tell([course])) <= over_time.MOST_ROWS + 1
    assert line_chart.chart([], 990, line_chart.DESK) is None

"""The office's first page: what needs somebody today, the events with their progress, those that are over."""

from __future__ import annotations

import re
from datetime import timedelta

from flask.testing import FlaskClient

from tests.builders import an_account, an_event, registered
from tests.cast import BALI, made, sari, sign_in
from tests.queries import counted
from tpbis_events.foundation import clock
from tpbis_events.foundation.database import db
from tpbis_events.foundation.transaction import transaction
from tpbis_events.outbox.model import Mail, MailState
from tpbis_events.people.model import Right
from tpbis_events.programmes.model import Event, Role, Session, WayIn
from tpbis_events.registrations.model import Registration, State


def today(page: str) -> list[str]:
    """What stands under "Today", in words."""
    section = page.split('id="today-title"')[1].split("</section>", maxsplit=1)[0]
    return [
        " ".join(re.sub(r"<[^>]+>", " ", each).split()) for each in re.findall(r"<li.*?</li>", section, flags=re.DOTALL)
    ]


def test_made_is_told_what_waits_in_bali_and_sari_what_waits_anywhere(client: FlaskClient) -> None:
    places = an_event(provinces=(BALI, "12"), roles={"stakeholder": 2, "village": 1})
    with transaction():
        db.session.get_one(Role, places[BALI, "village"].role_id).way_in = WayIn.APPROVAL
    for code in (BALI, "12", "12"):
        registered(places[code, "village"])
    for code, hours in ((BALI, 23), ("12", 25)):
        offered = registered(places[code, "stakeholder"])
        with transaction():
            row = db.session.get_one(Registration, offered.registration_id)
            row.state, row.offer_ends_at = State.OFFERED, clock.now() + timedelta(hours=hours)
    with transaction():
        session = db.session.get_one(Session, places["12", "village"].session_id)
        session.starts_at, session.ends_at = clock.now(), clock.now() + timedelta(minutes=1)
        db.session.add(Mail(kind="x", subject="x:1", recipient="x@example.id", language="id", facts={}, message_id="<x>",
                            state=MailState.FAILED, owed_at=clock.now(), due_at=clock.now()))  # fmt: skip
    sign_in(client, made())
    hers = today(client.get("/en/office/").text)
    assert [line.split(" SHM ")[0].split(" Provincial ")[0] for line in hers] == [
        "1 request waits for a decision", "1 offer ends soon without an answer"
    ]  # fmt: skip
    other = client.application.test_client()
    sign_in(other, sari())
    all_of_it = "\n".join(today(other.get("/en/office/").text))
    assert "1 mail failed" in all_of_it and "3 requests wait for a decision" in all_of_it
    assert "SHM North Sumatra" in all_of_it and "1 offer ends soon" in all_of_it and "2 offers" not in all_of_it


def test_a_quiet_day_says_so_and_who_only_reads_is_not_asked_to_decide(client: FlaskClient) -> None:
    place = an_event(roles={"village": 1})[BALI, "village"]
    sign_in(client, an_account("Ratna", Right.FINANCE))
    assert "Nothing waits for you" in client.get("/en/office/").text
    with transaction():
        db.session.get_one(Role, place.role_id).way_in = WayIn.APPROVAL
    registered(place)
    page = client.get("/en/office/").text
    assert "Nothing waits for you" in page and "/applications" not in page and "<strong>1</strong> to decide" in page


def test_a_draft_an_event_without_sessions_and_one_that_is_over_are_told_apart(client: FlaskClient) -> None:
    draft, over = an_event()[BALI, "village"], an_event()[BALI, "village"]
    with transaction():
        db.session.get_one(Event, draft.event_id).published_at = None
        past = db.session.get_one(Session, over.session_id)
        past.starts_at, past.ends_at = (clock.now() - timedelta(days=days) for days in (9, 8))
        db.session.add(
            Event(programme_id=past.event.programme_id, slug="empty", name_id="Kosong", name_en="Empty",
                  registration_opens_at=clock.now(), registration_closes_at=clock.now())
        )  # fmt: skip
    sign_in(client, sari())
    page = client.get("/en/office/").text
    to_come, earlier = page.split('id="events-title"')[1].split('id="over-title"')
    assert "status--draft" in to_come and draft.event_slug in to_come and "No seats yet" in to_come
    assert over.event_slug in earlier and draft.event_slug not in earlier
    other = client.application.test_client()
    sign_in(other, made())
    assert "empty" not in re.findall(r"/office/events/([\w-]+)", other.get("/en/office/").text)


def test_it_asks_no_more_of_the_database_for_many_events_than_for_one(client: FlaskClient) -> None:
    registered(an_event()[BALI, "village"])
    sign_in(client, sari())

    def asked() -> int:
        db.session.remove()
        with counted() as sent:
            assert client.get("/office/").status_code == 200
        return len(sent)

    few = asked()
    for _number in range(4):
        registered(an_event(provinces=(BALI, "12"))["12", "village"])
    assert asked() == few <= 12

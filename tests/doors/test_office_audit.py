"""The audit log in the office: what is asked of it, what it shows, and whether its chain holds."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, update

from tests.builders import BUDI, an_event, registered, somebody
from tests.cast import BALI, acting, made, sari, sign_in
from tests.queries import counted
from tpbis_events.audit.check import check_some
from tpbis_events.audit.model import AuditEntry
from tpbis_events.audit.origin import network_of
from tpbis_events.audit.seal import seal_due
from tpbis_events.foundation import clock
from tpbis_events.foundation.database import db
from tpbis_events.foundation.transaction import transaction
from tpbis_events.people.actor import COMMAND_LINE, WORKER
from tpbis_events.registrations.cancel import cancel


def references(client: FlaskClient, **query: str) -> list[str]:
    page = client.get("/en/office/audit", query_string=query)
    assert page.status_code == 200
    return re.findall(r"registrations/(\w+)", page.text)


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("203.0.113.77", "203.0.113.0/24"),
        ("::ffff:203.0.113.77", "203.0.113.0/24"),
        ("2001:db8:1234:5678::9", "2001:db8:1234::/48"),
        ("fe80::1%eth0", "fe80::/48"),
        ("127.0.0.1", "127.0.0.0/24"),
        ("unix:", None),
        ("", None),
        (None, None),
    ],
)
def test_of_an_address_only_the_network_is_kept(address: str | None, network: str | None) -> None:
    assert network_of(address) == network


def test_an_entry_tells_from_which_door_and_network_it_came(client: FlaskClient) -> None:
    place = an_event(roles={"village": 2})[BALI, "village"]
    first, second = registered(place), registered(place)
    sign_in(client, sari())
    page = client.get(f"/office/registrations/{first.reference}/cancel").text
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
    assert token
    answer = client.post(
        f"/office/registrations/{first.reference}/cancel",
        data={"reason": "berhalangan", "csrf_token": token.group(1)},
        environ_overrides={"REMOTE_ADDR": "198.51.100.23"},
    )
    assert answer.status_code == 303
    cancel(second.registration_id, by=COMMAND_LINE, reason="ganda")
    cancel(registered(place).registration_id, by=WORKER, reason="lewat")
    db.session.rollback()
    cancelled = select(AuditEntry).where(AuditEntry.act == "registration.cancelled").order_by(AuditEntry.id)
    found = [(entry.door, entry.network) for entry in db.session.scalars(cancelled)]
    assert found == [("page", "198.51.100.0/24"), ("cli", None), ("worker", None)]
    shown = client.get("/en/office/audit").text
    assert "198.51.100.0/24" in shown and "198.51.100.23" not in shown


def test_the_log_is_searched_by_account_session_days_and_words_of_the_reason(client: FlaskClient) -> None:
    places = an_event(provinces=(BALI, "12"))
    here, there = places[BALI, "stakeholder"], places["12", "stakeholder"]
    first, second, third = registered(here), registered(here), registered(there)
    account = sari()
    cancel(first.registration_id, by=acting(account), reason="Sakit 100%")
    with clock.stopped_at(clock.now() + timedelta(days=3)):
        cancel(second.registration_id, by=COMMAND_LINE, reason="dinas luar")
        later = clock.now()
    sign_in(client, account)
    label = acting(account).label
    assert references(client, actor=label) == [first.reference]
    assert references(client, actor="command line") == [second.reference]
    assert references(client, actor="public") == [third.reference, second.reference, first.reference]
    session = f"{here.event_slug}/{here.session_slug}"
    assert references(client, subject=session) == [second.reference, first.reference, second.reference, first.reference]
    assert references(client, subject=session, act="registration.cancelled", reason="SAKIT") == [first.reference]
    assert references(client, reason="100%") == [first.reference] and references(client, reason="_uar") == []
    day = (later + timedelta(hours=7)).date()
    assert references(client, since=day.isoformat()) == [second.reference]
    before = (day - timedelta(days=1)).isoformat()
    assert references(client, until=before, act="registration.cancelled") == [first.reference]
    assert references(client, since=day.isoformat(), until=day.isoformat()) == [second.reference]
    assert len(references(client, since="kemarin", until="9999-12-31")) == 5
    assert references(client, subject="no-event/no-session") == []


def test_who_did_it_stands_there_by_name_and_a_pic_has_no_log(client: FlaskClient) -> None:
    person = registered(an_event()[BALI, "stakeholder"], replace(BUDI, full_name="Budi"))
    account = sari()
    cancel(person.registration_id, by=acting(account), reason="ganda")
    sign_in(client, account)
    page = client.get("/en/office/audit?act=registration.cancelled").text
    assert re.search(r"<span>Sari</span>", page)
    client.post("/office/logout")
    other = client.application.test_client()
    sign_in(other, made())
    assert other.get("/office/audit").status_code == 403


def test_the_log_takes_the_same_few_queries_whatever_is_in_it(client: FlaskClient) -> None:
    place = an_event(roles={"village": 300})[BALI, "village"]
    registered(place)
    sign_in(client, sari())
    session = f"{place.event_slug}/{place.session_slug}"

    def asked() -> int:
        db.session.remove()
        with counted() as sent:
            client.get("/office/audit", query_string={"subject": session, "since": "2020-01-01", "reason": ""})
        return len(sent)

    few = asked()
    for _number in range(120):
        registered(place, somebody())
    assert asked() == few <= 9


def test_the_office_shows_whether_the_chain_holds(client: FlaskClient) -> None:
    person = registered(an_event()[BALI, "stakeholder"])
    sign_in(client, sari())
    assert "has not been checked yet" in client.get("/en/office/audit").text
    seal_due()
    check_some()
    page = client.get("/en/office/audit").text
    assert "The chain of seals holds" in page and "Seal 1" in page and "tampered" not in page
    with transaction():
        subject = f"registration:{person.registration_id}"
        db.session.execute(update(AuditEntry).where(AuditEntry.subject == subject).values(actor="worker"))
    with clock.stopped_at(clock.now() + timedelta(hours=6)):
        check_some()
        assert "tampered" not in client.get("/en/office/audit").text, "it is looked at once a day"
    with clock.stopped_at(clock.now() + timedelta(hours=21)):
        check_some()
    page = client.get("/en/office/audit").text
    assert "tampered" in page and "Seal 1: the entry is not what was sealed." in page

"""Cancelling a session: everybody who is registered is told once, in the words that fit how she stood."""

from __future__ import annotations

import pytest
from flask import Flask

from tests.builders import Place, an_event, registered, somebody
from tests.cast import acting, made, sari
from tests.commands.kept import about, entries, mails, row, states, taken
from tests.doors.browsing import everything
from tpbis_events.foundation import clock
from tpbis_events.foundation.database import db
from tpbis_events.foundation.errors import Forbidden, NotFound, Refusal
from tpbis_events.people.actor import COMMAND_LINE
from tpbis_events.programmes.model import Serving, Session, WayIn
from tpbis_events.registrations.cancel import cancel
from tpbis_events.registrations.cancel_session import SessionCancelled, cancel_session
from tpbis_events.registrations.change_seats import add_seats
from tpbis_events.registrations.change_ways import set_serving, set_way_in
from tpbis_events.registrations.model import State
from tpbis_events.registrations.register import register


def cancelled(place: Place, reason: str = "banjir di kota") -> SessionCancelled:
    return cancel_session(place.session_id, reason=reason, by=COMMAND_LINE)


def test_everybody_is_told_once_by_how_she_stood_and_nobody_is_seated_by_it(app_on_each: Flask) -> None:
    places = an_event(provinces=("51", "11"), roles={"stakeholder": 1, "village": 1})
    here, village, aceh = places["51", "stakeholder"], places["51", "village"], places["11", "stakeholder"]
    set_serving(here.event_id, Serving.OFFER, offer_hours=16, reminder_hours=4, by=COMMAND_LINE)
    leaves, offered, waits = (registered(here) for _ in range(3))
    cancel(leaves.registration_id, by=COMMAND_LINE, reason="berhalangan")
    set_way_in(village.role_id, WayIn.APPROVAL, by=COMMAND_LINE)
    applied, elsewhere = registered(village), registered(aceh)
    assert states(offered, waits, applied) == [State.OFFERED, State.WAITING, State.APPLIED]
    assert cancelled(here) == SessionCancelled(3)
    assert states(leaves, offered, waits, applied) == [State.CANCELLED] * 4
    assert row(elsewhere).state is State.SEATED
    assert (taken(here), taken(village), taken(aceh)) == (0, 0, 1)
    found = {mail.subject: (mail.facts["before"], mail.facts["reason"]) for mail in mails("session_cancelled")}
    stood = ("offered", "waiting", "applied")
    assert found == {
        subject: (state, "banjir di kota") for subject, state in zip(about(offered, waits, applied), stood, strict=True)
    }
    assert len(mails("session_cancelled")) == 3 and len(mails("cancelled")) == 1 and mails("seated") == []
    assert row(waits).end_reason == "banjir di kota" and row(leaves).end_reason == "berhalangan"
    (entry,) = entries("session.cancelled")
    assert (entry.subject, entry.after, entry.reason) == (
        f"session:{here.session_id}",
        {"registrations": 3},
        "banjir di kota",
    )


def test_a_session_is_cancelled_once_and_nobody_gets_in_afterwards(app_on_each: Flask) -> None:
    place = an_event(roles={"stakeholder": 2})["51", "stakeholder"]
    registered(place)
    cancelled(place)
    before = everything()
    with pytest.raises(Refusal, match="session.cancelled"):
        cancelled(place)
    with pytest.raises(Refusal, match="registration.closed"):
        registered(place)
    with pytest.raises(Refusal, match="session.cancelled"):
        register(place.session_id, place.role_id, somebody(), key="kantor-0123456789", by=COMMAND_LINE)
    assert everything() == before
    assert add_seats(place.quota_id, 1, reason="ruang lebih besar", by=COMMAND_LINE).served == ()


def test_who_has_no_e_mail_address_ends_too_and_is_owed_no_mail(app_on_each: Flask) -> None:
    place = an_event()["51", "stakeholder"]
    budi = registered(place, somebody(email="", phone="081234500001"))
    assert cancelled(place).told == 1
    assert row(budi).state is State.CANCELLED and mails("session_cancelled") == []


def test_a_session_that_nobody_came_to_is_cancelled_as_well(app_on_each: Flask) -> None:
    place = an_event()["51", "stakeholder"]
    assert cancelled(place) == SessionCancelled(0)
    session = db.session.get_one(Session, place.session_id, populate_existing=True)
    assert session.cancelled_at and session.cancel_reason == "banjir di kota"


def test_cancelling_a_session_needs_the_right_a_reason_and_a_session_that_is_not_over(app: Flask) -> None:
    place = an_event()["51", "stakeholder"]
    budi = registered(place)
    with pytest.raises(Forbidden):
        cancel_session(place.session_id, reason="mau saya", by=acting(made()))
    with pytest.raises(NotFound, match="session.unknown"):
        cancel_session(999_999, reason="tidak ada", by=COMMAND_LINE)
    with pytest.raises(Refusal, match="session.reason_missing"):
        cancelled(place, reason="\x00 ")
    ends = db.session.get_one(Session, place.session_id).ends_at
    with clock.stopped_at(ends), pytest.raises(Refusal, match="session.over"):
        cancelled(place)
    assert row(budi).state is State.SEATED
    assert cancel_session(place.session_id, reason="banjir", by=acting(sari())).told == 1

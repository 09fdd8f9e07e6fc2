"""Cancelling: one seat becomes free, and the first who waits has it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from flask import Flask
from sqlalchemy import func, select

from tests.builders import BUDI, an_event, registered
from tests.cast import acting, made, sari
from tpbis_events.audit.model import AuditEntry
from tpbis_events.foundation import clock
from tpbis_events.foundation.database import db
from tpbis_events.foundation.errors import NotFound, Refusal
from tpbis_events.outbox.model import Mail
from tpbis_events.people.actor import COMMAND_LINE, PUBLIC, participant
from tpbis_events.programmes.model import Session
from tpbis_events.registrations.cancel import cancel
from tpbis_events.registrations.model import Registration, State
from tpbis_events.registrations.register import Registered


def row(of: Registered) -> Registration:
    return db.session.get_one(Registration, of.registration_id, populate_existing=True)


def mails(kind: str) -> list[str]:
    return list(db.session.scalars(select(Mail.recipient).where(Mail.kind == kind).order_by(Mail.id)))


def seated(quota_id: int) -> int:
    where = (Registration.quota_id == quota_id, Registration.seat_id.is_not(None))
    return db.session.scalar(select(func.count()).select_from(Registration).where(*where)) or 0


def test_cancelling_frees_exactly_one_seat_and_the_first_who_waits_has_it(app_on_each: Flask) -> None:
    place = an_event(roles={"stakeholder": 2})["51", "stakeholder"]
    budi, other, first, second = (registered(place) for _ in range(4))
    seat = row(budi).seat_id
    outcome = cancel(budi.registration_id, by=participant(budi.registration_id))
    assert outcome.seat_given_to == (first.reference,)
    assert (row(first).state, row(first).seat_id, row(first).queue_number) == (State.SEATED, seat, None)
    assert [row(each).state for each in (budi, other, second)] == [State.CANCELLED, State.SEATED, State.WAITING]
    assert seated(place.quota_id) == 2
    assert mails("seated") == [row(first).person.email]
    assert mails("cancelled") == [row(budi).person.email]


def test_cancelling_twice_is_refused_and_frees_nothing_more(app_on_each: Flask) -> None:
    place = an_event(roles={"stakeholder": 1})["51", "stakeholder"]
    budi, first, second = (registered(place) for _ in range(3))
    cancel(budi.registration_id, by=participant(budi.registration_id))
    with pytest.raises(Refusal, match="already_cancelled"):
        cancel(budi.registration_id, by=participant(budi.registration_id))
    with pytest.raises(Refusal, match="already_cancelled"):
        cancel(budi.registration_id, by=COMMAND_LINE, reason="lagi")
    assert [row(each).state for each in (first, second)] == [State.SEATED, State.WAITING]
    assert (len(mails("cancelled")), len(mails("seated"))) == (1, 1)


def test_many_who_cancel_the_same_registration_at_once_free_one_seat(app_on_each: Flask) -> None:
    place = an_event(roles={"stakeholder": 1})["51", "stakeholder"]
    budi, first, second = (registered(place) for _ in range(3))
    db.session.remove()
    together = Barrier(6)

    def once(_number: int) -> str:
        with app_on_each.app_context():
            together.wait()
            try:
                return ",".join(cancel(budi.registration_id, by=participant(budi.registration_id)).seat_given_to)
            except Refusal as no:
                return no.code
            finally:
                db.session.remove()

    with ThreadPoolExecutor(6) as threads:
        answers = list(threads.map(once, range(6)))
    assert sorted(answers) == sorted([first.reference, *["registration.already_cancelled"] * 5])
    assert [row(each).state for each in (first, second)] == [State.SEATED, State.WAITING]


def test_one_who_waits_leaves_the_line_and_nobody_is_seated_by_it(app_on_each: Flask) -> None:
    place = an_event(roles={"stakeholder": 1})["51", "stakeholder"]
    budi, first, second = (registered(place) for _ in range(3))
    outcome = cancel(first.registration_id, by=participant(first.registration_id))
    assert outcome.seat_given_to == ()
    assert (row(first).state, row(first).queue_number) == (State.CANCELLED, None)
    assert [row(each).state for each in (budi, second)] == [State.SEATED, State.WAITING]


def test_a_seat_freed_in_bali_does_not_go_to_another_role_or_to_aceh(app_on_each: Flask) -> None:
    places = an_event(provinces=("51", "11"), roles={"stakeholder": 1, "village": 1})
    here, village, aceh = places["51", "stakeholder"], places["51", "village"], places["11", "stakeholder"]
    budi = registered(here)
    for place in (village, aceh):
        registered(place)
    waiting = [registered(place) for place in (village, aceh)]
    assert cancel(budi.registration_id, by=participant(budi.registration_id)).seat_given_to == ()
    assert [row(each).state for each in waiting] == [State.WAITING, State.WAITING]
    assert registered(here).state is State.SEATED


def test_a_participant_cancels_until_the_session_begins_and_the_office_also_later(app_on_each: Flask) -> None:
    place = an_event()["51", "stakeholder"]
    budi = registered(place, BUDI)
    begins = db.session.get_one(Session, place.session_id).starts_at
    with clock.stopped_at(begins):
        with pytest.raises(Refusal, match="session.has_begun"):
            cancel(budi.registration_id, by=participant(budi.registration_id))
        assert row(budi).state is State.SEATED
        cancel(budi.registration_id, by=COMMAND_LINE, reason="tidak hadir")
    assert (row(budi).state, row(budi).ended_at) == (State.CANCELLED, begins)


def test_a_seat_that_is_freed_after_closing_goes_to_nobody_by_itself(app_on_each: Flask) -> None:
    place = an_event(roles={"stakeholder": 1}, closes_at=clock.now() + timedelta(days=1))["51", "stakeholder"]
    budi, first = registered(place), registered(place)
    with clock.stopped_at(clock.now() + timedelta(days=2)):
        assert cancel(budi.registration_id, by=participant(budi.registration_id)).seat_given_to == ()
    assert row(first).state is State.WAITING


def test_nobody_cancels_for_another_and_a_pic_only_in_her_province(app: Flask) -> None:
    places = an_event(provinces=("51", "11"))
    budi, tono = registered(places["11", "stakeholder"]), registered(places["11", "stakeholder"])
    of_bali, national = acting(made()), acting(sari())
    for stranger in (participant(tono.registration_id), PUBLIC, of_bali):
        with pytest.raises(NotFound):
            cancel(budi.registration_id, by=stranger, reason="iseng")
    assert row(budi).state is State.SEATED
    with pytest.raises(Refusal, match="reason_missing"):
        cancel(budi.registration_id, by=national, reason=" \n\x00")
    cancel(budi.registration_id, by=national, reason="permintaan dinas")
    assert row(budi).ended_by == national.label
    with pytest.raises(NotFound, match="registration.unknown"):
        cancel(999_999, by=national, reason="tidak ada")


def test_a_reason_that_the_database_cannot_keep_is_kept_without_what_it_cannot(app_on_each: Flask) -> None:
    budi = registered(an_event()["51", "stakeholder"])
    cancel(
        budi.registration_id, by=participant(budi.registration_id), reason="sakit\x00 \ud800<b>berat</b>\n" + "a" * 9000
    )
    kept = row(budi).end_reason or ""
    assert kept.startswith("sakit <b>berat</b> aaa") and len(kept) == 500
    entry = db.session.scalars(select(AuditEntry).where(AuditEntry.act == "registration.cancelled")).one()
    assert (entry.before, entry.after, entry.reason) == ({"state": "seated"}, {"state": "cancelled"}, kept)

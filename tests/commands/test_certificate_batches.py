"""Certificates for many: ordered once, ticked off one by one, the same rule and the same numbers as for one."""

from __future__ import annotations

from collections import Counter
from contextlib import AbstractContextManager

import pytest
from flask import Flask
from sqlalchemy import func, select

from tests.at_once import at_once
from tests.builders import Place, an_account, an_event, registered, somebody
from tests.cast import BALI, acting, made, sari
from tests.commands.kept import entries, told
from tests.commands.test_certificates import attend, change_event, issued
from tests.queries import counted
from tpbis_events.certificates import issue as issuing
from tpbis_events.certificates import run_batches as running
from tpbis_events.certificates.batch_model import BatchState, CertificateBatch, CertificateBatchLine, Outcome
from tpbis_events.certificates.batches import standing
from tpbis_events.certificates.extent import extent
from tpbis_events.certificates.issue import issue
from tpbis_events.certificates.model import Certificate, Series
from tpbis_events.certificates.order_batch import order_batch
from tpbis_events.certificates.outlook import outlook, total
from tpbis_events.certificates.revoke import revoke
from tpbis_events.certificates.rules import Need
from tpbis_events.certificates.run_batches import MOST_TRIES, do_next, run_batches
from tpbis_events.certificates.stop_batch import stop_batch
from tpbis_events.foundation import clock
from tpbis_events.foundation.database import db
from tpbis_events.foundation.errors import Forbidden, NotFound, Refusal
from tpbis_events.foundation.transaction import transaction
from tpbis_events.people.actor import COMMAND_LINE, Actor
from tpbis_events.people.model import Account, Grant, Right
from tpbis_events.programmes.model import Session, Wave

AFTER = (Outcome.DUE, Outcome.ISSUED, Outcome.ALREADY, Outcome.MISSING, Outcome.REFUSED)


def over(place: Place) -> AbstractContextManager[None]:
    return clock.stopped_at(db.session.get_one(Session, place.session_id).ends_at)


def people(place: Place, number: int, *, there: bool = True) -> list[int]:
    ids = [registered(place, somebody(full_name=f"Orang {n}")).registration_id for n in range(number)]
    if there:
        attend(place, *ids)
    return ids


def ordered(
    place: Place, *, session: bool = True, wave: int | None = None, by: Actor = COMMAND_LINE, key: str = "1"
) -> int:
    return order_batch(key, place.event_slug, place.session_slug if session else None, wave, by=by)


def finish() -> None:
    while do_next():
        pass


def outcomes(batch_id: int) -> dict[int, tuple[Outcome, str | None]]:
    db.session.rollback()
    rows = db.session.scalars(select(CertificateBatchLine).where(CertificateBatchLine.batch_id == batch_id))
    return {row.registration_id: (row.outcome, row.code) for row in rows}


def state(batch_id: int) -> BatchState:
    db.session.rollback()
    return db.session.get_one(CertificateBatch, batch_id).state


def numbers() -> list[str]:
    return sorted(db.session.scalars(select(Certificate.number)))


def test_an_order_issues_to_whoever_earned_it_and_says_of_each_other_why_not(app_on_each: Flask) -> None:
    place = an_event(roles={"stakeholder": 9})[BALI, "stakeholder"]
    here, absent = people(place, 3), people(place, 1, there=False)
    had, revoked, undrawable = people(place, 3)
    first = issued(place, had)
    issued(place, revoked)
    revoke(revoked, reason="Salah orang", by=acting(sari()))
    by = acting(made())
    change = "UPDATE persons SET full_name = '\u4f60' WHERE id = (SELECT person_id FROM registrations WHERE id = :id)"
    with transaction():
        db.session.connection().execute(db.text(change), {"id": undrawable})
    with over(place):
        seen = total(outlook(extent(place.event_slug, by=by), clock.now()))
        assert (seen.seated, seen.ready, seen.already, seen.lacking) == (7, 4, 1, 1)
        assert (seen.issued, seen.revoked, seen.unsigned) == (1, 1, 0)
        assert seen.missing == {Need.DAYS: 1} and seen.refused == {"certificate.revoked": 1}
        batch = ordered(place, by=by)
        finish()
    assert outcomes(batch) == {
        **dict.fromkeys(here, (Outcome.ISSUED, None)),
        absent[0]: (Outcome.MISSING, "days"),
        had: (Outcome.ALREADY, None),
        revoked: (Outcome.REFUSED, "certificate.revoked"),
        undrawable: (Outcome.REFUSED, "certificate.undrawable"),
    }
    assert [number[:4] for number in numbers()] == ["0001", "0002", "0003", "0004", "0005"]
    assert db.session.scalars(select(Series.last_number)).all() == [5], "a refusal draws no number"
    assert first.number in numbers() and state(batch) is BatchState.DONE
    assert sorted(told("certificate_ready")) == sorted(f"registration:{each}" for each in [*here, had, revoked])
    (end,) = entries("certificates.done")
    assert end.after == {"batch": batch, "issued": 3, "already": 1, "missing": 1, "refused": 2}
    assert (end.actor, end.province_code, end.subject) == (by.label, BALI, f"session:{place.session_id}")
    assert [each.actor for each in entries("certificate.issued")][-3:] == [by.label] * 3


def test_ordered_again_nobody_gets_a_second_and_the_same_form_is_one_order(app: Flask) -> None:
    place = an_event(roles={"stakeholder": 3})[BALI, "stakeholder"]
    ids = people(place, 2)
    with over(place):
        batch = ordered(place)
        assert ordered(place) == ordered(place, key="another form") == batch, "while it goes on"
        finish()
        assert ordered(place) == batch, "the same form, sent again when all is done"
        with pytest.raises(NotFound):
            ordered(place, by=acting(made()))
    late = people(place, 1)
    with over(place):
        again = ordered(place, key="2")
        assert again != batch
        finish()
    assert set(outcomes(again).values()) == {(Outcome.ALREADY, None), (Outcome.ISSUED, None)}
    assert outcomes(again)[late[0]] == (Outcome.ISSUED, None)
    assert db.session.scalar(select(func.count()).select_from(Certificate)) == len(ids) + 1


def test_a_number_that_is_taken_refuses_one_and_leaves_no_gap(app: Flask) -> None:
    place = an_event(roles={"stakeholder": 3})[BALI, "stakeholder"]
    first, second = people(place, 2)
    with over(place):
        made_first = issue(first, by=COMMAND_LINE)
        with transaction():
            db.session.get_one(Certificate, made_first.certificate_id).number = made_first.number.replace(
                "0001", "0002"
            )
        batch = ordered(place)
        finish()
    assert outcomes(batch) == {first: (Outcome.ALREADY, None), second: (Outcome.REFUSED, "certificate.number_taken")}
    assert db.session.scalars(select(Series.last_number)).all() == [1], "the number that it drew is given back"


def test_stopped_it_issues_no_more_and_what_is_issued_stays(app: Flask) -> None:
    place = an_event(roles={"stakeholder": 3}, provinces=(BALI, "12"))[BALI, "stakeholder"]
    people(place, 3)
    with over(place):
        batch = ordered(place, session=False)
        assert not run_batches(stop=lambda: True) and numbers() == [], "a worker that is told to end begins no other"
        assert do_next()
        for no_right, refusal in ((made(), NotFound), (an_account("Rina", Right.AUDITOR), Forbidden)):
            with pytest.raises(refusal):
                stop_batch(batch, by=acting(no_right))
        stop_batch(batch, by=acting(sari()))
        assert not do_next() and not run_batches()
        with pytest.raises(Refusal, match="batch.over"):
            stop_batch(batch, by=COMMAND_LINE)
        assert Counter(outcome for outcome, _code in outcomes(batch).values()) == {Outcome.ISSUED: 1, Outcome.DUE: 2}
        finish_again = ordered(place, session=False, key="2")
        finish()
    assert Counter(outcome for outcome, _code in outcomes(finish_again).values()) == {
        Outcome.ALREADY: 1,
        Outcome.ISSUED: 2,
    }
    (end,) = entries("certificates.stopped")
    assert end.after == {"batch": batch, "issued": 1, "due": 2}


def test_a_pic_orders_her_own_sessions_of_a_wave_or_edition_and_sees_no_others(app: Flask) -> None:
    places = an_event(provinces=(BALI, "12", "31"), roles={"stakeholder": 2})
    with transaction():
        wave = Wave(event_id=places[BALI, "stakeholder"].event_id, number=2)
        db.session.add(wave)
        for code in (BALI, "12"):
            db.session.get_one(Session, places[code, "stakeholder"].session_id).wave = wave
    mine, theirs, far = (people(places[code, "stakeholder"], 1)[0] for code in (BALI, "12", "31"))
    here = places[BALI, "stakeholder"]
    pic, national = acting(made()), acting(sari())
    with over(places["12", "stakeholder"]):  # the last to end, with the western clock
        assert outcomes(ordered(here, session=False, by=pic, key="a")).keys() == {mine}
        of_wave = ordered(here, session=False, wave=2, by=national, key="b")
        of_all = ordered(here, session=False, by=national, key="c")
        assert outcomes(of_wave).keys() == {mine, theirs} and outcomes(of_all).keys() == {mine, theirs, far}
        for other in (of_wave, of_all):
            with pytest.raises(NotFound):
                standing(other, here.event_slug, AFTER, 0, by=pic)
        with pytest.raises(NotFound):
            ordered(places["12", "stakeholder"], by=pic, key="d")
        with pytest.raises(NotFound):
            ordered(here, session=False, wave=7, by=national, key="e")
        with pytest.raises(Forbidden):
            ordered(here, by=acting(an_account("Rina", Right.AUDITOR)), key="f")
    with pytest.raises(Refusal, match="batch.nobody"):  # a month before it begins
        ordered(places["31", "stakeholder"], by=national, key="g")


def test_the_rights_are_those_of_the_moment_when_it_is_issued(app: Flask) -> None:
    place = an_event(roles={"stakeholder": 2})[BALI, "stakeholder"]
    people(place, 2)
    account = made()
    with over(place):
        batch = ordered(place, by=acting(account))
        do_next()
        with transaction():
            db.session.query(Grant).filter_by(account_id=account.id).update({"province_code": "12"})
        do_next()
        assert sorted(outcomes(batch).values()) == [(Outcome.ISSUED, None), (Outcome.REFUSED, "actor.out_of_reach")]
        finish()
        other = ordered(place, by=acting(an_account("Ketut", Right.PIC, BALI)), key="2")
        with transaction():
            db.session.query(Account).filter_by(name="Ketut").update({"active": False})
        finish()
    assert (state(other), db.session.get_one(CertificateBatch, other).stop_code) == (
        BatchState.STOPPED,
        "batch.orderer_gone",
    )


def test_a_fault_of_ours_holds_up_nobody_else(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    place = an_event(roles={"stakeholder": 3})[BALI, "stakeholder"]
    bad, *good = people(place, 3)
    give = issuing.give

    def breaks(registration, **more):  # type: ignore[no-untyped-def]
        given = give(registration, **more)
        if registration.id == bad:
            raise RuntimeError("the disk is full")
        return given

    monkeypatch.setattr(running, "give", breaks)
    with over(place):
        now = clock.now()
        batch = ordered(place)
    for minute in range(MOST_TRIES + 1):
        with clock.stopped_at(now + minute * running.PAUSE):
            run_batches(rest=0)
    assert outcomes(batch) == {bad: (Outcome.REFUSED, "batch.fault"), **dict.fromkeys(good, (Outcome.ISSUED, None))}
    assert state(batch) is BatchState.DONE
    assert [number[:4] for number in numbers()] == ["0001", "0002"]


def test_two_workers_at_once_share_an_order_and_number_without_gap(app_on_each: Flask) -> None:
    place = an_event(roles={"stakeholder": 12})[BALI, "stakeholder"]
    ids = people(place, 12)

    def work() -> None:
        while _due(batch):
            do_next()

    with over(place):  # outside of the threads: the clock is one for all
        batch = ordered(place)
        at_once(app_on_each, [work, work])
    assert outcomes(batch) == dict.fromkeys(ids, (Outcome.ISSUED, None))
    assert [int(number[:4]) for number in numbers()] == list(range(1, 13))
    assert len(entries("certificates.done")) == 1


def _due(batch_id: int) -> bool:
    db.session.rollback()
    return db.session.get_one(CertificateBatch, batch_id).state in (BatchState.QUEUED, BatchState.RUNNING)


@pytest.mark.parametrize("provinces", [("51", "12", "31"), ("51", "12", "31", "32", "33", "34", "35", "36", "11")])
def test_the_outlook_costs_the_same_however_many_sessions_and_people(app: Flask, provinces: tuple[str, ...]) -> None:
    places = an_event(provinces=provinces, roles={"stakeholder": 3})
    for place in places.values():
        people(place, 2)
    slug = places[BALI, "stakeholder"].event_slug
    change_event(places[BALI, "stakeholder"], certificate_design={"evaluation_needed": True, "points_needed": 60})
    later = max(db.session.scalars(select(Session.ends_at)))
    db.session.rollback()
    with counted() as statements:
        rows = outlook(extent(slug, by=COMMAND_LINE), later)
    assert len(rows) == len(provinces) and total(rows).missing == {
        Need.POINTS: 2 * len(provinces),
        Need.EVALUATION: 2 * len(provinces),
    }
    assert len(statements) <= 12, "\n".join(statements)


def test_the_command_line_says_what_it_would_do_then_issues_and_may_be_repeated(app: Flask) -> None:
    place = an_event(roles={"stakeholder": 3})[BALI, "stakeholder"]
    people(place, 2)
    people(place, 1, there=False)
    run = app.test_cli_runner().invoke
    with over(place):
        look = run(args=["certificates", "issue", place.event_slug, "--edition", "--look"]).output
        assert look.startswith("3 seated, 2 to issue, 0 have one, 1 lack something") and "days: 1" in look
        here = ["certificates", "issue", place.event_slug, "--session", place.session_slug]
        assert run(args=here).output == "order 1: 3 due, 0 issued, 0 already, 0 missing, 0 refused\n"
        assert run(args=[*here, "--wait"]).output == "order 1: 0 due, 2 issued, 0 already, 1 missing, 0 refused\n"
        again = run(args=["certificates", "issue", place.event_slug, "--edition", "--wait"])
        assert again.output == "order 2: 0 due, 0 issued, 2 already, 1 missing, 0 refused\n"
        both = run(args=[*here, "--edition"])
        nothing = run(args=["certificates", "issue", "there-is-none", "--edition"])
    assert both.exit_code == 2 and nothing.exit_code == 1 and "event.unknown" in nothing.output

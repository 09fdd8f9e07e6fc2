"""Acts on many: each row by the rules of one, every row with its outcome, and the same form acts once."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from tests.builders import Place, an_account, an_event, registered
from tests.cast import BALI, acting, made, sari
from tpbis_events.foundation.database import db
from tpbis_events.foundation.errors import NotFound, Refusal
from tpbis_events.foundation.transaction import transaction
from tpbis_events.outbox.model import Mail
from tpbis_events.people.actor import COMMAND_LINE, Actor
from tpbis_events.people.model import Grant, Right
from tpbis_events.programmes.model import Role, WayIn
from tpbis_events.registrations import bulk, run_bulk
from tpbis_events.registrations.begin_bulk import begin_bulk
from tpbis_events.registrations.bulk_model import Bulk, BulkAct, Outcome
from tpbis_events.registrations.cancel import cancel
from tpbis_events.registrations.model import Registration, State
from tpbis_events.registrations.register import Registered

KEY = "a form that was sent once"


def done(
    act: BulkAct, people: list[Registered], *, by: Actor = COMMAND_LINE, key: str = KEY, **asked: Any
) -> dict[str, tuple[Outcome, str | None]]:
    """What became of each, by reference."""
    ids = [person.registration_id for person in people]
    event_id = db.session.get_one(Registration, ids[0]).event_id
    bulk_id = begin_bulk(key, act, event_id, ids, asked, by=by)
    while run_bulk.run_bulk(bulk_id, by=by):
        pass
    standing = bulk.standing(bulk_id, by=by)
    assert standing.numbers[Outcome.DUE] == 0 and standing.numbers.total() == len(people)
    return {line.reference: (line.outcome, line.code) for line in standing.lines}


def states(people: list[Registered]) -> list[State]:
    db.session.rollback()
    rows = db.session.execute(select(Registration.id, Registration.state)).all()
    found = {row.id: row.state for row in rows}
    return [found[person.registration_id] for person in people]


def foreseen(act: BulkAct, people: list[Registered], *, by: Actor = COMMAND_LINE, **asked: Any) -> bulk.Effect:
    return bulk.foresee(act, [person.registration_id for person in people], asked, by=by)


def test_seats_of_many_who_are_cancelled_go_to_those_who_wait_and_to_none_of_them(
    app_on_each: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(run_bulk, "AT_ONCE", 2)  # several transactions
    place = an_event(roles={"village": 3})[BALI, "village"]
    people = [registered(place) for _number in range(7)]  # 3 seated, 4 wait
    gone = [*people[:4], people[5]]
    effect = foreseen(BulkAct.CANCEL, gone, reason="x")
    [quota] = effect.quotas
    assert (len(effect.people), quota.leave, quota.waiting, quota.served) == (5, 3, 2, 2)
    outcomes = done(BulkAct.CANCEL, gone, by=acting(sari()), reason="Ditunda")
    assert set(outcomes.values()) == {(Outcome.DONE, "cancelled")}
    assert states(people) == [State.CANCELLED] * 4 + [State.SEATED, State.CANCELLED, State.SEATED]
    told = db.session.scalars(select(Mail.subject).where(Mail.kind == "seated")).all()
    assert sorted(told) == sorted(f"registration:{people[number].registration_id}" for number in (4, 6))
    assert db.session.scalars(select(Bulk)).one().served == [people[4].reference, people[6].reference]


def test_who_cannot_be_moved_stays_and_the_reason_is_named_as_it_was_foreseen(app: Flask) -> None:
    places = an_event(provinces=(BALI, "12"), roles={"stakeholder": 4, "village": 2})
    people = [registered(places[BALI, "stakeholder"]) for _number in range(4)]
    cancel(people[0].registration_id, by=COMMAND_LINE, reason="Sakit")
    there = places["12", "village"]
    people.append(registered(there))
    asked = {"quota_id": there.quota_id, "reason": "Lebih dekat"}
    effect = foreseen(BulkAct.MOVE, people, **asked)
    outcomes = done(BulkAct.MOVE, people, **asked)
    expected = {
        people[0].reference: (Outcome.REFUSED, "registration.already_cancelled"),
        people[1].reference: (Outcome.DONE, "seated"),
        people[2].reference: (Outcome.REFUSED, "role.full"),
        people[3].reference: (Outcome.REFUSED, "role.full"),
        people[4].reference: (Outcome.REFUSED, "move.already_there"),
    }
    assert outcomes == expected
    refused = {each.reference: code for code, group in effect.refused.items() for each in group}
    assert refused == {reference: code for reference, (outcome, code) in expected.items() if code != "seated"}


def test_requests_are_approved_in_their_order_and_rejected_with_the_reason(app: Flask) -> None:
    place = an_event(roles={"village": 1})[BALI, "village"]
    with transaction():
        db.session.get_one(Role, place.role_id).way_in = WayIn.APPROVAL
    people = [registered(place) for _number in range(3)]
    outcomes = done(BulkAct.APPROVE, people[:2], by=acting(made()), reason="")
    assert list(outcomes.values()) == [(Outcome.DONE, "seated"), (Outcome.DONE, "waiting")]
    outcomes = done(
        BulkAct.REJECT, people, by=acting(an_account("Ani", Right.PIC, BALI)), key="another", reason="Penuh"
    )
    assert [code for _outcome, code in outcomes.values()] == ["registration.already_seated", "rejected", "rejected"]
    with pytest.raises(Refusal, match="decision.reason_missing"):
        done(BulkAct.REJECT, people, key="a third", reason=" ")


def test_a_form_sent_twice_acts_once_and_another_with_its_key_is_refused(app_on_each: Flask) -> None:
    place = an_event(roles={"village": 9})[BALI, "village"]
    people = [registered(place) for _number in range(2)]
    by = acting(sari())
    first = done(BulkAct.TAG, people, by=by, word="vip")
    assert done(BulkAct.TAG, people, by=by, word="vip") == first
    assert db.session.scalar(select(func.count()).select_from(Bulk)) == 1
    with pytest.raises(Refusal, match="bulk.form_changed"):
        done(BulkAct.CANCEL, people, by=by, reason="x")
    with pytest.raises(NotFound, match="bulk.unknown"):
        bulk.standing(1, by=acting(made()))


def test_all_is_refused_when_one_is_out_of_reach_of_another_event_or_there_are_too_many(app: Flask) -> None:
    places = an_event(provinces=(BALI, "12"))
    own, other = registered(places[BALI, "village"]), registered(places["12", "village"])
    alien = registered(an_event()[BALI, "village"])
    for people in ([own, other], [own, alien]):
        with pytest.raises(NotFound):
            done(BulkAct.TAG, people, by=acting(made_ := made()) if people[1] is other else COMMAND_LINE, word="vip")
    ids = list(range(1, 5003))
    with pytest.raises(Refusal, match="bulk.size"):
        begin_bulk("key", BulkAct.TAG, places[BALI, "village"].event_id, ids, {"word": "vip"}, by=COMMAND_LINE)
    with pytest.raises(NotFound):  # a place to move to that isn't hers
        done(BulkAct.MOVE, [own], by=acting(made_), quota_id=places["12", "village"].quota_id, reason="x")


def test_a_right_that_ended_in_the_middle_refuses_the_rest_row_by_row(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(run_bulk, "AT_ONCE", 1)
    place: Place = an_event()[BALI, "stakeholder"]
    people = [registered(place), registered(place)]
    account = made()
    by = acting(account)
    ids = [person.registration_id for person in people]
    bulk_id = begin_bulk(KEY, BulkAct.TAG, place.event_id, ids, {"word": "vip"}, by=by)
    assert run_bulk.run_bulk(bulk_id, by=by) == 1
    with transaction():
        db.session.scalars(select(Grant).where(Grant.account_id == account.id)).one().name = Right.AUDITOR
    db.session.expire_all()
    assert run_bulk.run_bulk(bulk_id, by=acting(account)) == 0
    lines = bulk.standing(bulk_id, by=by).lines
    assert [(line.outcome, line.code) for line in lines] == [
        (Outcome.DONE, None),
        (Outcome.REFUSED, "actor.forbidden"),
    ]

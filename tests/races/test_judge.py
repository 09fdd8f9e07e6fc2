"""The judge sees each kind of fault in a world that has just that one, and none in a world that is in order."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import Any

import pytest

from tests.races.judge import Answer, Fault, Quota, Registration, World, faults

QUOTA = Quota(id=1, event_id=1, session_id=1, role_id=1, last_queue_number=3)
OTHER = Quota(id=2, event_id=1, session_id=2, role_id=1)
SEATED = Registration(1, "SEATED", 1, 1, 1, 1, "seated", seat_id=1, email_key="budi@example.id", was_seated=True)
WAITING = Registration(2, "WAITING", 1, 1, 1, 1, "waiting", queue_number=2, email_key="sari@example.id")
LATER = Registration(3, "LATER", 1, 1, 1, 1, "waiting", queue_number=3, phone_key="+62811")
GONE = Registration(4, "GONE", 1, 1, 1, 1, "cancelled", email_key="budi@example.id", was_seated=True)
NOBODY = Registration(9, "NOBODY", 1, 1, 1, 1, "seated", seat_id=1, was_seated=True)


def world(*registrations: Registration, **changes: Any) -> World:
    """A world in order around some registrations, but for the changes."""
    waited = {each.id for each in registrations if each.state == "waiting"}
    mails = Counter({("waiting" if each.id in waited else "confirmation", each.subject): 1 for each in registrations})
    acts = Counter({("registration.registered", each.subject): 1 for each in registrations})
    for each in registrations:
        if each.state == "cancelled":
            mails["cancelled", each.subject] += 1
            acts["registration.cancelled", each.subject] += 1
    ordered = World(
        quotas=(QUOTA, OTHER),
        seats={1: 1, 11: 2},
        registrations=registrations,
        persons=len(registrations),
        keys={f"form-{each.id}": each.id for each in registrations},
        mails=mails,
        acts=acts,
    )
    return replace(ordered, **changes)


def answered(each: Registration, **changes: Any) -> Answer:
    act = {"do": "register", "session_id": 1, "role_id": 1, "key": f"form-{each.id}"}
    told = {"registration_id": each.id, "reference": each.reference, "token": f"token-{each.id}", "replayed": False}
    return replace(Answer(act, told, began=each.id, ended=each.id + 0.5), **changes)


def kinds(found: list[Fault]) -> set[str]:
    return {fault.kind for fault in found}


def test_a_world_in_order_has_no_fault() -> None:
    everybody = (SEATED, WAITING, LATER, GONE)
    cancelled = Answer({"do": "cancel", "registration_id": GONE.id}, {"reference": "GONE"})
    refused = Answer({"do": "cancel", "registration_id": GONE.id}, refused="registration.already_cancelled")
    answers = [*(answered(each) for each in everybody), cancelled, refused]
    assert faults(world(*everybody), answers) == []


IN_ORDER = world(SEATED, WAITING, LATER, GONE)


@pytest.mark.parametrize(
    ("kind", "faulty"),
    [
        ("state", world(replace(SEATED, state="dreaming", seat_id=None))),
        ("state", world(replace(SEATED, seat_id=None))),
        ("state", world(replace(GONE, seat_id=1))),
        ("state", world(SEATED, replace(WAITING, queue_number=None))),
        ("state", world(replace(SEATED, queue_number=1))),
        ("state", world(replace(SEATED, was_seated=False))),
        ("oversold", world(SEATED, replace(NOBODY, id=2))),
        ("oversold", world(SEATED, replace(NOBODY, id=2, seat_id=5))),
        ("idle seat", world(WAITING)),
        ("leak", world(replace(SEATED, session_id=2))),
        ("leak", world(replace(SEATED, quota_id=7))),
        ("leak", world(replace(SEATED, seat_id=11))),
        ("queue", world(SEATED, WAITING, replace(LATER, queue_number=2))),
        ("queue", world(SEATED, replace(WAITING, queue_number=3), replace(LATER, queue_number=2))),
        ("queue", world(SEATED, WAITING, replace(LATER, queue_number=4))),
        ("jumped", world(WAITING, replace(SEATED, id=3))),
        ("double", world(SEATED, replace(WAITING, email_key="budi@example.id"))),
        ("double", world(SEATED, replace(WAITING, phone_key="+62811"), LATER)),
        ("left behind", replace(IN_ORDER, persons=5)),
        ("left behind", replace(IN_ORDER, keys={**IN_ORDER.keys, "form-5": None})),
        ("left behind", replace(IN_ORDER, keys={"form-1": 1, "form-2": 2, "form-3": 3})),
        ("mail", replace(IN_ORDER, mails=IN_ORDER.mails + Counter({("confirmation", "registration:1"): 1}))),
        ("mail", replace(IN_ORDER, mails=IN_ORDER.mails - Counter({("waiting", "registration:2"): 1}))),
        ("mail", replace(IN_ORDER, mails=IN_ORDER.mails - Counter({("cancelled", "registration:4"): 1}))),
        ("mail", replace(IN_ORDER, mails=IN_ORDER.mails + Counter({("confirmation", "registration:8"): 1}))),
        ("mail", replace(IN_ORDER, registrations=(replace(SEATED, state="waiting", seat_id=None, was_seated=False),))),
        ("audit", replace(IN_ORDER, acts=IN_ORDER.acts - Counter({("registration.registered", "registration:1"): 1}))),
        ("audit", replace(IN_ORDER, acts=IN_ORDER.acts - Counter({("registration.cancelled", "registration:4"): 1}))),
        ("audit", replace(IN_ORDER, acts=IN_ORDER.acts + Counter({("registration.seated", "registration:2"): 1}))),
        ("audit", replace(IN_ORDER, acts=IN_ORDER.acts + Counter({("registration.registered", "registration:8"): 1}))),
    ],
)
def test_a_fault_in_the_database_is_seen(kind: str, faulty: World) -> None:
    assert kind in kinds(faults(faulty))


@pytest.mark.parametrize(
    ("kind", "answers"),
    [
        ("error", [answered(SEATED), Answer({"do": "register"}, error="OperationalError: database is locked")]),
        ("lost", [answered(SEATED), Answer({"do": "register"})]),
        ("lost", [answered(SEATED), answered(NOBODY)]),
        ("unasked", []),
        ("replay", [answered(SEATED), answered(SEATED, told={**(answered(SEATED).told or {}), "token": "another"})]),
        ("replay", [answered(SEATED), answered(SEATED, act={**answered(SEATED).act, "key": "another"})]),
        ("cancelled", [answered(SEATED), Answer({"do": "cancel", "registration_id": 1}, {"reference": "SEATED"})]),
        ("audit", [answered(SEATED), Answer({"do": "add_seats", "quota_id": 1, "number": 1}, {"total": 2})]),
    ],
)
def test_an_answer_that_the_database_does_not_bear_out_is_seen(kind: str, answers: list[Answer]) -> None:
    assert kinds(faults(world(SEATED), answers)) == {kind}


def test_a_seat_added_or_removed_is_found_in_the_log() -> None:
    acts = Counter({("seats.added", "quota:1"): 1, ("seats.removed", "quota:1"): 1})
    done = [Answer({"do": act, "quota_id": 1, "number": 1}, {"total": 2}) for act in ("add_seats", "remove_seats")]
    assert faults(World(acts=acts), done) == []
    assert kinds(faults(World(acts=acts), done[:1])) == {"audit"}


def test_a_cancellation_that_was_answered_twice_is_seen() -> None:
    twice = [Answer({"do": "cancel", "registration_id": GONE.id}, {"reference": "GONE"})] * 2
    assert kinds(faults(world(GONE), [answered(GONE), *twice])) == {"cancelled"}


def test_somebody_who_asked_after_another_was_answered_and_stands_before_her_is_seen() -> None:
    early, late = answered(LATER, began=1.0, ended=2.0), answered(WAITING, began=3.0, ended=4.0)
    everybody = world(SEATED, WAITING, LATER)
    assert kinds(faults(everybody, [answered(SEATED), early, late])) == {"order"}
    overlapping = replace(late, began=1.5)
    assert faults(everybody, [answered(SEATED), early, overlapping]) == []


def test_who_waited_and_was_seated_is_owed_both_mails() -> None:
    waited = Counter({("waiting", "registration:1"): 1, ("seated", "registration:1"): 1})
    written = Counter({("registration.registered", "registration:1"): 1, ("registration.seated", "registration:1"): 1})
    assert faults(world(SEATED, mails=waited, acts=written)) == []
    assert kinds(faults(world(SEATED, mails=waited - Counter({("seated", "registration:1"): 1})))) >= {"mail"}

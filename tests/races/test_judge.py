"""The judge sees each kind of fault in a world and a history that have just that one, and none where all is in order."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import Any

import pytest

from tests.races.history import Answer
from tests.races.judge import faults
from tests.races.world import Entry, Fault, Mail, Quota, Registration, World

QUOTA = Quota(1, event_id=1, session_id=1, role_id=1, last_queue_number=4, session="bali", role="village")
OTHER = Quota(2, event_id=1, session_id=2, role_id=1, session="aceh", role="village")
SEATED = Registration(1, "SEATED", 1, 1, 1, 1, "seated", seat_id=1, email_key="budi@example.id")
WAITING = Registration(2, "WAITING", 1, 1, 1, 1, "waiting", queue_number=1, email_key="sari@example.id")
LATER = Registration(3, "LATER", 1, 1, 1, 1, "waiting", queue_number=2, email_key="made@example.id", phone_key="+62811")
GONE = Registration(4, "GONE", 1, 1, 1, 1, "cancelled", email_key="budi@example.id")
NOBODY = Registration(9, "NOBODY", 1, 1, 1, 1, "seated", seat_id=1)


def registered(each: Registration, state: str = "seated", place: int | None = None) -> Entry:
    return Entry(0, "registration.registered", each.subject, {}, {"state": state, "place": place})


def became(each: Registration, state: str, before: str | None, act: str = "", **after: Any) -> Entry:
    """The office's act, by which a registration comes from one state to another."""
    was = {"state": before} if before else {}
    return Entry(0, f"registration.{act or state}", each.subject, was, {"state": state, **after}, "account:1")


def seats(act: str, before: int, after: int) -> Entry:
    return Entry(0, f"seats.{act}", "quota:1", {"seats": before}, {"seats": after}, "account:1")


def world(*registrations: Registration, log: list[Entry], **changes: Any) -> World:
    """A world in order around some registrations and what led to them, but for the changes."""
    kinds = {"seated": "confirmation", "waiting": "waiting", "applied": "applied"}
    turns: Counter[str] = Counter()
    mails: Counter[Mail] = Counter()
    for entry in log:
        if "state" in entry.after:
            turns[entry.subject] += 1
            act, state = entry.act.removeprefix("registration."), entry.after["state"]
            begins = act == "registered" or (act, state) == ("substituted", "seated")
            again = {"accepted": "confirmation", "reinstated": "confirmation", "offered": "offer", "declined": ""}
            if act == "approved" and state == "waiting":
                again["approved"] = "waiting"
            if kind := kinds[state] if begins else again.get(act, act):
                mails[Mail(kind, entry.subject, turns[entry.subject])] += 1
    by_form = [e for e in log if e.act == "registration.registered"]
    ordered = World(
        quotas=(QUOTA, OTHER),
        seats={1: 1, 11: 2},
        registrations=registrations,
        persons=len(registrations),
        keys={f"form-{entry.subject}": int(entry.subject.partition(":")[2]) for entry in by_form},
        mails=mails,
        log=tuple(replace(entry, id=n) for n, entry in enumerate(log, start=1)),
    )
    return replace(ordered, **changes)


def answered(each: Registration, place: int | None = None, *, state: str = "seated", **changes: Any) -> Answer:
    act = {"do": "register", "session_id": 1, "role_id": 1, "key": f"form-{each.id}"}
    told = {"registration_id": each.id, "reference": each.reference, "state": state, "place": place}
    told |= {"token": f"token-{each.id}", "replayed": False}
    return replace(Answer(act, told, began=each.id, ended=each.id + 0.5), **changes)


def told(do: str, each: Registration, **more: Any) -> Answer:
    return Answer({"do": do, "registration_id": each.id}, {"reference": each.reference, **more}, began=10, ended=11)


def kinds(found: list[Fault]) -> set[str]:
    return {fault.kind for fault in found}


# Four come: one is seated, one withdraws her seat, two wait; then the first is seated when the seat comes free.
LOG = [registered(GONE), registered(SEATED, "waiting", 1), registered(WAITING, "waiting", 2)]
LOG += [became(GONE, "cancelled", "seated"), became(SEATED, "seated", "waiting"), registered(LATER, "waiting", 2)]
IN_ORDER = world(SEATED, WAITING, LATER, GONE, log=LOG)
HISTORY = [
    answered(GONE, began=1, ended=2),
    answered(SEATED, 1, state="waiting", began=3, ended=4),
    answered(WAITING, 2, state="waiting", began=5, ended=6),
    replace(told("cancel", GONE, seat_given_to=["SEATED"]), began=7, ended=8),
    Answer({"do": "cancel", "registration_id": GONE.id}, refused="registration.already_cancelled", began=7, ended=9),
    answered(LATER, 2, state="waiting", began=9, ended=10),
]


def test_a_world_and_a_history_in_order_have_no_fault() -> None:
    assert faults(IN_ORDER, HISTORY) == []


def but(**changes: Any) -> World:
    return replace(IN_ORDER, **changes)


def with_row(row: Registration) -> World:
    return but(registrations=tuple(row if each.id == row.id else each for each in IN_ORDER.registrations))


def with_log(*log: Entry) -> World:
    return but(log=tuple(replace(entry, id=n) for n, entry in enumerate(log, start=1)))


def with_mail(**changes: int) -> World:
    more = Counter({Mail(kind, "registration:4", 7): number for kind, number in changes.items()})
    return but(mails=IN_ORDER.mails + more)


@pytest.mark.parametrize(
    ("kind", "faulty"),
    [
        ("state", with_row(replace(SEATED, state="dreaming", seat_id=None))),
        ("state", with_row(replace(SEATED, seat_id=None))),
        ("state", with_row(replace(SEATED, state="waiting", queue_number=3))),
        ("state", with_row(replace(GONE, seat_id=1))),
        ("state", with_row(replace(WAITING, queue_number=None))),
        ("state", with_row(replace(SEATED, queue_number=3))),
        ("oversold", with_row(replace(GONE, state="seated", seat_id=1))),
        ("oversold", with_row(replace(GONE, state="offered", seat_id=5))),
        ("oversold", but(seats={11: 2})),
        ("idle seat", but(seats={1: 1, 2: 1, 11: 2})),
        ("idle seat", with_row(replace(SEATED, state="cancelled", seat_id=None))),
        ("leak", with_row(replace(SEATED, session_id=2))),
        ("leak", with_row(replace(SEATED, quota_id=7))),
        ("leak", with_row(replace(SEATED, seat_id=11))),
        ("queue", with_row(replace(LATER, queue_number=1))),
        ("queue", with_row(replace(WAITING, queue_number=3))),
        ("queue", with_row(replace(LATER, queue_number=5))),
        ("double", with_row(replace(WAITING, email_key="budi@example.id"))),
        ("double", with_row(replace(WAITING, phone_key="+62811"))),
        ("left behind", but(persons=5)),
        ("left behind", but(keys={**IN_ORDER.keys, "form-5": None})),
        ("left behind", but(keys={"form-1": 1, "form-2": 2, "form-3": 3})),
        ("left behind", but(keys={**IN_ORDER.keys, "twice": 1})),
        ("left behind", with_log(*LOG, registered(NOBODY, "waiting", 3))),
        ("mail", with_mail(cancelled=1)),
        ("mail", but(mails=IN_ORDER.mails + Counter({Mail("waiting", "registration:1"): 1}))),
        ("mail", but(mails=IN_ORDER.mails + Counter({Mail("confirmation", "registration:2"): 1}))),
        ("mail", but(mails=IN_ORDER.mails - Counter({Mail("waiting", "registration:2"): 1}))),
        ("mail", but(mails=IN_ORDER.mails - Counter({Mail("seated", "registration:1", 2): 1}))),
        ("mail", but(mails=IN_ORDER.mails - Counter({Mail("cancelled", "registration:4", 2): 1}))),
        ("mail", but(mails=IN_ORDER.mails + Counter({Mail("confirmation", "registration:8"): 1}))),
        ("log", with_log(*LOG[1:])),
        ("log", with_log(*LOG[:-1])),
        ("log", with_log(*LOG, became(GONE, "cancelled", "seated"))),
        ("log", with_log(*LOG, registered(SEATED))),
        ("log", with_log(*LOG, became(WAITING, "cancelled", "waiting"))),
        ("log", with_log(seats("added", 1, 3), *LOG)),
    ],
)
def test_a_fault_in_the_database_is_seen(kind: str, faulty: World) -> None:
    assert kind in kinds(faults(faulty))


SECOND = Registration(5, "SECOND", 1, 1, 1, 1, "seated", seat_id=2)
TWO_SEATS = {1: 1, 2: 1, 11: 2}
BEGUN = [registered(GONE), registered(WAITING, "waiting", 1)]
CAME = registered(SECOND)
LEFT_AND_TAKEN = [registered(GONE), became(GONE, "cancelled", "seated"), CAME]
APPLIED = [registered(SEATED, "applied"), *BEGUN]
MOVED = {"session": "bali", "role": "village"}
LEFT = Entry(
    0,
    "registration.moved",
    SECOND.subject,
    {**MOVED, "session": "aceh", "state": "seated"},
    {**MOVED, "state": "seated"},
)


@pytest.mark.parametrize(
    ("kind", "log"),
    [
        ("jumped", [*BEGUN, CAME]),
        ("jumped", [*BEGUN, became(GONE, "cancelled", "seated"), CAME]),
        ("jumped", [*APPLIED, became(SEATED, "seated", "applied", "approved")]),
        ("jumped", [*BEGUN, became(GONE, "cancelled", "seated"), CAME, LEFT]),
        ("jumped", [*BEGUN, registered(LATER, "waiting", 2), became(LATER, "seated", "waiting")]),
        ("jumped", [*BEGUN, registered(LATER, "waiting", 2), became(LATER, "offered", "waiting")]),
        ("jumped", [*BEGUN, registered(SEATED, "applied"), became(SEATED, "seated", "applied")]),
        ("jumped", [*BEGUN, became(GONE, "cancelled", "seated"), became(GONE, "seated", "cancelled", "reinstated")]),
        ("oversold", [registered(GONE), CAME]),
        ("oversold", [*BEGUN, became(WAITING, "seated", "waiting")]),
        ("oversold", [*BEGUN, became(WAITING, "offered", "waiting")]),
        ("oversold", [registered(GONE), CAME, LEFT]),
        ("oversold", [*LEFT_AND_TAKEN, became(GONE, "seated", "cancelled", "reinstated")]),
        ("oversold", [registered(GONE), became(SECOND, "seated", None, "substituted")]),
        ("oversold", [seats("added", 1, 2), registered(GONE), CAME, seats("removed", 2, 1)]),
        ("idle seat", [registered(WAITING, "waiting", 1)]),
        ("idle seat", [*BEGUN, became(GONE, "cancelled", "seated"), registered(LATER, "waiting", 2)]),
        ("idle seat", [*BEGUN, seats("added", 1, 2), seats("added", 2, 3)]),
        ("queue", [*BEGUN, registered(LATER, "waiting", 1)]),
        ("jumped", [*BEGUN, became(GONE, "offered", "seated")]),
        ("log", [registered(GONE), became(GONE, "lapsed", "offered")]),
        ("log", [registered(GONE), became(GONE, "cancelled", "seated"), became(GONE, "substituted", "seated")]),
        ("log", [became(SEATED, "seated", "offered", "accepted")]),
        ("log", [registered(SEATED, "seated"), registered(SEATED, "seated")]),
        ("log", [seats("added", 1, 2), seats("added", 1, 2)]),
    ],
)  # fmt: skip
def test_an_act_that_broke_a_rule_is_seen_in_the_log(kind: str, log: list[Entry]) -> None:
    """Each of these logs is told again without what may have come after; the judge must name the act, not only the end."""
    everybody = (SEATED, WAITING, LATER, GONE, SECOND)
    found = [fault for fault in faults(world(*everybody, log=log)) if fault.words.startswith(f"line {len(log)},")]
    assert kind in kinds(found)


def test_a_seat_that_waits_for_the_office_is_not_idle_and_a_newcomer_may_wait_beside_it() -> None:
    by_hand = (replace(QUOTA, by_hand=True), OTHER)
    waiting = world(WAITING, log=[registered(WAITING, "waiting", 1)], quotas=by_hand)
    assert faults(waiting) == []
    assert kinds(faults(replace(waiting, quotas=(QUOTA, OTHER)))) == {"idle seat"}


def test_a_higher_priority_goes_first_and_nobody_else_does() -> None:
    raised = Entry(0, "registration.priority_changed", LATER.subject, {"priority": 0}, {"priority": 2})
    log = [*BEGUN, registered(LATER, "waiting", 2), raised, became(GONE, "cancelled", "seated")]
    first = [*log, became(LATER, "seated", "waiting")]
    jumped = [*log, became(WAITING, "seated", "waiting")]
    assert "jumped" not in kinds(faults(world(GONE, WAITING, LATER, log=first)))
    assert "jumped" in kinds(faults(world(GONE, WAITING, LATER, log=jumped)))


def instead(number: int, **changes: Any) -> list[Answer]:
    """The history with one line changed."""
    return [replace(answer, **changes) if n == number else answer for n, answer in enumerate(HISTORY)]


def told_also(number: int, **changes: Any) -> list[Answer]:
    return instead(number, told={**(HISTORY[number].told or {}), **changes})


@pytest.mark.parametrize(
    ("kind", "history"),
    [
        ("error", [*HISTORY, Answer({"do": "register"}, error="OperationalError: database is locked")]),
        ("deadlock", instead(0, deadlocks=1)),
        ("lost", [*HISTORY, Answer({"do": "register"})]),
        ("lost", [*HISTORY, answered(NOBODY)]),
        ("lost", [*HISTORY, told("cancel", GONE)]),
        ("lost", [*HISTORY, told("withdraw", SEATED)]),
        ("lost", [*HISTORY, told("move", SEATED, changed=True)]),
        ("lost", [*HISTORY, told("reinstate", GONE)]),
        ("lost", [*HISTORY, told("accept", SEATED), told("accept", SEATED)]),
        ("lost", [*HISTORY, told("decline", WAITING)]),
        ("lost", [*HISTORY, told("substitute", SEATED, registration_id=2)]),
        ("lost", [*HISTORY, told("approve", SEATED, seated=["SEATED"], waiting=[])]),
        ("lost", [*HISTORY, told("approve", SEATED, seated=[], waiting=["WAITING"])]),
        ("lost", [*HISTORY, told("reject", SEATED, rejected=["LATER"])]),
        ("lost", [*HISTORY, Answer({"do": "lapse"}, {"lapsed": 1})]),
        ("lost", [*HISTORY, Answer({"do": "batch"}, {"rows": [{"reference": "NEW", "known": False}]})]),
        ("lost", [*HISTORY, Answer({"do": "serve_waiting"}, {"references": ["WAITING"]})]),
        ("lost", [*HISTORY, Answer({"do": "serve_waiting"}, {"references": ["SEATED"]})]),
        ("lost", told_also(3, seat_given_to=["LATER"])),
        ("lost", [*HISTORY, Answer({"do": "add_seats", "quota_id": 1}, {"total": 2, "served": []})]),
        ("lost", [*HISTORY, Answer({"do": "move_seats", "quota_id": 1, "to_quota_id": 2}, {"served": []})]),
        ("unasked", HISTORY[1:]),
        ("unasked", HISTORY[:3]),
        ("unasked", instead(3, told=None, refused="registration.already_cancelled")),
        ("replay", [*HISTORY, replace(HISTORY[0], told={**(HISTORY[0].told or {}), "token": "another"})]),
        ("replay", [*HISTORY, answered(GONE, act={**HISTORY[0].act, "key": "another"})]),
        ("answer", told_also(1, place=2)),
        ("answer", told_also(1, state="seated")),
        ("order", instead(2, began=20, ended=21)),
        ("order", instead(3, began=20, ended=21)),
        ("order", instead(5, began=1, ended=2)),
    ],
)
def test_an_answer_that_log_and_tables_do_not_bear_out_is_seen(kind: str, history: list[Answer]) -> None:
    assert kind in kinds(faults(IN_ORDER, history))


def test_two_who_asked_at_the_same_time_may_stand_in_either_order() -> None:
    early = instead(2, began=3.5, ended=3.6)
    assert faults(IN_ORDER, early) == []
    assert kinds(faults(IN_ORDER, instead(2, began=2.5, ended=2.6))) == {"order"}


def test_who_asked_again_is_answered_by_what_her_first_attempt_made() -> None:
    again = instead(3, told=None, refused="registration.already_cancelled", attempts=2)
    assert faults(IN_ORDER, again) == []
    replayed = replace(HISTORY[0], told={**(HISTORY[0].told or {}), "replayed": True, "state": "cancelled"}, attempts=2)
    assert faults(IN_ORDER, [replayed, *HISTORY[1:]]) == []


def test_what_the_office_enters_needs_no_form_and_what_somebody_sends_herself_needs_one() -> None:
    entered = replace(registered(SEATED), actor="account:1")
    rows = [{"line": 1, "reference": "SEATED", "state": "seated", "known": False}]
    batch = [Answer({"do": "batch", "session_id": 1}, {"rows": rows})]
    assert faults(world(SEATED, log=[entered], keys={}), batch) == []
    assert kinds(faults(world(SEATED, log=[registered(SEATED)], keys={}), batch)) == {"left behind"}


def test_a_life_with_an_offer_a_substitute_and_a_return_is_told_again_without_a_fault() -> None:
    coming = replace(SECOND, email_key="tono@example.id", seat_id=None, state="cancelled")
    log = [registered(GONE), registered(SEATED, "waiting", 1), registered(WAITING, "applied")]
    log += [became(GONE, "cancelled", "seated"), became(SEATED, "offered", "waiting")]
    log += [became(SEATED, "seated", "offered", "accepted")]
    log += [became(SEATED, "substituted", None), became(coming, "seated", None, "substituted")]
    log += [became(WAITING, "waiting", "applied", "approved", place=1), became(WAITING, "rejected", "waiting")]
    log += [became(coming, "cancelled", "seated"), became(GONE, "seated", "cancelled", "reinstated")]
    people = (
        replace(GONE, state="seated", seat_id=1), replace(SEATED, state="substituted", seat_id=None),
        replace(WAITING, state="rejected", queue_number=None), coming,
    )  # fmt: skip
    assert faults(world(*people, log=log)) == []

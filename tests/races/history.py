"""The history of a race: who did what, when, and what she was answered; held against the log and the tables."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from tests.races.replay import Replay
from tests.races.world import Entry, Fault, World


@dataclass(frozen=True, slots=True)
class Answer:
    """One line of a history: who did what, when, on one clock for all, and the answer.

    The answer is `told` when it was done, `refused` with a code, or `error`. `attempts`: how often she asked before she was
    answered, the first time when it `began`. `deadlocks`: how often the database ended her transaction for another's sake.
    """

    act: dict[str, Any]
    told: dict[str, Any] | None = None
    refused: str = ""
    error: str = ""
    began: float = 0.0
    ended: float = 0.0
    who: str = ""
    attempts: int = 1
    deadlocks: int = 0


def faults(world: World, replay: Replay, answers: Sequence[Answer]) -> Iterator[Fault]:
    """What the answers of all acts that made a world say, and it doesn't bear out."""
    yield from _of_forms(world, answers)
    yield from _of_answers(world, answers)
    yield from _of_order(world, replay, answers)


def _of_forms(world: World, answers: Sequence[Answer]) -> Iterator[Fault]:
    """A form is answered by one registration, the same whenever it is sent, and a registration answers one form."""
    there = {each.reference for each in world.registrations}
    forms: defaultdict[str, set[tuple[str, str]]] = defaultdict(set)
    for answer in answers:
        if answer.told and answer.act["do"] == "register":
            forms[answer.act["key"]].add((answer.told["reference"], answer.told["token"]))
    for key, told in forms.items():
        if len(told) > 1:
            yield Fault("replay", f"one form ({key}) was answered by {len(told)} registrations")
        for reference, _ in told:
            if reference not in there:
                yield Fault("lost", f"{reference} was confirmed and isn't there")
    confirmed = [reference for told in forms.values() for reference in {reference for reference, _ in told}]
    if len(confirmed) > len(set(confirmed)):
        yield Fault("replay", "two forms were answered by one registration")


# The act of the log that an answered act stands for, about the registration that it names.
_DONE = {
    "cancel": "cancelled",
    "withdraw": "cancelled",
    "move": "moved",
    "reinstate": "reinstated",
    "accept": "accepted",
    "decline": "declined",
    "substitute": "substituted",
}
# What is in the log without anybody having been told, when a freed seat was handed on.
_OF_TURNS = ("registration.seated", "registration.offered", "registration.lapsed")
# Asked twice by who has the right, these are done once and answered alike.
_DONE_ONCE = ("registration.registered", "registration.accepted")

Claim = tuple[str, str]  # an act of the log and its subject


def _claims(answer: Answer, subjects: dict[str, str]) -> Iterator[Claim]:
    """What the log must have, if the answer is true. `subjects`: by reference."""
    act, told = answer.act, answer.told or {}
    do = act["do"]
    if do == "register":
        yield "registration.registered", f"registration:{told['registration_id']}"
    elif do in _DONE and told.get("changed", True):
        yield f"registration.{_DONE[do]}", f"registration:{act['registration_id']}"
    if do == "substitute" and told:
        yield "registration.substituted", f"registration:{told['registration_id']}"
    if do in ("add_seats", "move_seats"):
        yield "seats.added", f"quota:{act.get('to_quota_id', act['quota_id'])}"
    if do in ("remove_seats", "move_seats"):
        yield "seats.removed", f"quota:{act['quota_id']}"
    references = {
        "registered": [row["reference"] for row in told.get("rows", ()) if not row["known"]],
        "approved": [*told.get("seated", ()), *told.get("waiting", ())] if do == "approve" else [],
        "rejected": told.get("rejected", ()),
    }
    for word, those in references.items():
        for reference in those:
            yield f"registration.{word}", subjects.get(reference, reference)


def _served(answer: Answer) -> list[str]:
    told = answer.told or {}
    return [*told.get("seat_given_to", ()), *told.get("served", ()), *told.get("references", ())]


def _of_answers(world: World, answers: Sequence[Answer]) -> Iterator[Fault]:
    """What was answered is in the log as often, and nothing is there that nobody was told of."""
    subjects = {each.reference: each.subject for each in world.registrations}
    written = Counter((entry.act, entry.subject) for entry in world.log)
    claimed: Counter[Claim] = Counter()
    perhaps: Counter[Claim] = Counter()  # done by an attempt that was never answered
    served: Counter[str] = Counter()
    lapsed = sum(entry.act == "registration.lapsed" for entry in world.log)
    for answer in answers:
        if answer.deadlocks:
            yield Fault("deadlock", f"{answer.act['do']} by {answer.who} and another waited for each other")
        if answer.error:
            yield Fault("error", f"{answer.act['do']} by {answer.who}: {answer.error}")
        elif answer.told is not None:
            claimed.update(_claims(answer, subjects))
            served.update(subjects.get(reference, reference) for reference in _served(answer))
            lapsed -= answer.told.get("lapsed", 0)
        elif not answer.refused:
            yield Fault("lost", f"{answer.act['do']} by {answer.who} was never answered")
        elif answer.attempts > 1 and answer.act["do"] in _DONE:
            perhaps.update(_claims(answer, subjects))
    if lapsed:
        yield Fault("lost", f"the log has {lapsed} lapsed offers more than were answered")
    for claim in claimed:
        if claim[0] in _DONE_ONCE:
            claimed[claim] = 1
    for claim in claimed - written:
        yield Fault("lost", f"{claim} was answered, and isn't in the log")
    for subject in served:
        if sum(written[act, subject] for act in _OF_TURNS[:2]) < served[subject]:
            yield Fault("lost", f"{subject} was said to be served, and wasn't")
    for claim in written - claimed - perhaps:
        if claim[0].startswith(("registration.", "seats.")) and claim[0] not in _OF_TURNS:
            yield Fault("unasked", f"{claim} is in the log, and nobody was told of it")


def _of_order(world: World, replay: Replay, answers: Sequence[Answer]) -> Iterator[Fault]:
    """Who was answered before another one asked stands before her, in every quota; and was told what the log says."""
    subjects = {each.reference: each.subject for each in world.registrations}
    entries: defaultdict[Claim, list[tuple[int, Entry]]] = defaultdict(list)
    for quota, those in replay.entries.items():
        for entry in those:
            entries[entry.act, entry.subject].append((quota, entry))
    first = [answer for answer in answers if answer.told and not (answer.told.get("replayed") and answer.attempts == 1)]
    claims = [(answer, claim) for answer in first for claim in _claims(answer, subjects)]
    times = Counter(claim for _, claim in claims)
    done: defaultdict[int, list[tuple[Answer, Entry]]] = defaultdict(list)
    for answer, claim in claims:
        if times[claim] == len({entry.id for _, entry in entries[claim]}) == 1:  # else which was which isn't known
            for quota, entry in entries[claim]:
                done[quota].append((answer, entry))
    for acts in done.values():
        yield from _of_line(acts)


def _of_line(done: Sequence[tuple[Answer, Entry]]) -> Iterator[Fault]:
    for earlier, entry in done:
        if earlier.act["do"] == "register" and earlier.told and not earlier.told["replayed"]:
            said = {name: earlier.told[name] for name in ("state", "place")}
            if said != {name: entry.after.get(name) for name in said}:
                yield Fault("answer", f"{entry.subject} was told {said}, the log has {entry.after}")
        for later, after in done:
            if earlier.ended < later.began and entry.id > after.id:
                yield Fault("order", f"line {after.id} came after line {entry.id} had been answered")

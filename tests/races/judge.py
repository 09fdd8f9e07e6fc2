"""The judge of a race: reads the database with plain SQL, past the code that is judged, and names every fault.

`seen(url)` is what the database holds, `faults(world, answers)` what is wrong with it. Who comes first is told by the id of a
registration: ids are drawn under the lock of the quota, so within one quota they rise in the order of the commits.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import create_engine, text
from sqlalchemy.pool import NullPool

LIVE = ("seated", "waiting")


@dataclass(frozen=True, slots=True)
class Answer:
    """What one act was answered: `told` when it was done, `refused` with a code, or `error`; and when, on one clock for all."""

    act: dict[str, Any]
    told: dict[str, Any] | None = None
    refused: str = ""
    error: str = ""
    began: float = 0.0
    ended: float = 0.0


@dataclass(frozen=True, slots=True)
class Quota:
    id: int
    event_id: int
    session_id: int
    role_id: int
    last_queue_number: int = 0


@dataclass(frozen=True, slots=True)
class Registration:
    id: int
    reference: str
    event_id: int
    session_id: int
    role_id: int
    quota_id: int
    state: str
    seat_id: int | None = None
    queue_number: int | None = None
    email_key: str | None = None
    phone_key: str | None = None
    was_seated: bool = False

    @property
    def subject(self) -> str:
        return f"registration:{self.id}"


@dataclass(frozen=True, slots=True)
class World:
    """What the database holds. `seats`: seat -> quota; `mails` and `acts`: how often a kind about a subject."""

    quotas: tuple[Quota, ...] = ()
    seats: dict[int, int] = field(default_factory=dict)
    registrations: tuple[Registration, ...] = ()
    persons: int = 0
    keys: dict[str, int | None] = field(default_factory=dict)
    mails: Counter[tuple[str, str]] = field(default_factory=Counter)
    acts: Counter[tuple[str, str]] = field(default_factory=Counter)


@dataclass(frozen=True, slots=True)
class Fault:
    kind: str
    words: str


def seen(url: str) -> World:
    """Read the whole world in one transaction."""
    engine = create_engine(url, poolclass=NullPool)
    with engine.connect() as connection:

        def rows(statement: str) -> list[Any]:
            return list(connection.execute(text(statement)))

        return World(
            quotas=tuple(
                Quota(*row)
                for row in rows(
                    "SELECT q.id, s.event_id, q.session_id, q.role_id, q.last_queue_number"
                    " FROM quotas q JOIN sessions s ON s.id = q.session_id"
                )
            ),
            seats=dict(map(tuple, rows("SELECT id, quota_id FROM seats"))),
            registrations=tuple(
                Registration(*row)
                for row in rows(
                    "SELECT id, reference, event_id, session_id, role_id, quota_id, state, seat_id, queue_number,"
                    " email_key, phone_key, seated_at IS NOT NULL FROM registrations ORDER BY id"
                )
            ),
            persons=rows("SELECT count(*) FROM persons")[0][0],
            keys=dict(map(tuple, rows("SELECT key, registration_id FROM form_keys"))),
            mails=Counter((kind, about) for kind, about in rows("SELECT kind, subject FROM mails")),
            acts=Counter((act, about) for act, about in rows("SELECT act, subject FROM audit_entries")),
        )


def faults(world: World, answers: Sequence[Answer] | None = None) -> list[Fault]:
    """Everything that is wrong; `answers` are those of all acts that made this world, None when some are not known."""
    found = [
        *_of_states(world),
        *_of_seats(world),
        *_of_places(world),
        *_of_turns(world),
        *_of_persons(world),
        *_of_mails(world),
        *_of_acts(world),
    ]
    return found if answers is None else [*found, *_of_answers(world, answers), *_of_order(answers)]


def _of_states(world: World) -> Iterator[Fault]:
    for each in world.registrations:
        if each.state not in (*LIVE, "cancelled"):
            yield Fault("state", f"{each.reference} is {each.state}")
        if (each.seat_id is not None) != (each.state == "seated"):
            yield Fault("state", f"{each.reference} is {each.state} with seat {each.seat_id}")
        if (each.queue_number is not None) != (each.state == "waiting"):
            yield Fault("state", f"{each.reference} is {each.state} with queue number {each.queue_number}")
        if each.state == "seated" and not each.was_seated:
            yield Fault("state", f"{each.reference} is seated since never")


def _of_seats(world: World) -> Iterator[Fault]:
    sitting = Counter(each.seat_id for each in world.registrations if each.seat_id is not None)
    for seat, number in sitting.items():
        if number > 1:
            yield Fault("oversold", f"{number} people in seat {seat}")
    for quota in world.quotas:
        ours = {seat for seat, owner in world.seats.items() if owner == quota.id}
        seated = [each for each in world.registrations if each.quota_id == quota.id and each.state == "seated"]
        waiting = [each for each in world.registrations if each.quota_id == quota.id and each.state == "waiting"]
        if len(seated) > len(ours):
            yield Fault("oversold", f"{len(seated)} people on the {len(ours)} seats of quota {quota.id}")
        if waiting and ours - set(sitting):
            yield Fault("idle seat", f"quota {quota.id} has {len(waiting)} waiting and a free seat")


def _of_places(world: World) -> Iterator[Fault]:
    """Sessions and roles never leak into each other."""
    quotas = {quota.id: quota for quota in world.quotas}
    for each in world.registrations:
        quota = quotas.get(each.quota_id)
        where = (each.event_id, each.session_id, each.role_id)
        if quota is None or (quota.event_id, quota.session_id, quota.role_id) != where:
            yield Fault("leak", f"{each.reference} is at {where} with quota {quota}")
        if each.seat_id is not None and world.seats.get(each.seat_id) != each.quota_id:
            yield Fault("leak", f"{each.reference} of quota {each.quota_id} sits on a seat of another")


def _of_turns(world: World) -> Iterator[Fault]:
    for quota in world.quotas:
        ours = [each for each in world.registrations if each.quota_id == quota.id]
        waiting = sorted((each for each in ours if each.state == "waiting"), key=lambda each: each.id)
        numbers = [each.queue_number or 0 for each in waiting]
        if numbers != sorted(set(numbers)):
            yield Fault("queue", f"quota {quota.id} drew {numbers} for {[each.id for each in waiting]}")
        if numbers and max(numbers) > quota.last_queue_number:
            yield Fault("queue", f"quota {quota.id} says {quota.last_queue_number} was the last of {numbers}")
        last_seated = max((each.id for each in ours if each.state == "seated"), default=0)
        if waiting and waiting[0].id < last_seated:
            yield Fault("jumped", f"in quota {quota.id} {last_seated} is seated before {waiting[0].id}, who waits")


def _of_persons(world: World) -> Iterator[Fault]:
    for kind in ("email_key", "phone_key"):
        held = Counter(
            (each.event_id, getattr(each, kind))
            for each in world.registrations
            if each.state in LIVE and getattr(each, kind)
        )
        for (event, contact), number in held.items():
            if number > 1:
                yield Fault("double", f"{contact} is registered {number} times in event {event}")
    if world.persons != len(world.registrations):
        yield Fault("left behind", f"{world.persons} persons for {len(world.registrations)} registrations")
    made = Counter(world.keys.values())
    for each in world.registrations:
        if made[each.id] != 1:
            yield Fault("left behind", f"{each.reference} was made by {made[each.id]} forms")
    if made[None]:
        yield Fault("left behind", f"{made[None]} forms made nothing")


def _of_mails(world: World) -> Iterator[Fault]:
    for each in world.registrations:
        owed = {kind: world.mails[kind, each.subject] for kind in ("confirmation", "waiting", "seated", "cancelled")}
        waited = owed["waiting"] > 0
        due = {
            "confirmation": 0 if waited else 1,
            "waiting": 1 if waited else 0,
            "seated": 1 if waited and each.was_seated else 0,
            "cancelled": 1 if each.state == "cancelled" else 0,
        }
        if owed != due or (not waited and not each.was_seated):
            yield Fault("mail", f"{each.reference}, {each.state}, is owed {owed}")
    unknown = {subject for _, subject in world.mails} - {each.subject for each in world.registrations}
    if unknown:
        yield Fault("mail", f"mail about {sorted(unknown)}, who aren't there")


def _of_acts(world: World) -> Iterator[Fault]:
    for each in world.registrations:
        written = {
            act: world.acts[f"registration.{act}", each.subject] for act in ("registered", "seated", "cancelled")
        }
        promoted = world.mails["seated", each.subject]
        due = {"registered": 1, "seated": promoted, "cancelled": int(each.state == "cancelled")}
        if written != due:
            yield Fault("audit", f"{each.reference}, {each.state}, has {written} in the log")
    unknown = {subject for _, subject in world.acts if subject.startswith("registration:")}
    unknown -= {each.subject for each in world.registrations}
    if unknown:
        yield Fault("audit", f"the log has acts on {sorted(unknown)}, who aren't there")


def _of_answers(world: World, answers: Sequence[Answer]) -> Iterator[Fault]:
    there = {each.reference: each for each in world.registrations}
    forms: dict[str, set[tuple[str, str]]] = defaultdict(set)
    cancelled: Counter[int] = Counter()
    for answer in answers:
        if answer.error:
            yield Fault("error", f"{answer.act['do']}: {answer.error}")
        elif answer.told is None and not answer.refused:
            yield Fault("lost", f"{answer.act['do']} was never answered")
        elif answer.told and answer.act["do"] == "register":
            forms[answer.act["key"]].add((answer.told["reference"], answer.told["token"]))
            if answer.told["reference"] not in there:
                yield Fault("lost", f"{answer.told['reference']} was confirmed and isn't there")
        elif answer.told and answer.act["do"] == "cancel":
            cancelled[answer.act["registration_id"]] += 1
    for key, told in forms.items():
        if len(told) > 1:
            yield Fault("replay", f"one form ({key}) was answered by {len(told)} registrations")
    confirmed = [reference for told in forms.values() for reference, _ in told]
    if len(confirmed) > len(set(confirmed)):
        yield Fault("replay", "two forms were answered by one registration")
    if unasked := set(there) - set(confirmed):
        yield Fault("unasked", f"nobody was told of {sorted(unasked)}")
    for each in world.registrations:
        if cancelled[each.id] != int(each.state == "cancelled"):
            yield Fault("cancelled", f"{each.reference}, {each.state}, was cancelled {cancelled[each.id]} times")
    for act, name in (("add_seats", "seats.added"), ("remove_seats", "seats.removed")):
        done = sum(answer.told is not None and answer.act["do"] == act for answer in answers)
        written = sum(times for (written_act, _), times in world.acts.items() if written_act == name)
        if written != done:
            yield Fault("audit", f"{act} was done {done} times, the log has {written}")


def _of_order(answers: Sequence[Answer]) -> Iterator[Fault]:
    """Whoever was answered before another one asked stands before her."""
    by_quota = defaultdict(list)
    for answer in answers:
        if answer.act["do"] == "register" and answer.told and not answer.told["replayed"]:
            by_quota[answer.act["session_id"], answer.act["role_id"]].append(answer)
    for registered in by_quota.values():
        for earlier in registered:
            for later in registered:
                if earlier.ended < later.began and earlier.told["registration_id"] > later.told["registration_id"]:
                    yield Fault("order", f"{later.told['reference']} came after {earlier.told['reference']}")

"""The judge of a race: names every fault of the world that it left, and of the history of who was told what, and when.

`faults(world, answers)` holds three accounts against each other: the tables (world.py), the audit log told again from its
first line (replay.py), and what those who acted were answered (history.py). Each must bear out the two others.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence

from tests.races import history
from tests.races.history import Answer
from tests.races.replay import BEGINNING, Replay
from tests.races.world import ENDED, HOLDING, LIVE, Fault, World


def faults(world: World, answers: Sequence[Answer] | None = None) -> list[Fault]:
    """Everything that is wrong; `answers` are those of all acts that made this world, None when some are not known."""
    replay = Replay(world)
    found = [
        *_of_states(world),
        *_of_seats(world),
        *_of_places(world),
        *_of_numbers(world),
        *_of_persons(world),
        *_of_mails(world, replay),
        *replay.found,
    ]
    return found if answers is None else [*found, *history.faults(world, replay, answers)]


def _of_states(world: World) -> Iterator[Fault]:
    for each in world.registrations:
        if each.state not in (*LIVE, *ENDED):
            yield Fault("state", f"{each.reference} is {each.state}")
        if (each.seat_id is not None) != (each.state in HOLDING):
            yield Fault("state", f"{each.reference} is {each.state} with seat {each.seat_id}")
        if (each.queue_number is not None) != (each.state == "waiting"):
            yield Fault("state", f"{each.reference} is {each.state} with queue number {each.queue_number}")


def _of_seats(world: World) -> Iterator[Fault]:
    holders = Counter(each.seat_id for each in world.registrations if each.seat_id is not None)
    for seat, number in holders.items():
        if number > 1:
            yield Fault("oversold", f"{number} people in seat {seat}")
    seats: defaultdict[int, set[int]] = defaultdict(set)
    for seat, owner in world.seats.items():
        seats[owner].add(seat)
    holding = Counter(each.quota_id for each in world.registrations if each.state in HOLDING)
    waiting = Counter(each.quota_id for each in world.registrations if each.state == "waiting")
    for quota in world.quotas:
        if holding[quota.id] > len(seats[quota.id]):
            yield Fault("oversold", f"{holding[quota.id]} hold the {len(seats[quota.id])} seats of quota {quota.id}")
        if waiting[quota.id] and seats[quota.id] - set(holders) and not quota.by_hand:
            yield Fault("idle seat", f"quota {quota.id} has {waiting[quota.id]} waiting and a free seat")


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


def _of_numbers(world: World) -> Iterator[Fault]:
    for quota in world.quotas:
        numbers = [each.queue_number or 0 for each in world.registrations if each.quota_id == quota.id]
        drawn = [number for number in numbers if number]
        if len(drawn) > len(set(drawn)) or max(drawn, default=0) > quota.last_queue_number:
            yield Fault("queue", f"quota {quota.id} drew {drawn}, the last was {quota.last_queue_number}")


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
    by_herself = {e.subject for e in world.log if (e.act, e.actor) == ("registration.registered", "public")}
    for each in world.registrations:
        if made[each.id] != (each.subject in by_herself):
            yield Fault("left behind", f"{each.reference} was made by {made[each.id]} forms")
    if made[None]:
        yield Fault("left behind", f"{made[None]} forms made nothing")


def _of_mails(world: World, replay: Replay) -> Iterator[Fault]:
    """Exactly the mails that the acts of the log owe; and of everybody's mails exactly one is her first."""
    for missing in replay.mails - world.mails:
        yield Fault("mail", f"{missing} isn't owed")
    for more in world.mails - replay.mails:
        yield Fault("mail", f"{more} is owed, and nothing in the log is the reason")
    first = Counter(mail.subject for mail in world.mails.elements() if mail.version == 1)
    kinds = {mail.kind for mail in world.mails if mail.version == 1}
    for each in world.registrations:
        if first[each.subject] != bool(each.email_key):
            yield Fault("mail", f"{each.reference} is owed {first[each.subject]} first mails")
    if kinds - set(BEGINNING.values()):
        yield Fault("mail", f"somebody's first mail is one of {kinds}")

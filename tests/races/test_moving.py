"""Moves: many into one seat, moves that cross each other, one person moved by several offices, a move against the public.

A deadlock is a fault to the judge: who holds quotas in their order never waits for somebody who waits for her.
"""

from __future__ import annotations

import random
from collections import Counter
from typing import Any

import pytest

from tests.builders import Place, an_event, somebody
from tests.races.acts import filled, ids, moving, registering
from tests.races.crew import Crew
from tests.races.history import Answer
from tests.races.judge import faults
from tests.races.world import seen

SLOW = 0.02
MOVERS = 8


def _two(village: int, stakeholder: int) -> tuple[Place, Place]:
    places = an_event(roles={"village": village, "stakeholder": stakeholder})
    return places["51", "village"], places["51", "stakeholder"]


def _into_one_seat(crew: Crew, **upset: Any) -> tuple[list[Answer], list[Answer]]:
    """All of a role, behind whom others wait, move into the one free seat of another."""
    village, stakeholder = _two(MOVERS, 2)
    before = [*filled(village, MOVERS + 2), *filled(stakeholder, 1)]
    acts = [moving(each, stakeholder) for each in ids(before)[:MOVERS]]
    return before, crew.race(acts, processes=4, threads=2, slow=SLOW, **upset)


def test_eight_move_into_one_seat_and_one_has_it_and_the_others_keep_theirs(crew: Crew) -> None:
    before, answers = _into_one_seat(crew)
    world = seen(crew.url)
    assert faults(world, [*before, *answers]) == []
    assert Counter(answer.refused for answer in answers) == {"": 1, "role.full": MOVERS - 1}
    (moved,) = [answer.told for answer in answers if answer.told]
    assert moved["seat_given_to"] == [world.registrations[MOVERS].reference], "who waited behind her sits on her seat"
    assert Counter(each.state for each in world.registrations) == {"seated": MOVERS + 2, "waiting": 1}


def test_without_the_lock_the_same_moves_are_found_faulty(crew: Crew) -> None:
    before, answers = _into_one_seat(crew, unlocked=True)
    assert {fault.kind for fault in faults(seen(crew.url), [*before, *answers])} & {"error", "oversold", "log"}


def _crossing(crew: Crew, **upset: Any) -> tuple[list[Answer], list[Answer]]:
    """Of two roles with a free seat each, everybody moves to the other."""
    village, stakeholder = _two(5, 5)
    before = [*filled(village, 4), *filled(stakeholder, 4)]
    people = ids(before)
    there, back = [moving(each, stakeholder) for each in people[:4]], [moving(each, village) for each in people[4:]]
    acts = [act for pair in zip(there, back, strict=True) for act in pair]
    return before, crew.race(acts, processes=4, threads=2, slow=SLOW, **upset)


def test_moves_that_cross_each_other_all_end_and_none_waits_for_one_that_waits_for_it(crew: Crew) -> None:
    before, answers = _crossing(crew)
    world = seen(crew.url)
    assert faults(world, [*before, *answers]) == []
    assert {answer.refused for answer in answers} <= {"", "role.full"}
    assert sum(bool(answer.told) for answer in answers) >= 2
    assert Counter(each.state for each in world.registrations) == {"seated": 8}


@pytest.mark.parametrize("each_url", ["postgres"], indirect=True)
def test_quotas_locked_in_another_order_are_found_to_wait_for_each_other(crew: Crew) -> None:
    before, answers = _crossing(crew, disordered=True)
    assert "deadlock" in {fault.kind for fault in faults(seen(crew.url), [*before, *answers])}


def test_people_whom_several_offices_move_at_once_end_in_one_place_and_leave_none_behind(crew: Crew) -> None:
    places = list(an_event(roles=dict.fromkeys(("village", "city", "province", "stakeholder"), 3)).values())
    before = filled(places[-1], 3)
    acts = [moving(each, place) for place in places * 2 for each in ids(before)]
    random.Random(2023).shuffle(acts)
    answers = crew.race(acts, processes=4, threads=3, slow=SLOW)
    world = seen(crew.url)
    assert faults(world, [*before, *answers]) == []
    assert {answer.refused for answer in answers} == {""}
    assert Counter(each.state for each in world.registrations) == {"seated": 3}


def test_who_moves_and_who_registers_never_have_the_same_seat_and_nobody_passes_who_waits(crew: Crew) -> None:
    village, stakeholder = _two(6, 4)
    before = filled(village, 8)
    acts = [moving(each, stakeholder) for each in ids(before)]
    acts += [
        registering(place, somebody(), f"{n}-{place.role_slug}") for n in range(4) for place in (village, stakeholder)
    ]
    acts.sort(key=lambda act: act["session_id"] if "key" in act else act["registration_id"] % 3)
    answers = crew.race(acts, processes=4, threads=4, slow=SLOW)
    world = seen(crew.url)
    assert faults(world, [*before, *answers]) == []
    assert {answer.refused for answer in answers} <= {"", "role.full", "role.line"}
    assert Counter(each.state for each in world.registrations) == {"seated": 10, "waiting": 6}

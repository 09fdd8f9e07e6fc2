"""Approvals in bulk: against each other, against rejections, and against whoever the office enters meanwhile."""

from __future__ import annotations

from collections import Counter
from typing import Any

from tests.builders import Place, an_event, somebody
from tests.races.acts import approving, batch, filled, ids, registering, rejecting
from tests.races.crew import Crew
from tests.races.history import Answer
from tests.races.judge import faults
from tests.races.world import seen
from tpbis_events.people.actor import COMMAND_LINE
from tpbis_events.programmes.model import WayIn
from tpbis_events.registrations.change_ways import set_way_in

SLOW = 0.01
APPLIED = 12


def _applied(seats: int) -> tuple[Place, list[Answer], list[int]]:
    """Some have applied; then the role was opened to everybody."""
    place = an_event(roles={"stakeholder": seats})["51", "stakeholder"]
    set_way_in(place.role_id, WayIn.APPROVAL, by=COMMAND_LINE)
    before = filled(place, APPLIED)
    set_way_in(place.role_id, WayIn.OPEN, by=COMMAND_LINE)
    return place, before, ids(before)


def _against_the_public(crew: Crew, **upset: Any) -> tuple[list[Answer], list[Answer]]:
    place, before, people = _applied(10)
    acts = [approving(people[first : first + 3]) for first in range(0, APPLIED, 3)]
    acts += [registering(place, somebody(), f"form-{n}") for n in range(6)]
    acts.append(batch([(place, somebody()) for _ in range(3)]))
    return before, crew.race(acts[::2] + acts[1::2], processes=4, threads=3, slow=SLOW, **upset)


def test_approvals_in_bulk_and_the_public_fill_a_role_to_the_last_seat_and_the_rest_wait_in_order(crew: Crew) -> None:
    before, answers = _against_the_public(crew)
    world = seen(crew.url)
    assert faults(world, [*before, *answers]) == []
    assert {answer.refused for answer in answers} == {""}
    assert Counter(each.state for each in world.registrations) == {"seated": 10, "waiting": APPLIED + 9 - 10}


def test_without_the_lock_the_same_approvals_are_found_faulty(crew: Crew) -> None:
    before, answers = _against_the_public(crew, unlocked=True)
    assert {fault.kind for fault in faults(seen(crew.url), [*before, *answers])} & {
        "error",
        "oversold",
        "jumped",
        "queue",
    }


def test_people_whom_several_offices_approve_and_reject_at_once_are_decided_once(crew: Crew) -> None:
    _, before, people = _applied(4)
    answers = crew.race([approving(people), rejecting(people)] * 3, processes=3, threads=2, slow=SLOW)
    assert faults(seen(crew.url), [*before, *answers]) == []
    assert Counter(answer.refused.rpartition("_")[0] for answer in answers) == {"": 1, "registration.already": 5}

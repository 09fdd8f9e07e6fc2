"""Sixty people, thirty seats, one moment. With the lock taken out the same judge must find the same race faulty."""

from __future__ import annotations

from typing import Any

import pytest

from tests.builders import Place, an_event, somebody
from tests.races.acts import registering
from tests.races.crew import Crew
from tests.races.history import Answer
from tests.races.judge import faults
from tests.races.world import World, seen

SEATS, PEOPLE = 30, 60
SLOW = 0.004  # seconds between finding a seat and taking it, so that who doesn't wait is sure to be in somebody's way


def _race(crew: Crew, **upset: Any) -> tuple[Place, list[Answer], World]:
    place = an_event(roles={"stakeholder": SEATS})["51", "stakeholder"]
    forms = [registering(place, somebody(n), f"form-{n}") for n in range(PEOPLE)]
    answers = crew.race(forms, processes=4, threads=8, **upset)
    return place, answers, seen(crew.url)


@pytest.mark.parametrize("slow", [0, SLOW], ids=["at full speed", "slowly"])
def test_sixty_race_for_thirty_seats_and_thirty_sit_and_thirty_wait_in_order(crew: Crew, slow: float) -> None:
    _, answers, world = _race(crew, slow=slow)
    assert faults(world, answers) == []
    assert (len(answers), len(world.registrations)) == (PEOPLE, PEOPLE)
    seated = [each for each in world.registrations if each.state == "seated"]
    waiting = [each for each in world.registrations if each.state == "waiting"]
    assert (len(seated), len({each.seat_id for each in seated})) == (SEATS, SEATS)
    assert [each.queue_number for each in sorted(waiting, key=lambda each: each.id)] == list(range(1, SEATS + 1))
    assert max(each.id for each in seated) < min(each.id for each in waiting)
    places = {answer.told["reference"]: answer.told["place"] for answer in answers if answer.told}
    assert all(places[each.reference] == each.queue_number for each in world.registrations)
    assert sum(world.mails.values()) == PEOPLE


def test_without_the_lock_the_same_race_is_found_faulty(crew: Crew) -> None:
    _, answers, world = _race(crew, slow=SLOW, unlocked=True)
    kinds = {fault.kind for fault in faults(world, answers)}
    assert kinds & {"error", "oversold", "queue", "jumped"}, "the judge sees a race without a lock as it is"
    assert len(world.registrations) < PEOPLE, "somebody was turned away though there was a place in line for everybody"

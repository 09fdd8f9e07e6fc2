"""Two hundred acts on several sessions and roles at once: nothing leaks from one into another, every act is in the log."""

from __future__ import annotations

import random
from collections import Counter

import pytest

from tests.builders import an_event, somebody
from tests.races.acts import adding, cancelling, filled, ids, registering, removing
from tests.races.crew import Crew
from tests.races.history import Answer
from tests.races.judge import faults
from tests.races.world import seen

pytestmark = pytest.mark.slow

PREPARED, FORMS, CANCELS, CHANGES = 12, 128, 56, 16  # people already there per role; then two hundred acts


def test_two_hundred_acts_on_four_roles_of_two_sessions_leave_each_in_order(crew: Crew) -> None:
    chance = random.Random(2023)
    places = list(an_event(provinces=("51", "12"), roles={"stakeholder": 9, "village": 14}).values())
    before: list[Answer] = [answer for place in places for answer in filled(place, PREPARED)]
    people = ids(before)
    acts = [
        *(registering(chance.choice(places), somebody(), f"form-{n}") for n in range(FORMS)),
        *(cancelling(chance.choice(people)) for _ in range(CANCELS)),
        *(chance.choice((adding, removing))(chance.choice(places), chance.randint(1, 3)) for _ in range(CHANGES)),
    ]
    chance.shuffle(acts)
    answers = crew.race(acts, processes=4, threads=4)
    world = seen(crew.url)
    assert faults(world, [*before, *answers]) == []
    assert len(answers) == len(acts) == 200
    assert len(world.registrations) == 4 * PREPARED + FORMS
    asked = Counter(act["registration_id"] for act in acts if act["do"] == "cancel")
    refusals = Counter(answer.refused for answer in answers if answer.refused)
    assert refusals.pop("registration.already_cancelled") == CANCELS - len(asked)
    assert set(refusals) <= {"seats.taken"}

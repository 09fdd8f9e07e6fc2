"""Reinstatements: many into one seat, one person by several offices, and against the public."""

from __future__ import annotations

from collections import Counter
from typing import Any

from tests.builders import Place, an_event, somebody
from tests.races.acts import cancelling, done, filled, ids, registering, reinstating
from tests.races.crew import Crew
from tests.races.history import Answer
from tests.races.judge import faults
from tests.races.world import seen

SLOW = 0.02
GONE = 8


def _all_gone() -> tuple[Place, list[Answer]]:
    """A role with one seat, which several had and gave back."""
    place = an_event(roles={"stakeholder": 1})["51", "stakeholder"]
    before: list[Answer] = []
    for _ in range(GONE):
        before += filled(place, 1)
        before.append(done(cancelling(ids(before)[-1])))
    return place, before


def _into_one_seat(crew: Crew, **upset: Any) -> tuple[list[Answer], list[Answer]]:
    _, before = _all_gone()
    acts = [reinstating(each) for each in ids(before)]
    return before, crew.race(acts, processes=4, threads=2, slow=SLOW, **upset)


def test_eight_are_reinstated_into_one_seat_and_one_of_them_has_it(crew: Crew) -> None:
    before, answers = _into_one_seat(crew)
    world = seen(crew.url)
    assert faults(world, [*before, *answers]) == []
    assert Counter(answer.refused for answer in answers) == {"": 1, "role.full": GONE - 1}
    assert Counter(each.state for each in world.registrations) == {"seated": 1, "cancelled": GONE - 1}


def test_without_the_lock_the_same_reinstatements_are_found_faulty(crew: Crew) -> None:
    before, answers = _into_one_seat(crew, unlocked=True)
    assert {fault.kind for fault in faults(seen(crew.url), [*before, *answers])} & {"error", "oversold", "log"}


def test_one_person_whom_several_offices_reinstate_is_reinstated_once(crew: Crew) -> None:
    _, before = _all_gone()
    answers = crew.race([reinstating(ids(before)[3])] * 6, processes=3, threads=2, slow=SLOW)
    assert faults(seen(crew.url), [*before, *answers]) == []
    assert Counter(answer.refused for answer in answers) == {"": 1, "registration.already_seated": 5}


def test_who_is_reinstated_and_who_registers_are_never_in_one_seat_and_nobody_passes_who_waits(crew: Crew) -> None:
    place, before = _all_gone()
    forms = [registering(place, somebody(), f"form-{n}") for n in range(4)]
    acts = [act for pair in zip(forms, map(reinstating, ids(before)[:4]), strict=True) for act in pair]
    answers = crew.race(acts, processes=4, threads=2, slow=SLOW)
    world = seen(crew.url)
    assert faults(world, [*before, *answers]) == []
    states = Counter(each.state for each in world.registrations)
    assert states["seated"] == 1 and states["waiting"] in (3, 4)
    assert {answer.refused for answer in answers} <= {"", "role.full", "role.line"}

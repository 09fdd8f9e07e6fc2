"""A roster that the office hands in while the public registers, and another office hands in its own."""

from __future__ import annotations

from collections import Counter
from typing import Any

from tests.builders import Place, an_event, somebody
from tests.races.acts import batch, filled, registering
from tests.races.crew import Crew
from tests.races.history import Answer
from tests.races.judge import faults
from tests.races.world import seen

SLOW = 0.01


def _places(seats: int) -> tuple[Place, Place]:
    places = an_event(roles={"village": seats, "stakeholder": seats})
    return places["51", "village"], places["51", "stakeholder"]


def _against_the_public(crew: Crew, **upset: Any) -> tuple[list[Answer], list[Answer]]:
    village, stakeholder = _places(8)
    before = [*filled(village, 2), *filled(stakeholder, 2)]
    rosters = [batch([(place, somebody()) for _ in range(3) for place in (village, stakeholder)]) for _ in range(2)]
    forms = [
        registering(place, somebody(), f"{n}-{place.role_slug}") for n in range(4) for place in (village, stakeholder)
    ]
    return before, crew.race([*rosters, *forms], processes=5, threads=2, slow=SLOW, **upset)


def test_two_rosters_and_the_public_fill_two_roles_to_the_last_seat_and_the_rest_wait_in_order(crew: Crew) -> None:
    before, answers = _against_the_public(crew)
    world = seen(crew.url)
    assert faults(world, [*before, *answers]) == []
    assert Counter(each.state for each in world.registrations) == {"seated": 16, "waiting": 8}
    assert {answer.refused for answer in answers} == {""}


def test_without_the_lock_the_same_rosters_are_found_faulty(crew: Crew) -> None:
    before, answers = _against_the_public(crew, unlocked=True)
    assert {fault.kind for fault in faults(seen(crew.url), [*before, *answers])} & {
        "error",
        "oversold",
        "jumped",
        "queue",
    }


def test_a_roster_that_may_not_wait_is_entered_whole_or_not_at_all(crew: Crew) -> None:
    village, _ = _places(6)
    rosters = [batch([(village, somebody()) for _ in range(4)], beyond="refuse") for _ in range(3)]
    forms = [registering(village, somebody(), f"form-{n}") for n in range(2)]
    answers = crew.race([*rosters, *forms], processes=5, threads=1, slow=SLOW)
    world = seen(crew.url)
    assert faults(world, answers) == []
    assert Counter(answer.refused for answer in answers) == {"": 3, "batch.problems": 2}
    assert Counter(each.state for each in world.registrations) == {"seated": 6}


def test_a_roster_handed_in_by_three_offices_at_once_enters_everybody_once(crew: Crew) -> None:
    village, stakeholder = _places(3)
    people = [(place, somebody()) for _ in range(4) for place in (village, stakeholder)]
    answers = crew.race([batch(people), batch(people[::-1]), batch(people)], processes=3, threads=1, slow=SLOW)
    world = seen(crew.url)
    assert faults(world, answers) == []
    assert sorted(sum(row["known"] for row in answer.told["rows"]) for answer in answers if answer.told) == [0, 8, 8]
    assert Counter(each.state for each in world.registrations) == {"seated": 6, "waiting": 2}


def test_people_on_the_rosters_of_two_sessions_who_register_themselves_as_well_are_registered_once(crew: Crew) -> None:
    """Two rosters with the same people in opposite order wait for each other's people; one is tried again, and both end."""
    places = an_event(provinces=("51", "12"), roles={"village": 3})
    bali, medan = places["51", "village"], places["12", "village"]
    people = [somebody() for _ in range(4)]
    rosters = [batch([(bali, who) for who in people]), batch([(medan, who) for who in people[::-1]])]
    forms = [registering(bali, who, f"form-{n}") for n, who in enumerate(people[:2])]
    answers = crew.race([*rosters, *forms], processes=4, threads=1, slow=SLOW)
    world = seen(crew.url)
    assert {fault.kind for fault in faults(world, answers)} <= {"deadlock"}
    assert {answer.refused for answer in answers} <= {"", "batch.problems", "registration.already_registered"}
    assert len(world.registrations) in (2, 4) and any(answer.told for answer in answers)

"""Cancelling, adding and removing seats while others register: a seat passes on once, to whose turn it is."""

from __future__ import annotations

from collections import Counter

from tests.builders import Place, an_event, somebody
from tests.races.acts import adding, cancelling, filled, ids, registering, removing
from tests.races.crew import Crew
from tests.races.judge import faults
from tests.races.world import World, seen

SLOW = 0.005


def _place(seats: int) -> Place:
    return an_event(roles={"stakeholder": seats})["51", "stakeholder"]


def _states(world: World) -> Counter[str]:
    return Counter(each.state for each in world.registrations)


def test_a_registration_cancelled_twice_at_once_frees_one_seat_for_the_first_who_waits(crew: Crew) -> None:
    place = _place(2)
    before = filled(place, 5)
    people = ids(before)
    answers = crew.race([cancelling(people[0])] * 4, processes=2, threads=2, slow=SLOW)
    world = seen(crew.url)
    assert faults(world, [*before, *answers]) == []
    assert Counter(answer.refused for answer in answers) == {"": 1, "registration.already_cancelled": 3}
    given = [answer.told["seat_given_to"] for answer in answers if answer.told]
    assert given == [[world.registrations[2].reference]]
    assert [each.state for each in world.registrations] == ["cancelled", "seated", "seated", "waiting", "waiting"]


def test_who_registers_while_others_cancel_never_jumps_the_queue(crew: Crew) -> None:
    place = _place(6)
    before = filled(place, 9)
    cancels = [cancelling(each) for each in ids(before)[:6]]
    forms = [registering(place, somebody(), f"newcomer-{n}") for n in range(6)]
    mixed = [act for pair in zip(cancels, forms, strict=True) for act in pair]
    answers = crew.race(mixed, processes=3, threads=4, slow=SLOW)
    world = seen(crew.url)
    assert faults(world, [*before, *answers]) == []
    assert _states(world) == {"cancelled": 6, "seated": 6, "waiting": 3}
    assert {each.state for each in world.registrations[6:9]} == {"seated"}, "those who waited were first"


def test_added_seats_go_to_those_who_wait_before_anybody_who_comes_at_that_moment(crew: Crew) -> None:
    place = _place(1)
    before = filled(place, 4)
    acts = [adding(place, 2), *(registering(place, somebody(), f"newcomer-{n}") for n in range(6)), adding(place, 3)]
    answers = crew.race(acts, processes=2, threads=4, slow=SLOW)
    world = seen(crew.url)
    assert faults(world, [*before, *answers]) == []
    assert (len(world.seats), _states(world)) == (6, {"seated": 6, "waiting": 4})
    assert [each.state for each in world.registrations[:4]] == ["seated"] * 4


def test_seats_removed_while_people_take_them_are_never_removed_from_under_anybody(crew: Crew) -> None:
    place = _place(8)
    before = filled(place, 2)
    acts = [act for n in range(6) for act in (registering(place, somebody(), f"form-{n}"), removing(place, 1))]
    answers = crew.race(acts, processes=3, threads=4, slow=SLOW)
    world = seen(crew.url)
    assert faults(world, [*before, *answers]) == []
    removed = sum(answer.told is not None for answer in answers if answer.act["do"] == "remove_seats")
    assert len(world.seats) == 8 - removed
    told_seated = {
        answer.told["reference"] for answer in answers if answer.told and answer.told.get("state") == "seated"
    }
    sitting = {each.reference for each in world.registrations if each.state == "seated"}
    assert told_seated <= sitting, "nobody who was given a seat has lost it"
    assert {answer.refused for answer in answers} <= {"", "seats.taken"}
    assert _states(world)["seated"] == min(8, len(world.seats))

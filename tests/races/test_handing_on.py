"""Seats on their way from one to another: served by hand, moved between roles, handed to a substitute, while people withdraw."""

from __future__ import annotations

from collections import Counter
from typing import Any

from tests.builders import Place, an_event, somebody
from tests.races.acts import (
    adding,
    cancelling,
    done,
    filled,
    ids,
    moving_seats,
    registering,
    removing,
    serving,
    substituting,
)
from tests.races.crew import Crew
from tests.races.history import Answer
from tests.races.judge import faults
from tests.races.world import seen
from tpbis_events.people.actor import COMMAND_LINE
from tpbis_events.programmes.model import Serving
from tpbis_events.registrations.change_ways import set_serving

SLOW = 0.02


def _by_hand() -> tuple[Place, list[Answer]]:
    """Two sit, six wait, four seats are free; the office alone gives them."""
    place = an_event(roles={"stakeholder": 2})["51", "stakeholder"]
    set_serving(place.event_id, Serving.HAND, offer_hours=16, reminder_hours=4, by=COMMAND_LINE)
    return place, [*filled(place, 8), done(adding(place, 4))]


def _served_while_they_withdraw(crew: Crew, **upset: Any) -> tuple[list[Answer], list[Answer]]:
    place, before = _by_hand()
    acts = [act for each in ids(before)[2:6] for act in (cancelling(each), serving(place, most=1))]
    return before, crew.race([*acts, *[serving(place, most=1)] * 4], processes=4, threads=3, slow=SLOW, **upset)


def test_who_withdraws_while_the_office_serves_her_is_out_and_the_next_is_served(crew: Crew) -> None:
    before, answers = _served_while_they_withdraw(crew)
    world = seen(crew.url)
    assert faults(world, [*before, *answers]) == []
    states = Counter(each.state for each in world.registrations)
    assert states["cancelled"] == 4 and {answer.refused for answer in answers} <= {"", "waiting_list.nobody_served"}
    assert states["seated"] + states["waiting"] == 4
    served = [reference for answer in answers if answer.told for reference in answer.told.get("references", ())]
    assert len(served) == len(set(served)), "nobody was served twice"


def test_without_the_lock_serving_by_hand_is_found_faulty(crew: Crew) -> None:
    before, answers = _served_while_they_withdraw(crew, unlocked=True)
    assert {fault.kind for fault in faults(seen(crew.url), [*before, *answers])} & {
        "error",
        "jumped",
        "log",
        "oversold",
    }


def test_seats_moved_between_roles_while_people_claim_them_are_never_moved_from_under_anybody(crew: Crew) -> None:
    places = an_event(roles={"village": 8, "stakeholder": 2})
    village, stakeholder = places["51", "village"], places["51", "stakeholder"]
    before = [*filled(village, 3), *filled(stakeholder, 4)]
    acts = [
        registering(place, somebody(), f"{n}-{place.role_slug}") for n in range(4) for place in (village, stakeholder)
    ]
    acts += [moving_seats(village, stakeholder, 1), moving_seats(stakeholder, village, 1), removing(village, 1)] * 3
    answers = crew.race(acts[::2] + acts[1::2], processes=4, threads=4, slow=SLOW)
    world = seen(crew.url)
    assert faults(world, [*before, *answers]) == []
    removed = sum(answer.told is not None for answer in answers if answer.act["do"] == "remove_seats")
    assert len(world.seats) == 10 - removed
    assert {answer.refused for answer in answers} <= {"", "seats.taken"}


def _substituted_while_they_withdraw(crew: Crew, **upset: Any) -> tuple[list[Answer], list[Answer]]:
    """Each of four who sit names a substitute twice, and withdraws; others wait."""
    before = filled(an_event(roles={"stakeholder": 4})["51", "stakeholder"], 8)
    acts = [
        act
        for each in ids(before)[:4]
        for act in (substituting(each, somebody()), cancelling(each), substituting(each, somebody()))
    ]
    return before, crew.race(acts, processes=4, threads=3, slow=SLOW, **upset)


def test_who_names_a_substitute_and_withdraws_at_once_does_one_of_both_and_the_seat_goes_one_way(crew: Crew) -> None:
    before, answers = _substituted_while_they_withdraw(crew)
    world = seen(crew.url)
    assert faults(world, [*before, *answers]) == []
    assert sum(answer.told is not None for answer in answers) == 4
    states = Counter(each.state for each in world.registrations)
    assert states["seated"] == 4 and states["cancelled"] + states["substituted"] == 4
    assert {answer.refused for answer in answers} <= {
        "", "registration.already_cancelled", "registration.already_substituted",
    }  # fmt: skip


def test_without_the_lock_substitutes_and_withdrawals_are_found_faulty(crew: Crew) -> None:
    before, answers = _substituted_while_they_withdraw(crew, unlocked=True)
    assert {fault.kind for fault in faults(seen(crew.url), [*before, *answers])} & {"error", "log", "lost", "oversold"}

"""Offers: one accepted many times, accepted and declined at once, and answered while the worker lets them lapse."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from typing import Any

from tests.builders import Place, an_event
from tests.races.acts import accepting, adding, cancelling, declining, done, filled, ids, lapsing
from tests.races.crew import Crew
from tests.races.history import Answer
from tests.races.judge import faults
from tests.races.world import seen
from tpbis_events.foundation import clock
from tpbis_events.foundation.database import db
from tpbis_events.people.actor import COMMAND_LINE
from tpbis_events.programmes.model import Serving
from tpbis_events.registrations.change_ways import set_serving
from tpbis_events.registrations.model import Registration

SLOW = 0.02
TIMES = 8


def _offered(offers: int, behind: int = 1) -> tuple[Place, list[Answer]]:
    """A role with so many seats offered, and so many who wait behind those."""
    place = an_event(roles={"stakeholder": 1})["51", "stakeholder"]
    set_serving(place.event_id, Serving.OFFER, offer_hours=16, reminder_hours=4, by=COMMAND_LINE)
    before = [*filled(place, 1 + offers + behind), done(adding(place, offers))]
    return place, before


def _one_offer(crew: Crew, *, by_office: bool = False, **upset: Any) -> tuple[list[Answer], list[Answer]]:
    _, before = _offered(1)
    act = accepting(ids(before)[1], by_office=by_office)
    return before, crew.race([act] * TIMES, processes=4, threads=2, slow=SLOW, **upset)


def test_one_offer_accepted_eight_times_at_once_is_accepted_once_and_answered_alike(crew: Crew) -> None:
    before, answers = _one_offer(crew)
    assert faults(seen(crew.url), [*before, *answers]) == []
    assert [answer.told and answer.told["state"] for answer in answers] == ["seated"] * TIMES


def test_one_offer_accepted_by_several_offices_at_once_is_accepted_by_one_of_them(crew: Crew) -> None:
    before, answers = _one_offer(crew, by_office=True)
    assert faults(seen(crew.url), [*before, *answers]) == []
    assert Counter(answer.refused for answer in answers) == {"": 1, "registration.already_seated": TIMES - 1}


def test_without_the_lock_the_same_acceptances_are_found_faulty(crew: Crew) -> None:
    before, answers = _one_offer(crew, by_office=True, unlocked=True)
    assert {fault.kind for fault in faults(seen(crew.url), [*before, *answers])} & {"error", "log", "lost"}


def test_offers_accepted_declined_and_cancelled_at_once_end_in_one_way_each_and_free_seats_are_offered_on(
    crew: Crew,
) -> None:
    _, before = _offered(4, behind=4)
    offered = ids(before)[1:5]
    acts = [act for each in offered for act in (accepting(each), declining(each), cancelling(each))]
    answers = crew.race(acts, processes=4, threads=3, slow=SLOW)
    world = seen(crew.url)
    assert faults(world, [*before, *answers]) == []
    states = Counter(each.state for each in world.registrations)
    given_back = states["declined"] + states["cancelled"]
    assert (states["seated"], states["offered"]) == (5 - given_back, given_back)
    assert {answer.refused for answer in answers} <= {
        "", "registration.already_seated", "registration.already_declined", "registration.already_cancelled",
    }  # fmt: skip


def _over(crew: Crew, **upset: Any) -> tuple[list[Answer], list[Answer]]:
    """People accept a second before their offers end, by the clock of one machine; by that of another they ended a second ago."""
    _, before = _offered(8, behind=4)
    offered = ids(before)[1:9]
    ends = [db.session.get_one(Registration, each).offer_ends_at or clock.now() for each in offered]
    db.session.remove()
    in_time = {"at": (min(ends) - timedelta(seconds=1)).isoformat()}
    too_late = {"at": (max(ends) + timedelta(seconds=1)).isoformat()}
    acts = [act for each in offered for act in (accepting(each) | in_time, lapsing() | too_late)]
    return before, crew.race(acts, processes=4, threads=4, slow=SLOW, **upset)


def test_offers_that_are_accepted_while_the_worker_lets_them_lapse_are_one_or_the_other(crew: Crew) -> None:
    before, answers = _over(crew)
    world = seen(crew.url)
    assert faults(world, [*before, *answers]) == []
    states = Counter(each.state for each in world.registrations)
    accepted = sum(answer.act["do"] == "accept" and answer.told is not None for answer in answers)
    assert (states["seated"], states["lapsed"]) == (1 + accepted, 8 - accepted)
    assert states["offered"] == min(4, 8 - accepted), "a seat that was let go was offered to the next"
    assert {answer.refused for answer in answers} <= {"", "registration.already_lapsed"}


def test_without_the_lock_offers_that_lapse_while_they_are_accepted_are_found_faulty(crew: Crew) -> None:
    before, answers = _over(crew, unlocked=True)
    assert {fault.kind for fault in faults(seen(crew.url), [*before, *answers])} & {"error", "log", "lost", "oversold"}

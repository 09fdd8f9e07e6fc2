"""kill -9 at the worst moments. What was committed is there with its mail; what wasn't left nothing behind."""

from __future__ import annotations

import signal

from tests.builders import BUDI, Place, an_event
from tests.races.acts import cancelling, filled, ids, registering
from tests.races.crew import Crew
from tests.races.judge import faults
from tests.races.world import World, seen


def _place(seats: int = 1) -> Place:
    return an_event(roles={"stakeholder": seats})["51", "stakeholder"]


def test_killed_straight_after_the_commit_the_registration_is_there_and_its_mail_is_owed(crew: Crew) -> None:
    place = _place()
    form = registering(place, BUDI, "one form")
    assert crew.death(form, die_after=True) == signal.SIGKILL
    world = seen(crew.url)
    assert [each.state for each in world.registrations] == ["seated"]
    assert list(world.mails.values()) == [1]
    assert faults(world) == []
    again = crew.race([form])
    assert [answer.told and answer.told["replayed"] for answer in again] == [True], (
        "the answer that was lost is given now"
    )
    assert faults(seen(crew.url), again) == []


def test_killed_between_flush_and_commit_nothing_is_there_and_the_form_may_be_sent_again(crew: Crew) -> None:
    place = _place()
    form = registering(place, BUDI, "one form")
    before = seen(crew.url)
    assert crew.death(form, before_commit="die") == signal.SIGKILL
    assert seen(crew.url) == before == World(before.quotas, before.seats)
    again = crew.race([form])
    assert [answer.told and answer.told["replayed"] for answer in again] == [False]
    assert faults(seen(crew.url), again) == []


def test_killed_while_cancelling_either_the_seat_has_passed_on_or_nothing_has_happened(crew: Crew) -> None:
    place = _place()
    seated, waiting = filled(place, 2)
    before = seen(crew.url)
    (seated_id,) = ids([seated])
    assert crew.death(cancelling(seated_id), before_commit="die") == signal.SIGKILL
    assert seen(crew.url) == before
    assert crew.death(cancelling(seated_id), die_after=True) == signal.SIGKILL
    world = seen(crew.url)
    assert [each.state for each in world.registrations] == ["cancelled", "seated"]
    assert faults(world) == []
    assert waiting.told and world.registrations[1].reference == waiting.told["reference"]

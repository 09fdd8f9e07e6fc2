"""The last seat, and one form or one person sent several times at once: one."""

from __future__ import annotations

import time
from collections import Counter
from dataclasses import replace
from pathlib import Path

from tests.builders import BUDI, an_event, somebody
from tests.races.acts import filled, registering
from tests.races.crew import Crew, exists, reached
from tests.races.judge import faults
from tests.races.world import seen

SLOW = 0.02


def test_two_offices_register_different_people_into_the_last_seat_and_one_of_them_waits(crew: Crew) -> None:
    place = an_event(roles={"stakeholder": 3})["51", "stakeholder"]
    before = filled(place, 2)
    answers = crew.race([registering(place, somebody(), f"office-{n}") for n in range(2)], processes=2, slow=SLOW)
    assert faults(seen(crew.url), [*before, *answers]) == []
    assert sorted(answer.told["state"] for answer in answers if answer.told) == ["seated", "waiting"]


def test_a_form_sent_ten_times_at_once_is_one_registration_and_ten_equal_answers(crew: Crew) -> None:
    place = an_event(roles={"stakeholder": 30})["51", "stakeholder"]
    answers = crew.race([registering(place, BUDI, "one form")] * 10, processes=3, threads=4, slow=SLOW)
    world = seen(crew.url)
    assert faults(world, answers) == []
    assert len(world.registrations) == 1
    told = [answer.told for answer in answers if answer.told]
    assert [len(told), len({each["token"] for each in told}), len({each["reference"] for each in told})] == [10, 1, 1]
    assert {(each["state"], each["place"]) for each in told} == {("seated", None)}
    assert Counter(each["replayed"] for each in told) == {True: 9, False: 1}


def test_the_twin_of_a_running_form_waits_and_is_answered_by_what_it_made(crew: Crew, tmp_path: Path) -> None:
    place = an_event(roles={"stakeholder": 30})["51", "stakeholder"]
    gate, sent = tmp_path / "gate", tmp_path / "sent"
    form = registering(place, BUDI, "one form")
    with crew.begun([form], before_commit=str(gate)) as (first,):
        reached(gate)
        with crew.begun([form], begins=str(sent)) as (twin,):
            opened = _let_wait(sent)
            gate.touch()
            (early,), (late,) = first.answers(), twin.answers()
    assert early.told and late.told
    assert (early.told["replayed"], late.told["replayed"]) == (False, True)
    assert late.told == {**early.told, "replayed": True}
    assert late.began < opened < late.ended, "the twin came while the first was running, and waited for its end"
    assert faults(seen(crew.url), [early, late]) == []


def test_the_twin_of_a_form_that_dies_before_its_commit_makes_the_registration(crew: Crew, tmp_path: Path) -> None:
    place = an_event(roles={"stakeholder": 30})["51", "stakeholder"]
    gate, sent = tmp_path / "a gate that nobody opens", tmp_path / "sent"
    form = registering(place, BUDI, "one form")
    with crew.begun([form], before_commit=str(gate)) as (first,):
        reached(gate)
        with crew.begun([form], begins=str(sent)) as (twin,):
            killed = _let_wait(sent)
            first.kill()
            (answer,) = twin.answers()
    assert answer.told and not answer.told["replayed"]
    assert answer.began < killed < answer.ended, "the twin came while the first was running, and waited for its end"
    assert faults(seen(crew.url), [answer]) == []


def _let_wait(sent: Path) -> float:
    """Give a form that has been sent the time to be answered, if it doesn't wait; the moment when that time is over."""
    exists(sent)
    time.sleep(0.3)
    return time.monotonic()


def test_one_key_with_different_answers_at_once_registers_one_of_them_and_refuses_the_others(crew: Crew) -> None:
    place = an_event(roles={"stakeholder": 30})["51", "stakeholder"]
    forms = [registering(place, somebody(n), "one form") for n in range(6)]
    answers = crew.race(forms, processes=3, threads=2, slow=SLOW)
    assert faults(seen(crew.url), answers) == []
    assert Counter(answer.refused for answer in answers) == {"": 1, "registration.form_changed": 5}


def test_one_person_with_two_forms_at_once_is_registered_once_and_refused_once_whatever_the_role(crew: Crew) -> None:
    places = an_event(provinces=("51", "12"), roles={"stakeholder": 3, "village": 3})
    for number, other in enumerate([("51", "stakeholder"), ("51", "village"), ("12", "stakeholder")]):
        who = replace(BUDI, email=f"budi.{number}@example.id", phone=f"0812345678{number}")
        again = replace(who, email=who.email.upper()) if number % 2 else replace(who, email=f"lain.{number}@example.id")
        forms = [registering(places["51", "stakeholder"], who, f"first-{number}")]
        forms.append(registering(places[other], again, f"second-{number}"))
        answers = crew.race(forms, processes=2, slow=SLOW)
        assert Counter(answer.refused for answer in answers) == {"": 1, "registration.already_registered": 1}
    world = seen(crew.url)
    assert (faults(world), len(world.registrations)) == ([], 3)

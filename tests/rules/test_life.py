"""The life of a registration: a table that is whole, and its drawing."""

from __future__ import annotations

import importlib.util
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tpbis_events.foundation.errors import Refusal
from tpbis_events.registrations import life
from tpbis_events.registrations.life import MOVES, Step, possible
from tpbis_events.registrations.model import LIVE, Registration, State
from tpbis_events.web.refusal_words import WORDS

ROOT = Path(__file__).parents[2]
NOW = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)


def a_registration(state: State | None) -> Registration:
    registration = Registration(turn=1, calendar_sequence=0)
    if state:
        registration.state = state
    return registration


def test_every_state_can_be_reached_and_every_live_one_can_be_left() -> None:
    assert {move.after for move in MOVES} == set(State)
    assert {move.before for move in MOVES} >= set(LIVE)


def test_every_step_has_a_move_and_somebody_who_may_make_it() -> None:
    assert {move.step for move in MOVES} == set(Step)
    assert all(move.who for move in MOVES)


@pytest.mark.parametrize("step", Step)
@pytest.mark.parametrize("before", State)
@pytest.mark.parametrize("after", State)
def test_a_move_that_is_not_in_the_table_is_refused_and_changes_nothing(
    step: Step, before: State, after: State
) -> None:
    registration = a_registration(before)
    if any((move.step, move.before, move.after) == (step, before, after) for move in MOVES):
        assert life.go(registration, step, after, at=NOW, by="Sari") is before
        assert (registration.state, registration.turn) == (after, 2)
        assert (registration.ended_at is None) is (after in LIVE)
    else:
        with pytest.raises(Refusal, match=f"registration.already_{before}"):
            life.go(registration, step, after, at=NOW, by="Sari")
        assert (registration.state, registration.turn) == (before, 1)


def test_a_step_that_a_state_does_not_have_is_refused_in_words_of_that_state() -> None:
    for state in State:
        assert f"registration.already_{state}" in WORDS
        for step in Step:
            if not possible(step, state):
                with pytest.raises(Refusal, match=f"registration.already_{state}"):
                    life.require(step, a_registration(state))


def test_who_is_cancelled_loses_seat_number_and_offer_and_keeps_the_reason() -> None:
    registration = a_registration(State.OFFERED)
    registration.seat_id, registration.offer_ends_at, registration.offer_reminder_at = 7, NOW, NOW
    life.go(registration, Step.CANCEL, State.CANCELLED, at=NOW, by="Budi", reason="berhalangan")
    assert (registration.seat_id, registration.offer_ends_at, registration.offer_reminder_at) == (None, None, None)
    assert (registration.ended_at, registration.ended_by, registration.end_reason) == (NOW, "Budi", "berhalangan")


def test_a_calendar_entry_that_was_sent_is_overtaken_by_every_later_move() -> None:
    registration = a_registration(State.WAITING)
    life.go(registration, Step.SERVE, State.SEATED, at=NOW, by="Sari")
    assert registration.calendar_sequence == 0
    life.go(registration, Step.CANCEL, State.CANCELLED, at=NOW, by="Sari")
    assert registration.calendar_sequence == 1
    life.go(registration, Step.REINSTATE, State.SEATED, at=NOW, by="Sari")
    assert registration.calendar_sequence == 2


def test_the_drawing_in_the_docs_is_the_one_that_the_code_makes() -> None:
    spec = importlib.util.spec_from_file_location("draw_life", ROOT / "scripts" / "draw_life.py")
    assert spec and spec.loader
    draw_life = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(draw_life)
    assert (ROOT / "docs" / "life.md").read_text("utf-8") == draw_life.drawn()

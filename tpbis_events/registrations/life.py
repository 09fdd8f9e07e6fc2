"""The life of a registration: every state, every move from one to another, and who may make it. States change only here.

`docs/life.md` is drawn from this table (`scripts/draw_life.py`). Attendance isn't a state: it is said day by day in its own room.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from tpbis_events.foundation.errors import Refusal
from tpbis_events.registrations.model import HOLDING, LIVE, Registration, State


class Step(StrEnum):
    """What is done to a registration; each is a command, or what another's command brings about."""

    REGISTER = "register"
    APPROVE = "approve"
    REJECT = "reject"
    SERVE = "serve"  # her turn on the waiting list
    ACCEPT = "accept"
    DECLINE = "decline"
    LAPSE = "lapse"
    MOVE = "move"
    SUBSTITUTE = "substitute"
    REINSTATE = "reinstate"
    CANCEL = "cancel"
    CANCEL_SESSION = "cancel session"


class Who(StrEnum):
    PUBLIC = "anybody"
    PARTICIPANT = "the participant, by her link"
    FOCAL_POINT = "the focal point who proposed her, by the nomination's link"
    OFFICE = "the office"
    TURN = "whoever frees or adds a seat, in the same transaction"
    CLOCK = "the worker, when the time has come"


@dataclass(frozen=True, slots=True)
class Move:
    """One move that a step may make; `before` None is a registration that begins."""

    step: Step
    before: State | None
    after: State
    who: tuple[Who, ...]


def _moves(step: Step, before: tuple[State | None, ...], after: tuple[State, ...], *who: Who) -> tuple[Move, ...]:
    return tuple(Move(step, old, new, who) for old in before for new in after)


MOVES: tuple[Move, ...] = (
    *_moves(Step.REGISTER, (None,), (State.SEATED, State.WAITING, State.APPLIED), Who.PUBLIC, Who.OFFICE),
    *_moves(Step.APPROVE, (State.APPLIED,), (State.SEATED, State.WAITING), Who.OFFICE),
    *_moves(Step.REJECT, (State.APPLIED, State.WAITING), (State.REJECTED,), Who.OFFICE),
    *_moves(Step.SERVE, (State.WAITING,), (State.SEATED, State.OFFERED), Who.TURN, Who.OFFICE),
    *_moves(Step.ACCEPT, (State.OFFERED,), (State.SEATED,), Who.PARTICIPANT, Who.OFFICE),
    *_moves(Step.DECLINE, (State.OFFERED,), (State.DECLINED,), Who.PARTICIPANT, Who.OFFICE),
    *_moves(Step.LAPSE, (State.OFFERED,), (State.LAPSED,), Who.CLOCK),
    *_moves(Step.MOVE, (State.SEATED, State.WAITING), (State.SEATED,), Who.OFFICE),
    *_moves(Step.SUBSTITUTE, (State.SEATED,), (State.SUBSTITUTED,), Who.PARTICIPANT, Who.OFFICE),
    *_moves(Step.SUBSTITUTE, (None,), (State.SEATED,), Who.PARTICIPANT, Who.OFFICE),
    *_moves(
        Step.REINSTATE,
        (State.CANCELLED, State.REJECTED, State.LAPSED, State.DECLINED),
        (State.SEATED,),
        Who.OFFICE,
    ),
    *_moves(Step.CANCEL, LIVE, (State.CANCELLED,), Who.PARTICIPANT, Who.FOCAL_POINT, Who.OFFICE),
    *_moves(Step.CANCEL_SESSION, LIVE, (State.CANCELLED,), Who.OFFICE),
)
_ALLOWED = {(move.step, move.before, move.after) for move in MOVES}
_POSSIBLE = {(move.step, move.before) for move in MOVES}


def possible(step: Step, state: State) -> bool:
    """Whether a registration in this state can take the step at all; rights, deadlines and seats are asked elsewhere."""
    return (step, state) in _POSSIBLE


def require(step: Step, registration: Registration) -> None:
    """Refuse a step that this state doesn't have; the code names the state: `registration.already_cancelled`."""
    if not possible(step, registration.state):
        raise Refusal(f"registration.already_{registration.state.value}")


def go(
    registration: Registration, step: Step, after: State, *, at: datetime, by: str, reason: str | None = None
) -> State | None:
    """Make a move that the table allows; returns the state before.

    What only belongs to the old state is taken off: the seat of one who holds none any longer, the number in line, the
    end of an offer. Seat, number and end of the new state are for the caller to set, before the next flush.
    """
    before = registration.state if registration.state is not None else None
    if (step, before, after) not in _ALLOWED:
        raise Refusal(f"registration.already_{before.value}" if before else "registration.unknown")
    registration.state = after
    if before is not None:
        registration.turn += 1
    if after not in HOLDING:
        registration.seat_id = None
    if after is not State.WAITING:
        registration.queue_number = None
    if after is not State.OFFERED:
        registration.offer_ends_at = registration.offer_reminder_at = None
    if before is not None and (registration.seated_at is not None):
        registration.calendar_sequence += 1
    if after is State.SEATED:
        registration.seated_at = at
    ended = after not in LIVE
    registration.ended_at = at if ended else None
    registration.ended_by = by if ended else None
    registration.end_reason = (reason or None) if ended else None
    return before

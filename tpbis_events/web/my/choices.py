"""How a registration stands for its person, and what she can do now: by its state, the clock and her role's way in.

The commands decide; this only spares her buttons that they would refuse.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from tpbis_events.places import working_hours
from tpbis_events.programmes.registration_window import Window, correction_ends_at, window, withdrawal_ends_at
from tpbis_events.registrations.alternatives import BY_HERSELF
from tpbis_events.registrations.life import Step, possible
from tpbis_events.registrations.model import LIVE, Registration, State
from tpbis_events.registrations.substitute import CHOSEN_BY_OFFICE


@dataclass(frozen=True, slots=True)
class Choices:
    answer: bool  # accept or decline the seat that is offered
    correct: bool
    cancel: bool
    substitute: bool
    substitute_by_office: bool
    register_again: bool


@dataclass(frozen=True, slots=True)
class TimeLeft:
    """Working time until an offer ends: whole hours, and whether there is any at all."""

    hours: int
    any: bool


def choices_of(registration: Registration, now: datetime) -> Choices:
    session, state, way_in = registration.session, registration.state, registration.role.way_in
    seat_to_hand_on = possible(Step.SUBSTITUTE, state) and now < session.starts_at
    ended = state not in (*LIVE, State.SUBSTITUTED)
    return Choices(
        answer=possible(Step.ACCEPT, state) and not offer_over(registration, now),
        correct=state in LIVE and now < correction_ends_at(session),
        cancel=possible(Step.CANCEL, state) and state is not State.OFFERED and now < withdrawal_ends_at(session),
        substitute=seat_to_hand_on and way_in not in CHOSEN_BY_OFFICE,
        substitute_by_office=seat_to_hand_on and way_in in CHOSEN_BY_OFFICE,
        register_again=ended and way_in in BY_HERSELF and window(session, now) is Window.OPEN,
    )


def stands(registration: Registration, now: datetime) -> str:
    """The name of the template that tells it, in my/registrations/state/."""
    if offer_over(registration, now):
        return "offer_over"
    session = registration.session
    if registration.state is State.CANCELLED and session.cancelled_at == registration.ended_at:
        return "session_cancelled"
    return registration.state.value


def offer_over(registration: Registration, now: datetime) -> bool:
    """Whether an offer has ended that the worker hasn't taken back yet."""
    ends = registration.offer_ends_at
    return ends is not None and now >= ends


def time_left(registration: Registration, now: datetime) -> TimeLeft | None:
    """Of an offer's time; None for who is offered nothing."""
    if registration.offer_ends_at is None:
        return None
    left = working_hours.between(now, registration.offer_ends_at, registration.session.zone).total_seconds()
    return TimeLeft(int(left // 3600), left > 0)

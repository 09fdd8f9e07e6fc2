"""What would become of people if they registered one after another now: the rules of `seats.claim`, in numbers alone."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from tpbis_events.programmes.model import Quota, Serving
from tpbis_events.programmes.registration_window import served_until
from tpbis_events.registrations import counts, limits
from tpbis_events.registrations.limits import Belongs, Tally
from tpbis_events.registrations.model import State
from tpbis_events.registrations.rules import Applicant


@dataclass(slots=True)
class _Room:
    """The seats of one quota as they would be; `line` is kept only where limits decide who may pass."""

    before: counts.SeatCounts
    free: int
    waiting: int
    tally: Tally | None
    line: list[Belongs]


class Forecast:
    """The seats of a session as they stand, to be taken in thought. A constant number of queries.

    A test walks the commands against it: it says what `register_batch` then does (tests/machine).
    """

    def __init__(self, session_id: int, quotas: Iterable[Quota], at: datetime) -> None:
        seats = counts.by_role(session_id)
        self._rooms = {quota.id: _room(quota, seats.get(quota.role_id, counts.SeatCounts()), at) for quota in quotas}

    def before(self, quota_id: int) -> counts.SeatCounts:
        """As the seats are now."""
        return self._rooms[quota_id].before

    def after(self, quota_id: int) -> counts.SeatCounts:
        """As they would be by now."""
        room = self._rooms[quota_id]
        return replace(room.before, taken=room.before.total - room.free, waiting=room.waiting)

    def next_in(self, quota: Quota, answers: Applicant) -> State:
        """Seated or waiting: what becomes of the next person in this quota."""
        room = self._rooms[quota.id]
        who = Belongs(answers.country_code, answers.regency_code or None, answers.institution)
        seated = room.free > 0 and not _passes_somebody(room) and not (room.tally and room.tally.reached(who))
        if seated:
            room.free -= 1
            if room.tally:
                room.tally.add(who)
            return State.SEATED
        room.waiting += 1
        if room.tally:
            room.line.append(who)
        return State.WAITING


def _passes_somebody(room: _Room) -> bool:
    if room.tally is None:
        return room.waiting > 0
    return any(not room.tally.reached(waits) for waits in room.line)


def _room(quota: Quota, seats: counts.SeatCounts, at: datetime) -> _Room:
    tally = limits.tally_of(quota)
    line = [who for _id, who in tally.line] if tally else []
    room = _Room(seats, seats.free, seats.waiting, tally, line)
    if quota.session.event.serving is not Serving.HAND and at < served_until(quota.session):
        _serve(room)
    return room


def _serve(room: _Room) -> None:
    """Seats that came free while registration was closed go to those who wait, before anybody new."""
    while room.free and room.waiting:
        if room.tally:
            at = next((at for at, who in enumerate(room.line) if not room.tally.reached(who)), None)
            if at is None:
                return
            room.tally.add(room.line.pop(at))
        room.free -= 1
        room.waiting -= 1

"""Lay the first seats of roles in sessions; later changes go through the waiting list (`registrations/change_seats.py`)."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import insert

from tpbis_events.foundation.database import db
from tpbis_events.programmes.model import Quota, Role, Seat, Session

MOST_SEATS = 500  # of one role in one session


def lay_seats(places: Sequence[tuple[Session, Role, int]]) -> int:
    """A step: a new quota for each role in a session, with so many seats, numbered from 1; how many seats there are by it.

    No seat at all is said as well: a quota of 0 means that nobody comes to the session in that role.
    """
    quotas = [Quota(session=session, role=role, last_seat_number=number) for session, role, number in places]
    db.session.add_all(quotas)
    db.session.flush()
    seats = [{"quota_id": quota.id, "number": n} for quota in quotas for n in range(1, quota.last_seat_number + 1)]
    if seats:
        db.session.execute(insert(Seat), seats)
    return len(seats)

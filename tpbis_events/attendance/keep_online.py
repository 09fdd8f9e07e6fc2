"""Keep what is known of one person's day by video: a step of the commands that join and confirm."""

from __future__ import annotations

from tpbis_events.attendance.online import OnlinePresence, presence_of
from tpbis_events.foundation.database import db


def kept_for(registration_id: int, day_id: int) -> OnlinePresence:
    """Her row of the day, made where there is none; under the registration's lock, so that there is never a second."""
    row = presence_of(registration_id, day_id)
    if row is None:
        row = OnlinePresence(registration_id=registration_id, day_id=day_id, wrong_codes=0)
        db.session.add(row)
    return row

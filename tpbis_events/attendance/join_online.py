"""Join a session by video: her own link leads to the call, and tells that she came."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from tpbis_events.attendance.admit import Coming, admit
from tpbis_events.attendance.hold import lock_registration
from tpbis_events.attendance.keep_online import kept_for
from tpbis_events.attendance.model import Source
from tpbis_events.attendance.online import require_online, require_open
from tpbis_events.attendance.presence import standing_row
from tpbis_events.foundation import clock
from tpbis_events.foundation.errors import Forbidden, Refusal
from tpbis_events.foundation.transaction import command
from tpbis_events.people.actor import Actor
from tpbis_events.programmes.model import OnlineCounts
from tpbis_events.registrations.facts import link_for


@dataclass(frozen=True, slots=True)
class Joined:
    """Where the call is; since when she is known to be in; whether that counts already."""

    address: str
    at: datetime
    counts: bool


@command
def join_online(registration_id: int, *, by: Actor) -> Joined:
    """The address of the call, for who has a seat, from half an hour before the day until its end. Joining again is the same.

    Where joining counts, she is checked in for the day, online; else only the first time is kept, for the code or the list to
    confirm. Refuses: anybody but herself, no seat, a session on site, one that was cancelled, an address that isn't there yet,
    a time at which the way in is closed.
    """
    if by.registration_id != registration_id:
        raise Forbidden("actor.forbidden", act="join")
    registration = lock_registration(registration_id)
    require_online(registration)
    session, now = registration.session, clock.now()
    address = link_for(registration)
    if not address:
        raise Refusal("online.no_address")
    day = require_open(session, now)
    row = kept_for(registration_id, day.id)
    row.joined_at = row.joined_at or now
    standing = standing_row(registration_id, day.id)
    if standing is None and session.event.online_counts is OnlineCounts.JOINED:
        admit(registration, None, Coming(session, day, None, row.joined_at, now, Source.ONLINE, online=True), by)
        return Joined(address, row.joined_at, counts=True)
    return Joined(address, row.joined_at, counts=standing is not None)

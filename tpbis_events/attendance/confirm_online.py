"""Confirm by the code that the speaker shows: she is there, and not only her screen."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from tpbis_events.attendance.admit import Coming, admit
from tpbis_events.attendance.hold import lock_registration
from tpbis_events.attendance.keep_online import kept_for
from tpbis_events.attendance.model import Source
from tpbis_events.attendance.online import OnlinePresence, generation_of, items_of, require_online, require_open
from tpbis_events.attendance.online_codes import read_code
from tpbis_events.attendance.presence import standing_row
from tpbis_events.foundation import clock
from tpbis_events.foundation.errors import Forbidden
from tpbis_events.foundation.transaction import command
from tpbis_events.people.actor import Actor
from tpbis_events.places.local_time import at_local
from tpbis_events.programmes.model import AgendaItem, OnlineCounts, Session, SessionDay

MOST_WRONG = 5
PAUSE = timedelta(minutes=10)


class Answer(StrEnum):
    """What became of a code."""

    CONFIRMED = "confirmed"
    WRONG = "wrong"
    LATE = "late"  # it was right some minutes ago
    PAUSED = "paused"  # too many wrong ones: none is looked at until `until`


@dataclass(frozen=True, slots=True)
class Confirmed:
    """`counts`: whether she is checked in now; `left`: how many more wrong codes are looked at; `until`: the end of a pause."""

    answer: Answer
    counts: bool = False
    left: int = 0
    until: datetime | None = None


@command
def confirm_online(registration_id: int, typed: str, *, by: Actor) -> Confirmed:
    """A right code confirms her attendance of the day, or of the item whose code it is, since the time when she joined.

    A wrong one is an answer and no refusal, since it is counted: after five within ten minutes none is looked at for the rest of
    them. Where the list of the meeting tool decides, the code is kept and doesn't count by itself. Refuses what `join_online`
    refuses, but for the address: who came by another way confirms as well.
    """
    if by.registration_id != registration_id:
        raise Forbidden("actor.forbidden", act="join")
    registration = lock_registration(registration_id)
    require_online(registration)
    session, now = registration.session, clock.now()
    day = require_open(session, now)
    row = kept_for(registration_id, day.id)
    if row.codes_since is None or now >= row.codes_since + PAUSE:
        row.wrong_codes, row.codes_since = 0, None
    if row.wrong_codes >= MOST_WRONG and row.codes_since:
        return Confirmed(Answer.PAUSED, until=row.codes_since + PAUSE)
    items = items_of(session.event, day)
    read = read_code(typed, day.id, [None, *items], generation_of(day.id), now)
    if read is None or read.late:
        return _wrong(row, now, late=read is not None)
    row.confirmed_at = row.confirmed_at or now
    item = items[read.item_id] if read.item_id else None
    standing = standing_row(registration_id, day.id, read.item_id)
    if standing is None and session.event.online_counts is not OnlineCounts.LISTED:
        at = _came(row, session, day, item, now)
        admit(registration, None, Coming(session, day, item, at, now, Source.ONLINE, online=True), by)
        return Confirmed(Answer.CONFIRMED, counts=True)
    return Confirmed(Answer.CONFIRMED, counts=standing is not None)


def _wrong(row: OnlinePresence, now: datetime, *, late: bool) -> Confirmed:
    row.wrong_codes += 1
    row.codes_since = row.codes_since or now
    if row.wrong_codes >= MOST_WRONG:
        return Confirmed(Answer.PAUSED, until=row.codes_since + PAUSE)
    return Confirmed(Answer.LATE if late else Answer.WRONG, left=MOST_WRONG - row.wrong_codes)


def _came(row: OnlinePresence, session: Session, day: SessionDay, item: AgendaItem | None, now: datetime) -> datetime:
    """When she joined; at an item that began after that, its beginning; who didn't come by her link, now."""
    if row.joined_at is None:
        return now
    begins = at_local(day.local_date, item.starts, session.zone) if item and item.starts else row.joined_at
    return min(max(begins, row.joined_at), now)

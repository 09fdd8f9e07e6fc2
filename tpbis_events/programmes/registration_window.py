"""When a session takes registrations, by the server's clock."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from tpbis_events.foundation.errors import Refusal
from tpbis_events.places import local_time
from tpbis_events.programmes.model import Event, Serving, Session


class Window(StrEnum):
    NOT_YET = "not yet"
    OPEN = "open"
    CLOSED = "closed"


def opens_at(session: Session) -> datetime:
    return session.event.registration_opens_at


def closes_at(session: Session) -> datetime:
    """A session closes when it says so itself, else with its event, at the latest when it begins; and when it is cancelled."""
    closes = session.registration_closes_at or min(session.event.registration_closes_at, session.starts_at)
    return min(closes, session.cancelled_at) if session.cancelled_at else closes


def offers_end_at(session: Session) -> datetime:
    """Seats are offered, and offers accepted, until registration closes, and at the latest until the session begins."""
    return min(closes_at(session), session.starts_at)


def served_until(session: Session) -> datetime:
    """Until when seats that come free find who waits without the office, where the event doesn't leave it to the office."""
    return offers_end_at(session) if session.event.serving is Serving.OFFER else closes_at(session)


def withdrawal_ends_at(session: Session) -> datetime:
    """A person may give her seat back until the session begins, and as long as somebody else could still register for it."""
    return max(session.starts_at, closes_at(session))


def correction_ends_at(session: Session) -> datetime:
    """A person may correct her answers until the session is over, and as long as somebody else could still register for it."""
    return max(session.ends_at, closes_at(session))


def window(session: Session, now: datetime) -> Window:
    if now < opens_at(session):
        return Window.NOT_YET
    return Window.OPEN if now < closes_at(session) else Window.CLOSED


def require_published(event: Event) -> None:
    """Refuse what would tell somebody of a draft."""
    if not event.published_at:
        raise Refusal("event.draft")


def require_open(session: Session, now: datetime, locale: str) -> None:
    """Refuse before the opening and from the closing on, naming the moment in the session's own zone."""
    state = window(session, now)
    if state is Window.NOT_YET:
        opens = local_time.format_datetime(opens_at(session), session.zone, locale)
        raise Refusal("registration.not_open_yet", opens=opens)
    if state is Window.CLOSED:
        closed = local_time.format_datetime(closes_at(session), session.zone, locale)
        raise Refusal("registration.closed", closed=closed)

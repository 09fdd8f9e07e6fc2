"""What certificates are issued or taken out for: an edition, a wave of it or a session, as far as the actor reaches."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from tpbis_events.foundation.database import db
from tpbis_events.foundation.errors import NotFound
from tpbis_events.people.actor import Act, Actor
from tpbis_events.places.local_time import local_date
from tpbis_events.programmes.model import Event, Session, Wave


@dataclass(frozen=True, slots=True)
class Extent:
    """`sessions` in their order, without those that are cancelled; `session`, or the number of a `wave`, if it was asked for."""

    event: Event
    sessions: tuple[Session, ...]
    session: Session | None
    wave: int | None

    @property
    def provinces(self) -> list[str | None]:
        return list(dict.fromkeys(session.province_code for session in self.sessions))

    @property
    def province_code(self) -> str | None:
        """The one province that all of it lies in."""
        return self.provinces[0] if len(self.provinces) == 1 else None

    @property
    def subject(self) -> str:
        """What the audit log calls it."""
        return f"session:{self.session.id}" if self.session else f"event:{self.event.id}"

    def begun(self, now: datetime) -> tuple[Session, ...]:
        """The sessions whose first day has begun where they are: nobody can have attended the others."""
        return tuple(
            each for each in self.sessions if local_date(each.starts_at, each.zone) <= local_date(now, each.zone)
        )


def extent(event_slug: str, session_slug: str | None = None, wave: int | None = None, *, by: Actor) -> Extent:
    """Refuses what isn't there or out of reach (404), and who may issue no certificate there (403). Three queries.

    A PIC who asks for an edition or a wave means her own sessions of it.
    """
    event = db.session.scalar(select(Event).where(Event.slug == event_slug))
    if event is None:
        raise NotFound("event.unknown")
    wanted = select(Session).where(Session.event_id == event.id)
    if session_slug is not None:
        wanted = wanted.where(Session.slug == session_slug)
    if wave is not None:
        wanted = wanted.join(Session.wave).where(Wave.number == wave)
    wanted = wanted.options(joinedload(Session.wave), selectinload(Session.days))
    found = db.session.scalars(wanted.order_by(Session.starts_at, Session.slug)).all()
    if session_slug is not None and found:
        by.require(Act.ISSUE_CERTIFICATE, found[0].province_code)
    if not any(by.may(Act.SEE_ROSTER, each.province_code) for each in found):
        raise NotFound("session.unknown")
    by.require_somewhere(Act.ISSUE_CERTIFICATE)
    sessions = tuple(each for each in found if by.may(Act.ISSUE_CERTIFICATE, each.province_code))
    if not sessions:
        raise NotFound("session.unknown")
    return Extent(
        event,
        tuple(each for each in sessions if each.cancelled_at is None),
        sessions[0] if session_slug is not None else None,
        wave,
    )

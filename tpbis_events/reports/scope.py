"""What an export is about: an event or one of its sessions, as far as the actor may take lists out."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from tpbis_events.foundation.database import db
from tpbis_events.foundation.errors import NotFound
from tpbis_events.people.actor import Act, Actor
from tpbis_events.programmes.model import Event, Role, Session


@dataclass(frozen=True, slots=True)
class Scope:
    """An event with those of its sessions that the actor may export, in their order; `one` when a single one was asked for."""

    event: Event
    sessions: tuple[Session, ...]
    roles: dict[int, Role]
    one: bool

    @property
    def subject(self) -> str:
        """What the audit log calls it."""
        return f"session:{self.sessions[0].id}" if self.one else f"event:{self.event.id}"

    @property
    def province_code(self) -> str | None:
        return self.sessions[0].province_code if self.one else None

    @property
    def name(self) -> str:
        """The beginning of a file's name."""
        return f"{self.event.slug}-{self.sessions[0].slug}" if self.one else self.event.slug


def scope(event_slug: str, session_slug: str | None, *, by: Actor) -> Scope:
    """Refuses what isn't there or out of reach (404), and what the actor may see but not export (403). Three queries."""
    event = db.session.scalar(select(Event).where(Event.slug == event_slug))
    if event is None:
        raise NotFound("event.unknown")
    wanted = select(Session).where(Session.event_id == event.id).options(joinedload(Session.wave))
    if session_slug is not None:
        wanted = wanted.where(Session.slug == session_slug)
    found = db.session.scalars(wanted.order_by(Session.starts_at, Session.slug)).all()
    if session_slug is not None:
        if not found:
            raise NotFound("session.unknown")
        by.require(Act.EXPORT, found[0].province_code)
    else:
        by.require_somewhere(Act.EXPORT)
    sessions = tuple(session for session in found if by.may(Act.EXPORT, session.province_code))
    if not sessions:
        raise NotFound("event.unknown")
    roles = db.session.scalars(select(Role).where(Role.event_id == event.id).order_by(Role.sort, Role.id))
    return Scope(
        event,
        sessions,
        {role.id: role for role in roles},
        session_slug is not None,
    )

"""What there is to come to: programmes with their events, an event with its sessions, one session.

A draft isn't there for anybody but the office, which asks with `drafts`.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import ColumnElement, select, true
from sqlalchemy.orm import contains_eager, joinedload, selectinload

from tpbis_events.foundation.database import db
from tpbis_events.foundation.errors import NotFound
from tpbis_events.places.local_time import local_date
from tpbis_events.programmes.model import Event, Figure, Programme, Quota, Role, Seat, Session
from tpbis_events.programmes.registration_window import Window, window


def window_of(event: Event, now: datetime) -> Window:
    """An event takes registrations while any of its sessions does."""
    states = {window(session, now) for session in event.sessions}
    return next((state for state in (Window.OPEN, Window.NOT_YET) if state in states), Window.CLOSED)


def dates_of(event: Event) -> list[date]:
    """The first and the last day of each session, as the calendars there show them."""
    return [local_date(at, each.zone) for each in event.sessions for at in (each.starts_at, each.ends_at)]


def all_programmes(*, drafts: bool = False) -> Sequence[Programme]:
    """Every programme with its events and the sessions of each, in three queries."""
    return db.session.scalars(
        select(Programme)
        .options(selectinload(Programme.events.and_(_visible(drafts))).selectinload(Event.sessions))
        .order_by(Programme.sort, Programme.id)
    ).all()


def all_figures() -> Sequence[Figure]:
    """The public figures, in their order."""
    return db.session.scalars(select(Figure).order_by(Figure.sort, Figure.id)).all()


def event_of(slug: str, *, drafts: bool = False) -> Event:
    """One event with programme, waves, roles with limits, agenda, sessions with days, in seven queries; else 404."""
    event = db.session.scalars(
        select(Event)
        .where(Event.slug == slug, _visible(drafts))
        .options(
            joinedload(Event.programme),
            selectinload(Event.waves),
            selectinload(Event.roles).selectinload(Role.limits),
            selectinload(Event.agenda),
            selectinload(Event.sessions).selectinload(Session.days),
        )
    ).one_or_none()
    if event is None:
        raise NotFound("event.unknown")
    return event


def session_of(event_slug: str, session_slug: str, *, drafts: bool = False) -> Session:
    """One session with its event, programme, wave, days, agenda, quotas, their roles and limits; 404 when there is none."""
    session = db.session.scalars(
        select(Session)
        .join(Session.event)
        .where(Event.slug == event_slug, Session.slug == session_slug, _visible(drafts))
        .options(
            contains_eager(Session.event).options(joinedload(Event.programme), selectinload(Event.agenda)),
            joinedload(Session.wave),
            selectinload(Session.days),
            selectinload(Session.quotas).joinedload(Quota.role).selectinload(Role.limits),
        )
    ).one_or_none()
    if session is None:
        raise NotFound("session.unknown")
    return session


def quota_of(event_slug: str, session_slug: str, role_slug: str, *, drafts: bool = False) -> Quota:
    """The seats of one role in one session, with session, days, event, role and its limits; 404 when there is no such role, and
    for the public when it has no seats there: then nobody comes to the session in that role.
    """
    quota = (
        db.session.scalars(
            select(Quota)
            .join(Quota.session)
            .join(Session.event)
            .join(Quota.role)
            .where(Event.slug == event_slug, Session.slug == session_slug, Role.slug == role_slug, _visible(drafts))
            .where(true() if drafts else select(Seat.id).where(Seat.quota_id == Quota.id).exists())
            .options(
                contains_eager(Quota.role).joinedload(Role.limits),
                contains_eager(Quota.session).options(contains_eager(Session.event), joinedload(Session.days)),
            )
        )
        .unique()
        .one_or_none()
    )
    if quota is None:
        raise NotFound("role.unknown")
    return quota


def _visible(drafts: bool) -> ColumnElement[bool]:
    return true() if drafts else Event.published_at.is_not(None)

"""Take a session or a role out of a plan, with its seats. What somebody ever registered for or was invited into stays."""

from __future__ import annotations

from sqlalchemy import ColumnElement, delete, select

from tpbis_events.audit.record import record
from tpbis_events.foundation import clock
from tpbis_events.foundation.database import db
from tpbis_events.foundation.errors import NotFound, Refusal
from tpbis_events.foundation.transaction import command
from tpbis_events.people.actor import Act, Actor
from tpbis_events.programmes.changes import SessionChange
from tpbis_events.programmes.model import Limit, Quota, Role, Seat, Session, SessionDay
from tpbis_events.programmes.officers import SessionOfficer
from tpbis_events.registrations import seats
from tpbis_events.registrations.model import Invitation, Registration


@command
def remove_session(session_id: int, *, by: Actor) -> None:
    """Take a session out. With a registration, even one that ended, or an invitation its history stays: cancel it instead."""
    session = db.session.get(Session, session_id)
    if session is None:
        raise NotFound("session.unknown")
    by.require(Act.PLAN, session.province_code)
    number = _take_away(Quota.session_id == session_id, "session.has_history")
    for table in (SessionDay, SessionOfficer, SessionChange):
        db.session.execute(delete(table).where(table.session_id == session_id))
    db.session.execute(delete(Session).where(Session.id == session_id))
    record(
        "session.removed",
        f"session:{session_id}",
        at=clock.now(),
        actor=by.label,
        province_code=session.province_code,
        before={"slug": session.slug, "starts_at": session.starts_at.isoformat(), "seats": number},
    )


@command
def remove_role(role_id: int, *, by: Actor) -> None:
    """Take a role out of every session; refused once anybody registered for it or was invited into it, anywhere."""
    by.require(Act.PLAN, None)
    role = db.session.get(Role, role_id)
    if role is None:
        raise NotFound("role.unknown")
    number = _take_away(Quota.role_id == role_id, "role.has_history")
    db.session.execute(delete(Limit).where(Limit.role_id == role_id))
    db.session.execute(delete(Role).where(Role.id == role_id))
    before = {"slug": role.slug, "seats": number}
    record("role.removed", f"role:{role_id}", at=clock.now(), actor=by.label, before=before)


def _take_away(which: ColumnElement[bool], refusal: str) -> int:
    """Delete quotas, locked, with their seats; how many seats there were."""
    ids = list(seats.lock_quotas(db.session.scalars(select(Quota.id).where(which)).all()))
    for table in (Registration, Invitation):
        if db.session.scalar(select(table.id).where(table.quota_id.in_(ids)).limit(1)):
            raise Refusal(refusal)
    number = len(db.session.scalars(select(Seat.id).where(Seat.quota_id.in_(ids))).all())
    db.session.execute(delete(Seat).where(Seat.quota_id.in_(ids)))
    db.session.execute(delete(Quota).where(Quota.id.in_(ids)))
    return number

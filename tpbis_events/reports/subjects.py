"""What the audit log calls the things of one session: the session, its quotas, invitations and registrations."""

from __future__ import annotations

from sqlalchemy import Select, String, cast, literal, select, union_all

from tpbis_events.foundation.database import db
from tpbis_events.people.actor import Act, Actor
from tpbis_events.people.model import Account
from tpbis_events.programmes.model import Event, Quota, Session
from tpbis_events.registrations.model import Invitation, Registration


def account_names() -> dict[str, str]:
    """The labels of all accounts with their names: `account:3` -> "Made". One query."""
    return {f"account:{key}": name for key, name in db.session.execute(select(Account.id, Account.name))}


def session_id_of(event_slug: str, session_slug: str, *, by: Actor) -> int | None:
    """The id of a session whose audit log the actor may see; None when there is none. One query."""
    found = db.session.execute(
        select(Session.id, Session.province_code)
        .join(Session.event)
        .where(Event.slug == event_slug, Session.slug == session_slug)
    ).one_or_none()
    return found.id if found and by.may(Act.SEE_AUDIT, found.province_code) else None


def subjects_of(session_id: int) -> Select[str]:
    """The subjects of a session as a select, to be looked for in the log."""
    called = union_all(
        select((literal("session:") + cast(Session.id, String)).label("subject")).where(Session.id == session_id),
        select(literal("quota:") + cast(Quota.id, String)).where(Quota.session_id == session_id),
        select(literal("registration:") + cast(Registration.id, String)).where(Registration.session_id == session_id),
        select(literal("invitation:") + cast(Invitation.id, String))
        .join(Invitation.quota)
        .where(Quota.session_id == session_id),
    ).subquery()
    return select(called.c.subject)

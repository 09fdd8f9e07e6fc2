"""Reads of one registration: the row for a page of the office, and the mail that it was owed."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from tpbis_events.foundation.codes import read_back
from tpbis_events.foundation.database import db
from tpbis_events.foundation.errors import NotFound
from tpbis_events.outbox.model import Mail
from tpbis_events.people.actor import Act, Actor
from tpbis_events.programmes.model import Session
from tpbis_events.registrations.model import Registration


def by_reference(reference: str, *, by: Actor, act: Act) -> Registration:
    """The registration with everything that its page shows. Refuses an unknown one, and one out of reach, with 404."""
    registration = db.session.scalar(
        select(Registration)
        .where(Registration.reference == read_back(reference))
        .options(
            joinedload(Registration.person, innerjoin=True),
            joinedload(Registration.role, innerjoin=True),
            joinedload(Registration.event, innerjoin=True),
            joinedload(Registration.seat),
            joinedload(Registration.invitation),
            joinedload(Registration.substitute).joinedload(Registration.person),
            joinedload(Registration.substitute_of).joinedload(Registration.person),
            joinedload(Registration.session, innerjoin=True).selectinload(Session.days),
        )
    )
    if registration is None:
        raise NotFound("registration.unknown")
    by.require(act, registration.session.province_code)
    return registration


def mails_of(registration_id: int) -> Sequence[Mail]:
    """The mail about a registration, newest first."""
    about = select(Mail).where(Mail.subject == f"registration:{registration_id}")
    return db.session.scalars(about.order_by(Mail.id.desc())).all()


def references_of(registration_ids: set[int]) -> dict[int, str]:
    """The references of registrations, for lists that know their ids."""
    if not registration_ids:
        return {}
    wanted = select(Registration.id, Registration.reference).where(Registration.id.in_(registration_ids))
    return dict(db.session.execute(wanted).all())


def id_of(reference: str) -> int | None:
    return db.session.scalar(select(Registration.id).where(Registration.reference == reference))


def registration_in_session(reference: str, session_id: int) -> int | None:
    """The id behind a reference as somebody typed it, if it is of this session."""
    return db.session.scalar(
        select(Registration.id).where(
            Registration.reference == read_back(reference), Registration.session_id == session_id
        )
    )

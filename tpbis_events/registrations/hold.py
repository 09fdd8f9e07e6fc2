"""Hold a registration for a change: the right checked, then its quota and its row locked, in that order."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from tpbis_events.foundation.database import db
from tpbis_events.foundation.errors import NotFound
from tpbis_events.people.actor import Act, Actor
from tpbis_events.programmes.model import Quota
from tpbis_events.registrations import seats
from tpbis_events.registrations.model import Registration


def hold(registration_id: int, *, by: Actor, act: Act) -> tuple[Registration, Quota]:
    """A step: what the actor may act on is her own registration, or one in a province where she has the right; else 404."""
    while True:
        quota_id = db.session.scalar(select(Registration.quota_id).where(Registration.id == registration_id))
        if quota_id is None:
            raise NotFound("registration.unknown")
        quota = seats.lock_quota(quota_id)
        if by.registration_id != registration_id:
            by.require(act, quota.session.province_code)
        registration = db.session.scalars(
            select(Registration)
            .where(Registration.id == registration_id)
            .options(joinedload(Registration.person, innerjoin=True))
            .with_for_update(of=Registration)
            .execution_options(populate_existing=True)
        ).one()
        if registration.quota_id == quota.id:  # else somebody moved it between the two statements: hold the new quota
            return registration, quota

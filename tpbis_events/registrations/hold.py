"""Hold registrations for a change: the right checked, then their quotas and their rows locked, in that order."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from tpbis_events.foundation.database import db
from tpbis_events.foundation.errors import NotFound
from tpbis_events.foundation.transaction import BeginAnew
from tpbis_events.people.actor import Act, Actor
from tpbis_events.programmes.model import Quota
from tpbis_events.registrations import seats
from tpbis_events.registrations.model import Registration


def hold(registration_id: int, *, by: Actor, act: Act) -> tuple[Registration, Quota]:
    """A step: what the actor may act on is her own registration, or one that she proposed, or one in a province where she has
    the right; else 404.
    """
    registrations, quotas = hold_all([registration_id], by=by, act=act)
    registration = registrations[0]
    return registration, quotas[registration.quota_id]


def hold_all(
    registration_ids: Collection[int], *, by: Actor, act: Act, quota_ids: Collection[int] = ()
) -> tuple[list[Registration], dict[int, Quota]]:
    """The same for several, in the order of their ids, and for quotas beyond theirs (where somebody is moved to)."""
    wanted = sorted(set(registration_ids))
    of_registrations = select(Registration.quota_id).where(Registration.id.in_(wanted)).distinct()
    quotas = seats.lock_quotas(set(db.session.scalars(of_registrations)) | set(quota_ids))
    registrations = list(
        db.session.scalars(
            select(Registration)
            .where(Registration.id.in_(wanted))
            .options(joinedload(Registration.person, innerjoin=True))
            .order_by(Registration.id)
            .with_for_update(of=Registration)
            .execution_options(populate_existing=True)
        )
    )
    # Somebody moved one between the two statements. Its new quota can't be locked now: lower ids come before higher ones, and
    # quotas before registrations.
    if any(registration.quota_id not in quotas for registration in registrations):
        raise BeginAnew
    if len(registrations) < len(wanted):
        raise NotFound("registration.unknown")
    for registration in registrations:
        if not by.owns(registration.id, act) and not by.proposed(registration.invitation_id, act):
            by.require(act, quotas[registration.quota_id].session.province_code)
    return registrations, quotas

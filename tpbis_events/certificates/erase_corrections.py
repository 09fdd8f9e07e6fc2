"""Erase what people asked to have corrected, when their own data is erased: two years after the session."""

from __future__ import annotations

from sqlalchemy import delete, select

from tpbis_events.certificates.model import Correction
from tpbis_events.foundation import clock
from tpbis_events.foundation.database import db
from tpbis_events.foundation.transaction import command
from tpbis_events.programmes.model import Session
from tpbis_events.registrations.erase import KEPT_AFTER_SESSION
from tpbis_events.registrations.model import Registration

AT_ONCE = 500


@command
def erase_corrections() -> int:
    """Some whose time is over; how many. The certificate keeps what it was issued with, each version of it."""
    over = (
        select(Correction.id)
        .join(Correction.registration)
        .join(Registration.session)
        .where(Session.ends_at < clock.now() - KEPT_AFTER_SESSION)
        .limit(AT_ONCE)
    )
    ids = db.session.scalars(over).all()
    db.session.execute(delete(Correction).where(Correction.id.in_(ids)))
    return len(ids)

"""What tests of commands look at afterwards: rows, mails that are owed, who sits, what the audit log keeps."""

from __future__ import annotations

from sqlalchemy import func, select

from tests.builders import Place
from tpbis_events.audit.model import AuditEntry
from tpbis_events.foundation.database import db
from tpbis_events.outbox.model import Mail
from tpbis_events.programmes.model import Seat
from tpbis_events.registrations.model import Registration, State
from tpbis_events.registrations.register import Registered


def row(of: Registered) -> Registration:
    """A registration as it stands in the database now."""
    return db.session.get_one(Registration, of.registration_id, populate_existing=True)


def states(*people: Registered) -> list[State]:
    return [row(each).state for each in people]


def mails(kind: str) -> list[Mail]:
    return list(db.session.scalars(select(Mail).where(Mail.kind == kind).order_by(Mail.id)))


def told(kind: str) -> list[str]:
    """Who was owed a mail of a kind, as it calls its subject."""
    return [mail.subject for mail in mails(kind)]


def about(*people: Registered) -> list[str]:
    """How mails and the audit log call these people's registrations."""
    return [f"registration:{each.registration_id}" for each in people]


def taken(place: Place) -> int:
    """How many seats of a place somebody has."""
    holds = (Registration.quota_id == place.quota_id, Registration.seat_id.is_not(None))
    return db.session.scalar(select(func.count()).select_from(Registration).where(*holds)) or 0


def seats(place: Place) -> int:
    return db.session.scalar(select(func.count()).select_from(Seat).where(Seat.quota_id == place.quota_id)) or 0


def entries(act: str) -> list[AuditEntry]:
    return list(db.session.scalars(select(AuditEntry).where(AuditEntry.act == act).order_by(AuditEntry.id)))

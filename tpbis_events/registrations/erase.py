"""Erase what persons said of themselves two years after their session; certificates that were issued stay (UU PDP 27/2022)."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import delete, select, update

from tpbis_events.audit.record import record
from tpbis_events.foundation import clock
from tpbis_events.foundation.database import db
from tpbis_events.foundation.transaction import command
from tpbis_events.outbox.model import Mail
from tpbis_events.people import keep_words
from tpbis_events.people.actor import WORKER
from tpbis_events.people.model import Person
from tpbis_events.programmes.model import Quota, Session
from tpbis_events.registrations.call_model import Call
from tpbis_events.registrations.model import Invitation, Registration, Tag

# As the consent text says (templates/public/register); change both together.
KEPT_AFTER_SESSION = timedelta(days=2 * 365)
AT_ONCE = 200
_EMPTY = {
    "full_name": "",
    "name_key": "",
    "institution": "",
    "position": "",
    **dict.fromkeys(
        ("own_script_name", "email", "email_key", "phone", "employment", "nip", "regency_code", "support_needed")
    ),
}

_NO_KEYS = {"email_key": None, "phone_key": None, "name_key": "", "institution_key": ""}


@command
def erase_expired() -> int:
    """Empty the persons and invitations whose time is over, with their mails and contact keys, some at a time; how many.

    Seat, role, state, attendance and province stay for the report; the certificate keeps what it was issued with.
    """
    now = clock.now()
    return _erase_persons(now) + _erase_invitations(now)


def _erase_persons(now: datetime) -> int:
    rows = db.session.execute(
        select(Registration.id, Registration.person_id)
        .join(Session, Registration.session_id == Session.id)
        .join(Person, Registration.person_id == Person.id)
        .where(Session.ends_at < now - KEPT_AFTER_SESSION, Person.full_name != "")
        .limit(AT_ONCE)
        .with_for_update(of=Person, skip_locked=True)
    ).all()
    registrations = [registration_id for registration_id, _ in rows]
    persons = [person_id for _, person_id in rows]
    db.session.execute(update(Person).where(Person.id.in_(persons)).values(**_EMPTY))
    keep_words.forget(persons)
    keys = {**_NO_KEYS, "end_reason": None, "link_version": Registration.link_version + 1}
    db.session.execute(update(Registration).where(Registration.id.in_(registrations)).values(**keys))
    db.session.execute(delete(Tag).where(Tag.registration_id.in_(registrations)))
    db.session.execute(delete(Call).where(Call.registration_id.in_(registrations)))
    _forget("person.erased", [f"registration:{registration_id}" for registration_id in registrations], now)
    return len(rows)


def _erase_invitations(now: datetime) -> int:
    invitations = db.session.scalars(
        select(Invitation.id)
        .join(Invitation.quota)
        .join(Quota.session)
        .where(Session.ends_at < now - KEPT_AFTER_SESSION, Invitation.name != "")
        .limit(AT_ONCE)
        .with_for_update(of=Invitation, skip_locked=True)
    ).all()
    db.session.execute(update(Invitation).where(Invitation.id.in_(invitations)).values(name="", email=None))
    _forget("invitation.erased", [f"invitation:{invitation_id}" for invitation_id in invitations], now)
    return len(invitations)


def _forget(act: str, subjects: list[str], now: datetime) -> None:
    """Delete the mails about these, and write down that it was done."""
    db.session.execute(delete(Mail).where(Mail.subject.in_(subjects)))
    for subject in subjects:
        record(act, subject, at=now, actor=WORKER.label)

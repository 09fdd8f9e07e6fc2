"""Ask for one's links again: one mail lists the registrations of an address, and no answer tells whether there are any."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from flask import current_app
from sqlalchemy import delete, select
from sqlalchemy.orm import contains_eager, joinedload

from tpbis_events.foundation import clock
from tpbis_events.foundation.database import db, insert_on_conflict
from tpbis_events.foundation.errors import Invalid
from tpbis_events.foundation.transaction import command
from tpbis_events.outbox.model import Mail, MailState
from tpbis_events.outbox.put import put
from tpbis_events.people.model import Person
from tpbis_events.places.languages import checked_language
from tpbis_events.programmes.model import Session
from tpbis_events.registrations import rules
from tpbis_events.registrations.address_links import link_of
from tpbis_events.registrations.links import LIFE_AFTER_SESSION
from tpbis_events.registrations.model import FormKey, Registration
from tpbis_events.registrations.rules import Applicant

KIND = "links"
PAUSE = timedelta(minutes=10)
LISTED = 50  # so many fit into a mail that no inbox cuts
KEPT = timedelta(days=30)


@command
def ask_link(email: str, language: str) -> None:
    """Owe an address one mail with the links to all its registrations that still open, cancelled ones too.

    A known and an unknown address are answered alike, and within ten minutes an address is owed no second mail. The mail
    goes to the address as it was given at registration; on an office's address it names each colleague. It has the link to
    all certificates of the address as well, also when the links to its registrations have ended. `language` is that of the
    page. Refuses what is no address.
    """
    address, now = _address(email), clock.now()
    about = _about(address)
    # Both are asked for every address, known or not, so that the time an answer takes tells nothing.
    first, found = _first_in_ten_minutes(about, now), _registrations_of(address)
    if first and found:
        open_ones = [each for each in found if each.session.ends_at >= now - LIFE_AFTER_SESSION]
        put(
            KIND,
            subject=f"address:{about}",
            version=int(now.timestamp() // 60),
            to=found[0].person.email or "",
            language=checked_language(language),
            facts={
                "registrations": [_told(each) for each in open_ones[:LISTED]],
                "more": len(open_ones) > LISTED,
                "all_certificates": link_of(found[0].person, at=now),
            },
            at=now,
        )


@command
def forget_asking() -> int:
    """Delete who asked more than ten minutes ago, and the mails that answered a month ago; how many were deleted."""
    now = clock.now()
    asked = delete(FormKey).where(FormKey.fingerprint == KIND, FormKey.created_at <= now - PAUSE)
    ended = Mail.state.in_((MailState.SENT, MailState.FAILED, MailState.HELD, MailState.GIVEN_UP))
    answered = delete(Mail).where(Mail.kind == KIND, ended, Mail.owed_at <= now - KEPT)
    return sum(
        len(db.session.execute(each).all()) for each in (asked.returning(FormKey.key), answered.returning(Mail.id))
    )


def _address(email: str) -> str:
    typed = rules.clean(Applicant(full_name="", email=email)).email
    if not typed:
        raise Invalid({"email": "text.missing"})
    address, wrong = rules.read_email(typed, test_addresses=not current_app.config["PRODUCTION"])
    if wrong:
        raise Invalid({"email": wrong})
    return address.casefold()


def _about(address: str) -> str:
    """What stands for an address where it is only to be known again: nobody without the secret can try addresses on it."""
    secret: str = current_app.config["SECRET_KEY"]
    return hmac.new(secret.encode(), f"tpbis ask link {address}".encode(), hashlib.sha256).hexdigest()


def _first_in_ten_minutes(about: str, now: datetime) -> bool:
    """Write down that an address was asked for, unless it was within ten minutes. Of two at once the second waits here."""
    asked = insert_on_conflict(FormKey).values(key=about, fingerprint=KIND, created_at=now)
    again = asked.on_conflict_do_update(
        index_elements=[FormKey.key], set_={"created_at": now}, where=FormKey.created_at <= now - PAUSE
    )
    return db.session.scalar(again.returning(FormKey.key)) is not None


def _registrations_of(address: str) -> Sequence[Registration]:
    """Those of a person with this address, in upper or lower case; the latest session first."""
    return db.session.scalars(
        select(Registration)
        .join(Registration.person)
        .join(Registration.session)
        .where(Person.email_key == address)
        .options(
            contains_eager(Registration.person),
            contains_eager(Registration.session),
            joinedload(Registration.event, innerjoin=True),
            joinedload(Registration.role, innerjoin=True),
        )
        .order_by(Session.starts_at.desc(), Person.name_key, Registration.id)
        .limit(LISTED + 1)
    ).all()


def _told(registration: Registration) -> dict[str, Any]:
    session, event, role = registration.session, registration.event, registration.role
    return {
        "registration_id": registration.id,
        "link_version": registration.link_version,
        "reference": registration.reference,
        "full_name": registration.person.full_name,
        "event_id": event.name_id,
        "event_en": event.name_en,
        "session_id": session.name_id,
        "session_en": session.name_en,
        "role_id": role.name_id,
        "role_en": role.name_en,
        "zone": session.zone,
        "starts_at": session.starts_at.isoformat(),
        "ends_at": session.ends_at.isoformat(),
        "state": registration.state.value,
    }

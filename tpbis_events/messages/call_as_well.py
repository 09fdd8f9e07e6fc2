"""Tell somebody by WhatsApp or telephone as well what a mail told her: the mail becomes a line of the list, with a ready text."""

from __future__ import annotations

from sqlalchemy import select

from tpbis_events.audit.record import record
from tpbis_events.foundation import clock
from tpbis_events.foundation.database import db, insert_on_conflict
from tpbis_events.foundation.errors import Refusal
from tpbis_events.foundation.transaction import command
from tpbis_events.outbox.model import Mail
from tpbis_events.people.actor import Act, Actor
from tpbis_events.registrations import lookup
from tpbis_events.registrations.call_model import Call
from tpbis_events.registrations.letters import CARRIED


@command
def call_as_well(reference: str, mail_id: int, *, by: Actor) -> int:
    """The id of the line; the same one when it is there already. The mail goes its own way.

    Needs the right to tell people there (404, 403). Refuses a mail that isn't about this registration, and what somebody told
    her before.
    """
    registration = lookup.by_reference(reference, by=by, act=Act.TELL)
    mail = db.session.get(Mail, mail_id)
    if mail is None or mail.subject != f"registration:{registration.id}":
        raise Refusal("call.no_mail")
    now = clock.now()
    row = insert_on_conflict(Call).values(
        registration_id=registration.id,
        kind=mail.kind,
        version=mail.version,
        facts={name: fact for name, fact in mail.facts.items() if name not in CARRIED},
        owed_at=now,
        tries=0,
    )
    made = db.session.scalar(row.on_conflict_do_nothing().returning(Call.id))
    if made:
        record(
            "registration.to_be_told",
            mail.subject,
            at=now,
            actor=by.label,
            province_code=registration.session.province_code,
            after={"mail": mail.kind},
        )
        return int(made)
    same = (Call.registration_id == registration.id, Call.kind == mail.kind, Call.version == mail.version)
    call = db.session.scalars(select(Call).where(*same)).one()
    if call.told_at is not None:
        raise Refusal("call.told")
    return call.id

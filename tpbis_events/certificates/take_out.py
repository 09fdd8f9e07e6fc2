"""Take files out to be signed outside: written down first, since certificates may state a NIP; the files are read after it."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.orm import contains_eager

from tpbis_events.audit.record import record
from tpbis_events.certificates.file import drawn
from tpbis_events.certificates.lookup import facts_of
from tpbis_events.certificates.model import Certificate, Version
from tpbis_events.certificates.rules import file_name
from tpbis_events.certificates.waiting_outside import PORTION, chosen
from tpbis_events.foundation import clock
from tpbis_events.foundation.database import db
from tpbis_events.foundation.errors import NotFound, Refusal
from tpbis_events.foundation.transaction import command
from tpbis_events.people.actor import Act, Actor
from tpbis_events.programmes.model import Event
from tpbis_events.registrations.model import Registration
from tpbis_events.registrations.see_number import note_look


@dataclass(frozen=True, slots=True)
class TakenOut:
    """One file that is taken out; its bytes are those that `drawn_file` gives."""

    version_id: int
    number: str
    full_name: str
    file_name: str


@command
def take_out(event_id: int, first: int, last: int, *, by: Actor) -> tuple[TakenOut, ...]:
    """Those of a portion that still wait; nothing about them changes, so that a portion can be taken out again.

    Needs the right to sign certificates. The entry of the audit log says which numbers, and how many of them state a NIP.
    """
    by.require(Act.SIGN_CERTIFICATES, None)
    if db.session.get(Event, event_id) is None:
        raise NotFound("event.unknown")
    wanted = chosen(event_id).where(Version.id.between(first, last)).limit(PORTION)
    with_session = contains_eager(Version.certificate).contains_eager(Certificate.registration)
    rows = db.session.scalars(wanted.options(with_session.joinedload(Registration.session))).all()
    if not rows:
        raise Refusal("certificate.none_waits")
    names: dict[str, int] = {}
    taken, now = [], clock.now()
    for row in rows:
        if row.nip:  # it stands on the certificate whole: taking that out is a look at the number
            registration = row.certificate.registration
            note_look(registration.id, registration.session.province_code, at=now, by=by)
        name = file_name(row.certificate.number)
        names[name] = names.get(name, 0) + 1
        if names[name] > 1:  # two numbers that differ by their signs alone
            name = f"{name.removesuffix('.pdf')}--{names[name]}.pdf"
        taken.append(TakenOut(row.id, row.certificate.number, facts_of(row).full_name, name))
    record(
        "certificates.taken_out",
        f"event:{event_id}",
        at=now,
        actor=by.label,
        after={
            "certificates": len(taken),
            "first": taken[0].number,
            "last": taken[-1].number,
            "with_nip": sum(1 for row in rows if row.nip),
        },
    )
    return tuple(taken)


def drawn_file(taken: TakenOut) -> bytes:
    """The file as it was drawn."""
    return drawn(db.session.get_one(Version, taken.version_id))

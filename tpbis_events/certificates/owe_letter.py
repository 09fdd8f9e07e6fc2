"""Owe who has a certificate the mail that says so: a step of the commands by which its file comes to be there."""

from __future__ import annotations

from datetime import datetime

from flask import current_app

from tpbis_events.certificates.model import Certificate
from tpbis_events.programmes.model import CertificateKind
from tpbis_events.registrations.address_links import link_of
from tpbis_events.registrations.facts import facts_of
from tpbis_events.registrations.letters import owe_prepared
from tpbis_events.registrations.model import Registration

KIND = "certificate_ready"
_OF_THE_DAY = ("qr", "calendar")


def owe_letter(certificate: Certificate, code: str, registration: Registration, *, at: datetime) -> None:
    """Once for each version of the certificate, when its file can be fetched: where it is to be signed, then.

    Who makes it herself has it before her, and is owed none. It carries no ticket for the door and nothing for the calendar:
    the session is over.
    """
    english = "/en" if registration.person.language == "en" else ""
    facts = facts_of(
        registration,
        at=at,
        certificate_number=certificate.number,
        check_page=f"{current_app.config['BASE_URL']}{english}/check/{code}",
        newer=certificate.version > 1,
        of_attendance=certificate.kind is CertificateKind.LETTER,
        all_certificates=link_of(registration.person, at=at),
    )
    owe_prepared(
        KIND,
        registration,
        version=certificate.version,
        language=registration.person.language,
        facts={name: fact for name, fact in facts.items() if name not in _OF_THE_DAY},
        at=at,
    )

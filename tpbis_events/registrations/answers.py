"""What a person told at registration, in the shape in which she may tell it anew."""

from __future__ import annotations

from tpbis_events.people.model import Person
from tpbis_events.registrations.model import Registration
from tpbis_events.registrations.rules import Applicant, Asked


def asked_of(registration: Registration) -> Asked:
    """What the role and session of a registration ask; who was moved here from another province is asked for hers."""
    role, session, person = registration.role, registration.session, registration.person
    elsewhere = person.province_code not in (None, session.province_code)  # moved here from another province
    return Asked(role.origin, role.regency_required, None if elsewhere else session.province_code)


def asked_of_substitute(registration: Registration) -> Asked:
    """What is asked of who comes in a person's place: as of anybody new in this role and session."""
    role, session = registration.role, registration.session
    return Asked(role.origin, role.regency_required, session.province_code)


def answers_of(registration: Registration) -> Applicant:
    """The answers as they stand; the consent that was given goes on."""
    person = registration.person
    return Applicant(
        full_name=person.full_name,
        email=person.email or "",
        phone=person.phone or "",
        institution=person.institution,
        position=person.position,
        own_script_name=person.own_script_name or "",
        shared_address=_shared(registration, person),
        employment=person.employment or "",
        nip=person.nip or "",
        province_code=person.province_code or "",
        regency_code=person.regency_code or "",
        country_code=person.country_code,
        support_needed=person.support_needed or "",
        consent=True,
        language=person.language,
    )


def _shared(registration: Registration, person: Person) -> bool:
    """Keys that are more than the address or number itself tell colleagues apart by name."""
    if person.email:
        return registration.email_key != person.email.casefold()
    return registration.phone_key != person.phone

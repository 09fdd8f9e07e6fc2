"""What of a person has changed since her certificate was written: the reason for a new version."""

from __future__ import annotations

from tpbis_events.certificates.earning import Earned
from tpbis_events.certificates.lookup import facts_of
from tpbis_events.certificates.model import Certificate
from tpbis_events.programmes.model import CertificateKind
from tpbis_events.registrations.model import Registration


def personal_changes(registration: Registration, certificate: Certificate, earned: Earned) -> tuple[str, ...]:
    """Names of the person's own facts that a new version would say differently. No query beyond the rows given."""
    said, person, role = facts_of(certificate.latest), registration.person, registration.role
    still_letter = certificate.kind is CertificateKind.LETTER and not earned.earned
    now = {
        "full_name": person.full_name,
        "nip": person.nip,
        "position": person.position,
        "institution": person.institution,
        "role_id": role.name_id,
        "role_en": role.name_en,
        "kind": (CertificateKind.LETTER if still_letter else role.certificate_kind).value,
        "jp": earned.jp,
    }
    changed = [name for name, value in now.items() if getattr(said, name) != value]
    if said.own_script_name != person.own_script_name and _printable(person.own_script_name):
        changed.append("own_script_name")
    return tuple(changed)


def _printable(name: str | None) -> bool:
    from tpbis_events.certificates.shaping import undrawable

    return not name or not undrawable(name)

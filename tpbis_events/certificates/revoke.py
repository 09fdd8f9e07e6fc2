"""Revoke a certificate: it stays visible as revoked, with the day and the reason, and is never issued again in silence."""

from __future__ import annotations

from dataclasses import dataclass

from tpbis_events.attendance.hold import lock_registration
from tpbis_events.audit.record import record
from tpbis_events.certificates.lookup import of_registration
from tpbis_events.foundation import clock
from tpbis_events.foundation.errors import Invalid, NotFound, Refusal
from tpbis_events.foundation.transaction import command
from tpbis_events.people.actor import Act, Actor
from tpbis_events.programmes.texts import tidy

LONGEST_REASON = 500


@dataclass(frozen=True, slots=True)
class Revoked:
    number: str


@command
def revoke(registration_id: int, *, reason: str, by: Actor) -> Revoked:
    """All versions at once. The reason is needed, and anybody who checks the certificate reads it; its number stays taken.

    Refuses one that is revoked already, so that the first day and reason stand.
    """
    registration = lock_registration(registration_id)
    by.require(Act.REVOKE_CERTIFICATE, registration.session.province_code)
    certificate = of_registration(registration.id)
    if certificate is None:
        raise NotFound("certificate.not_made")
    if certificate.revoked_at:
        raise Refusal("certificate.revoked", number=certificate.number)
    reason = tidy(reason)
    if not reason or len(reason) > LONGEST_REASON:
        raise Invalid({"reason": "text.too_long" if reason else "text.missing"})
    now = clock.now()
    certificate.revoked_at, certificate.revoked_by, certificate.revoke_reason = now, by.label, reason
    record(
        "certificate.revoked",
        f"registration:{registration.id}",
        at=now,
        actor=by.label,
        province_code=registration.session.province_code,
        after={"number": certificate.number, "version": certificate.version},
        reason=reason,
    )
    return Revoked(certificate.number)

"""Decide what somebody asked to have corrected: accepted, her answers change and the certificate gets a new version."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from tpbis_events.audit.record import record
from tpbis_events.certificates.lookup import of_registration
from tpbis_events.certificates.model import Certificate, Correction
from tpbis_events.certificates.reissue import write_next
from tpbis_events.foundation import clock
from tpbis_events.foundation.database import db
from tpbis_events.foundation.errors import Invalid, NotFound, Refusal
from tpbis_events.foundation.transaction import command
from tpbis_events.people.actor import Act, Actor
from tpbis_events.programmes.texts import tidy
from tpbis_events.registrations import rules
from tpbis_events.registrations.hold import hold
from tpbis_events.registrations.model import Registration

LONGEST_REASON = 500


@dataclass(frozen=True, slots=True)
class Decided:
    """`version` is that of the certificate now; none where there is none yet, or it says the same as before."""

    accepted: bool
    version: int | None = None


@command
def decide_correction(
    registration_id: int, correction_id: int, *, accept: bool, reason: str = "", by: Actor
) -> Decided:
    """One act: the answers and the new version together, or neither. Not accepting it needs a reason, which the person reads.

    Needs the right to correct in the session's province, and to accept where a certificate was issued, that to issue as
    well. Refuses a request that was decided or changed by the person meanwhile.
    """
    registration, quota = hold(registration_id, by=by, act=Act.CORRECT)
    province = quota.session.province_code
    by.require(Act.CORRECT, province)  # hold() lets in the person herself too; she asks, and doesn't decide
    correction = db.session.scalar(
        select(Correction).where(Correction.id == correction_id, Correction.registration_id == registration.id)
    )
    if correction is None:
        raise NotFound("correction.unknown")
    if correction.decided_at:
        raise Refusal("correction.decided")
    reason, now = tidy(reason), clock.now()
    if len(reason) > LONGEST_REASON or not (accept or reason):
        raise Invalid({"reason": "text.too_long" if reason else "text.missing"})
    correction.decided_at, correction.decided_by = now, by.label
    correction.accepted, correction.reason = accept, reason or None
    record(
        "correction.accepted" if accept else "correction.rejected",
        f"registration:{registration.id}",
        at=now,
        actor=by.label,
        province_code=province,
        after={"fields": sorted(correction.asked)},
        reason=reason or None,
    )
    if not accept:
        return Decided(False)
    person = registration.person
    for name, value in correction.asked.items():
        setattr(person, name, (value or None) if name == "own_script_name" else value)
    person.name_key = rules.name_key(person.full_name)
    db.session.flush()
    certificate = of_registration(registration.id)
    if certificate is None or certificate.revoked_at:
        return Decided(True)
    by.require(Act.ISSUE_CERTIFICATE, province)
    return Decided(True, _next_version(registration, certificate, now, by))


def _next_version(registration: Registration, certificate: Certificate, at: datetime, by: Actor) -> int | None:
    """None where the paper says the same as before: a name in a script that isn't printed was corrected."""
    try:
        return write_next(registration, certificate, at=at, by=by).version
    except Refusal as no:
        if no.code != "certificate.nothing_new":
            raise
        return None

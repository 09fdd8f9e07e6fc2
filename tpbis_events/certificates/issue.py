"""Issue the certificate that a registration has earned; asked again, it is the same one."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy import select

from tpbis_events.attendance.hold import lock_registration
from tpbis_events.audit.record import record
from tpbis_events.certificates import numbers, own_key
from tpbis_events.certificates.design import design_of
from tpbis_events.certificates.earning import Earned, earned_by
from tpbis_events.certificates.lookup import of_registration
from tpbis_events.certificates.model import Certificate, Series, Signing
from tpbis_events.certificates.owe_letter import owe_letter
from tpbis_events.certificates.wording import CODE_LENGTH, facts_now
from tpbis_events.certificates.write_version import write_version
from tpbis_events.foundation import clock
from tpbis_events.foundation.database import db, insert_on_conflict
from tpbis_events.foundation.errors import Invalid, Refusal
from tpbis_events.foundation.transaction import command
from tpbis_events.people.actor import Act, Actor
from tpbis_events.places.local_time import local_date
from tpbis_events.programmes.model import CertificateKind
from tpbis_events.programmes.texts import tidy
from tpbis_events.registrations.model import Registration, State

__all__ = ["CODE_LENGTH", "Issued", "give", "issue", "require_ready"]

LONGEST_REASON = 500


@dataclass(frozen=True, slots=True)
class Issued:
    certificate_id: int
    number: str
    code: str
    version_id: int  # the newest version; its file may still have to be signed (sign_file.py)
    already: bool = field(default=False, compare=False)  # it was there before


@command
def issue(registration_id: int, *, by: Actor, letter: bool = False, waiver: str | None = None) -> Issued:
    """Numbers of a series run without gap or double within a year, and what is printed is kept word for word.

    By the participant herself, or with the right to issue certificates in the session's province. Year and month of the
    number are those of today in the session's zone. Refuses: who has no seat, who lacks something that the event asks, an
    event without somebody who signs, or whose key can't sign now, a session whose coming days would still change the hours,
    a name that can't be printed. `letter`: a letter of attendance instead, for who fell short. `waiver`: the office's reason
    to issue it although something is missing; it stays on record.

    Locks: the registration's row, then the row of the series, never the other way round. The quota isn't needed, as no
    seat changes; `hold()` of registrations/hold.py takes it before the registration, so both orders agree.
    """
    registration = lock_registration(registration_id)
    if by.registration_id != registration.id or waiver is not None:
        by.require(Act.ISSUE_CERTIFICATE, registration.session.province_code)
    return give(registration, letter=letter, waiver=waiver, at=clock.now(), by=by)


def give(
    registration: Registration, *, at: datetime, by: Actor, letter: bool = False, waiver: str | None = None
) -> Issued:
    """A step: what `issue` says, for a registration whose row is locked and an actor whose right was asked by the caller.

    What it refuses after a number was drawn leaves the number taken: the caller rolls back, all or to a savepoint.
    """
    known = of_registration(registration.id)
    if known:
        if known.revoked_at:
            raise Refusal("certificate.revoked", number=known.number)
        return Issued(known.id, known.number, known.code, known.latest.id, already=True)
    reason = _reason(waiver)
    kind = CertificateKind.LETTER if letter else registration.role.certificate_kind
    earned = require_ready(registration, kind, at=at, waived=bool(reason))
    certificate = _numbered(registration, earned, kind, at=at, by=by.label)
    certificate.waiver, certificate.waived_by = reason, by.label if reason else None
    version = certificate.versions[0]
    db.session.add(certificate)
    db.session.flush()
    record(
        "certificate.issued",
        f"registration:{registration.id}",
        at=at,
        actor=by.label,
        province_code=registration.session.province_code,
        after={"number": certificate.number, "version": 1, "kind": kind.value, "jp": earned.jp},
        reason=reason,
    )
    if by.registration_id != registration.id and not version.waits_for_signature:
        owe_letter(certificate, version.code, registration, at=at)
    return Issued(certificate.id, certificate.number, version.code, version.id)


def require_ready(
    registration: Registration, kind: CertificateKind, *, at: datetime, waived: bool, earned: Earned | None = None
) -> Earned:
    """What was earned, or why there is no certificate of this kind. `earned`: read before, for many at once."""
    if registration.state is not State.SEATED:
        raise Refusal("certificate.not_seated")
    if not registration.person.full_name:  # erased two years after the session: a paper of today would name nobody
        raise Refusal("certificate.person_erased")
    earned = earned or earned_by(registration)
    over = at >= registration.session.ends_at
    if kind is CertificateKind.LETTER:
        _require_letter(registration, earned, over=over)
    elif not waived:
        _require_earned(earned)
    if not over and earned.standing.attended_days < len(registration.session.days):
        raise Refusal("certificate.days_to_come")
    if not registration.event.signatory_name:
        raise Refusal("certificate.unsigned_event")
    if design_of(registration.event).signing == Signing.OWN.value:
        own_key.require_key(at)  # here, before a number is drawn
    return earned


def _require_earned(earned: Earned) -> None:
    days = earned.standing
    if not days.earned:
        raise Refusal("certificate.not_earned", attended=days.attended_days, needed=days.needed_days)
    if not earned.earned:
        raise Refusal("certificate.requirements_missing")


def _require_letter(registration: Registration, earned: Earned, *, over: bool) -> None:
    if earned.earned or not design_of(registration.event).letters:
        raise Refusal("certificate.no_letter")
    if not earned.standing.attended_days:
        raise Refusal("certificate.not_earned", attended=0, needed=1)
    if not over:
        raise Refusal("certificate.days_to_come")


def _reason(waiver: str | None) -> str | None:
    if waiver is None:
        return None
    reason = tidy(waiver)
    if not reason or len(reason) > LONGEST_REASON:
        raise Invalid({"reason": "text.too_long" if reason else "text.missing"})
    return reason


def _numbered(
    registration: Registration, earned: Earned, kind: CertificateKind, *, at: datetime, by: str
) -> Certificate:
    """The certificate with its first version, numbered under the lock of its series."""
    event = registration.event
    today: date = local_date(at, registration.session.zone)
    facts = facts_now(registration, earned, kind, today)  # before the lock: it may refuse, and takes its time
    sequence = _next_number(event.certificate_series, today.year)
    design = design_of(event)
    number = numbers.written(design.template(kind), sequence, event.certificate_series, event.slug, kind, today)
    if db.session.scalar(select(Certificate.id).where(Certificate.number == number)):
        raise Refusal("certificate.number_taken", number=number)
    certificate = Certificate(registration_id=registration.id, number=number, kind=kind, version=1)
    write_version(certificate, facts, signing=Signing(design.signing), at=at, by=by)
    return certificate


def _next_number(series: str, year: int) -> int:
    """The next number, drawn under the lock of the series' row; a transaction that fails gives it back.

    The row is made when missing: of two who are first at once the second waits for the end of the first here.
    """
    db.session.execute(
        insert_on_conflict(Series).values(name=series, year=year, last_number=0).on_conflict_do_nothing()
    )
    row = db.session.scalars(
        select(Series)
        .where(Series.name == series, Series.year == year)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one()
    row.last_number += 1
    return row.last_number

"""Issue the certificate that a registration has earned; asked again, it is the same one."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from datetime import date
from typing import TYPE_CHECKING

from flask import current_app
from sqlalchemy import select

from tpbis_events.attendance.hold import lock_registration
from tpbis_events.audit.record import record
from tpbis_events.certificates import rules
from tpbis_events.certificates.lookup import earned_by, of_registration
from tpbis_events.certificates.model import Certificate, Series
from tpbis_events.foundation import clock, codes
from tpbis_events.foundation.database import db, insert_on_conflict
from tpbis_events.foundation.errors import Refusal
from tpbis_events.foundation.transaction import command
from tpbis_events.people.actor import Act, Actor
from tpbis_events.places.local_time import format_date_range, local_date
from tpbis_events.programmes.model import Mode, Session
from tpbis_events.registrations.model import Registration, State

if TYPE_CHECKING:
    from tpbis_events.certificates.drawing import CertificateFacts

CODE_LENGTH = 20  # 100 bits: nobody finds one by trying
ISSUE_PLACE = "Jakarta"  # where Perpusnas signs


@dataclass(frozen=True, slots=True)
class Issued:
    certificate_id: int
    number: str
    code: str


@command
def issue(registration_id: int, *, by: Actor) -> Issued:
    """Numbers of a series run without gap or double within a year, and what is printed is kept word for word.

    By the participant herself, or with the right to issue certificates in the session's province. Year and month of the
    number are those of today in the session's zone. Refuses: who has no seat, who was there too few days, an event
    without somebody who signs, a session whose coming days would still change the hours, a name that can't be printed.

    Locks: the registration's row, then the row of the series, never the other way round. The quota isn't needed, as no
    seat changes; `hold()` of registrations/hold.py takes it before the registration, so both orders agree.
    """
    registration = lock_registration(registration_id)
    session = registration.session
    if by.registration_id != registration.id:
        by.require(Act.ISSUE_CERTIFICATE, session.province_code)
    known = of_registration(registration.id)
    if known:
        if known.revoked_at:
            raise Refusal("certificate.revoked", number=known.number)
        return Issued(known.id, known.number, known.code)
    now = clock.now()
    today = local_date(now, session.zone)
    jp = _earned_hours(registration, over=now >= session.ends_at)
    facts = _printable(_facts(registration, jp, codes.new_code(CODE_LENGTH), today))
    sequence = _next_number(registration.event.certificate_series, today.year)
    facts = replace(
        facts, number=rules.number(sequence, registration.event.certificate_series, registration.event.slug, today)
    )
    certificate = Certificate(
        registration_id=registration.id,
        number=facts.number,
        version=facts.version,
        code=codes.read_back(facts.code),
        nip=facts.nip,
        facts={name: value for name, value in asdict(facts).items() if name != "nip"},
        issued_at=now,
        issued_by=by.label,
    )
    db.session.add(certificate)
    db.session.flush()
    record(
        "certificate.issued",
        f"registration:{registration.id}",
        at=now,
        actor=by.label,
        province_code=session.province_code,
        after={"number": certificate.number, "version": certificate.version, "jp": jp},
    )
    return Issued(certificate.id, certificate.number, certificate.code)


def _earned_hours(registration: Registration, *, over: bool) -> int:
    """The JP of the attended days, or why there is no certificate."""
    if registration.state is not State.SEATED:
        raise Refusal("certificate.not_seated")
    earned = earned_by(registration)
    if not earned.standing.earned:
        raise Refusal(
            "certificate.not_earned", attended=earned.standing.attended_days, needed=earned.standing.needed_days
        )
    if not over and earned.standing.attended_days < len(registration.session.days):
        raise Refusal("certificate.days_to_come")
    if not registration.event.signatory_name:
        raise Refusal("certificate.unsigned_event")
    return earned.jp


def _facts(registration: Registration, jp: int, code: str, today: date) -> CertificateFacts:
    from tpbis_events.certificates.drawing import CertificateFacts

    event, session, role, person = registration.event, registration.session, registration.role, registration.person
    dates = [day.local_date for day in session.days]
    return CertificateFacts(
        full_name=person.full_name,
        own_script_name=person.own_script_name,
        nip=person.nip,
        position=person.position,
        institution=person.institution,
        role_id=role.name_id,
        role_en=role.name_en,
        event_name_id=event.name_id,
        event_name_en=event.name_en,
        place=_place(session),
        dates_id=format_date_range(dates, "id"),
        dates_en=format_date_range(dates, "en"),
        jp=jp,
        number="",
        version=1,
        code=codes.grouped(code),
        check_url=f"{current_app.config['BASE_URL']}/check/{code}",
        issued_on_id=format_date_range([today], "id"),
        issued_on_en=format_date_range([today], "en"),
        issue_place=ISSUE_PLACE,
        signatory_name=event.signatory_name or "",
        signatory_position_id=event.signatory_position_id or event.signatory_position_en or "",
        signatory_position_en=event.signatory_position_en or event.signatory_position_id or "",
        specimen=event.demo,
    )


def _place(session: Session) -> str:
    if session.mode is Mode.ONLINE:
        return "Daring / Online"
    return session.city


def _printable(facts: CertificateFacts) -> CertificateFacts:
    """Facts that can be printed whole: a name in a script without a face here is left out, any other such text refused."""
    from tpbis_events.certificates.drawing import undrawable

    if not undrawable(facts):
        return facts
    facts = replace(facts, own_script_name=None)
    characters = undrawable(facts)
    if characters:
        raise Refusal("certificate.undrawable", characters=characters)
    return facts


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

"""What a certificate would say if it were written now: the facts of person, event, session and design put together."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from flask import current_app
from sqlalchemy import select

from tpbis_events.certificates.design import Design, design_of
from tpbis_events.certificates.earning import Earned
from tpbis_events.certificates.facts import CertificateFacts, moment
from tpbis_events.certificates.images import Purpose
from tpbis_events.certificates.model import Image
from tpbis_events.foundation import codes
from tpbis_events.foundation.database import db
from tpbis_events.foundation.errors import Refusal
from tpbis_events.places.local_time import format_date_range
from tpbis_events.programmes.model import CertificateKind, Event, Mode, Session
from tpbis_events.registrations.model import Registration

CODE_LENGTH = 20  # 100 bits: nobody finds one by trying


def facts_now(registration: Registration, earned: Earned, kind: CertificateKind, today: date) -> CertificateFacts:
    """The facts without number and version, with a new code. Refuses a name that can't be printed."""
    event, session, role, person = registration.event, registration.session, registration.role, registration.person
    dates = [day.local_date for day in session.days]
    code = codes.new_code(CODE_LENGTH)
    facts = CertificateFacts(
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
        jp=earned.jp,
        number="",
        version=1,
        code=codes.grouped(code),
        check_url=f"{current_app.config['BASE_URL']}/check/{code}",
        issued_on_id=format_date_range([today], "id"),
        issued_on_en=format_date_range([today], "en"),
        issue_place="",
        signatory_name=event.signatory_name or "",
        signatory_position_id=event.signatory_position_id or event.signatory_position_en or "",
        signatory_position_en=event.signatory_position_en or event.signatory_position_id or "",
        specimen=event.demo,
        kind=kind.value,
        lessons=earned.lessons,
        begins=moment(session.starts_at),
        ends=moment(session.ends_at),
    )
    return _printable(designed(facts, event))


def designed(facts: CertificateFacts, event: Event, design: Design | None = None) -> CertificateFacts:
    """The same facts in the look of the event, or in one that isn't saved yet: layout, colours, logos, signature, place."""
    design = design or design_of(event)
    images = images_of(event.id)
    return replace(
        facts,
        layout=design.layout,
        colour=design.colour,
        accent=design.accent,
        issue_place=design.issue_place,
        logos=tuple(i.sha256 for i in images if i.purpose != Purpose.SIGNATURE.value),
        signature=next((i.sha256 for i in images if i.purpose == Purpose.SIGNATURE.value), None),
        lessons=facts.lessons if design.agenda_page else (),
    )


def images_of(event_id: int) -> list[Image]:
    """The event's images in the order in which they are printed: its own logos, those of partners, the signature."""
    rows = db.session.scalars(select(Image).where(Image.event_id == event_id).order_by(Image.id)).all()
    order = [each.value for each in Purpose]
    return sorted(rows, key=lambda row: order.index(row.purpose))


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

"""One registration: what the person answered, what became of it, and what the office may do with it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from tpbis_events.attendance.presence import attended_days, names_of
from tpbis_events.audit import log
from tpbis_events.certificates.corrections import differences_of, newest
from tpbis_events.certificates.lookup import of_registration
from tpbis_events.foundation import clock
from tpbis_events.foundation.errors import Refusal
from tpbis_events.messages import calls
from tpbis_events.outbox import addresses
from tpbis_events.outbox.addresses import Refusing
from tpbis_events.outbox.model import Mail, MailState
from tpbis_events.people.actor import Act, Actor
from tpbis_events.people.model import Person
from tpbis_events.places.local_time import local_date
from tpbis_events.registrations import life, lookup
from tpbis_events.registrations.life import Step
from tpbis_events.registrations.model import Registration, State
from tpbis_events.registrations.see_number import see_number
from tpbis_events.registrations.tag import tag, untag
from tpbis_events.registrations.waiting_list import place_in_line
from tpbis_events.web.accounts import acting
from tpbis_events.web.certificate_words import FACTS, changed_words
from tpbis_events.web.my.standing import certificate_of
from tpbis_events.web.office import acts, places, words
from tpbis_events.web.office.mail import KINDS
from tpbis_events.web.office.mail_causes import cause_words
from tpbis_events.web.office.timeline import timeline
from tpbis_events.web.presentation import masked_nip
from tpbis_events.web.refusals import line
from tpbis_events.web.registration_form import EMPLOYMENTS

page = Blueprint("registrations", __name__)


@page.get("/office/registrations/<reference>")
def show(reference: str) -> str:
    return _page(reference)


@page.post("/office/registrations/<reference>/number")
def number(reference: str) -> str:
    """The page once more with the whole NIP. By POST, since each look is written down."""
    by = acting()
    registration = lookup.by_reference(reference, by=by, act=Act.SEE_NUMBER)
    return _page(reference, whole_nip=see_number(registration.id, by=by))


@page.post("/office/registrations/<reference>/tags")
def tags(reference: str) -> ResponseReturnValue:
    """Put a tag on, or take one off (`act` off)."""
    by = acting()
    registration = lookup.by_reference(reference, by=by, act=Act.TAG)
    change = untag if request.form.get("act") == "off" else tag
    try:
        change([registration.id], request.form.get("word", ""), by=by)
    except Refusal as no:
        if no.status in (403, 404):
            raise
        flash(line(no), "danger")
    return redirect(url_for(".show", reference=reference, _anchor="tags"), 303)


for _name, _act in acts.ACTS.items():
    page.add_url_rule(f"/office/registrations/<reference>/{_name}", _name, acts.view(_act), methods=["GET", "POST"])


def _page(reference: str, whole_nip: str = "") -> str:
    """Eleven queries, twelve for who waits, thirteen for who has a seat; one more where a mail failed."""
    by = acting()
    registration = lookup.by_reference(reference, by=by, act=Act.SEE_ROSTER)
    province = registration.session.province_code
    presence = attended_days([registration.id])[registration.id]
    subject = f"registration:{registration.id}"
    history, mails = log.about(subject), lookup.mails_of(registration.id)
    panel = certificate_of(registration)
    names = names_of(
        [entry.actor for entry in history]
        + [each.checked_in_by for each in presence.values()]
        + [registration.ended_by or ""]
    )
    others = {
        row.reference: row.person.full_name for row in (registration.substitute, registration.substitute_of) if row
    }
    may_open_mail = by.may(Act.SEE_MAIL, province)
    return render_template(
        "office/registrations/show.html",
        registration=registration,
        session=registration.session,
        event=registration.event,
        answers=_answers(registration.person, by, province),
        whole_nip=whole_nip,
        place=place_in_line(registration),
        days=registration.session.days,
        presence=presence,
        today=local_date(clock.now(), registration.session.zone),
        certificate=panel.certificate if panel else of_registration(registration.id),
        panel=panel,
        timeline=timeline(history, mails, names, others, may_open_mail=may_open_mail),
        mails=mails,
        mail_kinds=KINDS,
        may_tell=by.may(Act.TELL, province) and by.may(Act.SEE_CONTACT, province),
        to_tell=calls.lines_of(registration) if by.may(Act.TELL, province) else [],
        refusing=_refusing(registration.person.email or "", mails),
        cause_words=cause_words,
        names=names,
        others=others,
        audit_url=url_for("office.audit.index", subject=subject) if by.may_somewhere(Act.SEE_AUDIT) else None,
        may_tag=by.may(Act.TAG, province),
        words=words,
        clock_time=places.clock_time,
        may_mark=by.may(Act.MARK_ATTENDANCE, province),
        may_issue=by.may(Act.ISSUE_CERTIFICATE, province),
        may_revoke=by.may(Act.REVOKE_CERTIFICATE, province),
        may_sign=by.may(Act.SIGN_CERTIFICATES, None),
        over=clock.now() >= registration.session.ends_at,
        changed_words=changed_words,
        correction=(correction := newest(registration.id)),
        differences=differences_of(correction, registration) if correction else [],
        may_correct=by.may(Act.CORRECT, province),
        facts=FACTS,
        may=_buttons(registration, by),
        may_see_number=bool(registration.person.nip) and by.may(Act.SEE_NUMBER, province),
        way_back={},
    )


def _refusing(address: str, mails: Sequence[Mail]) -> Refusing | None:
    """Whether the address takes no mail; asked only where a mail failed."""
    failed = any(mail.state is MailState.FAILED for mail in mails)
    return addresses.refusing([address]).get(address) if failed else None


def _buttons(registration: Registration, by: Actor) -> list[tuple[str, Any, str]]:
    """What can be done with this registration by this organizer: address, words and kind of button, the weightiest last."""
    reference, province = registration.reference, registration.session.province_code
    found: list[tuple[str, Any, str]] = []
    for name in acts.possible(registration, by):
        act = acts.ACTS[name]
        found.append((f"office.registrations.{name}", act.button, act.kind))
    if life.possible(Step.MOVE, registration.state) and by.may(Act.MOVE, province):
        found.append(("office.moves.move", _("Move elsewhere"), "secondary"))
    if life.possible(Step.SUBSTITUTE, registration.state) and by.may(Act.SUBSTITUTE, province):
        found.append(("office.substitutes.enter", _("Enter a substitute"), "secondary"))
    if registration.state is State.WAITING and by.may(Act.SERVE_WAITING, province):
        found.append(("office.waiting.priority", _("Change the priority"), "secondary"))
    found.sort(key=lambda button: ("primary", "secondary", "danger").index(button[2]))
    return [(url_for(endpoint, reference=reference), label, kind) for endpoint, label, kind in found]


def _answers(person: Person, by: Actor, province: str | None) -> list[dict[str, str | None]]:
    """Label and value of each answer that this organizer may see, in the order of the form."""
    domestic = person.country_code == "ID"
    contact = [(_("E-mail address"), person.email), (_("Phone or WhatsApp number"), person.phone)]
    rows: list[tuple[str, str | None]] = [
        (_("Full name"), person.full_name),
        (_("Name in own script"), person.own_script_name),
        *(contact if by.may(Act.SEE_CONTACT, province) else []),
        (_("Institution or community"), person.institution),
        (_("Position"), person.position),
    ]
    if domestic:
        employment = str(EMPLOYMENTS[person.employment]) if person.employment else None
        rows += [
            (_("Employment status"), employment),
            (_("NIP"), masked_nip(person.nip)),
            (_("Province"), places.province(person)),
            (_("Regency or city"), places.regency(person)),
        ]
    else:
        rows.append((_("Country"), places.country(person)))
    if by.may(Act.SEE_SUPPORT, province):
        rows.append((_("Support that is needed"), person.support_needed))
    rows.append((_("Language of the mail"), {"id": "Bahasa Indonesia", "en": "English"}.get(person.language)))
    return [{"label": label, "value": value} for label, value in rows]

"""One registration: what the person answered, what became of it, and what the office may do with it."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import TextAreaField

from tpbis_events.attendance.presence import attended_days, names_of
from tpbis_events.audit import log
from tpbis_events.certificates.lookup import of_registration
from tpbis_events.foundation import clock
from tpbis_events.foundation.errors import Refusal
from tpbis_events.people.actor import Act
from tpbis_events.people.model import Person
from tpbis_events.places.local_time import local_date
from tpbis_events.registrations import lookup, roster
from tpbis_events.registrations.cancel import cancel as cancel_registration
from tpbis_events.registrations.model import State
from tpbis_events.registrations.see_number import see_number
from tpbis_events.registrations.waiting_list import place_in_line
from tpbis_events.web.accounts import acting
from tpbis_events.web.my.standing import certificate_of
from tpbis_events.web.office import places, words
from tpbis_events.web.office.mail import KINDS, STATES
from tpbis_events.web.presentation import masked_nip
from tpbis_events.web.refusals import sentence
from tpbis_events.web.registration_form import EMPLOYMENTS

page = Blueprint("registrations", __name__)


class CancelForm(FlaskForm):
    reason = TextAreaField(_l("Reason"), description=_l("The person reads it in the mail; the audit log keeps it."))


@page.get("/office/registrations/<reference>")
def show(reference: str) -> str:
    return _page(reference)


@page.post("/office/registrations/<reference>/number")
def number(reference: str) -> str:
    """The page once more with the whole NIP. By POST, since each look is written down."""
    by = acting()
    registration = lookup.by_reference(reference, by=by, act=Act.SEE_NUMBER)
    return _page(reference, whole_nip=see_number(registration.id, by=by))


@page.route("/office/registrations/<reference>/cancel", methods=["GET", "POST"])
def cancel(reference: str) -> ResponseReturnValue:
    by = acting()
    registration = lookup.by_reference(reference, by=by, act=Act.CANCEL)
    form = CancelForm()
    if form.validate_on_submit():
        name, reference = registration.person.full_name, registration.reference
        try:
            outcome = cancel_registration(registration.id, by=by, reason=form.reason.data or "")
        except Refusal as no:
            if no.code != "registration.reason_missing":
                raise
            form.reason.errors = [sentence(no)[1]]
            registration = lookup.by_reference(reference, by=by, act=Act.CANCEL)
        else:
            told = _("The registration of %(name)s is cancelled.", name=name)
            if outcome.seat_given_to:
                names = ", ".join(roster.names_of(outcome.seat_given_to))
                told += " " + _("The seat went to the first on the waiting list: %(name)s.", name=names)
            flash(told, "success")
            return redirect(url_for("office.registrations.show", reference=reference), 303)
    status = 422 if form.errors else 200
    return render_template("office/registrations/cancel.html", registration=registration, form=form), status


def _page(reference: str, whole_nip: str = "") -> str:
    """Nine queries, ten for who waits, eleven for who has a seat."""
    by = acting()
    registration = lookup.by_reference(reference, by=by, act=Act.SEE_ROSTER)
    province = registration.session.province_code
    presence = attended_days([registration.id])[registration.id]
    history = log.about(f"registration:{registration.id}")
    live = registration.state is not State.CANCELLED
    panel = certificate_of(registration)
    return render_template(
        "office/registrations/show.html",
        registration=registration,
        session=registration.session,
        event=registration.event,
        answers=_answers(registration.person),
        whole_nip=whole_nip,
        place=place_in_line(registration),
        days=registration.session.days,
        presence=presence,
        today=local_date(clock.now(), registration.session.zone),
        certificate=panel.certificate if panel else of_registration(registration.id),
        panel=panel,
        history=history,
        mails=lookup.mails_of(registration.id),
        names=names_of([entry.actor for entry in history] + [each.checked_in_by for each in presence.values()]),
        mail_kinds=KINDS,
        mail_states=STATES,
        words=words,
        clock_time=places.clock_time,
        may_mark=by.may(Act.MARK_ATTENDANCE, province),
        may_issue=by.may(Act.ISSUE_CERTIFICATE, province),
        may_cancel=live and by.may(Act.CANCEL, province),
        may_see_number=bool(registration.person.nip) and by.may(Act.SEE_NUMBER, province),
        may_open_mail=by.may(Act.SEE_MAIL, province),
        way_back={},
    )


def _answers(person: Person) -> list[dict[str, str | None]]:
    """Label and value of each answer, in the order of the form."""
    domestic = person.country_code == "ID"
    rows: list[tuple[str, str | None]] = [
        (_("Full name"), person.full_name),
        (_("Name in own script"), person.own_script_name),
        (_("E-mail address"), person.email),
        (_("Phone or WhatsApp number"), person.phone),
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
    rows.append((_("Support that is needed"), person.support_needed))
    rows.append((_("Language of the mail"), {"id": "Bahasa Indonesia", "en": "English"}.get(person.language)))
    return [{"label": label, "value": value} for label, value in rows]

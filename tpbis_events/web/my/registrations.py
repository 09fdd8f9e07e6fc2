"""One's own registration by its signed link: what it is, its ticket and calendar file; correct it, cancel it.

A GET changes nothing, since mail programs open links before people do.
"""

from __future__ import annotations

import io
from dataclasses import replace

from flask import Blueprint, Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import TextAreaField

from tpbis_events.certificates.corrections import newest
from tpbis_events.foundation import clock
from tpbis_events.foundation.errors import Invalid, Refusal
from tpbis_events.messages import want
from tpbis_events.people.actor import participant
from tpbis_events.people.model import CIVIL_SERVANTS
from tpbis_events.places.local_time import local_date
from tpbis_events.programmes.registration_window import Window, correction_ends_at, window, withdrawal_ends_at
from tpbis_events.questionnaires.catalogue import for_registration
from tpbis_events.registrations import rules
from tpbis_events.registrations.answers import answers_of, asked_of
from tpbis_events.registrations.cancel import cancel
from tpbis_events.registrations.correct import correct
from tpbis_events.registrations.facts import calendar_for
from tpbis_events.registrations.links import open_link, own_page
from tpbis_events.registrations.model import LIVE, Registration, State
from tpbis_events.registrations.rules import Applicant
from tpbis_events.registrations.still_coming import question_for
from tpbis_events.web import registration_form
from tpbis_events.web.certificate_words import changed_words
from tpbis_events.web.languages import language
from tpbis_events.web.my.choices import choices_of, stands, time_left
from tpbis_events.web.my.facts import facts_of, in_place_of, nominated_by, who_comes
from tpbis_events.web.my.standing import attendance_of, certificate_of
from tpbis_events.web.presentation import masked_nip
from tpbis_events.web.public import ways_in
from tpbis_events.web.public.elsewhere import elsewhere
from tpbis_events.web.registration_form import RegistrationForm
from tpbis_events.web.schedule_words import old_and_new

page = Blueprint("registrations", __name__)


class CancelForm(FlaskForm):
    """One question, and nobody has to answer it. No CSRF token: the link itself is the authority."""

    class Meta:
        csrf = False

    reason = TextAreaField(_l("Reason"), description=_l("The organizer reads it."))


@page.get("/my/<token>")
def show(token: str) -> str:
    """Everything about one's registration; `saved` says what was just done, and counts for nothing else."""
    registration = open_link(token)
    session, now = registration.session, clock.now()
    over = now >= session.ends_at
    answers = answers_of(registration)
    question = question_for(registration)
    sections = registration_form.told(replace(answers, nip=masked_nip(answers.nip)), asked_of(registration), language())
    return render_template(
        "my/registrations/show.html",
        **facts_of(registration, token),
        sections=sections,
        attendance=attendance_of(registration),
        certificate=certificate_of(registration),
        changed_words=changed_words,
        correction=newest(registration.id) if over else None,
        may_ask=now >= correction_ends_at(session),
        saved=request.args.get("saved", ""),
        stands=stands(registration, now),
        choices=choices_of(registration, now),
        time_left=time_left(registration, now),
        line=ways_in.line(session.event),
        nominated_by=nominated_by(registration),
        in_place_of=in_place_of(registration),
        who_comes=who_comes(registration, now),
        question=question,
        asked=for_registration(registration),
        now=now,
        change=old_and_new(question.change) if question else None,
        over=over,
        door_is_past=local_date(now, session.zone) > session.days[-1].local_date,  # people are let in until midnight
        closed=window(session, now) is Window.CLOSED,
        messages_token=want.token_of(registration),
    )


@page.get("/my/<token>/done")
def done(token: str) -> ResponseReturnValue:
    """What became of the form that was just sent, and what happens next; `meanwhile` says that its seat was gone by then."""
    registration = open_link(token)
    if registration.state not in (State.APPLIED, State.SEATED, State.WAITING):
        return redirect(url_for(".show", token=token), 303)
    meanwhile = request.args.get("meanwhile", "")
    filled_up = meanwhile == "full" and registration.state is State.WAITING
    return render_template(
        "my/registrations/done.html",
        **facts_of(registration, token),
        line=ways_in.line(registration.session.event),
        meanwhile=meanwhile,
        others=elsewhere(registration.session, registration.role) if filled_up else None,
        masked_email=_masked(registration.person.email),
        own_address=own_page(token, language()),
    )


@page.route("/my/<token>/correct", methods=["GET", "POST"], endpoint="correct")
def correct_answers(token: str) -> ResponseReturnValue:
    """The form with one's answers; corrected ones lead to the page of the link that holds from then on.

    The form never shows the NIP: left empty, the known one stays.
    """
    registration = open_link(token)
    _require_live(registration, clock.now() < correction_ends_at(registration.session))
    answers = answers_of(registration)
    if request.method != "POST":
        given = registration_form.registration_form(asked_of(registration), language(), replace(answers, nip=""))
        return _ask_answers(registration, token, given)
    form = registration_form.registration_form(asked_of(registration), language())
    if request.form.get("step") == "edit":  # the page in the other language, with what was typed so far
        return _ask_answers(registration, token, form)
    try:
        outcome = correct(registration.id, _typed(form, answers), by=participant(registration.id))
    except Invalid as wrong:
        registration_form.show_problems(form, wrong.problems)
        return _ask_answers(open_link(token), token, form), 422
    except Refusal as no:
        if no.code != "registration.already_registered":
            raise
        registration_form.show_already_registered(form, no.facts["contact"])
        return _ask_answers(open_link(token), token, form), 422
    saved = "link" if outcome.token != token else "answers" if outcome.changed else "nothing"
    return redirect(url_for(".show", token=outcome.token, saved=saved), 303)


@page.route("/my/<token>/cancel", methods=["GET", "POST"], endpoint="cancel")
def cancel_own(token: str) -> ResponseReturnValue:
    """Ask whether it is meant; then give the seat back, once and for all."""
    registration = open_link(token)
    _require_live(registration, clock.now() < withdrawal_ends_at(registration.session))
    form = CancelForm()
    if request.method == "POST" and request.form.get("step") != "edit":
        reason = rules.plain(form.reason.data or "", rules.LONGEST_REASON + 1)
        if len(reason) <= rules.LONGEST_REASON:
            cancel(registration.id, by=participant(registration.id), reason=reason)
            return redirect(url_for(".show", token=token), 303)
        form.reason.errors = [_("Give the reason in at most 500 characters; nothing was cut.")]
    may_substitute = choices_of(registration, clock.now()).substitute
    facts = facts_of(registration, token)
    page = render_template("my/registrations/cancel.html", **facts, form=form, may_substitute=may_substitute)
    return page, 422 if form.reason.errors else 200


@page.get("/my/<token>/calendar.ics")
def calendar(token: str) -> Response:
    """For who has a seat: the session; for who had one: the file that takes it out of the calendar again."""
    registration = open_link(token)
    if not registration.seated_at:
        raise Refusal("registration.no_seat")
    name = f"tpbis-{registration.reference}.ics"
    return Response(
        calendar_for(registration, at=clock.now()),
        mimetype="text/calendar",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


@page.get("/my/<token>/qr.png")
def qr(token: str) -> Response:
    """The ticket as the door scans it: the code alone, so that the picture opens nothing."""
    import segno

    registration = open_link(token)
    if registration.state is not State.SEATED:
        raise Refusal("registration.no_seat")
    picture = io.BytesIO()
    segno.make_qr(registration.ticket, error="q").save(picture, kind="png", scale=10, border=4)
    return Response(picture.getvalue(), mimetype="image/png")


def _ask_answers(registration: Registration, token: str, form: RegistrationForm) -> str:
    del form["consent"]
    form.email.description = _("Another address gets a new link by mail, and the links given out before stop working.")
    if "nip" in form and registration.person.nip:
        ending = masked_nip(registration.person.nip)
        form.nip.description = _(
            "We have the number that ends in %(ending)s. Leave this empty to keep it.", ending=ending
        )
    return render_template(
        "my/registrations/correct.html", **facts_of(registration, token), form=form, asked=asked_of(registration)
    )


def _typed(form: RegistrationForm, known: Applicant) -> Applicant:
    """What was typed; consent and language stay, and so does a NIP that was left empty by who still has to have one."""
    answers = replace(registration_form.typed(form, known.language), consent=True)
    if answers.employment in CIVIL_SERVANTS and not answers.nip.strip():
        answers = replace(answers, nip=known.nip)
    return answers


def _require_live(registration: Registration, in_time: bool) -> None:
    """Refuse the page as its command would refuse the act."""
    if registration.state not in LIVE:
        raise Refusal(f"registration.already_{registration.state.value}")
    if not in_time:
        raise Refusal("session.has_begun")


def _masked(email: str | None) -> str:
    """An address as somebody who looks over a shoulder may see it: `b***@example.id`."""
    if not email:
        return ""
    name, _at, domain = email.rpartition("@")
    return f"{name[:1]}***@{domain}"

"""Reschedule a session: what is to change, then whom it concerns and what they will read, then done; and its history."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from tpbis_events.attendance.presence import names_of
from tpbis_events.foundation import clock
from tpbis_events.foundation.errors import Invalid, Refusal
from tpbis_events.messages import whatsapp
from tpbis_events.people.actor import Act
from tpbis_events.programmes import schedule as schedules
from tpbis_events.programmes.clashes import clashes
from tpbis_events.programmes.model import Session
from tpbis_events.programmes.schedule import Schedule, read, schedule_of
from tpbis_events.registrations import affected as concerned
from tpbis_events.registrations import lookup
from tpbis_events.registrations import roster as rosters
from tpbis_events.registrations.answer_still_coming import answer_still_coming
from tpbis_events.registrations.change_outcome import changes_of, outcome_of
from tpbis_events.registrations.reschedule import Rescheduled, reschedule
from tpbis_events.registrations.rules import LONGEST_REASON, plain
from tpbis_events.web.accounts import acting
from tpbis_events.web.languages import language
from tpbis_events.web.office import beside, change_words, schedule_form, served, words
from tpbis_events.web.office.schedule_form import ScheduleForm
from tpbis_events.web.refusals import sentence
from tpbis_events.web.schedule_words import old_and_new, said

page = Blueprint("reschedules", __name__)

LANGUAGES = {"id": "Bahasa Indonesia", "en": "English"}


@page.route("/office/events/<event>/sessions/<session>/reschedule", methods=["GET", "POST"])
def show(event: str, session: str) -> ResponseReturnValue:
    """POST with `step` check shows what would happen, edit goes back to the form, only confirm changes anything."""
    row = rosters.session_of(event, session, by=acting(), act=Act.RESCHEDULE)
    form = _form(row)
    if not form.is_submitted() or request.form.get("step") == "edit":
        return _ask(row, form), 200
    wanted = schedule_form.typed(form)
    if wanted is None:
        return _ask(row, form), 422
    wanted, reason = schedules.tidy(wanted), plain(form.reason.data or "", LONGEST_REASON)
    if request.form.get("step") == "confirm":
        try:
            outcome = reschedule(
                row.id, wanted, reason=reason, tell=bool(form.tell.data), by=acting(), seen=_seen(form)
            )
        except Refusal as no:
            return _refused(no, event, session, form, wanted)
        flash(_done(outcome, told=bool(form.tell.data)), "success")
        return redirect(url_for(".changes", event=event, session=session), 303)
    try:
        _require_possible(row, wanted, reason)
    except Refusal as no:
        return _refused(no, event, session, form, wanted)
    return _check(row, form, wanted, reason), 200


@page.get("/office/events/<event>/sessions/<session>/changes")
def changes(event: str, session: str) -> str:
    """What became of a change (`change` in the address, else the newest), and the whole history."""
    by = acting()
    row = rosters.session_of(event, session, by=by, act=Act.SEE_ROSTER)
    history = changes_of(row.id)
    outcome = outcome_of(row.id, history, request.args.get("change", None, int))
    newest = bool(outcome and outcome.change.id == history[0].id)
    may_call = by.may(Act.TELL, row.province_code)
    texts = {}
    if outcome:
        old, new = read(outcome.change.before), read(outcome.change.after)
        texts = {
            locale: change_words.for_whatsapp(row, old, new, outcome.change.reason, locale) for locale in LANGUAGES
        }
    return render_template(
        "office/reschedules/changes.html",
        session=row,
        event=row.event,
        outcome=outcome,
        newest=newest,
        history=[(each, *old_and_new(each)) for each in history],
        names=names_of(each.actor for each in history),
        actor=words.actor,
        texts=texts,
        languages=LANGUAGES,
        whatsapp_link=whatsapp.link,
        may_call=may_call,
        may_answer=newest and by.may(Act.CORRECT, row.province_code) and clock.now() < row.starts_at,
        may_reschedule=by.may(Act.RESCHEDULE, row.province_code) and _still_to_come(row),
    )


@page.post("/office/registrations/<reference>/still-coming")
def answer(reference: str) -> ResponseReturnValue:
    """Write down what somebody said on the phone; `change` is the change that she was asked about."""
    by = acting()
    registration = lookup.by_reference(reference, by=by, act=Act.CORRECT)
    event, session = registration.event.slug, registration.session.slug
    coming = request.form.get("answer") == "yes"
    name = registration.person.full_name
    change = max(beside.whole_number(request.form.get("change", "")), 0)
    answer_still_coming(registration.id, change, coming, by=by)
    told = _("%(name)s can still come.", name=name) if coming else _("%(name)s can no longer come.", name=name)
    flash(told, "success")
    return redirect(url_for(".changes", event=event, session=session) + f"#r-{reference}", 303)


def _form(session: Session) -> ScheduleForm:
    form = ScheduleForm(data=schedule_form.filled_from(schedule_of(session), session.calendar_sequence))
    schedule_form.offered(form, session.zone)
    return form


def _seen(form: ScheduleForm) -> int:
    return beside.whole_number(form.seen.data)


def _require_possible(session: Session, wanted: Schedule, reason: str) -> None:
    """Refuse the step from the form to the check as the command would refuse the change."""
    before, now = schedule_of(session), clock.now()
    if session.cancelled_at:
        raise Refusal("session.cancelled")
    if now >= session.ends_at:
        raise Refusal("session.over")
    if wanted == before:
        raise Refusal("reschedule.nothing_changed")
    problems = schedules.problems(wanted, before, now)
    if not reason:
        problems["reason"] = "reschedule.reason_missing"
    if problems:
        raise Invalid(problems)


def _refused(no: Refusal, event: str, session: str, form: ScheduleForm, wanted: Schedule) -> ResponseReturnValue:
    """Beside the form; a form that was sent twice is answered by what the first one did."""
    row = rosters.session_of(event, session, by=acting(), act=Act.RESCHEDULE)
    sent_twice = no.code == "reschedule.nothing_changed" and _seen(form) < row.calendar_sequence
    if sent_twice and request.form.get("step") == "confirm":
        return redirect(url_for(".changes", event=event, session=session), 303)
    if isinstance(no, Invalid):
        schedule_form.put(form, no.problems)
        return _ask(row, form), no.status
    status = beside.put(no, form, {})
    if no.code == "reschedule.changed_meanwhile":
        form.seen.data = str(row.calendar_sequence)  # she sees what it is now, and decides again
    return _ask(row, form), status


def _still_to_come(session: Session) -> bool:
    return session.cancelled_at is None and clock.now() < session.ends_at


def _ask(session: Session, form: ScheduleForm) -> str:
    schedule_form.offered(form, session.zone)
    code = "session.cancelled" if session.cancelled_at else "session.over"
    return render_template(
        "office/reschedules/show.html",
        session=session,
        event=session.event,
        form=form,
        now_is=said(schedule_of(session), language()),
        too_late=None if _still_to_come(session) else sentence(Refusal(code)),
    )


def _check(session: Session, form: ScheduleForm, wanted: Schedule, reason: str) -> str:
    tell = bool(form.tell.data)
    return render_template(
        "office/reschedules/check.html",
        session=session,
        event=session.event,
        form=form,
        reason=reason,
        tell=tell,
        was=said(schedule_of(session), language()),
        becomes=said(wanted, language()),
        changed=schedules.changed(schedule_of(session), wanted),
        online_url=wanted.online_url,
        concerned=concerned.affected(session),
        previews=concerned.previews(session, wanted, reason) if tell else [],
        states=words.STATES,
        languages=LANGUAGES,
        province_name=change_words.province_name,
        clashes=change_words.sentences(clashes(session, wanted), session),
    )


def _done(outcome: Rescheduled, *, told: bool) -> str:
    done = str(_("The session has its new date and place."))
    if told:
        done += " " + ngettext("%(num)s person is told by mail.", "%(num)s people are told by mail.", outcome.told)
    return served.with_told(done, outcome.seat_given_to)

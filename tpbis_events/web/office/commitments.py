"""The follow-up plans of an event: what is overdue, by session and state; enter one for an agency, say how far one is."""

from __future__ import annotations

import secrets

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from tpbis_events.attendance.presence import names_of
from tpbis_events.foundation import clock
from tpbis_events.foundation.errors import Invalid, Refusal
from tpbis_events.people.actor import Act
from tpbis_events.places.local_time import local_date
from tpbis_events.programmes.model import NATIONAL_ZONE
from tpbis_events.questionnaires import commitments
from tpbis_events.questionnaires.catalogue import event_for
from tpbis_events.questionnaires.commitments import Asked
from tpbis_events.questionnaires.enter_commitment import enter_commitment
from tpbis_events.questionnaires.model import Progress
from tpbis_events.questionnaires.update_commitment import update_commitment
from tpbis_events.registrations import roster as rosters
from tpbis_events.web.accounts import acting
from tpbis_events.web.commitment_form import CommitmentForm, ProgressForm, put_words, typed
from tpbis_events.web.office import beside
from tpbis_events.web.questionnaire_words import PROGRESS, PROGRESS_BADGES
from tpbis_events.web.row_ids import row_id

page = Blueprint("commitments", __name__)


@page.get("/office/events/<event>/commitments")
def index(event: str) -> str:
    """Eight queries, whatever the size."""
    by = acting()
    asked = Asked(
        session=request.args.get("session", "")[:80],
        progress=request.args.get("progress", "")[:20],
        overdue="overdue" in request.args,
        after=request.args.get("after", 0, row_id),
    )
    today = local_date(clock.now(), NATIONAL_ZONE)
    found = commitments.of_event(event, asked, today, by=by)
    return render_template(
        "office/commitments/index.html",
        found=found,
        event=found.event,
        asked=asked,
        late={each.id for each in found.commitments if commitments.is_overdue(each, today)},
        progress=PROGRESS,
        badges=PROGRESS_BADGES,
        Progress=Progress,
        sessions=sorted(found.sessions.values(), key=lambda each: each.slug),
        may_enter={each.id for each in found.sessions.values() if by.may(Act.CORRECT, each.province_code)},
        may_export=by.may_somewhere(Act.EXPORT),
    )


@page.route("/office/events/<event>/sessions/<session>/new-commitment", methods=["GET", "POST"])
def enter(event: str, session: str) -> ResponseReturnValue:
    by = acting()
    of = rosters.session_of(event, session, by=by, act=Act.CORRECT)
    form, status = CommitmentForm(), 200
    if not form.form_key.data:
        form.form_key.data = secrets.token_hex(16)
    if form.validate_on_submit():
        try:
            enter_commitment(of.id, typed(form), key=form.form_key.data[:32], by=by)
        except Invalid as wrong:
            put_words(form, wrong.problems)
            status = 422
        except Refusal as no:
            status = beside.put(no, form, {})
        else:
            flash(_("The commitment is entered."), "success")
            return redirect(url_for(".index", event=event, session=session), 303)
        of = rosters.session_of(event, session, by=acting(), act=Act.CORRECT)
    return render_template("office/commitments/enter.html", event=of.event, session=of, form=form), status


@page.route("/office/events/<event>/commitments/<int:commitment>", methods=["GET", "POST"])
def show(event: str, commitment: int) -> ResponseReturnValue:
    """What was committed, its history, and for who may correct there how far it is now."""
    by = acting()
    of = event_for(event, by=by, act=Act.CORRECT if request.method == "POST" else Act.SEE_RESULTS)
    row = commitments.commitment_in(of, commitment, by=by)
    form, status = ProgressForm(data={"progress": row.progress.value}), 200
    if form.validate_on_submit():
        try:
            update_commitment(row.id, form.chosen(), form.note.data or "", by=by)
        except Invalid as wrong:
            put_words(form, wrong.problems)
            status = 422
        else:
            flash(_("Saved."), "success")
            return redirect(url_for(".show", event=event, commitment=commitment), 303)
        of = event_for(event, by=acting(), act=Act.SEE_RESULTS)
        row = commitments.commitment_in(of, commitment, by=acting())
    session = next(each for each in of.sessions if each.id == row.session_id)
    today = local_date(clock.now(), session.zone)
    page = render_template(
        "office/commitments/show.html",
        event=of,
        session=session,
        commitment=row,
        form=form,
        late={row.id} if commitments.is_overdue(row, today) else set(),
        may_change=acting().may(Act.CORRECT, session.province_code),
        names=names_of(step.by for step in row.steps),
        progress=PROGRESS,
        badges=PROGRESS_BADGES,
    )
    return page, status

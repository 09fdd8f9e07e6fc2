"""What a participant's agency will do after the meeting: enter it, and say later how far it is."""

from __future__ import annotations

import secrets
from collections.abc import Sequence

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from tpbis_events.foundation import clock
from tpbis_events.foundation.errors import Invalid, NotFound, Refusal
from tpbis_events.people.actor import participant
from tpbis_events.places.local_time import local_date
from tpbis_events.questionnaires import commitments
from tpbis_events.questionnaires.enter_commitment import enter_commitment
from tpbis_events.questionnaires.model import Commitment, Progress
from tpbis_events.questionnaires.update_commitment import update_commitment
from tpbis_events.registrations.links import open_link
from tpbis_events.registrations.model import Registration, State
from tpbis_events.web.commitment_form import CommitmentForm, ProgressForm, put_words, typed
from tpbis_events.web.my.facts import facts_of
from tpbis_events.web.questionnaire_words import PROGRESS, PROGRESS_BADGES
from tpbis_events.web.refusals import line

page = Blueprint("commitments", __name__)


@page.route("/my/<token>/commitments", methods=["GET", "POST"])
def show(token: str) -> ResponseReturnValue:
    registration = open_link(token)
    form = CommitmentForm.without_token()
    if request.method != "POST" or request.form.get("step") == "edit":
        if request.method != "POST":
            form.agency.data = registration.person.institution
            form.form_key.data = secrets.token_hex(16)
        return _page(token, registration, form)
    key = (form.form_key.data or "")[:32]
    try:
        enter_commitment(
            registration.session_id,
            typed(form),
            key=key,
            registration_id=registration.id,
            by=participant(registration.id),
        )
    except Invalid as wrong:
        put_words(form, wrong.problems)
        return _page(token, open_link(token), form), 422
    except Refusal as no:
        if no.status != 409:
            raise
        form.form_errors = [line(no)]
        return _page(token, open_link(token), form), 409
    return redirect(url_for(".show", token=token, _anchor="commitments"), 303)


@page.route("/my/<token>/commitments/<int:commitment>", methods=["GET", "POST"])
def update(token: str, commitment: int) -> ResponseReturnValue:
    registration = open_link(token)
    row = _own(registration, commitment)
    form = ProgressForm.without_token(data={"progress": row.progress.value})
    if request.method == "POST" and request.form.get("step") != "edit":
        try:
            to = form.chosen()
            update_commitment(commitment, to, form.note.data or "", by=participant(registration.id))
        except Invalid as wrong:
            put_words(form, wrong.problems)
        else:
            return redirect(url_for(".show", token=token, _anchor="commitments"), 303)
        registration = open_link(token)
        row = _own(registration, commitment)
    status = 422 if form.errors else 200
    facts = facts_of(registration, token)
    words = {"progress": PROGRESS, "badges": PROGRESS_BADGES}
    return render_template("my/commitments/update.html", form=form, commitment=row, **words, **facts), status


def _own(registration: Registration, commitment_id: int) -> Commitment:
    for each in commitments.of_registration(registration.id):
        if each.id == commitment_id:
            return each
    raise NotFound("commitment.unknown")


def _page(token: str, registration: Registration, form: CommitmentForm) -> str:
    session, now = registration.session, clock.now()
    rows: Sequence[Commitment] = commitments.of_registration(registration.id)
    today = local_date(now, session.zone)
    return render_template(
        "my/commitments/show.html",
        form=form,
        rows=rows,
        late={each.id for each in rows if commitments.is_overdue(each, today)},
        may_enter=registration.state is State.SEATED and now >= session.starts_at,
        progress=PROGRESS,
        badges=PROGRESS_BADGES,
        Progress=Progress,
        **facts_of(registration, token),
    )

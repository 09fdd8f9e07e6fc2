"""Cancel a whole session: first why, then once more with how many people will be told."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from flask_wtf import FlaskForm
from wtforms import TextAreaField

from tpbis_events.foundation import clock
from tpbis_events.foundation.errors import Refusal
from tpbis_events.people.actor import Act
from tpbis_events.programmes.model import Session
from tpbis_events.registrations import roster as rosters
from tpbis_events.registrations.cancel_session import cancel_session
from tpbis_events.registrations.rules import LONGEST_REASON, plain
from tpbis_events.web.accounts import acting
from tpbis_events.web.office import beside, words
from tpbis_events.web.refusals import sentence

page = Blueprint("sessions", __name__)


class CancelForm(FlaskForm):
    reason = TextAreaField(_l("Reason"), description=_l("Everybody who is registered reads it in the mail."))


@page.route("/office/events/<event>/sessions/<session>/cancel", methods=["GET", "POST"])
def cancel(event: str, session: str) -> ResponseReturnValue:
    """POST with `step` ask shows the reason and the people once more; only confirm cancels."""
    row = _session(event, session)
    form, status = CancelForm(), 200
    sure = False
    if form.validate_on_submit():
        reason = plain(form.reason.data or "", LONGEST_REASON)
        try:
            if not reason:
                raise Refusal("session.reason_missing")
            sure = True
            if request.form.get("step") == "confirm":
                outcome = cancel_session(row.id, reason=reason, by=acting())
                told = ngettext("%(num)s registration has ended.", "%(num)s registrations have ended.", outcome.told)
                flash(_("The session is cancelled.") + " " + told, "success")
                return redirect(url_for("office.rosters.show", event=event, session=session), 303)
        except Refusal as no:
            status, sure = beside.put(no, form, {"session.reason_missing": "reason"}), False
            row = _session(event, session)
    return _ask(row, form, sure), status


def _session(event: str, session: str) -> Session:
    return rosters.session_of(event, session, by=acting(), act=Act.CANCEL_SESSION)


def _ask(session: Session, form: CancelForm, sure: bool) -> str:
    live, unreached = rosters.live_of(session.id)
    return render_template(
        "office/sessions/cancel.html",
        session=session,
        event=session.event,
        form=form,
        sure=sure,
        live=live,
        number=sum(live.values()),
        unreached=unreached,
        states=words.STATES,
        too_late=_too_late(session),
    )


def _too_late(session: Session) -> tuple[str, str] | None:
    if session.cancelled_at:
        return sentence(Refusal("session.cancelled"))
    return sentence(Refusal("session.over")) if clock.now() >= session.ends_at else None

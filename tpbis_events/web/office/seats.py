"""Add seats to a role in a session, or take free ones away; national office only, always with a reason."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from flask_wtf import FlaskForm
from wtforms import RadioField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]

from tpbis_events.foundation.errors import NotFound, Refusal
from tpbis_events.people.actor import Act
from tpbis_events.registrations import roster as rosters
from tpbis_events.registrations.change_seats import SeatsChanged, add_seats, remove_seats
from tpbis_events.web.accounts import acting
from tpbis_events.web.refusals import sentence

page = Blueprint("seats", __name__)

_FIELD_OF = {"seats.number": "number", "seats.taken": "number", "seats.reason_missing": "reason"}


class SeatsForm(FlaskForm):
    direction = RadioField(
        _l("What to do"),
        default="add",
        choices=[SelectChoice("add", _l("Add seats")), SelectChoice("remove", _l("Remove free seats"))],
    )
    number = StringField(_l("How many seats"))
    reason = TextAreaField(_l("Reason"), description=_l("The audit log keeps it, with your name."))


@page.route("/office/events/<event>/sessions/<session>/seats/<role>", methods=["GET", "POST"])
def change(event: str, session: str, role: str) -> ResponseReturnValue:
    """What the rules refuse is said beside the field, with everything typed still there."""
    by = acting()
    row = rosters.session_of(event, session, by=by, act=Act.CHANGE_SEATS)
    here = next((each for each in rosters.roles_of(row) if each.role.slug == role), None)
    if here is None:
        raise NotFound("role.unknown")
    form = SeatsForm()
    if form.validate_on_submit():
        act = remove_seats if form.direction.data == "remove" else add_seats
        try:
            outcome = act(here.quota_id, _number(form.number.data), reason=form.reason.data or "", by=by)
        except Refusal as no:
            if no.code not in _FIELD_OF:
                raise
            form[_FIELD_OF[no.code]].errors = [" ".join(sentence(no)[1:])]
            row = rosters.session_of(event, session, by=by, act=Act.CHANGE_SEATS)
            here = next(each for each in rosters.roles_of(row) if each.role.slug == role)
        else:
            flash(_told(outcome), "success")
            return redirect(url_for("office.rosters.show", event=event, session=session, role=role), 303)
    status = 422 if form.errors else 200
    return render_template("office/seats/change.html", session=row, event=row.event, here=here, form=form), status


def _number(typed: str | None) -> int:
    """What isn't a whole number is 0, which the command refuses."""
    typed = (typed or "").strip()
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) <= 6 else 0


def _told(outcome: SeatsChanged) -> str:
    told = ngettext("There is now %(num)s seat.", "There are now %(num)s seats.", outcome.total)
    if outcome.served:
        names = ", ".join(rosters.names_of(outcome.served))
        told += " " + _("From the waiting list these now have a seat: %(names)s.", names=names)
    return str(told)

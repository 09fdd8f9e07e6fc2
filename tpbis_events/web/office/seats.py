"""Add seats to a role in a session, take free ones away, or move them to another role; national office only, with a reason."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from flask_wtf import FlaskForm
from wtforms import RadioField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]

from tpbis_events.foundation.errors import NotFound, Refusal
from tpbis_events.people.actor import Act
from tpbis_events.registrations import roster as rosters
from tpbis_events.registrations.change_seats import SeatsChanged, SeatsMoved, add_seats, move_seats, remove_seats
from tpbis_events.registrations.roster import RoleSeats
from tpbis_events.web.accounts import acting
from tpbis_events.web.office import beside, served
from tpbis_events.web.presentation import in_language

page = Blueprint("seats", __name__)

_FIELD_OF = {"seats.number": "number", "seats.taken": "number", "seats.reason_missing": "reason"}


class SeatsForm(FlaskForm):
    direction = RadioField(
        _l("What to do"),
        default="add",
        choices=[
            SelectChoice("add", _l("Add seats")),
            SelectChoice("remove", _l("Remove free seats")),
            SelectChoice("move", _l("Move free seats to another role")),
        ],
        validate_choice=False,
    )
    to = SelectField(_l("Move to"), choices=[], validate_choice=False)
    number = StringField(_l("How many seats"))
    reason = TextAreaField(_l("Reason"), description=_l("The audit log keeps it, with your name."))


@page.route("/office/events/<event>/sessions/<session>/seats/<role>", methods=["GET", "POST"])
def change(event: str, session: str, role: str) -> ResponseReturnValue:
    """What the rules refuse is said beside the field, with everything typed still there."""
    here, others = _roles(event, session, role)
    form, status = SeatsForm(), 200
    form.to.choices = [("", _("Choose")), *((each.role.slug, _words(each)) for each in others)]
    if form.validate_on_submit():
        to = next((each for each in others if each.role.slug == form.to.data), None)
        if form.direction.data == "move" and to is None:
            form.to.errors, status = [_("Choose one.")], 422
        else:
            try:
                told = _change(form, here, to)
            except Refusal as no:
                status = beside.put(no, form, _FIELD_OF)
                here, others = _roles(event, session, role)
            else:
                flash(told, "success")
                return redirect(url_for("office.rosters.show", event=event, session=session, role=role), 303)
    row = rosters.session_of(event, session, by=acting(), act=Act.CHANGE_SEATS)
    return render_template(
        "office/seats/change.html", session=row, event=row.event, here=here, others=others, form=form
    ), status


def _roles(event: str, session: str, role: str) -> tuple[RoleSeats, list[RoleSeats]]:
    """The role whose seats change, and the others of its session."""
    row = rosters.session_of(event, session, by=acting(), act=Act.CHANGE_SEATS)
    roles = rosters.roles_of(row)
    here = next((each for each in roles if each.role.slug == role), None)
    if here is None:
        raise NotFound("role.unknown")
    return here, [each for each in roles if each is not here]


def _words(other: RoleSeats) -> str:
    seats = other.seats
    facts = {"role": in_language(other.role, "name"), "taken": seats.taken, "total": seats.total}
    return str(_("%(role)s (%(taken)s of %(total)s taken)", **facts))


def _change(form: SeatsForm, here: RoleSeats, to: RoleSeats | None) -> str:
    number, reason, by = beside.whole_number(form.number.data), form.reason.data or "", acting()
    if form.direction.data == "move" and to:
        return _told_move(move_seats(here.quota_id, to.quota_id, number, reason=reason, by=by))
    act = remove_seats if form.direction.data == "remove" else add_seats
    return _told(act(here.quota_id, number, reason=reason, by=by))


def _told(outcome: SeatsChanged) -> str:
    told = ngettext("There is now %(num)s seat.", "There are now %(num)s seats.", outcome.total)
    return served.with_told(told, outcome.served)


def _told_move(outcome: SeatsMoved) -> str:
    told = _("There are now %(left)s seats here and %(there)s there.", left=outcome.left, there=outcome.there)
    return served.with_told(told, outcome.served)

"""Move a registration to another session or role of its event: first the session, then a role with a free seat, and why."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from flask_wtf import FlaskForm
from wtforms import RadioField, TextAreaField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]

from tpbis_events.foundation.errors import NotFound, Refusal
from tpbis_events.people.actor import Act, Actor
from tpbis_events.places.local_time import format_date_range, local_date
from tpbis_events.registrations import life, lookup
from tpbis_events.registrations.counts import SeatCounts
from tpbis_events.registrations.destinations import Destination, destinations
from tpbis_events.registrations.life import Step
from tpbis_events.registrations.model import Registration
from tpbis_events.registrations.move import move as move_registration
from tpbis_events.web.accounts import acting
from tpbis_events.web.languages import language
from tpbis_events.web.office import beside, served
from tpbis_events.web.presentation import in_language
from tpbis_events.web.refusals import sentence

page = Blueprint("moves", __name__)


class MoveForm(FlaskForm):
    role = RadioField(_l("New role"), choices=[], validate_choice=False)
    reason = TextAreaField(_l("Reason"), description=_l("The person reads it in the mail; the audit log keeps it."))


@page.route("/office/registrations/<reference>/move", methods=["GET", "POST"])
def move(reference: str) -> ResponseReturnValue:
    """`session` in the address is the session that was chosen, her own at first. A refusal is said beside the form."""
    by = acting()
    registration = lookup.by_reference(reference, by=by, act=Act.MOVE)
    chosen = request.args.get("session") or registration.session.slug
    form, status = MoveForm(), 200
    if form.validate_on_submit():
        there, role_id = _place(destinations(registration, by=by), chosen, form.role.data or "")
        if role_id is None:
            form.role.errors, status = [_("Choose one.")], 422
        else:
            reference, name = registration.reference, registration.person.full_name
            try:
                outcome = move_registration(
                    registration.id, there.session.id, role_id, reason=form.reason.data or "", by=by
                )
            except Refusal as no:
                status = beside.put(no, form, {"move.reason_missing": "reason"})
                registration = lookup.by_reference(reference, by=by, act=Act.MOVE)
            else:
                done = _("%(name)s has moved and has a new QR code; the old one is refused at the door.", name=name)
                if not outcome.changed:
                    done = _("%(name)s has this role here already. Nothing was changed.", name=name)
                flash(served.with_told(done, outcome.seat_given_to), "success" if outcome.changed else "info")
                return redirect(url_for("office.registrations.show", reference=reference), 303)
    return _ask(registration, chosen, form, by), status


def _place(found: Sequence[Destination], slug: str, role: str) -> tuple[Destination, int | None]:
    """The session and the role's id; refuses a session that isn't among those in reach, as one that isn't there."""
    there = next((each for each in found if each.session.slug == slug), None)
    if there is None:
        raise NotFound("session.unknown")
    return there, next((each.role.id for each in there.roles if each.role.slug == role), None)


def _ask(registration: Registration, chosen: str, form: MoveForm, by: Actor) -> str:
    found = destinations(registration, by=by)
    there = next((each for each in found if each.session.slug == chosen), None)
    if there is None and chosen != registration.session.slug:
        raise NotFound("session.unknown")
    notes: dict[str, str] = {}
    closed = []
    for each in there.roles if there else ():
        own = each.quota_id == registration.quota_id
        notes[each.role.slug] = str(_("This is the role now.")) if own else _told(each.seats)
        if own or not each.seats.free:
            closed.append(each.role.slug)
    form.role.choices = [
        SelectChoice(each.role.slug, in_language(each.role, "name")) for each in (there.roles if there else ())
    ]
    may_still = life.possible(Step.MOVE, registration.state)
    return render_template(
        "office/moves/move.html",
        registration=registration,
        form=form,
        there=there,
        sessions=[(each.session.slug, _session_words(each)) for each in found],
        notes=notes,
        closed=closed,
        too_late=None if may_still else sentence(Refusal(f"registration.already_{registration.state.value}")),
    )


def _told(seats: SeatCounts) -> str:
    free = ngettext("%(num)s seat free", "%(num)s seats free", seats.free) if seats.free else _("full")
    if not seats.waiting:
        return str(free)
    return f"{free}, " + str(ngettext("%(num)s waiting", "%(num)s waiting", seats.waiting))


def _session_words(place: Destination) -> str:
    session = place.session
    day = format_date_range([local_date(session.starts_at, session.zone)], language())
    return f"{in_language(session, 'name')}, {session.city}, {day}: {_told(place.seats)}"

"""What the office does to one registration by one click and a reason: a page that asks, and the command behind it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import TextAreaField

from tpbis_events.foundation import clock
from tpbis_events.foundation.errors import Refusal
from tpbis_events.people.actor import Act, Actor
from tpbis_events.programmes.model import Serving
from tpbis_events.programmes.registration_window import served_until
from tpbis_events.registrations import answer_offer, counts, decide, life, lookup
from tpbis_events.registrations.cancel import cancel
from tpbis_events.registrations.life import Step
from tpbis_events.registrations.model import HOLDING, Registration, State
from tpbis_events.registrations.reinstate import reinstate
from tpbis_events.web.accounts import acting
from tpbis_events.web.office import beside, served
from tpbis_events.web.refusals import sentence

_FIELDS = {
    "registration.reason_missing": "reason",
    "decision.reason_missing": "reason",
    "reinstate.reason_missing": "reason",
}


class ReasonForm(FlaskForm):
    reason = TextAreaField(_l("Reason"))


@dataclass(frozen=True, slots=True)
class ReasonAct:
    """One act: its step in the life of a registration, the right it needs, and its words.

    `run` does it, by registration id, the person's name and the reason, and says in a sentence what became of it.
    `why` is the hint below the reason; without one, none is asked.
    """

    step: Step
    right: Act
    title: Any
    button: Any
    effect: Callable[[Registration], str]
    run: Callable[[int, str, str, Actor], str]
    why: Any = None
    must_say_why: bool = True
    kind: str = "primary"


def possible(registration: Registration, by: Actor) -> list[str]:
    """The names of the acts that this state allows and this organizer may do."""
    province = registration.session.province_code
    return [
        name
        for name, act in ACTS.items()
        if life.possible(act.step, registration.state) and by.may(act.right, province)
    ]


def view(act: ReasonAct) -> Callable[[str], ResponseReturnValue]:
    """The page of an act. What the command refuses is said beside the form, and the reason stays."""

    def page(reference: str) -> ResponseReturnValue:
        by = acting()
        registration = lookup.by_reference(reference, by=by, act=act.right)
        form, status = ReasonForm(), 200
        if form.validate_on_submit():
            reference = registration.reference
            try:
                done = act.run(registration.id, registration.person.full_name, form.reason.data or "", by)
            except Refusal as no:
                status = beside.put(no, form, _FIELDS)
                registration = lookup.by_reference(reference, by=by, act=act.right)
            else:
                flash(done, "success")
                return redirect(url_for("office.registrations.show", reference=reference), 303)
        return _ask(act, registration, form), status

    return page


def _ask(act: ReasonAct, registration: Registration, form: ReasonForm) -> str:
    may_still = life.possible(act.step, registration.state)
    return render_template(
        "office/registrations/act.html",
        act=act,
        title=str(act.title) % {"name": registration.person.full_name},
        registration=registration,
        session=registration.session,
        seats=counts.by_role(registration.session_id).get(registration.role_id, counts.SeatCounts()),
        form=form,
        too_late=None if may_still else sentence(Refusal(f"registration.already_{registration.state.value}")),
    )


def _freed(registration: Registration) -> str:
    """What becomes of the seat of one who leaves it."""
    if registration.event.serving is Serving.HAND or clock.now() >= served_until(registration.session):
        return str(_("The seat becomes free. Who waits for it is served by hand, from the waiting list."))
    if registration.event.serving is Serving.OFFER:
        return str(_("The seat becomes free and is offered to the first on the waiting list of this role at once."))
    return str(_("The seat becomes free and goes to the first on the waiting list of this role at once."))


def _cancelling(registration: Registration) -> str:
    if registration.state in HOLDING:
        return _freed(registration)
    if registration.state is State.WAITING:
        return str(_("The place on the waiting list is lost."))
    return str(_("The request ends without a decision."))


def _cancel(registration_id: int, name: str, reason: str, by: Actor) -> str:
    outcome = cancel(registration_id, by=by, reason=reason)
    return served.with_told(_("The registration of %(name)s is cancelled.", name=name), outcome.seat_given_to)


def _reinstate(registration_id: int, name: str, reason: str, by: Actor) -> str:
    reinstate(registration_id, reason=reason, by=by)
    return str(_("%(name)s has a seat again, with a new QR code. The old one is refused at the door.", name=name))


def _approve(registration_id: int, name: str, reason: str, by: Actor) -> str:
    outcome = decide.approve([registration_id], by=by, note=reason)
    if outcome.seated:
        return str(_("%(name)s is approved and has a seat.", name=name))
    return str(_("%(name)s is approved and is on the waiting list: no seat is free.", name=name))


def _reject(registration_id: int, name: str, reason: str, by: Actor) -> str:
    decide.reject([registration_id], reason=reason, by=by)
    return str(_("The request of %(name)s is not accepted; the mail says why.", name=name))


def _accept(registration_id: int, name: str, _reason: str, by: Actor) -> str:
    answer_offer.accept(registration_id, by=by)
    return str(_("The offer is accepted: %(name)s has a seat.", name=name))


def _decline(registration_id: int, name: str, _reason: str, by: Actor) -> str:
    outcome = answer_offer.decline(registration_id, by=by)
    return served.with_told(_("The offer to %(name)s is declined.", name=name), outcome.seat_given_to)


_TOLD = _l("The person reads it in the mail; the audit log keeps it.")
_KEPT = _l("The audit log keeps it, with your name.")
# The names are the last part of the address, and of the endpoint.
ACTS: dict[str, ReasonAct] = {
    "approve": ReasonAct(
        Step.APPROVE,
        Act.DECIDE,
        _l("Approve the request of %(name)s"),
        _l("Approve"),
        lambda _registration: _("A free seat is given at once. When none is free, the person joins the waiting list."),
        _approve,
        why=_KEPT,
        must_say_why=False,
    ),
    "reject": ReasonAct(
        Step.REJECT,
        Act.DECIDE,
        _l("Do not accept the request of %(name)s"),
        _l("Do not accept"),
        lambda _registration: _("The person is told no, with the reason."),
        _reject,
        why=_TOLD,
        kind="danger",
    ),
    "accept": ReasonAct(
        Step.ACCEPT,
        Act.ANSWER_OFFER,
        _l("Accept the offer for %(name)s"),
        _l("Accept the offer"),
        lambda _registration: _("Only when the person has told you so. The seat that is held is then given for good."),
        _accept,
    ),
    "decline": ReasonAct(
        Step.DECLINE,
        Act.ANSWER_OFFER,
        _l("Decline the offer for %(name)s"),
        _l("Decline the offer"),
        lambda registration: _("Only when the person has told you so.") + " " + _freed(registration),
        _decline,
        kind="danger",
    ),
    "reinstate": ReasonAct(
        Step.REINSTATE,
        Act.REINSTATE,
        _l("Reinstate the registration of %(name)s"),
        _l("Reinstate"),
        lambda _registration: _("It needs a seat that is free and that nobody waits for."),
        _reinstate,
        why=_KEPT,
    ),
    "cancel": ReasonAct(
        Step.CANCEL,
        Act.CANCEL,
        _l("Cancel the registration of %(name)s"),
        _l("Cancel this registration"),
        _cancelling,
        _cancel,
        why=_TOLD,
        kind="danger",
    ),
}

"""Publish an edition by its check list, or take it back to a draft."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import TextAreaField

from tpbis_events.foundation import clock
from tpbis_events.foundation.errors import Refusal
from tpbis_events.programmes.plans import plan_of
from tpbis_events.programmes.publish import publish
from tpbis_events.programmes.readiness import lacks_of
from tpbis_events.registrations.unpublish import holders, unpublish
from tpbis_events.web.accounts import acting
from tpbis_events.web.office import beside, plan_words
from tpbis_events.web.refusals import sentence

page = Blueprint("publications", __name__)


class TakeBackForm(FlaskForm):
    reason = TextAreaField(_l("Reason"), description=_l("The audit log keeps it, with your name."))


@page.get("/office/events/<event>/publication")
def show(event: str) -> str:
    """The check list: what blocks publishing, and what would be good to have; ten queries at most."""
    return _page(event, TakeBackForm())


@page.post("/office/events/<event>/publication/publish", endpoint="publish")
def publish_it(event: str) -> ResponseReturnValue:
    row = plan_of(event, by=acting()).event
    try:
        publish(row.id, by=acting())
    except Refusal as no:
        if no.status in (403, 404):
            raise
        flash(". ".join(sentence(no)), "danger")
        return redirect(url_for("office.publications.show", event=event), 303)
    flash(_("Published. Everybody can see it now, and register when registration opens."), "success")
    return redirect(url_for("office.plans.show", event=event), 303)


@page.post("/office/events/<event>/publication/take-back")
def take_back(event: str) -> ResponseReturnValue:
    row = plan_of(event, by=acting()).event
    form = TakeBackForm()
    try:
        unpublish(row.id, reason=form.reason.data or "", by=acting())
    except Refusal as no:
        status = beside.put(no, form, {"unpublish.reason_missing": "reason"})
        return _page(event, form), status
    flash(_("It is a draft again: nobody outside the office can see it."), "success")
    return redirect(url_for("office.plans.show", event=event), 303)


def _page(event: str, form: TakeBackForm) -> str:
    now = clock.now()
    plan = plan_of(event, by=acting())
    people, invitations = holders(plan.event.id, now) if plan.event.published_at else (0, 0)
    lacks = plan_words.told(lacks_of(plan.event, plan.seats, now), plan.event)
    return render_template(
        "office/publications/show.html",
        event=plan.event,
        blocking=[lack for lack in lacks if lack.blocking],
        advice=[lack for lack in lacks if not lack.blocking],
        form=form,
        people=people,
        invitations=invitations,
    )

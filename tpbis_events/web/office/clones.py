"""Clone an edition to other dates: first with its new dates to look at, then in one act."""

from __future__ import annotations

import re

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from flask_wtf import FlaskForm
from wtforms import StringField

from tpbis_events.foundation.errors import Invalid
from tpbis_events.places.local_time import local_date
from tpbis_events.programmes.clone import Cloned, ClonePlan, clone
from tpbis_events.programmes.model import Event
from tpbis_events.programmes.plans import plan_of
from tpbis_events.programmes.shifted import LONGEST_SHIFT, SAME_WEEKDAY, shifted, shifted_sessions
from tpbis_events.web.accounts import acting
from tpbis_events.web.office import beside
from tpbis_events.web.office.plan_fields import put_problems
from tpbis_events.web.public import told

page = Blueprint("clones", __name__)

DAYS_OF_A_YEAR = 365
_YEAR = re.compile(r"(?<!\d)20\d\d(?!\d)")


class CloneForm(FlaskForm):
    days = StringField(
        _l("So many days later"),
        description=_l("364 days are 52 weeks: the same weekdays next year."),
    )
    slug = StringField(
        _l("Address"), description=_l("Small letters, digits and dashes, for example shm-provinsi-2027.")
    )
    name_id = StringField(_l("Name in Indonesian"))
    name_en = StringField(_l("Name in English"))


@page.route("/office/events/<event>/clone", methods=["GET", "POST"])
def start(event: str) -> ResponseReturnValue:
    """GET with `days` shows the new dates; POST with `step` look shows them anew with what was typed, clone makes the draft."""
    plan = plan_of(event, by=acting())
    row = plan.event
    form, status = CloneForm(data=_suggested(row, _days(request.args.get("days")))), 200
    if form.validate_on_submit() and request.form.get("step") != "look":
        wanted = ClonePlan(
            slug=form.slug.data or "",
            name_id=form.name_id.data or "",
            name_en=form.name_en.data or "",
            days=beside.whole_number(form.days.data),
        )
        try:
            outcome = clone(row.id, wanted, by=acting())
        except Invalid as wrong:
            status = put_problems(form, wrong.problems)
            plan = plan_of(event, by=acting())
            row = plan.event
        else:
            flash(_told(outcome), "success" if not outcome.on_days_off else "warning")
            return redirect(url_for("office.plans.show", event=outcome.slug), 303)
    days = _days(form.days.data)
    return render_template(
        "office/clones/start.html",
        event=row,
        plan=plan,
        form=form,
        sessions=shifted_sessions(row, days),
        opens=shifted(row.registration_opens_at, days, row.zone),
        closes=shifted(row.registration_closes_at, days, row.zone),
        province=told.province_name,
    ), status


def _days(typed: str | int | None) -> int:
    """What was typed, where it is a shift that can be; else the same weekdays next year."""
    days = beside.whole_number(typed)
    return days if 1 <= days <= LONGEST_SHIFT else SAME_WEEKDAY


def _suggested(event: Event, days: int) -> dict[str, str]:
    """Names and address of the old edition, the years in them as much later as the dates; an edition isn't always of the year
    of its sessions.
    """
    years = max(1, round(days / DAYS_OF_A_YEAR))
    names = ("slug", "name_id", "name_en")
    suggested = {name: _YEAR.sub(lambda year: str(int(year[0]) + years), getattr(event, name)) for name in names}
    if suggested["slug"] == event.slug:
        suggested["slug"] = f"{event.slug}-{local_date(event.registration_opens_at, event.zone).year + years}"
    return {"days": str(days), **suggested}


def _told(outcome: Cloned) -> str:
    words: str = _("The new edition is there, as a draft.") + " "
    words += ngettext("It has %(num)s session", "It has %(num)s sessions", outcome.sessions) + " "
    words += ngettext("and %(num)s seat.", "and %(num)s seats.", outcome.seats)
    if outcome.on_days_off:
        words += " " + ngettext(
            "%(num)s session falls on a weekend or holiday: see the check list.",
            "%(num)s sessions fall on a weekend or holiday: see the check list.",
            outcome.on_days_off,
        )
    return words

"""When those who have a seat are reminded: so many days before their session, at an hour there."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from tpbis_events.foundation.errors import Invalid
from tpbis_events.programmes.plans import plan_of
from tpbis_events.programmes.reminders import MOST_DAYS, reminders_of
from tpbis_events.programmes.set_reminders import MOST, ReminderPlan, set_reminders
from tpbis_events.web.accounts import acting
from tpbis_events.web.office import beside
from tpbis_events.web.office.plan_fields import read_time, written_time

page = Blueprint("plan_reminders", __name__)


@page.route("/office/events/<event>/plan/reminders", methods=["GET", "POST"])
def edit(event: str) -> ResponseReturnValue:
    """Some lines of days and hour; an empty line is none."""
    row = plan_of(event, by=acting()).event
    if request.method == "GET":
        known = [(str(each.days_before), written_time(each.at)) for each in reminders_of(row.id)]
        return _page(event, known, {}), 200
    typed = list(zip(request.form.getlist("days"), request.form.getlist("at"), strict=False))[: MOST + 1]
    typed = [(days.strip(), at.strip()) for days, at in typed if days.strip()]
    try:
        set_reminders(
            row.id, [ReminderPlan(beside.whole_number(days), read_time(at)) for days, at in typed], by=acting()
        )
    except Invalid as wrong:
        return _page(event, typed, wrong.problems), wrong.status
    flash(_("Saved."), "success")
    return redirect(url_for("office.plans.show", event=event), 303)


def _page(event: str, lines: list[tuple[str, str]], problems: dict[str, str]) -> str:
    row = plan_of(event, by=acting()).event
    words = {
        "reminder.days": _("Give a whole number of days from 1 to %(most)s.", most=MOST_DAYS),
        "reminder.twice": _("There is a reminder on this day already."),
        "time.missing": _("Please give an hour, as 08.30."),
    }
    empty = [("", "09:00")] * (MOST - len(lines))
    return render_template(
        "office/plan_reminders/edit.html",
        event=row,
        lines=[*lines, *empty],
        problems={place: words[code] for place, code in problems.items()},
    )

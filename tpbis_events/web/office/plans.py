"""What is planned: every programme with its editions, one edition whole, and its texts in both languages side by side."""

from __future__ import annotations

from flask import Blueprint, current_app, render_template, url_for

from tpbis_events.foundation import clock
from tpbis_events.places.local_time import format_date_range
from tpbis_events.programmes.model import Event, Session
from tpbis_events.programmes.plans import plan_of, programmes_of
from tpbis_events.programmes.readiness import lacks_of
from tpbis_events.web.accounts import acting
from tpbis_events.web.languages import language
from tpbis_events.web.office import words
from tpbis_events.web.office.plan_fields import KINDS, MODES, ORIGINS
from tpbis_events.web.public import told

page = Blueprint("plans", __name__)


@page.get("/office/plans")
def index() -> str:
    """Four queries, however many editions there are."""
    return render_template("office/plans/index.html", event=None, programmes=programmes_of(acting()))


@page.get("/office/events/<event>/plan")
def show(event: str) -> str:
    """Eight queries, however large the edition is."""
    plan = plan_of(event, by=acting())
    lacks = lacks_of(plan.event, plan.seats, clock.now())
    return render_template(
        "office/plans/show.html",
        plan=plan,
        event=plan.event,
        sessions=by_wave(plan.event),
        dates=dates,
        province=told.province_name,
        blocking=sum(lack.blocking for lack in lacks),
        advice=sum(not lack.blocking for lack in lacks),
        ways=words.WAYS_IN,
        modes=MODES,
        origins=ORIGINS,
        kinds=KINDS,
        jp=sum(item.jp for item in plan.event.agenda),
        planner=_planner(event),
    )


@page.get("/office/events/<event>/plan/preview")
def preview(event: str) -> str:
    """Every text that the public reads, in both languages; what one of them lacks is marked."""
    plan = plan_of(event, by=acting())
    return render_template("office/plans/preview.html", event=plan.event, sessions=by_wave(plan.event))


def _planner(event: str) -> str:
    there = "office.wave_plans.show" in current_app.view_functions
    return url_for("office.wave_plans.show", event=event) if there else ""


def by_wave(event: Event) -> list[Session]:
    """By wave, by day, and on a day from west to east; sessions without a wave come last."""
    return sorted(
        event.sessions,
        key=lambda each: (
            each.wave.number if each.wave else 10_000,
            each.starts_at,
            each.province_code or "",
            each.slug,
        ),
    )


def dates(session: Session) -> str:
    return format_date_range([day.local_date for day in session.days], language())

"""The office's first page: the events that the organizer works on, with their totals."""

from __future__ import annotations

from datetime import datetime, timedelta

from flask import Blueprint, render_template
from sqlalchemy import func, select

from tpbis_events.foundation import clock
from tpbis_events.foundation.database import db
from tpbis_events.outbox.model import Pulse
from tpbis_events.people.actor import Act
from tpbis_events.places.provinces import province
from tpbis_events.registrations import overview
from tpbis_events.web.accounts import acting
from tpbis_events.web.health import SILENCE_OF_A_DEAD_WORKER
from tpbis_events.web.languages import language

page = Blueprint("home", __name__)


@page.get("/office/")
def show() -> str:
    """Four queries for the events, one for the worker's pulse."""
    by = acting()
    provinces = by.provinces_for(Act.SEE_ROSTER)
    return render_template(
        "office/home/show.html",
        events=overview.events_of(by),
        provinces=None if provinces is None else [province(code).name(language()) for code in sorted(provinces)],
        silent_for=_silence(clock.now()) if by.may_somewhere(Act.SEE_MAIL) else None,
        zone="Asia/Jakarta",
    )


def _silence(now: datetime) -> timedelta | None:
    """For how long no worker was heard of, when that is too long: mail then waits. None while one lives."""
    beat = db.session.scalar(select(func.max(Pulse.beat_at)))
    silence = now - beat if beat else timedelta.max
    return silence if silence > SILENCE_OF_A_DEAD_WORKER else None

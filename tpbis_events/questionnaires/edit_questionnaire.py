"""Change what a questionnaire is called, what it says at its top, when it can be answered, whether a score is shown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from tpbis_events.audit.record import record
from tpbis_events.foundation import clock
from tpbis_events.foundation.database import db
from tpbis_events.foundation.errors import Invalid, Refusal
from tpbis_events.foundation.transaction import command
from tpbis_events.people.actor import Actor
from tpbis_events.programmes.model import Session
from tpbis_events.programmes.put_values import put_values
from tpbis_events.programmes.texts import Rule, examined
from tpbis_events.questionnaires.hold import hold
from tpbis_events.questionnaires.model import TESTS, Anchor, AnonymousSheet, Questionnaire
from tpbis_events.questionnaires.windows import EARLIEST, LATEST, fits, window, window_of

_IN_BOTH = {"title": Rule(200, needed=True), "intro": Rule(1500, lines=True)}


@dataclass(frozen=True, slots=True)
class Settings:
    """The window is counted from a session's own days; a negative number of days lies before."""

    title_id: str
    title_en: str
    opens_from: Anchor
    opens_days: int
    closes_from: Anchor
    closes_days: int
    intro_id: str = ""
    intro_en: str = ""
    shows_score: bool = False


@command
def edit_questionnaire(questionnaire_id: int, settings: Settings, *, by: Actor) -> None:
    """Refuses texts in one language only, a window without time in it, and one that would open an anonymous questionnaire
    again where it is over and its results may have been read: one more answer would then be told apart from the others.
    """
    held = hold(questionnaire_id, by=by)
    row, now = held.questionnaire, clock.now()
    values = _values(settings, row)
    if row.anonymous and row.published_at and held.answered:
        _require_stays_over(row, settings, now)
    before, after = put_values(row, values)
    if after:
        subject = f"event:{row.event_id}"
        record("questionnaire.changed", subject, at=now, actor=by.label, before=before, after=after)


def _values(settings: Settings, row: Questionnaire) -> dict[str, Any]:
    texts, problems = examined(settings, _IN_BOTH, {})
    for name in ("opens_days", "closes_days"):
        if not EARLIEST <= getattr(settings, name) <= LATEST:
            problems[name] = "window.days"
    if not problems and not fits(settings.opens_from, settings.opens_days, settings.closes_from, settings.closes_days):
        problems["closes_days"] = "window.order"
    if problems:
        raise Invalid(problems)
    return {
        **texts,
        "opens_from": settings.opens_from,
        "opens_days": settings.opens_days,
        "closes_from": settings.closes_from,
        "closes_days": settings.closes_days,
        "shows_score": settings.shows_score and row.kind in TESTS,
    }


def _require_stays_over(row: Questionnaire, to: Settings, now: datetime) -> None:
    for session in _sessions_with_answers(row.id):
        was = window_of(row, session)
        becomes = window(to.opens_from, to.opens_days, to.closes_from, to.closes_days, session)
        if was.closes_at <= now < becomes.closes_at:
            raise Refusal("questionnaire.over_somewhere")


def _sessions_with_answers(questionnaire_id: int) -> Sequence[Session]:
    answered = select(AnonymousSheet.session_id).where(AnonymousSheet.questionnaire_id == questionnaire_id)
    return db.session.scalars(select(Session).where(Session.id.in_(answered)).options(selectinload(Session.days))).all()

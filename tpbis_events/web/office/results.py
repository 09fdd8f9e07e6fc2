"""What was answered: the questionnaires of an event with their response, and each as charts with the numbers beside."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, render_template, request
from flask_babel import format_decimal

from tpbis_events.foundation import clock
from tpbis_events.people.actor import Act
from tpbis_events.questionnaires import catalogue
from tpbis_events.questionnaires.measures import FEWEST
from tpbis_events.questionnaires.model import TESTS
from tpbis_events.questionnaires.results import Results, results_of
from tpbis_events.questionnaires.scores import tests_of
from tpbis_events.questionnaires.windows import When
from tpbis_events.web.accounts import acting
from tpbis_events.web.questionnaire_words import INDICES, KINDS

page = Blueprint("results", __name__)

MOST_TEXTS = 200  # of one question, on a page; the file has all
LETTERS = "ABCDEFGHIJ"
LARGEST_WAVE = 10_000


@page.get("/office/events/<event>/results")
def index(event: str) -> str:
    """Six queries."""
    by = acting()
    of = catalogue.event_for(event, by=by, act=Act.SEE_RESULTS)
    handed = catalogue.handed_in_reach(of, by=by)
    return render_template(
        "office/results/index.html",
        event=of,
        found=[each for each in catalogue.of_event(of.id) if each.published_at],
        handed=handed,
        kinds=KINDS,
        may_question=by.may(Act.QUESTION, None),
        may_export=by.may_somewhere(Act.EXPORT),
    )


@page.get("/office/events/<event>/results/<int:questionnaire>")
def show(event: str, questionnaire: int) -> str:
    """`session` (its words of the address) or `wave` (its number) narrow; at most fourteen queries, whatever the size."""
    by, now = acting(), clock.now()
    asked = request.args.get("wave", 0, int)
    wave = asked if 0 < asked < LARGEST_WAVE else None
    session = request.args.get("session", "")[:80]
    found = results_of(event, questionnaire, now, by=by, session=session, wave=wave)
    is_test = found.questionnaire.kind in TESTS
    ids = [each.session.id for each in found.sessions]
    one = found.sessions[0] if len(found.sessions) == 1 else None
    return render_template(
        "office/results/show.html",
        results=found,
        event=found.event,
        questionnaire=found.questionnaire,
        session=session,
        wave=wave,
        waves=sorted({each.session.wave.number for each in found.reach if each.session.wave}),
        one=one,
        not_yet=catalogue.not_yet(questionnaire, one.session, by=by) if one else [],
        seated=sum(each.seated for each in found.sessions),
        came=sum(each.came for each in found.sessions),
        handed=sum(each.handed_in for each in found.sessions),
        open_in=sum(each.when is not When.OVER for each in found.sessions),
        too_few=found.too_few(found.sessions) if found.questionnaire.anonymous else 0,
        indices=found.indices(found.sessions),
        questions=found.questions_in(found.sessions),
        by_session=_by_session(found),
        tests=tests_of(found.event.id, found.questions, ids) if is_test else None,
        is_test=is_test,
        words=INDICES,
        When=When,
        fewest=FEWEST,
        most_texts=MOST_TEXTS,
        letters=LETTERS,
        decimal=_decimal,
        may_export=by.may_somewhere(Act.EXPORT),
        now=now,
    )


def _by_session(found: Results) -> list[tuple[Any, list[Any]]]:
    """Each session of the slice with its own indices."""
    return [(each, found.indices([each])) for each in found.sessions]


def _decimal(value: float | None, places: int = 2) -> str:
    return "–" if value is None else str(format_decimal(round(value, places), format="0." + "0" * places))

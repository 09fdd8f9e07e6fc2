"""Words of questionnaires that several audiences read, and what a form sent for its questions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import MultiDict

from tpbis_events.questionnaires.model import Kind, Measured, Progress, Question

KINDS: dict[Kind, Any] = {
    Kind.PRE_TEST: _l("Pre-test"),
    Kind.POST_TEST: _l("Post-test"),
    Kind.EVALUATION: _l("Evaluation"),
    Kind.OTHER: _l("Other questionnaire"),
}
INDICES: dict[Measured, Any] = {
    Measured.RELEVANCE: _l("Relevance index"),
    Measured.SATISFACTION: _l("Satisfaction index"),
}
PROGRESS: dict[Progress, Any] = {
    Progress.PLANNED: _l("To be done"),
    Progress.UNDER_WAY: _l("Under way"),
    Progress.DONE: _l("Done"),
    Progress.DROPPED: _l("Dropped"),
}
# The colours of the badges that mean the same.
PROGRESS_BADGES = {
    Progress.PLANNED: "planned",
    Progress.UNDER_WAY: "waiting",
    Progress.DONE: "seated",
    Progress.DROPPED: "cancelled",
}
ANSWER_PROBLEMS: dict[str, Any] = {
    "answer.missing": _l("Please answer this question."),
    "answer.unknown": _l("Please choose from the answers that are offered."),
    "answer.too_long": _l("This is too long; nothing was cut. Please shorten it."),
}
Typed = dict[int, list[str]]


def typed_answers(form: MultiDict[str, str], questions: Sequence[Question]) -> Typed:
    """Question id -> what the form sent for it."""
    return {question.id: form.getlist(f"q{question.id}") for question in questions}


def told_problems(problems: Mapping[str, str]) -> dict[int, str]:
    """Question id -> what is wrong, in words."""
    return {int(name.removeprefix("q")): str(ANSWER_PROBLEMS[code]) for name, code in problems.items()}

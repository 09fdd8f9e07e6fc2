"""How tests went: the scores of one, and what was gained between the two by those who took both."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import select

from tpbis_events.foundation.database import db
from tpbis_events.questionnaires.answers import Values, is_right
from tpbis_events.questionnaires.catalogue import of_event
from tpbis_events.questionnaires.measures import Gain, gain
from tpbis_events.questionnaires.model import Kind, NamedSheet, Question

BANDS = 5  # of 20 percent each; the last one holds 100


@dataclass(frozen=True, slots=True)
class Scores:
    """Of one test: how many took it, their mean in percent, and how many are in each band of 20 percent."""

    n: int
    mean: float
    bands: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class OfBoth:
    """One question in both tests: how many of those who took both had it right, before and after."""

    question: Question
    n: int
    before: int
    after: int


@dataclass(frozen=True, slots=True)
class Tests:
    """`gain` is none where nobody took both; `questions` is empty where the two ask different things, or nobody took both."""

    pre: Scores | None
    post: Scores | None
    gain: Gain | None
    questions: tuple[OfBoth, ...]


@dataclass(frozen=True, slots=True)
class _Sheet:
    percent: float
    answers: Values


def tests_of(event_id: int, questions: Sequence[Question], session_ids: Collection[int]) -> Tests:
    """Of some sessions; `questions` are those of the test that is looked at. Two queries."""
    tests = {each.kind: each for each in of_event(event_id) if each.kind in (Kind.PRE_TEST, Kind.POST_TEST)}
    sheets: dict[Kind, dict[int, _Sheet]] = {Kind.PRE_TEST: {}, Kind.POST_TEST: {}}
    kinds = {each.id: kind for kind, each in tests.items()}
    rows = db.session.execute(
        select(
            NamedSheet.questionnaire_id,
            NamedSheet.registration_id,
            NamedSheet.points,
            NamedSheet.of_points,
            NamedSheet.answers,
        ).where(NamedSheet.questionnaire_id.in_(kinds), NamedSheet.session_id.in_(session_ids))
    )
    for questionnaire_id, registration_id, points, of, answers in rows:
        sheets[kinds[questionnaire_id]][registration_id] = _Sheet(100 * points / of if of else 0.0, answers)
    before, after = sheets[Kind.PRE_TEST], sheets[Kind.POST_TEST]
    both = sorted(before.keys() & after.keys())
    post = tests.get(Kind.POST_TEST)
    alike = bool(post and post.asks_of_id and Kind.PRE_TEST in tests and post.asks_of_id == tests[Kind.PRE_TEST].id)
    return Tests(
        _scores([each.percent for each in before.values()]),
        _scores([each.percent for each in after.values()]),
        gain([(before[each].percent, after[each].percent) for each in both]),
        tuple(
            _of_both(each, [(before[i].answers, after[i].answers) for i in both]) for each in questions if each.points
        )
        if alike and both
        else (),
    )


def _scores(percents: Sequence[float]) -> Scores | None:
    if not percents:
        return None
    bands = [0] * BANDS
    for percent in percents:
        bands[min(BANDS - 1, int(percent * BANDS / 100))] += 1
    return Scores(len(percents), sum(percents) / len(percents), tuple(bands))


def _of_both(question: Question, pairs: Sequence[tuple[Values, Values]]) -> OfBoth:
    """Sheets whose answers were erased keep their points and count no more here."""
    key = str(question.id)
    kept = [(before, after) for before, after in pairs if before and after]
    return OfBoth(
        question,
        len(kept),
        sum(is_right(question, before.get(key)) for before, _ in kept),
        sum(is_right(question, after.get(key)) for _, after in kept),
    )

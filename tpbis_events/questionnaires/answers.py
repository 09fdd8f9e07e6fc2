"""What somebody answered: read from what she typed, checked against what was asked, and scored where there are points. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from tpbis_events.programmes.texts import tidy
from tpbis_events.questionnaires.model import TEXTS, Question, QuestionKind
from tpbis_events.questionnaires.standing import Points

SCALE = range(1, 6)
LONGEST = {QuestionKind.SHORT: 200, QuestionKind.LONG: 2000}  # characters
Typed = Mapping[int, Sequence[str]]  # question id -> what the form sent for it
Values = dict[str, Any]  # question id, as the key of a JSON object -> option id, option ids, 1 to 5, or text


def examined(questions: Sequence[Question], typed: Typed) -> tuple[Values, dict[int, str]]:
    """The answers, without those that were left out, and what is wrong: question id -> code.

    Refuses a required question without an answer, a choice that there isn't, several where one is asked, a text that is
    too long (nothing is cut).
    """
    values: Values = {}
    problems: dict[int, str] = {}
    for question in questions:
        value, problem = _one(question, [each for each in typed.get(question.id, ()) if each.strip()])
        if problem:
            problems[question.id] = problem
        elif value is not None:
            values[str(question.id)] = value
    return values, problems


def _one(question: Question, typed: Sequence[str]) -> tuple[Any, str]:
    if question.kind in TEXTS:
        text = tidy("\n".join(typed), lines=question.kind is QuestionKind.LONG)
        if len(text) > LONGEST[question.kind]:
            return None, "answer.too_long"
        return (text, "") if text else _nothing(question)
    if not typed:
        return _nothing(question)
    numbers = sorted({int(each) for each in typed if each.isascii() and each.isdigit() and len(each) < 12})
    possible = SCALE if question.kind is QuestionKind.SCALE else {option.id for option in question.options}
    if len(numbers) != len(set(typed)) or not all(number in possible for number in numbers):
        return None, "answer.unknown"
    if question.kind is QuestionKind.SEVERAL:
        return numbers, ""
    return (numbers[0], "") if len(numbers) == 1 else (None, "answer.unknown")


def _nothing(question: Question) -> tuple[None, str]:
    return None, "answer.missing" if question.required else ""


def is_right(question: Question, value: Any) -> bool:
    """Exactly the right options, none missing and none too many."""
    chosen = set(value) if isinstance(value, list) else {value}
    return chosen == {option.id for option in question.options if option.right}


def scored(questions: Sequence[Question], values: Values) -> Points:
    """All points of a question for the right answer, none for any other."""
    got = sum(each.points for each in questions if each.points and is_right(each, values.get(str(each.id))))
    return Points(got, sum(each.points for each in questions))

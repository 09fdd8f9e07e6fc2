"""What a new questionnaire begins with: title, introduction, window and, where they are wanted, ready-made questions in both
languages. Read from `data/sets.toml`.
"""

from __future__ import annotations

import tomllib
from functools import lru_cache
from importlib.resources import files
from typing import Any

from tpbis_events.questionnaires.model import Anchor, Kind, Measured, Option, Question, QuestionKind, Questionnaire


def questionnaire(kind: Kind, event_id: int, *, anonymous: bool) -> Questionnaire:
    """A new draft of a kind, with no questions yet."""
    told = _sets()[kind.value]
    opens_from, opens_days, closes_from, closes_days = told["window"]
    return Questionnaire(
        event_id=event_id,
        kind=kind,
        anonymous=anonymous,
        shows_score=bool(told.get("shows_score", False)),
        title_id=told["title_id"],
        title_en=told["title_en"],
        intro_id=told.get("intro_id", ""),
        intro_en=told.get("intro_en", ""),
        opens_from=Anchor(opens_from),
        opens_days=opens_days,
        closes_from=Anchor(closes_from),
        closes_days=closes_days,
    )


def questions(kind: Kind, questionnaire_id: int) -> list[Question]:
    """The ready-made questions of a kind; those of a post-test are its pre-test's."""
    return [
        Question(
            questionnaire_id=questionnaire_id,
            sort=sort,
            kind=QuestionKind(told["kind"]),
            measures=Measured(told["measures"]) if "measures" in told else None,
            points=told.get("points", 0),
            required=told.get("required", True),
            text_id=told["text_id"],
            text_en=told["text_en"],
            options=[
                Option(sort=place, text_id=option[0], text_en=option[1], right=bool(option[2:]))
                for place, option in enumerate(told.get("options", []))
            ],
        )
        for sort, told in enumerate(_sets()[kind.value].get("questions", []))
    ]


@lru_cache
def _sets() -> dict[str, Any]:
    return tomllib.loads((files(__package__) / "data" / "sets.toml").read_text(encoding="utf-8"))

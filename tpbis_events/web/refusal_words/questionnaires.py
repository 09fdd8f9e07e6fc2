"""What is said when something is refused about questionnaires and commitments."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l

WORDS: dict[str, tuple[Any, Any]] = {
    "questionnaire.unknown": (
        _l("There is no such questionnaire"),
        _l("It is not published, or it belongs to another event. Your own page lists what there is for you."),
    ),
    "questionnaire.no_seat": (
        _l("This is for people who have a seat"),
        _l("This registration has no seat in the session, so nothing was stored."),
    ),
    "questionnaire.not_open_yet": (
        _l("This questionnaire is not open yet"),
        _l("It opens on %(at)s. Nothing was stored."),
    ),
    "questionnaire.closed": (
        _l("This questionnaire is closed"),
        _l("It closed on %(at)s, before your answers arrived. Nothing was stored."),
    ),
    "questionnaire.test_there": (
        _l("There is such a test already"),
        _l("An edition has one pre-test and one post-test. Change the one that is there, or remove it first."),
    ),
    "questionnaire.no_pre_test": (
        _l("There is no pre-test whose questions could be asked again"),
        _l("Begin with the pre-test, or with a post-test of its own questions."),
    ),
    "questionnaire.over_somewhere": (
        _l("This would open it again where it is over"),
        _l(
            "Results of sessions that are over may have been read already. One more anonymous answer could then be told "
            "apart from the others, so the window stays closed there. Nothing was changed."
        ),
    ),
    "questionnaire.answered": (
        _l("Somebody has answered already"),
        _l(
            "What was asked stays as it was when people answered: questions can be corrected in their words and put in "
            "order, and nothing can be added or taken out. Nothing was changed."
        ),
    ),
    "question.answered": (
        _l("Only the words of this question can be corrected"),
        _l(
            "Somebody has answered already, so its kind, its options, points, index, and whether it must be answered stay. "
            "Nothing was changed."
        ),
    ),
    "questionnaire.asked_by_another": (
        _l("Another questionnaire asks these questions"),
        _l("The post-test asks what this one asks. Remove the post-test first."),
    ),
    "questionnaire.asks_of_another": (
        _l("This questionnaire asks the questions of another"),
        _l("Change them there: both ask the same."),
    ),
    "questionnaire.empty": (
        _l("There is no question yet"),
        _l("Add at least one question before it is published."),
    ),
    "questionnaire.no_points": (
        _l("No question of this test has points"),
        _l("Give points to at least one question, and mark its right answer."),
    ),
    "questionnaire.too_long": (
        _l("This is too long"),
        _l("A questionnaire has at most %(most)s questions. Nothing was changed."),
    ),
    "commitment.unknown": (
        _l("There is no such commitment"),
        _l("It may have been erased, or the link was cut."),
    ),
    "commitment.too_early": (
        _l("The session has not begun yet"),
        _l("Follow-up plans can be entered from the beginning of the session on. Nothing was stored."),
    ),
    "commitment.too_many": (
        _l("That is enough"),
        _l("One registration has at most %(most)s commitments. Nothing was stored."),
    ),
}

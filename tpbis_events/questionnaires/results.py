"""What was answered, as numbers: of a session, of a wave, of an edition, as far as an organizer may see.

Of an anonymous questionnaire nothing is shown of a session before it is over there, and nothing of a session in which fewer
than FEWEST answered, or answered that question. A sum is a sum of what may be shown by itself, so that no two sums differ by
less; texts are shown of everything in reach together, in an order of chance (docs/decisions/0030).
"""

from __future__ import annotations

import secrets
from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from tpbis_events.attendance.model import Attendance
from tpbis_events.foundation.database import db
from tpbis_events.foundation.errors import NotFound
from tpbis_events.people.actor import Act, Actor
from tpbis_events.programmes.model import Event, Session
from tpbis_events.questionnaires.answers import is_right
from tpbis_events.questionnaires.catalogue import event_for, questionnaire_in, questions_of
from tpbis_events.questionnaires.measures import FEWEST, Tally, tally, together
from tpbis_events.questionnaires.model import (
    TEXTS,
    AnonymousSheet,
    AnonymousText,
    HandedIn,
    Measured,
    NamedSheet,
    Question,
    Questionnaire,
)
from tpbis_events.questionnaires.windows import When, window_of
from tpbis_events.registrations.model import Registration, State

Cells = dict[tuple[int, int], Tally]  # (session id, question id) -> what was answered there


@dataclass(frozen=True, slots=True)
class OfSession:
    """One session: who has a seat, who was there on any day, who has handed it in, and whether its answers are shown."""

    session: Session
    seated: int
    came: int
    handed_in: int
    when: When
    shown: bool

    @property
    def rate(self) -> int | None:
        """Of those who were there (of those with a seat, where no attendance was kept), in whole percent."""
        of = self.came or self.seated
        return min(100, round(100 * self.handed_in / of)) if of else None


@dataclass(frozen=True, slots=True)
class OfQuestion:
    """`left_out`: how many answers aren't shown, being too few in their session. `right`: of a test, how many were right."""

    question: Question
    tally: Tally
    left_out: int
    right: int | None


@dataclass(frozen=True, slots=True)
class Index:
    """The mean of all ratings given to the questions of an index; `n` people gave them."""

    measured: Measured
    n: int
    tally: Tally


@dataclass(frozen=True, slots=True)
class Results:
    """Everything of one questionnaire in the actor's reach; `sessions` are those of the slice that was asked for."""

    event: Event
    questionnaire: Questionnaire
    questions: Sequence[Question]
    reach: tuple[OfSession, ...]
    sessions: tuple[OfSession, ...]
    cells: Cells
    rights: dict[tuple[int, int], int]
    texts: dict[int, list[str]]

    def questions_in(self, sessions: Collection[OfSession]) -> list[OfQuestion]:
        return [self._question(each, sessions) for each in self.questions if each.kind not in TEXTS]

    def indices(self, sessions: Collection[OfSession]) -> list[Index]:
        """Those that have a question, also where nothing is shown of it."""
        of = {each: [q for q in self.questions if q.measures is each] for each in Measured}
        return [self._index(measured, questions, sessions) for measured, questions in of.items() if questions]

    def too_few(self, sessions: Collection[OfSession]) -> int:
        """How many handed it in where it is over and fewer than FEWEST did."""
        return sum(each.handed_in for each in sessions if each.when is When.OVER and not each.shown)

    def _shown(self, question: Question, sessions: Collection[OfSession]) -> tuple[dict[int, Tally], int]:
        """Session id -> what may be shown of it, and how many answers may not."""
        shown, left_out = {}, 0
        for each in sessions:
            cell = self.cells.get((each.session.id, question.id), Tally())
            if not each.shown or (self.questionnaire.anonymous and cell.n < FEWEST):
                left_out += cell.n
            else:
                shown[each.session.id] = cell
        return shown, left_out

    def _question(self, question: Question, sessions: Collection[OfSession]) -> OfQuestion:
        shown, left_out = self._shown(question, sessions)
        right = sum(self.rights.get((session_id, question.id), 0) for session_id in shown)
        return OfQuestion(question, together(shown.values()), left_out, right if question.points else None)

    def _index(self, measured: Measured, questions: Sequence[Question], sessions: Collection[OfSession]) -> Index:
        cells = [self._shown(question, sessions)[0] for question in questions]
        people = sum(max((cell[s.session.id].n for cell in cells if s.session.id in cell), default=0) for s in sessions)
        return Index(measured, people, together(tally for cell in cells for tally in cell.values()))


def results_of(
    event_slug: str,
    questionnaire_id: int,
    now: datetime,
    *,
    by: Actor,
    session: str | None = None,
    wave: int | None = None,
) -> Results:
    """Eleven queries at most, whatever the size. Refuses what is out of reach or another event's (404), and who may not see
    results (403).
    """
    event = event_for(event_slug, by=by, act=Act.SEE_RESULTS)
    questionnaire = questionnaire_in(event, questionnaire_id)
    in_reach = [each for each in event.sessions if by.may(Act.SEE_RESULTS, each.province_code)]
    if session:
        named = next((each for each in event.sessions if each.slug == session), None)
        if named is None:
            raise NotFound("session.unknown")
        by.require(Act.SEE_RESULTS, named.province_code)
    questions = questions_of(questionnaire)
    cells, rights, sheets = _cells(questionnaire, questions, {each.id for each in in_reach})
    reach = tuple(_sessions(in_reach, questionnaire, sheets, now))
    chosen = tuple(
        each
        for each in reach
        if (not session or each.session.slug == session)
        and (not wave or (each.session.wave is not None and each.session.wave.number == wave))
    )
    shown = {each.session.id for each in reach if each.shown}
    return Results(
        event,
        questionnaire,
        questions,
        reach,
        chosen,
        cells,
        rights,
        _texts(questionnaire, questions, shown),
    )


def _sessions(
    sessions: Sequence[Session], questionnaire: Questionnaire, sheets: Mapping[int, int], now: datetime
) -> list[OfSession]:
    """What is shown goes by the sheets that are there: who was moved since has left hers behind in the session before."""
    ids = [each.id for each in sessions]
    seated = _per_session(select(Registration.session_id, func.count()).where(Registration.state == State.SEATED), ids)
    there = select(Registration.session_id, func.count(Attendance.registration_id.distinct())).join(
        Attendance, Attendance.registration_id == Registration.id
    )
    came = _per_session(there.where(Attendance.undone_at.is_(None)), ids)
    handed = _per_session(
        select(Registration.session_id, func.count())
        .join(HandedIn, HandedIn.registration_id == Registration.id)
        .where(HandedIn.questionnaire_id == questionnaire.id),
        ids,
    )
    found = []
    for each in sessions:
        when, number = window_of(questionnaire, each).when(now), handed.get(each.id, 0)
        shown = not questionnaire.anonymous or (when is When.OVER and sheets.get(each.id, 0) >= FEWEST)
        found.append(OfSession(each, seated.get(each.id, 0), came.get(each.id, 0), number, when, shown))
    return found


def _per_session(counts: Any, ids: Sequence[int]) -> dict[int, int]:
    rows = db.session.execute(counts.where(Registration.session_id.in_(ids)).group_by(Registration.session_id))
    return dict(rows.all())


def _cells(
    questionnaire: Questionnaire, questions: Sequence[Question], session_ids: Collection[int]
) -> tuple[Cells, dict[tuple[int, int], int], Mapping[int, int]]:
    """What was ticked, of the questions of a test how many were right, and session id -> how many sheets. Texts aren't among
    them.
    """
    table = AnonymousSheet if questionnaire.anonymous else NamedSheet
    number: Counter[int] = Counter()
    sheets = db.session.execute(
        select(table.session_id, table.answers).where(
            table.questionnaire_id == questionnaire.id, table.session_id.in_(session_ids)
        )
    )
    values: dict[tuple[int, int], list[Any]] = defaultdict(list)
    for session_id, answers in sheets:
        number[session_id] += 1
        for question_id, value in answers.items():
            if not isinstance(value, str):
                values[session_id, int(question_id)].append(value)
    of_test = {each.id: each for each in questions if each.points}
    rights = {
        key: sum(is_right(of_test[key[1]], value) for value in each)
        for key, each in values.items()
        if key[1] in of_test
    }
    return {key: tally(each) for key, each in values.items()}, rights, number


def _texts(questionnaire: Questionnaire, questions: Sequence[Question], shown: Collection[int]) -> dict[int, list[str]]:
    """Question id -> what was written, shuffled; of an anonymous one only where FEWEST or more wrote something."""
    found: dict[int, list[str]] = {each.id: [] for each in questions if each.kind in TEXTS}
    if not found or not shown:
        return found
    for question_id, written in _written(questionnaire, found, shown):
        found[question_id].append(written)
    for texts in found.values():
        secrets.SystemRandom().shuffle(texts)
    if questionnaire.anonymous:
        return {key: texts if len(texts) >= FEWEST else [] for key, texts in found.items()}
    return found


def _written(questionnaire: Questionnaire, questions: Collection[int], shown: Collection[int]) -> list[tuple[int, str]]:
    if questionnaire.anonymous:
        rows = db.session.execute(
            select(AnonymousText.question_id, AnonymousText.text).where(
                AnonymousText.questionnaire_id == questionnaire.id, AnonymousText.session_id.in_(shown)
            )
        )
        return [(question_id, written) for question_id, written in rows if question_id in questions]
    sheets = db.session.scalars(
        select(NamedSheet.answers).where(
            NamedSheet.questionnaire_id == questionnaire.id, NamedSheet.session_id.in_(shown)
        )
    )
    return [
        (question_id, answers[str(question_id)])
        for answers in sheets
        for question_id in questions
        if answers.get(str(question_id))
    ]

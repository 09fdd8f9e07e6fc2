"""The results of an event's questionnaires, and its follow-up plans, as XLSX: by the same reads, and so with the same limits, as
the pages.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import IO, Any

from flask_babel import gettext as _
from sqlalchemy import func, select
from xlsxwriter import Workbook

from tpbis_events.foundation import clock
from tpbis_events.foundation.database import db
from tpbis_events.people.actor import Act, Actor
from tpbis_events.places.local_time import format_date
from tpbis_events.questionnaires.catalogue import of_event
from tpbis_events.questionnaires.measures import Tally
from tpbis_events.questionnaires.model import TESTS, Commitment, HandedIn, Measured, Progress
from tpbis_events.questionnaires.results import OfQuestion, OfSession, Results, results_of
from tpbis_events.questionnaires.scores import Tests, tests_of
from tpbis_events.registrations.model import Registration
from tpbis_events.reports.cells import is_dangerous
from tpbis_events.reports.columns import text_of
from tpbis_events.reports.scope import Scope

Cell = str | int | float | None
AT_ONCE = 500
_HEADING = {"bold": True, "bg_color": "#E7EAF3", "border": 1, "text_wrap": True, "valign": "top"}


def seen(scope: Scope, by: Actor) -> Scope:
    """What of a scope holds results that the actor may see; refuses where there is nothing (403)."""
    by.require_somewhere(Act.SEE_RESULTS)
    sessions = tuple(each for each in scope.sessions if by.may(Act.SEE_RESULTS, each.province_code))
    return Scope(scope.event, sessions, scope.roles, scope.one)


def how_many_commitments(scope: Scope) -> int:
    """In the sessions of a scope."""
    ids = [each.id for each in scope.sessions]
    return db.session.scalar(select(func.count()).select_from(Commitment).where(Commitment.session_id.in_(ids))) or 0


def how_many_sheets(scope: Scope) -> int:
    """Handed in in the sessions of a scope, of all questionnaires together."""
    ids = [each.id for each in scope.sessions]
    handed = select(func.count()).select_from(HandedIn).join(Registration, HandedIn.registration_id == Registration.id)
    return db.session.scalar(handed.where(Registration.session_id.in_(ids))) or 0


def write_results(file: IO[bytes], scope: Scope, progress: Callable[[int], None], *, by: Actor, language: str) -> int:
    """Sheets: the two indices session by session, each question, the gain between the tests, texts. How many questionnaires."""
    now = clock.now()
    asked = [each.id for each in of_event(scope.event.id) if each.published_at]
    found: list[Results] = []
    for done, questionnaire_id in enumerate(asked):
        progress(done)
        one = scope.sessions[0].slug if scope.one else None
        found.append(results_of(scope.event.slug, questionnaire_id, now, by=by, session=one))
    book = _Book(file, text_of(scope.event, "name", language))
    book.sheet(_("Indices"), _index_rows(found, language))
    book.sheet(_("Questions"), _question_rows(found, language))
    for results in found:
        if results.questionnaire.kind in TESTS:
            tests = tests_of(scope.event.id, results.questions, [each.session.id for each in results.sessions])
            book.sheet(_("Gain"), _gain_rows(tests, language))
            break
    book.sheet(_("Texts"), _text_rows(found, language))
    book.close()
    return len(asked)


def write_commitments(file: IO[bytes], scope: Scope, progress: Callable[[int], None], *, language: str) -> int:
    """One sheet, by due date, read a few hundred at a time; how many."""
    sessions = {each.id: each for each in scope.sessions}
    words = _progress_words()
    number = 0

    def rows() -> Iterable[Sequence[Cell]]:
        nonlocal number
        yield [
            _("Session"),
            _("Institution or community"),
            _("What will be done"),
            _("By whom"),
            _("Until when"),
            _("By what it will be seen"),
            _("How far it is"),
        ]
        while True:
            page = db.session.scalars(
                select(Commitment)
                .where(Commitment.session_id.in_(list(sessions)))
                .order_by(Commitment.due_on, Commitment.id)
                .offset(number)
                .limit(AT_ONCE)
            ).all()
            for each in page:
                place = text_of(sessions[each.session_id], "name", language)
                due = each.due_on.isoformat()
                yield [place, each.agency, each.what, each.who, due, each.measure, words[each.progress]]
            number += len(page)
            progress(number)
            if len(page) < AT_ONCE:
                return

    book = _Book(file, text_of(scope.event, "name", language))
    book.sheet(_("Follow-up plans"), rows())
    book.close()
    return number


def _progress_words() -> dict[Progress, str]:
    return {
        Progress.PLANNED: _("To be done"),
        Progress.UNDER_WAY: _("Under way"),
        Progress.DONE: _("Done"),
        Progress.DROPPED: _("Dropped"),
    }


def _index_rows(found: Sequence[Results], language: str) -> Iterable[Sequence[Cell]]:
    names = {Measured.RELEVANCE: _("Relevance index"), Measured.SATISFACTION: _("Satisfaction index")}
    yield [
        _("Questionnaire"),
        _("Session"),
        _("Wave"),
        _("Have a seat"),
        _("Were there"),
        _("Handed in"),
        _("Index"),
        _("Mean, 1 to 5"),
        _("People"),
        *(f"{value}" for value in range(1, 6)),
    ]
    for results in found:
        title = text_of(results.questionnaire, "title", language)
        slices: list[tuple[str, int | None, tuple[OfSession, ...]]] = []
        if len(results.sessions) > 1:
            slices.append((_("All sessions"), None, results.sessions))
        for of in results.sessions:
            wave = of.session.wave.number if of.session.wave else None
            slices.append((text_of(of.session, "name", language), wave, (of,)))
        for place, wave, sessions in slices:
            counts = [sum(getattr(each, name) for each in sessions) for name in ("seated", "came", "handed_in")]
            for index in results.indices(sessions):
                ratings = [index.tally.counts.get(value, 0) for value in range(1, 6)]
                mean = _rounded(index.tally.mean)
                yield [title, place, wave, *counts, names[index.measured], mean, index.n, *ratings]
    yield []
    yield [_("Empty: not over yet, or fewer than five answers. Sums leave out what is not shown.")]
    yield [_("As of %(date)s", date=format_date(clock.now().date(), language))]


def _question_rows(found: Sequence[Results], language: str) -> Iterable[Sequence[Cell]]:
    yield [
        _("Questionnaire"),
        _("Question"),
        _("Answer"),
        _("How many"),
        _("Of"),
        _("Mean, 1 to 5"),
        _("Right answers"),
    ]
    for results in found:
        title = text_of(results.questionnaire, "title", language)
        for each in results.questions_in(results.sessions):
            for answer, number in _answers(each, language):
                mean = _rounded(each.tally.mean) if each.question.kind == "scale" else None
                words = text_of(each.question, "text", language)
                yield [title, words, answer, number, each.tally.n, mean, each.right]


def _answers(each: OfQuestion, language: str) -> list[tuple[str, int]]:
    tally: Tally = each.tally
    if each.question.kind == "scale":
        return [(str(value), tally.counts.get(value, 0)) for value in range(1, 6)]
    return [(text_of(option, "text", language), tally.counts.get(option.id, 0)) for option in each.question.options]


def _gain_rows(tests: Tests, language: str) -> Iterable[Sequence[Cell]]:
    yield [_("Measure"), _("Before"), _("After"), _("Difference"), _("People")]
    for name, scores in ((_("Pre-test, mean percent"), tests.pre), (_("Post-test, mean percent"), tests.post)):
        if scores:
            value = _rounded(scores.mean)
            yield [
                name,
                value if scores is tests.pre else None,
                value if scores is tests.post else None,
                None,
                scores.n,
            ]
    if tests.gain:
        gain = tests.gain
        before, after, points = _rounded(gain.before), _rounded(gain.after), _rounded(gain.points)
        yield [_("Those who took both, mean percent"), before, after, points, gain.n]
        yield [_("Normalised gain"), None, None, _rounded(gain.normalised), gain.n]
    for each in tests.questions:
        yield [text_of(each.question, "text", language), each.before, each.after, each.after - each.before, each.n]


def _text_rows(found: Sequence[Results], language: str) -> Iterable[Sequence[Cell]]:
    """No session beside a text, and in an order of chance, as on the page."""
    yield [_("Questionnaire"), _("Question"), _("Text")]
    for results in found:
        for question in results.questions:
            for written in results.texts.get(question.id, ()):
                yield [
                    text_of(results.questionnaire, "title", language),
                    text_of(question, "text", language),
                    written,
                ]


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 2)


class _Book:
    """A workbook of plain sheets: heading, rows; texts stay texts whatever they look like."""

    def __init__(self, file: IO[bytes], title: str) -> None:
        self.book = Workbook(file, {"constant_memory": True})
        self.book.set_properties({"title": title, "author": "TPBIS Events"})
        self.heading = self.book.add_format(_HEADING)
        self.plain = self.book.add_format({"num_format": "@", "text_wrap": True, "valign": "top"})
        self.quoted = self.book.add_format(
            {"num_format": "@", "text_wrap": True, "valign": "top", "quote_prefix": True}
        )

    def sheet(self, name: str, rows: Iterable[Sequence[Cell]]) -> None:
        sheet: Any = self.book.add_worksheet(name[:31])
        sheet.freeze_panes(1, 0)
        sheet.set_column(0, 2, 34)
        sheet.set_column(3, 15, 16)
        for number, row in enumerate(rows):
            for place, value in enumerate(row):
                if isinstance(value, str):
                    form = self.heading if number == 0 else self.quoted if is_dangerous(value) else self.plain
                    sheet.write_string(number, place, value, form)
                elif value is not None:
                    sheet.write_number(number, place, value)

    def close(self) -> None:
        self.book.close()

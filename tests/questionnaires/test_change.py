"""What can be changed under answers, what a clone takes along, what is erased and when."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from tests.builders import an_event, registered
from tests.questions import a_questionnaire, answered, filled, of_kind, questions, when_over, while_open
from tpbis_events.audit.model import AuditEntry
from tpbis_events.foundation import clock
from tpbis_events.foundation.database import db
from tpbis_events.foundation.errors import Invalid, Refusal
from tpbis_events.people.actor import COMMAND_LINE, participant
from tpbis_events.programmes.clone import ClonePlan, clone
from tpbis_events.questionnaires.begin_questionnaire import Start, begin_questionnaire
from tpbis_events.questionnaires.catalogue import of_event, questions_of
from tpbis_events.questionnaires.edit_question import (
    OptionPlan,
    QuestionPlan,
    add_question,
    edit_question,
    move_question,
    remove_question,
)
from tpbis_events.questionnaires.edit_questionnaire import Settings, edit_questionnaire
from tpbis_events.questionnaires.enter_commitment import CommitmentPlan, enter_commitment
from tpbis_events.questionnaires.erase_answers import erase_answers
from tpbis_events.questionnaires.model import (
    AnonymousSheet,
    AnonymousText,
    Commitment,
    CommitmentStep,
    HandedIn,
    Kind,
    NamedSheet,
    Question,
    QuestionKind,
    Questionnaire,
    Wording,
)
from tpbis_events.questionnaires.publish_questionnaire import remove_questionnaire, take_back_questionnaire
from tpbis_events.questionnaires.standing import commitments_of, points_of
from tpbis_events.registrations.erase import KEPT_AFTER_SESSION

BY = {"by": COMMAND_LINE}


def number_of(table: type) -> int:
    return db.session.scalar(select(func.count()).select_from(table)) or 0


def plan_like(question: Question) -> QuestionPlan:
    return QuestionPlan(
        question.kind,
        question.text_id,
        question.text_en,
        measures=question.measures,
        points=question.points,
        required=question.required,
        options=tuple(OptionPlan(o.text_id, o.text_en, o.right) for o in question.options),
    )


def settings_like(row: Questionnaire) -> Settings:
    names = "title_id title_en opens_from opens_days closes_from closes_days intro_id intro_en shows_score"
    return Settings(**{name: getattr(row, name) for name in names.split()})


def test_under_answers_words_are_corrected_as_a_new_version_and_nothing_else_changes(app: Flask) -> None:
    place = an_event()["51", "stakeholder"]
    pre = a_questionnaire(place, Start.PAIR_SET)
    answered(pre, place)
    first = questions(pre)[0]
    plan, question_id, old = plan_like(first), first.id, first.text_en
    corrected = replace(plan, text_en="What is it for?")
    edit_question(pre, question_id, corrected, **BY)
    edit_question(pre, question_id, corrected, **BY)  # the same again is no version
    row = db.session.get_one(Question, question_id)
    wording = db.session.scalars(select(Wording)).one()
    assert (row.text_en, row.version) == ("What is it for?", 2)
    assert (wording.version, wording.told["text_en"]) == (1, old)
    others = tuple(replace(option, right=not option.right) for option in plan.options)
    for structural in (
        replace(plan, kind=QuestionKind.SEVERAL),
        replace(plan, points=30),
        replace(plan, required=False),
        replace(plan, options=plan.options[:3]),
        replace(plan, kind=QuestionKind.SEVERAL, options=others),
    ):
        with pytest.raises(Refusal, match="question.answered|input.invalid"):
            edit_question(pre, question_id, structural, **BY)
    for act in (
        lambda: add_question(pre, plan, **BY),
        lambda: remove_question(pre, question_id, **BY),
        lambda: take_back_questionnaire(pre, **BY),
        lambda: remove_questionnaire(pre, **BY),
    ):
        with pytest.raises(Refusal, match=r"questionnaire\.answered"):
            act()
    move_question(pre, question_id, up=False, **BY)
    assert [each.id for each in questions(pre)][1] == question_id
    assert db.session.get_one(Question, question_id).version == 2


def test_answers_of_the_post_test_hold_the_questions_that_it_shares_with_the_pre_test(app: Flask) -> None:
    place = an_event()["51", "stakeholder"]
    pre = a_questionnaire(place, Start.PAIR_SET)
    answered(of_kind(place, Kind.POST_TEST), place)
    with pytest.raises(Refusal, match=r"questionnaire\.answered"):
        remove_question(pre, questions(pre)[0].id, **BY)


def test_before_anybody_answers_everything_can_change_and_go(app: Flask) -> None:
    place = an_event()["51", "stakeholder"]
    pre = a_questionnaire(place, Start.PAIR_SET)
    several = next(q for q in questions(pre) if q.kind == "several")
    shorter = replace(plan_like(several), kind=QuestionKind.ONE, options=plan_like(several).options[2:])
    edit_question(pre, several.id, shorter, **BY)
    assert [o.text_id for o in questions(pre)[2].options] == [o.text_id for o in shorter.options]
    assert number_of(Wording) == 0
    with pytest.raises(Refusal, match="asked_by_another"):
        remove_questionnaire(pre, **BY)
    remove_questionnaire(of_kind(place, Kind.POST_TEST), **BY)
    take_back_questionnaire(pre, **BY)
    remove_questionnaire(pre, **BY)
    assert number_of(Questionnaire) == number_of(Question) == 0


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"text_en": ""}, {"text_en": "text.missing"}),
        ({"points": 101}, {"points": "points.range"}),
        ({"options": (OptionPlan("A", "A", True),)}, {"options": "options.number"}),
        ({"options": (OptionPlan("A", "A"), OptionPlan("B", "B"))}, {"options": "options.right"}),
        ({"options": (OptionPlan("A", "A", True), OptionPlan("B", "B", True))}, {"options": "options.right"}),
        ({"options": (OptionPlan("A", "A", True), OptionPlan("B", ""))}, {"options-1-text_en": "text.missing"}),
    ],
)
def test_a_wrong_question_is_refused_field_by_field(
    app: Flask, changes: dict[str, object], problem: dict[str, str]
) -> None:
    place = an_event()["51", "stakeholder"]
    test = begin_questionnaire(place.event_id, Start.PRE_TEST, **BY)
    good = QuestionPlan(
        QuestionKind.ONE, "Apa?", "What?", points=5, options=(OptionPlan("A", "A", True), OptionPlan("B", "B"))
    )
    with pytest.raises(Invalid) as no:
        add_question(test, replace(good, **changes), **BY)  # type: ignore[arg-type]
    assert problem.items() <= no.value.problems.items()


def test_an_edition_has_one_test_of_each_kind(app: Flask) -> None:
    place = an_event()["51", "stakeholder"]
    with pytest.raises(Refusal, match="no_pre_test"):
        begin_questionnaire(place.event_id, Start.SAME_POST_TEST, **BY)
    a_questionnaire(place, Start.PAIR_SET)
    for start in (Start.PRE_TEST, Start.POST_TEST, Start.PAIR_SET, Start.SAME_POST_TEST):
        with pytest.raises(Refusal, match="test_there"):
            begin_questionnaire(place.event_id, start, **BY)
    for _ in range(2):
        begin_questionnaire(place.event_id, Start.EVALUATION, **BY)


def test_an_anonymous_one_is_never_opened_again_where_its_results_may_have_been_read(app: Flask) -> None:
    place = an_event()["51", "stakeholder"]
    asked = a_questionnaire(place)
    answered(asked, place)
    longer = replace(settings_like(db.session.get_one(Questionnaire, asked)), closes_days=30)
    with clock.stopped_at(when_over(asked, place)), pytest.raises(Refusal, match="over_somewhere"):
        edit_questionnaire(asked, longer, **BY)
    with clock.stopped_at(when_over(asked, place) - timedelta(hours=1)):
        edit_questionnaire(asked, longer, **BY)  # as long as it is open, it can stay open
    assert db.session.get_one(Questionnaire, asked).closes_days == 30


def test_a_clone_takes_questionnaires_along_as_drafts_without_answers(app: Flask) -> None:
    place = an_event()["51", "stakeholder"]
    a_questionnaire(place, Start.PAIR_SET)
    evaluation = a_questionnaire(place)
    answered(evaluation, place)
    new = clone(place.event_id, ClonePlan("tahun-depan", "Tahun depan", "Next year"), **BY)
    old_ones, new_ones = of_event(place.event_id), of_event(new.event_id)
    assert [(each.kind, each.title_id, each.published_at) for each in new_ones] == [
        (each.kind, each.title_id, None) for each in old_ones
    ]
    assert new_ones[1].asks_of_id == new_ones[0].id
    for old, copy in zip(old_ones, new_ones, strict=True):
        told = [
            [(q.text_id, q.points, [(o.text_id, o.right) for o in q.options]) for q in questions_of(each)]
            for each in (old, copy)
        ]
        assert told[0] == told[1]
    assert number_of(HandedIn) == number_of(AnonymousSheet) == 1


def test_two_years_later_what_was_written_is_erased_and_numbers_stay(app_on_each: Flask) -> None:
    place = an_event(roles={"stakeholder": 5})["51", "stakeholder"]
    evaluation, pre = a_questionnaire(place), a_questionnaire(place, Start.PAIR_SET)
    post = of_kind(place, Kind.POST_TEST)
    answered(evaluation, place, words="Bapak Anu baik")
    (budi,) = answered(post, place)
    plan = CommitmentPlan("Perpustakaan", "Kelas", "Budi", "Dua kelas", (clock.now() + timedelta(days=60)).date())
    with clock.stopped_at(while_open(post, place)):
        enter_commitment(place.session_id, plan, key="a", registration_id=budi, by=participant(budi))
        enter_commitment(place.session_id, plan, key="b", **BY)
        assert commitments_of([budi, 999]) == {budi: 1}
    over = while_open(post, place) + KEPT_AFTER_SESSION
    with clock.stopped_at(over - timedelta(days=1)):
        assert erase_answers() == 0
    with clock.stopped_at(over + timedelta(days=1)):
        assert (erase_answers(), erase_answers()) == (1, 0)
    sheet = db.session.scalars(select(NamedSheet)).one()
    assert (sheet.answers, points_of([budi])[budi].got) == ({}, 100)
    assert [number_of(table) for table in (Commitment, CommitmentStep, AnonymousText, AnonymousSheet)] == [0, 0, 0, 1]
    assert pre != post


def test_the_audit_log_says_who_built_it_and_nothing_of_who_answered(app: Flask) -> None:
    place = an_event()["51", "stakeholder"]
    asked = a_questionnaire(place)
    budi = registered(place).registration_id
    before = number_of(AuditEntry)
    with clock.stopped_at(while_open(asked, place)):
        from tpbis_events.questionnaires.hand_in import hand_in

        hand_in(asked, budi, filled(asked), by=participant(budi))
    assert number_of(AuditEntry) == before
    acts = set(db.session.scalars(select(AuditEntry.act).where(AuditEntry.subject == f"event:{place.event_id}")))
    assert {"questionnaire.begun", "questionnaire.published"} <= acts

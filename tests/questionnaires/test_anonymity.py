"""Whoever reads the whole database can't tell whose an anonymous sheet is: no key, no time, no order, no mark of a transaction.

docs/decisions/0030 says what remains.
"""

from __future__ import annotations

import json
from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import inspect, select, text

from tests.builders import Place, an_event, registered
from tests.cast import acting, made, sari
from tests.conftest import _app
from tests.questions import a_questionnaire, answered, filled, questions, when_over, while_open
from tpbis_events.foundation import clock
from tpbis_events.foundation.database import Base, db
from tpbis_events.foundation.errors import NotFound
from tpbis_events.people.actor import COMMAND_LINE, participant
from tpbis_events.questionnaires import commitments, mix
from tpbis_events.questionnaires.hand_in import hand_in
from tpbis_events.questionnaires.model import AnonymousSheet, AnonymousText, HandedIn
from tpbis_events.questionnaires.results import results_of
from tpbis_events.registrations.move import move

ANONYMOUS = (AnonymousSheet, AnonymousText)


def in_order(place: Place, asked: int, number: int = 12) -> list[int]:
    """So many people, each of whom says who she is in her answer: the registrations in the order of handing in."""
    people = [registered(place).registration_id for _ in range(number)]
    for turn, person in enumerate(people):
        with clock.stopped_at(while_open(asked, place) + timedelta(minutes=turn)):
            typed = filled(asked, rating=1 + turn % 5, words=f"tulisan {person}")
            hand_in(asked, person, typed, by=participant(person))
    return people


def test_the_tables_have_no_column_by_which_they_could_be_joined(app: Flask) -> None:
    handed = {column.key for column in inspect(HandedIn).column_attrs}
    assert handed == {"questionnaire_id", "registration_id"}  # no time, no number, no session of its own
    for table in ANONYMOUS:
        columns = {column.key: column.columns[0] for column in inspect(table).column_attrs}
        assert set(columns) & handed == {"questionnaire_id"}
        assert set(columns) <= {"key", "questionnaire_id", "session_id", "question_id", "answers", "text"}
        assert not any(str(column.type).startswith(("DATETIME", "TIMESTAMP", "DATE")) for column in columns.values())
    pointed_at = {key.target_fullname for table in ANONYMOUS for key in table.__table__.foreign_keys}  # type: ignore[attr-defined]
    assert pointed_at == {"questionnaires.id", "sessions.id", "questions.id"}


def test_neither_order_nor_transaction_ties_a_sheet_to_who_handed_it_in(app_on_each: Flask) -> None:
    place = an_event(roles={"stakeholder": 12})["51", "stakeholder"]
    asked = a_questionnaire(place)
    people = in_order(place, asked)
    long = next(question.id for question in questions(asked) if question.kind == "long")
    if db.engine.dialect.name == "postgresql":
        marks_of = text("SELECT registration_id, xmin::text FROM handed_in ORDER BY ctid")
        of_person = dict(db.session.execute(marks_of).all())
        sheets = db.session.execute(
            text("SELECT text, xmin::text FROM anonymous_texts WHERE question_id = :q ORDER BY ctid"), {"q": long}
        ).all()
        marks = Counter(mark for _written, mark in sheets)
        # Each sheet bears the mark of a transaction that wrote all of them together: the last one.
        assert marks == {of_person[people[-1]]: len(people)}
        ticks = db.session.execute(text("SELECT xmin::text FROM anonymous_sheets")).scalars().all()
        assert set(ticks) == {of_person[people[-1]]}
    else:
        sql = dict(db.session.execute(text("SELECT name, sql FROM sqlite_master WHERE type = 'table'")).all())
        for table in ("handed_in", "anonymous_sheets", "anonymous_texts"):
            assert sql[table].rstrip().endswith("WITHOUT ROWID")  # there is no number of a row to read an order from
        sheets = db.session.execute(
            text("SELECT text, '' FROM anonymous_texts WHERE question_id = :q"), {"q": long}
        ).all()
    stored = [int(written.split()[1]) for written, _mark in sheets]
    assert sorted(stored) == sorted(people)
    assert stored != people  # by chance once in 479 001 600


@pytest.mark.postgres
def test_without_mixing_every_sheet_could_be_joined_with_who_wrote_it(
    postgres_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: this is what an attacker of the tables would do, and it works as soon as sheets aren't mixed."""
    monkeypatch.setattr(mix, "AMONG", 0)
    join = text(
        "SELECT handed_in.registration_id, anonymous_texts.text FROM handed_in"
        " JOIN anonymous_texts ON anonymous_texts.xmin::text = handed_in.xmin::text"
    )
    for _app_of_it in _app(postgres_url, tmp_path):
        place = an_event(roles={"stakeholder": 12})["51", "stakeholder"]
        asked = a_questionnaire(place)
        people = in_order(place, asked, 6)
        found = dict(db.session.execute(join).all())
        assert found == {person: f"tulisan {person}" for person in people}


def test_the_newest_sheet_stands_anywhere_among_the_others(app_on_each: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """Not last, not first: over many sheets of a slice larger than what is mixed, its place differs each time."""
    monkeypatch.setattr(mix, "AMONG", 15)
    place = an_event(roles={"stakeholder": 30})["51", "stakeholder"]
    asked = a_questionnaire(place)
    answered(asked, place, rating=3, number=20)
    places = set()
    for _ in range(5):
        answered(asked, place, rating=4)
        by = "ctid" if db.engine.dialect.name == "postgresql" else "key"
        rows = db.session.execute(text(f"SELECT answers FROM anonymous_sheets ORDER BY {by}")).scalars().all()
        told = [json.loads(each) if isinstance(each, str) else each for each in rows]
        places |= {place for place, answers in enumerate(reversed(told)) if 4 in answers.values()}
    assert max(places) > 4  # the newest are never just the last; by chance they could be less than once in 50 000


def test_what_one_person_wrote_and_ticked_is_kept_apart_too(app: Flask) -> None:
    place = an_event()["51", "stakeholder"]
    asked = a_questionnaire(place)
    answered(asked, place, words="rahasia sekali")
    sheet, texts = db.session.scalars(select(AnonymousSheet)).one(), db.session.scalars(select(AnonymousText)).all()
    assert "rahasia" not in json.dumps(sheet.answers)
    assert len({row.key for row in (sheet, *texts)}) == 3


def test_no_other_table_changes_when_an_anonymous_sheet_is_handed_in(app: Flask) -> None:
    """No line of the audit log, no form key, no mail, nothing on the registration."""
    place = an_event()["51", "stakeholder"]
    asked = a_questionnaire(place)
    budi = registered(place).registration_id
    before = _everything()
    with clock.stopped_at(while_open(asked, place)):
        hand_in(asked, budi, filled(asked, words="Baik"), by=participant(budi))
    db.session.remove()
    changed = {name for name, rows in _everything().items() if rows != before[name]}
    assert changed == {"handed_in", "anonymous_sheets", "anonymous_texts"}


def _everything() -> dict[str, list[tuple[object, ...]]]:
    return {
        table.name: sorted((tuple(row) for row in db.session.execute(select(table))), key=str)
        for table in Base.metadata.sorted_tables
    }


def test_who_was_moved_in_doesnt_make_up_for_a_sheet_that_is_missing_there(app: Flask) -> None:
    """Four sheets stay four, though five people of the session have handed one in."""
    places = an_event(provinces=("51", "52", "53"), roles={"stakeholder": 9})
    here, there, full = (places[code, "stakeholder"] for code in ("51", "52", "53"))
    asked = a_questionnaire(here)
    answered(asked, here, number=4, words="milik Bali")
    answered(asked, full, number=5, words="milik NTT")
    [moved] = answered(asked, there, words="milik NTB")
    move(moved, here.session_id, here.role_id, reason="pindah tugas", by=COMMAND_LINE)
    found = results_of(here.event_slug, asked, when_over(asked, here), by=acting(sari()))
    shown = {each.session.id: (each.handed_in, each.shown) for each in found.reach}
    assert shown == {here.session_id: (5, False), there.session_id: (0, False), full.session_id: (5, True)}
    assert {text for texts in found.texts.values() for text in texts} == {"milik NTT"}


def test_results_of_another_province_are_out_of_reach_and_the_refusal_says_so_to_the_log(app: Flask) -> None:
    places = an_event(provinces=("51", "52"))
    here, there = places["51", "stakeholder"], places["52", "stakeholder"]
    asked, pic = a_questionnaire(here), acting(made())
    for slug, code in ((there.session_slug, "actor.out_of_reach"), ("atlantis", "session.unknown")):
        with pytest.raises(NotFound, match=code):
            results_of(here.event_slug, asked, clock.now(), by=pic, session=slug)
        with pytest.raises(NotFound, match=code):
            commitments.of_event(here.event_slug, commitments.Asked(session=slug), clock.now().date(), by=pic)

"""Rows change only inside a command, and a command is one transaction."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from flask import Flask
from sqlalchemy import delete, func, select, update
from sqlalchemy.exc import StatementError

from tests.builders import an_event, registered
from tpbis_events.foundation import clock
from tpbis_events.foundation.database import db
from tpbis_events.foundation.transaction import (
    BeginAnew,
    CommandInsideCommand,
    WriteOutsideCommand,
    command,
    transaction,
    writing,
)
from tpbis_events.outbox.model import Pulse
from tpbis_events.programmes.model import Programme


def _programme(slug: str) -> Programme:
    return Programme(slug=slug, name_id="X", name_en="X", summary_id="", summary_en="")


def test_a_flush_outside_a_command_is_refused(app: Flask) -> None:
    db.session.add(_programme("stray"))
    with pytest.raises(WriteOutsideCommand, match="Programme"):
        db.session.commit()


def test_a_row_changed_outside_a_command_is_refused(app: Flask) -> None:
    an_event()
    row = db.session.scalars(select(Programme)).one()
    row.name_id = "Lain"
    with pytest.raises(WriteOutsideCommand, match="Programme"):
        db.session.flush()


@pytest.mark.parametrize("statement", [delete(Programme), update(Programme).values(name_id="Lain")])
def test_a_bulk_statement_outside_a_command_is_refused(app: Flask, statement: object) -> None:
    with pytest.raises(WriteOutsideCommand):
        db.session.execute(statement)  # type: ignore[call-overload]


def test_a_command_that_fails_leaves_nothing(app_on_each: Flask) -> None:
    @command
    def half() -> None:
        db.session.add(_programme("half"))
        db.session.flush()
        raise RuntimeError("in the middle")

    with pytest.raises(RuntimeError, match="in the middle"):
        half()
    assert db.session.scalar(select(func.count()).select_from(Programme)) == 0


def test_a_command_that_begins_anew_leaves_nothing_of_its_first_beginning(app_on_each: Flask) -> None:
    begun: list[str] = []

    @command
    def at_the_third() -> str:
        begun.append(f"programme-{len(begun)}")
        db.session.add(_programme(begun[-1]))
        db.session.flush()
        if len(begun) < 3:
            raise BeginAnew
        return begun[-1]

    assert at_the_third() == "programme-2"
    assert db.session.scalars(select(Programme.slug)).all() == ["programme-2"]


def test_commands_do_not_call_commands(app: Flask) -> None:
    place = an_event()["51", "stakeholder"]

    @command
    def outer() -> None:
        registered(place)

    with pytest.raises(CommandInsideCommand):
        outer()


def test_a_command_sees_what_others_committed_since_this_request_began_to_read(app_on_each: Flask) -> None:
    an_event()
    first = db.session.scalars(select(Programme)).one()  # this session's view is fixed now
    with db.engine.connect() as other:
        other.exec_driver_sql("UPDATE programmes SET name_id = 'Baru'")
        other.commit()
    with transaction():
        assert db.session.get_one(Programme, first.id).name_id == "Baru"


def test_a_naive_moment_is_refused_and_an_aware_one_comes_back_in_utc(app_on_each: Flask) -> None:
    with pytest.raises(StatementError, match="aware"), transaction():
        db.session.add(Pulse(worker="w", beat_at=datetime(2026, 1, 1, 8, 0)))
    moment = datetime.fromisoformat("2026-01-01T08:30:00+09:00")
    with transaction():
        db.session.add(Pulse(worker="w", beat_at=moment))
    beat = db.session.scalars(select(Pulse.beat_at)).one()
    assert (beat, beat.tzinfo) == (moment, UTC)


def test_the_clock_can_be_stopped_and_goes_on(app: Flask) -> None:
    moment = datetime(2023, 8, 8, 1, 30, tzinfo=UTC)
    with clock.stopped_at(moment):
        assert clock.now() == moment
    assert clock.now() > moment


def test_a_statement_about_a_table_outside_a_command_is_refused_too(app: Flask) -> None:
    with pytest.raises(WriteOutsideCommand):
        writing()

"""After a change each is asked whether she can still come; her answer is kept, and a newer one takes its place."""

from __future__ import annotations

import pytest
from flask import Flask

from tests.builders import an_event, registered
from tests.cast import acting, made
from tests.commands.kept import entries, row, states
from tests.commands.test_reschedule import changed, later, session_of
from tests.doors.browsing import everything
from tpbis_events.foundation import clock
from tpbis_events.foundation.database import db
from tpbis_events.foundation.errors import NotFound, Refusal
from tpbis_events.people.actor import COMMAND_LINE, PUBLIC, participant
from tpbis_events.registrations.answer_still_coming import Answered, answer_still_coming
from tpbis_events.registrations.cancel import cancel
from tpbis_events.registrations.model import State
from tpbis_events.registrations.still_coming import StillComing, question_for


def test_an_answer_is_kept_with_its_time_and_replaced_by_a_newer_one_and_the_seat_stays(app: Flask) -> None:
    place = an_event()["51", "stakeholder"]
    budi = registered(place)
    assert question_for(row(budi)) is None, "nothing has changed yet"
    change = changed(place, later(place)).change_id
    own, id_ = participant(budi.registration_id), budi.registration_id
    assert answer_still_coming(id_, change, True, by=own) == Answered(True, True)
    before = everything()
    assert answer_still_coming(id_, change, True, by=own) == Answered(True, False)
    assert everything() == before
    assert answer_still_coming(id_, change, False, by=acting(made())).changed
    kept = db.session.get_one(StillComing, (change, id_))
    assert kept.coming is False and kept.answered_at and kept.answered_by.startswith("account:")
    assert states(budi) == [State.SEATED]
    assert [entry.after for entry in entries("registration.still_coming")] == [{"coming": True}, {"coming": False}]


def test_only_she_and_the_office_answer_and_only_about_the_newest_change_while_there_is_time(app: Flask) -> None:
    place = an_event()["51", "stakeholder"]
    budi, tono = registered(place), registered(place)
    older = changed(place, later(place)).change_id
    newest = changed(place, later(place)).change_id
    own = participant(budi.registration_id)
    with pytest.raises(Refusal, match="still_coming.older"):
        answer_still_coming(budi.registration_id, older, True, by=own)
    with pytest.raises(NotFound, match="still_coming.unknown"):
        answer_still_coming(registered(place).registration_id, newest, True, by=COMMAND_LINE)
    for stranger in (PUBLIC, participant(tono.registration_id)):
        with pytest.raises(NotFound):
            answer_still_coming(budi.registration_id, newest, True, by=stranger)
    with clock.stopped_at(session_of(place).starts_at):
        with pytest.raises(Refusal, match="session.has_begun"):
            answer_still_coming(budi.registration_id, newest, True, by=own)
        assert question_for(row(budi)) is None
    cancel(budi.registration_id, by=COMMAND_LINE, reason="berhalangan")
    with pytest.raises(Refusal, match="already_cancelled"):
        answer_still_coming(budi.registration_id, newest, True, by=own)


def test_nobody_is_asked_by_a_change_that_nobody_was_told_of(app: Flask) -> None:
    place = an_event()["51", "stakeholder"]
    budi = registered(place)
    changed(place, later(place), tell=False)
    assert question_for(row(budi)) is None

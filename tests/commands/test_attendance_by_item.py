"""Where an event keeps attendance by agenda items: the JP are those of the items attended, and what was attended can't go."""

from __future__ import annotations

import pytest
from flask import Flask

from tests.builders import Place, an_event
from tests.door_scans import a_guest, at_half_past_eight, the_day
from tpbis_events.attendance.check_in import check_in
from tpbis_events.attendance.presence import attended_days, attended_items
from tpbis_events.attendance.undo import undo
from tpbis_events.certificates.lookup import earned_by
from tpbis_events.foundation import clock
from tpbis_events.foundation.database import db
from tpbis_events.foundation.errors import Refusal
from tpbis_events.foundation.transaction import transaction
from tpbis_events.people.actor import COMMAND_LINE
from tpbis_events.programmes.edit_agenda import remove_item
from tpbis_events.programmes.model import AgendaItem, AgendaKind, AttendanceBy, Event
from tpbis_events.registrations.model import Registration


def items_of(place: Place, *jp: int) -> list[int]:
    """An event by items, with one item of the first day for each number of JP."""
    with transaction():
        db.session.get_one(Event, place.event_id).attendance_by = AttendanceBy.ITEM
        rows = [
            AgendaItem(
                event_id=place.event_id, day_number=1, sort=n, kind=AgendaKind.TALK, title_id="x", title_en="x", jp=each
            )
            for n, each in enumerate(jp)
        ]
        db.session.add_all(rows)
    return [row.id for row in rows]


def jp_of(registration_id: int) -> int:
    return earned_by(db.session.get_one(Registration, registration_id)).jp


def test_the_jp_are_those_of_the_items_attended(app: Flask) -> None:
    place = an_event()["51", "stakeholder"]
    first, second, _third = items_of(place, 2, 3, 4)
    with clock.stopped_at(at_half_past_eight(place)):
        budi, day = a_guest(place), the_day(place).id
        check_in(budi, day, by=COMMAND_LINE)
        assert jp_of(budi) == 0, "to have arrived is no lesson"
        check_in(budi, day, item_id=first, by=COMMAND_LINE)
        check_in(budi, day, item_id=second, by=COMMAND_LINE)
        assert jp_of(budi) == 5
        assert attended_items([budi]) == {budi: {first, second}}
        assert len(attended_days([budi])[budi]) == 1, "one day, however many items"
        undo(budi, day, item_id=second, reason="pulang", by=COMMAND_LINE)
        assert jp_of(budi) == 2
        with transaction():
            db.session.get_one(Event, place.event_id).attendance_by = AttendanceBy.DAY
        assert jp_of(budi) == 9, "by days, the day's whole agenda"


def test_an_item_that_somebody_attended_stays_in_the_agenda(app_on_each: Flask) -> None:
    place = an_event()["51", "stakeholder"]
    attended, other = items_of(place, 2, 3)
    with clock.stopped_at(at_half_past_eight(place)):
        check_in(a_guest(place), the_day(place).id, item_id=attended, by=COMMAND_LINE)
        with pytest.raises(Refusal, match="agenda.attended"):
            remove_item(attended, by=COMMAND_LINE)
        remove_item(other, by=COMMAND_LINE)
    assert [row.id for row in db.session.get_one(Event, place.event_id).agenda] == [attended]

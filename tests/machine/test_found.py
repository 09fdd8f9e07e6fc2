"""What walks have found, each reduced to the few steps that it takes."""

from __future__ import annotations

from flask import Flask

from tests.builders import an_event, registered, somebody
from tpbis_events.foundation.database import db
from tpbis_events.people.actor import COMMAND_LINE
from tpbis_events.programmes.model import LimitedBy
from tpbis_events.registrations.change_ways import set_limit
from tpbis_events.registrations.model import Registration, State
from tpbis_events.registrations.substitute import substitute


def _state(registration_id: int) -> State:
    return db.session.get_one(Registration, registration_id, populate_existing=True).state


def test_a_substitute_of_another_agency_leaves_its_room_to_who_waited_for_it(app_on_each: Flask) -> None:
    place = an_event(roles={"stakeholder": 2})["51", "stakeholder"]
    set_limit(place.role_id, LimitedBy.AGENCY, "", 1, by=COMMAND_LINE)
    first = registered(place, somebody(institution="Dinas Sosial"))
    second = registered(place, somebody(institution="Dinas Sosial"))
    assert (first.state, second.state) == (State.SEATED, State.WAITING)
    substitute(first.registration_id, somebody(institution="Bappeda"), by=COMMAND_LINE, reason="berhalangan")
    assert _state(second.registration_id) is State.SEATED

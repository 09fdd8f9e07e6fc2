"""What walks have found, each reduced to the few steps that it takes."""

from __future__ import annotations

from datetime import timedelta

from flask import Flask

from tests.builders import an_event, registered, somebody
from tpbis_events.foundation import clock
from tpbis_events.foundation.database import db
from tpbis_events.people.actor import COMMAND_LINE
from tpbis_events.programmes.model import LimitedBy, WayIn
from tpbis_events.registrations.change_ways import set_limit, set_way_in
from tpbis_events.registrations.decide import approve
from tpbis_events.registrations.invite import Guest, invite
from tpbis_events.registrations.model import InvitationKind, Registration, State
from tpbis_events.registrations.register import register
from tpbis_events.registrations.substitute import substitute


def _state(registration_id: int) -> State:
    return db.session.get_one(Registration, registration_id, populate_existing=True).state


def test_who_waited_for_her_agencys_places_is_served_when_nominations_decide_no_longer(app_on_each: Flask) -> None:
    place = an_event(roles={"stakeholder": 2})["51", "stakeholder"]
    set_way_in(place.role_id, WayIn.NOMINATION, by=COMMAND_LINE)
    until = clock.now() + timedelta(days=1)
    focal_point = Guest(InvitationKind.NOMINATION, "Dinas Sosial", places=1)
    invitation = invite(place.quota_id, focal_point, expires_at=until, by=COMMAND_LINE).invitation_id
    proposed = [
        register(place.session_id, place.role_id, somebody(), key=f"form {n}", invitation_id=invitation).registration_id
        for n in range(2)
    ]
    approve(proposed, by=COMMAND_LINE)
    assert [_state(each) for each in proposed] == [State.SEATED, State.WAITING]
    set_limit(place.role_id, LimitedBy.COUNTRY, "", 9, by=COMMAND_LINE)  # another limit changes nothing about it
    assert [_state(each) for each in proposed] == [State.SEATED, State.WAITING]
    set_way_in(place.role_id, WayIn.OPEN, by=COMMAND_LINE)
    assert [_state(each) for each in proposed] == [State.SEATED, State.SEATED]


def test_a_substitute_of_another_agency_leaves_its_room_to_who_waited_for_it(app_on_each: Flask) -> None:
    place = an_event(roles={"stakeholder": 2})["51", "stakeholder"]
    set_limit(place.role_id, LimitedBy.AGENCY, "", 1, by=COMMAND_LINE)
    first = registered(place, somebody(institution="Dinas Sosial"))
    second = registered(place, somebody(institution="Dinas Sosial"))
    assert (first.state, second.state) == (State.SEATED, State.WAITING)
    substitute(first.registration_id, somebody(institution="Bappeda"), by=COMMAND_LINE, reason="berhalangan")
    assert _state(second.registration_id) is State.SEATED

"""Ways in: by herself, by the office's decision, by invitation, by an agency's nomination with reserves behind its places."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from tests.builders import Place, an_event, registered, somebody
from tests.commands.test_invite import by_way, come, invited
from tpbis_events.foundation import clock
from tpbis_events.foundation.database import db
from tpbis_events.foundation.errors import NotFound, Refusal
from tpbis_events.outbox.model import Mail
from tpbis_events.people.actor import COMMAND_LINE, nominator
from tpbis_events.programmes.model import WayIn
from tpbis_events.registrations import change_ways
from tpbis_events.registrations.cancel import cancel
from tpbis_events.registrations.correct import correct
from tpbis_events.registrations.decide import approve, reject
from tpbis_events.registrations.invitations import in_order, nominated_by
from tpbis_events.registrations.invite import Invited
from tpbis_events.registrations.model import Invitation, Registration, State
from tpbis_events.registrations.register import Registered, register


def state(of: Registered) -> State:
    return db.session.get_one(Registration, of.registration_id, populate_existing=True).state


def mails_to(of: Registered) -> list[str]:
    about = select(Mail.kind).where(Mail.subject == f"registration:{of.registration_id}").order_by(Mail.id)
    return list(db.session.scalars(about))


def a_nomination(seats: int, places: int) -> tuple[Place, Invited]:
    place = by_way(an_event(roles={"delegate": seats})["51", "delegate"], WayIn.NOMINATION)
    return place, invited(place, kind="nomination", places=places)


def names(nomination: Invited) -> tuple[list[str], list[str], list[str]]:
    """References of a nomination: for its places, reserves, no longer."""
    db.session.expire_all()
    invitation = db.session.get_one(Invitation, nomination.invitation_id)
    found = in_order(invitation, nominated_by(invitation))
    return tuple([each.reference for each in part] for part in (found.for_places, found.reserves, found.ended))  # type: ignore[return-value]


def test_a_request_for_a_role_by_approval_waits_for_the_office_and_takes_no_seat(app_on_each: Flask) -> None:
    place = by_way(an_event(roles={"stakeholder": 1})["51", "stakeholder"], WayIn.APPROVAL)
    first, second, third = registered(place), registered(place), registered(place)
    assert {first.state, second.state, third.state} == {State.APPLIED}
    assert (first.place, mails_to(first)) == (None, ["applied"])
    decided = approve([second.registration_id, third.registration_id], by=COMMAND_LINE)
    assert (decided.seated, decided.waiting) == ((second.reference,), (third.reference,))
    reject([first.registration_id], reason="Peserta tahun lalu", by=COMMAND_LINE)
    assert (state(first), mails_to(first)) == (State.REJECTED, ["applied", "rejected"])
    assert mails_to(second) == ["applied", "approved"] and mails_to(third) == ["applied", "waiting"]


def test_what_the_office_enters_itself_needs_no_further_decision(app: Flask) -> None:
    for way in (WayIn.APPROVAL, WayIn.INVITATION, WayIn.NOMINATION):
        place = by_way(an_event()["51", "stakeholder"], way)
        entered = register(place.session_id, place.role_id, somebody(), key=f"entered by {way}", by=COMMAND_LINE)
        assert entered.state is State.SEATED


def test_nobody_comes_by_herself_to_a_role_by_invitation_or_nomination(app_on_each: Flask) -> None:
    for way, code in ((WayIn.INVITATION, "invitation_needed"), (WayIn.NOMINATION, "nomination_needed")):
        place = by_way(an_event()["51", "stakeholder"], way)
        with pytest.raises(Refusal, match=code):
            registered(place)
    assert db.session.scalars(select(Registration)).all() == []


def test_a_nominee_is_decided_by_the_office_and_none_goes_beyond_the_reserves(app_on_each: Flask) -> None:
    place, nomination = a_nomination(seats=5, places=1)
    first, reserve = come(place, nomination), come(place, nomination)
    assert first.state is reserve.state is State.APPLIED
    assert names(nomination) == ([first.reference], [reserve.reference], [])
    with pytest.raises(Refusal, match=r"invitation\.used_up"):
        come(place, nomination)


def test_who_is_nominated_beyond_the_places_waits_as_a_reserve_and_has_the_seat_of_her_own_agency(
    app_on_each: Flask,
) -> None:
    place, nomination = a_nomination(seats=6, places=2)
    others = invited(place, kind="nomination", places=1)
    people = [come(place, nomination) for _ in range(4)]
    stranger, strangers_reserve = come(place, others), come(place, others)
    approve([each.registration_id for each in (*people, stranger, strangers_reserve)], by=COMMAND_LINE)
    assert [state(each) for each in people] == [State.SEATED, State.SEATED, State.WAITING, State.WAITING]
    assert [state(each) for each in (stranger, strangers_reserve)] == [State.SEATED, State.WAITING], (
        "three seats are free"
    )
    given = cancel(people[0].registration_id, by=nominator(nomination.invitation_id))
    assert given.seat_given_to == (people[2].reference,)
    assert (state(people[3]), state(strangers_reserve)) == (State.WAITING, State.WAITING)
    references = [each.reference for each in people]
    assert names(nomination) == (references[1:3], references[3:], references[:1])


def test_a_reserve_takes_no_seat_that_somebody_entered_by_the_office_could_have(app_on_each: Flask) -> None:
    place, nomination = a_nomination(seats=2, places=1)
    people = [come(place, nomination) for _ in range(2)]
    approve([each.registration_id for each in people], by=COMMAND_LINE)
    entered = register(place.session_id, place.role_id, somebody(), key="entered by the office", by=COMMAND_LINE)
    assert (entered.state, state(people[1])) == (State.SEATED, State.WAITING)


def test_a_focal_point_withdraws_her_own_names_until_the_session_begins_and_does_nothing_else(
    app_on_each: Flask,
) -> None:
    place, nomination = a_nomination(seats=5, places=2)
    others = invited(place, kind="nomination", places=2)
    mine, theirs = come(place, nomination), come(place, others)
    focal_point = nominator(nomination.invitation_id)
    for act in (
        lambda: cancel(theirs.registration_id, by=focal_point),
        lambda: approve([mine.registration_id], by=focal_point),
        lambda: reject([mine.registration_id], reason="tidak", by=focal_point),
        lambda: correct(mine.registration_id, somebody(), by=focal_point),
    ):
        with pytest.raises(NotFound):
            act()
    with clock.stopped_at(clock.now() + timedelta(days=31)), pytest.raises(Refusal, match=r"session\.has_begun"):
        cancel(mine.registration_id, by=focal_point)
    cancel(mine.registration_id, by=focal_point)
    row = db.session.get_one(Registration, mine.registration_id, populate_existing=True)
    assert (row.state, row.ended_by) == (State.CANCELLED, "nominator")
    told = db.session.scalars(select(Mail).where(Mail.kind == "cancelled")).one()
    assert (told.facts["by_office"], told.facts["by_nominator"]) == (False, True)
    assert state(theirs) is State.APPLIED


def test_nobody_who_came_without_an_invitation_is_a_focal_points(app: Flask) -> None:
    place = an_event()["51", "stakeholder"]
    came = registered(place)
    with pytest.raises(NotFound):
        cancel(came.registration_id, by=nominator(1))


def test_a_role_whose_way_in_changes_keeps_who_is_registered(app: Flask) -> None:
    place = an_event()["51", "stakeholder"]
    seated = registered(place)
    change_ways.set_way_in(place.role_id, WayIn.APPROVAL, by=COMMAND_LINE)
    assert (state(seated), registered(place).state) == (State.SEATED, State.APPLIED)

"""The priority of somebody who waits: who has a higher one goes first, and the audit log says why."""

from __future__ import annotations

import pytest
from flask import Flask

from tests.builders import an_event, registered
from tests.cast import acting, made
from tests.commands.kept import entries, row, states
from tests.doors.browsing import everything
from tpbis_events.foundation.errors import NotFound, Refusal
from tpbis_events.people.actor import COMMAND_LINE, participant
from tpbis_events.registrations.cancel import cancel
from tpbis_events.registrations.change_priority import PriorityChanged, change_priority
from tpbis_events.registrations.model import State
from tpbis_events.registrations.waiting_list import place_in_line


def test_a_higher_priority_goes_before_all_with_a_lower_one_and_taken_back_it_is_as_before(app_on_each: Flask) -> None:
    place = an_event(roles={"stakeholder": 1})["51", "stakeholder"]
    sits, first, second, third = (registered(place) for _ in range(4))
    outcome = change_priority(third.registration_id, 3, reason="daerah terluar", by=COMMAND_LINE)
    assert outcome == PriorityChanged(third.reference, 3, 1)
    assert [place_in_line(row(each)) for each in (first, second, third)] == [2, 3, 1]
    (entry,) = entries("registration.priority_changed")
    assert (entry.before, entry.after, entry.reason) == ({"priority": 0}, {"priority": 3}, "daerah terluar")
    assert change_priority(third.registration_id, 0, reason="keliru", by=COMMAND_LINE).place == 3
    change_priority(second.registration_id, 1, reason="daerah terluar", by=COMMAND_LINE)
    cancel(sits.registration_id, by=COMMAND_LINE, reason="berhalangan")
    assert states(first, second, third) == [State.WAITING, State.SEATED, State.WAITING]


def test_only_who_waits_has_a_priority_to_change(app_on_each: Flask) -> None:
    place = an_event(roles={"stakeholder": 1})["51", "stakeholder"]
    sits, waits = registered(place), registered(place)
    before = everything()
    for who, number, reason, code in (
        (sits, 1, "mau saya", "registration.already_seated"),
        (waits, 10, "mau saya", "priority.number"),
        (waits, -1, "mau saya", "priority.number"),
        (waits, 1, " \x00", "priority.reason_missing"),
    ):
        with pytest.raises(Refusal, match=code):
            change_priority(who.registration_id, number, reason=reason, by=COMMAND_LINE)
    assert everything() == before


def test_a_pic_changes_it_in_her_province_alone_and_nobody_her_own(app: Flask) -> None:
    places = an_event(provinces=("51", "11"), roles={"stakeholder": 1})
    for place in places.values():
        registered(place)
    in_bali, in_aceh = registered(places["51", "stakeholder"]), registered(places["11", "stakeholder"])
    of_bali = acting(made())
    for who, by in ((in_aceh, of_bali), (in_bali, participant(in_bali.registration_id))):
        with pytest.raises(NotFound):
            change_priority(who.registration_id, 9, reason="mau saya", by=by)
    assert change_priority(in_bali.registration_id, 9, reason="utusan resmi", by=of_bali).place == 1

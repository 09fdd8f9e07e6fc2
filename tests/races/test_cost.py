"""What a registration costs the database doesn't grow with what is in it."""

from __future__ import annotations

from flask import Flask

from bench.statements import MOST, counting
from tests.builders import an_event, registered
from tpbis_events.foundation.database import db


def test_a_registration_takes_at_most_twelve_statements_however_many_there_are(app_on_each: Flask) -> None:
    place = an_event(roles={"stakeholder": 5})["51", "stakeholder"]
    taken = []
    for _ in range(9):  # five get a seat, four wait
        db.session.remove()
        with counting() as statements:
            registered(place)
        taken.append(len(statements))
    seated, first_to_wait, waiting = taken[:5], taken[5], taken[6:]
    assert len(set(seated)) == len(set(waiting)) == 1, "the first costs what the last costs"
    assert first_to_wait == waiting[0], "line and free seat are asked at once"
    assert 0 < max(taken) <= MOST

"""Two years after the session a person's answers are gone; the numbers of the report stay."""

from __future__ import annotations

from datetime import timedelta

from flask import Flask
from sqlalchemy import func, select

from tests.builders import BUDI, an_event, registered
from tpbis_events.foundation import clock
from tpbis_events.foundation.database import db
from tpbis_events.outbox.model import Mail
from tpbis_events.people.actor import COMMAND_LINE
from tpbis_events.people.model import Person
from tpbis_events.registrations.erase import KEPT_AFTER_SESSION, erase_expired
from tpbis_events.registrations.invite import Guest, invite
from tpbis_events.registrations.model import Invitation, InvitationKind, Registration, State


def test_answers_and_mails_are_erased_when_their_time_is_over_and_not_before(app_on_each: Flask) -> None:
    place = an_event(in_days=1)["51", "stakeholder"]
    registered(place, BUDI)
    session_end = clock.now() + timedelta(days=2)
    with clock.stopped_at(session_end + KEPT_AFTER_SESSION - timedelta(days=3)):
        assert erase_expired() == 0
    assert db.session.scalars(select(Person.full_name)).one() == "Budi Santoso"
    with clock.stopped_at(session_end + KEPT_AFTER_SESSION):
        assert (erase_expired(), erase_expired()) == (1, 0)
    person = db.session.scalars(select(Person)).one()
    assert (person.full_name, person.email, person.phone, person.institution) == ("", None, None, "")
    row = db.session.scalars(select(Registration)).one()
    assert (row.state, row.email_key, row.phone_key, row.seat_id is not None) == (State.SEATED, None, None, True)
    assert db.session.scalar(select(func.count()).select_from(Mail)) == 0


def test_who_was_invited_is_forgotten_together_with_those_who_came(app_on_each: Flask) -> None:
    place = an_event(in_days=5)["51", "stakeholder"]
    guest = Guest(InvitationKind.OFFICE, "Dinas Perpustakaan Bali", "dinas@example.id", places=3)
    invite(place.quota_id, guest, expires_at=clock.now() + timedelta(days=2), by=COMMAND_LINE)
    with clock.stopped_at(clock.now() + timedelta(days=6) + KEPT_AFTER_SESSION):
        assert (erase_expired(), erase_expired()) == (1, 0)
    invitation = db.session.scalars(select(Invitation)).one()
    assert (invitation.name, invitation.email, invitation.places) == ("", None, 3)
    assert db.session.scalar(select(func.count()).select_from(Mail)) == 0

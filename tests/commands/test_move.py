"""Moving: a free seat in the other session or role, or nothing has changed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from flask import Flask

from tests.builders import BUDI, Place, an_event, registered, somebody
from tests.cast import acting, made, sari
from tests.commands.kept import about, entries, mails, row, seats, states, taken, told
from tests.doors.browsing import everything
from tpbis_events.attendance import at_door
from tpbis_events.foundation import clock
from tpbis_events.foundation.database import db
from tpbis_events.foundation.errors import NotFound, Refusal
from tpbis_events.foundation.transaction import transaction
from tpbis_events.outbox.calendar import calendar_text
from tpbis_events.people.actor import COMMAND_LINE, PUBLIC, participant
from tpbis_events.programmes.model import LimitedBy, Role, Serving, Session
from tpbis_events.registrations.cancel import cancel
from tpbis_events.registrations.change_ways import set_limit, set_serving
from tpbis_events.registrations.model import State
from tpbis_events.registrations.move import Moved, move
from tpbis_events.registrations.register import Registered

BALI, ACEH = "51", "11"


def moved(of: Registered, to: Place, reason: str = "permintaan dinas") -> Moved:
    return move(of.registration_id, to.session_id, to.role_id, reason=reason, by=COMMAND_LINE)


@contextmanager
def refused(code: str) -> Iterator[None]:
    """The move is refused with this code, and nothing at all has changed."""
    before = everything()
    with pytest.raises(Refusal, match=code):
        yield
    assert everything() == before


def test_who_moves_leaves_one_seat_takes_one_and_is_told_once(app_on_each: Flask) -> None:
    places = an_event(provinces=(BALI, ACEH), roles={"stakeholder": 2})
    here, there = places[BALI, "stakeholder"], places[ACEH, "stakeholder"]
    budi, stays = registered(here, BUDI), registered(here)
    outcome = moved(budi, there)
    assert outcome == Moved(budi.reference, True, ())
    now = row(budi)
    assert (now.session_id, now.role_id, now.quota_id) == (there.session_id, there.role_id, there.quota_id)
    assert (taken(here), taken(there)) == (1, 1) and states(budi, stays) == [State.SEATED, State.SEATED]
    (mail,) = mails("moved")
    assert (mail.recipient, mail.subject) == (BUDI.email, about(budi)[0])
    assert mail.facts["left"]["session_id"] == "SHM Bali" and mail.facts["session_id"] == "SHM Aceh"
    assert mail.facts["reason"] == "permintaan dinas" and mail.facts["qr"] == now.ticket
    (entry,) = entries("registration.moved")
    assert entry.reason == "permintaan dinas" and entry.before and entry.after
    assert (entry.before["session"], entry.after["session"]) == (here.session_slug, there.session_slug)


def test_a_move_gives_a_new_qr_code_and_the_old_one_is_refused_at_the_door(app_on_each: Flask) -> None:
    places = an_event(roles={"stakeholder": 1, "village": 1})
    budi = registered(places[BALI, "stakeholder"])
    old = row(budi).ticket
    moved(budi, places[BALI, "village"])
    new = row(budi).ticket
    assert new != old
    session = db.session.get_one(Session, places[BALI, "village"].session_id)
    day = session.days[0].id
    assert at_door.search(session.id, day, old).people == ()
    assert [person.registration_id for person in at_door.search(session.id, day, new).people] == [budi.registration_id]


def test_the_seat_that_is_left_goes_to_the_first_who_waits_for_it(app_on_each: Flask) -> None:
    places = an_event(provinces=(BALI, ACEH), roles={"stakeholder": 1})
    here, there = places[BALI, "stakeholder"], places[ACEH, "stakeholder"]
    budi, first, second = (registered(here) for _ in range(3))
    assert moved(budi, there).seat_given_to == (first.reference,)
    assert states(budi, first, second) == [State.SEATED, State.SEATED, State.WAITING]
    assert told("seated") == about(first)


def test_moving_into_a_full_role_is_refused_and_nothing_has_changed(app_on_each: Flask) -> None:
    places = an_event(provinces=(BALI, ACEH), roles={"stakeholder": 1, "village": 1})
    budi = registered(places[BALI, "stakeholder"])
    registered(places[ACEH, "stakeholder"]), registered(places[BALI, "village"])
    for full in (places[ACEH, "stakeholder"], places[BALI, "village"]):
        with refused("role.full"):
            moved(budi, full)


def test_nobody_moves_past_those_who_wait(app_on_each: Flask) -> None:
    places = an_event(provinces=(BALI, ACEH), roles={"stakeholder": 1})
    here, there = places[BALI, "stakeholder"], places[ACEH, "stakeholder"]
    set_serving(here.event_id, Serving.HAND, offer_hours=16, reminder_hours=4, by=COMMAND_LINE)
    budi, sits, waits = registered(here), registered(there), registered(there)
    cancel(sits.registration_id, by=COMMAND_LINE, reason="berhalangan")
    assert (taken(there), seats(there)) == (0, 1)
    with refused("role.line"):
        moved(budi, there)
    assert states(waits) == [State.WAITING]


def test_moving_within_the_same_role_keeps_the_seat_and_the_qr_code(app_on_each: Flask) -> None:
    here = an_event()[BALI, "stakeholder"]
    budi = registered(here)
    was = row(budi).seat_id, row(budi).ticket
    before = everything()
    assert moved(budi, here, reason="") == Moved(budi.reference, False)
    assert everything() == before
    assert (row(budi).seat_id, row(budi).ticket) == was


def test_who_waits_may_be_moved_to_a_free_seat_and_leaves_her_line(app_on_each: Flask) -> None:
    places = an_event(roles={"stakeholder": 1, "village": 1})
    here = places[BALI, "stakeholder"]
    sits, waits, behind = (registered(here) for _ in range(3))
    assert moved(waits, places[BALI, "village"]).seat_given_to == ()
    assert states(sits, waits, behind) == [State.SEATED, State.SEATED, State.WAITING]
    assert row(waits).queue_number is None
    assert told("seated") == []  # she didn't leave a seat


def test_a_move_needs_a_reason(app_on_each: Flask) -> None:
    places = an_event(roles={"stakeholder": 1, "village": 1})
    budi = registered(places[BALI, "stakeholder"])
    with refused("move.reason_missing"):
        moved(budi, places[BALI, "village"], reason=" \x00 ")


def test_a_move_stays_in_its_event(app_on_each: Flask) -> None:
    budi, elsewhere = registered(an_event()[BALI, "stakeholder"]), an_event()[BALI, "stakeholder"]
    with refused("move.other_event"):
        moved(budi, elsewhere)


def test_nobody_moves_into_a_session_that_is_over_or_cancelled_or_out_of_one_that_has_begun(app_on_each: Flask) -> None:
    places = an_event(provinces=(BALI, ACEH), roles={"stakeholder": 1, "village": 1})
    budi = registered(places[BALI, "stakeholder"])
    session = db.session.get_one(Session, places[ACEH, "stakeholder"].session_id)
    with clock.stopped_at(db.session.get_one(Session, places[BALI, "stakeholder"].session_id).starts_at):
        with refused("session.has_begun"):
            moved(budi, places[ACEH, "stakeholder"])
        assert moved(budi, places[BALI, "village"]).changed  # another role on the day itself
    with clock.stopped_at(session.ends_at), refused("session.over"):
        moved(budi, places[ACEH, "stakeholder"])
    with transaction():
        db.session.get_one(Session, places[ACEH, "stakeholder"].session_id).cancelled_at = clock.now()
    with refused("session.cancelled"):
        moved(budi, places[ACEH, "stakeholder"])


def test_a_role_that_asks_more_than_somebody_has_told_is_refused(app_on_each: Flask) -> None:
    places = an_event(roles={"stakeholder": 1, "village": 1})
    budi = registered(places[BALI, "stakeholder"])
    with transaction():
        db.session.get_one(Role, places[BALI, "village"].role_id).regency_required = True
    with refused("move.asks_more"):
        moved(budi, places[BALI, "village"])


def test_a_limit_holds_for_who_moves_too(app_on_each: Flask) -> None:
    places = an_event(roles={"stakeholder": 2, "village": 2})
    village = places[BALI, "village"]
    set_limit(village.role_id, LimitedBy.AGENCY, "", 1, by=COMMAND_LINE)
    registered(village, somebody(institution="Dinas Perpustakaan"))
    same = registered(places[BALI, "stakeholder"], somebody(institution="dinas  perpustakaan"))
    other = registered(places[BALI, "stakeholder"], somebody(institution="Dinas Sosial"))
    with refused("limit.reached"):
        moved(same, village)
    assert moved(other, village).changed


def test_who_has_ended_cannot_be_moved(app_on_each: Flask) -> None:
    places = an_event(roles={"stakeholder": 1, "village": 1})
    budi = registered(places[BALI, "stakeholder"])
    cancel(budi.registration_id, by=COMMAND_LINE, reason="berhalangan")
    with refused("registration.already_cancelled"):
        moved(budi, places[BALI, "village"])


def test_a_move_needs_the_right_where_she_is_and_where_she_goes(app: Flask) -> None:
    places = an_event(provinces=(BALI, ACEH), roles={"stakeholder": 2})
    here, there = places[BALI, "stakeholder"], places[ACEH, "stakeholder"]
    of_bali, national = acting(made()), acting(sari())
    in_bali, in_aceh = registered(here), registered(there)
    tries = [
        (in_bali, there, of_bali),
        (in_aceh, here, of_bali),
        (in_bali, there, participant(in_bali.registration_id)),
        (in_bali, there, PUBLIC),
    ]
    for who, to, by in tries:
        with pytest.raises(NotFound):
            move(who.registration_id, to.session_id, to.role_id, reason="mau saya", by=by)
    assert move(in_bali.registration_id, there.session_id, there.role_id, reason="pindah tugas", by=national).changed


def test_a_moved_calendar_entry_takes_the_place_of_the_old_one(app: Flask) -> None:
    places = an_event(provinces=(BALI, ACEH), roles={"stakeholder": 1})
    budi = registered(places[BALI, "stakeholder"])
    first = calendar_text(mails("confirmation")[0].facts, "id")
    moved(budi, places[ACEH, "stakeholder"])
    second = calendar_text(mails("moved")[0].facts, "id")

    def line(calendar: str, name: str) -> str:
        return next(each for each in calendar.splitlines() if each.startswith(name))

    assert line(first, "UID") == line(second, "UID")
    assert int(line(second, "SEQUENCE").split(":")[1]) > int(line(first, "SEQUENCE").split(":")[1])


def test_a_move_after_closing_leaves_the_seat_to_the_office(app_on_each: Flask) -> None:
    places = an_event(provinces=(BALI, ACEH), roles={"stakeholder": 1}, closes_at=clock.now() + timedelta(days=1))
    here, there = places[BALI, "stakeholder"], places[ACEH, "stakeholder"]
    budi, waits = registered(here), registered(here)
    with clock.stopped_at(clock.now() + timedelta(days=2)):
        assert moved(budi, there).seat_given_to == ()
    assert states(budi, waits) == [State.SEATED, State.WAITING]

"""Many at once: each by the same step as one, never over the quota, all or none, and twice adds nobody."""

from __future__ import annotations

import pytest
from flask import Flask

from tests.builders import Place, an_event, registered, somebody
from tests.cast import acting, made
from tests.commands.kept import entries, mails, row, taken, told
from tests.doors.browsing import everything
from tests.queries import counted
from tpbis_events.foundation import clock
from tpbis_events.foundation.database import db
from tpbis_events.foundation.errors import NotFound, Refusal
from tpbis_events.people.actor import COMMAND_LINE, PUBLIC
from tpbis_events.programmes.model import LimitedBy, Session, WayIn
from tpbis_events.registrations.cancel import cancel
from tpbis_events.registrations.change_ways import set_limit, set_way_in
from tpbis_events.registrations.model import State
from tpbis_events.registrations.register_batch import (
    MOST_ROWS,
    BadRows,
    Beyond,
    Problem,
    Row,
    foresee_batch,
    register_batch,
    rehearse_batch,
)
from tpbis_events.registrations.rules import Applicant


def lines(place: Place, *people: Applicant, first: int = 2) -> list[Row]:
    """Rows as a table would hand them in, below one line of headings."""
    return [Row(first + number, place.role_id, person) for number, person in enumerate(people)]


def test_rows_are_seated_in_their_order_and_those_beyond_the_quota_wait(app_on_each: Flask) -> None:
    place = an_event(roles={"stakeholder": 2})["51", "stakeholder"]
    outcome = register_batch(
        place.session_id, lines(place, *(somebody() for _ in range(4))), beyond=Beyond.WAIT, by=COMMAND_LINE
    )
    assert [(each.line, each.state) for each in outcome.rows] == [
        (2, State.SEATED),
        (3, State.SEATED),
        (4, State.WAITING),
        (5, State.WAITING),
    ]
    assert (outcome.number(State.SEATED), outcome.number(State.WAITING), outcome.known) == (2, 2, 0)
    assert taken(place) == 2
    assert [mail.facts["place"] for mail in mails("waiting")] == [1, 2]
    assert (len(told("confirmation")), len(entries("registration.registered"))) == (2, 4)
    (entry,) = entries("registrations.entered")
    assert entry.after == {"rows": 4, "added": 4}


def test_rows_beyond_the_quota_are_refused_when_chosen_so_and_nothing_is_left_behind(app_on_each: Flask) -> None:
    place = an_event(roles={"stakeholder": 2})["51", "stakeholder"]
    registered(place)
    before = everything()
    with pytest.raises(BadRows) as refused:
        register_batch(
            place.session_id, lines(place, *(somebody() for _ in range(4))), beyond=Beyond.REFUSE, by=COMMAND_LINE
        )
    assert refused.value.problems == tuple(Problem(line, "role", "role.full") for line in (3, 4, 5))
    assert everything() == before


def test_the_same_rows_twice_add_nobody(app_on_each: Flask) -> None:
    place = an_event(roles={"stakeholder": 2})["51", "stakeholder"]
    rows = lines(place, *(somebody() for _ in range(3)))
    first = register_batch(place.session_id, rows, beyond=Beyond.WAIT, by=COMMAND_LINE)
    again = register_batch(place.session_id, rows, beyond=Beyond.WAIT, by=COMMAND_LINE)
    assert [(each.reference, each.state) for each in again.rows] == [
        (each.reference, each.state) for each in first.rows
    ]
    assert (again.known, len(told("confirmation")), len(told("waiting"))) == (3, 2, 1)


def test_a_form_sent_again_is_answered_by_what_it_made_and_another_form_under_its_key_is_refused(
    app_on_each: Flask,
) -> None:
    place = an_event(roles={"stakeholder": 2})["51", "stakeholder"]
    rows = lines(place, *(somebody() for _ in range(3)))
    key = "kunci-formulir-0123456789"
    first = register_batch(place.session_id, rows, beyond=Beyond.WAIT, by=COMMAND_LINE, key=key, foreseen=3)
    before = everything()
    again = register_batch(place.session_id, rows, beyond=Beyond.WAIT, by=COMMAND_LINE, key=key, foreseen=3)
    assert again == first and everything() == before
    assert ([each.place for each in first.rows], first.known, first.lost_meanwhile) == ([None, None, 1], 0, 1)
    with pytest.raises(Refusal, match=r"registration\.form_changed"):
        register_batch(place.session_id, rows[:2], beyond=Beyond.WAIT, by=COMMAND_LINE, key=key)
    assert everything() == before


def test_a_refused_form_may_be_sent_again_under_its_key(app: Flask) -> None:
    place = an_event(roles={"stakeholder": 1})["51", "stakeholder"]
    rows = lines(place, somebody(), somebody())
    with pytest.raises(BadRows):
        register_batch(place.session_id, rows, beyond=Beyond.REFUSE, by=COMMAND_LINE, key="kunci-formulir-1")
    done = register_batch(place.session_id, rows, beyond=Beyond.WAIT, by=COMMAND_LINE, key="kunci-formulir-1")
    assert (done.number(State.SEATED), done.number(State.WAITING)) == (1, 1)


def test_a_preview_foresees_good_rows_beside_bad_ones_and_the_seats_of_every_role(app: Flask) -> None:
    place = an_event(roles={"stakeholder": 1, "village": 1})["51", "stakeholder"]
    registered(place)
    rows = lines(place, somebody(), somebody(email="bukan surel"), somebody())
    with counted() as sent:
        found = foresee_batch(place.session_id, rows, beyond=Beyond.WAIT, by=COMMAND_LINE)
    assert [(each.line, each.place) for each in found.rows] == [(2, 1), (4, 2)]
    assert [(each.line, each.field) for each in found.problems] == [(3, "email")]
    assert [(each.role.slug, each.before.taken, each.after.waiting) for each in found.roles] == [
        ("stakeholder", 1, 2),
        ("village", 0, 0),
    ]
    assert not any(statement.startswith(("INSERT", "UPDATE")) for statement in sent)


def test_one_bad_row_leaves_nothing_behind_and_every_problem_is_named_at_once(app_on_each: Flask) -> None:
    places = an_event(provinces=("51", "11"), roles={"stakeholder": 9, "village": 1})
    here = places["51", "stakeholder"]
    known = somebody(email="sudah@example.id")
    registered(places["11", "stakeholder"], known)
    rows = lines(
        here,
        somebody(),
        somebody(email="bukan surel", full_name=""),
        somebody(email="dua@example.id"),
        somebody(email="dua@example.id"),
        somebody(phone="081234567777"),
        somebody(phone="0812-3456-7777"),
        known,
    )
    rows.append(Row(20, 999_999, somebody()))
    before = everything()
    with pytest.raises(BadRows) as refused:
        register_batch(here.session_id, rows, beyond=Beyond.WAIT, by=COMMAND_LINE)
    assert sorted((problem.line, problem.field, problem.code) for problem in refused.value.problems) == [
        (3, "email", "email.wrong"),
        (3, "full_name", "text.missing"),
        (5, "email", "row.twice"),
        (7, "phone", "row.twice"),
        (8, "email", "registration.elsewhere"),
        (20, "role", "role.unknown"),
    ]
    assert everything() == before


def test_who_shares_an_address_is_told_apart_by_name_across_rows(app_on_each: Flask) -> None:
    place = an_event(roles={"stakeholder": 3})["51", "stakeholder"]
    shared = {"email": "dinas@example.id", "shared_address": True}
    people = [somebody(full_name=name, **shared) for name in ("Ni Luh", "I Wayan")]
    outcome = register_batch(place.session_id, lines(place, *people), beyond=Beyond.REFUSE, by=COMMAND_LINE)
    assert outcome.number(State.SEATED) == 2
    assert len({mail.id for mail in mails("confirmation") if mail.recipient == "dinas@example.id"}) == 2
    with pytest.raises(BadRows) as refused:
        register_batch(
            place.session_id,
            lines(place, *(somebody(full_name="Ketut", **shared) for _ in range(2))),
            beyond=Beyond.WAIT,
            by=COMMAND_LINE,
        )
    assert refused.value.problems == (Problem(3, "email", "row.twice", same_as=2),)


def test_a_rehearsal_says_what_would_become_of_the_rows_and_stores_nothing(app_on_each: Flask) -> None:
    place = an_event(roles={"stakeholder": 2})["51", "stakeholder"]
    rows = lines(place, *(somebody() for _ in range(3)))
    before = everything()
    would = rehearse_batch(place.session_id, rows, beyond=Beyond.WAIT, by=COMMAND_LINE)
    assert everything() == before
    became = register_batch(place.session_id, rows, beyond=Beyond.WAIT, by=COMMAND_LINE)
    assert [(each.line, each.state) for each in would.rows] == [(each.line, each.state) for each in became.rows]
    with pytest.raises(BadRows):
        rehearse_batch(place.session_id, lines(place, somebody()), beyond=Beyond.REFUSE, by=COMMAND_LINE)


def test_a_batch_passes_nobody_who_waits(app_on_each: Flask) -> None:
    place = an_event(roles={"stakeholder": 1})["51", "stakeholder"]
    sits, waits = registered(place), registered(place)
    cancel(sits.registration_id, by=COMMAND_LINE, reason="berhalangan")
    outcome = register_batch(place.session_id, lines(place, somebody()), beyond=Beyond.WAIT, by=COMMAND_LINE)
    assert row(waits).state is State.SEATED
    assert outcome.rows[0].state is State.WAITING and taken(place) == 1


def test_limits_hold_for_a_batch(app_on_each: Flask) -> None:
    place = an_event(roles={"stakeholder": 9})["51", "stakeholder"]
    set_limit(place.role_id, LimitedBy.AGENCY, "", 2, by=COMMAND_LINE)
    people = [somebody(institution=name) for name in ("Dinas A", "Dinas A", "DINAS  A", "Dinas B")]
    outcome = register_batch(place.session_id, lines(place, *people), beyond=Beyond.WAIT, by=COMMAND_LINE)
    assert [each.state for each in outcome.rows] == [State.SEATED, State.SEATED, State.WAITING, State.SEATED]


def test_the_office_decides_by_entering(app_on_each: Flask) -> None:
    place = an_event()["51", "stakeholder"]
    for way in (WayIn.APPROVAL, WayIn.INVITATION, WayIn.NOMINATION):
        set_way_in(place.role_id, way, by=COMMAND_LINE)
        outcome = register_batch(place.session_id, lines(place, somebody()), beyond=Beyond.WAIT, by=COMMAND_LINE)
        assert outcome.rows[0].state in (State.SEATED, State.WAITING)


def test_a_batch_is_entered_until_the_session_is_over_in_the_province_alone_and_in_a_size_that_can_be_held(
    app: Flask,
) -> None:
    places = an_event(provinces=("51", "11"))
    here, there = places["51", "stakeholder"], places["11", "stakeholder"]
    of_bali = acting(made())
    for by in (of_bali, PUBLIC):
        with pytest.raises(NotFound):
            register_batch(there.session_id, lines(there, somebody()), beyond=Beyond.WAIT, by=by)
    for rows in ([], lines(here, *[somebody()] * (MOST_ROWS + 1))):
        with pytest.raises(Refusal, match="batch.size"):
            register_batch(here.session_id, rows, beyond=Beyond.WAIT, by=of_bali)
    session = db.session.get_one(Session, here.session_id)
    begins, ends = session.starts_at, session.ends_at
    with clock.stopped_at(begins):
        assert register_batch(here.session_id, lines(here, somebody()), beyond=Beyond.WAIT, by=of_bali).rows
    with clock.stopped_at(ends), pytest.raises(Refusal, match="session.over"):
        register_batch(here.session_id, lines(here, somebody()), beyond=Beyond.WAIT, by=of_bali)


def test_a_row_costs_no_more_in_a_long_batch_than_in_a_short_one(app_on_each: Flask) -> None:
    def cost(number: int) -> float:
        place = an_event(roles={"stakeholder": number})["51", "stakeholder"]
        rows = lines(place, *(somebody() for _ in range(number)))
        with counted() as sent:
            register_batch(place.session_id, rows, beyond=Beyond.WAIT, by=COMMAND_LINE)
        return len(sent) / number

    assert cost(40) <= cost(10)


def test_who_is_entered_by_phone_alone_is_registered_and_owed_no_mail(app_on_each: Flask) -> None:
    place = an_event()["51", "stakeholder"]
    outcome = register_batch(
        place.session_id,
        lines(place, somebody(email="", phone="081234500002")),
        beyond=Beyond.WAIT,
        by=COMMAND_LINE,
    )
    assert outcome.rows[0].state is State.SEATED and told("confirmation") == []

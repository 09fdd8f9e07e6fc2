"""The command line: every office act that a script may want, a refusal in one line and exit code 1."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from click.testing import Result
from flask import Flask

from tests.builders import Place, an_event, registered, somebody
from tests.commands.kept import entries, row, seats, states, told
from tpbis_events.foundation import clock
from tpbis_events.foundation.database import db
from tpbis_events.people.actor import COMMAND_LINE
from tpbis_events.places.local_time import local_date
from tpbis_events.programmes.model import Event, LimitedBy, Role, Serving, Session, WayIn
from tpbis_events.registrations.cancel import cancel
from tpbis_events.registrations.change_ways import set_serving, set_way_in
from tpbis_events.registrations.model import Invitation, State

ANSWERS = (
    "--full-name", "Ni Luh Wayan", "--phone", "081234500003", "--institution", "Dinas Perpustakaan",
    "--position", "Pustakawan", "--employment", "community", "--consent",
)  # fmt: skip


Run = Callable[..., Result]


@pytest.fixture
def run(app: Flask) -> Run:
    """Runs `flask` with these arguments."""

    def run(*arguments: str, **more: str) -> Result:
        db.session.remove()
        return app.test_cli_runner().invoke(args=[str(each) for each in arguments], **more)

    return run


def where(place: Place) -> tuple[str, str, str]:
    return place.event_slug, place.session_slug, place.role_slug


def refused(result: Result, code: str) -> None:
    """One line that names the code, exit code 1, and no traceback."""
    assert result.exit_code == 1 and isinstance(result.exception, SystemExit)
    assert len(result.output.strip().splitlines()) == 1 and code in result.output


def done(result: Result) -> str:
    assert result.exit_code == 0, result.output
    return result.output


def test_people_are_registered_listed_and_shown(run: Run) -> None:
    place = an_event(roles={"stakeholder": 1})["51", "stakeholder"]
    said = done(run("registrations", "register", *where(place), *ANSWERS, "--key", "kunci-0123456789"))
    reference = said.split(":")[0]
    assert said == f"{reference}: seated\n"
    assert done(run("registrations", "register", *where(place), *ANSWERS, "--key", "kunci-0123456789")) == said
    waits = registered(place)
    listed = done(run("registrations", "list", *where(place)[:2])).splitlines()
    assert [line.split("\t")[:4] for line in listed] == [
        [reference, "seated", "stakeholder", "-"],
        [waits.reference, "waiting", "stakeholder", "1"],
    ]
    only = done(run("registrations", "list", *where(place)[:2], "--no-email"))
    assert only.split("\t")[0] == reference and len(only.splitlines()) == 1
    assert done(run("registrations", "list", *where(place)[:2], "--state", "cancelled")) == ""
    shown = done(run("registrations", "show", f"{reference[:4]}-{reference[4:].lower()}"))
    assert "state: seated" in shown and "name: Ni Luh Wayan" in shown and "seat: 1" in shown


def test_what_the_rules_refuse_is_one_line_and_exit_code_1(run: Run) -> None:
    place = an_event(roles={"stakeholder": 1})["51", "stakeholder"]
    budi = registered(place)
    refused(run("registrations", "show", "00000000"), "registration.unknown")
    refused(run("registrations", "register", "tidak-ada", "bali", "stakeholder", *ANSWERS), "role.unknown")
    refused(run("registrations", "register", *where(place), *ANSWERS[:-1]), "consent.missing")
    refused(run("registrations", "approve", budi.reference), "registration.already_seated")
    refused(run("registrations", "reinstate", budi.reference, "--reason", "x"), "registration.already_seated")
    refused(run("registrations", "accept", budi.reference), "registration.already_seated")
    refused(run("registrations", "cancel", budi.reference, "--reason", " "), "reason_missing")
    refused(run("waiting", "serve", *where(place)), "waiting_list.nobody_served")
    refused(run("seats", "remove", *where(place), "1", "--reason", "ruang"), "seats.taken")
    refused(run("invitations", "revoke", "999"), "invitation.unknown")
    assert states(budi) == [State.SEATED]


@pytest.mark.parametrize(
    "arguments",
    [
        ("registrations", "cancel", "ABCD1234"),
        ("registrations", "move", "ABCD1234", "bali", "stakeholder"),
        ("registrations", "reinstate", "ABCD1234"),
        ("registrations", "reject", "ABCD1234"),
        ("registrations", "substitute", "ABCD1234", *ANSWERS),
        ("seats", "move", "acara", "bali", "a", "b", "1"),
        ("sessions", "cancel", "acara", "bali"),
        ("waiting", "priority", "ABCD1234", "1"),
    ],
)
def test_an_act_that_needs_a_reason_asks_for_one(run: Run, arguments: tuple[str, ...]) -> None:
    answer = run(*arguments)
    assert answer.exit_code == 2 and "--reason" in answer.output


def test_a_registration_is_cancelled_reinstated_moved_and_substituted(run: Run) -> None:
    places = an_event(provinces=("51", "11"), roles={"stakeholder": 1})
    here, there = places["51", "stakeholder"], places["11", "stakeholder"]
    budi, waits = registered(here), registered(here)
    why = ("--reason", "permintaan dinas")
    said = done(run("registrations", "cancel", budi.reference, *why))
    assert said == f"{budi.reference}: cancelled; served from the waiting list: {waits.reference}\n"
    refused(run("registrations", "reinstate", budi.reference, *why), "role.full")
    assert done(run("registrations", "move", waits.reference, there.session_slug, "stakeholder", *why)).startswith(
        f"{waits.reference}: moved"
    )
    assert done(run("registrations", "reinstate", budi.reference, *why)) == f"{budi.reference}: seated\n"
    refused(run("registrations", "move", budi.reference, there.session_slug, "stakeholder", *why), "role.full")
    again = run("registrations", "move", waits.reference, there.session_slug, "stakeholder", *why)
    assert "is there already" in done(again)
    said = done(run("registrations", "substitute", budi.reference, *ANSWERS, *why))
    assert said.endswith(f": comes in the place of {budi.reference}\n")
    assert states(budi, waits) == [State.SUBSTITUTED, State.SEATED]
    assert f"substitute: {said[:8]}" in done(run("registrations", "show", budi.reference))
    assert {entry.actor for entry in entries("registration.moved")} == {COMMAND_LINE.label}


def test_who_applied_is_approved_or_told_no(run: Run) -> None:
    place = an_event(roles={"stakeholder": 1})["51", "stakeholder"]
    assert done(run("ways", "role", place.event_slug, place.role_slug, "approval")) == "changed\n"
    first, second, third = (registered(place) for _ in range(3))
    said = done(run("registrations", "approve", second.reference, first.reference, "--note", "lengkap"))
    assert said == f"{first.reference}: seated\n{second.reference}: waiting\n"
    assert (
        done(run("registrations", "reject", third.reference, "--reason", "penuh")) == f"{third.reference}: rejected\n"
    )
    assert row(third).end_reason == "penuh"


def test_offers_are_answered_for_people_and_lapse(run: Run) -> None:
    place = an_event(roles={"stakeholder": 2})["51", "stakeholder"]
    done(run("ways", "serving", place.event_slug, "offer", "--offer-hours", "8", "--reminder-hours", "2"))
    event = db.session.get_one(Event, place.event_id)
    assert (event.serving, event.offer_hours, event.reminder_hours) == (Serving.OFFER, 8, 2)
    sitting = [registered(place) for _ in range(2)]
    first, second, third, fourth = (registered(place) for _ in range(4))
    for each in sitting:
        cancel(each.registration_id, by=COMMAND_LINE, reason="berhalangan")
    assert done(run("registrations", "accept", first.reference)) == f"{first.reference}: seated\n"
    assert third.reference in done(run("registrations", "decline", second.reference))
    assert "offer ends: " in done(run("registrations", "show", third.reference))
    assert done(run("offers", "lapse")) == "lapsed 0, reminded 0\n"
    ends = row(third).offer_ends_at
    assert ends
    with clock.stopped_at(ends - timedelta(minutes=1)):
        assert done(run("offers", "lapse")) == "lapsed 0, reminded 1\n"
    with clock.stopped_at(ends):
        assert done(run("offers", "lapse")) == "lapsed 1, reminded 0\n"
    assert states(first, second, third, fourth) == [State.SEATED, State.DECLINED, State.LAPSED, State.OFFERED]


def test_a_waiting_list_is_listed_reordered_and_served_by_hand(run: Run) -> None:
    place = an_event(roles={"stakeholder": 1})["51", "stakeholder"]
    set_serving(place.event_id, Serving.HAND, offer_hours=16, reminder_hours=4, by=COMMAND_LINE)
    sits, first, second = (registered(place) for _ in range(3))
    said = done(run("waiting", "priority", second.reference, "5", "--reason", "utusan resmi"))
    assert said == f"{second.reference}: number 1 in line\n"
    listed = [line.split("\t")[:3] for line in done(run("waiting", "list", *where(place))).splitlines()]
    assert listed == [["1", second.reference, "5"], ["2", first.reference, "0"]]
    cancel(sits.registration_id, by=COMMAND_LINE, reason="berhalangan")
    assert done(run("waiting", "serve", *where(place), "--most", "3")) == f"{second.reference}: seated\n"


def test_seats_move_between_roles(run: Run) -> None:
    places = an_event(roles={"stakeholder": 3, "village": 1})
    here, there = places["51", "stakeholder"], places["51", "village"]
    registered(there)
    waits = registered(there)
    said = done(run("seats", "move", *where(here), "village", "2", "--reason", "desa lebih banyak"))
    assert said == f"1 seats now here, 3 there; served from the waiting list: {waits.reference}\n"
    assert (seats(here), seats(there)) == (1, 3)


def test_limits_are_set_and_ended(run: Run) -> None:
    place = an_event(roles={"stakeholder": 3})["51", "stakeholder"]
    done(run("ways", "limit", place.event_slug, "stakeholder", "agency", "--most", "1"))
    registered(place)
    waits = registered(place)
    (limit,) = db.session.get_one(Role, place.role_id).limits
    assert (limit.limited_by, limit.value, limit.most) == (LimitedBy.AGENCY, "", 1)
    refused(
        run("ways", "limit", place.event_slug, "stakeholder", "regency", "--value", "xx", "--most", "1"), "limit.value"
    )
    refused(run("ways", "limit", place.event_slug, "tidak-ada", "agency", "--most", "1"), "role.unknown")
    said = done(run("ways", "limit", place.event_slug, "stakeholder", "agency"))
    assert said == f"changed; served from the waiting list: {waits.reference}\n"


def test_a_session_is_cancelled_after_it_was_asked_whether_it_is_meant(run: Run) -> None:
    place = an_event()["51", "stakeholder"]
    budi = registered(place)
    registered(place, somebody(email="", phone="081234500004"))
    command = ("sessions", "cancel", *where(place)[:2], "--reason", "banjir")
    asked = run(*command, input="n\n")
    assert asked.exit_code == 1 and "2 people will be told, 1 of them have no e-mail address" in asked.output
    assert states(budi) == [State.SEATED]
    assert done(run(*command, "--yes")) == "cancelled; 2 registrations have ended\n"
    assert len(told("session_cancelled")) == 1
    refused(run(*command, "--yes"), "session.cancelled")


def test_invitations_are_made_listed_and_taken_back(run: Run) -> None:
    place = an_event()["51", "stakeholder"]
    set_way_in(place.role_id, WayIn.INVITATION, by=COMMAND_LINE)
    zone = db.session.get_one(Session, place.session_id).zone
    until = f"{local_date(clock.now() + timedelta(days=5), zone)}T16:00"
    made = ("--kind", "office", "--name", "Dinas Arsip", "--places", "3", "--until", until)
    number, address = done(run("invitations", "make", *where(place), *made)).strip().split("\t")
    assert "/invitations/" in address
    kept = db.session.get_one(Invitation, int(number))
    assert (kept.places, kept.expires_at.astimezone().utctimetuple().tm_hour) == (3, 8)  # 16.00 WITA
    listed = done(run("invitations", "list", *where(place)[:2]))
    assert "0 of 3 used" in listed and "16:00 WITA" in listed and "Dinas Arsip" in listed
    assert done(run("invitations", "revoke", number)) == f"{number}: taken back\n"
    refused(run("invitations", "revoke", number), "invitation.already_revoked")
    assert "taken back" in done(run("invitations", "list", *where(place)[:2]))
    late = ("--kind", "personal", "--name", "Ibu Ani", "--until", "2001-01-01T08:00")
    refused(run("invitations", "make", *where(place), *late), "invitation.expiry")

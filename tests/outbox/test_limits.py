"""How fast mail leaves, by all workers together; and how much of it the public may bring upon one mailbox."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select, update

import config
from tests.builders import BUDI, Place, an_event, registered, somebody
from tests.cast import sari, sign_in
from tests.doors.browsing import post
from tests.queries import counted
from tpbis_events.foundation import clock
from tpbis_events.foundation.database import db
from tpbis_events.foundation.transaction import transaction
from tpbis_events.outbox import deliver, lease, pace, settle
from tpbis_events.outbox.deliver import deliver_due
from tpbis_events.outbox.mailbox import address_key, mailbox_of, masked
from tpbis_events.outbox.model import Mail, MailState
from tpbis_events.outbox.put import put

NOW = datetime.fromisoformat("2026-11-22T01:00:00+00:00")


def owe(to: str, number: int, *, kind: str = "note", at: datetime | None = None) -> None:
    """So many mails of the office to an address; nobody writes or sends them here."""
    with transaction():
        for n in range(number):
            owed = at or clock.now()
            put(kind, subject=f"{to}:{owed.timestamp()}:{n}", to=to, language="id", facts={}, at=owed)


def turns(worker: str) -> list[tuple[str, float]]:
    """Lease once: to whom, and after how many seconds it may leave."""
    batch = lease.lease(worker)
    return [(each.mail.recipient, (each.not_before - clock.now()).total_seconds()) for each in batch.mails]


def test_without_limits_nothing_is_asked_about_the_pace(app: Flask) -> None:
    owe("a@one.example", 3)
    with counted() as statements:
        lease.lease("w1")
    assert not [each for each in statements if "mail_paces" in each]


def test_two_workers_share_one_pace(app_on_each: Flask) -> None:
    app_on_each.config["MAIL_PER_SECOND"] = 5.0
    with clock.stopped_at(NOW):
        owe("a@one.example", 40)
        first, second = turns("w1"), turns("w2")
        assert [seconds for _to, seconds in first] == pytest.approx([n / 5 for n in range(11)])
        assert second == [], "the turns of the next two seconds are given away"
    with clock.stopped_at(NOW + timedelta(seconds=2)):
        assert [seconds for _to, seconds in turns("w2")] == pytest.approx([0.2 + n / 5 for n in range(10)])


def test_a_slow_domain_stands_in_nobodys_way_and_each_mail_is_passed_over_once(app_on_each: Flask) -> None:
    app_on_each.config["MAIL_PER_DOMAIN"] = {"*": 60.0, "quick.example": 0.0}
    with clock.stopped_at(NOW):
        owe("a@slow.example", 30)
        owe("b@quick.example", 5)
        sent = Counter(to for _ in range(4) for to, _seconds in turns("w1"))
        assert sent == {"a@slow.example": 3, "b@quick.example": 5}
        due = db.session.scalars(select(Mail.due_at).where(Mail.state == MailState.DUE).order_by(Mail.due_at)).all()
        assert due == [NOW + timedelta(seconds=n) for n in range(3, 30)]
        db.session.rollback()
    with clock.stopped_at(NOW + timedelta(seconds=3)):
        assert len(turns("w2")) == 1, "the others have their turn later, and aren't looked at again"


def test_a_turn_that_was_missed_is_taken_anew(app: Flask) -> None:
    app.config["MAIL_PER_DOMAIN"] = {"*": 60.0}
    with clock.stopped_at(NOW):
        owe("a@slow.example", 20)
        lease.lease("w1")
    with clock.stopped_at(NOW + timedelta(hours=1)):
        assert len(turns("w2")) == 6, "3 whose worker died, and 3 of the others: no burst after an hour of silence"


def test_one_domain_may_have_a_pace_of_its_own() -> None:
    assert config._per_domain("30, gmail.com=100,Slow.Example=0.5") == {"*": 30, "gmail.com": 100, "slow.example": 0.5}
    assert config._per_domain("") == {}


def test_the_worker_waits_for_its_turn_with_nothing_open_in_the_database(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    app.config["MAIL_PER_SECOND"] = 1.5
    place = an_event(roles={"stakeholder": 2})["51", "stakeholder"]
    for _ in range(2):
        registered(place)
    open_while_waiting = []
    sleep = deliver.time.sleep
    monkeypatch.setattr(
        deliver.time, "sleep", lambda s: (open_while_waiting.append(db.session().in_transaction()), sleep(s))
    )
    began = deliver.time.monotonic()
    assert deliver_due("w1").sent == 2
    assert deliver.time.monotonic() - began >= 0.6
    assert open_while_waiting and not any(open_while_waiting)


def test_a_worker_that_is_asked_to_stop_while_it_waits_gives_its_mails_back(app: Flask) -> None:
    app.config["MAIL_PER_SECOND"] = 1.0
    place = an_event(roles={"stakeholder": 3})["51", "stakeholder"]
    for _ in range(3):
        registered(place)
    asked = iter([False, True, True])
    assert deliver_due("w1", stop=lambda: next(asked)).sent == 1
    assert db.session.scalar(select(func.count()).where(Mail.state == MailState.DUE)) == 2


# --- the cap


def many(place: Place, email: str, number: int) -> None:
    for _ in range(number):
        registered(place, somebody(email=email))


def states(mailbox: str) -> Counter[MailState]:
    db.session.rollback()
    return Counter(db.session.scalars(select(Mail.state).where(Mail.mailbox == mailbox)))


def test_500_registrations_with_one_victims_address_send_50_mails_and_the_office_decides_on_the_others(
    app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(deliver.write, "letter", _a_letter)
    owe("victim@example.id", 200, kind="confirmation", at=NOW)
    owe("Victim@Example.id", 100, kind="waiting", at=NOW)
    owe("victim+tpbis@example.id", 200, kind="links", at=NOW)
    with clock.stopped_at(NOW):
        while deliver_due("w1").anything:
            pass
    assert states("victim@example.id") == {MailState.SENT: 50, MailState.HELD: 450}
    sign_in(client, sari())
    assert "450" in client.get("/en/office/mail").text
    page = client.get("/en/office/mail?state=held").text
    assert "Held: too many for one address" in page
    assert "450 mails are held" in client.get("/en/office/").text
    asked = {"state": "held", "cause": "capped", "code": ""}
    assert post(client, "/office/mail/many", act="give_up", **asked).status_code == 303
    assert states("victim@example.id") == {MailState.SENT: 50, MailState.GIVEN_UP: 450}


def _a_letter(mail: object) -> object:
    from tpbis_events.outbox.letter import Letter

    return Letter(subject="x", recipients=[mail.recipient], body="x", html="<p>x</p>")  # type: ignore[attr-defined]


def test_a_flood_that_goes_on_gets_nothing_through_on_its_second_day(app: Flask) -> None:
    app.config["MAIL_PER_ADDRESS_PER_DAY"] = 5
    for hour in range(48):
        owe("victim@example.id", 1, kind="confirmation", at=NOW + timedelta(hours=hour))
    with clock.stopped_at(NOW + timedelta(hours=49)):
        for _ in range(4):
            lease.lease("w1")
    assert states("victim@example.id") == {MailState.LEASED: 5, MailState.HELD: 43}


def test_mail_after_a_quiet_day_is_sent(app: Flask) -> None:
    app.config["MAIL_PER_ADDRESS_PER_DAY"] = 5
    for day in (0, 2):
        owe("office@example.id", 6, kind="confirmation", at=NOW + timedelta(days=day))
    with clock.stopped_at(NOW + timedelta(days=3)):
        lease.lease("w1")
    assert states("office@example.id") == {MailState.LEASED: 10, MailState.HELD: 2}


def test_an_office_that_registers_30_people_with_its_address_gets_a_mail_for_each(app: Flask) -> None:
    place = an_event(roles={"stakeholder": 30})["51", "stakeholder"]
    for number in range(30):
        registered(place, somebody(number + 7000))
    with transaction():
        db.session.execute(update(Mail).values(recipient="dinas@example.id", mailbox="dinas@example.id"))
    assert deliver_due("w1").sent == 30


def test_what_an_organizer_does_is_not_counted(app: Flask) -> None:
    app.config["MAIL_PER_ADDRESS_PER_DAY"] = 2
    with transaction():
        for n in range(10):
            by = "account:1" if n < 8 else "public"
            put("confirmation", subject=f"x:{n}", to="dinas@example.id", language="id", facts={}, at=NOW, by=by)
    with clock.stopped_at(NOW):
        lease.lease("w1")
    assert states("dinas@example.id") == {MailState.LEASED: 10}


def test_who_brought_a_mail_about_is_written_with_it(app: Flask) -> None:
    from tests.cast import acting
    from tpbis_events.people.actor import participant
    from tpbis_events.registrations.cancel import cancel
    from tpbis_events.registrations.register import register

    place = an_event(roles={"stakeholder": 3})["51", "stakeholder"]
    own = registered(place, BUDI)
    cancel(own.registration_id, by=participant(own.registration_id))
    by_office = register(place.session_id, place.role_id, somebody(), key="k", by=acting(sari()))
    found = db.session.execute(select(Mail.subject, Mail.kind, Mail.by_public).order_by(Mail.id)).all()
    assert [tuple(each) for each in found] == [
        (f"registration:{own.registration_id}", "confirmation", True),
        (f"registration:{own.registration_id}", "cancelled", True),
        (f"registration:{by_office.registration_id}", "confirmation", False),
    ]


def test_held_mail_that_the_office_lets_go_is_not_held_again(app: Flask) -> None:
    from tpbis_events.outbox.resend import resend_many
    from tpbis_events.outbox.which import Which

    app.config["MAIL_PER_ADDRESS_PER_DAY"] = 2
    owe("dinas@example.id", 5, kind="confirmation", at=NOW)
    with clock.stopped_at(NOW):
        lease.lease("w1")
        assert resend_many(Which(MailState.HELD), by="account:1") == 3
        assert len(lease.lease("w2").mails) == 3


@pytest.mark.parametrize(
    ("address", "mailbox"),
    [
        ("Budi@Example.ID", "budi@example.id"),
        ("budi+shm@example.id", "budi@example.id"),
        ("b.u.d.i+x@googlemail.com", "budi@gmail.com"),
        ("b.udi@example.id", "b.udi@example.id"),
        ("+budi@example.id", "+budi@example.id"),
        ("budi@perpustakaan-é.example", "budi@xn--perpustakaan--nhb.example"),
        ("budi@example.id.", "budi@example.id"),
        ("no address", "no address"),
        ("", ""),
    ],
)
def test_what_stands_for_a_mailbox(address: str, mailbox: str) -> None:
    assert mailbox_of(address) == mailbox


def test_an_address_is_known_again_and_masked_it_cannot_be_written_to() -> None:
    assert address_key(" Budi+A@EXAMPLE.id ") == "budi+a@example.id"
    assert [masked(each) for each in ("budi@example.id", "b@example.id", "")] == ["bu…@example.id", "…@example.id", "…"]


def test_pauses_are_spread_so_that_what_failed_together_does_not_come_back_together() -> None:
    drawn = {settle.spread(timedelta(minutes=10)) for _ in range(50)}
    assert len(drawn) > 40
    assert timedelta(minutes=8) <= min(drawn) and max(drawn) <= timedelta(minutes=12)
    assert timedelta(seconds=10) > pace.PATIENCE, "the worker's other work waits as long"

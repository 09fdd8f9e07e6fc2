"""The audit log's chain: sealed in the background, and every change, gap and cut-off end shows."""

from __future__ import annotations

import json
import os
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from threading import Thread

import pytest
from flask import Flask
from sqlalchemy import delete, func, insert, select, text, update

from tests.at_once import at_once
from tests.builders import BUDI, an_event, registered, somebody
from tests.cast import BALI, acting, made, sari
from tpbis_events.audit import chain, check, seal, verify, witness
from tpbis_events.audit.check import check_some
from tpbis_events.audit.model import HEAD, AuditEntry, AuditHead
from tpbis_events.audit.seal import seal_due
from tpbis_events.audit.verify import Why, first_fault, standing
from tpbis_events.foundation import clock
from tpbis_events.foundation.database import db
from tpbis_events.foundation.transaction import transaction
from tpbis_events.people.actor import COMMAND_LINE, participant
from tpbis_events.registrations.cancel import cancel
from tpbis_events.registrations.correct import correct
from tpbis_events.registrations.erase import KEPT_AFTER_SESSION, erase_expired
from tpbis_events.registrations.see_number import see_number


def sealed_log(number: int = 6) -> list[AuditEntry]:
    """A log with this many sealed entries, in the order of their seals."""
    place = an_event(roles={"village": 3})[BALI, "village"]
    for _number in range(number):
        registered(place)
    while seal_due():
        pass
    db.session.rollback()
    entries = list(db.session.scalars(select(AuditEntry).order_by(AuditEntry.seal_number)))
    assert [entry.seal_number for entry in entries] == list(range(1, number + 1))
    return entries


def faults() -> tuple[int, Why] | None:
    db.session.rollback()
    db.session.expire_all()
    fault = first_fault()
    return (fault.number, fault.why) if fault else None


def test_a_whole_chain_has_no_fault_and_counts_what_waits_for_its_seal(app_on_each: Flask) -> None:
    assert faults() is None, "an empty log is whole"
    entries = sealed_log()
    assert faults() is None
    assert standing().head == chain.Head(6, entries[-1].seal or "")
    assert witness.kept() == standing().head
    registered(an_event()[BALI, "village"])
    assert standing().unsealed == 1 and faults() is None


@pytest.mark.parametrize(
    "change",
    [
        {"actor": "worker"},
        {"act": "registration.cancelled"},
        {"subject": "registration:999"},
        {"after": {"state": "waiting"}},
        {"before": {"state": "waiting"}},
        {"reason": "lain"},
        {"network": "203.0.113.0/24"},
        {"door": "cli"},
        {"province_code": "12"},
        {"at": clock.now()},
        {"seal": "0" * 64},
        {"seal": None},
        {"id": 4711},
    ],
    ids=lambda change: next(iter(change)),
)
def test_a_changed_column_shows_at_its_row(app: Flask, change: dict[str, object]) -> None:
    entries = sealed_log()
    with transaction():
        db.session.execute(update(AuditEntry).where(AuditEntry.id == entries[2].id).values(**change))
    assert faults() == (3, Why.CHANGED)


@pytest.mark.parametrize("number", [1, 3, 6])
def test_a_row_that_was_taken_away_shows_wherever_it_stood(app_on_each: Flask, number: int) -> None:
    sealed_log()
    with transaction():
        db.session.execute(delete(AuditEntry).where(AuditEntry.seal_number == number))
    assert faults() == (number, Why.MISSING)


def cut_end(entries: list[AuditEntry], *, back_to: int) -> None:
    """What somebody does who may write the database and knows the tables: the end is gone, and the head is put back."""
    with transaction():
        db.session.execute(delete(AuditEntry).where(AuditEntry.seal_number > back_to))
        head = {"number": back_to, "seal": entries[back_to - 1].seal}
        db.session.execute(update(AuditHead).values(**head))


def test_a_cut_off_end_shows_by_what_is_kept_outside_the_database(app: Flask) -> None:
    entries = sealed_log()
    noted = standing().head
    cut_end(entries, back_to=4)
    assert faults() == (5, Why.MISSING)
    witness.file().unlink()
    assert faults() is None, "the database alone can't tell"
    fault = first_fault(heads=[noted])
    assert fault and (fault.number, fault.why) == (5, Why.MISSING), "a head from the log line tells"


def test_an_end_that_was_cut_off_and_grew_again_still_contradicts_the_witness(app: Flask) -> None:
    entries = sealed_log()
    noted = standing().head
    cut_end(entries, back_to=4)
    place = an_event()[BALI, "stakeholder"]
    for _number in range(2):
        registered(place)
    assert seal_due() == 2
    assert faults() == (6, Why.NOT_AS_WITNESSED)
    registered(an_event()[BALI, "village"])
    assert seal_due() == 1
    assert witness.kept() == noted, "the witness doesn't follow a chain it doesn't know"
    assert faults() == (6, Why.NOT_AS_WITNESSED)


def test_a_head_that_was_put_back_or_taken_away_shows(app: Flask) -> None:
    entries = sealed_log()
    with transaction():
        db.session.execute(update(AuditHead).values(number=4, seal=entries[3].seal))
    assert faults() == (5, Why.BEYOND_HEAD)
    with transaction():
        db.session.execute(delete(AuditHead))
    assert faults() == (1, Why.HEAD_MISSING)


def test_who_has_the_database_but_not_the_key_can_seal_nothing(app: Flask) -> None:
    """The whole chain calculated anew with another key, head and witness with it: every row is broken."""
    sealed_log()
    app.config["SECRET_KEY"] = "a secret that somebody else made up"
    with transaction():
        number, before = 0, chain.BEGINNING
        for entry in db.session.scalars(select(AuditEntry).order_by(AuditEntry.seal_number)):
            number += 1
            entry.reason = "diubah"
            entry.seal = before = chain.seal_of(entry, number, before)
        db.session.get_one(AuditHead, HEAD).seal = before
    witness.file().write_text(f"{number}:{before}")
    assert faults() is None, "with the key one can; therefore heads are noted elsewhere"
    app.config["SECRET_KEY"] = "a secret that only tests know, long enough"
    assert faults() == (1, Why.CHANGED)


def test_a_new_key_seals_what_comes_and_the_old_one_still_verifies(app: Flask) -> None:
    sealed_log()
    app.config["AUDIT_KEYS"] = ["a newer key", app.config["SECRET_KEY"]]
    registered(an_event()[BALI, "village"])
    assert seal_due() == 1 and faults() is None
    app.config["AUDIT_KEYS"] = ["a newer key"]
    assert faults() == (1, Why.CHANGED)


def test_many_sealers_at_once_make_one_chain(app_on_each: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(seal, "AT_ONCE", 3)
    place = an_event(roles={"village": 2})[BALI, "village"]
    for _number in range(20):
        registered(place)
    for _round in range(4):
        at_once(app_on_each, [seal_due] * 4)
    assert standing().head.number == 20 and faults() is None
    assert witness.kept() == standing().head


def test_a_process_that_writes_the_head_late_does_not_take_it_back(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    entries = sealed_log(3)
    witness.file().unlink()
    earlier, later = (chain.Head(entry.seal_number or 0, entry.seal or "") for entry in entries[1:])

    def write_later() -> None:
        with app.app_context():
            witness.advance(later)

    other = Thread(target=write_later)

    def replace_late(draft: Path, file: Path) -> None:
        if not other.ident:
            other.start()
            other.join(0.5)
        os.rename(draft, file)

    monkeypatch.setattr(witness.os, "replace", replace_late)
    witness.advance(earlier)
    other.join()
    assert witness.kept() == later


def test_an_entry_that_commits_late_is_sealed_when_it_appears(app_on_each: Flask) -> None:
    """Ids are drawn before the commit: the chain goes by the order of sealing."""
    sealed_log(2)
    one = {"at": clock.now(), "actor": "worker", "act": "person.erased", "subject": "registration:1"}
    with transaction():
        db.session.execute(insert(AuditEntry), [{**one, "id": 101}])
    assert seal_due() == 1
    with transaction():
        db.session.execute(insert(AuditEntry), [{**one, "id": 100}])
    assert seal_due() == 1
    db.session.rollback()
    order = db.session.scalars(select(AuditEntry.id).order_by(AuditEntry.seal_number)).all()
    assert order[2:] == [101, 100] and faults() is None


def test_the_daily_check_goes_in_pieces_and_writes_down_what_it_found(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(check, "AT_ONCE", 2)
    monkeypatch.setattr(verify, "AT_ONCE", 2)
    entries = sealed_log(5)
    assert [check_some(), check_some(), check_some(), check_some()] == [True, True, False, False]
    head = db.session.get_one(AuditHead, HEAD, populate_existing=True)
    assert (head.checked_number, head.fault, head.checked_through) == (5, None, 0) and head.checked_at
    with transaction():
        db.session.execute(update(AuditEntry).where(AuditEntry.id == entries[3].id).values(reason="lain"))
    assert not check_some(), "once a day is enough"
    with clock.stopped_at(clock.now() + timedelta(days=1)):
        assert [check_some(), check_some()] == [True, False]
    head = db.session.get_one(AuditHead, HEAD, populate_existing=True)
    assert (head.fault_number, head.fault) == (4, "changed")


def test_the_command_line_tells_the_first_broken_row_and_its_exit_code_says_so(app: Flask) -> None:
    run = app.test_cli_runner().invoke
    entries = sealed_log()
    place = an_event()[BALI, "village"]
    registered(place)
    assert "sealed 1, head 7:" in run(args=["audit", "seal"]).output
    whole = run(args=["audit", "verify"])
    assert whole.exit_code == 0 and whole.output.startswith("whole: 7 entries sealed, head 7:")
    with clock.stopped_at(clock.now() - timedelta(hours=1)):
        registered(an_event()[BALI, "village"])
    assert run(args=["audit", "verify"]).exit_code == 3
    with transaction():
        db.session.execute(update(AuditEntry).where(AuditEntry.id == entries[1].id).values(reason="lain"))
    broken = run(args=["audit", "verify"])
    assert broken.exit_code == 1
    assert broken.output.startswith(f"broken at seal 2: entry {entries[1].id} (registration.registered, registration:")
    assert broken.output.count("\n") == 1
    assert run(args=["audit", "verify", "--after", "2"]).exit_code == 3
    assert run(args=["audit", "verify", "--head", "nonsense"]).exit_code == 2


def test_erasing_a_person_leaves_the_chain_whole_and_the_log_never_knew_her(app_on_each: Flask) -> None:
    place = an_event(roles={"village": 2}, in_days=2)[BALI, "village"]
    number = "198501152010012003"
    person = replace(BUDI, full_name="Ketut Rahasia", employment="pns", nip=number, support_needed="kursi roda khusus")
    budi = registered(place, person)
    changed = replace(person, full_name="Ketut Lain", institution="Kantor Tersembunyi", phone="081298765432")
    correct(budi.registration_id, changed, by=participant(budi.registration_id))
    see_number(budi.registration_id, by=acting(made()))
    cancel(budi.registration_id, by=acting(sari()), reason="berhalangan")
    cancel(registered(place).registration_id, by=COMMAND_LINE, reason="ganda")
    seal_due()
    with clock.stopped_at(clock.now() + KEPT_AFTER_SESSION + timedelta(days=10)):
        assert erase_expired() == 2
        assert seal_due() == 2
    assert faults() is None
    columns = (AuditEntry.act, AuditEntry.subject, AuditEntry.before, AuditEntry.after, AuditEntry.actor)
    log = json.dumps([list(row) for row in db.session.execute(select(*columns))])
    assert "registration.number_seen" in log and "full_name" in log
    for answer in ("Rahasia", "Ketut", number, "kursi roda", "Tersembunyi", "98765432", "budi@example.id", "Sukamaju"):
        assert answer not in log


def test_a_registration_never_waits_for_a_sealer(app_on_each: Flask) -> None:
    """The head's lock is not in the way of writers (on SQLite, which has one writer, a batch is one short transaction)."""
    lock = " FOR UPDATE" if db.engine.dialect.name == "postgresql" else ""
    place = an_event()[BALI, "stakeholder"]
    with db.engine.connect() as other:
        other.execute(text(f"SELECT 1 FROM audit_heads{lock}"))
        registered(place, somebody())
        other.rollback()
    assert db.session.scalar(select(func.count()).select_from(AuditEntry)) == 1


def test_the_witness_reads_its_own_line_and_nothing_else(app: Flask) -> None:
    head = chain.Head(12, "ab" * 32)
    witness.advance(head)
    assert Path(witness.file()).read_text() == f"{head}\n" and witness.kept() == head
    witness.file().write_text("12:zz")
    assert faults() == (1, Why.MISSING)

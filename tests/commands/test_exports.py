"""Exports in the background: ordered, made once, taken up again when a worker dies, fetched by their owner alone, erased."""

from __future__ import annotations

import csv
import io
import os
import signal
import stat
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask, current_app
from flask.testing import FlaskClient
from openpyxl import load_workbook
from sqlalchemy import select

from tests.builders import an_account, an_event, registered, somebody
from tests.cast import BALI, acting, made, sari, sign_in
from tests.commands.kept import entries, mails
from tests.doors.browsing import post, shown
from tpbis_events.cli.worker import Worker
from tpbis_events.foundation import clock
from tpbis_events.foundation.database import db
from tpbis_events.foundation.errors import Gone, NotFound, Refusal
from tpbis_events.foundation.transaction import transaction
from tpbis_events.people.model import Account, Right
from tpbis_events.registrations.search import Search
from tpbis_events.reports import build_exports, make_file, order_export
from tpbis_events.reports.asked import Asked, kept, read
from tpbis_events.reports.build_exports import build_due, file_of, folder, lease
from tpbis_events.reports.fetch_export import discard_export, fetch_export
from tpbis_events.reports.forget_exports import forget_exports
from tpbis_events.reports.model import Export, ExportState
from tpbis_events.reports.order_export import LIFE, MOST_UNFINISHED

WORKER = "one worker"


def the_export() -> Export:
    db.session.rollback()
    return db.session.scalars(select(Export)).one()


def ordered(account: Account, asked: Asked) -> str:
    account_id, by = account.id, acting(account)
    return order_export.order_export(asked, account_id=account_id, by=by)


def fetched(account: Account, key: str) -> bytes:
    db.session.rollback()
    account_id, by = account.id, acting(account)
    return fetch_export(key, account_id=account_id, by=by).path.read_bytes()


def test_an_ordered_export_is_made_told_by_mail_and_fetched(app_on_each: Flask) -> None:
    places = an_event(provinces=(BALI, "12"), roles={"village": 3})
    for code in (BALI, "12"):
        registered(places[code, "village"], somebody(full_name=f"Orang {code}"))
    owner = sari()
    key = ordered(owner, Asked("xlsx", places[BALI, "village"].event_slug, language="en"))
    assert build_due(WORKER) and not build_due(WORKER)
    row = the_export()
    assert (row.state, row.done, row.total, row.attempts, row.leased_by) == (ExportState.READY, 2, 2, 1, None)
    names = [cells[2] for cells in load_workbook(io.BytesIO(fetched(owner, key))).active.values]  # type: ignore[union-attr]
    assert sorted(names) == ["Full name", "Orang 12", "Orang 51"]
    (mail,) = mails("export_ready")
    assert (mail.recipient, mail.facts["export_file"]) == (owner.email, row.file_name)
    assert [entry.act for entry in entries("export.ordered")] == ["export.ordered"] and len(
        entries("export.fetched")
    ) == 1
    file = file_of(key)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600 and stat.S_IMODE(file.parent.stat().st_mode) == 0o700
    assert [each.name for each in folder().iterdir()] == [file.name], "no half-written file is left"


def test_a_pic_gets_her_province_alone_and_what_she_looked_for(app: Flask) -> None:
    places = an_event(provinces=(BALI, "12"), roles={"village": 1})
    here = places[BALI, "village"]
    registered(here, somebody(full_name="Ni Luh Ayu"))
    registered(here, somebody(full_name="I Made Menunggu"))
    registered(places["12", "village"], somebody(full_name="Ni Luh Jauh"))
    owner = made()
    asked = Asked("csv", here.event_slug, search=Search(words="luh", state="seated"), language="id")
    key = ordered(owner, asked)
    assert read(kept(asked)) == asked
    build_due(WORKER)
    _head, *rows = csv.reader(io.StringIO(fetched(owner, key).decode("utf-8-sig")), delimiter=";")
    assert [row[2] for row in rows] == ["Ni Luh Ayu"] and the_export().provinces == [BALI]
    with pytest.raises(NotFound):
        ordered(owner, Asked("csv", here.event_slug, places["12", "village"].session_slug))
    raw = db.session.connection().exec_driver_sql("SELECT asked FROM exports").scalar()
    assert b"luh" not in bytes(raw or b""), "words of a search may name a person"


def test_right_and_reach_are_asked_again_when_it_is_fetched(app: Flask) -> None:
    place = an_event()[BALI, "village"]
    registered(place)
    owner, other = sari(), an_account("Dewi", Right.NATIONAL)
    key = ordered(owner, Asked("csv", place.event_slug, groups=("nip",)))
    build_due(WORKER)
    assert the_export().needs == [["see number", BALI]]
    with pytest.raises(NotFound):
        fetched(other, key)
    for right, province in ((Right.FINANCE, BALI), (Right.PIC, "12")):
        with transaction():
            account = db.session.get_one(Account, owner.id)
            account.roles[0].name, account.roles[0].province_code = right, province
            del account.roles[1:]
        with pytest.raises(Refusal) as refused:
            fetched(owner, key)
        assert refused.value.status in (403, 404)


def test_who_lost_her_right_before_it_was_made_gets_nothing(app: Flask) -> None:
    place = an_event()[BALI, "village"]
    owner = made()
    ordered(owner, Asked("csv", place.event_slug, place.session_slug))
    with transaction():
        db.session.get_one(Account, owner.id).roles[0].province_code = "12"
    build_due(WORKER)
    row = the_export()
    assert (row.state, row.fault, row.asked) == (ExportState.FAILED, "actor.out_of_reach", None)
    assert not mails("export_ready") and not file_of(row.key).exists()


def test_what_a_dead_worker_leased_is_taken_up_again_and_given_up_after_three_times(app_on_each: Flask) -> None:
    place = an_event()[BALI, "village"]
    registered(place)
    owner = made()
    key = ordered(owner, Asked("csv", place.event_slug, place.session_slug))
    now = clock.now()
    assert lease("the first") is not None and lease("the second") is None
    with clock.stopped_at(now + build_exports.LEASE + timedelta(seconds=1)):
        assert build_due("the second")
    assert the_export().state is ExportState.READY and the_export().attempts == 2
    with pytest.raises(build_exports.LeaseLost):
        build_exports.finish(the_export().id, "the first", 1, build_exports.Holds("a.csv", [], []))
    again = ordered(owner, Asked("xlsx", place.event_slug, place.session_slug))
    for number in range(build_exports.MOST_ATTEMPTS):
        with clock.stopped_at(now + number * 2 * build_exports.LEASE):
            assert lease(f"worker {number}")
    with clock.stopped_at(now + timedelta(hours=1)):
        build_due("the last")
    assert db.session.scalars(select(Export.state).where(Export.key == again)).one() is ExportState.FAILED
    assert fetched(owner, key)


def test_a_worker_that_must_end_puts_the_export_back_and_a_fault_is_tried_again_later(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = an_event()[BALI, "village"]
    registered(place)
    ordered(made(), Asked("csv", place.event_slug, place.session_slug))
    assert not build_due(WORKER, stop=lambda: True)
    assert (the_export().state, the_export().attempts, the_export().leased_by) == (ExportState.QUEUED, 0, None)
    with monkeypatch.context() as broken:
        broken.setattr(make_file.tables, "write_csv", lambda *_a, **_k: 1 / 0)
        build_due(WORKER)
    assert the_export().state is ExportState.QUEUED and not build_due(WORKER), "not at once"
    with clock.stopped_at(clock.now() + build_exports.PAUSE + timedelta(seconds=1)):
        assert build_due(WORKER)
    assert the_export().state is ExportState.READY and not list(folder().glob(".*.part"))


def test_progress_is_told_while_it_is_made_and_throwing_it_away_ends_it(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = an_event(roles={"village": 6})[BALI, "village"]
    for _number in range(6):
        registered(place)
    owner = made()
    account_id, by = owner.id, acting(owner)
    key = ordered(owner, Asked("csv", place.event_slug, place.session_slug))
    monkeypatch.setattr(make_file, "ROWS_BETWEEN", 2)
    monkeypatch.setattr(build_exports, "SECONDS_BETWEEN_WORDS", 0.0)
    told = []
    said = build_exports.say_progress

    def listening(export_id: int, worker: str, done: int) -> None:
        told.append(done)
        if done == 4:
            discard_export(key, account_id=account_id, by=by)
        said(export_id, worker, done)

    monkeypatch.setattr(build_exports, "say_progress", listening)
    build_due(WORKER)
    assert told == [0, 2, 4] and the_export().state is ExportState.EXPIRED
    assert not mails("export_ready") and list(folder().iterdir()) == []


def test_the_same_order_twice_is_one_and_too_many_are_refused(app: Flask) -> None:
    place = an_event()[BALI, "village"]
    owner = made()
    first = ordered(owner, Asked("csv", place.event_slug))
    assert ordered(owner, Asked("csv", place.event_slug)) == first
    for number in range(MOST_UNFINISHED - 1):
        ordered(owner, Asked("csv", place.event_slug, search=Search(words=str(number))))
    with pytest.raises(Refusal, match=r"export\.too_many"):
        ordered(owner, Asked("xlsx", place.event_slug))


def test_after_a_week_the_file_is_erased_and_a_month_later_the_order(app: Flask) -> None:
    place = an_event()[BALI, "village"]
    owner = made()
    key = ordered(owner, Asked("csv", place.event_slug))
    build_due(WORKER)
    stray = folder() / "nobody-ordered-this.ready"
    stray.write_text("lost")
    assert forget_exports() == 1 and not stray.exists() and file_of(key).exists()
    with clock.stopped_at(clock.now() + LIFE + timedelta(seconds=1)):
        with pytest.raises(Gone):
            fetched(owner, key)
        assert forget_exports() == 1
        row = the_export()
        assert (row.state, row.asked) == (ExportState.EXPIRED, None) and not file_of(key).exists()
    with clock.stopped_at(clock.now() + LIFE + timedelta(days=31)):
        forget_exports()
        assert db.session.scalars(select(Export)).all() == []


def test_a_large_export_from_the_roster_goes_to_the_page_of_my_exports(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(order_export, "ROWS_AT_ONCE", 1)
    place = an_event(roles={"village": 3})[BALI, "village"]
    for _number in range(2):
        registered(place)
    sign_in(client, made())
    address = f"/en/office/events/{place.event_slug}/sessions/{place.session_slug}/exports"
    sent = post(client, address, what="xlsx")
    assert (sent.status_code, sent.location) == (303, "/en/office/exports")
    page = client.get(sent.location).text
    assert "Waiting for its turn" in page and 'http-equiv="refresh"' in page
    app = current_app._get_current_object()  # type: ignore[attr-defined]
    assert Worker(app, tasks=[task for task in Worker(app).tasks if "exports" in task.name]).once()
    db.session.rollback()
    page = client.get(sent.location).text
    assert "Ready" in shown(page) and 'http-equiv="refresh"' not in page
    key = the_export().key
    answer = post(client, f"/en/office/exports/{key}")
    assert answer.status_code == 200 and len(list(load_workbook(io.BytesIO(answer.data)).active.values)) == 3  # type: ignore[union-attr]
    assert answer.headers["Cache-Control"] == "no-store"
    answer.close()
    assert client.get(f"/en/office/exports/{key}").status_code == 405, (
        "only a form fetches it: each time is written down"
    )
    stranger = client.application.test_client()
    sign_in(stranger, sari())
    assert post(stranger, f"/en/office/exports/{key}").status_code == 404
    assert "There is no export yet" in stranger.get("/en/office/exports").text
    assert post(client, f"/en/office/exports/{key}/delete").status_code == 303 and not file_of(key).exists()
    assert post(client, f"/en/office/exports/{key}").status_code == 410


def test_a_worker_killed_in_the_middle_of_a_file_loses_nothing(app: Flask, tmp_path: Path) -> None:
    """kill -9 while the file is being written: the next worker makes it whole, and no half of it is ever handed out."""
    place = an_event(roles={"village": 3})[BALI, "village"]
    registered(place)
    owner = made()
    key = ordered(owner, Asked("csv", place.event_slug, place.session_slug))
    url = app.config["SQLALCHEMY_DATABASE_URI"]
    slow = (
        "import sys, time\n"
        "from tests.conftest import settings_for\n"
        "from tpbis_events import create_app\n"
        "from tpbis_events.reports import build_exports, tables\n"
        "from pathlib import Path\n"
        "def hang(file, *rest, **more):\n"
        "    file.write(b'half'); file.flush(); print('writing', flush=True); time.sleep(60)\n"
        "tables.write_csv = hang\n"
        "with create_app(settings_for(sys.argv[1], Path(sys.argv[2]))).app_context():\n"
        "    build_exports.build_due('who is killed')\n"
    )
    worker = subprocess.Popen(
        [sys.executable, "-c", slow, url, str(app.config["INSTANCE"])],
        stdout=subprocess.PIPE,
        cwd=Path(__file__).parents[2],
        env={**os.environ, "PYTHONPATH": "."},
    )
    assert worker.stdout and worker.stdout.readline() == b"writing\n"
    os.kill(worker.pid, signal.SIGKILL)
    worker.wait(10)
    worker.stdout.close()
    assert the_export().state is ExportState.RUNNING and not file_of(key).exists()
    assert not build_due(WORKER), "its lease lasts on"
    with clock.stopped_at(clock.now() + build_exports.LEASE):
        assert build_due(WORKER)
    assert fetched(owner, key).startswith(b"\xef\xbb\xbf") and b"half" not in fetched(owner, key)
    with clock.stopped_at(clock.now() + timedelta(hours=7)):
        forget_exports()
    assert [file.name for file in folder().iterdir()] == [file_of(key).name], "and its leavings are swept away"

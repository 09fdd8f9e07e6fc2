"""Several processes, and processes that die: nothing is lost and nobody is written to twice."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select, update

import config
from tests.builders import an_event, registered
from tests.outbox.conftest import _app
from tests.outbox.post_office import PostOffice, a_port_where_nobody_listens
from tpbis_events.foundation import clock
from tpbis_events.foundation.database import db
from tpbis_events.foundation.transaction import transaction
from tpbis_events.outbox.model import Mail, MailState, Pulse

SECRET = "a secret that only tests know, long enough"

# Registers somebody and dies at once, as by a power cut: no worker has ever run in this process.
REGISTER_AND_DIE = """
import os, signal
from tests.builders import an_event, registered
from wsgi import app
with app.app_context():
    registered(an_event()["51", "stakeholder"])
    os.kill(os.getpid(), signal.SIGKILL)
"""


def environment(url: str, instance: Path, post_office: PostOffice | None = None) -> dict[str, str]:
    mail = {"TPBIS_MAIL_SERVER": "127.0.0.1", "TPBIS_MAIL_PORT": str(post_office.port)} if post_office else {}
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("TPBIS_", "FLASK_"))}
    return {
        **kept,
        **mail,
        "TPBIS_INSTANCE": str(instance),
        "TPBIS_DATABASE_URL": url,
        "TPBIS_SECRET_KEY": SECRET,
        "PYTHONPATH": str(config.ROOT),
        "PYTHONDONTWRITEBYTECODE": "1",
    }


def flask(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "flask", "--app", "wsgi", *arguments]


def until(what: Callable[[], bool], seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < end, "it took too long"
        time.sleep(0.05)


@pytest.fixture
def app(each_url: str, tmp_path: Path) -> Iterator[Flask]:
    yield from _app(each_url, tmp_path, {})


@contextmanager
def started(*arguments: str, env: dict[str, str], log: Path) -> Iterator[subprocess.Popen[bytes]]:
    with log.open("wb") as file:
        process = subprocess.Popen(flask(*arguments), env=env, cwd=config.ROOT, stdout=file, stderr=file)
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def test_a_registration_whose_process_is_killed_at_once_is_still_confirmed_by_a_worker_that_comes_later(
    app: Flask, each_url: str, tmp_path: Path, post_office: PostOffice
) -> None:
    env = environment(each_url, tmp_path, post_office)
    died = subprocess.run([sys.executable, "-c", REGISTER_AND_DIE], env=env, cwd=config.ROOT, check=False)
    assert died.returncode == -signal.SIGKILL
    assert [mail.state for mail in db.session.scalars(select(Mail))] == [MailState.DUE]
    db.session.rollback()
    subprocess.run(flask("worker", "--once"), env=env, cwd=config.ROOT, check=True, capture_output=True)
    row = db.session.scalars(select(Mail).execution_options(populate_existing=True)).one()
    assert (row.state, post_office.ids) == (MailState.SENT, [row.message_id])


def test_a_worker_that_is_killed_when_the_server_has_the_mail_leads_to_a_repeat_with_the_same_message_id(
    app: Flask, each_url: str, tmp_path: Path, post_office: PostOffice
) -> None:
    registered(an_event()["51", "stakeholder"])
    env = environment(each_url, tmp_path, post_office)
    with started("worker", env=env, log=tmp_path / "log") as worker:
        post_office.when_taken = worker.kill  # SIGKILL, before it can hear the answer
        assert worker.wait(60) == -signal.SIGKILL
    post_office.when_taken = lambda: None
    row = db.session.scalars(select(Mail)).one()
    assert (row.state, post_office.ids) == (MailState.LEASED, [row.message_id])
    db.session.rollback()
    with transaction():
        db.session.execute(update(Mail).values(leased_until=clock.now()))  # five minutes later
    subprocess.run(flask("mail", "deliver"), env=env, cwd=config.ROOT, check=True, capture_output=True)
    row = db.session.scalars(select(Mail).execution_options(populate_existing=True)).one()
    assert (row.state, post_office.ids) == (MailState.SENT, [row.message_id] * 2)


def test_two_workers_share_the_work_and_send_nothing_twice(
    app: Flask, each_url: str, tmp_path: Path, post_office: PostOffice
) -> None:
    place = an_event(roles={"stakeholder": 60})["51", "stakeholder"]
    for _ in range(50):
        registered(place)
    env = environment(each_url, tmp_path, post_office)
    workers = [
        subprocess.Popen(flask("worker", "--once"), env=env, cwd=config.ROOT, stderr=subprocess.DEVNULL)
        for _ in range(2)
    ]
    assert [worker.wait(120) for worker in workers] == [0, 0]
    assert len(post_office.ids) == len(set(post_office.ids)) == 50
    assert db.session.scalar(select(func.count()).where(Mail.state == MailState.SENT)) == 50


def test_a_worker_says_that_it_lives_sends_what_comes_and_ends_cleanly_when_asked(
    app: Flask, each_url: str, tmp_path: Path, post_office: PostOffice
) -> None:
    place = an_event()["51", "stakeholder"]
    log = tmp_path / "log"
    with started("worker", env=environment(each_url, tmp_path, post_office), log=log) as worker:
        until(lambda: bool(_fresh(select(func.count()).select_from(Pulse))))
        registered(place)
        until(lambda: len(post_office.taken) == 1)
        worker.send_signal(signal.SIGTERM)
        assert worker.wait(20) == 0
    lines = log.read_text()
    assert '"event": "mail.sent"' in lines and '"event": "worker.stopped"' in lines
    assert "@example.id" not in lines and "/my/" not in lines


def _fresh(query: object) -> int:
    db.session.rollback()
    return db.session.scalar(query) or 0  # type: ignore[call-overload, no-any-return]


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_serve_heals_its_worker_and_leaves_nothing_behind(sqlite_url: str, tmp_path: Path) -> None:
    port = a_port_where_nobody_listens()
    (tmp_path / "demo-accounts.json").write_text(
        '[{"role": "national", "email": "sari@example.id", "password": "contoh", "about": "Kantor pusat"}]'
    )
    env, log = environment(sqlite_url, tmp_path), tmp_path / "log"
    with started("serve", "--port", str(port), "--workers", "1", env=env, log=log) as serve:
        until(lambda: "Ctrl-C" in log.read_text(), 90)
        assert f"http://127.0.0.1:{port}/" in log.read_text() and "sari@example.id" in log.read_text()
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz") as answer:
            assert answer.status == 200
        until(lambda: "worker.started" in log.read_text())
        (worker,) = _children(serve.pid, "worker")
        os.kill(worker, signal.SIGKILL)
        until(lambda: log.read_text().count("worker.started") == 2, 90)
        second = subprocess.run(
            flask("serve", "--port", str(port)), env=env, cwd=config.ROOT, capture_output=True, text=True, check=False
        )
        assert second.returncode == 2 and str(port) in second.stderr
        left = _children(serve.pid)
        serve.kill()
        serve.wait()
        until(lambda: not any(_runs(pid) for pid in left), 30)
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", port), timeout=1)


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_serve_ends_well_when_asked_and_badly_when_its_web_server_dies(sqlite_url: str, tmp_path: Path) -> None:
    env = environment(sqlite_url, tmp_path)
    for act, code in ((_interrupt, 0), (_kill_web_server, 1)):
        port, log = a_port_where_nobody_listens(), tmp_path / f"log{code}"
        with started("serve", "--port", str(port), "--workers", "1", env=env, log=log) as serve:
            until(lambda log=log: "Ctrl-C" in log.read_text(), 90)  # type: ignore[misc]
            left = _children(serve.pid)
            act(serve.pid)
            assert serve.wait(30) == code
            until(lambda left=left: not any(_runs(pid) for pid in left), 30)  # type: ignore[misc]


def _interrupt(pid: int) -> None:
    os.kill(pid, signal.SIGINT)


def _kill_web_server(pid: int) -> None:
    (web,) = (child for child in _children(pid, "granian") if _parent(child) == pid)
    os.kill(web, signal.SIGKILL)


def _children(pid: int, word: str = "") -> list[int]:
    """The processes below a process, those whose command line has the word."""
    found, below = [], [pid]
    processes = [int(name) for name in os.listdir("/proc") if name.isdigit()]
    while below:
        parent = below.pop()
        children = [child for child in processes if _parent(child) == parent]
        below += children
        found += [child for child in children if re.search(rf"\b{word}\b", _command(child))]
    return found


def _parent(pid: int) -> int | None:
    try:
        return int(Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[1])
    except OSError:
        return None


def _command(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode()
    except OSError:
        return ""


def _runs(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False

"""A racer: a process of its own that does acts in many threads at once, when it is told to go.

Told by tests/races/crew.py through its pipes, a JSON line each way: a race -> its process, "ready", "go" -> the answers; when
that process died, how. Each race runs in a fork of its own, from which it never comes back: so a race may kill itself, and
what a test breaks or slows down in it (an upset) is broken for this race alone.
"""

from __future__ import annotations

import json
import os
import random
import signal
import sys
import threading
import time
import traceback
import warnings
from collections.abc import Callable, Collection
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import event, text
from sqlalchemy.engine import Connection
from sqlalchemy.exc import OperationalError
from sqlalchemy.sql.selectable import GenerativeSelect

from tests.conftest import settings_for
from tests.races.acts import do
from tests.races.journal import Journal
from tpbis_events import create_app
from tpbis_events.foundation import clock, transaction
from tpbis_events.foundation.database import db
from tpbis_events.foundation.errors import Refusal
from tpbis_events.registrations import life, seats

PATIENCE = 120
RETRY_AFTER = 0.05  # seconds


def main() -> None:
    create_app(
        settings_for("sqlite://", Path(__file__).parent)
    )  # loads what is loaded late; no fork has to do it again
    while line := sys.stdin.readline():
        process = os.fork()
        if not process:
            _race_and_end(json.loads(line))
        _, ended = os.waitpid(process, 0)
        if ended:
            _say({"died": os.waitstatus_to_exitcode(ended)})


def _race_and_end(told: dict[str, Any]) -> None:
    try:
        _say(os.getpid())
        _storm(**told) if "folder" in told else _race(**told)
    except BaseException:
        traceback.print_exc()
        os._exit(1)
    os._exit(0)


def _race(*, url: str, instance: str, acts: list[dict[str, Any]], threads: int, upset: dict[str, Any]) -> None:
    """Each thread does its acts once; what they were answered is said at the end."""
    app = _app(url, instance)
    _upset(app, **upset)
    answers: list[dict[str, Any]] = []
    start = threading.Barrier(threads + 1)
    runners = [
        threading.Thread(target=_run, args=(app, acts[first::threads], start, answers, upset))
        for first in range(threads)
    ]
    for runner in runners:
        runner.start()
    start.wait(PATIENCE)  # every thread has its connection
    _say("ready")
    sys.stdin.readline()
    if moment := upset.get("clock"):
        _set_clock(datetime.fromisoformat(moment))
    start.wait(PATIENCE)
    for runner in runners:
        runner.join()
    with app.app_context():
        db.engine.dispose()
    _say(answers)


def _run(
    app: Flask, acts: list[dict[str, Any]], start: threading.Barrier, answers: list[Any], upset: dict[str, Any]
) -> None:
    with app.app_context():
        db.session.execute(text("SELECT 1"))
    start.wait(PATIENCE)
    start.wait(PATIENCE)
    for act in acts:
        began = time.monotonic()
        if begins := upset.get("begins"):
            Path(begins).touch()
        answer = _answer(app, act)
        answer.pop("gone", None)
        if upset.get("die_after"):
            os.kill(os.getpid(), signal.SIGKILL)
        who = f"{os.getpid()}/{threading.get_ident()}"
        answers.append({"act": act, **answer, "began": began, "ended": time.monotonic(), "who": who})


def _storm(*, url: str, instance: str, folder: str, clients: dict[str, list[dict[str, Any]]]) -> None:
    """Each client is a thread with acts of its own, and asks again until each is answered; goes on where it was killed."""
    app = _app(url, instance)
    runners = [
        threading.Thread(target=_persist, args=(app, acts, Journal(Path(folder), client)))
        for client, acts in clients.items()
    ]
    for runner in runners:
        runner.start()
    for runner in runners:
        runner.join()
    _say("over")
    sys.stdin.readline()  # so that who is to kill it finds it


def _persist(app: Flask, acts: list[dict[str, Any]], journal: Journal) -> None:
    for act in acts:
        number, asked = act["number"], {name: value for name, value in act.items() if name not in ("number", "form")}
        if "form" in act:  # what she does to the registration that she got by an earlier act
            told = (journal.answered(act["form"]) or {})["told"]
            asked["registration_id"] = told["registration_id"]
        while journal.answered(number) is None:
            journal.note({"number": number, "began": time.monotonic()})
            answer = _answer(app, asked)
            if answer.pop("gone", False):
                time.sleep(RETRY_AFTER)
                continue
            journal.note({"number": number, "act": asked, **answer, "ended": time.monotonic()})


def _answer(app: Flask, act: dict[str, Any]) -> dict[str, Any]:
    """`gone`: the server of the database went away, or isn't back yet; whether the act was done isn't known."""
    with app.app_context():
        try:
            return {"told": do(act)}
        except Refusal as no:
            return {"refused": no.code}
        except Exception as wrong:
            gone = isinstance(wrong, OperationalError) and db.engine.dialect.name == "postgresql"
            return {"error": f"{type(wrong).__name__}: {str(wrong)[:300]}", "gone": gone}


def _app(url: str, instance: str) -> Flask:
    app = create_app(settings_for(url, Path(instance)))
    warnings.simplefilter("error")  # as in the tests themselves; libraries may warn only while they are loaded
    return app


def _upset(app: Flask, *, slow: float = 0, unlocked: bool = False, before_commit: str = "", **others: Any) -> None:
    """`slow`: seconds between deciding and writing. `unlocked`: no lock is taken; `disordered`: quotas are locked in an order
    of chance. `before_commit`: die or wait there.

    `die_after` an act, the file that is there when an act `begins`, and the moment at which the `clock` of the process begins
    to run, are the business of the threads.
    """
    with app.app_context():
        engine = db.engine
    if slow:
        life.go = _slowly(life.go, slow)
    if others.get("disordered"):
        seats.lock_quotas = _lock_by_chance
    if unlocked:
        GenerativeSelect.with_for_update = lambda select, **_: select  # type: ignore[method-assign]
        transaction.WRITES = "not a word that the database knows"
        event.listen(engine, "begin", _read_first)
    if before_commit:
        event.listen(engine, "commit", lambda connection: _stop(before_commit))


def _slowly(step: Callable[..., Any], seconds: float) -> Callable[..., Any]:
    def done_slowly(*args: Any, **named: Any) -> Any:
        time.sleep(seconds)
        return step(*args, **named)

    return done_slowly


def _lock_by_chance(quota_ids: Collection[int]) -> dict[int, Any]:
    locked = {}
    for quota_id in random.sample(sorted(quota_ids), len(quota_ids)):
        locked[quota_id] = seats.lock_quota(quota_id)
        time.sleep(0.01)
    return locked


def _set_clock(moment: datetime) -> None:
    began = time.monotonic()
    clock.now = lambda: moment + timedelta(seconds=time.monotonic() - began)


def _read_first(connection: Connection) -> None:
    """A transaction of SQLite that begins by reading holds no lock, and decides on what it saw then."""
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("SELECT count(*) FROM registrations")


def _stop(way: str) -> None:
    """Everything is flushed, nothing is committed: die here, or wait until the file `way` is there."""
    if way == "die":
        os.kill(os.getpid(), signal.SIGKILL)
    Path(f"{way}.reached").touch()
    until = time.monotonic() + PATIENCE
    while not Path(way).exists() and time.monotonic() < until:
        time.sleep(0.005)


def _say(words: Any) -> None:
    print(json.dumps(words), flush=True)


if __name__ == "__main__":
    main()

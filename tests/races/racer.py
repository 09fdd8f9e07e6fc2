"""A racer: a process of its own that does acts in many threads at once, when it is told to go.

Told by tests/races/crew.py through its pipes, a JSON line each way: a race -> its process, "ready", "go" -> the answers; when
that process died, how. Each race runs in a fork of its own, from which it never comes back: so a race may kill itself, and
what a test breaks or slows down in it (an upset) is broken for this race alone.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import threading
import time
import traceback
import warnings
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import event, text
from sqlalchemy.engine import Connection
from sqlalchemy.sql.selectable import GenerativeSelect

from tests.conftest import settings_for
from tpbis_events import create_app
from tpbis_events.foundation import transaction
from tpbis_events.foundation.database import db
from tpbis_events.foundation.errors import Refusal
from tpbis_events.people.actor import COMMAND_LINE
from tpbis_events.registrations import seats
from tpbis_events.registrations.cancel import cancel
from tpbis_events.registrations.change_seats import add_seats, remove_seats
from tpbis_events.registrations.register import register
from tpbis_events.registrations.rules import Applicant

ACTS: dict[str, Callable[..., Any]] = {
    "register": lambda session_id, role_id, applicant, key: register(
        session_id, role_id, Applicant(**applicant), key=key
    ),
    "cancel": lambda registration_id: cancel(registration_id, by=COMMAND_LINE, reason="berhalangan"),
    "add_seats": lambda quota_id, number: add_seats(quota_id, number, reason="ruang lebih besar", by=COMMAND_LINE),
    "remove_seats": lambda quota_id, number: remove_seats(quota_id, number, reason="ruang kecil", by=COMMAND_LINE),
}
PATIENCE = 60


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
        _race(**told)
    except BaseException:
        traceback.print_exc()
        os._exit(1)
    os._exit(0)


def _race(*, url: str, instance: str, acts: list[dict[str, Any]], threads: int, upset: dict[str, Any]) -> None:
    app = create_app(settings_for(url, Path(instance)))
    warnings.simplefilter("error")  # as in the tests themselves; libraries may warn only while they are loaded
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
        with app.app_context():
            answer = _answer(act)
        if upset.get("die_after"):
            os.kill(os.getpid(), signal.SIGKILL)
        answers.append({"act": act, **answer, "began": began, "ended": time.monotonic()})


def _answer(act: dict[str, Any]) -> dict[str, Any]:
    asked = dict(act)
    try:
        return {"told": asdict(ACTS[asked.pop("do")](**asked))}
    except Refusal as no:
        return {"refused": no.code}
    except Exception as wrong:
        return {"error": f"{type(wrong).__name__}: {str(wrong)[:300]}"}


def _upset(app: Flask, *, slow: float = 0, unlocked: bool = False, before_commit: str = "", **_: Any) -> None:
    """`slow`: seconds between finding a seat and taking it. `unlocked`: no lock is taken. `before_commit`: die or wait there.

    `die_after` an act, and the file that is there when an act `begins`, are the business of the threads.
    """
    with app.app_context():
        engine = db.engine
    if slow:
        seats.free_seat = _slowly(seats.free_seat, slow)
    if unlocked:
        GenerativeSelect.with_for_update = lambda select, **_: select  # type: ignore[method-assign]
        transaction.WRITES = "not a word that the database knows"
        event.listen(engine, "begin", _read_first)
    if before_commit:
        event.listen(engine, "commit", lambda connection: _stop(before_commit))


def _slowly(find: Callable[..., Any], seconds: float) -> Callable[..., Any]:
    def found_slowly(*args: Any) -> Any:
        found = find(*args)
        time.sleep(seconds)
        return found

    return found_slowly


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

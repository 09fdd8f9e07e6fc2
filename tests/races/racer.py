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
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import event, text
from sqlalchemy.engine import Connection, ExceptionContext
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
# How an error begins when the server of the database went away or isn't back yet, or when so many write to SQLite that her
# turn didn't come in its 30 seconds. A browser shows an error, and she sends the form again.
ASK_AGAIN = "OperationalError: "
_of_thread = threading.local()


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
            told = (journal.answer(act["form"]) or {}).get("told")
            if not told:
                continue
            asked["registration_id"] = told["registration_id"]
        while journal.answer(number) is None:
            began = time.monotonic()
            journal.note({"number": number, "began": began})
            answer = _answer(app, asked)
            if answer.get("error", "").startswith(ASK_AGAIN) and began - journal.began(number) < PATIENCE:
                time.sleep(RETRY_AFTER)
                continue
            journal.note({"number": number, "act": asked, **answer, "ended": time.monotonic()})


def _answer(app: Flask, act: dict[str, Any]) -> dict[str, Any]:
    _of_thread.deadlocks, asked = 0, dict(act)
    _of_thread.moment = asked.pop("at", None)
    answer: dict[str, Any]
    with app.app_context():
        try:
            answer = {"told": do(asked)}
        except Refusal as no:
            answer = {"refused": no.code}
        except Exception as wrong:
            answer = {"error": f"{type(wrong).__name__}: {str(wrong)[:300]}"}
    return {**answer, "deadlocks": _of_thread.deadlocks}


def _app(url: str, instance: str) -> Flask:
    app = create_app(settings_for(url, Path(instance)))
    warnings.simplefilter("error")  # as in the tests themselves; libraries may warn only while they are loaded
    with app.app_context():
        event.listen(db.engine, "handle_error", _note_deadlock)
    clock.now = _now
    return app


def _now() -> datetime:
    """An act that says `at` which moment it is done has a clock of its own, as if it came by another machine."""
    moment = getattr(_of_thread, "moment", None)
    return datetime.fromisoformat(moment) if moment else datetime.now(UTC)


def _note_deadlock(context: ExceptionContext) -> None:
    """Commands that stood in each other's way are tried again, so nobody would hear of it."""
    if getattr(context.original_exception, "sqlstate", "") in ("40P01", "40001"):
        _of_thread.deadlocks += 1


def _upset(app: Flask, *, slow: float = 0, unlocked: bool = False, before_commit: str = "", **others: Any) -> None:
    """`slow`: seconds between deciding and writing. `unlocked`: no lock is taken; `disordered`: quotas are locked in an order
    of chance. `before_commit`: die or wait there.

    `die_after` an act, and the file that is there when an act `begins`, are the business of the threads.
    """
    with app.app_context():
        engine = db.engine
    if slow:
        life.go = _slowly(life.go, slow)
    if others.get("disordered"):
        seats.lock_quotas = _lock_by_chance  # type: ignore[assignment]
    if unlocked:
        GenerativeSelect.with_for_update = lambda select, **_: select  # type: ignore[method-assign]
        for name in ("_LOCK_ONE", "_LOCK_ONE_OF", "_LOCK_SEVERAL"):  # written once, when the module was imported
            setattr(seats, name, _without_lock(getattr(seats, name)))
        transaction.WRITES = "not a word that the database knows"  # type: ignore[attr-defined]
        event.listen(engine, "begin", _read_first)
    if before_commit:
        event.listen(engine, "commit", lambda connection: _stop(before_commit))


def _without_lock(statement: Any) -> Any:
    free = statement._generate()
    assert free._for_update_arg is not None, "the statement locks"
    free._for_update_arg = None
    return free


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

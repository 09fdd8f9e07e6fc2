"""`flask worker`: the work in the background, from one timetable of plain functions.

Each is safe to run twice and from several processes at once, so any number of workers may run. A worker says every few
seconds that it lives; when its work hasn't moved for longer than the slowest sending takes, it falls silent and /readyz
tells.
"""

from __future__ import annotations

import os
import secrets
import signal
import socket
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta

import click
from flask import Flask, current_app
from flask.cli import with_appcontext

from tpbis_events.attendance.forget_papers import forget_papers
from tpbis_events.audit.check import check_some
from tpbis_events.audit.seal import seal_due
from tpbis_events.certificates.erase_corrections import erase_corrections
from tpbis_events.certificates.forget_files import forget_files
from tpbis_events.certificates.run_batches import run_batches
from tpbis_events.certificates.sign_waiting import Unsignable, sign_waiting
from tpbis_events.cli.signing import log_key
from tpbis_events.foundation import logs
from tpbis_events.messages.call_instead import call_instead
from tpbis_events.messages.forget_messages import forget_messages
from tpbis_events.messages.remind import remind_of_sessions
from tpbis_events.messages.run_messages import run_messages
from tpbis_events.outbox.beat import beat
from tpbis_events.outbox.deliver import deliver_due
from tpbis_events.outbox.mark_address import forget_addresses
from tpbis_events.outbox.read_mailbox import Unreadable, read_mailbox
from tpbis_events.outbox.settle import spread
from tpbis_events.questionnaires.erase_answers import erase_answers
from tpbis_events.registrations.ask_link import forget_asking
from tpbis_events.registrations.erase import erase_expired
from tpbis_events.registrations.lapse_offers import lapse_offers, remind_of_offers
from tpbis_events.reports.build_exports import build_due
from tpbis_events.reports.forget_exports import forget_exports

SECONDS_BETWEEN_BEATS = 10.0
SECONDS_BETWEEN_LOOKS = 1.0
SECONDS_BETWEEN_SEALS = 5.0
SECONDS_BETWEEN_OFFERS = 15.0
SECONDS_BETWEEN_EXPORTS = 2.0
SECONDS_BETWEEN_BATCHES = 2.0
SECONDS_BETWEEN_SIGNATURES = 5.0
SECONDS_BETWEEN_MESSAGES = 2.0
SECONDS_BETWEEN_REMINDERS = 30.0
SECONDS_BETWEEN_BOUNCES = 60.0
SECONDS_BETWEEN_ERASURES = 3600.0
SECONDS_UNTIL_STUCK = 300.0
SECONDS_TO_END = 10.0  # for a file that is being written: it is put back, and the next worker begins it anew
FIRST_PAUSE = timedelta(seconds=2)
LONGEST_PAUSE = timedelta(minutes=5)
# Set by `flask serve` for its worker: where processes aren't ended with their parent by the system, the worker looks itself.
PARENT = "TPBIS_PARENT"


@dataclass
class Task:
    """One line of the timetable. `run` does a piece of the work; True: look again at once, there may be more.

    What takes minutes is done `aside`, in a thread of its own, so that the mail doesn't wait for it.
    """

    name: str
    run: Callable[[str, Callable[[], bool]], bool]
    every: float
    aside: bool = False
    next_at: float = 0.0
    faults: int = 0


class Trouble(RuntimeError):
    """A task can't go on for a reason outside (the mail server is away): try again after a pause that grows."""


def deliver_mail(worker: str, stop: Callable[[], bool]) -> bool:
    """Send one batch of what is due; whether there may be more. Troubled when the mail server can't be reached."""
    delivered = deliver_due(worker, stop=stop)
    if delivered.unreachable:
        raise Trouble
    return delivered.anything


def erase_persons(_worker: str, _stop: Callable[[], bool]) -> bool:
    """Erase some of the persons whose time is over; whether there may be more."""
    return erase_expired() > 0


def erase_what_they_wrote(_worker: str, _stop: Callable[[], bool]) -> bool:
    """Erase answers and commitments of sessions whose time is over; whether there may be more."""
    return erase_answers() > 0


def erase_what_they_asked(_worker: str, _stop: Callable[[], bool]) -> bool:
    """Erase requests for corrections of sessions whose time is over; whether there may be more."""
    return erase_corrections() > 0


def erase_left_over_files(_worker: str, _stop: Callable[[], bool]) -> bool:
    """Erase files of certificates that no version knows. Says so when there are too many for an accident."""
    if forget_files().too_many:
        logs.event("certificates.too_many_unknown_files")
    return False


def erase_papers(_worker: str, _stop: Callable[[], bool]) -> bool:
    """Forget drawn signatures and photographs of sheets whose time is over; whether there may be more."""
    return forget_papers() > 0


def end_offers(_worker: str, _stop: Callable[[], bool]) -> bool:
    """Let offers lapse whose time is over; whether there may be more."""
    return lapse_offers() > 0


def remind(_worker: str, _stop: Callable[[], bool]) -> bool:
    """Remind of offers that end soon; whether there may be more."""
    return remind_of_offers() > 0


def forget_who_asked(_worker: str, _stop: Callable[[], bool]) -> bool:
    """Delete who asked for a link and what was answered, when its time is over."""
    forget_asking()
    return False


def seal_audit_log(_worker: str, _stop: Callable[[], bool]) -> bool:
    """Seal some of what was committed to the audit log; whether there may be more."""
    return seal_due() > 0


def check_audit_log(_worker: str, _stop: Callable[[], bool]) -> bool:
    """Check a piece of the audit log's chain, if that is due; whether there is more of it."""
    return check_some()


def build_exports(worker: str, stop: Callable[[], bool]) -> bool:
    """Make one export that was ordered; whether there may be more."""
    return build_due(worker, stop=stop)


def issue_certificates(_worker: str, stop: Callable[[], bool]) -> bool:
    """Some of the certificates that were ordered; whether there are more."""
    return run_batches(stop=stop)


def erase_exports(_worker: str, _stop: Callable[[], bool]) -> bool:
    """Erase the files of exports whose time is over."""
    forget_exports()
    return False


def send_messages(_worker: str, stop: Callable[[], bool]) -> bool:
    """A piece of every message of the office that is due; whether there may be more."""
    return run_messages(stop=stop)


def remind_people(_worker: str, stop: Callable[[], bool]) -> bool:
    """Some of those whose session is near; whether there may be more."""
    return remind_of_sessions(stop=stop)


def note_who_must_be_called(_worker: str, _stop: Callable[[], bool]) -> bool:
    """Whose mail failed is put on the list of calls; whether there may be more."""
    return call_instead() > 0


def forget_old_messages(_worker: str, _stop: Callable[[], bool]) -> bool:
    """Forget whom messages were for, and old messages."""
    forget_messages()
    return False


def read_bounces(_worker: str, _stop: Callable[[], bool]) -> bool:
    """Read what came back by mail; whether there may be more. Troubled when the mailbox can't be read."""
    try:
        return read_mailbox().more
    except Unreadable as fault:
        logs.event("mail.mailbox_unreadable", said=str(fault))
        raise Trouble from fault


def forget_marks(_worker: str, _stop: Callable[[], bool]) -> bool:
    """Delete what is known of addresses that no mail is left of."""
    forget_addresses()
    return False


def sign_certificates(_worker: str, stop: Callable[[], bool]) -> bool:
    """Some of the certificates that wait for the own key; whether there may be more. Troubled when the key can't sign now."""
    try:
        return sign_waiting(stop)
    except Unsignable as fault:
        raise Trouble from fault


def timetable() -> list[Task]:
    """All the work in the background, and how often to look for it, in seconds."""
    return [
        Task("deliver mail", deliver_mail, every=SECONDS_BETWEEN_LOOKS),
        Task("read what came back", read_bounces, every=SECONDS_BETWEEN_BOUNCES, aside=True),
        Task("forget addresses", forget_marks, every=SECONDS_BETWEEN_ERASURES),
        Task("seal the audit log", seal_audit_log, every=SECONDS_BETWEEN_SEALS),
        Task("let offers lapse", end_offers, every=SECONDS_BETWEEN_OFFERS),
        Task("remind of offers", remind, every=SECONDS_BETWEEN_OFFERS),
        Task("erase persons", erase_persons, every=SECONDS_BETWEEN_ERASURES),
        Task("forget papers", erase_papers, every=SECONDS_BETWEEN_ERASURES),
        Task("erase corrections", erase_what_they_asked, every=SECONDS_BETWEEN_ERASURES),
        Task("erase left-over files of certificates", erase_left_over_files, every=SECONDS_BETWEEN_ERASURES),
        Task("erase answers", erase_what_they_wrote, every=SECONDS_BETWEEN_ERASURES),
        Task("forget who asked for links", forget_who_asked, every=SECONDS_BETWEEN_ERASURES),
        Task("send messages", send_messages, every=SECONDS_BETWEEN_MESSAGES),
        Task("remind of sessions", remind_people, every=SECONDS_BETWEEN_REMINDERS),
        Task("note who must be called", note_who_must_be_called, every=SECONDS_BETWEEN_OFFERS),
        Task("forget messages", forget_old_messages, every=SECONDS_BETWEEN_ERASURES),
        Task("build exports", build_exports, every=SECONDS_BETWEEN_EXPORTS, aside=True),
        Task("issue certificates", issue_certificates, every=SECONDS_BETWEEN_BATCHES, aside=True),
        Task("sign certificates", sign_certificates, every=SECONDS_BETWEEN_SIGNATURES, aside=True),
        Task("erase exports", erase_exports, every=SECONDS_BETWEEN_ERASURES),
        Task("check the audit log", check_audit_log, every=SECONDS_BETWEEN_ERASURES),
    ]


@dataclass
class Worker:
    """A loop over the timetable, until it is told to stop."""

    app: Flask
    name: str = field(default_factory=lambda: f"{socket.gethostname()[:40]}:{os.getpid()}:{secrets.token_hex(3)}")
    tasks: list[Task] = field(default_factory=timetable)
    stopping: threading.Event = field(default_factory=threading.Event)
    moved_at: float = field(default_factory=time.monotonic)

    def run(self) -> None:
        """Until `stopping` is set. What goes wrong is logged and tried again; nothing ends the loop but that."""
        logs.event("worker.started", worker=self.name)
        with self.app.app_context():
            log_key()
        heart = threading.Thread(target=self._beat, name="heart", daemon=True)
        heart.start()
        aside = threading.Thread(target=self._aside, name="aside", daemon=True)
        aside.start()
        while not self.stopping.is_set():
            if _orphaned():
                logs.event("worker.orphaned", worker=self.name)
                break
            busy = self._round(aside=False)
            self.moved_at = time.monotonic()
            if not busy:
                self.stopping.wait(SECONDS_BETWEEN_LOOKS)
        self.stopping.set()
        heart.join(timeout=2)
        aside.join(timeout=SECONDS_TO_END)
        logs.event("worker.stopped", worker=self.name)

    def _aside(self) -> None:
        while not self.stopping.is_set():
            if not self._round(aside=True):
                self.stopping.wait(SECONDS_BETWEEN_LOOKS)

    def _round(self, *, aside: bool) -> bool:
        """A step of every task that is due; whether one of them may have more to do."""
        now = time.monotonic()
        busy = [self.step(task) for task in self.tasks if task.aside is aside and task.next_at <= now]
        return any(busy)

    def once(self) -> bool:
        """Every task until it has nothing more to do now; whether all went well."""
        well = True
        for task in self.tasks:
            while self.step(task) and not self.stopping.is_set():
                pass
            well = well and not task.faults
        return well

    def step(self, task: Task) -> bool:
        """One piece of one task, with a database session of its own."""
        try:
            with self.app.app_context():
                again = task.run(self.name, self.stopping.is_set)
        except Exception as fault:
            task.faults += 1
            pause = spread(min(FIRST_PAUSE * (1 << min(task.faults - 1, 16)), LONGEST_PAUSE))
            task.next_at = time.monotonic() + pause.total_seconds()
            if not isinstance(fault, Trouble):
                logs.trouble("worker.task_failed", error=fault, task=task.name, worker=self.name)
            return False
        task.faults = 0
        task.next_at = time.monotonic() + (0 if again else task.every)
        return again

    def _beat(self) -> None:
        while not self.stopping.is_set():
            if time.monotonic() - self.moved_at < SECONDS_UNTIL_STUCK:
                try:
                    with self.app.app_context():
                        beat(self.name)
                except Exception as fault:
                    logs.trouble("worker.no_pulse", error=fault, worker=self.name)
            self.stopping.wait(SECONDS_BETWEEN_BEATS)


def _orphaned() -> bool:
    parent = os.environ.get(PARENT)
    return parent is not None and os.getppid() != int(parent)


@click.command("worker")
@click.option("--once", is_flag=True, help="Do what is due now, then end.")
@with_appcontext
def group(once: bool) -> None:
    """Do the work in the background: send the mail that is owed."""
    worker = Worker(current_app._get_current_object())  # type: ignore[attr-defined]
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: worker.stopping.set())
    if not once:
        worker.run()
    elif not worker.once():
        raise SystemExit(1)

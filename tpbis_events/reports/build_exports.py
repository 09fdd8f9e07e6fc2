"""Make the exports that were ordered: lease one, write its file, put it in its place, tell its owner.

Safe to run twice and from several processes at once. A process that dies leaves a lease that ends; then another begins the
file anew, since a half-written one is never put in its place.
"""

from __future__ import annotations

import os
import secrets
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from flask import current_app
from sqlalchemy import ColumnElement, and_, or_, select

from tpbis_events.foundation import clock, logs
from tpbis_events.foundation.database import db
from tpbis_events.foundation.errors import Refusal
from tpbis_events.foundation.transaction import command
from tpbis_events.outbox.put import put
from tpbis_events.people.actor import Actor, actor_of
from tpbis_events.people.model import Account
from tpbis_events.reports import make_file
from tpbis_events.reports.asked import Asked, read
from tpbis_events.reports.model import Export, ExportState
from tpbis_events.reports.order_export import LIFE

LEASE = timedelta(minutes=2)
PAUSE = timedelta(minutes=1)  # before the next attempt at one that failed by a fault of ours
MOST_ATTEMPTS = 3
SECONDS_BETWEEN_WORDS = 1.0


class LeaseLost(RuntimeError):
    """Somebody else is at it, or its owner doesn't want it any longer."""


class Stopped(RuntimeError):
    """The worker was told to end in the middle of a file."""


@dataclass(frozen=True, slots=True)
class Leased:
    id: int
    key: str
    account_id: int
    asked: Asked


@dataclass(frozen=True, slots=True)
class Holds:
    """What a file holds, as its row keeps it: where its rows come from, and the rights that its columns need there."""

    file_name: str
    provinces: list[str | None]
    needs: list[list[str | None]]


def build_due(worker: str, *, stop: Callable[[], bool] = lambda: False) -> bool:
    """Make one export that is due; whether there was one."""
    if not db.session.scalar(select(Export.id).where(_is_due(clock.now())).limit(1)):
        db.session.rollback()
        return False
    leased = lease(worker)
    if leased is None:
        return False
    with suppress(LeaseLost):
        _attempt(leased, worker, stop)
    return not stop()


def _attempt(leased: Leased, worker: str, stop: Callable[[], bool]) -> None:
    part = folder() / f".{leased.key}.{secrets.token_hex(4)}.part"
    try:
        _build(leased, part, worker, stop)
    except LeaseLost:
        raise
    except Stopped:
        put_back(leased.id, worker)
    except Refusal as no:
        fail(leased.id, worker, no.code)
    except Exception as fault:
        logs.trouble("export.failed", error=fault, id=leased.id)
        db.session.rollback()
        put_off(leased.id, worker)
    finally:
        part.unlink(missing_ok=True)


def folder() -> Path:
    """Where the files stand; nobody else's eyes."""
    place = Path(current_app.config["INSTANCE"]) / "exports"
    place.mkdir(mode=0o700, parents=True, exist_ok=True)
    return place


def file_of(key: str) -> Path:
    """Where the file of an export stands when it is ready; its name can't be guessed."""
    return folder() / f"{key}.ready"


def _build(leased: Leased, part: Path, worker: str, stop: Callable[[], bool]) -> None:
    by = _owner(leased.account_id)
    plan = make_file.plan(leased.asked, by=by)
    holds = Holds(plan.file_name, plan.provinces, plan.needs(by))
    said_at = time.monotonic()

    def progress(done: int) -> None:
        nonlocal said_at
        if stop():
            raise Stopped
        if time.monotonic() - said_at >= SECONDS_BETWEEN_WORDS:
            say_progress(leased.id, worker, done)
            said_at = time.monotonic()

    with open(part, "xb", opener=_for_us_alone) as file:
        number = make_file.write(file, leased.asked, plan, by=by, progress=progress)
        file.flush()
        os.fsync(file.fileno())
    os.replace(part, file_of(leased.key))
    finish(leased.id, worker, number, holds)


def _for_us_alone(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def _owner(account_id: int) -> Actor:
    """With the rights that she has now, not those that she had when she ordered it."""
    account = db.session.get(Account, account_id)
    if account is None or not account.active:
        raise Refusal("export.owner_gone")
    return actor_of(account)


@command
def lease(worker: str) -> Leased | None:
    """Take the export that is due longest, for LEASE; two workers never hold the same one at a time."""
    now = clock.now()
    row = db.session.scalars(
        select(Export).where(_is_due(now)).order_by(Export.id).limit(1).with_for_update(skip_locked=True)
    ).first()
    if row is None:
        return None
    if row.attempts >= MOST_ATTEMPTS or row.asked is None:
        _end(row, "export.gave_up", now)
        return None
    row.state, row.leased_by, row.leased_until = ExportState.RUNNING, worker, now + LEASE
    row.attempts += 1
    row.done = 0
    return Leased(row.id, row.key, row.account_id, read(row.asked))


@command
def say_progress(export_id: int, worker: str, done: int) -> None:
    """How far it is; the lease lasts on."""
    row = _held(export_id, worker)
    row.done = done
    row.leased_until = clock.now() + LEASE


@command
def finish(export_id: int, worker: str, number: int, holds: Holds) -> None:
    """The file is in its place: its owner may fetch it for LIFE, and is told by mail."""
    row, now = _held(export_id, worker), clock.now()
    row.state, row.finished_at, row.expires_at = ExportState.READY, now, now + LIFE
    row.leased_by = row.leased_until = None
    row.done = row.total = number
    row.size = file_of(row.key).stat().st_size
    row.file_name, row.provinces, row.needs = holds.file_name, holds.provinces, holds.needs
    account = db.session.get_one(Account, row.account_id)
    put(
        "export_ready",
        subject=f"export:{row.id}",
        to=account.email,
        language=account.language,
        facts={"export_file": holds.file_name, "full_name": account.name, "expires_at": row.expires_at.isoformat()},
        at=now,
    )


@command
def fail(export_id: int, worker: str, code: str) -> None:
    """Never: it may not be made, or can't."""
    _end(_held(export_id, worker), code, clock.now())


@command
def put_off(export_id: int, worker: str) -> None:
    """Something of ours went wrong: once more after a pause, unless it did so too often."""
    row, now = _held(export_id, worker), clock.now()
    if row.attempts >= MOST_ATTEMPTS:
        _end(row, "export.gave_up", now)
    else:
        row.state, row.leased_by, row.leased_until = ExportState.QUEUED, None, now + PAUSE


@command
def put_back(export_id: int, worker: str) -> None:
    """The worker ends: the next one begins at once, and it counts as no attempt."""
    row = _held(export_id, worker)
    row.state, row.leased_by, row.leased_until = ExportState.QUEUED, None, None
    row.attempts -= 1


def _end(row: Export, code: str, now: datetime) -> None:
    row.state, row.fault, row.finished_at, row.asked = ExportState.FAILED, code, now, None
    row.leased_by = row.leased_until = None


def _held(export_id: int, worker: str) -> Export:
    row = db.session.scalars(select(Export).where(Export.id == export_id).with_for_update()).first()
    if row is None or row.state is not ExportState.RUNNING or row.leased_by != worker:
        raise LeaseLost
    return row


def _is_due(now: datetime) -> ColumnElement[bool]:
    """Waiting and not put off, or left behind by a worker that died."""
    return or_(
        and_(Export.state == ExportState.QUEUED, or_(Export.leased_until.is_(None), Export.leased_until <= now)),
        and_(Export.state == ExportState.RUNNING, Export.leased_until <= now),
    )

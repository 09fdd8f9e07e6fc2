"""Sign what waits for the institution's own key: batches, and what couldn't be signed at once. The worker's piece of it.

One process of all signs at a time, so that no signature is made in vain: on PostgreSQL an advisory lock says whose turn it is,
else a locked file. Both are let go when a process dies; were they to fail, `keep_signature` still takes the first alone.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta

from sqlalchemy import func, select

from tpbis_events.certificates import kept_files
from tpbis_events.certificates.model import Certificate, Signing, Version
from tpbis_events.certificates.sign_file import sign
from tpbis_events.foundation import clock, logs
from tpbis_events.foundation.database import db
from tpbis_events.foundation.errors import Refusal

AT_ONCE = 20
HEAD_START = timedelta(seconds=20)  # for who pressed the button and waits for the file
SECONDS_LEFT_ASIDE = 300.0  # one that can't be signed, so that it doesn't hold up the others
_TURN = 0x7470_6269_7369  # the number of the advisory lock, ours alone

_aside: dict[int, float] = {}


class Unsignable(RuntimeError):
    """Nothing can be signed now: the key is missing, has ended, or its token is away."""


def sign_waiting(stop: Callable[[], bool] = lambda: False) -> bool:
    """Sign some of those that wait; whether there may be more. One query when none does. Raises `Unsignable`."""
    if not _waiting():
        return False
    with _our_turn() as ours:
        if not ours:
            return False
        waiting = _waiting()
        done, faults = 0, 0
        for version_id in waiting:
            if stop():
                return False
            try:
                sign(version_id)
            except Refusal as no:
                db.session.rollback()
                logs.event("certificates.unsignable", code=no.code, waiting=len(waiting))
                raise Unsignable(no.code) from no
            except Exception as fault:
                db.session.rollback()
                logs.trouble("certificate.not_signed", error=fault, version=version_id)
                _aside[version_id] = time.monotonic() + SECONDS_LEFT_ASIDE
                faults += 1
            else:
                done += 1
    if faults and not done:
        raise Unsignable
    return len(waiting) == AT_ONCE


def _waiting() -> list[int]:
    now = time.monotonic()
    for version_id in [each for each, until in _aside.items() if until <= now]:
        del _aside[version_id]
    wanted = (
        select(Version.id)
        .join(Version.certificate)
        .where(
            Version.signing == Signing.OWN,
            Version.signed_hash.is_(None),
            Version.version == Certificate.version,
            Certificate.revoked_at.is_(None),
            Version.issued_at <= clock.now() - HEAD_START,
        )
        .order_by(Version.id)
        .limit(AT_ONCE)
    )
    if _aside:
        wanted = wanted.where(Version.id.not_in(list(_aside)))
    found = list(db.session.scalars(wanted))
    db.session.rollback()
    return found


@contextmanager
def _our_turn() -> Iterator[bool]:
    if db.engine.dialect.name == "postgresql":
        with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            ours = bool(connection.scalar(select(func.pg_try_advisory_lock(_TURN))))
            try:
                yield ours
            finally:
                if ours:
                    connection.scalar(select(func.pg_advisory_unlock(_TURN)))
        return
    import fcntl

    kept_files.folder().mkdir(mode=0o700, parents=True, exist_ok=True)
    with (kept_files.folder().parent / ".signing").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
            return
        yield True

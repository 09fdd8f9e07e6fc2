"""Rows change only inside a command, and a command is one transaction.

`@command` opens it, commits when the function returns and rolls back when it raises. A flush outside one is refused, so a
forgotten write fails in the first test that meets it.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, ParamSpec, TypeVar

from sqlalchemy import Connection, event
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import ORMExecuteState
from sqlalchemy.orm import Session as OrmSession

from tpbis_events.foundation.database import WRITES, db

P = ParamSpec("P")
R = TypeVar("R")

_WRITING = "writing"
_ATTEMPTS = 4
# What PostgreSQL answers when two transactions stood in each other's way and one of them may simply try again.
_WORTH_REPEATING = frozenset({"40001", "40P01"})


class WriteOutsideCommand(RuntimeError):
    """Somebody tried to change rows without a command."""


class CommandInsideCommand(RuntimeError):
    """Commands call steps, never commands: one act, one transaction."""


class BeginAnew(Exception):
    """A step learned under a lock that it should have taken another one first: the command lets go of all and begins anew."""


def command(act: Callable[P, R]) -> Callable[P, R]:
    """Make a function the one transaction of one act. Its outcome must be frozen facts, not rows."""

    @functools.wraps(act)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        failures = 0
        while True:
            try:
                with transaction():
                    return act(*args, **kwargs)
            except BeginAnew:
                continue  # each time somebody else has got on meanwhile, so this comes to an end
            except DBAPIError as failure:
                failures += 1
                if failures == _ATTEMPTS or getattr(failure.orig, "sqlstate", None) not in _WORTH_REPEATING:
                    raise

    return run


@contextmanager
def transaction() -> Iterator[None]:
    """One writing transaction of the current session. Only `@command` and the account pages open one."""
    begin_writing()
    session = db.session()
    try:
        yield
        session.commit()
    except BaseException:
        session.rollback()
        raise
    finally:
        session.info.pop(_WRITING, None)


def begin_writing() -> None:
    """Leave what was read before, and begin anew as a writer: decisions are made on what the lock shows."""
    session = db.session()
    if session.info.get(_WRITING):
        raise CommandInsideCommand
    if session.new or session.dirty or session.deleted:
        raise WriteOutsideCommand(_names(session))
    session.rollback()
    session.info[_WRITING] = session.connection(execution_options={WRITES: True})


def writing() -> Connection:
    """The connection of the command that runs, for statements about tables; refused outside one, as a flush is.

    Rows that only begin here needn't pass the mapper: of a registration's five it took more time than the database did.
    """
    connection: Connection | None = db.session().info.get(_WRITING)
    if connection is None:
        raise WriteOutsideCommand("a statement")
    return connection


@event.listens_for(OrmSession, "before_flush")
def _refuse_flush(session: OrmSession, _context: Any, _instances: Any) -> None:
    changed = session.new or session.deleted or any(session.is_modified(row) for row in session.dirty)
    if changed and not session.info.get(_WRITING):
        raise WriteOutsideCommand(_names(session))


@event.listens_for(OrmSession, "do_orm_execute")
def _refuse_statement(state: ORMExecuteState) -> None:
    writes = state.is_insert or state.is_update or state.is_delete
    if writes and not state.session.info.get(_WRITING):
        raise WriteOutsideCommand(str(state.statement)[:200])


def _names(session: OrmSession) -> str:
    return ", ".join(sorted({type(row).__name__ for row in [*session.new, *session.dirty, *session.deleted]}))

"""Which mails are meant: by state, cause, the server's code and kind. What is empty doesn't narrow."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import ColumnElement

from tpbis_events.outbox.model import Mail, MailState


@dataclass(frozen=True, slots=True)
class Which:
    """What the desk lists, and what an act on many is about. `code` is the empty text where the answer had none."""

    state: MailState | None = None
    cause: str | None = None
    code: str | None = None
    kind: str | None = None


EVERY = Which()


def conditions(which: Which) -> list[ColumnElement[bool]]:
    """The same for the database."""
    found: list[ColumnElement[bool]] = []
    if which.state is not None:
        found.append(Mail.state == which.state)
    if which.cause is not None:
        found.append(Mail.cause == which.cause if which.cause else Mail.cause.is_(None))
    if which.code is not None:
        found.append(Mail.code == which.code if which.code else Mail.code.is_(None))
    if which.kind:
        found.append(Mail.kind == which.kind)
    return found

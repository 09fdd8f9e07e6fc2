"""What the office sees of the mail: how much is due, sent and failed, one page of it, and whether a worker lives."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select

from tpbis_events.foundation import clock
from tpbis_events.foundation.database import db
from tpbis_events.foundation.errors import NotFound
from tpbis_events.outbox import write
from tpbis_events.outbox.model import Mail, MailState, Pulse

PAGE = 50
SILENCE_OF_A_DEAD_WORKER = timedelta(seconds=60)


@dataclass(frozen=True, slots=True)
class Standing:
    """The outbox at a glance. `leased` mail counts as due; `waits_since` is when the oldest due mail fell due."""

    due: int
    sent: int
    failed: int
    waits_since: datetime | None
    beat_at: datetime | None
    at: datetime

    @property
    def worker_silent(self) -> bool:
        return is_silent(self.beat_at, self.at)


@dataclass(frozen=True, slots=True)
class Trouble:
    """What somebody in the office must know of the mail at once."""

    failed: int
    worker_silent: bool


@dataclass(frozen=True, slots=True)
class Line:
    """A mail in the list."""

    id: int
    kind: str
    reference: str | None  # of the registration it is about
    recipient: str
    language: str
    state: MailState
    owed_at: datetime
    due_at: datetime
    sent_at: datetime | None
    attempts: int
    last_answer: str | None


@dataclass(frozen=True, slots=True)
class Preview:
    """A mail as it would look, without personal link and ticket."""

    line: Line
    words: write.Written
    attached: tuple[str, ...]


def is_due(now: datetime) -> ColumnElement[bool]:
    """Due by its time, or leased by somebody whose lease is over."""
    return or_(
        and_(Mail.state == MailState.DUE, Mail.due_at <= now),
        and_(Mail.state == MailState.LEASED, Mail.leased_until <= now),
    )


def is_silent(beat_at: datetime | None, now: datetime) -> bool:
    return beat_at is None or now - beat_at > SILENCE_OF_A_DEAD_WORKER


def trouble(now: datetime) -> Trouble:
    """How much mail failed, and whether no worker lives. Two queries by indexes, however much was sent."""
    failed = db.session.scalar(select(func.count()).where(Mail.state == MailState.FAILED)) or 0
    return Trouble(failed, is_silent(db.session.scalar(select(func.max(Pulse.beat_at))), now))


def standing() -> Standing:
    now = clock.now()
    counts = dict(db.session.execute(select(Mail.state, func.count()).group_by(Mail.state)).all())
    owing = Mail.state.in_((MailState.DUE, MailState.LEASED))
    return Standing(
        due=counts.get(MailState.DUE, 0) + counts.get(MailState.LEASED, 0),
        sent=counts.get(MailState.SENT, 0),
        failed=counts.get(MailState.FAILED, 0),
        waits_since=db.session.scalar(select(func.min(Mail.due_at)).where(owing, Mail.due_at <= now)),
        beat_at=db.session.scalar(select(func.max(Pulse.beat_at))),
        at=now,
    )


def lines(*, state: MailState | None = None, before: int | None = None) -> tuple[list[Line], int | None]:
    """One page of mails, newest first, and the id to go on before; None on the last page."""
    query = select(Mail).order_by(Mail.id.desc()).limit(PAGE + 1)
    if state is not None:
        query = query.where(Mail.state == state)
    if before is not None:
        query = query.where(Mail.id < before)
    rows = db.session.scalars(query).all()
    return [_line(row) for row in rows[:PAGE]], rows[PAGE - 1].id if len(rows) > PAGE else None


def preview(mail_id: int) -> Preview:
    """Refuses an id that no mail has (404)."""
    mail = db.session.get(Mail, mail_id)
    if mail is None:
        raise NotFound("mail.unknown")
    owed = write.owed(mail)
    return Preview(_line(mail), write.written(owed, masked=True), tuple(write.attached(owed.facts)))


def failed_ids() -> list[int]:
    return list(db.session.scalars(select(Mail.id).where(Mail.state == MailState.FAILED).order_by(Mail.id)))


def _line(mail: Mail) -> Line:
    facts: dict[str, Any] = {name: getattr(mail, name) for name in Line.__dataclass_fields__ if name != "reference"}
    return Line(reference=mail.facts.get("reference"), **facts)

"""What the office sees of the mail: how the queue stands, what failed and why, one page of it, and whether a worker lives."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, func, select

from tpbis_events.foundation import clock, logs
from tpbis_events.foundation.database import db
from tpbis_events.foundation.errors import NotFound
from tpbis_events.outbox import addresses, write
from tpbis_events.outbox.addresses import Refusing
from tpbis_events.outbox.mailbox import masked, masked_in
from tpbis_events.outbox.model import Mail, MailState, Pulse
from tpbis_events.outbox.post_rows import BounceMailbox, MailBounce, MailServer
from tpbis_events.outbox.which import EVERY, Which, conditions

PAGE = 50
SILENCE_OF_A_DEAD_WORKER = timedelta(seconds=60)
OWING = (MailState.DUE, MailState.LEASED)


@dataclass(frozen=True, slots=True)
class Server:
    """The last words of the mail server, or of the mailbox that bounces are read from, and since when it is so."""

    well: bool
    since: datetime | None
    at: datetime | None
    said: str


@dataclass(frozen=True, slots=True)
class Standing:
    """The outbox at a glance. `due` is what is owed by now or later, leased or not; `overdue` what should have left by now;
    `waits_since` is when the oldest of it fell due.
    """

    counts: Mapping[MailState, int]
    overdue: int
    waits_since: datetime | None
    beat_at: datetime | None
    at: datetime
    server: Server | None
    bounces: Server | None
    addresses: int  # that take no mail

    @property
    def due(self) -> int:
        return sum(self.counts.get(state, 0) for state in OWING)

    @property
    def sent(self) -> int:
        return self.counts.get(MailState.SENT, 0)

    @property
    def failed(self) -> int:
        return self.counts.get(MailState.FAILED, 0)

    @property
    def held(self) -> int:
        return self.counts.get(MailState.HELD, 0)

    @property
    def waits_for_server(self) -> int:
        """What can't leave because the mail server is away."""
        return self.overdue if self.server and not self.server.well else 0

    @property
    def worker_silent(self) -> bool:
        return is_silent(self.beat_at, self.at)


@dataclass(frozen=True, slots=True)
class Trouble:
    """What somebody in the office must know of the mail at once. `worker_beat_at` is when a worker was last heard of."""

    failed: int
    held: int
    worker_silent: bool
    worker_beat_at: datetime | None
    server: Server | None  # when it is away


@dataclass(frozen=True, slots=True)
class Line:
    """A mail in a list; `shown` is its recipient and `answer_shown` the last answer, masked."""

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
    cause: str | None
    code: str | None

    @property
    def shown(self) -> str:
        return masked(self.recipient)

    @property
    def answer_shown(self) -> str:
        return masked_in(self.last_answer or "")


@dataclass(frozen=True, slots=True)
class Group:
    """Mails that aren't sent for one cause: how many, since when, and one of the answers as an example."""

    state: MailState
    cause: str
    code: str
    number: int
    oldest: datetime
    said: str


@dataclass(frozen=True, slots=True)
class Preview:
    """A mail as it would look, without personal link and ticket; what came back of it; whether its address takes mail."""

    line: Line
    words: write.Written
    attached: tuple[str, ...]
    bounces: tuple[MailBounce, ...]
    refusing: Refusing | None
    to_this_mailbox: int


def is_silent(beat_at: datetime | None, now: datetime) -> bool:
    return beat_at is None or now - beat_at > SILENCE_OF_A_DEAD_WORKER


def trouble(now: datetime) -> Trouble:
    """What is wrong with the mail. Three queries by indexes, however much was sent."""
    counts = _counts(MailState.FAILED, MailState.HELD)
    beat_at = db.session.scalar(select(func.max(Pulse.beat_at)))
    server = server_words()
    away = server if server and not server.well else None
    failed, held = (counts.get(state, 0) for state in (MailState.FAILED, MailState.HELD))
    return Trouble(failed, held, is_silent(beat_at, now), beat_at, away)


def standing() -> Standing:
    """Six queries, whatever the size; only the sent are many, and they are counted in the index."""
    now = clock.now()
    overdue, since = db.session.execute(
        select(func.count(), func.min(Mail.due_at)).where(Mail.state.in_(OWING), Mail.due_at <= now)
    ).one()
    read = db.session.scalars(select(BounceMailbox).order_by(BounceMailbox.read_at.desc()).limit(1)).first()
    return Standing(
        counts=_counts(*MailState),
        overdue=overdue,
        waits_since=since,
        beat_at=db.session.scalar(select(func.max(Pulse.beat_at))),
        at=now,
        server=server_words(),
        bounces=Server(read.fault is None, None, read.read_at, read.fault or "") if read else None,
        addresses=addresses.number(),
    )


def server_words() -> Server | None:
    """How the mail server stood to us at the last try; None before the first."""
    row = db.session.get(MailServer, 1, populate_existing=True)
    return Server(row.reached, row.since, row.at, row.said) if row else None


def groups() -> list[Group]:
    """What isn't sent, by cause: failed, held, and due again after a temporary answer; the most first. One query."""
    found = db.session.execute(
        select(
            Mail.state,
            func.coalesce(Mail.cause, ""),
            func.coalesce(Mail.code, ""),
            func.count(),
            func.min(Mail.owed_at),
            func.max(Mail.last_answer),
        )
        .where(Mail.state.in_((MailState.FAILED, MailState.HELD, MailState.DUE)), Mail.last_answer.is_not(None))
        .group_by(Mail.state, func.coalesce(Mail.cause, ""), func.coalesce(Mail.code, ""))
    )
    rank = (MailState.FAILED, MailState.HELD, MailState.DUE)
    listed = [Group(*row[:5], said=masked_in(row[5] or "")) for row in found]
    return sorted(listed, key=lambda group: (rank.index(group.state), -group.number))


def lines(which: Which = EVERY, *, before: int | None = None) -> tuple[list[Line], int | None]:
    """One page of mails, newest first, and the id to go on before; None on the last page."""
    return _page(select(Mail).where(*conditions(which)), before)


def to_mailbox(mailbox: str, *, before: int | None = None) -> tuple[list[Line], int | None]:
    """Likewise all mails to one mailbox."""
    return _page(select(Mail).where(Mail.mailbox == mailbox), before)


def preview(mail_id: int) -> Preview:
    """Refuses an id that no mail has (404)."""
    mail = db.session.get(Mail, mail_id)
    if mail is None:
        raise NotFound("mail.unknown")
    words, attached = _looks(mail)
    bounces = select(MailBounce).where(MailBounce.mail_id == mail.id).order_by(MailBounce.id)
    return Preview(
        _line(mail),
        words,
        attached,
        tuple(db.session.scalars(bounces)),
        addresses.refusing([mail.recipient]).get(mail.recipient),
        db.session.scalar(select(func.count()).where(Mail.mailbox == mail.mailbox)) or 0,
    )


def _looks(mail: Mail) -> tuple[write.Written, tuple[str, ...]]:
    """The words of a mail, and what it carries; none where they can't be made: then the page still says so, and why."""
    try:
        owed = write.as_it_stands(mail)
        return write.written(owed, masked=True), tuple(write.attached(owed.facts))
    except Exception as fault:
        logs.trouble("mail.unwritable", error=fault, id=mail.id, kind=mail.kind)
        return write.Written(mail.kind, "", ""), ()


def _counts(*states: MailState) -> dict[MailState, int]:
    wanted = select(Mail.state, func.count()).where(Mail.state.in_(states)).group_by(Mail.state)
    return dict(db.session.execute(wanted).all())


def _page(query: Select[Mail], before: int | None) -> tuple[list[Line], int | None]:
    if before is not None:
        query = query.where(Mail.id < before)
    rows = db.session.scalars(query.order_by(Mail.id.desc()).limit(PAGE + 1)).all()
    return [_line(row) for row in rows[:PAGE]], rows[PAGE - 1].id if len(rows) > PAGE else None


def _line(mail: Mail) -> Line:
    facts: dict[str, Any] = {name: getattr(mail, name) for name in Line.__dataclass_fields__ if name != "reference"}
    return Line(reference=mail.facts.get("reference"), **facts)

"""How fast mail leaves: so many a second in all, and so many a minute to one domain, by all workers of all hosts together.

The pace is a moment per domain in the database: from when on the next mail may leave. Whoever leases mails takes their turns
in the same short transaction and waits for them, if at all, outside of it. A turn that is further away than PATIENCE becomes the
time at which the mail is due, so a domain that is slow stands in nobody's way, and each mail is passed over once. A turn that
was missed, because no worker lived or the server was away, is taken anew. (Decision 20.)
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from flask import current_app
from sqlalchemy import select

from tpbis_events.foundation.database import db, insert_on_conflict
from tpbis_events.outbox.mailbox import domain_of
from tpbis_events.outbox.model import Mail
from tpbis_events.outbox.post_rows import MailPace

ALL = ""
PATIENCE = timedelta(seconds=2)  # so long may a worker wait for a turn; its other work waits with it
MISSED_AFTER = timedelta(seconds=60)


def take_turns(mails: Sequence[Mail], now: datetime) -> dict[int, datetime]:
    """A step of leasing: when each may leave. Those that aren't in the answer have their turn later, and are due then.

    No query while no limit is set, else three for all.
    """
    in_all: float = current_app.config["MAIL_PER_SECOND"]
    domains = {mail.id: domain_of(mail.recipient) for mail in mails}
    limited = {domain: limit for domain in set(domains.values()) if (limit := _per_minute(domain)) > 0}
    names = [*([ALL] if in_all > 0 else []), *limited]
    if not names or not mails:
        return {mail.id: now for mail in mails}
    paces = _hold(names, now)
    turns = {}
    for mail in mails:
        turn = now
        if domains[mail.id] in limited:
            turn = _turn_of(mail, paces[domains[mail.id]], 60 / limited[domains[mail.id]], now)
        if turn > now + PATIENCE:
            mail.due_at = turn
            continue
        turns[mail.id] = turn
    if in_all > 0:
        turns = _in_all(turns, paces[ALL], 1 / in_all, now)
    return turns


def _turn_of(mail: Mail, pace: MailPace, seconds: float, now: datetime) -> datetime:
    """The turn that it has, else the next one of its domain."""
    if mail.paced_at is None or now - mail.paced_at > MISSED_AFTER:
        mail.paced_at = max(now, pace.free_at)
        pace.free_at = mail.paced_at + timedelta(seconds=seconds)
    return max(now, mail.paced_at)


def _in_all(turns: dict[int, datetime], pace: MailPace, seconds: float, now: datetime) -> dict[int, datetime]:
    """Those that leave within the time that a worker waits; the others stay due as they are."""
    kept = {}
    for mail_id, turn in sorted(turns.items(), key=lambda each: each[1]):
        free_at = max(now, pace.free_at)
        if free_at > now + PATIENCE:
            break
        kept[mail_id] = max(turn, free_at)
        pace.free_at = free_at + timedelta(seconds=seconds)
    return kept


def _hold(names: Sequence[str], now: datetime) -> dict[str, MailPace]:
    there = [{"domain": name, "free_at": now} for name in sorted(names)]
    db.session.execute(insert_on_conflict(MailPace).values(there).on_conflict_do_nothing())
    held = select(MailPace).where(MailPace.domain.in_(names)).order_by(MailPace.domain).with_for_update()
    return {row.domain: row for row in db.session.scalars(held.execution_options(populate_existing=True))}


def _per_minute(domain: str) -> float:
    limits: dict[str, float] = current_app.config["MAIL_PER_DOMAIN"]
    return limits.get(domain, limits.get("*", 0))

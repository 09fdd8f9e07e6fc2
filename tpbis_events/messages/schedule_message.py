"""Say when a message goes, and how fast; take that back while it hasn't begun; or stop it at any time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, select, update

from tpbis_events.audit.record import record
from tpbis_events.foundation import clock
from tpbis_events.foundation.database import db
from tpbis_events.foundation.errors import Invalid, Refusal
from tpbis_events.foundation.transaction import command
from tpbis_events.messages.hold_message import hold_message, hold_own
from tpbis_events.messages.model import Message, MessageRow, MessageState, Reached
from tpbis_events.messages.whom import numbers, read, scope_of_message
from tpbis_events.outbox.model import Mail, MailState
from tpbis_events.people.actor import Actor
from tpbis_events.registrations.call_model import Call
from tpbis_events.registrations.note import KIND

MOST_PER_HOUR = 36_000
LATEST = timedelta(days=366)


@dataclass(frozen=True, slots=True)
class Stopped:
    """How many had it already, or can't be called back, and how many get nothing now."""

    gone: int
    kept_back: int


@command
def schedule_message(message_id: int, at: datetime | None, per_hour: int | None, *, by: Actor) -> datetime:
    """When it begins: at once without `at`, else then. `per_hour` is how many go in an hour at most, None: no limit.

    Refuses one that is no draft, who didn't write it, a moment that is past or more than a year away, a pace that is none,
    and a message that is for nobody as things stand.
    """
    message = hold_own(message_id, by=by)
    if message.state is not MessageState.DRAFT:
        raise Refusal("message.not_draft")
    now = clock.now()
    problems = {}
    if at is not None and at <= now:
        problems["at"] = "moment.past"
    if at is not None and at > now + LATEST:
        problems["at"] = "moment.far"
    if per_hour is not None and not 1 <= per_hour <= MOST_PER_HOUR:
        problems["pace"] = "pace.range"
    if problems:
        raise Invalid(problems)
    scope = scope_of_message(message, by=by)
    number = numbers(scope, read(message.asked), by=by).total
    if not number:
        raise Refusal("message.nobody")
    message.state, message.due_at, message.per_hour = MessageState.SCHEDULED, at or now, per_hour
    note("message.scheduled", message, now, by.label, scope.province_code, registrations=number)
    return message.due_at


@command
def unschedule_message(message_id: int, *, by: Actor) -> None:
    """A draft again. Refuses one that has begun, and who didn't write it."""
    message = hold_own(message_id, by=by)
    if message.state is not MessageState.SCHEDULED:
        raise Refusal("message.begun")
    message.state, message.due_at = MessageState.DRAFT, None
    note("message.unscheduled", message, clock.now(), by.label, _province(message))


@command
def stop_message(message_id: int, *, by: Actor) -> Stopped:
    """Whoever sees it may stop it, also when all its mails are owed and some still wait to be sent. What isn't being sent at this
    moment isn't sent; calls that nobody made are off the list.

    Refuses a draft, and one of which nothing is left to stop.
    """
    message = hold_message(message_id, by=by)
    if message.state in (MessageState.DRAFT, MessageState.STOPPED):
        raise Refusal("message.not_running")
    ended = message.state is MessageState.DONE
    stopped = stop(message, clock.now(), by=by.label)
    if ended and not stopped.kept_back:
        raise Refusal("message.not_running")
    return stopped


def stop(message: Message, at: datetime, *, by: str, code: str | None = None) -> Stopped:
    """A step: end it here; `code` says why where nobody said so."""
    message.state, message.ended_at, message.stopped_by, message.stop_code = MessageState.STOPPED, at, by, code
    message.due_at = None
    kept_back = _withdraw_mails(message) + _withdraw_calls(message)
    rest = update(MessageRow).where(MessageRow.message_id == message.id, MessageRow.reached == Reached.DUE)
    withdrawn = rest.values(reached=Reached.WITHDRAWN).returning(MessageRow.registration_id)
    kept_back += len(db.session.execute(withdrawn).all())
    left = (MessageRow.message_id == message.id, MessageRow.reached.in_((Reached.OWED, Reached.CALL)))
    gone = len(db.session.scalars(select(MessageRow.registration_id).where(*left)).all())
    note("message.stopped", message, at, by, _province(message), gone=gone, kept_back=kept_back, code=code)
    return Stopped(gone, kept_back)


def note(act: str, message: Message, at: datetime, by: str, province_code: str | None, **after: object) -> None:
    """A line in the audit log."""
    told = {name: fact for name, fact in after.items() if fact is not None}
    record(act, f"message:{message.id}", at=at, actor=by, province_code=province_code, after=told or None)


def _withdraw_mails(message: Message) -> int:
    """Those that aren't being sent at this moment, locked first so that no worker takes them meanwhile."""
    held = db.session.scalars(
        select(Mail)
        .join(MessageRow, MessageRow.mail_id == Mail.id)
        .where(MessageRow.message_id == message.id, Mail.state == MailState.DUE)
        .order_by(Mail.id)
        .with_for_update(of=Mail)
    ).all()
    mail_ids = [mail.id for mail in held]
    rows = update(MessageRow).where(MessageRow.message_id == message.id, MessageRow.mail_id.in_(mail_ids))
    db.session.execute(rows.values(reached=Reached.WITHDRAWN, mail_id=None))
    db.session.execute(delete(Mail).where(Mail.id.in_(mail_ids)))
    return len(mail_ids)


def _withdraw_calls(message: Message) -> int:
    mine = (Call.kind == KIND, Call.version == -message.id, Call.told_at.is_(None), Call.mail_id.is_(None))
    called = select(MessageRow.registration_id).where(
        MessageRow.message_id == message.id, MessageRow.reached == Reached.CALL
    )
    gone = delete(Call).where(*mine, Call.registration_id.in_(called)).returning(Call.registration_id)
    ids = list(db.session.scalars(gone))
    rows = update(MessageRow).where(MessageRow.message_id == message.id, MessageRow.registration_id.in_(ids))
    db.session.execute(rows.values(reached=Reached.WITHDRAWN))
    return len(ids)


def _province(message: Message) -> str | None:
    return message.session.province_code if message.session else None

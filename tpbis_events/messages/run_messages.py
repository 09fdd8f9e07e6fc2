"""Send messages that are due: settle whom one reaches when it begins, then owe the mail piece by piece.

Each piece is one transaction that holds the message's row first: a process that is killed leaves nothing half done, and two
workers never do the same piece. Whoever is written down as reached is never reached again, by the row and by the mail's own
unique key.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import insert, literal, select, update

from tpbis_events.audit.record import record
from tpbis_events.foundation import clock, logs
from tpbis_events.foundation.database import db
from tpbis_events.foundation.errors import Refusal
from tpbis_events.foundation.transaction import command
from tpbis_events.messages import text, want
from tpbis_events.messages.model import Message, MessageRow, MessageState, Reached
from tpbis_events.messages.schedule_message import note, stop
from tpbis_events.messages.whom import ids, read, scope_of_message, with_facts
from tpbis_events.outbox.model import Mail
from tpbis_events.people.actor import WORKER, Actor, actor_of
from tpbis_events.people.model import Account
from tpbis_events.people.rights import label_of
from tpbis_events.registrations.model import Registration
from tpbis_events.registrations.note import KIND, owe_note
from tpbis_events.registrations.roster import Scope

AT_ONCE = 100
PIECE = timedelta(seconds=10)  # of a message that is sent slowly: as many as go in this time, at least one
PAUSE = timedelta(minutes=1)  # after a fault of ours
_GOING = (MessageState.SCHEDULED, MessageState.RUNNING)


def run_messages(*, stop: Callable[[], bool] = lambda: False) -> bool:
    """One piece of every message that is due; whether there may be more at once. One query when nothing is due."""
    due = select(Message.id).where(Message.state.in_(_GOING), Message.due_at <= clock.now())
    message_ids = db.session.scalars(due.order_by(Message.due_at, Message.id)).all()
    more = False
    for message_id in message_ids:
        if stop():
            break
        try:
            more = run_piece(message_id) or more
        except Exception as fault:  # one that can't be sent must not stop the others
            logs.trouble("message.failed", error=fault, id=message_id)
            db.session.rollback()
            put_off(message_id)
    return more


@command
def run_piece(message_id: int) -> bool:
    """Begin a message, or do its next piece; whether it goes on at once. Another worker that is at it is left alone.

    It is stopped, with the reason, when its author's account or her right for it has ended.
    """
    now = clock.now()
    message = db.session.scalars(
        select(Message)
        .where(Message.id == message_id, Message.state.in_(_GOING), Message.due_at <= now)
        .with_for_update(skip_locked=True)
        .execution_options(populate_existing=True)
    ).first()
    if message is None:
        return False
    try:
        by = _author(message)
        scope = scope_of_message(message, by=by)
    except Refusal as no:
        stop(message, now, by=WORKER.label, code=no.code if no.code == "message.author_gone" else "message.right_ended")
        return False
    if message.state is MessageState.SCHEDULED:
        _begin(message, scope, by, now)
        return True
    return _next_piece(message, scope, by, now)


@command
def put_off(message_id: int) -> None:
    """Something of ours went wrong: the message waits a little, and the others go on."""
    later = update(Message).where(Message.id == message_id, Message.state.in_(_GOING))
    db.session.execute(later.values(due_at=clock.now() + PAUSE))


def _author(message: Message) -> Actor:
    """With the rights that she has now, not those that she had when she wrote it."""
    account = db.session.get(Account, message.author_id, populate_existing=True)
    if account is None or not account.active:
        raise Refusal("message.author_gone")
    return actor_of(account)


def _begin(message: Message, scope: Scope, by: Actor, now: datetime) -> None:
    """Write down whom it reaches, once."""
    meant = ids(scope, read(message.asked), by=by).add_columns(literal(message.id), literal(Reached.DUE.value))
    rows = insert(MessageRow).from_select(["registration_id", "message_id", "reached"], meant)
    db.session.execute(rows)
    message.state, message.started_at, message.due_at = MessageState.RUNNING, now, now
    note("message.begun", message, now, by.label, scope.province_code)


def _next_piece(message: Message, scope: Scope, by: Actor, now: datetime) -> bool:
    number = AT_ONCE
    if message.per_hour:
        number = max(1, min(AT_ONCE, int(message.per_hour * PIECE / timedelta(hours=1))))
    due = (MessageRow.message_id == message.id, MessageRow.reached == Reached.DUE)
    wanted = select(MessageRow.registration_id).where(*due).order_by(MessageRow.registration_id)
    piece = db.session.scalars(wanted.limit(number)).all()
    reached = _reach(message, scope, by, piece, now)
    if reached:
        db.session.execute(update(MessageRow), reached)
    if len(piece) < number:
        message.state, message.ended_at, message.due_at = MessageState.DONE, now, None
        note("message.done", message, now, by.label, scope.province_code)
        return False
    if message.per_hour:
        owed = sum(row["reached"] is not Reached.SKIPPED for row in reached)
        message.due_at = now + owed * timedelta(hours=1) / message.per_hour
        return owed == 0
    return True


def _reach(message: Message, scope: Scope, by: Actor, piece: Sequence[int], now: datetime) -> list[dict[str, Any]]:
    """Owe each of the piece her mail or call; what became of each. Six queries before the mails, however many."""
    wanted = with_facts(select(Registration).where(Registration.id.in_(piece))).order_by(Registration.id)
    held = db.session.scalars(wanted.with_for_update(of=Registration).execution_options(populate_existing=True)).all()
    still = ids(scope, read(message.asked), by=by).where(Registration.id.in_(piece))
    found, unwanted = set(db.session.scalars(still)), want.unwanted_by(piece)
    meant = found - unwanted
    by_mail: set[int] = set()
    for registration in held:
        if registration.id in meant:
            _owe(message, registration, by_mail, now)
    db.session.flush()
    subjects = [f"registration:{each}" for each in by_mail]
    sent = select(Mail.subject, Mail.id).where(
        Mail.kind == KIND, Mail.version == -message.id, Mail.subject.in_(subjects)
    )
    mails = dict(db.session.execute(sent).all()) if subjects else {}

    def row(each: int) -> dict[str, Any]:
        reached = Reached.SKIPPED if each not in meant else Reached.OWED if each in by_mail else Reached.CALL
        why = "message.unwanted" if each in found else "message.no_longer_found"
        return {
            "message_id": message.id,
            "registration_id": each,
            "reached": reached,
            "code": why if reached is Reached.SKIPPED else None,
            "mail_id": mails.get(f"registration:{each}"),
        }

    return [row(each) for each in piece]


def _owe(message: Message, registration: Registration, by_mail: set[int], now: datetime) -> None:
    words = text.words_for(message, registration)
    more = text.more_facts(registration)
    if owe_note(registration, words, number=-message.id, at=now, **more):
        by_mail.add(registration.id)
    record(
        "registration.written_to",
        f"registration:{registration.id}",
        at=now,
        actor=label_of(message.author_id),
        province_code=registration.session.province_code,
    )

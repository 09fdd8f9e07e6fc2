"""Owe a reminder no longer that hasn't reached her, when she comes no more, comes elsewhere, or comes at another time."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import delete, select

from tpbis_events.foundation.database import db
from tpbis_events.outbox.model import Mail, MailState
from tpbis_events.registrations.call_model import Call

REMINDER = "reminder"
_NOT_REACHED = (MailState.DUE, MailState.HELD, MailState.FAILED, MailState.GIVEN_UP)
_TOLD = select(Call.id).where(Call.mail_id == Mail.id, Call.told_at.is_not(None)).exists()


def drop_reminders(registration_ids: Collection[int]) -> None:
    """A step: reminders of these registrations go away, as mails and as calls. What a worker is sending at this moment comes,
    and what somebody was told stays written down. Two statements.
    """
    if not registration_ids:
        return
    calls = delete(Call).where(
        Call.registration_id.in_(registration_ids), Call.kind == REMINDER, Call.told_at.is_(None)
    )
    subjects = [f"registration:{each}" for each in registration_ids]
    mails = delete(Mail).where(Mail.subject.in_(subjects), Mail.kind == REMINDER, Mail.state.in_(_NOT_REACHED), ~_TOLD)
    for each in (calls, mails):
        db.session.execute(each.execution_options(synchronize_session=False))

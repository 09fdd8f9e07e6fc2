"""Owe a mail: a step of the command that owes it, in its transaction. One INSERT."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any, cast
from urllib.parse import urlsplit

from flask import current_app
from sqlalchemy import Table, insert

from tpbis_events.foundation.transaction import writing
from tpbis_events.outbox import cap
from tpbis_events.outbox.mailbox import mailbox_of
from tpbis_events.outbox.model import Mail

_INSERT = insert(cast(Table, Mail.__table__))


def put(
    kind: str,
    *,
    subject: str,
    to: str,
    language: str,
    facts: dict[str, Any],
    at: datetime,
    version: int = 1,
    by: str = "",
    due_at: datetime | None = None,
) -> None:
    """Owe one mail of a kind about a subject (`registration:17`) in one version; the same one owed twice is refused by the table.

    `facts` is the snapshot that the mail will be written from (templates/mail/<kind>/). Three keys mean something to every
    kind: `calendar` (what an .ics file to attach says), `qr` (what a QR code in the mail says), and `list_unsubscribe`, which
    whoever writes to many owes them (kinds like reminders and messages; RFC 2369, RFC 8058). Its value is an address
    (`https://...` that takes a POST without asking anything, or `mailto:...`), or True: by a mail to the office.

    `by` is the label of who brought it about: what an organizer did isn't counted in the cap (outbox/cap.py). `due_at`: not
    before then; else at once.
    """
    domain = urlsplit(current_app.config["BASE_URL"]).hostname
    mail = {
        "kind": kind,
        "subject": subject,
        "version": version,
        "recipient": to,
        "mailbox": mailbox_of(to)[:320],
        "by_public": cap.counts(kind, by),
        "language": language,
        "facts": facts,
        "message_id": f"<{uuid.uuid4()}@{domain}>",
        "owed_at": at,
        "due_at": due_at or at,
    }
    writing().execute(_INSERT, mail)

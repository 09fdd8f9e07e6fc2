"""Owe a mail: a step of the command that owes it, in its transaction."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from flask import current_app

from tpbis_events.foundation.database import db
from tpbis_events.outbox.model import Mail


def put(
    kind: str, *, subject: str, to: str, language: str, facts: dict[str, Any], at: datetime, version: int = 1
) -> None:
    """Owe one mail of a kind about a subject (`registration:17`) in one version; the same one owed twice is refused by the table.

    `facts` is the snapshot that the mail will be written from (templates/mail/<kind>/). Two keys mean something to every
    kind: `calendar` (the text of an .ics file to attach) and `qr` (what a QR code in the mail says).
    """
    domain = urlsplit(current_app.config["BASE_URL"]).hostname
    db.session.add(
        Mail(
            kind=kind,
            subject=subject,
            version=version,
            recipient=to,
            language=language,
            facts=facts,
            message_id=f"<{uuid.uuid4()}@{domain}>",
            owed_at=at,
            due_at=at,
        )
    )

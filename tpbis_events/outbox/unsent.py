"""Mail that is owed and that nobody has begun to send: a command that changes what it says brings it up to date."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import select

from tpbis_events.foundation.database import db
from tpbis_events.outbox.model import Mail, MailState


def hold_unsent(subjects: Collection[str]) -> list[Mail]:
    """A step: the mails about these subjects that are still due or held, locked so that no worker takes them meanwhile.

    What a worker is sending at this moment isn't among them; it comes as it was owed.
    """
    if not subjects:
        return []
    return list(
        db.session.scalars(
            select(Mail)
            .where(Mail.subject.in_(subjects), Mail.state.in_((MailState.DUE, MailState.HELD)))
            .order_by(Mail.id)
            .with_for_update()
            .execution_options(populate_existing=True)
        )
    )

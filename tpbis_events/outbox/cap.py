"""How much mail the public may bring upon one mailbox: so many within 24 hours; what exceeds is held for the office.

Whoever registers gives an address, and nobody has proved that it is hers. Without a cap 500 registrations with a stranger's
address would send her 500 mails. The rule goes by what was owed, not by what was sent: of the mails that the public brought
about for one mailbox, one is held when at least MOST others were owed within the 24 hours before it. So it is the same
whichever worker comes first, and a flood that goes on gets nothing through on its second day either. (Decision 19.)
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from flask import current_app
from sqlalchemy import func, select

from tpbis_events.foundation.database import db
from tpbis_events.outbox.model import Mail

SPAN = timedelta(hours=24)
# What somebody without a sign-in can bring about, herself or by what follows from it.
KINDS = frozenset(
    (
        "applied confirmation waiting seated offer offer_reminder lapsed cancelled substituted links password_link"
    ).split()
)
# How the labels of those begin who answer for what they do: organizers, and whoever has the command line.
_ANSWERABLE = ("account:", "command line")


def counts(kind: str, by: str) -> bool:
    """Whether a mail counts: of such a kind, and not brought about by an organizer. `by` is a label, or nothing."""
    return kind in KINDS and not by.startswith(_ANSWERABLE)


def beyond(mails: Sequence[Mail]) -> set[int]:
    """The ids of those that are more than their mailbox should get. One query, and one more for each mail in a flood."""
    most: int = current_app.config["MAIL_PER_ADDRESS_PER_DAY"]
    counted = [mail for mail in mails if mail.by_public]
    if not counted or most <= 0:
        return set()
    since = min(mail.owed_at for mail in counted) - SPAN
    flooded = set(
        db.session.scalars(
            select(Mail.mailbox)
            .where(Mail.mailbox.in_({mail.mailbox for mail in counted}), Mail.by_public, Mail.owed_at > since)
            .group_by(Mail.mailbox)
            .having(func.count() > most)
        )
    )
    return {mail.id for mail in counted if mail.mailbox in flooded and _earlier(mail, most) >= most}


def _earlier(mail: Mail, most: int) -> int:
    """How many were owed to the same mailbox in the 24 hours before this one; counted up to `most`."""
    others = (
        select(Mail.id)
        .where(Mail.mailbox == mail.mailbox, Mail.id < mail.id, Mail.by_public, Mail.owed_at > mail.owed_at - SPAN)
        .limit(most)
    )
    return db.session.scalar(select(func.count()).select_from(others.subquery())) or 0

"""Put whose mail failed, or is held for longer than a day, on the list of those to be told by telephone, and off it again when
the mail is sent after all.

Safe to run twice and from several processes at once: a mail has one call at most.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, delete, or_, select

from tpbis_events.foundation import clock
from tpbis_events.foundation.database import db, insert_on_conflict
from tpbis_events.foundation.transaction import command
from tpbis_events.outbox.model import Mail, MailState
from tpbis_events.registrations.call_model import Call
from tpbis_events.registrations.letters import CARRIED
from tpbis_events.registrations.model import Registration

AT_ONCE = 100
HELD_FOR = timedelta(days=1)  # so long the office has to let it go
UNTOLD = (MailState.FAILED, MailState.GIVEN_UP)
_ABOUT = "registration:"
_NO_CALL = ~select(Call.id).where(Call.mail_id == Mail.id).exists()
_NOT_FAILED_NOW = select(Mail.id).where(Mail.id == Call.mail_id, Mail.state.not_in((*UNTOLD, MailState.HELD))).exists()
_MENDED = (Call.mail_id.is_not(None), Call.told_at.is_(None), _NOT_FAILED_NOW)


def call_instead() -> int:
    """How many lines came or went. Two queries when nothing has changed."""
    failed = db.session.scalar(select(Mail.id).where(*_failed(clock.now())).limit(1))
    mended = db.session.scalar(select(Call.id).where(*_MENDED).limit(1))
    db.session.rollback()
    return call_for_failed() if failed or mended else 0


@command
def call_for_failed() -> int:
    """Some of the failed mails become calls; calls of mails that are due or sent again go, unless she was told meanwhile."""
    now = clock.now()
    gone = db.session.execute(delete(Call).where(*_MENDED).returning(Call.id)).all()
    mails = db.session.scalars(select(Mail).where(*_failed(now)).order_by(Mail.id).limit(AT_ONCE)).all()
    ids = {int(number) for mail in mails if (number := mail.subject.removeprefix(_ABOUT)).isdigit()}
    known = set(db.session.scalars(select(Registration.id).where(Registration.id.in_(ids))))
    made = 0
    for mail in mails:
        number = mail.subject.removeprefix(_ABOUT)
        if not number.isdigit() or int(number) not in known:
            continue
        row = insert_on_conflict(Call).values(
            registration_id=int(number),
            kind=mail.kind,
            version=mail.version,
            facts={name: fact for name, fact in mail.facts.items() if name not in CARRIED},
            owed_at=now,
            mail_id=mail.id,
            tries=0,
        )
        same = [Call.registration_id, Call.kind, Call.version]
        db.session.execute(row.on_conflict_do_update(index_elements=same, set_={"mail_id": mail.id}))
        made += 1
    return made + len(gone)


def _failed(now: datetime) -> tuple[ColumnElement[bool], ...]:
    held_long = and_(Mail.state == MailState.HELD, Mail.owed_at <= now - HELD_FOR)
    return or_(Mail.state.in_(UNTOLD), held_long), Mail.subject.startswith(_ABOUT), _NO_CALL

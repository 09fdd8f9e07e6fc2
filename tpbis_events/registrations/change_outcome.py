"""What became of a change of a session: who was told, whom no mail reaches, and who can still come."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import String, cast, literal, select
from sqlalchemy.orm import contains_eager, joinedload

from tpbis_events.foundation.database import db
from tpbis_events.foundation.errors import NotFound
from tpbis_events.outbox.model import Mail, MailState
from tpbis_events.people.model import Person
from tpbis_events.programmes.changes import SessionChange
from tpbis_events.registrations.model import LIVE, Registration
from tpbis_events.registrations.still_coming import StillComing
from tpbis_events.registrations.tell_change import KIND

MOST_NAMES = 500
_ABOUT = literal("registration:") + cast(Registration.id, String)


@dataclass(frozen=True, slots=True)
class Asked:
    """One who was asked and is still registered here: her answer none, yes or no, and what the post said of her notice."""

    registration: Registration
    coming: bool | None
    row: StillComing
    mail: MailState | None  # none: no notice was owed

    @property
    def must_be_called(self) -> bool:
        """Nobody told her: no address, or the post gave it up."""
        return self.mail in (None, MailState.FAILED, MailState.HELD, MailState.GIVEN_UP)


@dataclass(frozen=True, slots=True)
class Outcome:
    change: SessionChange
    asked: tuple[Asked, ...]
    gone: int  # asked, and no longer registered here
    mails: Mapping[MailState, int]

    @property
    def answers(self) -> Mapping[bool | None, int]:
        return Counter(each.coming for each in self.asked)

    def who(self, coming: bool | None) -> list[Asked]:
        return [each for each in self.asked if each.coming is coming]

    @property
    def to_call(self) -> list[Asked]:
        """Who must be called: whom no mail reaches, as long as she hasn't answered."""
        return [each for each in self.asked if each.must_be_called and each.coming is None]


def changes_of(session_id: int) -> Sequence[SessionChange]:
    """The history of a session, newest first. One query."""
    wanted = select(SessionChange).where(SessionChange.session_id == session_id)
    return db.session.scalars(wanted.order_by(SessionChange.id.desc())).all()


def outcome_of(session_id: int, changes: Sequence[SessionChange], change_id: int | None = None) -> Outcome | None:
    """Of one change, else of the newest; None where nothing has changed yet. Refuses an id that isn't in the history (404).
    Two queries, at most 500 people.
    """
    change = next((each for each in changes if change_id in (None, each.id)), None)
    if change is None:
        if change_id is not None:
            raise NotFound("change.unknown")
        return None
    rows = db.session.execute(
        select(StillComing, Mail.state)
        .join(StillComing.registration)
        .join(Registration.person)
        .outerjoin(
            Mail,
            (Mail.kind == KIND) & (Mail.version == change.id) & (Mail.subject == _ABOUT),
        )
        .where(StillComing.change_id == change.id)
        .options(
            contains_eager(StillComing.registration).options(
                contains_eager(Registration.person), joinedload(Registration.role, innerjoin=True)
            ),
        )
        .order_by(Person.name_key, Registration.id)
        .limit(MOST_NAMES)
    ).all()
    here = [
        Asked(row.registration, row.coming, row, mail)
        for row, mail in rows
        if row.registration.state in LIVE and row.registration.session_id == session_id
    ]
    mails = Counter(mail for _row, mail in rows if mail is not None)
    return Outcome(change, tuple(here), len(rows) - len(here), mails)

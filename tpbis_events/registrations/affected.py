"""Before a session is rescheduled: whom it concerns, and what each of them will read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from tpbis_events.foundation import clock
from tpbis_events.foundation.database import db
from tpbis_events.outbox import wording, write
from tpbis_events.outbox.model import LetterText
from tpbis_events.outbox.write import Owed, Written
from tpbis_events.people.model import Person
from tpbis_events.places import working_hours
from tpbis_events.programmes.letters import scope_of
from tpbis_events.programmes.model import Quota, Role, Session
from tpbis_events.programmes.schedule import Schedule, schedule_of
from tpbis_events.registrations import tell_change
from tpbis_events.registrations.facts import facts_of
from tpbis_events.registrations.model import LIVE, Invitation, Registration, State

# In the order in which the office looks at them.
STATES = (State.SEATED, State.OFFERED, State.WAITING, State.APPLIED)
LANGUAGES = ("id", "en")


@dataclass(frozen=True, slots=True)
class Affected:
    """How many a change concerns: by state, by role, by home province (None: from abroad or not told), without e-mail."""

    states: Mapping[State, int]
    roles: tuple[tuple[Role, int], ...]
    provinces: tuple[tuple[str | None, int], ...]  # most first
    unreached: int
    invited: int  # open invitations and nominations, which nobody tells

    @property
    def number(self) -> int:
        return sum(self.states.values())


@dataclass(frozen=True, slots=True)
class Preview:
    """What somebody in this state will read, in each language; written for one of them, without her link and ticket."""

    state: State
    name: str
    words: Mapping[str, Written]


def affected(session: Session) -> Affected:
    """Three queries."""
    rows = db.session.execute(
        select(
            Registration.state,
            Registration.role_id,
            Person.province_code,
            func.count(),
            func.count().filter(Person.email.is_(None)),
        )
        .join(Registration.person)
        .where(Registration.session_id == session.id, Registration.state.in_(LIVE))
        .group_by(Registration.state, Registration.role_id, Person.province_code)
    ).all()
    states: Counter[State] = Counter()
    by_role: Counter[int] = Counter()
    provinces: Counter[str | None] = Counter()
    for state, role_id, province, number, _unreached in rows:
        states[state] += number
        by_role[role_id] += number
        provinces[province] += number
    roles = db.session.scalars(select(Role).where(Role.id.in_(list(by_role))).order_by(Role.sort, Role.id))
    return Affected(
        states={state: states[state] for state in STATES if states[state]},
        roles=tuple((role, by_role[role.id]) for role in roles),
        provinces=tuple(sorted(provinces.items(), key=lambda each: (-each[1], each[0] or "~"))),
        unreached=sum(row[4] for row in rows),
        invited=_invited(session.id),
    )


def previews(session: Session, schedule: Schedule, reason: str) -> list[Preview]:
    """One for each state that somebody is in, written for the first of them, in the words of the edition. Three queries."""
    first = (
        select(func.min(Registration.id))
        .where(Registration.session_id == session.id, Registration.state.in_(LIVE))
        .group_by(Registration.state)
    )
    found = db.session.scalars(
        select(Registration)
        .where(Registration.id.in_(first))
        .options(joinedload(Registration.person, innerjoin=True), joinedload(Registration.role, innerjoin=True))
    )
    by_state = {registration.state: registration for registration in found}
    now, scope = clock.now(), scope_of(session.event_id)
    text = wording.in_force([scope]).get((scope, tell_change.KIND))
    return [_preview(by_state[state], session, schedule, reason, text, now) for state in STATES if state in by_state]


def _preview(
    registration: Registration,
    session: Session,
    schedule: Schedule,
    reason: str,
    text: LetterText | None,
    now: datetime,
) -> Preview:
    behind, new = tell_change.left_behind(registration, schedule_of(session)), tell_change.told(schedule)
    more = tell_change.more_facts(registration, schedule, reason)
    if registration.state is State.OFFERED:
        ends = working_hours.after(now, session.event.offer_hours, schedule.zone)
        more["offer_ends_at"] = min(ends, schedule.moments[0][0]).isoformat()
    facts = facts_of(registration, at=now)
    facts |= {name: new[name] for name in ("venue", "zone", "days")}
    facts["online_url"] = schedule.online_url if registration.state is State.SEATED else ""
    facts |= {**more, "left": behind, "changed": tell_change.differences(behind, new)}
    owed = {
        language: Owed(
            0,
            tell_change.KIND,
            0,
            "",
            language,
            {"link_version": 0, **facts},
            "",
            now,
            0,
            wording.in_language(text, language),
        )
        for language in LANGUAGES
    }
    return Preview(
        registration.state,
        registration.person.full_name,
        {language: write.written(mail, masked=True) for language, mail in owed.items()},
    )


def _invited(session_id: int) -> int:
    is_open = (
        Quota.session_id == session_id,
        Invitation.revoked_at.is_(None),
        Invitation.expires_at > clock.now(),
        Invitation.email.is_not(None),
    )
    return db.session.scalar(select(func.count()).select_from(Invitation).join(Invitation.quota).where(*is_open)) or 0

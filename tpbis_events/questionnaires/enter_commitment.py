"""Enter what an agency will do after a meeting: its participant by her own link, or the office for it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import func, select

from tpbis_events.audit.record import record
from tpbis_events.foundation import clock
from tpbis_events.foundation.database import db, insert_on_conflict
from tpbis_events.foundation.errors import Invalid, NotFound, Refusal
from tpbis_events.foundation.transaction import command
from tpbis_events.people.actor import Act, Actor
from tpbis_events.places.local_time import local_date
from tpbis_events.programmes.model import Session
from tpbis_events.programmes.texts import Rule, examined
from tpbis_events.questionnaires.model import Commitment, CommitmentStep, Progress
from tpbis_events.registrations.model import Registration, State

MOST = 20  # of one registration
LONGEST = timedelta(days=5 * 366)  # from the meeting to what is due
_ALONE = {
    "agency": Rule(200, needed=True),
    "what": Rule(1000, needed=True, lines=True),
    "who": Rule(200, needed=True),
    "measure": Rule(500, needed=True, lines=True),
}


@dataclass(frozen=True, slots=True)
class CommitmentPlan:
    """`measure` says by what it will be seen that it was done."""

    agency: str
    what: str
    who: str
    measure: str
    due_on: date | None


@command
def enter_commitment(
    session_id: int, plan: CommitmentPlan, *, key: str, registration_id: int | None = None, by: Actor
) -> int:
    """Its id. `key` is the form's: the same form sent twice is one commitment; with other words in it (somebody
    went back in her browser for the next one) it is another, so that nothing is lost.

    A participant needs a seat, and the session must have begun; the office needs the right to correct in the province.
    Refuses a due date before the session, and more than MOST of one registration.
    """
    now = clock.now()
    session = db.session.get(Session, session_id)
    if session is None:
        raise NotFound("session.unknown")
    if registration_id is None:
        by.require(Act.CORRECT, session.province_code)
    else:
        _require_own(registration_id, session, by)
        if now < session.starts_at:
            raise Refusal("commitment.too_early")
    texts, problems = examined(plan, {}, _ALONE)
    first_day = local_date(session.starts_at, session.zone)
    if plan.due_on is None:
        problems["due_on"] = "date.missing"
    elif not first_day <= plan.due_on <= first_day + LONGEST:
        problems["due_on"] = "due.range"
    if problems:
        raise Invalid(problems)
    key = _key(f"{registration_id or by.label}:{key}", texts, plan.due_on)
    made = db.session.scalar(
        insert_on_conflict(Commitment)
        .values(
            session_id=session_id,
            registration_id=registration_id,
            key=key,
            due_on=plan.due_on,
            progress=Progress.PLANNED,
            created_at=now,
            **texts,
        )
        .on_conflict_do_nothing(index_elements=["key"])
        .returning(Commitment.id)
    )
    if made is None:
        made = db.session.scalars(select(Commitment.id).where(Commitment.key == key)).one()
        return int(made)
    db.session.add(CommitmentStep(commitment_id=made, progress=Progress.PLANNED, at=now, by=by.label))
    record(
        "commitment.entered",
        f"session:{session_id}",
        at=now,
        actor=by.label,
        province_code=session.province_code,
        after={"commitment": made},
    )
    return int(made)


def _key(form: str, texts: Mapping[str, str | None], due_on: date | None) -> str:
    told = json.dumps([form, sorted(texts.items()), str(due_on)])
    return hashlib.sha256(told.encode()).hexdigest()


def _require_own(registration_id: int, session: Session, by: Actor) -> None:
    registration = db.session.scalar(
        select(Registration).where(Registration.id == registration_id).with_for_update()
    )  # held, so that two forms at once are counted one after the other
    if registration is None or not by.owns(registration_id, Act.CORRECT) or registration.session_id != session.id:
        raise NotFound("registration.unknown")
    if registration.state is not State.SEATED:
        raise Refusal("questionnaire.no_seat")
    there = db.session.scalar(
        select(func.count()).select_from(Commitment).where(Commitment.registration_id == registration_id)
    )
    if (there or 0) >= MOST:
        raise Refusal("commitment.too_many", most=MOST)

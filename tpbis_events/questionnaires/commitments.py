"""Reads of commitments: of a participant, of an event as far as an organizer reaches; what is overdue first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, case, func, select
from sqlalchemy.orm import selectinload

from tpbis_events.foundation.database import db
from tpbis_events.foundation.errors import NotFound
from tpbis_events.people.actor import Act, Actor
from tpbis_events.programmes.model import Event, Session
from tpbis_events.questionnaires.catalogue import event_for
from tpbis_events.questionnaires.model import UNFINISHED, Commitment, Progress

AT_ONCE = 50


@dataclass(frozen=True, slots=True)
class Asked:
    """What is empty doesn't narrow. `after` is the id of the last one of the page before."""

    session: str = ""
    progress: str = ""
    overdue: bool = False
    after: int = 0


@dataclass(frozen=True, slots=True)
class Found:
    """A page of them with the sessions in reach; `numbers`: progress -> how many, `overdue` among them, of the whole slice."""

    event: Event
    sessions: dict[int, Session]
    commitments: Sequence[Commitment]
    more: bool
    numbers: dict[Progress, int]
    overdue: int


def is_overdue(commitment: Commitment, today: date) -> bool:
    return commitment.progress in UNFINISHED and commitment.due_on < today


def of_registration(registration_id: int) -> Sequence[Commitment]:
    """With their history, by due date. Two queries."""
    return db.session.scalars(
        select(Commitment)
        .where(Commitment.registration_id == registration_id)
        .options(selectinload(Commitment.steps))
        .order_by(Commitment.due_on, Commitment.id)
    ).all()


def of_event(event_slug: str, asked: Asked, today: date, *, by: Actor) -> Found:
    """Seven queries, whatever the size. Refuses what is out of reach (404) and who may not see results (403)."""
    event = event_for(event_slug, by=by, act=Act.SEE_RESULTS)
    sessions = {each.id: each for each in event.sessions if by.may(Act.SEE_RESULTS, each.province_code)}
    if asked.session:
        named = next((each for each in event.sessions if each.slug == asked.session), None)
        if named is None:
            raise NotFound("session.unknown")
        by.require(Act.SEE_RESULTS, named.province_code)
    within = [each.id for each in sessions.values() if not asked.session or each.slug == asked.session]
    late = (Commitment.progress.in_(UNFINISHED)) & (Commitment.due_on < today)
    here: list[ColumnElement[bool]] = [Commitment.session_id.in_(within)]
    rows = db.session.execute(
        select(Commitment.progress, func.count(), func.sum(case((late, 1), else_=0)))
        .where(*here)
        .group_by(Commitment.progress)
    ).all()
    if asked.progress in set(Progress):
        here.append(Commitment.progress == Progress(asked.progress))
    if asked.overdue:
        here.append(late)
    found = _page(here, asked.after)
    numbers = {progress: number for progress, number, _late in rows}
    return Found(event, sessions, found[:AT_ONCE], len(found) > AT_ONCE, numbers, sum(row[2] or 0 for row in rows))


def _page(here: Sequence[ColumnElement[bool]], after: int) -> Sequence[Commitment]:
    wanted = select(Commitment).where(*here).options(selectinload(Commitment.steps))
    last = db.session.get(Commitment, after) if after else None
    if last is not None:
        later = (Commitment.due_on > last.due_on) | ((Commitment.due_on == last.due_on) & (Commitment.id > last.id))
        wanted = wanted.where(later)
    return db.session.scalars(wanted.order_by(Commitment.due_on, Commitment.id).limit(AT_ONCE + 1)).all()


def commitment_in(event: Event, commitment_id: int, *, by: Actor) -> Commitment:
    """One of this event's in the actor's reach, with its history; any other is answered like one that there isn't."""
    sessions = {each.id: each for each in event.sessions}
    found = db.session.scalar(
        select(Commitment)
        .where(Commitment.id == commitment_id, Commitment.session_id.in_(list(sessions)))
        .options(selectinload(Commitment.steps))
    )
    if found is None:
        raise NotFound("commitment.unknown")
    by.require(Act.SEE_RESULTS, sessions[found.session_id].province_code)
    return found

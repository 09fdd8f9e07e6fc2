"""Add a role to an edition, change it, or move it up and down among the others.

Ways in and limits of a role are in `registrations/change_ways.py`, the seats of a session in `registrations/change_seats.py`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from tpbis_events.audit.record import record
from tpbis_events.foundation import clock
from tpbis_events.foundation.database import db
from tpbis_events.foundation.errors import Invalid, NotFound
from tpbis_events.foundation.transaction import command
from tpbis_events.people.actor import Act, Actor
from tpbis_events.programmes.lay_seats import MOST_SEATS, lay_seats
from tpbis_events.programmes.model import Event, Origin, Role, Session
from tpbis_events.programmes.put_values import put_values, told
from tpbis_events.programmes.slugs import flush_slug, problem_of_slug
from tpbis_events.programmes.texts import Rule, examined

_IN_BOTH = {"name": Rule(200, needed=True)}


@dataclass(frozen=True, slots=True)
class RolePlan:
    """`seats` is what each new session begins with."""

    slug: str
    name_id: str
    name_en: str
    seats: int
    origin: Origin = Origin.DOMESTIC
    regency_required: bool = False


@command
def add_role(event_id: int, plan: RolePlan, *, by: Actor) -> int:
    """A new role, after the others; its id. Every session that is still to come has its seats in it from now on."""
    by.require(Act.PLAN, None)
    event = db.session.get(Event, event_id)
    if event is None:
        raise NotFound("event.unknown")
    values = _values(plan, event, None)
    now = clock.now()
    role = Role(event=event, sort=max((each.sort for each in event.roles), default=-1) + 1, **values)
    db.session.add(role)
    flush_slug()
    sessions = db.session.scalars(select(Session).where(Session.event_id == event_id).order_by(Session.id)).all()
    coming = {each.id for each in sessions if each.ends_at > now and not each.cancelled_at}
    seats = lay_seats([(session, role, plan.seats if session.id in coming else 0) for session in sessions])
    after = told(values) | {"seats": seats}
    record("role.added", f"role:{role.id}", at=now, actor=by.label, after=after)
    return role.id


@command
def edit_role(role_id: int, plan: RolePlan, *, by: Actor) -> None:
    """Change a role. Once its event is published its slug stays, and so does where its people are from: both were told."""
    by.require(Act.PLAN, None)
    role = db.session.get(Role, role_id)
    if role is None:
        raise NotFound("role.unknown")
    before, after = put_values(role, _values(plan, role.event, role))
    flush_slug()
    if after:
        record("role.changed", f"role:{role.id}", at=clock.now(), actor=by.label, before=before, after=after)


@command
def move_role(role_id: int, *, up: bool, by: Actor) -> None:
    """Change places with the role before or after it; the first and the last stay where they are."""
    by.require(Act.PLAN, None)
    role = db.session.get(Role, role_id)
    if role is None:
        raise NotFound("role.unknown")
    roles = list(role.event.roles)
    here = roles.index(role)
    there = here - 1 if up else here + 1
    if not 0 <= there < len(roles):
        return
    roles[here], roles[there] = roles[there], roles[here]
    for sort, each in enumerate(roles):
        each.sort = sort
    record(
        "role.sorted",
        f"role:{role.id}",
        at=clock.now(),
        actor=by.label,
        before={"sort": here + 1},
        after={"sort": there + 1},
    )


def _values(plan: RolePlan, event: Event, known: Role | None) -> dict[str, Any]:
    texts, problems = examined(plan, _IN_BOTH, {})
    slug = plan.slug.strip()
    wrong = problem_of_slug(slug)
    others = {role.slug for role in event.roles if role is not known}
    if wrong:
        problems["slug"] = wrong
    elif slug in others:
        problems["slug"] = "slug.taken"
    elif known and known.slug != slug and event.published_at:
        problems["slug"] = "slug.published"
    if known and event.published_at and known.origin is not plan.origin:
        problems["origin"] = "origin.published"
    if not 0 <= plan.seats <= MOST_SEATS:
        problems["seats"] = "seats.range"
    if problems:
        raise Invalid(problems)
    regency = plan.regency_required and plan.origin is Origin.DOMESTIC
    return {"slug": slug, **texts, "origin": plan.origin, "regency_required": regency, "seats": plan.seats}

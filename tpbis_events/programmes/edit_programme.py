"""Create a programme, or change its name and summary. A programme is the long-running thing; its editions are events."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import func, select

from tpbis_events.audit.record import record
from tpbis_events.foundation import clock
from tpbis_events.foundation.database import db
from tpbis_events.foundation.errors import Invalid, NotFound
from tpbis_events.foundation.transaction import command
from tpbis_events.people.actor import Act, Actor
from tpbis_events.programmes.model import Event, Programme
from tpbis_events.programmes.put_values import put_values, told
from tpbis_events.programmes.slugs import flush_slug, problem_of_slug
from tpbis_events.programmes.texts import Rule, examined

_IN_BOTH = {"name": Rule(200, needed=True), "summary": Rule(1000, needed=True, lines=True)}


@dataclass(frozen=True, slots=True)
class ProgrammePlan:
    slug: str
    name_id: str
    name_en: str
    summary_id: str
    summary_en: str


@command
def create_programme(plan: ProgrammePlan, *, by: Actor) -> int:
    """A new programme, after the others; its id. Refuses a text that is missing in one language, and a slug that is taken."""
    by.require(Act.PLAN, None)
    values = _values(plan, None)
    last = db.session.scalar(select(func.max(Programme.sort))) or 0
    programme = Programme(sort=last + 1, **values)
    db.session.add(programme)
    flush_slug()
    record(
        "programme.created",
        f"programme:{programme.id}",
        at=clock.now(),
        actor=by.label,
        after=told({"slug": plan.slug}),
    )
    return programme.id


@command
def edit_programme(programme_id: int, plan: ProgrammePlan, *, by: Actor) -> None:
    """Change names and summary; the slug stays once an edition is published, since addresses have been given out."""
    by.require(Act.PLAN, None)
    programme = db.session.get(Programme, programme_id)
    if programme is None:
        raise NotFound("programme.unknown")
    before, after = put_values(programme, _values(plan, programme))
    flush_slug()
    if after:
        subject = f"programme:{programme.id}"
        record("programme.changed", subject, at=clock.now(), actor=by.label, before=before, after=after)


def _values(plan: ProgrammePlan, known: Programme | None) -> dict[str, str]:
    texts, problems = examined(plan, _IN_BOTH, {})
    slug = plan.slug.strip()
    wrong = problem_of_slug(slug)
    if wrong:
        problems["slug"] = wrong
    elif known is None or known.slug != slug:
        if db.session.scalar(select(Programme.id).where(Programme.slug == slug)):
            problems["slug"] = "slug.taken"
        elif known and _published(known.id):
            problems["slug"] = "slug.published"
    if problems:
        raise Invalid(problems)
    return {"slug": slug, **texts}


def _published(programme_id: int) -> bool:
    published = select(Event.id).where(Event.programme_id == programme_id, Event.published_at.is_not(None))
    return db.session.scalar(published.limit(1)) is not None

"""How a kind of mail of an edition looks: written for a real registration of it, or for somebody who isn't there.

Nothing is owed by it. The facts of a kind that the registration has no part in (a reason, an offer's end) are made up and say so.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from tpbis_events.foundation import clock
from tpbis_events.foundation.codes import read_back
from tpbis_events.foundation.database import db
from tpbis_events.outbox.placeholders import OF_KIND, filled
from tpbis_events.outbox.said import said
from tpbis_events.outbox.wording import Words
from tpbis_events.outbox.write import Owed, Written, written
from tpbis_events.programmes.model import Event, Session
from tpbis_events.registrations.facts import facts_of
from tpbis_events.registrations.model import Registration

OFFERED = 20
_NOBODY = "Ni Luh Ayu Sari, S.Kom."
_WITH_SEAT = ("approved", "confirmation", "seated", "moved", "rescheduled", "reminder")
_CARRIED = ("qr", "calendar", "online_url")
_DAYS = [["2027-08-10T01:30:00+00:00", "2027-08-10T09:00:00+00:00"]]


@dataclass(frozen=True, slots=True)
class Choice:
    """A registration to look at a letter with."""

    reference: str
    full_name: str


def choices(event: Event) -> Sequence[Choice]:
    """The newest registrations of an edition. One query. For who may change its letters."""
    rows = db.session.scalars(
        select(Registration)
        .where(Registration.event_id == event.id)
        .options(joinedload(Registration.person, innerjoin=True))
        .order_by(Registration.id.desc())
        .limit(OFFERED)
    )
    return [Choice(row.reference, row.person.full_name) for row in rows]


def found(event: Event, reference: str) -> Registration | None:
    """The registration of this edition with this reference, with all that a mail says; none of another edition."""
    return db.session.scalar(
        select(Registration)
        .where(Registration.event_id == event.id, Registration.reference == read_back(reference))
        .options(
            joinedload(Registration.person, innerjoin=True),
            joinedload(Registration.role, innerjoin=True),
            joinedload(Registration.session, innerjoin=True).selectinload(Session.days),
        )
    )


def sample_facts(event: Event, kind: str, registration: Registration | None) -> dict[str, Any]:
    """What a mail of this kind would be written from. Two queries at most."""
    now = clock.now()
    facts = facts_of(registration, at=now) if registration else _facts_of_nobody(event)
    facts = {name: fact for name, fact in facts.items() if name not in _CARRIED}
    if kind in ("invitation", "nomination"):
        facts = {name: fact for name, fact in facts.items() if name not in ("reference", "registration_id")}
    if kind in _WITH_SEAT:
        facts |= {"qr": "", "calendar": {}}
    soon = (now + timedelta(days=2)).isoformat()
    before = {name: facts[name] for name in ("venue", "zone", "days")}
    left = {name: facts[name] for name in facts if name.startswith(("session_", "role_"))} | before
    example = _("(an example)")
    return facts | {
        "waiting": {"place": 3, "serving": event.serving.value, "hours": event.offer_hours},
        "rejected": {"reason": example},
        "offer": {"offer_ends_at": soon},
        "offer_reminder": {"offer_ends_at": soon},
        "lapsed": {"offer_ends_at": now.isoformat()},
        "moved": {"reason": example, "had_seat": True, "left": left},
        "rescheduled": {"reason": example, "before": "seated", "changed": ["time"], "mode": "onsite", "left": left},
        "substituted": {"substitute": f"Budi Santoso {example}", "by_office": True},
        "cancelled": {"reason": example, "by_office": True},
        "session_cancelled": {"reason": example, "before": "seated"},
        "invitation": {"invitation_id": 0, "places": 5, "expires_at": soon},
        "nomination": {"invitation_id": 0, "places": 5, "expires_at": soon},
        "certificate_ready": {
            "certificate_number": f"0017/{event.certificate_series}/{event.slug.upper()}",
            "check_page": "https://…/check/…",
        },
    }.get(kind, {})


def as_it_would_look(kind: str, facts: dict[str, Any], language: str, words: Words | None) -> Written:
    """Subject, text and HTML in a language, with the words given; masked, an explanation stands for link and ticket."""
    owed = Owed(0, kind, 0, "", language, {"link_version": 0, **facts}, "", clock.now(), 0, words)
    return written(owed, masked=True)


def _facts_of_nobody(event: Event) -> dict[str, Any]:
    """Somebody who isn't there, in the first session and role that the edition has, if it has any."""
    first = select(Session).where(Session.event_id == event.id).order_by(Session.starts_at, Session.id).limit(1)
    session = db.session.scalar(first.options(selectinload(Session.days)))
    role = event.roles[0] if event.roles else None
    return {
        "registration_id": 0,
        "reference": "7K3M9QXW",
        "full_name": _NOBODY,
        "event_id": event.name_id,
        "event_en": event.name_en,
        "session_id": session.name_id if session else event.name_id,
        "session_en": session.name_en if session else event.name_en,
        "role_id": role.name_id if role else "Peran",
        "role_en": role.name_en if role else "Role",
        "venue": ", ".join(part for part in (session.venue, session.city) if part) if session else "Aula",
        "zone": session.zone if session else event.zone,
        "days": [[each.starts_at.isoformat(), each.ends_at.isoformat()] for each in session.days] if session else _DAYS,
    }


def values(kind: str, facts: dict[str, Any], language: str) -> dict[str, str]:
    """What stands for each placeholder of a kind, by its word, as an example."""
    words = said({"link_version": 0, **facts}, language, masked=True)
    return {each.word: filled(each.typed(language), words) for each in OF_KIND[kind]}

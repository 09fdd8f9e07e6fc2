"""What can be seen of registrations: read from the database, and the same drawn from the model, to be compared."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from itertools import zip_longest
from typing import Any

from sqlalchemy import func, select

from tests.machine.model import LIVE, Model
from tpbis_events.audit.model import AuditEntry
from tpbis_events.foundation.database import db
from tpbis_events.outbox.calendar import calendar_text
from tpbis_events.outbox.model import Mail
from tpbis_events.people.model import Person
from tpbis_events.programmes.model import Quota, Seat
from tpbis_events.registrations.model import FormKey, Invitation, Registration

AUDIT_ENTRIES, FORM_KEYS, INVITATIONS, MAILS, PERSONS, QUOTAS, REGISTRATIONS, SEATS = (
    row.__table__ for row in (AuditEntry, FormKey, Invitation, Mail, Person, Quota, Registration, Seat)
)


@dataclass(frozen=True, slots=True)
class Row:
    """One registration; numbers stand for quotas, other registrations and invitations, in the order in which they were made."""

    quota: int
    state: str
    seat: int | None
    priority: int
    offer_ends: datetime | None
    reminder: datetime | None
    ended: tuple[datetime, str | None, str | None] | None
    links: int
    invitation: int | None
    substitute_of: int | None
    email: str
    mails: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Sight:
    rows: tuple[Row, ...]
    seats: tuple[tuple[int, ...], ...]  # of each quota, their numbers
    lines: tuple[tuple[int, ...], ...]  # of each quota, who waits, in order
    invitations: tuple[int, ...]  # how many mails each is owed


@dataclass(frozen=True, slots=True)
class Seen:
    """What the database holds beside what the model knows, too."""

    sight: Sight
    ids: list[int]  # of the registrations
    invitation_ids: list[int]
    references: dict[str, int]  # -> number
    tickets: tuple[str, ...]
    contacts: tuple[tuple[int, frozenset[str]], ...]  # of each registration: its event, and its keys there
    entries: int  # in the audit log
    forms: int


def differences(seen: Sight, should: Sight) -> str:
    """In words, for whoever reads that the two are not the same."""
    told = []
    for what in ("seats", "lines", "invitations"):
        if getattr(seen, what) != getattr(should, what):
            told.append(f"{what} are {getattr(seen, what)}, should be {getattr(should, what)}")
    for number, (row, other) in enumerate(zip_longest(seen.rows, should.rows), start=1):
        if row != other:
            told.append(f"registration {number} is {row}, should be {other}")
    return "; ".join(told)


def of_model(model: Model) -> Sight:
    quotas = {id(quota): number for number, quota in enumerate(model.quotas, start=1)}
    invitations = {id(each): number for number, each in enumerate(model.invitations, start=1)}
    return Sight(
        tuple(
            Row(
                quotas[id(each.quota)],
                each.state,
                each.seat,
                each.priority,
                each.offer_ends,
                each.reminder,
                each.ended,
                each.links,
                invitations[id(each.invitation)] if each.invitation else None,
                each.substitute_of,
                each.person.email,
                tuple(each.mails),
            )
            for each in model.registrations
        ),
        tuple(tuple(quota.seats) for quota in model.quotas),
        tuple(tuple(each.number for each in model.line(quota)) for quota in model.quotas),
        tuple(int(bool(each.email)) for each in model.invitations),
    )


def of_database() -> Seen:
    """Plain columns of all tables that matter; nothing of it stays in the session."""
    ask = db.session.connection().execute
    quotas = _numbered(ask(select(QUOTAS.c.id).order_by(QUOTAS.c.id)).scalars())
    invitations = _numbered(ask(select(INVITATIONS.c.id).order_by(INVITATIONS.c.id)).scalars())
    seats: dict[int, list[int]] = defaultdict(list)
    for quota_id, number in ask(select(SEATS.c.quota_id, SEATS.c.number).order_by(SEATS.c.number)):
        seats[quota_id].append(number)
    mails: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for subject, kind, to in ask(select(MAILS.c.subject, MAILS.c.kind, MAILS.c.recipient).order_by(MAILS.c.id)):
        mails[subject].append((kind, to))
    found = ask(_registrations()).all()
    numbers = _numbered(each.id for each in found)
    lines: dict[int, list[tuple[int, int, int]]] = defaultdict(list)
    rows = []
    for each in found:
        if each.queue_number is not None:
            lines[each.quota_id].append((-each.priority, each.queue_number, numbers[each.id]))
        row = Row(
            quotas[each.quota_id],
            each.state.value,
            each.number,
            each.priority,
            each.offer_ends_at,
            each.offer_reminder_at,
            (each.ended_at, each.ended_by, each.end_reason) if each.ended_at else None,
            each.link_version,
            invitations.get(each.invitation_id),
            numbers.get(each.substitute_of_id),
            each.email or "",
            tuple(mails[f"registration:{each.id}"]),
        )
        rows.append(row)
    return Seen(
        Sight(
            tuple(rows),
            tuple(tuple(seats[quota_id]) for quota_id in quotas),
            tuple(tuple(number for *_, number in sorted(lines[quota_id])) for quota_id in quotas),
            tuple(len(mails[f"invitation:{invitation_id}"]) for invitation_id in invitations),
        ),
        list(numbers),
        list(invitations),
        {each.reference: numbers[each.id] for each in found},
        tuple(each.ticket for each in found),
        tuple(
            (each.event_id, frozenset(key for key in (each.email_key, each.phone_key) if key and each.state in LIVE))
            for each in found
        ),
        ask(select(func.count()).select_from(AUDIT_ENTRIES)).scalar_one(),
        ask(select(func.count()).select_from(FORM_KEYS)).scalar_one(),
    )


def _registrations() -> Any:
    its = REGISTRATIONS.c
    return (
        select(
            its.id, its.reference, its.event_id, its.quota_id, its.state, its.priority, its.queue_number, its.ticket,
            its.offer_ends_at, its.offer_reminder_at, its.ended_at, its.ended_by, its.end_reason, its.link_version,
            its.invitation_id, its.substitute_of_id, its.email_key, its.phone_key, SEATS.c.number, PERSONS.c.email,
        )
        .join(PERSONS, PERSONS.c.id == its.person_id)
        .outerjoin(SEATS, SEATS.c.id == its.seat_id)
        .order_by(its.id)
    )  # fmt: skip


def _numbered(ids: Any) -> dict[int, int]:
    return {id: number for number, id in enumerate(ids, start=1)}


@dataclass(frozen=True, slots=True)
class Letter:
    """A mail that was owed just now, about a registration, and what it carries."""

    subject: str
    kind: str
    qr: str | None
    calendar: str | None


def _calendar_in(facts: dict[str, Any]) -> str | None:
    return calendar_text(facts, "id") if "calendar" in facts else None


def letters_after(mail_id: int) -> tuple[int, list[Letter]]:
    """Mail owed after that one, and the last one's id."""
    its = MAILS.c
    about = select(its.id, its.subject, its.kind, its.facts).where(its.id > mail_id).order_by(its.id)
    new = db.session.connection().execute(about).all()
    letters = [Letter(subject, kind, facts.get("qr"), _calendar_in(facts)) for _id, subject, kind, facts in new]
    return new[-1].id if new else mail_id, letters

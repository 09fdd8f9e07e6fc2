"""The day when registration opens: 33 sessions of 8 roles, and what earlier editions left in the tables."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Select, String, Table, cast, func, insert, literal, select

from tests.builders import Place, an_event
from tpbis_events.audit.model import AuditEntry
from tpbis_events.foundation import clock
from tpbis_events.foundation.database import db
from tpbis_events.foundation.transaction import transaction
from tpbis_events.outbox.model import Mail, MailState
from tpbis_events.people.model import Employment, Person, PersonWord
from tpbis_events.places.provinces import all_provinces
from tpbis_events.programmes.model import Quota, Seat, Session
from tpbis_events.registrations import rules
from tpbis_events.registrations.model import FormKey, Registration, State

PROVINCES, ROLES, SEATS = 33, 8, 30


def opened_event() -> list[Place]:
    """990 seats are the real size; here each role has 30, so that no round runs out of them."""
    provinces = tuple(province.code for province in all_provinces()[:PROVINCES])
    return list(an_event(provinces=provinces, roles={f"role-{n}": SEATS for n in range(ROLES)}).values())


def fill(registrations: int) -> None:
    """Rows as `register` writes them, for full events of the past, until the table holds this many registrations."""
    with transaction():
        missing = registrations - (db.session.scalar(select(func.count()).select_from(Registration)) or 0)
    while missing > 0:
        missing -= _filled_event(opened_event(), missing)
    _learn()


def fill_event(places: Sequence[Place], registrations: int) -> None:
    """So many rows for one event, one for each of its seats from the first on."""
    _filled_event(places, registrations)
    _learn()


def _filled_event(places: Sequence[Place], most: int) -> int:
    """Every seat taken, by statements that copy from table to table; a seat's id names whoever sits on it."""
    now = clock.now()
    event = (
        select(Seat.id.label("seat"), Quota.id.label("quota"), Quota.session_id, Quota.role_id)
        .join(Quota, Quota.id == Seat.quota_id)
        .join(Session, Session.id == Quota.session_id)
        .where(Session.event_id == places[0].event_id)
        .order_by(Seat.id)
        .limit(most)
        .subquery()
    )
    name = cast(event.c.seat, String)
    email = "lama" + name + "@example.id"
    numbered = func.substr("0000000" + name, func.length("0000000" + name) - 7)
    sits = Registration.seat_id == event.c.seat
    subject = "registration:" + cast(Registration.id, String)
    with transaction():
        _copy(
            Person, select(event.c.seat),
            full_name="Peserta Lama " + name, name_key="peserta lama " + name, email=email, email_key=email,
            institution=literal("Perpustakaan Desa Sukamaju"), position=literal("Pustakawan"),
            employment=literal(Employment.COMMUNITY, Person.employment.type), province_code=literal("51"),
            country_code=literal("ID"), language=literal("id"), consent_version=literal(rules.CONSENT_VERSION),
            consent_at=literal(now, Person.consent_at.type),
        )  # fmt: skip
        for word in (name, "@" + email, *map(literal, ("peserta", "lama", "perpustakaan", "desa", "sukamaju"))):
            _copy(
                PersonWord, select(event.c.seat).join(Person, Person.email == email), word=word, person_id=Person.id
            )  # fmt: skip
        _copy(
            Registration, select(event.c.seat).join(Person, Person.email == email),
            reference=numbered, ticket="ticket-" + numbered, event_id=literal(places[0].event_id),
            session_id=event.c.session_id, role_id=event.c.role_id, quota_id=event.c.quota, person_id=Person.id,
            seat_id=event.c.seat, state=literal(State.SEATED, Registration.state.type), turn=literal(1),
            priority=literal(0), email_key=email, link_version=literal(1), calendar_sequence=literal(0),
            name_key="peserta lama " + name, institution_key=literal("perpustakaan desa sukamaju"),
            created_at=literal(now, Registration.created_at.type), seated_at=literal(now, Registration.seated_at.type),
        )  # fmt: skip
        _copy(
            FormKey, select(event.c.seat).join(Registration, sits),
            key="a form that was sent long ago, " + name, fingerprint=literal("0" * 64),
            registration_id=Registration.id, created_at=literal(now, FormKey.created_at.type),
        )  # fmt: skip
        _copy(
            Mail, select(event.c.seat).join(Registration, sits),
            kind=literal("confirmation"), subject=subject, version=literal(1), recipient=email, language=literal("id"),
            facts=literal({"reference": "x" * 900}, Mail.facts.type), message_id="<" + name + "@bench>",
            state=literal(MailState.SENT, Mail.state.type), owed_at=literal(now, Mail.owed_at.type),
            due_at=literal(now, Mail.due_at.type), attempts=literal(1),
        )  # fmt: skip
        _copy(
            AuditEntry, select(event.c.seat).join(Registration, sits),
            at=literal(now, AuditEntry.at.type), actor=literal("public"), act=literal("registration.registered"),
            subject=subject, after=literal({"state": "seated"}, AuditEntry.after.type),
        )  # fmt: skip
    return min(most, PROVINCES * ROLES * SEATS)


def _copy(row: Any, source: Select[Any], **columns: Any) -> None:
    table: Table = row.__table__
    chosen = source.with_only_columns(*(column.label(name) for name, column in columns.items()))
    db.session.execute(insert(table).from_select(list(columns), chosen, include_defaults=False))


def _learn() -> None:
    """The planner of PostgreSQL learns what is there, as it would by itself a minute later."""
    if db.engine.dialect.name == "postgresql":
        with db.engine.begin() as connection:
            connection.exec_driver_sql("ANALYZE")

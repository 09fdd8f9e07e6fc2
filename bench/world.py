"""The day when registration opens: 33 sessions of 8 roles, and what earlier editions left in the tables."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Table, func, insert, select

from tests.builders import Place, an_event, somebody
from tpbis_events.audit.model import AuditEntry
from tpbis_events.foundation import clock, codes
from tpbis_events.foundation.database import db
from tpbis_events.foundation.transaction import transaction
from tpbis_events.outbox.model import Mail, MailState
from tpbis_events.people.model import Person
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


def _filled_event(places: Sequence[Place], most: int) -> int:
    now = clock.now()
    with transaction():
        first_person = (db.session.scalar(select(func.max(Person.id))) or 0) + 1
        free = db.session.execute(
            select(Seat.id, Quota.id, Quota.session_id, Quota.role_id, Session.event_id)
            .join(Quota, Quota.id == Seat.quota_id)
            .join(Session, Session.id == Quota.session_id)
            .where(Session.event_id == places[0].event_id)
            .limit(most)
        ).all()
        persons, registrations, keys, mails, acts = [], [], [], [], []
        for person, (seat, quota, session, role, event) in enumerate(free, start=first_person):
            who = somebody()
            told = {"full_name": who.full_name, "name_key": rules.name_key(who.full_name), "email": who.email}
            persons.append(
                {
                    **told, "id": person, "institution": who.institution, "position": who.position, "language": "id",
                    "country_code": "ID", "consent_version": rules.CONSENT_VERSION, "consent_at": now,
                }
            )  # fmt: skip
            registrations.append(
                {
                    "id": person, "reference": codes.new_code(8), "ticket": codes.new_code(16), "event_id": event,
                    "session_id": session, "role_id": role, "quota_id": quota, "person_id": person, "seat_id": seat,
                    "state": State.SEATED, "email_key": who.email, "created_at": now, "seated_at": now,
                }
            )  # fmt: skip
            keys.append(
                {"key": codes.new_code(32), "fingerprint": "0" * 64, "registration_id": person, "created_at": now}
            )
            subject = f"registration:{person}"
            mails.append(
                {
                    "kind": "confirmation", "subject": subject, "recipient": who.email, "language": "id",
                    "facts": {"reference": "x" * 900}, "message_id": f"<{person}@bench>", "state": MailState.SENT,
                    "owed_at": now, "due_at": now,
                }
            )  # fmt: skip
            acts.append(
                {"at": now, "actor": "public", "act": "registration.registered", "subject": subject,
                 "after": {"state": "seated"}}
            )  # fmt: skip
        for row, rows in ((Person, persons), (Registration, registrations), (FormKey, keys), (Mail, mails)):
            _insert(row.__table__, rows)  # type: ignore[arg-type]
        _insert(AuditEntry.__table__, acts)  # type: ignore[arg-type]
    _go_on_counting()
    return len(free)


def _insert(table: Table, rows: list[dict[str, object]]) -> None:
    db.session.execute(insert(table), rows)


def _go_on_counting() -> None:
    """Rows came with their ids: PostgreSQL's own counters go on after them, and its planner learns what is there."""
    if db.engine.dialect.name == "postgresql":
        with db.engine.begin() as connection:
            for table in ("persons", "registrations"):
                connection.exec_driver_sql(
                    f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), (SELECT max(id) FROM {table}))"
                )
            connection.exec_driver_sql("ANALYZE")

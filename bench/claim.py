"""The claim, which is all that happens under the lock of a quota, against its rows alone through SQLAlchemy Core."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from itertools import cycle
from types import SimpleNamespace
from typing import Any, cast

from sqlalchemy import insert, select

from bench.databases import Databases, app_at
from bench.results import Result
from bench.world import opened_event
from tests.builders import Place, somebody
from tpbis_events.audit.model import AuditEntry
from tpbis_events.foundation import clock, codes
from tpbis_events.foundation.database import WRITES, db
from tpbis_events.foundation.transaction import transaction
from tpbis_events.outbox.model import Mail, MailState
from tpbis_events.people.actor import PUBLIC
from tpbis_events.people.folding import folded
from tpbis_events.people.keep_words import kept_words
from tpbis_events.people.model import Employment, Person, PersonWord
from tpbis_events.programmes.model import Seat
from tpbis_events.registrations import rules, seats
from tpbis_events.registrations.model import Registration, State
from tpbis_events.registrations.register import admit
from tpbis_events.registrations.rules import Applicant

AT_ONCE = 50
PERSONS, WORDS, REGISTRATIONS, MAILS, AUDIT_ENTRIES = (
    row.__table__ for row in (Person, PersonWord, Registration, Mail, AuditEntry)
)


def run(databases: Databases, kind: str, seconds: float, rounds: int) -> list[Result]:
    """By turns of a few dozen, so that a slow moment of the machine strikes both."""
    ours, limits = [], []
    with databases.fresh(kind) as (url, instance), app_at(url, instance):
        places = cycle(opened_event())
        free = _free_seats(opened_event())
        _claim(next(places))
        facts = db.session.scalars(select(Mail.facts).limit(1)).one()
        db.session.remove()
        for _ in range(rounds):
            spent = [0.0, 0.0]
            done = 0
            while sum(spent) < seconds:
                spent[0] += _time(lambda: _claim(next(places)))
                spent[1] += _time(lambda: _insert(*next(free), facts))
                done += AT_ONCE
            ours.append(done / spent[0])
            limits.append(done / spent[1])
    limit = Result("", kind, tuple(limits), "").value
    return [Result("the claim, against its rows through Core", kind, tuple(ours), "per second", limit=limit)]


def _time(act: Callable[[], None]) -> float:
    began = time.perf_counter()
    for _ in range(AT_ONCE):
        act()
    return time.perf_counter() - began


def _claim(place: Place) -> None:
    """Lock, see who waits, take a free seat, write down person, registration, mail and audit entry."""
    with transaction():
        quota, standing = seats.lock_with_standing(place.session_id, place.role_id)
        admit(quota, somebody(), standing, at=clock.now(), by=PUBLIC)
    db.session.remove()


def _free_seats(places: Sequence[Place]) -> Iterator[tuple[Place, int]]:
    quotas = {place.quota_id: place for place in places}
    found = db.session.execute(select(Seat.quota_id, Seat.id).where(Seat.quota_id.in_(quotas))).all()
    db.session.remove()
    return iter([(quotas[quota_id], seat_id) for quota_id, seat_id in found])


def _insert(place: Place, seat_id: int, facts: dict[str, Any]) -> None:
    """The same rows, with nothing locked, read, checked or drawn."""
    who, now, code = somebody(), clock.now(), codes.new_code(24)
    with db.engine.connect().execution_options(**{WRITES: True}) as connection, connection.begin():
        told = _person(who, now)
        person = connection.execute(insert(PERSONS).returning(PERSONS.c.id), told).scalar_one()
        words = sorted(kept_words(cast(Person, SimpleNamespace(own_script_name=None, phone=None, **told))))
        connection.execute(insert(WORDS), [{"word": word, "person_id": person} for word in words])
        row: dict[str, Any] = {
            "reference": code[:8], "ticket": code[8:], "event_id": place.event_id, "session_id": place.session_id,
            "role_id": place.role_id, "quota_id": place.quota_id, "person_id": person, "seat_id": seat_id,
            "state": State.SEATED, "turn": 1, "priority": 0, "email_key": who.email, "link_version": 1,
            "name_key": told["name_key"], "institution_key": folded(who.institution),
            "calendar_sequence": 0, "created_at": now, "seated_at": now,
        }  # fmt: skip
        registration = connection.execute(insert(REGISTRATIONS).returning(REGISTRATIONS.c.id), row).scalar_one()
        subject = f"registration:{registration}"
        mail: dict[str, Any] = {
            "kind": "confirmation", "subject": subject, "version": 1, "recipient": who.email, "language": "id",
            "facts": facts, "message_id": f"<{code}@bench>", "state": MailState.DUE, "owed_at": now, "due_at": now,
            "attempts": 0,
        }  # fmt: skip
        connection.execute(insert(MAILS), mail)
        entry: dict[str, Any] = {
            "at": now, "actor": "public", "act": "registration.registered", "subject": subject, "province_code": "51",
            "after": {"state": "seated", "place": None},
        }  # fmt: skip
        connection.execute(insert(AUDIT_ENTRIES), entry)


def _person(who: Applicant, now: Any) -> dict[str, Any]:
    return {
        "full_name": who.full_name, "name_key": rules.name_key(who.full_name), "email": who.email,
        "email_key": who.email, "institution": who.institution, "position": who.position,
        "employment": Employment.COMMUNITY, "province_code": "51", "country_code": "ID", "language": "id",
        "consent_version": rules.CONSENT_VERSION, "consent_at": now,
    }  # fmt: skip

"""The world of a walk: an event in Bali and Aceh with two roles, another event in Bali, ten people, and the same as a model."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from tests.builders import an_event
from tests.machine import model
from tests.machine.commands import Commands
from tests.machine.model import By, Person, regency_code
from tpbis_events.foundation import clock
from tpbis_events.foundation.database import Base, db
from tpbis_events.foundation.transaction import transaction
from tpbis_events.people.actor import PUBLIC, Actor, Reach, nominator, participant
from tpbis_events.people.model import Right
from tpbis_events.programmes.model import Quota
from tpbis_events.registrations.rules import Applicant

# A Wednesday, 10.00 in Bali; no holiday before the 6th of May.
BEGINS = datetime(2027, 4, 7, 2, tzinfo=UTC)
UTC_OFFSETS = {"51": 8, "11": 7}
SARI = By("account:1", office=True)
MADE = By("account:2", office=True, province="51")
_ACTORS = {
    SARI: Actor("account:1", "Sari", (Reach(Right.NATIONAL, None),)),
    MADE: Actor("account:2", "Made", (Reach(Right.PIC, "51"),)),
}
PEOPLE = (
    Person("Budi Santoso", "budi@example.id", "+6281234567890", agency="Dinas Perpustakaan", regency=1),
    Person("Ketut Sari", "ketut@example.id", agency="Dinas Perpustakaan", regency=1),
    Person("Wayan Putra", "wayan@example.id", agency="Dinas Sosial", regency=2),
    Person("Cut Nyak", "cut@example.id", "+6281234567893", agency="Dinas Sosial", regency=2),
    Person("Teuku Umar", "", "+6281234567894", agency="Bappeda"),
    Person("Dewi Lestari", "dewi@example.id", agency="Bappeda", regency=1),
    Person("Nyoman Rai", "nyoman@example.id", "+6281234567893", agency="Dinas Perpustakaan"),  # Cut's number
    Person("Gede Agung", "kantor@example.id", shared=True, agency="Dinas Sosial", regency=1),
    Person("Putu Ayu", "kantor@example.id", shared=True, agency="Dinas Sosial", regency=2),  # a colleague of Gede
    Person("Luh Sekar", "luh@example.id", agency="Bappeda", regency=2),
    Person("Made Wirawan", "wirawan@example.id", agency="Dinas Perpustakaan", regency=1),
    Person("Siti Aminah", "siti@example.id", "+6281234567899", agency="Dinas Sosial", regency=1),
    Person("Andi Baso", "", "+6281234567898", agency="Dinas Perpustakaan", regency=2),
    Person("Komang Adi", "komang@example.id", agency="Dinas Perpustakaan", regency=2),
)


@dataclass(frozen=True)
class World:
    model: Commands
    quota_ids: tuple[int, ...]
    session_ids: tuple[int, ...]  # of each quota
    role_ids: tuple[int, ...]
    event_ids: tuple[int, ...]


def new_world() -> World:
    """Empty every table and begin anew. Needs an app context."""
    with transaction():
        for table in reversed(Base.metadata.sorted_tables):
            db.session.execute(table.delete())
    with clock.stopped_at(BEGINS):
        an_event(provinces=("51", "11"), roles={"stakeholder": 2, "village": 1}, in_days=9, days=2)
        an_event(roles={"stakeholder": 1}, in_days=9)
    with transaction():
        quotas = db.session.scalars(
            select(Quota).options(joinedload(Quota.session), joinedload(Quota.role)).order_by(Quota.id)
        ).all()
        for quota in quotas:
            quota.role.regency_required = quota.role.slug == "village"
            # Bali was put off before.
            quota.session.calendar_sequence = 4 if quota.session.province_code == "51" else 0
        world = World(
            Commands(BEGINS, _modelled(quotas)),
            tuple(quota.id for quota in quotas),
            tuple(quota.session_id for quota in quotas),
            tuple(quota.role_id for quota in quotas),
            tuple(quota.session.event_id for quota in quotas),
        )
    db.session.remove()
    return world


def _modelled(quotas: object) -> list[model.Quota]:
    events: dict[int, model.Event] = {}
    sessions: dict[int, model.Session] = {}
    roles: dict[int, model.Role] = {}
    modelled = []
    for quota in quotas:  # type: ignore[attr-defined]
        event, session, number = quota.session.event, quota.session, quota.last_seat_number
        events.setdefault(event.id, model.Event(event.registration_opens_at, event.registration_closes_at))
        province = session.province_code
        at = model.Session(events[event.id], province, UTC_OFFSETS[province], session.starts_at, session.ends_at)
        sessions.setdefault(session.id, at)
        roles.setdefault(quota.role_id, model.Role(asks_regency=quota.role.regency_required))
        seats = list(range(1, number + 1))
        modelled.append(model.Quota(sessions[session.id], roles[quota.role_id], seats, number))
    return modelled


def acting(by: By, ids: list[int], invitation_ids: list[int]) -> Actor:
    """The actor who is meant; the ids are those of registrations and invitations in the database."""
    if by.owns:
        return participant(ids[by.owns - 1])
    if by.proposed:
        return nominator(invitation_ids[by.proposed - 1])
    return _ACTORS.get(by, PUBLIC)


def her(number: int) -> By:
    return By("participant", owns=number)


def focal_point(invitation: int) -> By:
    return By("nominator", proposed=invitation)


def applicant(person: Person, province: str) -> Applicant:
    return Applicant(
        full_name=person.name,
        email=person.email,
        phone=person.phone,
        shared_address=person.shared,
        institution=person.agency,
        position="Pustakawan",
        employment="community",
        province_code=province,
        regency_code="" if person.regency is None else regency_code(province, person.regency),
        consent=True,
    )


def hours(number: float) -> timedelta:
    return timedelta(hours=number)

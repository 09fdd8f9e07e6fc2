"""Who is expected at a session, as its lists, sheets and badges tell of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, null, select

from tpbis_events.foundation.database import db
from tpbis_events.people.model import Person
from tpbis_events.places import countries, provinces, regencies
from tpbis_events.programmes.model import Role, Session
from tpbis_events.registrations.model import Registration, State


@dataclass(frozen=True, slots=True)
class Guest:
    """One who has a seat, without contact. `nip` is empty unless it was asked for by who may see it."""

    registration_id: int
    reference: str
    ticket: str
    role: Role
    full_name: str
    own_script_name: str | None
    institution: str
    position: str
    country_code: str
    province_code: str | None
    regency_code: str | None
    nip: str | None

    @property
    def name(self) -> str:
        return f"{self.full_name} ({self.own_script_name})" if self.own_script_name else self.full_name

    @property
    def office(self) -> str:
        return ", ".join(part for part in (self.position, self.institution) if part)

    @property
    def origin(self) -> str:
        """Her regency, else her province; from abroad her country."""
        if self.country_code != "ID":
            return countries.country_name(self.country_code, "id")
        if self.regency_code and regencies.is_regency(self.regency_code):
            return regencies.regency(self.regency_code).name
        code = self.province_code
        return provinces.province(code).name("id") if code and provinces.is_province(code) else ""


def guests_of(session: Session, *, numbers: bool = False) -> list[Guest]:
    """Who has a seat in a session: by role, then by name. One query."""
    return _read(
        _chosen(numbers, Registration.session_id == session.id, Registration.state == State.SEATED).order_by(
            Role.sort, Role.id, Person.name_key, Registration.id
        )
    )


def guests_in_rows(registration_ids: Sequence[int], *, numbers: bool = False) -> list[Guest]:
    """Those of a printing in its order, whatever became of them since. One query."""
    found = {guest.registration_id: guest for guest in _read(_chosen(numbers, Registration.id.in_(registration_ids)))}
    return [found[each] for each in registration_ids if each in found]


def _chosen(numbers: bool, *conditions: ColumnElement[bool]) -> Any:
    """The NIP is decrypted for each row that is read, so it is left out where nobody asked for it."""
    return (
        select(
            Registration.id,
            Registration.reference,
            Registration.ticket,
            Role,
            Person.full_name,
            Person.own_script_name,
            Person.institution,
            Person.position,
            Person.country_code,
            Person.province_code,
            Person.regency_code,
            Person.nip if numbers else null(),
        )
        .select_from(Registration)
        .join(Person, Registration.person_id == Person.id)
        .join(Role, Registration.role_id == Role.id)
        .where(*conditions)
    )


def _read(wanted: Any) -> list[Guest]:
    return [Guest(*row) for row in db.session.execute(wanted)]

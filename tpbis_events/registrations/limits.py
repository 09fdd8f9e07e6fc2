"""Sub-quotas: at most so many seats of a role for one country, regency or agency, and no more than an agency may nominate.

All limits that apply must hold, and the smallest wins. They are counted within one quota, under its lock.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from sqlalchemy import Row, Select, select

from tpbis_events.foundation.database import db
from tpbis_events.people.model import Person
from tpbis_events.programmes.model import Limit, LimitedBy, Quota, WayIn
from tpbis_events.registrations.model import Invitation, InvitationKind, Registration, State
from tpbis_events.registrations.rules import name_key

# What is counted together: by what, and which one.
Kind = tuple[str, str]
_NOMINATION = "nomination"


@dataclass(frozen=True, slots=True)
class Reached:
    """A limit that leaves no room: by what, for which one, and how many it allows."""

    limited_by: str
    value: str
    most: int


@dataclass(frozen=True, slots=True)
class Belongs:
    """What a person counts as under the limits."""

    country_code: str
    regency_code: str | None
    institution: str
    nomination_id: int | None = None
    nomination_places: int = 0


@dataclass(slots=True)
class Tally:
    """How many of each kind hold a seat of one quota, kept up as seats are given in one transaction."""

    limits: tuple[Limit, ...]
    held: Counter[Kind] = field(default_factory=Counter)

    def reached(self, who: Belongs) -> Reached | None:
        """The first limit that has no room for one more like her; None when all have."""
        for kind, most in self._limits_of(who):
            if self.held[kind] >= most:
                return Reached(*kind, most)
        return None

    def add(self, who: Belongs, seats: int = 1) -> None:
        for kind in set(_kinds(who)):
            self.held[kind] += seats

    def _limits_of(self, who: Belongs) -> Iterator[tuple[Kind, int]]:
        kinds = dict(_kinds(who))
        for limit in self.limits:
            value = kinds.get(limit.limited_by.value)
            if value and limit.value in ("", value):
                yield (limit.limited_by.value, value), limit.most
        if who.nomination_id:
            yield (_NOMINATION, str(who.nomination_id)), who.nomination_places


def tally_of(quota: Quota) -> Tally | None:
    """The tally of a quota, in one query; None when nothing needs to be counted. Locked, where anything is decided by it."""
    if not limited(quota):
        return None
    tally = Tally(tuple(quota.role.limits))
    rows = db.session.execute(_belonging().where(Registration.quota_id == quota.id, Registration.seat_id.is_not(None)))
    for row in rows:
        tally.add(_belongs(row))
    return tally


def reached_for(quota: Quota, *, country_code: str, regency_code: str, institution: str) -> Reached | None:
    """The limit that has no room for such a person as things stand, for a page that tells her before she asks."""
    tally = tally_of(quota)
    return tally.reached(Belongs(country_code, regency_code or None, institution)) if tally else None


def limited(quota: Quota) -> bool:
    return bool(quota.role.limits) or quota.role.way_in is WayIn.NOMINATION


def waiting_in_order(quota_id: int) -> Iterator[tuple[int, Belongs]]:
    """Who waits, in the order in which they are served: registration id and what she counts as."""
    rows = db.session.execute(
        _belonging()
        .where(Registration.quota_id == quota_id, Registration.state == State.WAITING)
        .order_by(Registration.priority.desc(), Registration.queue_number)
    )
    for row in rows:
        yield row[0], _belongs(row)


def belongs(registration: Registration) -> Belongs:
    person, invitation = registration.person, registration.invitation
    nominated = invitation if invitation and invitation.kind is InvitationKind.NOMINATION else None
    return Belongs(
        person.country_code,
        person.regency_code,
        person.institution,
        nominated.id if nominated else None,
        nominated.places if nominated else 0,
    )


_Columns = Row[int, str, str | None, str, int | None, int | None, InvitationKind | None]


def _belonging() -> Select[int, str, str | None, str, int | None, int | None, InvitationKind | None]:
    return (
        select(
            Registration.id,
            Person.country_code,
            Person.regency_code,
            Person.institution,
            Invitation.id,
            Invitation.places,
            Invitation.kind,
        )
        .join(Registration.person)
        .outerjoin(Registration.invitation)
    )


def _belongs(row: _Columns) -> Belongs:
    _id, country, regency, institution, invitation_id, places, kind = row
    if kind is not InvitationKind.NOMINATION:
        return Belongs(country, regency, institution)
    return Belongs(country, regency, institution, invitation_id, places or 0)


def _kinds(who: Belongs) -> list[Kind]:
    kinds = [
        (LimitedBy.COUNTRY.value, who.country_code),
        (LimitedBy.REGENCY.value, who.regency_code or ""),
        (LimitedBy.AGENCY.value, name_key(who.institution)),
        (_NOMINATION, str(who.nomination_id or "")),
    ]
    return [(by, value) for by, value in kinds if value]

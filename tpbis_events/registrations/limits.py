"""Sub-quotas: at most so many seats of a role for one country, regency or agency, and no more than an agency may nominate.

All limits that apply must hold, and the smallest wins. They are counted within one quota, under its lock. What an agency
may nominate counts in a role by nomination only: who came by it to a role that was opened since is one of all.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from sqlalchemy import or_, select

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
    """How many of each kind hold a seat of one quota, and who waits, in the order in which they are served.

    It is kept up as seats are given in one transaction.
    """

    limits: tuple[Limit, ...]
    nominations: bool  # whether what an agency may nominate counts
    held: Counter[Kind] = field(default_factory=Counter)
    line: list[tuple[int, Belongs]] = field(default_factory=list)  # registration id and what she counts as

    def reached(self, who: Belongs) -> Reached | None:
        """The first limit that has no room for one more like her; None when all have."""
        for kind, most in self._limits_of(who):
            if self.held[kind] >= most:
                return Reached(*kind, most)
        return None

    def next_in_line(self) -> int | None:
        """Whose turn it is: the first for whom all limits have room."""
        return next((registration_id for registration_id, who in self.line if not self.reached(who)), None)

    def give(self, registration_id: int, who: Belongs) -> None:
        """She has a seat now, and doesn't wait any longer."""
        self.add(who)
        self.line = [each for each in self.line if each[0] != registration_id]

    def add(self, who: Belongs, seats: int = 1) -> None:
        for kind in set(_kinds(who)):
            self.held[kind] += seats

    def _limits_of(self, who: Belongs) -> Iterator[tuple[Kind, int]]:
        kinds = dict(_kinds(who))
        for limit in self.limits:
            value = kinds.get(limit.limited_by.value)
            if value and limit.value in ("", value):
                yield (limit.limited_by.value, value), limit.most
        if self.nominations and who.nomination_id:
            yield (_NOMINATION, str(who.nomination_id)), who.nomination_places


def tally_of(quota: Quota) -> Tally | None:
    """The tally of a quota, in one query; None when nothing needs to be counted. Locked, where anything is decided by it."""
    if not limited(quota):
        return None
    tally = Tally(tuple(quota.role.limits), nominations=quota.role.way_in is WayIn.NOMINATION)
    rows = db.session.execute(
        select(
            Registration.id,
            Registration.state,
            Person.country_code,
            Person.regency_code,
            Person.institution,
            Invitation.id,
            Invitation.places,
            Invitation.kind,
        )
        .join(Registration.person)
        .outerjoin(Registration.invitation)
        .where(
            Registration.quota_id == quota.id,
            or_(Registration.seat_id.is_not(None), Registration.state == State.WAITING),
        )
        .order_by(Registration.priority.desc(), Registration.queue_number)
    )
    for registration_id, state, country, regency, institution, invitation_id, places, kind in rows:
        nominated = (invitation_id, places) if kind is InvitationKind.NOMINATION else (None, 0)
        who = Belongs(country, regency, institution, *nominated)
        if state is State.WAITING:
            tally.line.append((registration_id, who))
        else:
            tally.add(who)
    return tally


def reached_for(quota: Quota, *, country_code: str, regency_code: str, institution: str) -> Reached | None:
    """The limit that has no room for such a person as things stand, for a page that tells her before she asks."""
    tally = tally_of(quota)
    return tally.reached(Belongs(country_code, regency_code or None, institution)) if tally else None


def limited(quota: Quota) -> bool:
    return bool(quota.role.limits) or quota.role.way_in is WayIn.NOMINATION


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


def _kinds(who: Belongs) -> list[Kind]:
    kinds = [
        (LimitedBy.COUNTRY.value, who.country_code),
        (LimitedBy.REGENCY.value, who.regency_code or ""),
        (LimitedBy.AGENCY.value, name_key(who.institution)),
        (_NOMINATION, str(who.nomination_id or "")),
    ]
    return [(by, value) for by, value in kinds if value]

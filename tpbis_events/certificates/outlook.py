"""What issuing certificates for many would bring about now, and what was issued so far, session by session.

By the very rules of `issue`, read for all at once. Whether a name can be printed is found out only when it is drawn.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import and_, case, func, select
from sqlalchemy.orm import joinedload, load_only

from tpbis_events.certificates.earning import Earned, earned_by_many
from tpbis_events.certificates.extent import Extent
from tpbis_events.certificates.issue import require_ready
from tpbis_events.certificates.model import Certificate, Signing, Version
from tpbis_events.certificates.rules import Need
from tpbis_events.foundation.database import db
from tpbis_events.foundation.errors import Refusal
from tpbis_events.people.model import Person
from tpbis_events.programmes.model import Event, Session
from tpbis_events.registrations.model import Registration, State

AT_ONCE = 5_000  # registrations whose earning is read by one set of queries
NOT_EARNED = frozenset({"certificate.not_earned", "certificate.requirements_missing"})
REVOKED = "certificate.revoked"


@dataclass(slots=True)
class Outlook:
    """Numbers of persons. `already`: has a seat and a certificate; `missing`: by what (a person may lack several things);
    `lacking`: persons who lack something; `refused`: by the code of the refusal. `issued` and `unsigned` count certificates
    that weren't revoked, also of who has no seat any longer; `unsigned` ones wait for their signature.
    """

    session: Session | None
    begun: bool = True
    seated: int = 0
    ready: int = 0
    already: int = 0
    lacking: int = 0
    missing: Counter[Need] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)
    issued: int = 0
    unsigned: int = 0
    revoked: int = 0

    def add(self, other: Outlook) -> None:
        for name in ("seated", "ready", "already", "lacking", "issued", "unsigned", "revoked"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.missing += other.missing
        self.refused += other.refused


def outlook(of: Extent, now: datetime) -> list[Outlook]:
    """A row for each session, in their order. At most ten queries (for every AT_ONCE persons without one six of them)."""
    begun = {each.id for each in of.begun(now)}
    rows = {each.id: Outlook(each, each.id in begun) for each in of.sessions}
    _count_seats(rows)
    _count_certificates(rows)
    waiting = _without(sorted(begun))
    for first in range(0, len(waiting), AT_ONCE):
        _foresee(of.event, waiting[first : first + AT_ONCE], rows, now)
    return list(rows.values())


def total(rows: Sequence[Outlook], *, begun_only: bool = False) -> Outlook:
    """The sum of the rows; `begun_only`: of those that an order would be about."""
    found = Outlook(None)
    for each in rows:
        if each.begun or not begun_only:
            found.add(each)
    return found


def missing_of(earned: Earned) -> list[Need]:
    """What somebody lacks, in the order in which people meet it."""
    return [each.what for each in earned.requirements if not each.met]


def _count_seats(rows: dict[int, Outlook]) -> None:
    seated = (Registration.session_id.in_(list(rows)), Registration.state == State.SEATED)
    wanted = select(Registration.session_id, func.count()).where(*seated).group_by(Registration.session_id)
    for session_id, number in db.session.execute(wanted):
        rows[session_id].seated = number


def _count_certificates(rows: dict[int, Outlook]) -> None:
    stands, seated = Certificate.revoked_at.is_(None), Registration.state == State.SEATED
    unsigned = and_(stands, Version.signing != Signing.NONE, Version.signed_hash.is_(None))
    newest = and_(Version.certificate_id == Certificate.id, Version.version == Certificate.version)
    sums = [
        func.sum(case((which, 1), else_=0))
        for which in (stands, unsigned, ~stands, and_(stands, seated), ~stands & seated)
    ]
    wanted = select(Registration.session_id, *sums).select_from(Certificate)
    wanted = wanted.join(Registration, Registration.id == Certificate.registration_id).join(Version, newest)
    wanted = wanted.where(Registration.session_id.in_(list(rows))).group_by(Registration.session_id)
    for session_id, issued, waits, revoked, already, refused in db.session.execute(wanted):
        row = rows[session_id]
        row.issued, row.unsigned, row.revoked, row.already = issued, waits, revoked, already
        if refused:
            row.refused[REVOKED] = refused


def _without(session_ids: Sequence[int]) -> Sequence[Registration]:
    """Who has a seat there and never had a certificate."""
    had = select(Certificate.id).where(Certificate.registration_id == Registration.id).exists()
    wanted = select(Registration).where(
        Registration.session_id.in_(session_ids), Registration.state == State.SEATED, ~had
    )
    columns = (Registration.state, Registration.event_id, Registration.session_id, Registration.role_id)
    return db.session.scalars(
        wanted.options(
            load_only(*columns, raiseload=True),
            joinedload(Registration.role, innerjoin=True),
            joinedload(Registration.person, innerjoin=True).load_only(Person.full_name),
        )
    ).all()


def _foresee(event: Event, people: Sequence[Registration], rows: dict[int, Outlook], now: datetime) -> None:
    earned = earned_by_many(event, people)
    for each in people:
        row = rows[each.session_id]
        try:
            require_ready(each, each.role.certificate_kind, at=now, waived=False, earned=earned[each.id])
        except Refusal as no:
            if no.code in NOT_EARNED:
                row.lacking += 1
                row.missing.update(missing_of(earned[each.id]))
            else:
                row.refused[no.code] += 1
        else:
            row.ready += 1

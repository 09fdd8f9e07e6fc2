"""Print badges or desk signs: of a whole session, a role, one person, or of those who came after the last printing."""

from __future__ import annotations

from dataclasses import dataclass

from tpbis_events.attendance.guests import guests_of
from tpbis_events.attendance.papers import Print, Printing
from tpbis_events.attendance.printings import already_printed
from tpbis_events.audit.record import record
from tpbis_events.foundation import clock
from tpbis_events.foundation.codes import read_back
from tpbis_events.foundation.database import db
from tpbis_events.foundation.errors import NotFound, Refusal
from tpbis_events.foundation.transaction import command
from tpbis_events.people.actor import Act, Actor
from tpbis_events.programmes.model import Session


@dataclass(frozen=True, slots=True)
class Whom:
    """Everybody, unless a role, a reference, or only those who have none yet."""

    role_id: int | None = None
    reference: str = ""
    new_only: bool = False


@command
def print_cards(session_id: int, kind: Print, whom: Whom, *, by: Actor) -> tuple[int, ...]:
    """The registrations to print, by role and name, noted as printed. Refuses a session out of reach (404), and nobody."""
    session = db.session.get(Session, session_id)
    if session is None:
        raise NotFound("session.unknown")
    by.require(Act.PRINT_SHEETS, session.province_code)
    before = already_printed(session.id, kind) if whom.new_only else set()
    reference = read_back(whom.reference)
    rows = tuple(
        guest.registration_id
        for guest in guests_of(session)
        if whom.role_id in (None, guest.role.id)
        and (not whom.reference or guest.reference == reference)
        and guest.registration_id not in before
    )
    if not rows:
        raise Refusal("cards.nobody")
    now = clock.now()
    db.session.add(Printing(kind=kind, session_id=session.id, rows=list(rows), printed_at=now, printed_by=by.label))
    record(
        "cards.printed",
        f"session:{session.id}",
        at=now,
        actor=by.label,
        province_code=session.province_code,
        after={"kind": kind.value, "rows": len(rows)},
    )
    return rows

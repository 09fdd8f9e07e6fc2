"""Settle a scan that waits for the office: accept it, so that it counts by its own time, or dismiss it; with a reason."""

from __future__ import annotations

from tpbis_events.attendance import rules
from tpbis_events.attendance.admit import Coming, admit
from tpbis_events.attendance.hold import lock_registration
from tpbis_events.attendance.model import Scan, Settling, Source
from tpbis_events.attendance.presence import standing_row
from tpbis_events.audit.record import record
from tpbis_events.foundation import clock
from tpbis_events.foundation.database import db
from tpbis_events.foundation.errors import NotFound, Refusal
from tpbis_events.foundation.transaction import command
from tpbis_events.people.actor import Act, Actor
from tpbis_events.programmes.model import AgendaItem, SessionDay
from tpbis_events.registrations.rules import LONGEST_REASON, plain


@command
def settle_scan(scan_id: int, *, accept: bool, reason: str, by: Actor) -> Settling:
    """Needs the right to manage the door. Accepting needs a person who has a seat in the session now (reinstate or seat her
    first); whoever is checked in already stays so, by the earlier time. Refuses what was settled before, and no reason.

    Locks: the registration, then the scan.
    """
    scan = db.session.get(Scan, scan_id)
    if scan is None:
        raise NotFound("scan.unknown")
    day = db.session.get_one(SessionDay, scan.day_id)
    by.require(Act.MANAGE_DOOR, day.session.province_code)
    registration = lock_registration(scan.registration_id) if scan.registration_id else None
    scan = db.session.get_one(Scan, scan_id, with_for_update=True, populate_existing=True)
    if scan.settling is not Settling.OPEN:
        raise Refusal("scan.settled")
    reason = plain(reason, LONGEST_REASON)
    if not reason:
        raise Refusal("scan.reason_missing")
    now = clock.now()
    if accept:
        no = rules.objection(registration, day.session) if registration else Refusal("attendance.unknown")
        no = no or rules.day_objection(day, day.session.zone, now, on_the_day=False)
        if no or registration is None:
            raise no or Refusal("attendance.unknown")
        item = db.session.get(AgendaItem, scan.item_id) if scan.item_id else None
        source = Source.DEVICE if scan.device_id else Source.DOOR
        coming = Coming(day.session, day, item, scan.happened_at, now, source, device_id=scan.device_id)
        admit(registration, standing_row(registration.id, day.id, scan.item_id), coming, by)
    scan.settling = Settling.ACCEPTED if accept else Settling.DISMISSED
    scan.settled_at, scan.settled_by, scan.settle_reason = now, by.label, reason
    record(
        f"scan.{scan.settling.value}",
        f"registration:{scan.registration_id}" if scan.registration_id else f"session:{scan.session_id}",
        at=now,
        actor=by.label,
        province_code=day.session.province_code,
        after={"scan": scan.id, "result": scan.result},
        reason=reason,
    )
    return scan.settling

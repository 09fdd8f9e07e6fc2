"""The record of a session's attendance as an auditor reads it: everybody with her times, what was undone or read in vain."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _l

from tpbis_events.attendance.model import Attendance, Scan, Source
from tpbis_events.attendance.online import OnlinePresence
from tpbis_events.attendance.papers import SheetPhoto
from tpbis_events.attendance.presence import names_of
from tpbis_events.audit import log
from tpbis_events.audit.model import AuditHead
from tpbis_events.programmes.model import AgendaItem, Session, SessionDay
from tpbis_events.reports.attendance_checksum import canonical, checksum, grouped
from tpbis_events.reports.attendance_facts import Facts, Guest, facts_of, guests_of, items_of

SOURCES: dict[Source, Any] = {
    Source.OFFICE: _l("office"),
    Source.DOOR: _l("door, account"),
    Source.DEVICE: _l("door, device"),
    Source.PAPER: _l("paper"),
    Source.ONLINE: _l("online"),
}
READ = ("in", "again")  # results of a scan that failed in nothing


@dataclass(frozen=True, slots=True)
class Signed:
    """How her day is signed: when she drew on a screen, and in which row of which sheet the paper has her."""

    at: datetime | None = None
    sheet: str = ""
    row: int | None = None

    def __bool__(self) -> bool:
        return self.at is not None or bool(self.sheet)


@dataclass(frozen=True, slots=True)
class Came:
    """A check-in, standing or undone. `by` is the name of the account, of the device, or who it was by label."""

    row: Attendance
    item: AgendaItem | None
    by: str
    undone_by: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One person's day."""

    guest: Guest
    came: tuple[Came, ...]  # that stand
    undone: tuple[Came, ...]
    online: OnlinePresence | None
    signed: Signed


@dataclass(frozen=True, slots=True)
class Day:
    day: SessionDay
    entries: tuple[Entry, ...]

    @property
    def attended(self) -> int:
        return sum(bool(each.came) for each in self.entries)

    @property
    def unsigned(self) -> int:
        """Came on site, and no signature is known."""
        return sum(any(not c.row.online for c in each.came) and not each.signed for each in self.entries)


@dataclass(frozen=True, slots=True)
class Failed:
    """A scan that let nobody in: what was read is kept masked."""

    scan: Scan
    name: str
    by: str
    settled_by: str


@dataclass(frozen=True, slots=True)
class Record:
    """`digits` is the checksum in groups; `head` the end of the audit chain at that moment."""

    session: Session
    days: tuple[Day, ...]
    failed: tuple[Failed, ...]
    sheets: tuple[tuple[SheetPhoto, str, str, str], ...]  # with the sheet's code, who attached it, who withdrew it
    digits: str
    facts: int  # lines of the text that the checksum is made over
    head: AuditHead | None

    @property
    def changes(self) -> tuple[tuple[SessionDay, Entry, Came], ...]:
        """What was undone, in the order of time."""
        found = [(day.day, entry, came) for day in self.days for entry in day.entries for came in entry.undone]
        return tuple(sorted(found, key=lambda each: each[2].row.undone_at or each[2].row.checked_in_at))

    @property
    def audit_head(self) -> str:
        return f"{self.head.number}:{self.head.seal}" if self.head and self.head.number else ""


def record_of(session: Session) -> Record:
    """Thirteen queries, whatever the size."""
    facts = facts_of(session)
    text = canonical(facts)
    names = _names(facts)
    guests = guests_of(facts)
    items = items_of(facts)
    by_guest = {guest.registration_id: guest for guest in guests}
    return Record(
        session,
        tuple(_day(day, facts, guests, items, names) for day in session.days),
        tuple(_failed(scan, by_guest, names) for scan in facts.scans if scan.result not in READ),
        tuple(
            (
                photo,
                facts.codes.get(photo.printing_id, ""),
                names.get(photo.attached_by, photo.attached_by),
                names.get(photo.withdrawn_by or "", photo.withdrawn_by or ""),
            )
            for photo in facts.photos
        ),
        grouped(checksum(text)),
        text.count("\n"),
        log.head(),
    )


def cover_of(session: Session) -> tuple[str, int, AuditHead | None]:
    """What may be known without opening the record: the checksum in groups, its facts, the head of the audit chain."""
    text = canonical(facts_of(session))
    return grouped(checksum(text)), text.count("\n"), log.head()


def _day(
    day: SessionDay, facts: Facts, guests: Iterable[Guest], items: dict[int, AgendaItem], names: dict[str, str]
) -> Day:
    rows: dict[int, list[Came]] = defaultdict(list)
    for row in facts.attendances:
        if row.day_id == day.id:
            by = _by(row.checked_in_by, row.device_id, facts, names)
            undone_by = names.get(row.undone_by or "", row.undone_by or "")
            rows[row.registration_id].append(Came(row, items.get(row.item_id or 0), by, undone_by))
    online = {row.registration_id: row for row in facts.presences if row.day_id == day.id}
    signed = _signed(day, facts)
    entries = []
    for guest in guests:
        own = rows.get(guest.registration_id, [])
        if guest.seated or own:
            entries.append(
                Entry(
                    guest,
                    tuple(each for each in own if each.row.undone_at is None),
                    tuple(each for each in own if each.row.undone_at is not None),
                    online.get(guest.registration_id),
                    signed.get(guest.registration_id, Signed()),
                )
            )
    return Day(day, tuple(entries))


def _signed(day: SessionDay, facts: Facts) -> dict[int, Signed]:
    drawn = {
        row.registration_id: row.drawn_at for row in facts.signatures if row.day_id == day.id and not row.replaced_at
    }
    marks = {row.registration_id: row for row in facts.marks if row.day_id == day.id and not row.taken_back_at}
    return {
        who: Signed(
            drawn.get(who),
            facts.codes.get(marks[who].printing_id, "") if who in marks else "",
            marks[who].row if who in marks else None,
        )
        for who in {*drawn, *marks}
    }


def _failed(scan: Scan, guests: dict[int, Guest], names: dict[str, str]) -> Failed:
    guest = guests.get(scan.registration_id or 0)
    return Failed(
        scan,
        guest.full_name if guest else "",
        names.get(scan.made_by, scan.made_by),
        names.get(scan.settled_by or "", scan.settled_by or ""),
    )


def _by(label: str, device_id: int | None, facts: Facts, names: dict[str, str]) -> str:
    device = facts.devices.get(device_id or 0)
    return device.name if device else names.get(label, label)


def _names(facts: Facts) -> dict[str, str]:
    """The names behind the labels of the rows: of accounts, and of the session's devices."""
    labels = {row.checked_in_by for row in facts.attendances} | {row.undone_by or "" for row in facts.attendances}
    labels |= {scan.made_by for scan in facts.scans} | {scan.settled_by or "" for scan in facts.scans}
    labels |= {photo.attached_by for photo in facts.photos} | {photo.withdrawn_by or "" for photo in facts.photos}
    devices = {f"device:{each.id}": each.name for each in facts.devices.values()}
    return {**names_of(label for label in labels if label), **devices}

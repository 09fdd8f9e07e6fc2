"""The checksum of a session's attendance: SHA-256 over one plain text that anybody can make again (decision 33).

The text has a line for each fact, a JSON array in UTF-8 without blanks, and the lines are in the order of their characters:

    ["tpbis attendance record",1]
    ["event","shm-provinsi-2027"]
    ["session","bali"]
    ["came","7K3M9QXW","2027-08-09",null,"2027-08-09T00:31:02.000000+00:00","2027-08-09T00:31:02.000000+00:00","account:3",...]

Persons stand in it by their references, since names are corrected and, two years later, erased. A fact is in it from the
moment at which it was written down, so the checksum of a moment in the past can be made again. Pure.
"""

from __future__ import annotations

import hashlib
import json
import unicodedata
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from tpbis_events.reports.attendance_facts import Facts

VERSION = 1
GROUP = 4  # digits, as it is printed

Line = tuple[datetime | None, list[Any]]  # when it was written down, and what


def canonical(facts: Facts, until: datetime | None = None) -> str:
    """The text, with all that was written down by `until` (none: everything)."""
    head: list[list[Any]] = [
        ["tpbis attendance record", VERSION],
        ["event", facts.session.event.slug],
        ["session", facts.session.slug],
    ]
    lines = [_written(what) for at, what in _lines(facts) if until is None or (at is not None and at <= until)]
    return "".join(f"{line}\n" for line in [*map(_written, head), *sorted(lines)])


def checksum(text: str) -> str:
    """64 hexadecimal digits."""
    return hashlib.sha256(text.encode()).hexdigest()


def grouped(digits: str) -> str:
    """As it is read and compared: `3fa9 01bc ...`."""
    return " ".join(digits[start : start + GROUP] for start in range(0, len(digits), GROUP))


def _lines(facts: Facts) -> Iterator[Line]:
    yield from _came(facts)
    yield from _read(facts)
    yield from _signed(facts)
    yield from _by_video(facts)


def _came(facts: Facts) -> Iterator[Line]:
    for row in facts.attendances:
        who = [facts.references[row.registration_id], facts.dates[row.day_id], row.item_id]
        yield (
            row.checked_in_at,
            [
                "came",
                *who,
                _moment(row.happened_at),
                _moment(row.checked_in_at),
                row.checked_in_by,
                row.source.value,
                row.device_id,
                row.online,
                row.late,
            ],
        )
        if row.undone_at:
            yield (
                row.undone_at,
                ["undone", *who, _moment(row.checked_in_at), _moment(row.undone_at), row.undone_by, row.undo_reason],
            )


def _read(facts: Facts) -> Iterator[Line]:
    for row in facts.scans:
        who = facts.references[row.registration_id] if row.registration_id else None
        yield (
            row.received_at,
            [
                "read",
                row.key,
                who,
                facts.dates[row.day_id],
                row.item_id,
                row.result,
                _moment(row.happened_at),
                _moment(row.received_at),
                row.clock_wrong_by,
                row.made_by,
                row.device_id,
            ],
        )
        if row.settled_at:
            yield (
                row.settled_at,
                ["settled", row.key, row.settling.value, _moment(row.settled_at), row.settled_by, row.settle_reason],
            )


def _signed(facts: Facts) -> Iterator[Line]:
    for drawn in facts.signatures:
        who = [facts.references[drawn.registration_id], facts.dates[drawn.day_id], _moment(drawn.drawn_at)]
        yield drawn.drawn_at, ["signed", *who, drawn.drawn_by]
        if drawn.replaced_at:
            yield drawn.replaced_at, ["signed anew", *who, _moment(drawn.replaced_at)]
    for mark in facts.marks:
        code = facts.codes.get(mark.printing_id, "")
        on = [facts.references[mark.registration_id], facts.dates[mark.day_id], code, mark.row]
        yield mark.keyed_at, ["on paper", *on, _moment(mark.keyed_at), mark.keyed_by]
        if mark.taken_back_at:
            taken = [_moment(mark.keyed_at), _moment(mark.taken_back_at), mark.taken_back_by]
            yield mark.taken_back_at, ["not on paper", *on, *taken]
    for photo in facts.photos:
        what = [facts.dates[photo.day_id], facts.codes.get(photo.printing_id, ""), photo.received_hash]
        yield (
            photo.attached_at,
            ["sheet", *what, photo.kept_hash, _moment(photo.attached_at), photo.attached_by],
        )
        if photo.withdrawn_at:
            gone = [_moment(photo.withdrawn_at), photo.withdrawn_by, photo.withdraw_reason]
            yield photo.withdrawn_at, ["sheet withdrawn", *what, *gone]


def _by_video(facts: Facts) -> Iterator[Line]:
    for row in facts.presences:
        who = [facts.references[row.registration_id], facts.dates[row.day_id]]
        if row.joined_at:
            yield row.joined_at, ["joined", *who, _moment(row.joined_at)]
        if row.confirmed_at:
            yield row.confirmed_at, ["confirmed", *who, _moment(row.confirmed_at)]
        if row.listed_at:
            yield row.listed_at, ["listed", *who, _moment(row.listed_at), row.listed_by, row.listed_minutes]


def _moment(at: datetime | None) -> str | None:
    return at.astimezone(UTC).isoformat(timespec="microseconds") if at else None


def _written(what: list[Any]) -> str:
    return unicodedata.normalize("NFC", json.dumps(what, ensure_ascii=False, separators=(",", ":")))

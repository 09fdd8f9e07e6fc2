"""The list of who was in a video call, as the meeting tools write it: Zoom, Google Meet, Microsoft Teams, in XLSX or CSV.

A person who came in three times stands there three times; she is one here, with all her minutes. Pure: no database.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import cache

from tpbis_events.attendance.list_times import moment_of, seconds_of
from tpbis_events.people.folding import folded, words_of
from tpbis_events.registrations.sheet import Sheet
from tpbis_events.registrations.sheet_cells import BadSheet

# What a column is called, by tool and language; matched without case, signs and what stands in brackets.
HEADINGS: dict[str, tuple[str, ...]] = {
    "name": ("name", "full name", "participant", "participant name", "user name", "nama", "nama lengkap", "nama peserta"),
    "first_name": ("first name", "nama depan"),
    "last_name": ("last name", "nama belakang"),
    "email": ("email", "e mail", "user email", "email address", "surel", "alamat email", "participant id"),
    "joined": ("join time", "joined", "time joined", "first join", "first join time", "waktu bergabung", "waktu masuk"),
    "left": ("leave time", "left", "time exited", "last leave", "last leave time", "waktu keluar"),
    "minutes": (
        "duration", "total duration", "in meeting duration", "time in call", "durasi", "durasi total", "menit", "minutes",
    ),
    "waiting_room": ("in waiting room", "waiting room"),
}  # fmt: skip
_BRACKETS = re.compile(r"\([^)]*\)")
_NEXT_TABLE = re.compile(r"\d+\.\s*\S.*")  # "3. In-Meeting Activities": Teams writes several tables below each other
_YES = frozenset({"yes", "ya", "true", "1"})


@dataclass(frozen=True, slots=True)
class Visit:
    """One person as the tool knew her, over all times that she came in. Times are on the clocks of the list, none where it has
    none; `minutes` is none when neither they nor a duration could be read.
    """

    name: str
    email: str = ""
    joined: datetime | None = None
    left: datetime | None = None
    minutes: int | None = None
    times: int = 1  # how often she came in


@dataclass(frozen=True, slots=True)
class _Stay:
    name: str
    email: str
    joined: datetime | None
    left: datetime | None
    seconds: int | None


def visits_of(sheet: Sheet, day: date) -> tuple[Visit, ...]:
    """Who was there, in the order of the list; `day` settles whether 08/09 is in August or September.

    Time in the waiting room isn't counted. Refuses (BadSheet) a sheet without a column of names, and one with nobody below it.
    """
    fields, lines = _table_of(sheet)
    stays = [stay for cells in lines if (stay := _stay(fields, cells, day))]
    if not stays:
        raise BadSheet("sheet.empty")
    return merged(stays)


def merged(stays: Sequence[_Stay]) -> tuple[Visit, ...]:
    """Who came in several times is one: by her address, and who shows none by her name, also beside one address of that name."""
    addresses: dict[str, set[str]] = {}
    for stay in stays:
        addresses.setdefault(_key(stay.name), set()).update([stay.email] if stay.email else [])
    together: dict[str, list[_Stay]] = {}
    for stay in stays:
        known = addresses[_key(stay.name)]
        email = stay.email or (next(iter(known)) if len(known) == 1 else "")
        together.setdefault(email or f"name:{_key(stay.name)}", []).append(replace(stay, email=email))
    return tuple(_visit(parts) for parts in together.values())


def at_least(minutes: int | None, wanted: int) -> bool:
    """Whether somebody stayed long enough; a list without times keeps nobody out."""
    return not wanted or minutes is None or minutes >= wanted


def _visit(stays: Sequence[_Stay]) -> Visit:
    joined = min((stay.joined for stay in stays if stay.joined), default=None)
    left = max((stay.left for stay in stays if stay.left), default=None)
    seconds = _together(stays)
    minutes = None if seconds is None else round(seconds / 60)
    return Visit(stays[0].name, stays[0].email, joined, left, minutes, len(stays))


def _together(stays: Sequence[_Stay]) -> int | None:
    """Her seconds in all: with two devices at once each second counts once, where the times are known."""
    durations = [stay.seconds for stay in stays if stay.seconds is not None]
    spans = sorted((stay.joined, stay.left) for stay in stays if stay.joined and stay.left and stay.left >= stay.joined)
    if len(stays) == 1 or len(spans) < len(stays):
        return sum(durations) if durations else None
    there, end = timedelta(), spans[0][0]
    for starts, ends in spans:
        there += max(ends - max(starts, end), timedelta())
        end = max(end, ends)
    seconds = int(there.total_seconds())
    return min(seconds, sum(durations)) if len(durations) == len(stays) else seconds


def _stay(fields: Sequence[str | None], cells: Sequence[str], day: date) -> _Stay | None:
    texts: dict[str, str] = {}
    for field, text in zip(fields, cells, strict=False):
        if field and text:
            texts.setdefault(field, text)
    name = texts.get("name") or " ".join(texts[key] for key in ("first_name", "last_name") if key in texts)
    if not name or texts.get("waiting_room", "").casefold() in _YES:
        return None
    joined, left = moment_of(texts.get("joined", ""), day), moment_of(texts.get("left", ""), day)
    seconds = seconds_of(texts.get("minutes", ""))
    if seconds is None and joined and left and left >= joined:
        seconds = int((left - joined).total_seconds())
    return _Stay(name, folded(texts.get("email", "")), joined, left, seconds)


def _table_of(sheet: Sheet) -> tuple[list[str | None], list[tuple[str, ...]]]:
    """The first table with a column of names and one of the others; what stands above it tells of the meeting."""
    rows = [sheet.header, *(tuple(cell.text for cell in line.cells) for line in sheet.lines)]
    for number, row in enumerate(rows):
        fields = [_field_of(heading) for heading in row]
        named = "name" in fields or "first_name" in fields
        if named and {"email", "joined", "minutes"} & set(fields):
            below: list[tuple[str, ...]] = []
            for cells in rows[number + 1 :]:
                filled = [text for text in cells if text]
                if len(filled) == 1 and _NEXT_TABLE.fullmatch(filled[0]):
                    break
                if [_field_of(text) for text in cells] != fields:  # the headings once more, at a page's beginning
                    below.append(cells)
            return fields, below
    raise BadSheet("sheet.no_column", column="Name / Nama")


def _field_of(heading: str) -> str | None:
    return _fields().get(" ".join(words_of(_BRACKETS.sub(" ", heading))))


@cache
def _fields() -> Mapping[str, str]:
    return {heading: field for field, headings in HEADINGS.items() for heading in headings}


def _key(name: str) -> str:
    return " ".join(words_of(name))

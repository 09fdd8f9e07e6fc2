"""The PDFs of an upload: files one by one, or those of a ZIP, whatever else lies in it. No database.

Every measure of a ZIP is what somebody wrote into it, so files are read up to a limit, whatever it says of them.
"""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import IO

MOST_BYTES = 8 * 1024 * 1024  # of one PDF
MOST_FILES = 1000
MOST_IN_ALL = 256 * 1024 * 1024  # bytes of all files of an upload, unpacked
LISTS = (".csv", ".xlsx", ".txt")  # what was taken out beside the files, and may come back with them
_ENTRY = b"PK\x01\x02"  # before each entry of a ZIP's directory
_PIECE = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Sent:
    """A file by the name that it came with; `problem` says why there is no content."""

    name: str
    content: bytes = b""
    problem: str = ""


def pdfs_in(uploads: Iterable[tuple[str, IO[bytes]]]) -> Iterator[Sent]:
    """Each file of each upload, one at a time in memory. Lists, folders and what systems put into ZIPs are left out."""
    left, number = MOST_IN_ALL, 0
    for name, stream in uploads:
        stream.seek(0)
        zipped = stream.read(4) == b"PK\x03\x04"
        stream.seek(0)
        for sent in _unzipped(name, stream) if zipped else (_read(name, stream),):
            left -= len(sent.content)
            number += 1
            if left < 0 or number > MOST_FILES:
                yield Sent(name, problem="too_many")
                return
            yield sent


def _read(name: str, stream: IO[bytes]) -> Sent:
    content = stream.read(MOST_BYTES + 1)
    if len(content) > MOST_BYTES:
        return Sent(name, problem="too_large")
    return Sent(name, content)


def _unzipped(name: str, stream: IO[bytes]) -> Iterator[Sent]:
    if _entries(stream) > 2 * MOST_FILES:
        yield Sent(name, problem="too_many")
        return
    try:
        opened = zipfile.ZipFile(stream)
        entries = opened.infolist()
    except (zipfile.BadZipFile, ValueError, OSError, EOFError, NotImplementedError, RuntimeError):
        yield Sent(name, problem="zip_broken")
        return
    with opened:
        for entry in entries:
            own = entry.filename.replace("\\", "/").rpartition("/")[2]
            if entry.is_dir() or own.startswith(".") or entry.filename.startswith("__MACOSX/"):
                continue
            if own.lower().endswith(LISTS):
                continue
            yield _entry(opened, entry, own)


def _entry(opened: zipfile.ZipFile, entry: zipfile.ZipInfo, name: str) -> Sent:
    if entry.flag_bits & 0x1:
        return Sent(name, problem="locked")
    try:
        with opened.open(entry) as file:
            return _read(name, file)
    except (zipfile.BadZipFile, zlib.error, ValueError, OSError, EOFError, NotImplementedError, RuntimeError):
        return Sent(name, problem="unreadable")


def _entries(stream: IO[bytes]) -> int:
    """About how many entries its directory has, counted before a reader makes an object of each."""
    counted, before = 0, b""
    while piece := stream.read(_PIECE):
        counted += (before + piece).count(_ENTRY)
        before = piece[-3:]
    stream.seek(0, io.SEEK_SET)
    return counted

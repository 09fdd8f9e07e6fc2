"""Attach the photograph or scan of a signed sheet, withdraw one that was wrong, fetch one: each written into the audit log."""

from __future__ import annotations

import os
import secrets
from dataclasses import dataclass
from pathlib import Path

from flask import current_app
from sqlalchemy import func, select

from tpbis_events.attendance.papers import SheetPhoto
from tpbis_events.attendance.photo_file import PhotoFile
from tpbis_events.attendance.printings import printing_of
from tpbis_events.audit.record import record
from tpbis_events.foundation import clock
from tpbis_events.foundation.database import db
from tpbis_events.foundation.errors import Gone, NotFound, Refusal
from tpbis_events.foundation.transaction import command
from tpbis_events.people.actor import Act, Actor
from tpbis_events.programmes.model import SessionDay
from tpbis_events.registrations.rules import LONGEST_REASON, plain

MOST_PHOTOS = 60  # of one day
MIMETYPES = {"jpg": "image/jpeg", "pdf": "application/pdf"}


@dataclass(frozen=True, slots=True)
class Fetched:
    path: Path
    file_name: str
    mimetype: str


def folder() -> Path:
    """Where the files stand; nobody else's eyes."""
    place = Path(current_app.config["INSTANCE"]) / "papers"
    place.mkdir(mode=0o700, parents=True, exist_ok=True)
    return place


def path_of(key: str, kind: str) -> Path:
    """Where the file of a photograph stands; its name can't be guessed."""
    return folder() / f"{key}.{kind}"


def attach_photo(code: str, photo: PhotoFile, *, by: Actor) -> int:
    """Keep the file, then its row; where the row is refused, no file stays. The same file twice is one. Answers its id."""
    key = secrets.token_urlsafe(32)
    path = path_of(key, photo.kind)
    with open(path, "xb", opener=lambda name, flags: os.open(name, flags, 0o600)) as file:
        file.write(photo.content)
        file.flush()
        os.fsync(file.fileno())
    try:
        photo_id, new = note_photo(code, key, photo, by=by)
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    if not new:
        path.unlink(missing_ok=True)
    return photo_id


@command
def note_photo(code: str, key: str, photo: PhotoFile, *, by: Actor) -> tuple[int, bool]:
    """The row of a file that stands in its place already; whether it is a new one. Refuses a sheet out of reach (404), and more
    than MOST_PHOTOS of one day.
    """
    printing, day = printing_of(code, by=by, act=Act.PRINT_SHEETS)
    of_day = select(SheetPhoto).where(SheetPhoto.day_id == day.id, SheetPhoto.withdrawn_at.is_(None))
    same = db.session.scalars(of_day.where(SheetPhoto.received_hash == photo.received_hash)).first()
    if same:
        return same.id, False
    if db.session.scalars(select(func.count()).select_from(of_day.subquery())).one() >= MOST_PHOTOS:
        raise Refusal("photo.too_many", most=MOST_PHOTOS)
    row = SheetPhoto(
        day_id=day.id,
        printing_id=printing.id,
        key=key,
        kind=photo.kind,
        size=len(photo.content),
        width=photo.width,
        height=photo.height,
        received_hash=photo.received_hash,
        kept_hash=photo.kept_hash,
        attached_at=clock.now(),
        attached_by=by.label,
    )
    db.session.add(row)
    db.session.flush()
    _note("photo.attached", row, day, by)
    return row.id, True


@command
def withdraw_photo(photo_id: int, *, reason: str, by: Actor) -> None:
    """It was wrong: it stays, marked so, with the reason. Refuses without one, and one that is withdrawn already."""
    row, day = _held(photo_id, by, Act.PRINT_SHEETS)
    reason = plain(reason, LONGEST_REASON)
    if not reason:
        raise Refusal("attendance.reason_missing")
    if row.withdrawn_at:
        raise Refusal("photo.withdrawn")
    row.withdrawn_at, row.withdrawn_by, row.withdraw_reason = clock.now(), by.label, reason
    _note("photo.withdrawn", row, day, by, reason=reason)


@command
def fetch_photo(photo_id: int, *, by: Actor) -> Fetched:
    """The file, for who may see attendance there; each look is written down. Refuses one whose time is over (410)."""
    row, day = _held(photo_id, by, Act.SEE_ATTENDANCE)
    path = path_of(row.key, row.kind) if row.key else None
    if path is None or not path.is_file():
        raise Gone("photo.gone")
    _note("photo.seen", row, day, by)
    name = f"daftar-hadir-{day.session.slug}-hari-{day.number}-{row.id}.{row.kind}"
    return Fetched(path, name, MIMETYPES[row.kind])


def _held(photo_id: int, by: Actor, act: Act) -> tuple[SheetPhoto, SessionDay]:
    row = db.session.get(SheetPhoto, photo_id, with_for_update=True, populate_existing=True)
    if row is None:
        raise NotFound("photo.unknown")
    day = db.session.get_one(SessionDay, row.day_id)
    by.require(act, day.session.province_code)
    return row, day


def _note(act: str, row: SheetPhoto, day: SessionDay, by: Actor, *, reason: str | None = None) -> None:
    record(
        act,
        f"session:{day.session_id}",
        at=clock.now(),
        actor=by.label,
        province_code=day.session.province_code,
        after={
            "photo": row.id,
            "day": day.number,
            "received_sha256": row.received_hash,
            "kept_sha256": row.kept_hash,
        },
        reason=reason,
    )

"""Attendance: a registration was there on a day, or at an item of its agenda; what the door read; the devices at the door."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from tpbis_events.foundation.database import Base, Name, UtcDateTime, words

_DAY_STANDS = text("undone_at IS NULL AND item_id IS NULL")
_ITEM_STANDS = text("undone_at IS NULL AND item_id IS NOT NULL")
_IS_OPEN = text("settling = 'open'")


class Source(StrEnum):
    """Where a check-in comes from."""

    OFFICE = "office"  # ticked from the roster
    DOOR = "door"  # an account at the door
    DEVICE = "device"  # a device that the office gave a link to
    PAPER = "paper"  # keyed in from a signed sheet
    ONLINE = "online"  # she joined by her own link


def _as_written(context: Any) -> datetime:
    at: datetime = context.get_current_parameters()["checked_in_at"]
    return at


class Attendance(Base):
    """One standing row per registration and day, or agenda item of the day; an undone one stays as history.

    `happened_at` is when she came, by the scan's own time set right by the server's clock: this is what pages show.
    `checked_in_at` is when it was written down, which for a scan without a network is later. `late` was found when it was
    written: she came after the beginning of the day (of the item) and the edition's `late_after_minutes`.
    """

    __tablename__ = "attendances"
    __table_args__ = (
        # Two, as no item is never equal to no item.
        Index(
            "uq_attendances_standing_day",
            "registration_id",
            "day_id",
            unique=True,
            sqlite_where=_DAY_STANDS,
            postgresql_where=_DAY_STANDS,
        ),
        Index(
            "uq_attendances_standing_item",
            "registration_id",
            "day_id",
            "item_id",
            unique=True,
            sqlite_where=_ITEM_STANDS,
            postgresql_where=_ITEM_STANDS,
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    registration_id: Mapped[int] = mapped_column(ForeignKey("registrations.id"))
    day_id: Mapped[int] = mapped_column(ForeignKey("session_days.id"), index=True)
    item_id: Mapped[int | None] = mapped_column(ForeignKey("agenda_items.id"), index=True)  # none: the day as such
    online: Mapped[bool] = mapped_column(default=False)
    late: Mapped[bool] = mapped_column(default=False)
    source: Mapped[Source] = mapped_column(words(Source), default=Source.OFFICE)
    happened_at: Mapped[datetime] = mapped_column(UtcDateTime, default=_as_written)
    checked_in_at: Mapped[datetime] = mapped_column(UtcDateTime)
    checked_in_by: Mapped[str] = mapped_column(String(120))
    device_id: Mapped[int | None] = mapped_column(ForeignKey("door_devices.id"))
    undone_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    undone_by: Mapped[str | None] = mapped_column(String(120))
    undo_reason: Mapped[str | None] = mapped_column(String(500))


class Device(Base):
    """A tablet or phone that the office lets open the door of one session on one day, without an account.

    The link works once; what it opens is a key that the browser keeps. The database has the hashes of both.
    """

    __tablename__ = "door_devices"

    id: Mapped[int] = mapped_column(primary_key=True)
    session_id: Mapped[int] = mapped_column(ForeignKey("sessions.id"), index=True)
    day_id: Mapped[int] = mapped_column(ForeignKey("session_days.id"))
    name: Mapped[str] = mapped_column(Name)
    may_search: Mapped[bool] = mapped_column(default=False)  # find people by name; else by their QR codes alone
    link_hash: Mapped[str | None] = mapped_column(String(64), unique=True)  # none once it was opened
    key_hash: Mapped[str | None] = mapped_column(String(64), unique=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    created_by: Mapped[str] = mapped_column(String(120))
    expires_at: Mapped[datetime] = mapped_column(
        UtcDateTime
    )  # midnight after the day; what waits may be sent a while longer
    opened_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    browser: Mapped[str] = mapped_column(String(80), default="")
    last_seen_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    revoked_by: Mapped[str | None] = mapped_column(String(120))


class Settling(StrEnum):
    """Whether a scan needs the office's word: the door let somebody in whom the list doesn't count."""

    NOTHING = "nothing"
    OPEN = "open"
    ACCEPTED = "accepted"
    DISMISSED = "dismissed"


class Scan(Base):
    """One attempt at the door, whatever came of it; kept as it was, with its own key, so that sent twice it is one.

    `result` is `in`, `again`, or the code of the refusal. What was read is kept masked, with a keyed hash to know it again.
    """

    __tablename__ = "scans"
    __table_args__ = (
        Index("ix_scans_session_id_id", "session_id", "id"),
        Index("ix_scans_open", "session_id", sqlite_where=_IS_OPEN, postgresql_where=_IS_OPEN),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(64), unique=True)
    session_id: Mapped[int] = mapped_column(ForeignKey("sessions.id"))
    day_id: Mapped[int] = mapped_column(ForeignKey("session_days.id"))
    item_id: Mapped[int | None] = mapped_column(ForeignKey("agenda_items.id"))
    registration_id: Mapped[int | None] = mapped_column(ForeignKey("registrations.id"), index=True)
    read_masked: Mapped[str] = mapped_column(String(40), default="")
    read_hash: Mapped[str | None] = mapped_column(String(64))
    result: Mapped[str] = mapped_column(String(60))
    shown: Mapped[str] = mapped_column(String(24), default="")  # what the device said while it was alone
    device_clock_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # as the device's own clock had it
    happened_at: Mapped[datetime] = mapped_column(UtcDateTime)  # set right by the server's clock
    received_at: Mapped[datetime] = mapped_column(UtcDateTime)
    clock_wrong_by: Mapped[int] = mapped_column(
        default=0
    )  # seconds that the device's clock was behind; negative: ahead
    clock_doubtful: Mapped[bool] = mapped_column(default=False)  # set while the device was alone: its times are a guess
    made_by: Mapped[str] = mapped_column(String(120))
    device_id: Mapped[int | None] = mapped_column(ForeignKey("door_devices.id"), index=True)
    settling: Mapped[Settling] = mapped_column(words(Settling), default=Settling.NOTHING)
    settled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    settled_by: Mapped[str | None] = mapped_column(String(120))
    settle_reason: Mapped[str | None] = mapped_column(String(500))

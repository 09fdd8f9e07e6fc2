"""The devices at the doors: which one holds a key or a link, and those of a session with what came from them."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select

from tpbis_events.attendance.model import Device, Scan, Settling
from tpbis_events.foundation.database import db

# So long after the end of its day what waits on a device still counts: until noon of the next day.
SYNC_GRACE = timedelta(hours=12)


@dataclass(frozen=True, slots=True)
class DeviceLine:
    """A device as the office sees it; `scans` that came from it, `to_settle` of those."""

    device: Device
    scans: int
    to_settle: int


def hashed(secret: str) -> str:
    """What the database holds of a link or key; both are random, so a plain hash can't be guessed back."""
    return hashlib.sha256(secret.encode()).hexdigest()


def sync_ends(device: Device) -> datetime:
    return device.expires_at + SYNC_GRACE


def device_with_key(key: str) -> Device | None:
    """The device whose browser holds this key, good or not any longer: what waits on it must still find its way."""
    return db.session.scalar(select(Device).where(Device.key_hash == hashed(key))) if key else None


def device_with_link(link: str) -> Device | None:
    """The device that a link, not opened yet, is for."""
    return db.session.scalar(select(Device).where(Device.link_hash == hashed(link)))


def is_good(device: Device, now: datetime) -> bool:
    """Whether the device opens its door now: its link wasn't taken back, and its day isn't over."""
    return device.revoked_at is None and now < device.expires_at


def devices_of(session_id: int) -> list[DeviceLine]:
    """The devices of a session, the newest first. One query."""
    counted = (
        select(
            Scan.device_id,
            func.count().label("scans"),
            func.count().filter(Scan.settling == Settling.OPEN).label("to_settle"),
        )
        .where(Scan.session_id == session_id)
        .group_by(Scan.device_id)
        .subquery()
    )
    rows = db.session.execute(
        select(Device, func.coalesce(counted.c.scans, 0), func.coalesce(counted.c.to_settle, 0))
        .outerjoin(counted, counted.c.device_id == Device.id)
        .where(Device.session_id == session_id)
        .order_by(Device.id.desc())
    )
    return [DeviceLine(device, scans, to_settle) for device, scans, to_settle in rows]

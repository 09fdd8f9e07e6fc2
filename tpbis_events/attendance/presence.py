"""Who was there on which day: the check-ins that stand."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, select

from tpbis_events.attendance.model import Attendance, Device
from tpbis_events.foundation.database import db
from tpbis_events.people.model import Account
from tpbis_events.programmes.model import SessionDay
from tpbis_events.registrations.model import Registration

_ACCOUNT = "account:"
_DEVICE = "device:"


@dataclass(frozen=True, slots=True)
class Presence:
    """A check-in that stands: since when by its own time (`happened_at`), and the label of who did it (`account:3`)."""

    checked_in_at: datetime
    checked_in_by: str


def attended_days(registration_ids: Sequence[int]) -> dict[int, dict[int, Presence]]:
    """Registration id -> day id -> presence, in one query; every id that was asked for is there, if with no day.

    Of several check-ins of a day, by items, it is the first.
    """
    found: dict[int, dict[int, Presence]] = {each: {} for each in registration_ids}
    if not found:
        return found
    rows = db.session.execute(
        select(Attendance.registration_id, Attendance.day_id, Attendance.happened_at, Attendance.checked_in_by)
        .where(Attendance.registration_id.in_(list(found)), Attendance.undone_at.is_(None))
        .order_by(Attendance.happened_at, Attendance.id)
    )
    for registration_id, day_id, at, by in rows:
        found[registration_id].setdefault(day_id, Presence(at, by))
    return found


def present_on(day_id: int) -> list[int]:
    """The registrations that were there on a day, also those that have lost their seat since. One query."""
    return list(
        db.session.scalars(
            select(Attendance.registration_id)
            .where(Attendance.day_id == day_id, Attendance.undone_at.is_(None))
            .distinct()
            .order_by(Attendance.registration_id)
        )
    )


def attended_items(registration_ids: Sequence[int]) -> dict[int, frozenset[int]]:
    """Registration id -> ids of the agenda items that she attended, in one query; every id that was asked for is there."""
    found: dict[int, set[int]] = {each: set() for each in registration_ids}
    if not found:
        return {}
    rows = db.session.execute(
        select(Attendance.registration_id, Attendance.item_id).where(
            Attendance.registration_id.in_(list(found)),
            Attendance.undone_at.is_(None),
        )
    )
    for registration_id, item_id in rows:
        if item_id is not None:
            found[registration_id].add(item_id)
    return {each: frozenset(items) for each, items in found.items()}


def standing_row(registration_id: int, day_id: int, item_id: int | None = None) -> Attendance | None:
    """The check-in of a registration on a day, or at an item of it, that wasn't undone."""
    return db.session.scalar(
        select(Attendance).where(
            Attendance.registration_id == registration_id,
            Attendance.day_id == day_id,
            Attendance.item_id.is_(None) if item_id is None else Attendance.item_id == item_id,
            Attendance.undone_at.is_(None),
        )
    )


def was_there(*, every_day: bool | None) -> ColumnElement[bool]:
    """A condition on Registration: there on every day of her session, on some but not all, or (None) on no day."""
    of_hers = (Attendance.registration_id == Registration.id, Attendance.undone_at.is_(None))
    ever = select(Attendance.id).where(*of_hers).exists()
    if every_day is None:
        return ~ever
    on_day = select(Attendance.id).where(*of_hers, Attendance.day_id == SessionDay.id)
    days = select(SessionDay.id).where(SessionDay.session_id == Registration.session_id)
    missed = days.where(~on_day.correlate(Registration, SessionDay).exists()).correlate(Registration).exists()
    return and_(ever, ~missed if every_day else missed)


def names_of(labels: Iterable[str]) -> dict[str, str]:
    """The names of the accounts and devices behind labels (`account:3` -> "Made"); any other label isn't there."""
    there = set(labels)
    found: dict[str, str] = {}
    for begins, kind in ((_ACCOUNT, Account), (_DEVICE, Device)):
        ids = {int(label.removeprefix(begins)) for label in there if label.startswith(begins)}
        if ids:
            rows = db.session.execute(select(kind.id, kind.name).where(kind.id.in_(ids)))
            found |= {f"{begins}{each_id}": name for each_id, name in rows}
    return found

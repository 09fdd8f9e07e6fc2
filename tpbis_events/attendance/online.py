"""Attendance of who takes part by video: what is kept of it, when the way in is open, and what counts (the edition's choice).

Somebody joins by her own link, types the code that the speaker shows, or stands in the list of the meeting tool. Each is kept
here; which of them makes an attendance is `Event.online_counts`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import ForeignKey, String, UniqueConstraint, func, select
from sqlalchemy.orm import Mapped, mapped_column

from tpbis_events.foundation.database import Base, UtcDateTime, db
from tpbis_events.foundation.errors import Refusal
from tpbis_events.programmes.model import AgendaItem, AttendanceBy, Event, Mode, Session, SessionDay
from tpbis_events.registrations.model import Registration, State

OPENS_BEFORE = timedelta(minutes=30)  # a day's beginning


class OnlinePresence(Base):
    """What is known of one person's day by video. The row is made when she first joins, types a code, or is found in a list.

    `wrong_codes` counts since `codes_since`, for a pause after too many.
    """

    __tablename__ = "online_presences"
    __table_args__ = (UniqueConstraint("registration_id", "day_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    registration_id: Mapped[int] = mapped_column(ForeignKey("registrations.id"))
    day_id: Mapped[int] = mapped_column(ForeignKey("session_days.id"), index=True)
    joined_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # the first time
    confirmed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # by a code of the speaker
    wrong_codes: Mapped[int] = mapped_column(default=0)
    codes_since: Mapped[datetime | None] = mapped_column(UtcDateTime)
    listed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # when a list with her in it was saved
    listed_by: Mapped[str | None] = mapped_column(String(120))
    listed_minutes: Mapped[int | None]


class OnlineCode(Base):
    """How often the codes of a day were made anew by hand; what doesn't stand here never was."""

    __tablename__ = "online_codes"

    day_id: Mapped[int] = mapped_column(ForeignKey("session_days.id", ondelete="CASCADE"), primary_key=True)
    generation: Mapped[int] = mapped_column(default=0)
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    changed_by: Mapped[str] = mapped_column(String(120))


class Stage(StrEnum):
    """How near the way in is."""

    BEFORE = "before"
    OPEN = "open"
    OVER = "over"


@dataclass(frozen=True, slots=True)
class Doorway:
    """The day that the way in is for, and when it opens and closes; after the last day that day, with the stage over."""

    stage: Stage
    day: SessionDay
    opens_at: datetime
    closes_at: datetime


@dataclass(frozen=True, slots=True)
class Numbers:
    """Of one day: who joined, who typed a code, who stood in a list."""

    joined: int = 0
    confirmed: int = 0
    listed: int = 0


def doorway(session: Session, now: datetime) -> Doorway:
    """Open from half an hour before a day until its end; then it is the next day's, if there is one."""
    days = session.days
    day = next((each for each in days if now < each.ends_at), days[-1])
    opens_at = day.starts_at - OPENS_BEFORE
    stage = Stage.OVER if now >= day.ends_at else Stage.OPEN if now >= opens_at else Stage.BEFORE
    return Doorway(stage, day, opens_at, day.ends_at)


def require_online(registration: Registration) -> None:
    """Refuses who has no seat, a session that isn't held by video, and one that was cancelled."""
    session = registration.session
    if registration.state is not State.SEATED:
        raise Refusal("registration.no_seat")
    if session.cancelled_at:
        raise Refusal("session.cancelled")
    if session.mode is Mode.ONSITE:
        raise Refusal("online.not_by_video")


def require_open(session: Session, now: datetime) -> SessionDay:
    """The day that goes on now. Refuses (with when it opens) what is too early or too late."""
    way = doorway(session, now)
    if way.stage is Stage.BEFORE:
        raise Refusal("online.not_open_yet", opens=way.opens_at, zone=session.zone)
    if way.stage is Stage.OVER:
        raise Refusal("online.over")
    return way.day


def presence_of(registration_id: int, day_id: int) -> OnlinePresence | None:
    """What is known of one person's day."""
    return db.session.scalar(
        select(OnlinePresence).where(OnlinePresence.registration_id == registration_id, OnlinePresence.day_id == day_id)
    )


def numbers_of(day_ids: Sequence[int]) -> dict[int, Numbers]:
    """Day id -> numbers. One query."""
    rows = db.session.execute(
        select(
            OnlinePresence.day_id,
            func.count(OnlinePresence.joined_at),
            func.count(OnlinePresence.confirmed_at),
            func.count(OnlinePresence.listed_at),
        )
        .where(OnlinePresence.day_id.in_(day_ids))
        .group_by(OnlinePresence.day_id)
    )
    return {day_id: Numbers(joined, confirmed, listed) for day_id, joined, confirmed, listed in rows}


def generation_of(day_id: int) -> int:
    """How often the codes of a day were made anew."""
    return db.session.scalar(select(OnlineCode.generation).where(OnlineCode.day_id == day_id)) or 0


def items_of(event: Event, day: SessionDay) -> dict[int, AgendaItem]:
    """The items of a day that have codes of their own, in the agenda's order: where the edition keeps attendance by items."""
    if event.attendance_by is not AttendanceBy.ITEM:
        return {}
    wanted = select(AgendaItem).where(AgendaItem.event_id == event.id, AgendaItem.day_number.in_((0, day.number)))
    return {item.id: item for item in db.session.scalars(wanted.order_by(AgendaItem.day_number, AgendaItem.sort))}

"""When those who have a seat are reminded of their session: so many days before it, at an hour on the clocks of its place.

Nothing is worked out beforehand: the moment follows from the session's first day whenever it is asked for, so a session that
moves takes its reminders along.
"""

from __future__ import annotations

from datetime import datetime, time, timedelta

from sqlalchemy import ForeignKey, UniqueConstraint, select
from sqlalchemy.orm import Mapped, mapped_column

from tpbis_events.foundation.database import Base, UtcDateTime, db
from tpbis_events.places.local_time import at_local, local_date

MOST_DAYS = 60


class Reminder(Base):
    """One reminder of an edition. `set_at` is when it was said: it reminds of nothing that lay before."""

    __tablename__ = "reminders"
    __table_args__ = (UniqueConstraint("event_id", "days_before"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("events.id", ondelete="CASCADE"))
    days_before: Mapped[int]
    at: Mapped[time]  # on the clocks of the session's place
    set_at: Mapped[datetime] = mapped_column(UtcDateTime)


def moment_of(starts_at: datetime, zone: str, days_before: int, at: time) -> datetime:
    """The moment of a reminder: counted in days of the calendar there, not in hours. Refuses nothing: an hour that the clocks
    skip is the next one that they show.
    """
    day = local_date(starts_at, zone) - timedelta(days=days_before)
    try:
        return at_local(day, at, zone)
    except ValueError:
        return at_local(day, time((at.hour + 1) % 24, at.minute), zone)


def reminders_of(event_id: int) -> list[Reminder]:
    """Those of an edition, the earliest first. One query."""
    wanted = select(Reminder).where(Reminder.event_id == event_id)
    return list(db.session.scalars(wanted.order_by(Reminder.days_before.desc())))

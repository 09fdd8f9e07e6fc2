"""Programme > event > wave > session; an event's roles; a quota of seats for each role in each session.

Days, mode, roles, quotas, agenda and wording are data that an organizer edits, never code.
"""

from __future__ import annotations

from datetime import date, datetime, time
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tpbis_events.foundation.database import Base, Name, Slug, UtcDateTime, words

NATIONAL_ZONE = "Asia/Jakarta"  # where the national office is; what it says without a place holds on the clocks there


_OR_NONE = Integer().evaluates_none()  # none that was said is kept, and not taken for the default


class Certainty(StrEnum):
    """How sure a fact of a past event is. Pages show anything but `reported` as planned, never as fact."""

    REPORTED = "reported"
    PARTLY = "partly"
    ASSUMED = "assumed"
    UNKNOWN = "unknown"


class Mode(StrEnum):
    ONSITE = "onsite"
    ONLINE = "online"
    HYBRID = "hybrid"


class Origin(StrEnum):
    """Where those who come in a role are from; decides whether the form asks for a province or a country."""

    DOMESTIC = "domestic"
    INTERNATIONAL = "international"


class WayIn(StrEnum):
    """How somebody comes to a role: by herself, or by the office's decision, its invitation, or an agency's nomination."""

    OPEN = "open"
    APPROVAL = "approval"
    INVITATION = "invitation"
    NOMINATION = "nomination"


class Serving(StrEnum):
    """What happens to a seat that comes free while somebody waits: it is hers at once, offered to her, or left to the office."""

    SEAT = "seat"
    OFFER = "offer"
    HAND = "hand"


class CertificateKind(StrEnum):
    """What a certificate says that somebody was; a letter of attendance is for who fell short of a certificate."""

    PARTICIPANT = "participant"
    SPEAKER = "speaker"
    MODERATOR = "moderator"
    COMMITTEE = "committee"
    LETTER = "letter"


class AttendanceBy(StrEnum):
    """What attendance is kept for: each day, or each item of the agenda as well (JP are then those of the items attended)."""

    DAY = "day"
    ITEM = "item"


class OnlineCounts(StrEnum):
    """What makes an attendance of who takes part by video: that she joined, the speaker's code, or the meeting tool's list."""

    JOINED = "joined"
    CODE = "code"
    LISTED = "listed"


class Programme(Base):
    __tablename__ = "programmes"

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(Slug, unique=True)
    sort: Mapped[int] = mapped_column(default=0)
    name_id: Mapped[str] = mapped_column(Name)
    name_en: Mapped[str] = mapped_column(Name)
    summary_id: Mapped[str] = mapped_column(Text)
    summary_en: Mapped[str] = mapped_column(Text)
    events: Mapped[list[Event]] = relationship(
        back_populates="programme", order_by="Event.registration_opens_at.desc()"
    )


class Event(Base):
    """One edition, with its registration window (moments) and what its certificate says.

    Without `published_at` it is a draft: the office plans it, and nobody else can know that it is there.
    """

    __tablename__ = "events"

    id: Mapped[int] = mapped_column(primary_key=True)
    programme_id: Mapped[int] = mapped_column(ForeignKey("programmes.id"), index=True)
    slug: Mapped[str] = mapped_column(Slug, unique=True)
    name_id: Mapped[str] = mapped_column(Name)
    name_en: Mapped[str] = mapped_column(Name)
    theme_id: Mapped[str | None] = mapped_column(Name)
    theme_en: Mapped[str | None] = mapped_column(Name)
    description_id: Mapped[str] = mapped_column(Text, default="")
    description_en: Mapped[str] = mapped_column(Text, default="")
    note_id: Mapped[str | None] = mapped_column(Text)
    note_en: Mapped[str | None] = mapped_column(Text)
    source: Mapped[str | None] = mapped_column(String(400))
    demo: Mapped[bool] = mapped_column(default=False)
    published_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    zone: Mapped[str] = mapped_column(String(40), default=NATIONAL_ZONE, server_default=NATIONAL_ZONE)
    registration_opens_at: Mapped[datetime] = mapped_column(UtcDateTime)  # said on the clocks of `zone`, as its end
    registration_closes_at: Mapped[datetime] = mapped_column(UtcDateTime)
    # How many provinces a wave should have, for who plans them; none: any number.
    wave_smallest: Mapped[int | None] = mapped_column(_OR_NONE, default=8, server_default="8")
    wave_largest: Mapped[int | None] = mapped_column(_OR_NONE, default=9, server_default="9")
    # How the waiting list is served; an offer holds its seat for so many working hours, with a reminder so many before.
    serving: Mapped[Serving] = mapped_column(words(Serving), default=Serving.SEAT, server_default=Serving.SEAT.value)
    offer_hours: Mapped[int] = mapped_column(default=16, server_default="16")
    reminder_hours: Mapped[int] = mapped_column(default=4, server_default="4")
    attendance_by: Mapped[AttendanceBy] = mapped_column(
        words(AttendanceBy), default=AttendanceBy.DAY, server_default=AttendanceBy.DAY.value
    )
    # Who comes more minutes than these after the beginning is late.
    late_after_minutes: Mapped[int] = mapped_column(default=15, server_default="15")
    online_counts: Mapped[OnlineCounts] = mapped_column(
        words(OnlineCounts), default=OnlineCounts.CODE, server_default=OnlineCounts.CODE.value
    )
    # Share of an event's days that somebody must have attended to earn the certificate, in percent.
    certificate_percent: Mapped[int] = mapped_column(default=100)
    certificate_series: Mapped[str] = mapped_column(String(40), default="TPBIS")
    # Layout, colours, logos, numbers and earning rules; certificates/design.py says what may stand here.
    certificate_design: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default="{}")
    signatory_name: Mapped[str | None] = mapped_column(Name)
    signatory_position_id: Mapped[str | None] = mapped_column(Name)
    signatory_position_en: Mapped[str | None] = mapped_column(Name)
    programme: Mapped[Programme] = relationship(back_populates="events")
    waves: Mapped[list[Wave]] = relationship(back_populates="event", order_by="Wave.number")
    roles: Mapped[list[Role]] = relationship(back_populates="event", order_by="Role.sort")
    sessions: Mapped[list[Session]] = relationship(back_populates="event", order_by="Session.starts_at, Session.slug")
    agenda: Mapped[list[AgendaItem]] = relationship(order_by="AgendaItem.day_number, AgendaItem.sort")


class Wave(Base):
    __tablename__ = "waves"
    __table_args__ = (UniqueConstraint("event_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("events.id"))
    number: Mapped[int]
    certainty: Mapped[Certainty] = mapped_column(words(Certainty), default=Certainty.REPORTED)
    # The window in which its sessions should be: dates as the calendars of each place show them.
    starts_on: Mapped[date | None]
    ends_on: Mapped[date | None]
    event: Mapped[Event] = relationship(back_populates="waves")


class Role(Base):
    """What somebody comes as, in one event."""

    __tablename__ = "roles"
    __table_args__ = (UniqueConstraint("event_id", "slug"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("events.id"))
    slug: Mapped[str] = mapped_column(Slug)
    sort: Mapped[int] = mapped_column(default=0)
    name_id: Mapped[str] = mapped_column(Name)
    name_en: Mapped[str] = mapped_column(Name)
    origin: Mapped[Origin] = mapped_column(words(Origin), default=Origin.DOMESTIC)
    regency_required: Mapped[bool] = mapped_column(default=False)  # district, city and village roles
    seats: Mapped[int] = mapped_column(default=0, server_default="0")  # that a new session begins with
    way_in: Mapped[WayIn] = mapped_column(words(WayIn), default=WayIn.OPEN, server_default=WayIn.OPEN.value)
    certificate_kind: Mapped[CertificateKind] = mapped_column(
        words(CertificateKind), default=CertificateKind.PARTICIPANT, server_default=CertificateKind.PARTICIPANT.value
    )
    event: Mapped[Event] = relationship(back_populates="roles")
    limits: Mapped[list[Limit]] = relationship(back_populates="role", order_by="Limit.id")


class LimitedBy(StrEnum):
    COUNTRY = "country"
    REGENCY = "regency"
    AGENCY = "agency"


class Limit(Base):
    """A sub-quota: so many seats of a role in each session at most for one country, regency or agency; without value for each."""

    __tablename__ = "limits"
    __table_args__ = (UniqueConstraint("role_id", "limited_by", "value"), CheckConstraint("most >= 0", name="most"))

    id: Mapped[int] = mapped_column(primary_key=True)
    role_id: Mapped[int] = mapped_column(ForeignKey("roles.id"))
    limited_by: Mapped[LimitedBy] = mapped_column(words(LimitedBy))
    # An ISO country, a regency's code, or an agency's folded name (rules.name_key); empty: each one alike.
    value: Mapped[str] = mapped_column(String(200), default="")
    most: Mapped[int]
    role: Mapped[Role] = relationship(back_populates="limits")


class Session(Base):
    """One meeting at one place, with its zone and days. `starts_at` is the beginning of its first day."""

    __tablename__ = "sessions"
    __table_args__ = (
        UniqueConstraint("event_id", "slug"),
        Index("ix_sessions_event_id_starts_at", "event_id", "starts_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("events.id"))
    wave_id: Mapped[int | None] = mapped_column(ForeignKey("waves.id"), index=True)
    slug: Mapped[str] = mapped_column(Slug)
    name_id: Mapped[str] = mapped_column(Name)
    name_en: Mapped[str] = mapped_column(Name)
    province_code: Mapped[str | None] = mapped_column(String(2), index=True)
    city: Mapped[str] = mapped_column(Name)
    city_certainty: Mapped[Certainty] = mapped_column(words(Certainty, "city_certainty"), default=Certainty.REPORTED)
    venue: Mapped[str | None] = mapped_column(Name)
    venue_certainty: Mapped[Certainty] = mapped_column(words(Certainty, "venue_certainty"), default=Certainty.REPORTED)
    date_certainty: Mapped[Certainty] = mapped_column(words(Certainty, "date_certainty"), default=Certainty.REPORTED)
    hours_certainty: Mapped[Certainty] = mapped_column(words(Certainty, "hours_certainty"), default=Certainty.REPORTED)
    # How people with a disability get in and around, in words.
    access_id: Mapped[str | None] = mapped_column(Text)
    access_en: Mapped[str | None] = mapped_column(Text)
    source: Mapped[str | None] = mapped_column(String(400))
    zone: Mapped[str] = mapped_column(String(40))  # IANA name
    mode: Mapped[Mode] = mapped_column(words(Mode), default=Mode.ONSITE)
    online_url: Mapped[str | None] = mapped_column(String(500))  # told to who has a seat, and to nobody else
    starts_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ends_at: Mapped[datetime] = mapped_column(UtcDateTime)
    # When this session closes otherwise than its event does, for instance to let people register at the door.
    registration_closes_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    calendar_sequence: Mapped[int] = mapped_column(default=0)
    cancelled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    cancel_reason: Mapped[str | None] = mapped_column(String(500))
    event: Mapped[Event] = relationship(back_populates="sessions")
    wave: Mapped[Wave | None] = relationship()
    days: Mapped[list[SessionDay]] = relationship(back_populates="session", order_by="SessionDay.number")
    quotas: Mapped[list[Quota]] = relationship(back_populates="session")

    @property
    def place(self) -> str:
        """Venue and city as one text."""
        return ", ".join(part for part in (self.venue, self.city) if part)


class SessionDay(Base):
    """One day of a session: its date in the session's zone, its beginning and end as moments."""

    __tablename__ = "session_days"
    __table_args__ = (UniqueConstraint("session_id", "number"), UniqueConstraint("session_id", "local_date"))

    id: Mapped[int] = mapped_column(primary_key=True)
    session_id: Mapped[int] = mapped_column(ForeignKey("sessions.id"))
    number: Mapped[int]
    local_date: Mapped[date]
    starts_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ends_at: Mapped[datetime] = mapped_column(UtcDateTime)
    session: Mapped[Session] = relationship(back_populates="days")


class AgendaKind(StrEnum):
    REGISTRATION = "registration"
    CEREMONY = "ceremony"
    TALK = "talk"
    DISCUSSION = "discussion"
    BREAK = "break"
    VISIT = "visit"
    EVALUATION = "evaluation"


class AgendaItem(Base):
    """One item of an event's agenda on a numbered day, in local hours of the session; JP are lessons of 45 minutes.

    A day number of 0 means that the day isn't known.
    """

    __tablename__ = "agenda_items"

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("events.id"), index=True)
    day_number: Mapped[int]
    sort: Mapped[int]
    starts: Mapped[time | None]
    ends: Mapped[time | None]
    kind: Mapped[AgendaKind] = mapped_column(words(AgendaKind))
    title_id: Mapped[str] = mapped_column(String(300))
    title_en: Mapped[str] = mapped_column(String(300))
    place_id: Mapped[str | None] = mapped_column(Name)
    place_en: Mapped[str | None] = mapped_column(Name)
    note_id: Mapped[str | None] = mapped_column(String(400))
    note_en: Mapped[str | None] = mapped_column(String(400))
    speakers: Mapped[str | None] = mapped_column(
        String(400)
    )  # names with titles, as the back of a certificate prints them
    jp: Mapped[int] = mapped_column(default=0)
    certainty: Mapped[Certainty] = mapped_column(words(Certainty), default=Certainty.REPORTED)


class Quota(Base):
    """The seats of one role in one session. This row is the lock of everything that happens to them."""

    __tablename__ = "quotas"
    __table_args__ = (
        UniqueConstraint("session_id", "role_id"),
        # What a registration points at as one.
        Index("uq_quotas_id_session_id_role_id", "id", "session_id", "role_id", unique=True),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    session_id: Mapped[int] = mapped_column(ForeignKey("sessions.id"))
    role_id: Mapped[int] = mapped_column(ForeignKey("roles.id"), index=True)
    last_queue_number: Mapped[int] = mapped_column(default=0)  # the last number drawn by one who waits
    last_seat_number: Mapped[int] = mapped_column(default=0)
    session: Mapped[Session] = relationship(back_populates="quotas")
    role: Mapped[Role] = relationship()


class Seat(Base):
    """One place. Who sits on it is said by `registrations.seat_id`, which is unique."""

    __tablename__ = "seats"
    __table_args__ = (
        UniqueConstraint("quota_id", "number"),
        Index("uq_seats_id_quota_id", "id", "quota_id", unique=True),  # what a registration points at as one
        CheckConstraint("number > 0", name="number"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    quota_id: Mapped[int] = mapped_column(ForeignKey("quotas.id"))
    number: Mapped[int]


class Figure(Base):
    """A public figure of the programme, shown with its date and source or not at all."""

    __tablename__ = "figures"

    id: Mapped[int] = mapped_column(primary_key=True)
    sort: Mapped[int]
    label_id: Mapped[str] = mapped_column(Name)
    label_en: Mapped[str] = mapped_column(Name)
    value: Mapped[str] = mapped_column(String(40))
    as_of_id: Mapped[str] = mapped_column(String(80))
    as_of_en: Mapped[str] = mapped_column(String(80))
    source: Mapped[str] = mapped_column(String(300))
    note_id: Mapped[str | None] = mapped_column(String(300))
    note_en: Mapped[str | None] = mapped_column(String(300))

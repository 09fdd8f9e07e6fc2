"""How ready a session is, and why: a level, and the reasons for it in a fixed order, from what the system knows.

Each reason weighs on its own; the level is that of the heaviest. The closer the day, the heavier the same lack. What weighs
no more than `READY` is worth knowing, and no lack: people who wait for a full room show that it is full.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import IntEnum, StrEnum

# Thresholds are our own judgement, in one place so that they can be argued about.
SOON = timedelta(days=14)  # two weeks: what letters of assignment and travel take; what lacks now lacks on the day
NEAR = timedelta(days=30)  # a month: who is invited now can still come
FEW_SOON = 2 / 3  # with less of its seats taken two weeks before, a meeting is held before empty chairs
FEW_NEAR = 1 / 3
MANY_UNREACHED = 1 / 3  # from here on a mail to all is no way to tell of a change: somebody must telephone


class Level(IntEnum):
    """From the best to the worst, then what is over. The higher number is drawn over the lower where two meet."""

    HELD = 0
    CANCELLED = 1
    READY = 2
    ATTENTION = 3
    URGENT = 4


class Reason(StrEnum):
    """What lacks. `count` in `Finding` says how many, where a number belongs to it."""

    FEW_SEATED = "few seated"  # count: seats that nobody has
    EMPTY_ROLES = "empty roles"  # count: roles with seats, and nobody in any of them
    UNDECIDED = "undecided"  # count: applications
    UNSERVED = "unserved"  # count: people who wait though a seat of their role is free
    WAITING = "waiting"  # count: people who wait for a full role
    SILENT = "silent"  # count: people who haven't said whether they can still come after a change
    DATE_UNSURE = "date unsure"
    NO_VENUE = "no venue"
    VENUE_UNSURE = "venue unsure"
    NO_LINK = "no link"  # online, and nowhere to go
    UNREACHED = "unreached"  # count: people without an e-mail address
    MAIL_FAILED = "mail failed"  # count: people whom a mail didn't reach
    NO_PIC = "no PIC"
    NOBODY_CAME = "nobody came"  # over, with people seated and nobody checked in


@dataclass(frozen=True, slots=True)
class RoleFacts:
    seats: int
    taken: int  # also by who has been offered one
    waiting: int = 0
    applied: int = 0


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of one session. `live` are the people seated, offered, waiting or applying."""

    opens_at: datetime  # of its registration
    starts_at: datetime
    ends_at: datetime
    roles: tuple[RoleFacts, ...] = ()
    live: int = 0
    unreached: int = 0
    silent: int = 0
    mail_failed: int = 0
    attended: int = 0
    cancelled: bool = False
    has_pic: bool = True  # or belongs to no province, which needs none
    onsite: bool = True  # or hybrid: there must be a place
    online: bool = False  # or hybrid: there must be a link
    date_sure: bool = True
    has_venue: bool = True
    venue_sure: bool = True
    has_link: bool = False


@dataclass(frozen=True, slots=True)
class Finding:
    reason: Reason
    level: Level
    count: int = 0


@dataclass(frozen=True, slots=True)
class Readiness:
    """`findings` are the heaviest first, and in the order of `Reason` where they weigh alike."""

    level: Level
    findings: tuple[Finding, ...] = ()


def readiness(facts: Facts, now: datetime) -> Readiness:
    """The level and reasons of one session at a moment. Pure: asks neither clock nor database."""
    if facts.cancelled:
        return Readiness(Level.CANCELLED)
    if now >= facts.ends_at:
        return _afterwards(facts)
    found = [*_of_people(facts, now), *_of_place(facts, now)]
    order = list(Reason)
    found.sort(key=lambda each: (-each.level, order.index(each.reason)))
    return Readiness(max((each.level for each in found), default=Level.READY), tuple(found))


def worst(parts: list[Readiness]) -> Readiness:
    """Several sessions of one province as one: the heaviest level with all the reasons."""
    found = sorted((each for part in parts for each in part.findings), key=lambda each: -each.level)
    return Readiness(max((part.level for part in parts), default=Level.READY), tuple(found))


def _afterwards(facts: Facts) -> Readiness:
    seated = sum(role.taken for role in facts.roles)
    if seated and not facts.attended:
        return Readiness(Level.ATTENTION, (Finding(Reason.NOBODY_CAME, Level.ATTENTION),))
    return Readiness(Level.HELD)


def _of_people(facts: Facts, now: datetime) -> list[Finding]:
    """Seats and who asks for them; before registration opens nobody can have come, so an empty seat is no lack."""
    left = facts.starts_at - now
    soon = Level.URGENT if left <= SOON else Level.ATTENTION
    found = []
    if now >= facts.opens_at:
        if few := _few(facts, left):
            found.append(few)
        if empty := sum(1 for role in facts.roles if role.seats and not role.taken):
            found.append(Finding(Reason.EMPTY_ROLES, soon, empty))
    if applied := sum(role.applied for role in facts.roles):
        found.append(Finding(Reason.UNDECIDED, soon, applied))
    if unserved := sum(min(role.waiting, role.seats - role.taken) for role in facts.roles if role.taken < role.seats):
        found.append(Finding(Reason.UNSERVED, soon, unserved))
    if waiting := sum(role.waiting for role in facts.roles) - unserved:
        found.append(Finding(Reason.WAITING, Level.READY, waiting))
    if facts.silent:
        found.append(Finding(Reason.SILENT, Level.ATTENTION, facts.silent))
    if facts.unreached and facts.unreached >= MANY_UNREACHED * facts.live:
        found.append(Finding(Reason.UNREACHED, Level.ATTENTION, facts.unreached))
    if facts.mail_failed:
        found.append(Finding(Reason.MAIL_FAILED, Level.ATTENTION, facts.mail_failed))
    return found


def _few(facts: Facts, left: timedelta) -> Finding | None:
    seats, taken = sum(role.seats for role in facts.roles), sum(role.taken for role in facts.roles)
    if left <= SOON and taken < FEW_SOON * seats:
        return Finding(Reason.FEW_SEATED, Level.URGENT, seats - taken)
    if left <= NEAR and taken < FEW_NEAR * seats:
        return Finding(Reason.FEW_SEATED, Level.ATTENTION, seats - taken)
    return None


def _of_place(facts: Facts, now: datetime) -> list[Finding]:
    soon = Level.URGENT if facts.starts_at - now <= SOON else Level.ATTENTION
    lacks = {
        Reason.DATE_UNSURE: not facts.date_sure,
        Reason.NO_VENUE: facts.onsite and not facts.has_venue,
        Reason.VENUE_UNSURE: facts.onsite and facts.has_venue and not facts.venue_sure,
        Reason.NO_LINK: facts.online and not facts.has_link,
    }
    found = [Finding(reason, soon) for reason, lacking in lacks.items() if lacking]
    if not facts.has_pic:  # never urgent: without her the national office does her work, and sends somebody on the day
        found.append(Finding(Reason.NO_PIC, Level.ATTENTION if soon is Level.URGENT else Level.READY))
    return found

"""What the registrations of two events should be: every rule once more, in dicts and lists, without database or lock.

It shares nothing with the code under test. A rule that says no raises `No` with every reason there is; the code may answer
with any of them. Registrations, invitations and quotas are named by numbers, the first that was made is 1.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from tests.machine.hours import working_hours_after, working_hours_before

HOLDING = ("seated", "offered")
LIVE = ("applied", "seated", "waiting", "offered")
NATIONAL_ONLY = ("change seats", "change ways", "cancel session")


class No(Exception):
    """The rules say no, for these reasons."""

    def __init__(self, *reasons: str) -> None:
        super().__init__(*reasons)
        self.reasons = frozenset(reasons)


@dataclass(frozen=True)
class Person:
    name: str
    email: str = ""
    phone: str = ""
    shared: bool = False  # her address or number is her office's
    agency: str = "Dinas Perpustakaan"
    regency: int | None = None  # which regency of the province, None when she doesn't say

    def _repr_pretty_(self, printer: Any, _cycle: bool) -> None:
        printer.text(self.name)  # Hypothesis prints a dataclass with all its fields, otherwise

    def contacts(self) -> set[tuple[str, str]]:
        return {(contact, self.name if self.shared else "") for contact in (self.email, self.phone) if contact}


@dataclass(frozen=True, repr=False)
class By:
    """Who acts: the public; a participant or a focal point, by the link; the office, everywhere or in one province."""

    label: str
    owns: int = 0
    proposed: int = 0  # the invitation by which a focal point proposes
    office: bool = False
    province: str | None = None

    def __repr__(self) -> str:
        return f"{self.label} {self.owns or self.proposed or self.province or ''}".strip()

    def _repr_pretty_(self, printer: Any, _cycle: bool) -> None:
        printer.text(repr(self))

    def may(self, act: str, province: str | None) -> bool:
        if self.province is None:
            return self.office
        return self.province == province and act not in NATIONAL_ONLY


@dataclass
class Event:
    opens: datetime
    closes: datetime
    serving: str = "seat"
    offer_hours: int = 16
    reminder_hours: int = 4


@dataclass
class Session:
    event: Event
    province: str
    utc_offset: int
    starts: datetime
    ends: datetime
    closes: datetime | None = None
    cancelled: datetime | None = None


@dataclass
class Role:
    asks_regency: bool = False
    way: str = "open"
    limits: dict[tuple[str, str], int] = field(default_factory=dict)  # (by what, which one or "" for each) -> most


@dataclass(eq=False)
class Quota:
    session: Session
    role: Role
    seats: list[int]
    last_seat: int


@dataclass(eq=False)
class Invitation:
    quota: Quota
    kind: str
    places: int
    expires: datetime
    email: str
    revoked: bool = False


@dataclass(eq=False)
class Registration:
    number: int
    quota: Quota
    person: Person
    province: str  # of the person: where she first registered
    state: str = ""
    seat: int | None = None
    joined: int | None = None  # counts those who ever joined a line
    priority: int = 0
    offer_ends: datetime | None = None
    reminder: datetime | None = None
    ended: tuple[datetime, str, str | None] | None = None  # when, by whom, why
    invitation: Invitation | None = None
    substitute_of: int | None = None
    tickets: int = 1  # QR codes that she was ever given
    links: int = 1
    mails: list[tuple[str, str]] = field(default_factory=list)  # kind, to whom

    def kinds(self) -> dict[str, str]:
        """What she counts as under sub-quotas."""
        kinds = {"country": "ID", "agency": self.person.agency.casefold()}
        if self.person.regency is not None:
            kinds["regency"] = regency_code(self.province, self.person.regency)
        return kinds


def regency_code(province: str, regency: int) -> str:
    return f"{province}.{regency:02}"


class Model:
    """The state, and the steps that the rules share; the commands are in `commands.py`."""

    def __init__(self, now: datetime, quotas: Sequence[Quota]) -> None:
        self.now = now
        self.quotas = list(quotas)
        self.registrations: list[Registration] = []
        self.invitations: list[Invitation] = []
        self.forms: dict[
            str, tuple[tuple[int, Person, int | None], int]
        ] = {}  # key -> what was sent, and the registration that it made
        self.joined = 0

    def registration(self, number: int) -> Registration:
        return self.registrations[number - 1]

    def quota(self, number: int) -> Quota:
        return self.quotas[number - 1]

    # What is asked again and again

    def closes(self, session: Session) -> datetime:
        closes = session.closes or min(session.event.closes, session.starts)
        return min(closes, session.cancelled) if session.cancelled else closes

    def served_until(self, session: Session) -> datetime:
        """Nobody is offered a seat once the session has begun, also where people register at the door."""
        closes = self.closes(session)
        return min(closes, session.starts) if session.event.serving == "offer" else closes

    def open(self, session: Session) -> bool:
        return session.event.opens <= self.now < self.closes(session)

    def holders(self, quota: Quota) -> list[Registration]:
        return [each for each in self.registrations if each.quota is quota and each.state in HOLDING]

    def free(self, quota: Quota) -> list[int]:
        taken = {each.seat for each in self.holders(quota)}
        return sorted(set(quota.seats) - taken)

    def line(self, quota: Quota) -> list[Registration]:
        waiting = (each for each in self.registrations if each.quota is quota and each.state == "waiting")
        return sorted(waiting, key=lambda each: (-each.priority, each.joined))

    def place(self, who: Registration) -> int | None:
        return self.line(who.quota).index(who) + 1 if who.state == "waiting" else None

    def fits(self, who: Registration, quota: Quota) -> bool:
        """Whether every sub-quota has room for her beside those who hold a seat."""
        others = [each for each in self.holders(quota) if each is not who]
        for (by, which), most in quota.role.limits.items():
            mine = who.kinds().get(by)
            if mine and which in ("", mine) and sum(each.kinds().get(by) == mine for each in others) >= most:
                return False
        by_nomination = who.invitation and who.invitation.kind == "nomination" and quota.role.way == "nomination"
        nominated = who.invitation if by_nomination else None
        return not nominated or sum(each.invitation is nominated for each in others) < nominated.places

    def next(self, quota: Quota) -> Registration | None:
        return next((each for each in self.line(quota) if self.fits(each, quota)), None)

    def idle(self, quota: Quota) -> bool:
        """Whether a seat is free that somebody in line could have, and should."""
        session = quota.session
        served = session.event.serving != "hand" and session.event.opens <= self.now < self.served_until(session)
        return served and bool(self.free(quota)) and self.next(quota) is not None

    # Steps

    def refuse(self, reasons: Iterable[str | bool | None]) -> None:
        """Takes `condition and reason`."""
        if given := [str(reason) for reason in reasons if reason]:
            raise No(*given)

    def require(self, by: By, act: str, *quotas: Quota) -> None:
        """Nothing else is said to somebody who may not do it there."""
        for quota in quotas:
            if not by.may(act, quota.session.province):
                raise No("actor.forbidden" if by.province == quota.session.province else "actor.out_of_reach")

    def no_seat(self, who: Registration, quota: Quota) -> Iterator[str]:
        """Why she can't have a seat that is free for all."""
        if not self.fits(who, quota):
            yield "limit.reached"
        if not self.free(quota):
            yield "role.full"
        if self.next(quota):
            yield "role.line"

    def sit(self, who: Registration, quota: Quota, state: str = "seated", seat: int | None = None) -> None:
        seat = seat or self.free(quota)[0]
        self._leave(who)
        who.quota, who.state, who.seat, who.ended = quota, state, seat, None

    def queue(self, who: Registration) -> None:
        self._leave(who)
        self.joined += 1
        who.state, who.joined = "waiting", self.joined

    def end(self, who: Registration, state: str, by: By, reason: str | None = None) -> None:
        self._leave(who)
        who.state, who.ended = state, (self.now, by.label, reason)

    def _leave(self, who: Registration) -> None:
        who.seat = who.joined = who.offer_ends = who.reminder = None

    def owe(self, who: Registration, kind: str) -> None:
        if who.person.email:
            who.mails.append((kind, who.person.email))

    def owe_beginning(self, who: Registration, *, approved: bool = False) -> None:
        seated = "approved" if approved else "confirmation"
        kinds = {"applied": "applied", "waiting": "waiting", "offered": "offer", "seated": seated}
        self.owe(who, kinds[who.state])

    def seat_or_queue(self, who: Registration) -> None:
        """Those who wait first; then she, if a seat is left that nobody in line could have."""
        self.serve(who.quota)
        if any(self.no_seat(who, who.quota)):
            self.queue(who)
        else:
            self.sit(who, who.quota)

    def serve(self, quota: Quota) -> list[int]:
        """By herself nobody is served once registration has closed, or where the office serves by hand."""
        serving = quota.session.event.serving
        if serving == "hand" or self.now >= self.served_until(quota.session):
            return []
        return self.give(quota, offer=serving == "offer")

    def give(self, quota: Quota, *, offer: bool, most: int | None = None) -> list[int]:
        served: list[int] = []
        while (most is None or len(served) < most) and self.free(quota) and (first := self.next(quota)):
            self.sit(first, quota, "offered" if offer else "seated")
            if offer:
                self._hold(first, quota.session)
            self.owe(first, "offer" if offer else "seated")
            served.append(first.number)
        return served

    def _hold(self, who: Registration, session: Session) -> None:
        ends = working_hours_after(self.now, session.event.offer_hours, session.utc_offset)
        who.offer_ends = min(ends, self.closes(session), session.starts)
        reminder = working_hours_before(who.offer_ends, session.event.reminder_hours, session.utc_offset)
        who.reminder = reminder if self.now < reminder < who.offer_ends else None

    def begin(self, quota: Quota, person: Person) -> Registration:
        """A new registration, in no state yet; it counts from here on only when nothing refuses it."""
        return Registration(len(self.registrations) + 1, quota, person, quota.session.province)

    def double(self, person: Person, event: Event, *, but: Registration | None = None) -> bool:
        contacts = person.contacts()
        return any(
            each.state in LIVE and each.quota.session.event is event and contacts & each.person.contacts()
            for each in self.registrations
            if each is not but
        )

"""What the commands about single registrations should do, in the model: say no for every reason there is, or change it.

A command that says no may leave the model half changed: it is tried on a copy. Quotas, registrations and invitations are
handed in by their numbers, a role by the number of one of its quotas, a session or event likewise.
"""

from __future__ import annotations

from collections.abc import Sequence

from tests.machine.model import HOLDING, LIVE, By, Invitation, Model, Person, Quota, Registration

PUBLIC = By("public")
WORKER = By("worker", office=True)
RESERVES = 2
ENDED = ("cancelled", "rejected", "lapsed", "declined")


class CommandsForOne(Model):
    """Those about one registration, or a few, by their names in registrations/."""

    def register(
        self, place: int, person: Person, by: By, key: str, invited: int | None = None
    ) -> tuple[int, str, int | None, bool]:
        """-> her number, state, place in line, and whether it is an answer given before."""
        sent = (place, person, invited)
        if key in self.forms:
            before, number = self.forms[key]
            self.refuse([before != sent and "registration.form_changed"])
            made = self.registration(number)
            return number, made.state, self.place(made), True
        quota = self.quota(place)
        invitation = self.invitations[invited - 1] if invited else None
        if by != PUBLIC:
            self.require(by, "register", quota)
        self.refuse(self._unwelcome(quota, by))
        self.refuse(self._problems(quota, person, invitation, by))
        who = self.begin(quota, person)
        who.invitation = invitation
        nominated = invitation is not None and invitation.kind == "nomination"
        if by == PUBLIC and (nominated or (quota.role.way == "approval" and not invitation)):
            who.state = "applied"
        else:
            self.seat_or_queue(who)
        self.registrations.append(who)
        self.owe_beginning(who)
        self.forms[key] = (sent, who.number)
        return who.number, who.state, self.place(who), False

    def _unwelcome(self, quota: Quota, by: By) -> list[str | bool]:
        """Who comes at a time when nobody like her may."""
        session = quota.session
        if by == PUBLIC:
            not_yet = self.now < session.event.opens
            return [
                not_yet and "registration.not_open_yet",
                not not_yet and not self.open(session) and "registration.closed",
            ]
        return [bool(session.cancelled) and "session.cancelled", self.now >= session.ends and "session.over"]

    def _problems(self, quota: Quota, person: Person, invitation: Invitation | None, by: By) -> list[str | bool]:
        public, way = by == PUBLIC, quota.role.way
        nominated = invitation is not None and invitation.kind == "nomination"
        return [
            quota.role.asks_regency and person.regency is None and "input.invalid",
            self.double(person, quota.session.event) and "registration.already_registered",
            invitation is not None and self._no_good(invitation, quota),
            public and way == "invitation" and not invitation and "way.invitation_needed",
            public and way == "nomination" and not nominated and "way.nomination_needed",
        ]

    def _no_good(self, invitation: Invitation, quota: Quota) -> str | bool:
        places = invitation.places * (RESERVES if invitation.kind == "nomination" else 1)
        used = sum(each.invitation is invitation and each.state in LIVE for each in self.registrations)
        return (
            (invitation.quota is not quota and "invitation.unknown")
            or (invitation.revoked and "invitation.revoked")
            or (self.now >= invitation.expires and "invitation.expired")
            or (used >= places and "invitation.used_up")
        )

    def register_batch(
        self, places: Sequence[tuple[int, Person]], by: By, *, beyond: str
    ) -> list[tuple[int, int, str, bool]]:
        """All are of one session; -> line, registration, state, whether she was there before."""
        rows = [(self.quota(place), person) for place, person in places]
        for quota, _person in rows:
            self.require(by, "register", quota)
            self.refuse(self._unwelcome(quota, by))
        entered, seen, bad, unseated = [], set[tuple[str, str]](), False, False
        for line, (quota, person) in enumerate(rows, start=1):
            bad |= quota.role.asks_regency and person.regency is None
            bad |= bool(seen & person.contacts())
            seen |= person.contacts()
            there = self._known(person, quota)
            if there:
                bad |= there.quota is not quota
                entered.append((line, there.number, there.state, True))
                continue
            who = self.begin(quota, person)
            self.seat_or_queue(who)
            self.registrations.append(who)
            self.owe_beginning(who)
            unseated |= who.state == "waiting"
            entered.append((line, who.number, who.state, False))
        self.refuse([(bad or (unseated and beyond == "refuse")) and "batch.problems"])
        return entered

    def _known(self, person: Person, quota: Quota) -> Registration | None:
        """Her own live registration: found by her address, else by her number."""
        for contact in (person.email, person.phone):
            key = (contact, person.name if person.shared else "")
            for each in self.registrations:
                same_event = each.quota.session.event is quota.session.event
                if contact and each.state in LIVE and same_event and key in each.person.contacts():
                    return each
        return None

    def cancel(self, number: int, by: By, reason: str) -> list[int]:
        who = self.registration(number)
        proposed = who.invitation is not None and self.invitations.index(who.invitation) + 1 == by.proposed
        own = by.owns == number or proposed
        if not own:
            self.require(by, "cancel", who.quota)
        session = who.quota.session
        self.refuse(
            [
                who.state not in LIVE and f"registration.already_{who.state}",
                own and self.now >= max(session.starts, self.closes(session)) and "session.has_begun",
                not own and not reason and "registration.reason_missing",
            ]
        )
        freed = who.state in HOLDING
        self.end(who, "cancelled", by, reason or None)
        self.owe(who, "cancelled")
        return self.serve(who.quota) if freed else []

    def correct(self, number: int, person: Person, by: By) -> None:
        who = self.registration(number)
        own = by.owns == number
        if not own:
            self.require(by, "correct", who.quota)
        session, before = who.quota.session, who.person
        counted = who.kinds()
        corrected = Registration(0, who.quota, person, who.province, invitation=who.invitation)
        elsewhere = who.state in HOLDING and corrected.kinds() != counted
        room = self.without(who).fits(corrected, who.quota)
        self.refuse(
            [
                who.state not in LIVE and f"registration.already_{who.state}",
                own and self.now >= max(session.ends, self.closes(session)) and "session.has_begun",
                who.quota.role.asks_regency and person.regency is None and "input.invalid",
                self.double(person, session.event, but=who) and "registration.already_registered",
                elsewhere and not room and "limit.reached",
            ]
        )
        who.person = person
        if person.email != before.email:
            who.links += 1
            self.owe_beginning(who)
        if who.kinds() != counted:
            self.serve(who.quota)  # she may fit now, or have made room

    def without(self, who: Registration) -> Model:
        """The same world if she weren't in it."""
        model = Model(self.now, self.quotas)
        model.registrations = [each for each in self.registrations if each is not who]
        return model

    def approve(self, numbers: Sequence[int], by: By) -> tuple[list[int], list[int]]:
        chosen = self._chosen(numbers, by)
        for who in chosen:
            over = self.now >= who.quota.session.ends
            self.refuse([who.state != "applied" and f"registration.already_{who.state}", over and "session.over"])
        for who in chosen:
            self.seat_or_queue(who)
            self.owe_beginning(who, approved=True)
        seated = [who.number for who in chosen if who.state == "seated"]
        return seated, [who.number for who in chosen if who.number not in seated]

    def reject(self, numbers: Sequence[int], by: By, reason: str) -> list[int]:
        chosen = self._chosen(numbers, by)
        for who in chosen:
            self.refuse([who.state not in ("applied", "waiting") and f"registration.already_{who.state}"])
        for who in chosen:
            self.end(who, "rejected", by, reason)
            self.owe(who, "rejected")
        return [who.number for who in chosen]

    def _chosen(self, numbers: Sequence[int], by: By) -> list[Registration]:
        chosen = [self.registration(number) for number in sorted(set(numbers))]
        self.require(by, "decide", *(who.quota for who in chosen))
        return chosen

    def accept(self, number: int, by: By) -> None:
        who = self.registration(number)
        if by.owns != number:
            self.require(by, "answer offer", who.quota)
        elif who.state == "seated":
            return
        over = who.offer_ends is not None and self.now >= who.offer_ends
        self.refuse([who.state != "offered" and f"registration.already_{who.state}", over and "offer.over"])
        who.state, who.offer_ends, who.reminder = "seated", None, None
        self.owe(who, "confirmation")

    def decline(self, number: int, by: By) -> list[int]:
        who = self.registration(number)
        if by.owns != number:
            self.require(by, "answer offer", who.quota)
        self.refuse([who.state != "offered" and f"registration.already_{who.state}"])
        self.end(who, "declined", by)
        return self.serve(who.quota)

    def lapse_offers(self) -> int:
        due = [each for each in self.registrations if each.offer_ends and each.offer_ends <= self.now]
        for who in due:
            self.end(who, "lapsed", WORKER)
            self.owe(who, "lapsed")
            self.serve(who.quota)
        return len(due)

    def remind_of_offers(self) -> int:
        reminded = 0
        for who in self.registrations:
            if who.reminder and who.offer_ends and who.reminder <= self.now < who.offer_ends:
                who.reminder = None
                self.owe(who, "offer_reminder")
                reminded += 1
        return reminded

    def move(self, number: int, place: int, by: By) -> tuple[bool, list[int]]:
        who, to = self.registration(number), self.quota(place)
        old, there, here = who.quota, to.session, who.quota.session
        self.require(by, "move", old, to)
        self.refuse([who.state not in ("seated", "waiting") and f"registration.already_{who.state}"])
        if old is to:
            return False, []
        self.refuse(
            [
                there.event is not here.event and "move.other_event",
                bool(there.cancelled) and "session.cancelled",
                self.now >= there.ends and "session.over",
                here is not there and self.now >= here.starts and "session.has_begun",
                to.role.asks_regency and who.person.regency is None and "move.asks_more",
                *self.no_seat(who, to),
            ]
        )
        freed = who.state in HOLDING
        self.sit(who, to)
        who.tickets += 1
        self.owe(who, "moved")
        return True, self.serve(old) if freed else []

    def substitute(self, number: int, person: Person, by: By) -> int:
        who = self.registration(number)
        own, session = by.owns == number, who.quota.session
        if not own:
            self.require(by, "substitute", who.quota)
        self.refuse([who.state != "seated" and f"registration.already_{who.state}"])
        coming = self.begin(who.quota, person)
        coming.invitation, coming.priority, coming.substitute_of = who.invitation, who.priority, number
        self.refuse(
            [
                own and who.quota.role.way in ("approval", "nomination") and "substitute.by_office",
                own and self.now >= session.starts and "session.has_begun",
                not own and self.now >= session.ends and "session.over",
                who.quota.role.asks_regency and person.regency is None and "input.invalid",
                self.double(person, session.event, but=who) and "registration.already_registered",
                not self.without(who).fits(coming, who.quota) and "limit.reached",
            ]
        )
        seat = who.seat
        self.end(who, "substituted", by, "berhalangan")
        self.sit(coming, who.quota, seat=seat)
        self.registrations.append(coming)
        self.owe(coming, "confirmation")
        self.owe(who, "substituted")
        self.serve(who.quota)  # she may have left room under a sub-quota
        return coming.number

    def reinstate(self, number: int, by: By) -> None:
        who = self.registration(number)
        session = who.quota.session
        self.require(by, "reinstate", who.quota)
        self.refuse(
            [
                who.state not in ENDED and f"registration.already_{who.state}",
                bool(session.cancelled) and "session.cancelled",
                self.now >= session.ends and "session.over",
                self.double(who.person, session.event, but=who) and "registration.already_registered",
                *self.no_seat(who, who.quota),
            ]
        )
        self.sit(who, who.quota)
        who.tickets += 1
        self.owe(who, "confirmation")

    def change_priority(self, number: int, priority: int, by: By) -> int | None:
        who = self.registration(number)
        self.require(by, "serve waiting", who.quota)
        self.refuse([who.state != "waiting" and f"registration.already_{who.state}"])
        who.priority = priority
        return self.place(who)

"""What the commands about roles, sessions and whole events should do, in the model."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from tests.machine.commands_for_one import CommandsForOne
from tests.machine.model import LIVE, By, Invitation, No, Quota


class Commands(CommandsForOne):
    """All the commands of registrations/."""

    def serve_waiting(self, place: int, by: By, most: int | None) -> tuple[list[int], bool]:
        quota = self.quota(place)
        session = quota.session
        self.require(by, "serve waiting", quota)
        self.refuse([bool(session.cancelled) and "session.cancelled", self.now >= session.ends and "session.over"])
        offer = session.event.serving == "offer" and self.now < self.served_until(session)
        served = self.give(quota, offer=offer, most=most)
        self.refuse([not served and "waiting_list.nobody_served"])
        return served, offer

    def add_seats(self, place: int, number: int, by: By) -> tuple[int, list[int]]:
        quota = self.quota(place)
        self.require(by, "change seats", quota)
        self._add(quota, number)
        return len(quota.seats), self.serve(quota)

    def remove_seats(self, place: int, number: int, by: By) -> tuple[int, list[int]]:
        quota = self.quota(place)
        self.require(by, "change seats", quota)
        self._take(quota, number)
        return len(quota.seats), []

    def move_seats(self, place: int, other: int, number: int, by: By) -> tuple[int, int, list[int]]:
        giving, taking = self.quota(place), self.quota(other)
        self.refuse([giving is taking and "role.unknown"])
        self.require(by, "change seats", giving)
        self.refuse([giving.session is not taking.session and "seats.other_session"])
        self._take(giving, number)
        self._add(taking, number)
        return len(giving.seats), len(taking.seats), self.serve(taking)

    def _add(self, quota: Quota, number: int) -> None:
        quota.seats += range(quota.last_seat + 1, quota.last_seat + number + 1)
        quota.last_seat += number

    def _take(self, quota: Quota, number: int) -> None:
        free = self.free(quota)
        self.refuse([len(free) < number and "seats.taken"])
        quota.seats = sorted(set(quota.seats) - set(free[len(free) - number :]))

    def set_serving(self, place: int, serving: str, offer_hours: int, reminder_hours: int, by: By) -> list[int]:
        self._require_everywhere(by)
        self.refuse([not 0 <= reminder_hours < offer_hours and "offer.hours"])
        event = self.quota(place).session.event
        event.serving, event.offer_hours, event.reminder_hours = serving, offer_hours, reminder_hours
        return self._serve(quota for quota in self.quotas if quota.session.event is event)

    def set_way_in(self, place: int, way: str, by: By) -> list[int]:
        self._require_everywhere(by)
        role = self.quota(place).role
        role.way = way
        return self._serve(quota for quota in self.quotas if quota.role is role)  # nominations may count no longer

    def set_limit(self, place: int, limited_by: str, which: str, most: int | None, by: By) -> list[int]:
        self._require_everywhere(by)
        role = self.quota(place).role
        role.limits.pop((limited_by, which), None)
        if most is not None:
            role.limits[limited_by, which] = most
        return self._serve(quota for quota in self.quotas if quota.role is role)

    def _require_everywhere(self, by: By) -> None:
        if not by.may("change ways", None):
            raise No("actor.out_of_reach")

    def _serve(self, quotas: Iterable[Quota]) -> list[int]:
        return [number for quota in quotas for number in self.serve(quota)]

    def invite(self, place: int, kind: str, places: int, expires: datetime, email: str, by: By) -> int:
        quota = self.quota(place)
        self.require(by, "invite", quota)
        other_way = (kind == "nomination") != (quota.role.way == "nomination")
        in_time = self.now < expires <= self.closes(quota.session)
        self.refuse([(other_way or not in_time) and "input.invalid"])
        places = 1 if kind == "personal" else places
        self.invitations.append(Invitation(quota, kind, places, expires, email))
        return len(self.invitations)

    def revoke(self, number: int, by: By) -> None:
        invitation = self.invitations[number - 1]
        self.require(by, "invite", invitation.quota)
        self.refuse([invitation.revoked and "invitation.already_revoked"])
        invitation.revoked = True

    def cancel_session(self, place: int, by: By) -> int:
        quota = self.quota(place)
        session = quota.session
        self.require(by, "cancel session", quota)
        self.refuse([bool(session.cancelled) and "session.cancelled", self.now >= session.ends and "session.over"])
        session.cancelled = self.now
        ended = [each for each in self.registrations if each.quota.session is session and each.state in LIVE]
        for who in ended:
            self.end(who, "cancelled", by, "banjir")
            self.owe(who, "session_cancelled")
        return len(ended)

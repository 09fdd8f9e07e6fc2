"""Steps of the walk: what the office does to roles and sessions, and time that passes."""

from __future__ import annotations

from tests.machine.model import By, regency_code
from tests.machine.people import OFFICE, PLACES, Data
from tests.machine.steps import late, step, there_is
from tests.machine.walk import Walk
from tests.machine.world import SARI, hours
from tpbis_events.foundation.database import db
from tpbis_events.foundation.transaction import transaction
from tpbis_events.programmes.model import Event, LimitedBy, Serving, Session, WayIn
from tpbis_events.registrations import lapse_offers
from tpbis_events.registrations.cancel_session import cancel_session
from tpbis_events.registrations.change_seats import add_seats, move_seats, remove_seats
from tpbis_events.registrations.change_ways import set_limit, set_serving, set_way_in
from tpbis_events.registrations.invite import Guest, invite, revoke
from tpbis_events.registrations.model import InvitationKind
from tpbis_events.registrations.serve_waiting import serve_waiting

LIMITS = [
    *((LimitedBy.AGENCY, which) for which in ("", "dinas sosial", "dinas perpustakaan")),
    *((LimitedBy.REGENCY, which) for which in ("", regency_code("51", 1))),
    *((LimitedBy.COUNTRY, which) for which in ("", "ID")),
]


class Office(Walk):
    """Those of the national office alone are tried by Made, the PIC of Bali, now and then."""

    @step(when=there_is("waiting"))
    def those_who_wait_are_served(self, data: Data) -> None:
        lines = [number for number, quota in enumerate(self.model.quotas, start=1) if self.model.line(quota)]
        place, by = self.draw(data, [*lines, *lines, *PLACES], "place"), self.draw(data, OFFICE, "by")
        most = self.draw(data, [None, None, 1], "most")
        self.both(
            "serve_waiting", place, by, most,
            act=lambda: serve_waiting(self.world.quota_ids[place - 1], by=self.by(by), most=most),
            said=lambda done: (self.numbers(done.references), done.offered),
        )  # fmt: skip

    @step()
    def seats_are_added(self, data: Data) -> None:
        place, by, number = (
            self.draw(data, PLACES, "place"),
            self.draw(data, OFFICE, "by"),
            self.draw(data, range(1, 3), "number"),
        )
        self.both(
            "add_seats", place, number, by,
            act=lambda: add_seats(self.world.quota_ids[place - 1], number, reason="aula besar", by=self.by(by)),
            said=lambda done: (done.total, self.numbers(done.served)),
        )  # fmt: skip

    @step(2)
    def seats_are_removed(self, data: Data) -> None:
        place, by, number = (
            self.draw(data, PLACES, "place"),
            self.draw(data, OFFICE, "by"),
            self.draw(data, range(1, 3), "number"),
        )
        self.both(
            "remove_seats", place, number, by,
            act=lambda: remove_seats(self.world.quota_ids[place - 1], number, reason="aula kecil", by=self.by(by)),
            said=lambda done: (done.total, self.numbers(done.served)),
        )  # fmt: skip

    @step()
    def seats_are_moved(self, data: Data) -> None:
        pair = self.draw(data, [(1, 2), (2, 1), (1, 2), (2, 1), (3, 4), (4, 3), (1, 3), (2, 2)], "from, to")
        by, (giving, taking) = self.draw(data, OFFICE, "by"), (self.world.quota_ids[place - 1] for place in pair)
        self.both(
            "move_seats", *pair, 1, by,
            act=lambda: move_seats(giving, taking, 1, reason="lebih banyak desa", by=self.by(by)),
            said=lambda done: (done.left, done.there, self.numbers(done.served)),
        )  # fmt: skip

    @step()
    def serving_changes(self, data: Data) -> None:
        serving = self.draw(data, [*Serving, Serving.OFFER], "serving")
        self.serve_by(data, serving, self.draw(data, [1, 1, 1, 5], "event of"), self.draw(data, OFFICE, "by"))

    def serve_by(self, data: Data, serving: Serving, place: int, by: By) -> None:
        offer_hours = self.draw(data, [2, 8, 16], "hours of an offer")
        reminder_hours = self.draw(data, [1, 1, 4], "hours of a reminder")
        event_id, doer = self.world.event_ids[place - 1], self.by(by)
        self.both(
            "set_serving", place, serving.value, offer_hours, reminder_hours, by,
            act=lambda: set_serving(
                event_id, serving, offer_hours=offer_hours, reminder_hours=reminder_hours, by=doer
            ),
            said=lambda done: self.numbers(done.served),
        )  # fmt: skip

    @step()
    def the_way_in_changes(self, data: Data) -> None:
        place, way = self.draw(data, PLACES, "role of"), self.draw(data, WayIn, "way")
        self.come_by(way, place, self.draw(data, OFFICE, "by"))

    def come_by(self, way: WayIn, place: int, by: By) -> None:
        role_id = self.world.role_ids[place - 1]
        self.both(
            "set_way_in", place, way.value, by,
            act=lambda: set_way_in(role_id, way, by=self.by(by)),
            said=lambda done: self.numbers(done.served),
        )  # fmt: skip

    @step(2)
    def a_limit_is_set(self, data: Data) -> None:
        place, by, limit = (
            self.draw(data, PLACES, "role of"),
            self.draw(data, OFFICE, "by"),
            self.draw(data, LIMITS, "limit"),
        )
        most = self.draw(data, [1, 1, 2, 0, None, None], "most")
        self.both(
            "set_limit", place, limit[0].value, limit[1], most, by,
            act=lambda: set_limit(self.world.role_ids[place - 1], *limit, most, by=self.by(by)),
            said=lambda done: self.numbers(done.served),
        )  # fmt: skip

    @step()
    def somebody_is_invited(self, data: Data) -> None:
        place, by = self.draw(data, PLACES, "to"), self.draw(data, OFFICE, "by")
        kind, places = self.draw(data, InvitationKind, "kind"), self.draw(data, [1, 2], "places")
        self.invites(place, kind, places, self.draw(data, [2, 48, 48, 1000], "good for hours"), by)

    @step(4, when=lambda walk: any(quota.role.way != "open" for quota in walk.model.quotas))
    def somebody_is_invited_where_it_is_needed(self, data: Data) -> None:
        needed = [n for n, quota in enumerate(self.model.quotas, start=1) if quota.role.way != "open"]
        place = self.draw(data, needed, "to")
        by_nomination = self.model.quota(place).role.way == "nomination"
        kinds = [InvitationKind.NOMINATION] if by_nomination else [InvitationKind.PERSONAL, InvitationKind.OFFICE]
        self.invites(place, self.draw(data, kinds, "kind"), self.draw(data, [1, 1, 2], "places"), 48, SARI)

    def invites(self, place: int, kind: InvitationKind, places: int, good_for: int, by: By) -> None:
        expires, email = self.model.now + hours(good_for), "dinas@example.id" if good_for == 48 else ""
        guest = Guest(kind, "Dinas Perpustakaan", email, places=places)
        self.both(
            "invite", place, kind.value, places, expires, email, by,
            act=lambda: invite(self.world.quota_ids[place - 1], guest, expires_at=expires, by=self.by(by)),
            said=lambda done: self.seen.invitation_ids.index(done.invitation_id) + 1,
        )  # fmt: skip

    @step(when=lambda walk: walk.model.invitations)
    def an_invitation_is_taken_back(self, data: Data) -> None:
        number, by = self.draw(data, range(1, len(self.model.invitations) + 1)), self.draw(data, OFFICE, "by")
        self.both("revoke", number, by, act=lambda: revoke(self.seen.invitation_ids[number - 1], by=self.by(by)))

    @step(when=late)
    def a_session_is_cancelled(self, data: Data) -> None:
        place, by = self.draw(data, PLACES, "session of"), self.draw(data, OFFICE, "by")
        self.both(
            "cancel_session", place, by,
            act=lambda: cancel_session(self.world.session_ids[place - 1], reason="banjir", by=self.by(by)),
            said=lambda done: done.told,
        )  # fmt: skip

    # Time

    @step(2)
    def time_passes(self, data: Data) -> None:
        self.model.now += hours(self.draw(data, [0.5, 1, 2, 4, 8, 24], "hours"))

    @step(2, when=there_is("offered"))
    def an_offer_comes_due(self, data: Data) -> None:
        """To the moment itself at which one ends or its reminder is due."""
        dues = {due for each in self.model.registrations for due in (each.offer_ends, each.reminder) if due}
        if ahead := sorted(due for due in dues if due > self.model.now):
            self.model.now = self.draw(data, ahead, "moment")

    @step(when=late)
    def a_window_or_a_session_comes_due(self, data: Data) -> None:
        """To the moment itself at which one opens, closes, begins or ends."""
        sessions = {quota.session.province: quota.session for quota in self.model.quotas}.values()
        dues = {due for each in sessions for due in (self.model.closes(each), each.starts, each.ends, each.event.opens)}
        if ahead := sorted(due for due in dues if due > self.model.now):
            self.model.now = self.draw(data, ahead[:2], "moment")

    @step(3, when=there_is("offered"))
    def an_offer_ends(self, data: Data) -> None:
        self.model.now = max(self.model.now, *(each.offer_ends for each in self.model.registrations if each.offer_ends))
        self.the_worker_lets_offers_lapse(data)

    @step(2, when=there_is("offered"))
    def the_worker_lets_offers_lapse(self, data: Data) -> None:
        self.both("lapse_offers", act=lapse_offers.lapse_offers, said=lambda number: number)

    @step(3, when=lambda walk: any(each.reminder for each in walk.model.registrations))
    def the_worker_reminds(self, data: Data) -> None:
        self.both("remind_of_offers", act=lapse_offers.remind_of_offers, said=lambda number: number)

    @step()
    def the_window_of_an_event_changes(self, data: Data) -> None:
        place = self.draw(data, [1, 1, 1, 5], "event of")
        event = self.model.quota(place).session.event
        event.opens = self.model.now + hours(self.draw(data, [-240, -240, -240, 0.5], "opens in"))
        event.closes = self.model.now + hours(self.draw(data, [240, 240, 240, 8, 0], "closes in"))
        with transaction():
            row = db.session.get_one(Event, self.world.event_ids[place - 1])
            row.registration_opens_at, row.registration_closes_at = event.opens, event.closes
        self._may_leave_idle()

    @step()
    def the_window_of_a_session_changes(self, data: Data) -> None:
        place, closes = self.draw(data, PLACES, "session of"), self.draw(data, [None, None, None, 24, 0], "closes in")
        session = self.model.quota(place).session
        session.closes = None if closes is None else self.model.now + hours(closes)
        with transaction():
            row = db.session.get_one(Session, self.world.session_ids[place - 1])
            row.registration_closes_at = session.closes
        self._may_leave_idle()

    def _may_leave_idle(self) -> None:
        """A seat that came free while closed stands idle when registration opens again, until somebody asks or serves."""
        db.session.remove()
        self.left_idle = {number for number, quota in enumerate(self.model.quotas, start=1) if self.model.idle(quota)}

"""Steps of the walk: what people, and the office for them, do with single registrations."""

from __future__ import annotations

from itertools import count

from hypothesis import strategies as st

from tests.machine.commands_for_one import ENDED, PUBLIC
from tests.machine.model import HOLDING, LIVE, By, Person
from tests.machine.steps import step, there_is
from tests.machine.walk import Walk
from tests.machine.world import MADE, PEOPLE, SARI, applicant, focal_point, her
from tpbis_events.registrations import answer_offer, decide
from tpbis_events.registrations.cancel import cancel
from tpbis_events.registrations.change_priority import change_priority
from tpbis_events.registrations.correct import correct
from tpbis_events.registrations.move import move
from tpbis_events.registrations.register import register
from tpbis_events.registrations.register_batch import Beyond, Row, register_batch, rehearse_batch
from tpbis_events.registrations.reinstate import reinstate
from tpbis_events.registrations.substitute import substitute

Data = st.DataObject
PLACES = [1, 1, 1, 2, 2, 3, 4, 5]
OFFICE = [SARI, SARI, SARI, SARI, MADE]
_keys = count(1)


class People(Walk):
    """Draws lean towards those to whom a command can happen; now and then it is tried on anybody."""

    def one_of(self, data: Data, *states: str) -> int:
        fit = [each.number for each in self.model.registrations if each.state in states]
        number: int = self.draw(data, fit * 8 + [each.number for each in self.model.registrations], "who")
        return number

    def some_of(self, data: Data, *states: str) -> list[int]:
        return [self.one_of(data, *states) for _ in range(self.draw(data, range(1, 4), "how many"))]

    def herself_or_office(self, data: Data, number: int) -> By:
        """Rarely the link of somebody else: Tono's."""
        tono = her(number % len(self.model.registrations) + 1)
        by: By = self.draw(data, [her(number)] * 4 + [SARI] * 4 + [MADE, tono], "by")
        return by

    def newcomer(self, data: Data, place: int) -> Person:
        """Rarely somebody who is registered."""
        event = self.model.quota(place).session.event
        new = [person for person in PEOPLE if not self.model.double(person, event)]
        person: Person = self.draw(data, new * 6 + list(PEOPLE), "person")
        return person

    # They come

    @step(6)
    def somebody_registers(self, data: Data) -> None:
        by, place = self.draw(data, [PUBLIC, PUBLIC, PUBLIC, SARI, MADE], "by"), self.draw(data, PLACES, "place")
        self.registers(place, self.newcomer(data, place), by, f"form-{next(_keys)}")

    @step(when=lambda walk: walk.model.forms)
    def a_form_is_sent_again(self, data: Data) -> None:
        key = self.draw(data, sorted(self.model.forms), "form")
        (place, person, invited), _made = self.model.forms[key]
        self.registers(place, self.draw(data, [person, person, PEOPLE[0]]), PUBLIC, key, invited)

    @step(5, when=lambda walk: walk.model.invitations)
    def somebody_uses_an_invitation(self, data: Data) -> None:
        number = self.draw(data, range(1, len(self.model.invitations) + 1), "invitation")
        right = self.model.quotas.index(self.model.invitations[number - 1].quota) + 1
        place = self.draw(data, [right] * 8 + [1, 2], "place")
        self.registers(place, self.newcomer(data, place), PUBLIC, f"form-{next(_keys)}", number)

    def registers(self, place: int, person: Person, by: By, key: str, invited: int | None = None) -> None:
        province = self.model.quota(place).session.province
        self.both(
            "register", place, person, by, key, invited,
            act=lambda: register(
                self.world.session_ids[place - 1],
                self.world.role_ids[place - 1],
                applicant(person, province),
                key=key,
                by=self.by(by),
                invitation_id=self.seen.invitation_ids[invited - 1] if invited else None,
            ),
            said=lambda made: (self.seen.references[made.reference], made.state, made.place, made.replayed),
        )  # fmt: skip

    @step()
    def many_are_entered(self, data: Data) -> None:
        session = self.draw(data, [(1, 2), (3, 4), (5, 5)], "session")
        places = [self.draw(data, session, "place") for _ in range(self.draw(data, range(1, 5), "how many"))]
        rows = [(place, self.newcomer(data, place)) for place in places]
        beyond, by = self.draw(data, Beyond, "beyond"), self.draw(data, OFFICE, "by")
        province = self.model.quota(session[0]).session.province
        entered = [
            Row(line, self.world.role_ids[place - 1], applicant(person, province))
            for line, (place, person) in enumerate(rows, start=1)
        ]
        at, doer = self.world.session_ids[session[0] - 1], self.by(by)
        if self.draw(data, [False, True], "only a rehearsal"):
            self.rehearsed(
                "register_batch", rows, by, beyond=beyond,
                act=lambda: rehearse_batch(at, entered, beyond=beyond, by=doer),
                said=lambda done: [(row.line, row.state, row.known) for row in done.rows],
                should=lambda rows: [(line, state, known) for line, _number, state, known in rows],
            )  # fmt: skip
            return
        self.both(
            "register_batch", rows, by, beyond=beyond,
            act=lambda: register_batch(at, entered, beyond=beyond, by=doer),
            said=lambda done: [
                (row.line, self.seen.references[row.reference], row.state, row.known) for row in done.rows
            ],
        )  # fmt: skip

    # What becomes of one of them

    @step(7, when=there_is(*LIVE))
    def one_is_cancelled(self, data: Data) -> None:
        number = self.one_of(data, *self.draw(data, [HOLDING, HOLDING, LIVE], "of"))
        by, reason = self.herself_or_office(data, number), self.draw(data, ["sakit"] * 4 + [""], "reason")
        if self.model.invitations and self.draw(data, range(0, 4), "by the focal point if 0") == 0:
            by = focal_point(self.draw(data, range(1, len(self.model.invitations) + 1), "nomination"))
        self.both(
            "cancel", number, by, reason,
            act=lambda: cancel(self.id(number), by=self.by(by), reason=reason),
            said=lambda done: self.numbers(done.seat_given_to),
        )  # fmt: skip

    @step(2, when=there_is(*LIVE))
    def one_is_corrected(self, data: Data) -> None:
        number, person = self.one_of(data, *LIVE), self.draw(data, PEOPLE, "now")
        by, answers = self.herself_or_office(data, number), applicant(person, self.model.registration(number).province)
        self.both("correct", number, person, by, act=lambda: correct(self.id(number), answers, by=self.by(by)))

    @step(6, when=there_is("applied"))
    def some_are_approved(self, data: Data) -> None:
        numbers, by = self.some_of(data, "applied"), self.draw(data, OFFICE, "by")
        self.both(
            "approve", numbers, by,
            act=lambda: decide.approve([self.id(number) for number in numbers], by=self.by(by)),
            said=lambda done: (self.numbers(done.seated), self.numbers(done.waiting)),
        )  # fmt: skip

    @step(when=there_is("applied", "waiting"))
    def some_are_rejected(self, data: Data) -> None:
        numbers, by = self.some_of(data, "applied", "waiting"), self.draw(data, OFFICE, "by")
        self.both(
            "reject", numbers, by, "penuh",
            act=lambda: decide.reject([self.id(number) for number in numbers], reason="penuh", by=self.by(by)),
            said=lambda done: self.numbers(done.rejected),
        )  # fmt: skip

    @step(3, when=there_is("offered"))
    def an_offer_is_accepted(self, data: Data) -> None:
        number = self.one_of(data, "offered")
        by = self.herself_or_office(data, number)
        self.both("accept", number, by, act=lambda: answer_offer.accept(self.id(number), by=self.by(by)))

    @step(3, when=there_is("offered"))
    def an_offer_is_declined(self, data: Data) -> None:
        number = self.one_of(data, "offered")
        by = self.herself_or_office(data, number)
        self.both(
            "decline", number, by,
            act=lambda: answer_offer.decline(self.id(number), by=self.by(by)),
            said=lambda done: self.numbers(done.seat_given_to),
        )  # fmt: skip

    @step(3, when=there_is("seated", "waiting"))
    def one_is_moved(self, data: Data) -> None:
        number, by = self.one_of(data, "seated", "waiting"), self.draw(data, OFFICE, "by")
        place = self.draw(data, range(1, 6), "to")
        to = self.world.session_ids[place - 1], self.world.role_ids[place - 1]
        self.both(
            "move", number, place, by,
            act=lambda: move(self.id(number), *to, reason="permintaan", by=self.by(by)),
            said=lambda done: (done.changed, self.numbers(done.seat_given_to)),
        )  # fmt: skip

    @step(2, when=there_is("seated"))
    def somebody_comes_in_her_place(self, data: Data) -> None:
        number = self.one_of(data, "seated")
        person = self.newcomer(data, self.model.quotas.index(self.model.registration(number).quota) + 1)
        by = self.herself_or_office(data, number)
        answers = applicant(person, self.model.registration(number).quota.session.province)
        self.both(
            "substitute", number, person, by,
            act=lambda: substitute(self.id(number), answers, by=self.by(by), reason="berhalangan"),
            said=lambda done: self.seen.references[done.reference],
        )  # fmt: skip

    @step(3, when=there_is(*ENDED))
    def one_is_reinstated(self, data: Data) -> None:
        number, by = self.one_of(data, *ENDED), self.draw(data, OFFICE, "by")
        self.both("reinstate", number, by, act=lambda: reinstate(self.id(number), reason="keliru", by=self.by(by)))

    @step(when=there_is("waiting"))
    def one_is_put_forward(self, data: Data) -> None:
        number, priority, by = self.one_of(data, "waiting"), self.draw(data, range(0, 3)), self.draw(data, OFFICE, "by")
        self.both(
            "change_priority", number, priority, by,
            act=lambda: change_priority(self.id(number), priority, reason="tamu", by=self.by(by)),
            said=lambda done: done.place,
        )  # fmt: skip

"""One walk: each step is taken in the database and in the model, and what can be seen of both is compared."""

from __future__ import annotations

import pickle
import re
from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from hypothesis import note
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant

from tests.machine import sight
from tests.machine.commands import Commands
from tests.machine.model import LIVE, By, No
from tests.machine.world import acting, new_world
from tpbis_events.foundation import clock
from tpbis_events.foundation.database import db
from tpbis_events.foundation.errors import Refusal
from tpbis_events.people.actor import Actor
from tpbis_events.registrations.life import MOVES

T = TypeVar("T")
_SEQUENCE = re.compile(r"^SEQUENCE:(\d+)\r?$", re.MULTILINE)
_ALWAYS_NEW = re.compile(r"^(SEQUENCE|DTSTAMP):.*\r?\n", re.MULTILINE)
_DECLARED = {(move.before and move.before.value, move.after.value) for move in MOVES}


class Walk(RuleBasedStateMachine):
    """The steps are rules in `machine.py`; what holds after each of them, whatever the model says, is here."""

    def __init__(self) -> None:
        super().__init__()
        self.world = new_world()
        self.model: Commands = self.world.model
        self.seen = sight.of_database()
        self.left_idle: set[int] = set()  # quotas with a seat that came free while registration was closed
        self.tickets: list[list[str]] = []
        self.calendars: dict[str, tuple[int, str]] = {}
        self.last_mail = 0
        self.gone: set[tuple[str | None, str]] = set()  # every move that was made
        self.letters: list[sight.Letter] = []
        self.turned = 0

    def draw(self, data: st.DataObject, options: Iterable[T], label: str = "") -> T:
        """One of them. Hypothesis draws the first far more often than the others, so another is the first each time."""
        self.turned += 31
        options = list(options)
        first = self.turned % len(options)
        drawn: T = data.draw(st.sampled_from(options[first:] + options[:first]), label)
        return drawn

    def both(
        self, name: str, *told: Any, act: Callable[[], Any], said: Callable[[Any], object] | None = None, **more: Any
    ) -> None:
        """Give the command to the model and to the database: both do the same, say the same, or both refuse."""
        copy = self._copy()
        try:
            should = getattr(copy, name)(*told, **more)
            no: No | None = None
        except No as reasons:
            no = reasons
        before = self.seen
        refusal, outcome = self._done(act)
        note(f"{name}{told} -> {refusal or outcome}")
        self.look()
        if refusal:
            assert no, f"{name} was refused by {refusal}, and should say {should}"
            assert refusal.code in no.reasons, f"{name} was refused by {refusal}, not for {sorted(no.reasons)}"
            assert (self.seen.entries, self.seen.forms) == (before.entries, before.forms), "a refusal leaves nothing"
            return
        assert no is None, f"{name} said {outcome}, and should refuse for {sorted(no.reasons) if no else ''}"
        self.model = copy
        if said:
            assert said(outcome) == should, name

    def rehearsed(
        self,
        name: str,
        *told: Any,
        act: Callable[[], Any],
        said: Callable[[Any], object],
        should: Callable[[Any], object],
        **more: Any,
    ) -> None:
        """The same, of what only says what it would do: neither changes."""
        model, before = self.model, self.seen
        try:
            wanted = should(getattr(self._copy(), name)(*told, **more))
        except No:
            self.both(name, *told, act=act, **more)
        else:
            with clock.stopped_at(self.model.now):
                assert said(act()) == wanted, name
            db.session.remove()
            self.look()
        assert self.model is model
        assert self.seen == before, "a rehearsal leaves nothing"

    def _done(self, act: Callable[[], Any]) -> tuple[Refusal | None, Any]:
        try:
            with clock.stopped_at(self.model.now):
                return None, act()
        except Refusal as refusal:
            return refusal, None
        finally:
            db.session.remove()

    def _copy(self) -> Commands:
        copy: Commands = pickle.loads(pickle.dumps(self.model))
        return copy

    def look(self) -> None:
        before = self.seen.sight.rows
        self.seen = sight.of_database()
        self.last_mail, self.letters = sight.letters_after(self.last_mail)
        db.session.remove()
        for number, row in enumerate(self.seen.sight.rows):
            was = before[number].state if number < len(before) else None
            if row.state != was:
                assert (was, row.state) in _DECLARED, f"nobody goes from {was} to {row.state}"
                self.gone.add((was, row.state))

    def by(self, by: By) -> Actor:
        return acting(by, self.seen.ids, self.seen.invitation_ids)

    def id(self, number: int) -> int:
        return self.seen.ids[number - 1]

    def numbers(self, references: Iterable[str]) -> list[int]:
        return [self.seen.references[reference] for reference in references]

    @invariant()
    def all_is_well(self) -> None:
        self.the_database_is_as_the_model()
        self.nobody_sits_where_there_is_no_seat_or_somebody_else()
        self.no_seat_is_idle_while_somebody_waits_who_fits()
        self.nobody_is_registered_twice_in_an_event()
        self.who_has_ended_and_nobody_else_has_an_end()
        self.who_comes_anew_to_a_seat_has_a_new_ticket()
        self.mails_carry_the_ticket_of_who_has_a_seat_and_a_calendar_that_only_goes_on()

    def the_database_is_as_the_model(self) -> None:
        should = sight.of_model(self.model)
        assert self.seen.sight == should, sight.differences(self.seen.sight, should)

    def nobody_sits_where_there_is_no_seat_or_somebody_else(self) -> None:
        for number, there in enumerate(self.seen.sight.seats, start=1):
            taken = [row.seat for row in self.seen.sight.rows if row.quota == number and row.seat is not None]
            assert len(taken) == len(set(taken))
            assert set(taken) <= set(there)

    def no_seat_is_idle_while_somebody_waits_who_fits(self) -> None:
        idle = {number for number, quota in enumerate(self.model.quotas, start=1) if self.model.idle(quota)}
        assert idle <= self.left_idle
        self.left_idle = idle

    def nobody_is_registered_twice_in_an_event(self) -> None:
        keys = [(event, key) for event, keys in self.seen.contacts for key in keys]
        assert len(keys) == len(set(keys))

    def who_has_ended_and_nobody_else_has_an_end(self) -> None:
        assert all((row.ended is not None) == (row.state not in LIVE) for row in self.seen.sight.rows)

    def who_comes_anew_to_a_seat_has_a_new_ticket(self) -> None:
        for number, ticket in enumerate(self.seen.tickets):
            if number == len(self.tickets):
                self.tickets.append([])
            if ticket not in self.tickets[number][-1:]:
                assert ticket not in self.tickets[number], "an old ticket never comes back"
                self.tickets[number].append(ticket)
            assert len(self.tickets[number]) == self.model.registrations[number].tickets

    def mails_carry_the_ticket_of_who_has_a_seat_and_a_calendar_that_only_goes_on(self) -> None:
        for letter in self.letters:
            about, _, row_id = letter.subject.partition(":")
            if about != "registration":
                continue
            number = self.seen.ids.index(int(row_id))
            if letter.qr:
                assert letter.qr == self.seen.tickets[number]
            if letter.calendar:
                self._goes_on(letter.subject, letter.calendar)
        self.letters = []

    def _goes_on(self, subject: str, calendar: str) -> None:
        sequences = {int(number) for number in _SEQUENCE.findall(calendar)}
        assert len(sequences) == 1
        sequence, text = sequences.pop(), _ALWAYS_NEW.sub("", calendar)
        if subject in self.calendars:
            before, old = self.calendars[subject]
            assert sequence >= before + (text != old), "a calendar passes over what has no higher sequence"
        self.calendars[subject] = sequence, text

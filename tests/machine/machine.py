"""The whole machine: a walk over every command of registrations/, by everybody who might try it, while time passes."""

from __future__ import annotations

from hypothesis import strategies as st
from hypothesis.stateful import initialize, rule

from tests.machine.commands_for_one import PUBLIC
from tests.machine.office import Office
from tests.machine.people import Data, People
from tests.machine.steps import steps_of
from tests.machine.world import PEOPLE, SARI
from tpbis_events.programmes.model import Serving, WayIn

# What keeps much else from happening, or makes a walk of its own kind: each walk leaves some of it out.
CHANGES = (
    "serving_changes", "the_way_in_changes", "a_limit_is_set", "the_window_of_an_event_changes",
    "the_window_of_a_session_changes", "seats_are_added",
)  # fmt: skip


class Machine(People, Office):
    """One rule that draws the next step by weights: Hypothesis' own choice among rules leaves out half of them in a walk.

    Needs an app context; the database is emptied for each walk.
    """

    @initialize(data=st.data(), turned=st.integers(0, 1000))
    def the_first_come(self, data: Data, turned: int) -> None:
        self.turned = turned
        self.left_out = {change for change in CHANGES if self.draw(data, [True, False], f"without {change}")}
        self.serve_by(data, self.draw(data, [Serving.OFFER, Serving.OFFER, Serving.SEAT, Serving.HAND]), 1, SARI)
        for number in range(self.draw(data, range(5, 10), "how many come first")):
            self.registers(self.draw(data, [1, 1, 1, 2, 2, 3]), PEOPLE[number], PUBLIC, f"first-{number}")
        if "the_way_in_changes" not in self.left_out:
            self.come_by(self.draw(data, [*WayIn, WayIn.APPROVAL, WayIn.NOMINATION]), self.draw(data, [1, 2]), SARI)
        if "a_limit_is_set" not in self.left_out:
            self.a_limit_is_set(data)

    @rule(data=st.data())
    def step(self, data: Data) -> None:
        drawn = [
            name
            for name, declared in STEPS.items()
            if name not in self.left_out and declared.when(self)
            for _ in range(declared.weight)
        ]
        getattr(self, self.draw(data, drawn, "step"))(data)


STEPS = steps_of(Machine)

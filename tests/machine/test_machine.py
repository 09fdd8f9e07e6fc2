"""A walk of random steps through all commands, taken in the database and in a model of plain lists: both always agree."""

from __future__ import annotations

import os

import pytest
from flask import Flask
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.machine.machine import Machine

WALKS = int(os.environ.get("MACHINE_WALKS", "0"))


def walks(number: int, *, phases: tuple[Phase, ...] = (Phase.generate, Phase.shrink)) -> settings:
    """The same walks in every run; with MACHINE_WALKS=2000 so many others."""
    return settings(
        max_examples=WALKS or number,
        stateful_step_count=40,
        derandomize=not WALKS,
        database=None,
        deadline=None,
        report_multiple_bugs=False,
        phases=phases,
        suppress_health_check=list(HealthCheck),
    )


@pytest.mark.slow
def test_commands_do_what_the_model_does(app: Flask) -> None:
    run_state_machine_as_test(Machine, settings=walks(60))

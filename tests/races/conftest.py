"""A crew for all races; `crew` stands before the database of the test, which `app_on_each` has prepared."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from tests.races.crew import Crew


@pytest.fixture(scope="session")
def all_racers() -> Iterator[Crew]:
    crew = Crew()
    yield crew
    crew.end()


@pytest.fixture
def crew(all_racers: Crew, app_on_each: Flask, each_url: str, tmp_path: Path) -> Crew:
    all_racers.url, all_racers.instance = each_url, tmp_path
    return all_racers

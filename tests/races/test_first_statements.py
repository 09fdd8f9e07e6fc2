"""What a server does first after its start, in several threads at once."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

CODE = """
from sqlalchemy import delete, table, update
from sqlalchemy.dialects import postgresql, sqlite
{}
from sqlalchemy.sql.annotation import annotated_classes
kinds = [make(table("any")).__class__ for make in (postgresql.insert, sqlite.insert, update, delete)]
print(all(kind in annotated_classes for kind in kinds))
"""


@pytest.mark.parametrize(("loaded", "ready"), [("import tpbis_events.foundation.database", True), ("", False)])
def test_no_thread_finds_a_class_of_statements_half_made(loaded: str, ready: bool) -> None:
    command = [sys.executable, "-c", CODE.format(loaded)]
    root = Path(__file__).parents[2]
    said = subprocess.run(command, cwd=root, capture_output=True, text=True, check=True, timeout=60).stdout
    assert said.strip() == str(ready)

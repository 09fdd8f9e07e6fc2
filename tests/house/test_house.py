"""The house: imports go down only, names say what is inside, and no refusal is without words."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[2] / "tpbis_events"
FLOORS = (
    "foundation places audit outbox people programmes registrations attendance questionnaires certificates reports messages"
).split()
DOORS = ("web", "api", "cli")
OF_A_REQUEST = {"request", "session", "g"}
BANNED_NAMES = {"utils", "helpers", "service", "services", "manager", "common", "misc"}


def _rooms_seen_by(room: str) -> set[str]:
    return set(FLOORS) | {room} if room in DOORS else set(FLOORS[: FLOORS.index(room) + 1])


def _imports(source: str) -> Iterator[tuple[str, set[str]]]:
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from ((alias.name, set()) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module, {alias.name for alias in node.names}


def faults_of(room: str, source: str) -> list[str]:
    """What a file of a room imports that it must not."""
    faults = []
    for module, names in _imports(source):
        parts = module.split(".")
        targets = {parts[1]} if len(parts) > 1 else names
        if parts[0] == "tpbis_events":
            faults += [f"{room} imports {target}" for target in targets - _rooms_seen_by(room)]
        if room in FLOORS and module == "flask" and names & OF_A_REQUEST:
            faults.append(f"{room} imports flask.{sorted(names & OF_A_REQUEST)}")
        if room in FLOORS and parts[0] in ("flask_wtf", "wtforms", "click"):
            faults.append(f"{room} imports {module}")
    return faults


def _files() -> list[Path]:
    return [file for file in PACKAGE.rglob("*.py") if file.relative_to(PACKAGE).parts[0] in (*FLOORS, *DOORS)]


@pytest.mark.parametrize("file", _files(), ids=lambda file: str(file.relative_to(PACKAGE)))
def test_a_room_imports_only_itself_and_the_floors_below_it(file: Path) -> None:
    room = file.relative_to(PACKAGE).parts[0]
    assert faults_of(room, file.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    ("room", "source"),
    [
        ("outbox", "from tpbis_events.registrations.register import register"),
        ("registrations", "from tpbis_events import web"),
        ("registrations", "from flask import request"),
        ("people", "import tpbis_events.programmes.model"),
        ("web", "from tpbis_events.cli.demo import group"),
        ("places", "from wtforms import Form"),
    ],
)
def test_the_import_rule_sees_a_breach(room: str, source: str) -> None:
    assert faults_of(room, source)


def test_every_room_is_on_a_floor() -> None:
    rooms = {path.name for path in PACKAGE.iterdir() if path.is_dir() and (path / "__init__.py").exists()}
    assert rooms <= {*FLOORS, *DOORS}


def test_no_file_has_a_name_that_says_nothing() -> None:
    assert [file for file in PACKAGE.rglob("*") if file.stem in BANNED_NAMES] == []


def test_every_file_and_public_function_below_the_doors_begins_with_its_rule() -> None:
    silent = []
    for file in _files():
        tree = ast.parse(file.read_text(encoding="utf-8"))
        where = file.relative_to(PACKAGE)
        if ast.get_docstring(tree) is None:
            silent.append(str(where))
        writes = any(
            "command" in ast.unparse(d)
            for node in tree.body
            if hasattr(node, "decorator_list")
            for d in node.decorator_list
        )
        for node in tree.body:
            if (
                writes
                and isinstance(node, ast.FunctionDef)
                and not node.name.startswith("_")
                and not ast.get_docstring(node)
            ):
                silent.append(f"{where}:{node.name}")
    assert silent == []


def test_every_refusal_has_its_words() -> None:
    from tpbis_events.web.refusal_words import WORDS

    raised = set()
    for file in _files():
        raised |= set(re.findall(r"\b(?:Refusal|NotFound|Forbidden|Gone)\(\s*\"([a-z_.]+)\"", file.read_text("utf-8")))
    assert len(raised) > 15
    assert raised - set(WORDS) == set()


def test_a_registration_changes_its_state_and_its_seat_in_one_place_each() -> None:
    """`life.go` sets states and takes seats away, `seats.claim` gives them."""
    states, seats = set(), set()
    for file in (PACKAGE / "registrations").glob("*.py"):
        text = file.read_text("utf-8")
        states |= {file.name} if re.search(r"\.state\s*=[^=]", text) else set()
        seats |= {file.name} if re.search(r"\.seat_id\s*=[^=]", text) else set()
    assert states == {"life.py"}
    assert seats == {"life.py", "seats.py"}


def test_a_registration_begins_in_one_place_and_only_there_as_a_row_of_the_table() -> None:
    """What passes the mapper by could set a seat unseen: the step that writes a new row takes it from `seats.claim`."""
    inserts = {
        file.name
        for file in _files()
        if re.search(r"\binsert\w*\((?:_?REGISTRATIONS\b|Registration\b)", file.read_text("utf-8"))
    }
    updates = {
        file.name
        for file in _files()
        if re.search(r"\.values\([^)]*\b(?:seat_id|state)=", file.read_text("utf-8")) and "registrations" in file.parts
    }
    assert inserts == {"write_rows.py"}
    assert updates == set()

"""What clients of a storm know: every time they ask and every answer, a line in a file that outlives the process.

Each process writes a file of its own, so that a line which was cut off by its death stands at the end of a file.
"""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.races.history import Answer


class Journal:
    """The files of one client in a folder; acts are known by their `number`. Opened anew by whoever goes on after a death."""

    def __init__(self, folder: Path, client: str) -> None:
        self._began: dict[int, float] = {}
        self._answers: dict[int, dict[str, Any]] = {}
        for line in _lines(folder, client):
            self._know(line)
        self._file = os.open(folder / f"{client}.{os.getpid()}", os.O_WRONLY | os.O_APPEND | os.O_CREAT)

    def _know(self, line: dict[str, Any]) -> None:
        number = line["number"]
        if "ended" in line:
            self._answers[number] = line
        else:
            self._began[number] = min(line["began"], self._began.get(number, line["began"]))

    def note(self, line: dict[str, Any]) -> None:
        self._know(line)
        os.write(self._file, f"{json.dumps(line)}\n".encode())

    def began(self, number: int) -> float:
        """When the client asked first."""
        return self._began[number]

    def answer(self, number: int) -> dict[str, Any] | None:
        return self._answers.get(number)


def history(folder: Path, client: str, acts: list[dict[str, Any]]) -> Iterator[Answer]:
    """Each act of a client with its answer and the number of attempts, from when it first asked."""
    began: dict[int, float] = {}
    attempts: Counter[int] = Counter()
    answered: dict[int, dict[str, Any]] = {}
    for line in _lines(folder, client):
        number = line.pop("number")
        if "ended" in line:
            answered[number] = line
        else:
            attempts[number] += 1
            began[number] = min(line["began"], began.get(number, line["began"]))
    for act in acts:
        number = act["number"]
        asked = {"began": began.get(number, 0.0), "attempts": attempts[number], "who": client}
        yield Answer(**{"act": act, **answered.get(number, {}), **asked})


def _lines(folder: Path, client: str) -> Iterator[dict[str, Any]]:
    for file in folder.glob(f"{client}.*"):
        for line in file.read_text().splitlines(keepends=True):
            if line.endswith("\n"):
                yield json.loads(line)

"""The crew of a race: processes that begin at the same moment, each with several threads; kept from race to race."""

from __future__ import annotations

import json
import os
import queue
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from tests.races.acts import Act
from tests.races.history import Answer

ROOT = Path(__file__).parents[2]
PATIENCE = 180  # seconds; only a race that hangs takes so long, or a machine that does too much else


class Died(Exception):
    """A racer ended before it answered."""


class Racer:
    """One racer; what it says is read by a thread, so that a race that hangs fails and doesn't hang the tests."""

    def __init__(self) -> None:
        self._program = subprocess.Popen(
            [sys.executable, "-m", "tests.races.racer"],
            cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        self._said: queue.Queue[str] = queue.Queue()
        self._listener = threading.Thread(target=self._listen, daemon=True)
        self._listener.start()
        self._racing = 0

    def _listen(self) -> None:
        assert self._program.stdout is not None
        for line in self._program.stdout:
            self._said.put(line)
        self._said.put('{"died": 0}')

    def tell(self, words: Any) -> None:
        assert self._program.stdin is not None
        self._program.stdin.write(f"{json.dumps(words)}\n")
        self._program.stdin.flush()

    def hear(self, within: float = PATIENCE) -> Any:
        said = json.loads(self._said.get(timeout=within))
        if isinstance(said, dict):
            raise Died(said["died"])
        return said

    def await_ready(self) -> None:
        self._racing = self.hear()
        assert self.hear() == "ready"

    def answers(self) -> list[Answer]:
        return [Answer(**answer) for answer in self.hear()]

    def kill(self) -> None:
        """kill -9 to the race that is running; another may follow."""
        os.kill(self._racing, signal.SIGKILL)
        assert self.death() == signal.SIGKILL

    def death(self) -> int:
        """Wait for the race to die; the signal that it died of."""
        try:
            said = self.hear()
        except Died as died:
            return -int(died.args[0])
        raise AssertionError(f"it lives, and says {said}")

    def begin_storm(self, url: str, folder: Path, clients: dict[str, list[Act]]) -> None:
        self.tell({"url": url, "instance": str(folder), "folder": str(folder), "clients": clients})
        self._racing = self.hear()

    def ends_storm(self, *, within: float) -> bool:
        """Whether all its clients have been answered, at the latest after so many seconds; then it rests."""
        try:
            assert self.hear(within) == "over"
        except queue.Empty:
            return False
        self.tell("rest")
        return True

    def dies_in_storm(self) -> bool:
        """kill -9; whether its clients still have something to ask."""
        os.kill(self._racing, signal.SIGKILL)
        try:
            assert self.hear() == "over"
        except Died:
            return True
        assert self.death() == signal.SIGKILL
        return False

    def has_written(self, folder: Path) -> int:
        """How many lines the process has written down since it began."""
        return sum(file.read_bytes().count(b"\n") for file in folder.glob(f"*.{self._racing}"))

    def end(self) -> None:
        self._program.kill()
        self._program.wait(PATIENCE)
        self._listener.join(PATIENCE)
        for pipe in (self._program.stdin, self._program.stdout):
            assert pipe is not None
            with suppress(BrokenPipeError):
                pipe.close()


class Crew:
    """Racers for one database at a time."""

    def __init__(self) -> None:
        self._racers: list[Racer] = []
        self.url = ""
        self.instance = Path()

    def race(self, acts: Sequence[Act], *, processes: int = 4, threads: int = 8, **upset: Any) -> list[Answer]:
        """Deal the acts out to processes and threads, let all begin at once, and collect the answers."""
        with self.begun(acts, processes=processes, threads=threads, **upset) as racers:
            return [answer for racer in racers for answer in racer.answers()]

    def death(self, act: Act, **upset: Any) -> int:
        """The signal that ends a race of one act, which is to kill itself."""
        with self.begun([act], **upset) as (racer,):
            return racer.death()

    @contextmanager
    def begun(
        self, acts: Sequence[Act], *, processes: int = 1, threads: int = 1, **upset: Any
    ) -> Iterator[list[Racer]]:
        """A race that is running; its racers are nobody else's until the block ends."""
        processes = min(processes, len(acts))
        hands = [acts[first::processes] for first in range(processes)]
        with self.racers(processes) as racers:
            for racer, hand in zip(racers, hands, strict=True):
                told = {"url": self.url, "instance": str(self.instance), "acts": hand}
                racer.tell({**told, "threads": min(threads, len(hand)), "upset": upset})
            for racer in racers:
                racer.await_ready()
            for racer in racers:
                racer.tell("go")
            yield racers

    @contextmanager
    def racers(self, number: int) -> Iterator[list[Racer]]:
        """Racers that are nobody else's until the block ends."""
        racers = [self._racers.pop() if self._racers else Racer() for _ in range(number)]
        try:
            yield racers
        except BaseException:
            for racer in racers:
                racer.end()
            raise
        self._racers += racers

    def end(self) -> None:
        for racer in self._racers:
            racer.end()
        self._racers.clear()


def reached(gate: Path) -> None:
    """Wait until a racer has everything flushed and stands before its commit."""
    exists(Path(f"{gate}.reached"))


def exists(file: Path) -> None:
    """Wait until a racer has made a file."""
    until = time.monotonic() + PATIENCE
    while not file.exists():
        assert time.monotonic() < until, f"nobody came to make {file}"
        time.sleep(0.005)

"""Have files examined by a process of its own, which may run out of time, memory or its mind without harm to anybody."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from types import TracebackType
from typing import IO, Any, cast

from tpbis_events.certificates import examine_signed

SECONDS_FOR_ONE = 15.0
SECONDS_FOR_ALL = 240.0


@dataclass(frozen=True, slots=True)
class Examined:
    """What is known of a file; without a problem it is signed, and the signature holds and covers it all."""

    problem: str = ""
    name: str = ""
    at: str | None = None
    title: str = ""
    texts: tuple[str, ...] = ()
    changed: bool = False


class Examiner:
    """Begun with the first file, begun anew after one that broke it, ended with the block.

    After SECONDS_FOR_ALL nothing more is examined: `no_time`. `roots`: DER of the authorities that signatures must come from.
    """

    def __init__(self, roots: Sequence[bytes] = ()) -> None:
        self._roots = roots
        self._process: subprocess.Popen[bytes] | None = None
        self._until = time.monotonic() + SECONDS_FOR_ALL

    def __enter__(self) -> Examiner:
        return self

    def __exit__(self, _kind: type[BaseException] | None, _no: BaseException | None, _at: TracebackType | None) -> None:
        self._end()

    def examine(self, content: bytes) -> Examined:
        """What the file is; `unreadable` when it takes too long, too much, or breaks what reads it."""
        if time.monotonic() > self._until:
            return Examined("no_time")
        process = self._process or self._begin()
        timer = threading.Timer(SECONDS_FOR_ONE, process.kill)
        timer.start()
        try:
            line = self._ask(process, content)
        finally:
            timer.cancel()
        try:
            told: dict[str, Any] = json.loads(line)
            return Examined(**told | {"texts": tuple(told.get("texts", ()))})
        except (ValueError, TypeError):
            self._end()
            return Examined("unreadable")

    def _ask(self, process: subprocess.Popen[bytes], content: bytes) -> bytes:
        told, said = cast(IO[bytes], process.stdin), cast(IO[bytes], process.stdout)
        try:
            told.write(b"f" + len(content).to_bytes(8, "big"))
            told.write(content)
            told.flush()
            return said.readline()
        except OSError:
            return b""

    def _begin(self) -> subprocess.Popen[bytes]:
        # -I: neither the environment nor the working folder say what is imported; nothing of ours is in its environment.
        process = subprocess.Popen(  # noqa: S603 - our own file
            [sys.executable, "-I", examine_signed.__file__],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={},
            close_fds=True,
        )
        for root in self._roots:
            cast(IO[bytes], process.stdin).write(b"r" + len(root).to_bytes(8, "big") + root)
        self._process = process
        return process

    def _end(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        process.kill()
        process.wait()
        for pipe in (process.stdin, process.stdout):
            with suppress(OSError):
                cast(IO[bytes], pipe).close()

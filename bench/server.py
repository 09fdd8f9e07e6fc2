"""Registrations per second through the running server: the form, the answers read back, confirmed, and what became of it."""

from __future__ import annotations

import http.client
import os
import re
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from urllib.parse import urlencode

from bench import bare
from bench.databases import Databases, app_at
from bench.results import Result
from bench.world import opened_event
from tests.builders import Place

ROOT = Path(__file__).parents[1]
CLIENTS = 8
PATIENCE = 60
KEY = re.compile(r'name="form_key" value="([^"]+)"')
_numbers = count(1)


def run(databases: Databases, kind: str, seconds: float, rounds: int) -> list[Result]:
    """`flask serve` as it stands: two web processes and the worker, which sends the mail meanwhile; the clients beside it."""
    ours, limits, confirmed = [], [], []
    with databases.fresh(kind) as (url, instance):
        with app_at(url, instance):
            places, others = opened_event(), opened_event()
        with serving(url, instance) as port:
            _round(port, places, 1.0)
            for _ in range(rounds):
                per_second, waits = _round(port, places, seconds)
                ours.append(per_second)
                confirmed.append(sorted(waits)[len(waits) * 95 // 100] * 1000)
        for _ in range(rounds):
            limits.append(bare.most_per_second(url, others, seconds))
    limit = Result("", kind, tuple(limits), "").value
    return [
        Result(f"registrations by {CLIENTS} browsers", kind, tuple(ours), "per second", limit=limit),
        Result("  95 of 100 confirmed within", kind, tuple(confirmed), "ms"),
    ]


@contextmanager
def serving(url: str, instance: Path) -> Iterator[int]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    environment = {name: value for name, value in os.environ.items() if not name.startswith("TPBIS_")}
    environment |= {"TPBIS_DATABASE_URL": url, "TPBIS_INSTANCE": str(instance), "PORT": str(port)}
    command = [sys.executable, "-m", "flask", "--app", "wsgi", "serve", "--port", str(port)]
    log = instance / "server.log"
    with log.open("w") as output:
        server = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=output, stderr=output)
        try:
            _wait_until_ready(server, port, log)
            yield port
        finally:
            server.terminate()
            server.wait(PATIENCE)


def _wait_until_ready(server: subprocess.Popen[bytes], port: int, log: Path) -> None:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until and server.poll() is None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
        try:
            connection.request("GET", "/healthz")
            if connection.getresponse().status == 200:
                return
        except OSError:
            time.sleep(0.1)
        finally:
            connection.close()
    raise RuntimeError(f"the server did not start:\n{log.read_text()[-3000:]}")


def _round(port: int, places: Sequence[Place], seconds: float) -> tuple[float, list[float]]:
    waits: list[float] = []
    faults: list[BaseException] = []
    start = threading.Barrier(CLIENTS + 1)

    def browse() -> None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
        start.wait()
        try:
            while time.perf_counter() < until:
                number = next(_numbers)
                waits.append(_register(connection, places[number % len(places)], number))
        except BaseException as fault:
            faults.append(fault)
        finally:
            connection.close()

    threads = [threading.Thread(target=browse) for _ in range(CLIENTS)]
    for thread in threads:
        thread.start()
    began = time.perf_counter()
    until = began + seconds
    start.wait()
    for thread in threads:
        thread.join()
    if faults:
        raise faults[0]
    return len(waits) / (time.perf_counter() - began), waits


def _register(connection: http.client.HTTPConnection, place: Place, number: int) -> float:
    """One person's way, over a connection that stays open; how long the confirmation took, in seconds."""
    path = path_of(place)
    key = KEY.search(_ask(connection, "GET", path)[1])
    assert key, "the form has its key"
    answers = answers_of(number, key.group(1))
    _ask(connection, "POST", path, {**answers, "step": "check"})
    began = time.perf_counter()
    address, _ = _ask(connection, "POST", path, {**answers, "step": "confirm"}, status=303)
    waited = time.perf_counter() - began
    _ask(connection, "GET", address)
    return waited


def path_of(place: Place) -> str:
    return f"/events/{place.event_slug}/sessions/{place.session_slug}/register/{place.role_slug}"


def answers_of(number: int, key: str) -> dict[str, str]:
    return {
        "form_key": key, "full_name": f"Peserta Bangku {number}", "email": f"bangku{number}@example.id",
        "institution": "Perpustakaan Desa Sukamaju", "position": "Pustakawan", "employment": "community", "consent": "y",
    }  # fmt: skip


def _ask(
    connection: http.client.HTTPConnection,
    method: str,
    path: str,
    form: dict[str, str] | None = None,
    status: int = 200,
) -> tuple[str, str]:
    """Where the answer leads, and its text."""
    headers = {"Content-Type": "application/x-www-form-urlencoded"} if form else {}
    connection.request(method, path, body=urlencode(form) if form else None, headers=headers)
    answer = connection.getresponse()
    text = answer.read().decode()
    if answer.status != status:
        raise RuntimeError(f"{method} {path} was answered {answer.status}:\n{text[:2000]}")
    return answer.getheader("Location", ""), text

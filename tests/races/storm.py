"""A storm: clients who ask until they are answered, by processes that are killed -9 one after the other, again and again."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.races.acts import Act
from tests.races.crew import Crew, Racer
from tests.races.history import Answer
from tests.races.journal import history

KILLED_EVERY = 2.0  # seconds
LIVES_FOR = 20  # lines of its journals: on a machine that is busy with much else nobody would get anywhere otherwise


@dataclass(frozen=True, slots=True)
class Storm:
    answers: list[Answer]
    killed: int


def storm(crew: Crew, hands: Sequence[Sequence[Act]], *, processes: int, after_first: Callable[[], None]) -> Storm:
    """Each hand is a client's, in the order in which she does it; clients live in processes as threads.

    One process after the other is killed, and another goes on for its clients, with the same keys. `after_first`: what else
    befalls them, once, when the first process has been killed.
    """
    clients = {f"client-{n}": [{**act, "number": k} for k, act in enumerate(hand)] for n, hand in enumerate(hands)}
    names, killed = list(clients), 0
    with crew.racers(processes) as racers:
        running = deque(
            (racer, {name: clients[name] for name in names[n::processes]}) for n, racer in enumerate(racers)
        )
        for racer, its in running:
            racer.begin_storm(crew.url, crew.instance, its)
        while running:
            racer, its = running.popleft()
            if _ends(racer, crew.instance) or not racer.dies_in_storm():
                continue
            racer.begin_storm(crew.url, crew.instance, its)
            running.append((racer, its))
            killed += 1
            if killed == 1:
                after_first()
    return Storm([each for name in names for each in history(crew.instance, name, clients[name])], killed)


def _ends(racer: Racer, folder: Path) -> bool:
    ends = racer.ends_storm(within=KILLED_EVERY)
    while not ends and racer.has_written(folder) < LIVES_FOR:
        ends = racer.ends_storm(within=0.2)
    return ends

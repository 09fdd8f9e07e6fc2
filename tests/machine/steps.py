"""How a step of the walk is declared: how often it is drawn, and when it makes sense to try it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

Step = Callable[[Any, Any], None]  # the walk, and what Hypothesis draws from
Sensible = Callable[[Any], object]


@dataclass(frozen=True)
class Declared:
    weight: int
    when: Sensible


def step(weight: int = 1, *, when: Sensible = lambda walk: True) -> Callable[[Step], Step]:
    """Steps of a low weight are rare; what makes no sense at all just now isn't drawn."""

    def declare(act: Step) -> Step:
        act.declared = Declared(weight, when)  # type: ignore[attr-defined]
        return act

    return declare


def there_is(*states: str) -> Sensible:
    """While a registration is in one of these states."""
    return lambda walk: any(each.state in states for each in walk.model.registrations)


def late(walk: Any) -> bool:
    """For what ends most of what can happen."""
    return len(walk.model.registrations) > 10


def steps_of(walk: type) -> dict[str, Declared]:
    return dict(_declared(walk))


def _declared(walk: type) -> Iterator[tuple[str, Declared]]:
    for name in sorted(dir(walk)):
        declared = getattr(getattr(walk, name), "declared", None)
        if isinstance(declared, Declared):
            yield name, declared

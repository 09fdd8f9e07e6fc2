"""The numbers of a report: means and distributions of 1 to 5, the two indices, the gain between two tests. Pure.

The index is the mean of all ratings given to its questions, 1 to 5. The normalised gain is Hake's: what was gained of what
could still be gained, of the means of those who took both tests (R. R. Hake, American Journal of Physics 66, 1998).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

SCALE = range(1, 6)
# A slice of an anonymous questionnaire with fewer answers than these is shown nowhere and in no sum.
FEWEST = 5


@dataclass(frozen=True, slots=True)
class Tally:
    """How many answered (`n`), and how often each choice was made: option id or 1 to 5 -> number."""

    n: int = 0
    counts: Mapping[int, int] = field(default_factory=dict)

    @property
    def mean(self) -> float | None:
        """Of ratings; none where there are none."""
        ratings = sum(self.counts.values())
        return sum(value * number for value, number in self.counts.items()) / ratings if ratings else None


def tally(values: Iterable[Any]) -> Tally:
    """Of answers to one question: numbers, or lists of numbers where several could be chosen."""
    counts: Counter[int] = Counter()
    n = 0
    for value in values:
        n += 1
        counts.update(value if isinstance(value, list) else [value])
    return Tally(n, dict(counts))


def together(tallies: Iterable[Tally]) -> Tally:
    """The sum of several."""
    counts: Counter[int] = Counter()
    n = 0
    for each in tallies:
        n += each.n
        counts.update(each.counts)
    return Tally(n, dict(counts))


@dataclass(frozen=True, slots=True)
class Gain:
    """Of those who took both tests: their number, mean shares in percent, what they gained, and what of the possible (0 to 1,
    none where nothing could be gained).
    """

    n: int
    before: float
    after: float

    @property
    def points(self) -> float:
        return self.after - self.before

    @property
    def normalised(self) -> float | None:
        return self.points / (100 - self.before) if self.before < 100 else None


def gain(pairs: Sequence[tuple[float, float]]) -> Gain | None:
    """From each person's share before and after, in percent; none of nobody."""
    if not pairs:
        return None
    n = len(pairs)
    return Gain(n, sum(before for before, _ in pairs) / n, sum(after for _, after in pairs) / n)

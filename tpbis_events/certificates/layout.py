"""Fit text into a width: first smaller, then on more lines, at the very last shortened. Measures in points."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from tpbis_events.certificates.shaping import AT_HAND, Shaped, clusters, shape


@dataclass(frozen=True, slots=True)
class Fit:
    """How a text may give way: from ``size`` down to ``comfortable``, then a further line, at the least ``least``."""

    face: str
    size: float
    comfortable: float
    least: float
    lines: int = 1


@dataclass(frozen=True, slots=True)
class Fitted:
    lines: tuple[Shaped, ...]
    size: float


def fit(text: str, rule: Fit, width: float, scale: float = 1.0) -> Fitted:
    """Break clean ``text`` into lines no wider than ``width``, as large as the rule allows, of even length.

    Always answers: a text that is too long even at the least size ends in an ellipsis.
    """
    for count in range(1, rule.lines + 1):
        lines = [shape(line, rule.face) for line in _balanced(text, rule.face, count)]
        size = min(rule.size * scale, _room(lines, width))
        if size >= rule.comfortable * scale or (count == rule.lines and size >= rule.least * scale):
            return Fitted(tuple(lines), size)
    return _shortened(text, rule, width, rule.least * scale)


def _room(lines: Iterable[Shaped], width: float) -> float:
    return width / max([line.width for line in lines] + [1e-6])


@lru_cache(maxsize=AT_HAND)
def _balanced(text: str, face: str, count: int) -> list[str]:
    """At most ``count`` lines whose longest is as short as it can be."""
    if count == 1:
        return [text]
    parts = _parts(text, face, shape(text, face).width / count)
    target = sum(width for _, width in parts) / count
    while True:
        lines = _filled(parts, target)
        if len(lines) <= count:
            return lines
        target *= 1.03


def _filled(parts: list[tuple[str, float]], limit: float) -> list[str]:
    lines, used = [""], 0.0
    for part, width in parts:
        if lines[-1] and used + width > limit:
            lines.append("")
            used = 0.0
        lines[-1] += part
        used += width
    return [line.strip() for line in lines]


def _parts(text: str, face: str, longest: float) -> list[tuple[str, float]]:
    """Words with the space after them; a word longer than ``longest`` (em) falls into its clusters."""
    parts: list[tuple[str, float]] = []
    for word in text.split(" "):
        width = shape(word, face).width
        if width <= longest:
            parts.append((word + " ", width + 0.25))
        else:
            parts += [(cluster, shape(cluster, face).width) for cluster in clusters(word, face)]
            parts.append((" ", 0.25))
    return parts


def _shortened(text: str, rule: Fit, width: float, size: float) -> Fitted:
    pieces = clusters(text, rule.face)
    low, high = 0, len(pieces)
    best: list[Shaped] = []
    while low <= high:
        middle = (low + high) // 2
        shorter = "".join(pieces[:middle]).rstrip() + "…"
        lines = [shape(line, rule.face) for line in _balanced(shorter, rule.face, rule.lines)]
        if _room(lines, width) >= size:
            best, low = lines, middle + 1
        else:
            high = middle - 1
    return Fitted(tuple(best or [shape("…", rule.face)]), size)

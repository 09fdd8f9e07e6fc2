"""What a benchmark found: a median, the limit it is held against, and the ratio of the two."""

from __future__ import annotations

import json
import os
import platform
import statistics
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime


@dataclass(frozen=True, slots=True)
class Result:
    """`rounds` are the single measurements in `unit`; `limit` is what the bare driver did in the same run."""

    benchmark: str
    database: str
    rounds: tuple[float, ...]
    unit: str
    limit: float | None = None
    at_most: float | None = None  # beyond this the benchmark has failed

    @property
    def value(self) -> float:
        return statistics.median(self.rounds)

    @property
    def ratio(self) -> float | None:
        return self.value / self.limit if self.limit else None


def table(results: Sequence[Result]) -> str:
    rows = [("benchmark", "database", "median", "unit", "limit", "ratio", "rounds")]
    for each in results:
        limit = each.limit if each.limit is not None else each.at_most
        rows.append(
            (
                each.benchmark,
                each.database,
                _number(each.value),
                each.unit,
                _number(limit) if limit is not None else "",
                f"{each.ratio:.2f}" if each.ratio else "",
                " ".join(map(_number, each.rounds)) if len(each.rounds) > 1 else "",
            )
        )
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    rows.insert(1, tuple("-" * width for width in widths))
    return "\n".join("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) for row in rows)


def written(results: Sequence[Result]) -> str:
    """The same for programs."""
    found = {
        "measured_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "cores": os.cpu_count(),
        "python": platform.python_version(),
        "results": [{**asdict(each), "value": each.value, "ratio": each.ratio} for each in results],
    }
    return json.dumps(found, indent=2) + "\n"


def failures(results: Sequence[Result]) -> list[str]:
    return [
        f"{each.benchmark} on {each.database}: {_number(each.value)} {each.unit}, at most {_number(each.at_most)}"
        for each in results
        if each.at_most is not None and each.value > each.at_most
    ]


def _number(value: float) -> str:
    return f"{value:.0f}" if value >= 100 or value == int(value) else f"{value:.1f}"

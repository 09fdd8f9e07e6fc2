"""Rows of a sheet as a hand types them: `1-12, 14, 17-22`."""

from __future__ import annotations

import re

LONGEST = 2000  # characters
_PART = re.compile(r"(\d{1,4})(?:\s*[-–—]\s*(\d{1,4}))?")


def read_rows(typed: str, highest: int) -> tuple[list[int], list[str]]:
    """The numbers that were meant, rising and each once, and the parts that mean no row of a sheet with `highest` rows.

    Parts stand between commas, semicolons, blanks or lines; a range may be typed from its end. `0` and what lies beyond the
    last row are no rows.
    """
    rows: set[int] = set()
    wrong: list[str] = []
    joined = re.sub(r"\s*[-–—]\s*", "-", typed[:LONGEST])
    for part in re.split(r"[\s,;]+", joined):
        if not part:
            continue
        found = _PART.fullmatch(part)
        first, last = sorted((int(found[1]), int(found[2] or found[1]))) if found else (0, 0)
        if not 1 <= first <= last <= highest:
            wrong.append(part[:20])
        else:
            rows |= set(range(first, last + 1))
    return sorted(rows), wrong


def written_rows(rows: list[int]) -> str:
    """The other way round: rising numbers as ranges, `1-12, 14`."""
    parts: list[list[int]] = []
    for row in sorted(rows):
        if parts and parts[-1][1] == row - 1:
            parts[-1][1] = row
        else:
            parts.append([row, row])
    return ", ".join(str(first) if first == last else f"{first}-{last}" for first, last in parts)

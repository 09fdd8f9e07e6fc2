"""Where each province stands on a map of tiles: one square for each, so that Jakarta is as easy to see and to hit as Papua.

The arrangement is drawn by hand for this system: who lies west, east, north or south of whom on the map does so here, as far
as a grid of squares lets it; distances and shapes are given up.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from tpbis_events.places.provinces import Province, province
from tpbis_events.places.tables import rows_of


@dataclass(frozen=True, slots=True)
class Tile:
    """One province and its square; columns count from the west, rows from the north, both from 1."""

    province: Province
    column: int
    row: int

    @property
    def letters(self) -> str:
        """The two letters that ISO 3166-2 gives the province: BA of ID-BA."""
        return self.province.iso.removeprefix("ID-")


@cache
def all_tiles() -> tuple[Tile, ...]:
    """Give a tile for each of the 38 provinces, in the order of their codes."""
    rows = {row["code"]: row for row in rows_of("province_tiles.csv")}
    return tuple(Tile(province(code), int(row["column"]), int(row["row"])) for code, row in sorted(rows.items()))

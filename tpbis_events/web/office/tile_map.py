"""The map of Indonesia as tiles, ready to draw: where each province stands, its readiness, its words, and where it leads."""

from __future__ import annotations

from dataclasses import dataclass

from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from tpbis_events.places.tiles import Tile, all_tiles
from tpbis_events.registrations.readiness import worst
from tpbis_events.reports.dashboard import Dashboard, Row, by_province
from tpbis_events.reports.numbers import Numbers
from tpbis_events.web.languages import language
from tpbis_events.web.office import reasons

PITCH, SIDE = 48, 44  # from tile to tile, and the side of one
COLUMNS, ROWS = 15, 7
# The names of the island groups in the sea beside them: words, column and row of their middle.
ISLANDS = (
    (_l("Sumatra"), 1.7, 5.0),
    (_l("Java"), 3.5, 7.0),
    (_l("Bali and Nusa Tenggara"), 9.3, 6.1),
    (_l("Kalimantan"), 5.5, 1.0),
    (_l("Sulawesi"), 10.0, 1.0),
    (_l("Maluku"), 12.0, 3.0),
    (_l("Papua"), 14.0, 2.0),
)


@dataclass(frozen=True, slots=True)
class Drawn:
    """One tile. A province without a session in sight has neither `kind` nor `url` and is drawn quietly."""

    x: int
    y: int
    letters: str
    name: str
    kind: str = ""
    url: str = ""
    label: str = ""  # the whole of it in words
    filled: float = 0.0  # of the width of its bar


@dataclass(frozen=True, slots=True)
class Island:
    name: str
    x: float
    y: float


def tiles(board: Dashboard) -> list[Drawn]:
    """All 38, in the order of their codes; those without a session of this event that the actor may see say nothing."""
    found = by_province(board.rows)
    return [_drawn(tile, found.get(tile.province.code, []), board.event.slug) for tile in all_tiles()]


def islands() -> list[Island]:
    return [Island(str(name), (column - 0.5) * PITCH, (row - 0.5) * PITCH) for name, column, row in ISLANDS]


def _drawn(tile: Tile, rows: list[Row], event_slug: str) -> Drawn:
    x, y = (tile.column - 1) * PITCH + 2, (tile.row - 1) * PITCH + 2
    name = tile.province.name(language())
    if not rows:
        return Drawn(x, y, tile.letters, name)
    ready = worst([row.readiness for row in rows])
    numbers = sum((row.numbers for row in rows), Numbers())
    words = [reasons.words(finding) for finding in ready.findings]
    taken = _("%(taken)s of %(total)s seats taken", taken=numbers.taken, total=numbers.seats)
    return Drawn(
        x,
        y,
        tile.letters,
        name,
        reasons.kind(ready.level),
        _leads_to(rows, event_slug),
        f"{name}: {reasons.LEVELS[ready.level]}. {'; '.join([*words, taken])}",
        round(min(numbers.taken / numbers.seats, 1) * (SIDE - 10), 1) if numbers.seats else 0.0,
    )


def _leads_to(rows: list[Row], event_slug: str) -> str:
    """The roster of the province; of several meetings there, to where the page lists the first of them."""
    if len(rows) == 1:
        return url_for("office.rosters.show", event=event_slug, session=rows[0].session.slug)
    return f"#ready-{rows[0].session.slug}"

"""Draw the life of a registration from its declared table, for docs/life.md: `python scripts/draw_life.py > docs/life.md`."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from tpbis_events.registrations.life import MOVES, Move, Step
from tpbis_events.registrations.model import HOLDING, LIVE, State

HEAD = """# The life of a registration

Drawn from `tpbis_events/registrations/life.py` by `python scripts/draw_life.py > docs/life.md`; a test holds it to the code.
States change in that file alone, and only by the moves below. Whether somebody *may* make a move (her right, her province,
deadlines, a free seat) is asked by the command that carries the step's name.
"""
FOOT = """
Attendance isn't a state. It is said day by day in its own room (`attendance/`), because somebody may be there on two of five
days, and a check-in can be undone; a state "attended" would say the same thing twice and less exactly.
"""


def drawn() -> str:
    """The page: which states hold a seat, a picture of the moves, and a table of who may make them."""
    parts = [HEAD, _states(), "## Moves\n", _picture(), _table(), FOOT.strip()]
    return "\n".join(parts) + "\n"


def _states() -> str:
    rows = ["## States\n", "| state | holds a seat | live: the only one of its contact in the event |", "|---|---|---|"]
    rows += [f"| {state} | {_yes(state in HOLDING)} | {_yes(state in LIVE)} |" for state in State]
    return "\n".join(rows) + "\n"


def _picture() -> str:
    arrows: dict[tuple[str, str], list[str]] = {}
    for move in MOVES:
        arrows.setdefault((move.before or "[*]", move.after), []).append(move.step)
    lines = [f"    {before} --> {after} : {', '.join(steps)}" for (before, after), steps in arrows.items()]
    return "\n".join(["```mermaid", "stateDiagram-v2", *lines, "```", ""])


def _table() -> str:
    rows = ["| step | from | to | who |", "|---|---|---|---|"]
    for step in Step:
        moves = [move for move in MOVES if move.step is step]
        for who in dict.fromkeys(move.who for move in moves):
            ours = [move for move in moves if move.who == who]
            rows += [f"| {step} | {before} | {after} | {'; '.join(who)} |" for before, after in _together(ours)]
    return "\n".join(rows) + "\n"


def _together(moves: list[Move]) -> list[tuple[str, str]]:
    """Moves with the same beginnings as one row."""
    begins: dict[tuple[str, ...], list[str]] = {}
    for after in dict.fromkeys(move.after for move in moves):
        before = tuple(move.before or "(new)" for move in moves if move.after is after)
        begins.setdefault(before, []).append(after)
    return [(", ".join(before), " or ".join(after)) for before, after in begins.items()]


def _yes(it_is: bool) -> str:
    return "yes" if it_is else ""


if __name__ == "__main__":
    sys.stdout.write(drawn())

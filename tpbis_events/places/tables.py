"""Read the packaged reference tables. No cell of theirs holds a line break."""

import csv
from importlib.resources import files


def rows_of(name: str) -> list[dict[str, str]]:
    """Give the rows of one packaged CSV table, in the order of the file.

    `name` is the file's name inside `places/data`. A row with too few or too many cells is refused with ValueError:
    an unquoted comma would otherwise move a value into its neighbour's column without a word.
    """
    text = (files(__package__) / "data" / name).read_text(encoding="utf-8")
    header, *body = csv.reader(text.splitlines())
    for number, cells in enumerate(body, start=2):
        if len(cells) != len(header):
            raise ValueError(f"{name}, line {number}: {len(cells)} cells, {len(header)} expected")
    return [dict(zip(header, cells, strict=True)) for cells in body]

"""Numbers of rows in addresses and forms: none is larger than the database can hold, so a larger one is nobody's."""

from __future__ import annotations

from typing import Any

from flask import Flask
from werkzeug.routing import IntegerConverter, Map

LARGEST_ID = 2**31 - 1


class RowId(IntegerConverter):
    """`<int:...>` of every address: a number that no row can have leads nowhere (404), and never to the database."""

    def __init__(self, map: Map, **more: Any) -> None:
        super().__init__(map, **{"max": LARGEST_ID, **more})


def row_id(typed: str) -> int:
    """The type of a form's field that names a row; ValueError, and so the field's default, for what no row can have."""
    number = int(typed) if len(typed) <= 10 else -1
    if not 0 <= number <= LARGEST_ID:
        raise ValueError(typed[:20])
    return number


def init_app(app: Flask) -> None:
    app.url_map.converters["int"] = RowId

"""A table on its way through a page: read once, shown, mended there and sent back, so that nothing is stored before it is saved.

What comes back is believed no more than the file was: every rule is asked again.
"""

from __future__ import annotations

import base64
import binascii
import json
import zlib
from typing import Any

from tpbis_events.registrations.sheet_cells import BadSheet
from tpbis_events.registrations.sheet_rows import HEADINGS, Table, Told

LONGEST = 300_000  # as it stands in the form, which may hold 512 kB in all
MOST_UNPACKED = 8_000_000


def packed(table: Table) -> str:
    """Refuses (BadSheet) a table with more text in it than a form can hold; a thousand usual rows need a quarter of that."""
    told = [
        [[each.line, dict(each.texts), dict(each.faults), each.hidden] for each in table.lines],
        list(table.unknown),
        dict(table.headings),
        table.examples,
    ]
    text = json.dumps(told, ensure_ascii=False, separators=(",", ":"))
    small = base64.urlsafe_b64encode(zlib.compress(text.encode(), 9)).decode()
    if len(small) > LONGEST:
        raise BadSheet("sheet.too_much_text")
    return small


def unpacked(text: str) -> Table:
    """Refuses (BadSheet) what no page of ours has sent."""
    try:
        unfolding = zlib.decompressobj()
        whole = unfolding.decompress(base64.urlsafe_b64decode(text), MOST_UNPACKED)
        if not unfolding.eof:
            raise ValueError
        lines, unknown, headings, examples = json.loads(whole)
        return Table(tuple(_told(*each) for each in lines), tuple(map(str, unknown)), _texts(headings), int(examples))
    except (zlib.error, binascii.Error, ValueError, TypeError, AttributeError, RecursionError) as failure:
        raise BadSheet("sheet.form_broken") from failure


def _told(line: Any, texts: Any, faults: Any, hidden: Any) -> Told:
    return Told(int(line), _texts(texts), _texts(faults), bool(hidden))


def _texts(given: dict[Any, Any]) -> dict[str, str]:
    return {str(key): str(text) for key, text in given.items() if key in HEADINGS}

"""The list of a video call on its way through a page, as an import is (decision 17): nothing is stored before it is saved."""

from __future__ import annotations

import base64
import binascii
import json
import zlib
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from tpbis_events.attendance.meeting_list import Visit
from tpbis_events.registrations.sheet_cells import LONGEST_CELL, MOST_ROWS, BadSheet
from tpbis_events.registrations.sheet_pack import LONGEST, MOST_UNPACKED


def packed(visits: Sequence[Visit]) -> str:
    """Refuses (BadSheet) more text than a form can hold."""
    told = [[v.name, v.email, _written(v.joined), _written(v.left), v.minutes, v.times] for v in visits]
    text = json.dumps(told, ensure_ascii=False, separators=(",", ":"))
    small = base64.urlsafe_b64encode(zlib.compress(text.encode(), 9)).decode()
    if len(small) > LONGEST:
        raise BadSheet("sheet.too_much_text")
    return small


def unpacked(text: str) -> tuple[Visit, ...]:
    """Refuses (BadSheet) what no page of ours has sent."""
    try:
        unfolding = zlib.decompressobj()
        whole = unfolding.decompress(base64.urlsafe_b64decode(text), MOST_UNPACKED)
        if not unfolding.eof:
            raise ValueError
        rows = json.loads(whole)
        if not isinstance(rows, list) or len(rows) > MOST_ROWS:
            raise ValueError
        return tuple(_visit(*row) for row in rows)
    except (zlib.error, binascii.Error, ValueError, TypeError, AttributeError, RecursionError) as failure:
        raise BadSheet("sheet.form_broken") from failure


def _visit(name: Any, email: Any, joined: Any, left: Any, minutes: Any, times: Any) -> Visit:
    stayed = None if minutes is None else max(0, min(int(minutes), 100_000))
    return Visit(str(name)[:LONGEST_CELL], str(email)[:LONGEST_CELL], _read(joined), _read(left), stayed, int(times))


def _written(at: datetime | None) -> str:
    return at.isoformat() if at else ""


def _read(text: Any) -> datetime | None:
    at = datetime.fromisoformat(str(text)) if text else None
    return at.replace(tzinfo=None) if at else None

"""The file of a version: the same bytes as when it was issued."""

from __future__ import annotations

from tpbis_events.certificates.lookup import facts_of
from tpbis_events.certificates.model import Version


def file_of(version: Version) -> bytes:
    """The PDF, drawn again from the facts that were kept."""
    from tpbis_events.certificates.drawing import draw

    return draw(facts_of(version))

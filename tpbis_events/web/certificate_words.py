"""Plain words for what certificates are and say: kinds, facts that have changed, layouts, what an event asks."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from flask_babel import lazy_gettext as _l

from tpbis_events.programmes.model import CertificateKind

KINDS: dict[str, Any] = {
    CertificateKind.PARTICIPANT.value: _l("Participant"),
    CertificateKind.SPEAKER.value: _l("Speaker"),
    CertificateKind.MODERATOR.value: _l("Moderator"),
    CertificateKind.COMMITTEE.value: _l("Committee member"),
    CertificateKind.LETTER.value: _l("Letter of attendance"),
}
_FACTS: dict[str, Any] = {
    "full_name": _l("name"),
    "own_script_name": _l("name in its own script"),
    "nip": _l("NIP"),
    "position": _l("position"),
    "institution": _l("institution"),
    "role_id": _l("role"),
    "kind": _l("what it certifies"),
    "jp": _l("learning hours"),
}


def changed_words(names: Iterable[str]) -> str:
    """What has changed, in a row: "name, position"."""
    return ", ".join(str(_FACTS[name]) for name in names if name in _FACTS)

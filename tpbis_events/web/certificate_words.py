"""Plain words for what certificates are and say: kinds, facts that have changed, layouts, what an event asks."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from flask_babel import lazy_gettext as _l

from tpbis_events.certificates.images import Purpose
from tpbis_events.programmes.model import CertificateKind

KINDS: dict[str, Any] = {
    CertificateKind.PARTICIPANT.value: _l("Participant"),
    CertificateKind.SPEAKER.value: _l("Speaker"),
    CertificateKind.MODERATOR.value: _l("Moderator"),
    CertificateKind.COMMITTEE.value: _l("Committee member"),
    CertificateKind.LETTER.value: _l("Letter of attendance"),
}
LAYOUTS: dict[str, Any] = {
    "frame": _l("Kawung frame: a border on all sides"),
    "weave": _l("Woven hems: bands above and below"),
    "band": _l("Modern: a band at the left"),
    "plain": _l("Plain: for paper that is printed already"),
}
PALETTES: dict[str, Any] = {
    "nila": _l("Indigo and brown"),
    "soga": _l("Brown and brass"),
    "hijau": _l("Green and brass"),
    "marun": _l("Maroon and brass"),
    "biru": _l("Blue"),
    "hitam": _l("Black and grey"),
}
PURPOSES: dict[str, Any] = {
    Purpose.LOGO.value: _l("Logo of the institution"),
    Purpose.PARTNER.value: _l("Logo of a partner"),
    Purpose.SIGNATURE.value: _l("Scanned signature"),
}
PROBLEMS: dict[str, Any] = {
    "number.unknown": _l(
        "One of the words in braces is unknown. Allowed are seq, unit, event, kind, month, roman_month and year."
    ),
    "number.braces": _l("A brace has no partner, or something else than one word stands between two braces."),
    "number.signs": _l("A number has only letters from A to Z, digits, blanks and the signs . / _ -"),
    "number.lacks": _l("It needs {seq}, {unit} and {year}, or one number would be given twice."),
    "number.touching": _l("Put a sign between two words in braces, or one number could be read in two ways."),
    "number.too_long": _l("This is too long: at most 80 characters."),
    "number.too_long_written": _l("The numbers would become too long. Use each name in braces once, and less text."),
    "colour.form": _l("Give a colour as # and six digits or letters from a to f, for example #213059."),
    "colour.pale": _l("This colour is too pale to be read on the paper. Choose a darker one."),
    "jp.needed_range": _l("Give a whole number from 0 to 200."),
    "image.missing": _l("Please choose a file."),
    "image.kind": _l("This is no PNG or JPEG picture. SVG, PDF and other files can't be used."),
    "image.too_large": _l("The file is too large: at most 1.5 MB."),
    "image.too_many_pixels": _l("The picture is too large: at most 12 megapixels, for example 4000 by 3000."),
    "image.too_small": _l("The picture is too small: at least 40 pixels high and wide."),
    "image.broken": _l("The file is damaged and can't be read to its end. Please save it anew and try again."),
    "image.too_many": _l("There are six logos already. Take one out first."),
}
FACTS: dict[str, Any] = {
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
    return ", ".join(str(FACTS[name]) for name in names if name in FACTS)

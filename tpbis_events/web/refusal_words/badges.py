"""What is said when something is refused about the Open Badge of a certificate."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l

WORDS: dict[str, tuple[Any, Any]] = {
    "badge.letter": (
        _l("There is no digital badge for a letter of attendance"),
        _l("Badges come with certificates. The letter itself can be checked by its code."),
    ),
    "badge.no_key": (
        _l("There is no digital badge here"),
        _l("This site is not set up to sign badges. The certificate itself can be checked by its code."),
    ),
    "badge.no_list": (
        _l("There is no such list of badges"),
        _l("Whether a certificate holds is told by its check page."),
    ),
}

"""Plain words for how certificates are signed, and for the key of this institution. A QR code is never called a signature."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from tpbis_events.certificates.model import Signing
from tpbis_events.certificates.own_key import KeyState
from tpbis_events.places.local_time import local_date
from tpbis_events.web.presentation import day
from tpbis_events.web.refusal_words import WORDS

WAYS: dict[str, Any] = {
    Signing.NONE.value: _l("Not signed digitally"),
    Signing.OWN.value: _l("Signed digitally here, by the key of this institution"),
    Signing.OUTSIDE.value: _l("Signed digitally outside, by the signatory herself (TTE by BSrE)"),
}


def notes(key: KeyState, zone: str) -> dict[str, str]:
    """What stands below each way; for the own key which one it is, or why it can't be chosen."""
    return {
        Signing.NONE.value: str(
            _("The file can be fetched at once. Anybody can check it by its code; a scanned signature is a picture.")
        ),
        Signing.OWN.value: told(key, zone),
        Signing.OUTSIDE.value: str(
            _(
                "Files are taken out in batches, signed with the tool of BSrE and brought back; only then can people fetch them."
            )
        ),
    }


def told(key: KeyState, zone: str) -> str:
    """Which key is set up, until when it is valid, and what is wrong with it."""
    problem = f"{WORDS[key.problem][0]}." if key.problem else ""
    if key.valid_until is None:
        return problem
    which = _(
        "Key: %(subject)s, certified by %(issuer)s, valid until %(day)s.",
        subject=key.subject,
        issuer=key.issuer,
        day=day(local_date(key.valid_until, zone)),
    )
    where = _("It is on a token.") if key.token else ""
    stamped = _("Signatures get a time stamp.") if key.time_stamped else ""
    return " ".join(str(part) for part in (problem, which, where, stamped) if part)


def problem(code: str) -> str:
    """A key's problem as it stands beside a field."""
    return f"{WORDS[code][0]}."


# What became of a file that was brought back: in a word, and what can be done.
OUTCOMES: dict[str, tuple[Any, Any]] = {
    "taken": (_l("Signed and kept"), _l("The person is told by mail.")),
    "already": (_l("Signed already"), _l("The file that is kept stays as it is.")),
    "twice": (_l("Twice in this upload"), _l("The first one counts.")),
    "unsigned": (_l("Not signed"), _l("There is no digital signature in this file.")),
    "broken": (
        _l("Signature broken"),
        _l("The file was changed after it was signed, or is damaged. Have it signed anew."),
    ),
    "partial": (
        _l("Signature does not cover all"),
        _l("Something was added to the file after it was signed. Bring the file as the signing tool gave it."),
    ),
    "untrusted": (
        _l("Signed by a foreign authority"),
        _l("The signer's certificate isn't of an authority that the settings name."),
    ),
    "changed": (
        _l("Pages were changed"),
        _l("What the pages show isn't what was issued. Take the file out again and have it signed as it is."),
    ),
    "unknown": (
        _l("No certificate of ours"),
        _l("Neither its content nor a check code in it is of a certificate here."),
    ),
    "number_differs": (
        _l("Cannot be matched"),
        _l("The signing tool wrote the file anew, and its number isn't the one of its check code."),
    ),
    "other_event": (_l("Of another event"), _l("Bring it back on the page of its own event.")),
    "older_version": (
        _l("An older version"),
        _l("The certificate was corrected since. Take the new version out and have that signed."),
    ),
    "revoked": (_l("Revoked"), _l("This certificate was revoked; it needs no signature.")),
    "not_outside": (
        _l("Not to be signed outside"),
        _l("This certificate was issued without a signature from outside."),
    ),
    "no_pdf": (_l("No PDF"), _l("Only PDF files and ZIPs of them can be brought back.")),
    "unreadable": (_l("Cannot be read"), _l("The file is damaged, or isn't built as a PDF must be.")),
    "locked": (_l("Locked by a password"), _l("Bring it back without one.")),
    "too_large": (_l("Too large"), _l("A certificate is far smaller; this is no file of ours.")),
    "too_many": (
        _l("Too much at once"),
        _l("What comes after this was not looked at. Bring it back in smaller portions."),
    ),
    "no_time": (_l("Not looked at"), _l("Examining took too long. Bring this file back once more.")),
    "zip_broken": (_l("ZIP cannot be read"), _l("The ZIP is damaged. Pack it anew, or bring the PDFs one by one.")),
}

"""What is said when certificates can't be signed: the institution's own key, and what comes back signed from outside."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l

# The same words for who asks for her certificate and for who issues it.
_NOTHING_DONE = _l("Nothing was issued and no number was used. Please try again later, or tell the organizer.")

WORDS: dict[str, tuple[Any, Any]] = {
    "certificate.roots_unreadable": (
        _l("Signatures from outside can't be examined"),
        _l(
            "The file of authorities that the settings name can't be read. Nothing was taken; please tell the operator."
        ),
    ),
    "certificate.none_waits": (
        _l("No certificate of this portion waits any longer"),
        _l("They were signed, replaced or revoked meanwhile. The page shows what waits now."),
    ),
    "certificate.key_missing": (_l("No key for signing certificates is set up"), _NOTHING_DONE),
    "certificate.key_named_twice": (_l("The settings name two keys for signing; there must be one"), _NOTHING_DONE),
    "certificate.key_secret_unreadable": (_l("The password file of the signing key can't be read"), _NOTHING_DONE),
    "certificate.key_file_missing": (_l("The file with the signing key can't be read"), _NOTHING_DONE),
    "certificate.key_file_broken": (
        _l("The file with the signing key is damaged, or holds no key with its certificate"),
        _NOTHING_DONE,
    ),
    "certificate.key_password": (_l("The password of the signing key is wrong"), _NOTHING_DONE),
    "certificate.key_mismatch": (_l("The signing key and its certificate don't belong together"), _NOTHING_DONE),
    "certificate.key_weak": (
        _l("The signing key is too short, or of a kind that readers of signatures don't accept"),
        _NOTHING_DONE,
    ),
    "certificate.key_usage": (
        _l("The certificate of the signing key isn't meant for signing documents"),
        _NOTHING_DONE,
    ),
    "certificate.key_not_yet_valid": (_l("The certificate of the signing key isn't valid yet"), _NOTHING_DONE),
    "certificate.key_expired": (_l("The certificate of the signing key has expired"), _NOTHING_DONE),
    "certificate.key_token_unsupported": (_l("The library for signing by a token isn't installed"), _NOTHING_DONE),
    "certificate.key_token_missing": (_l("The token with the signing key can't be reached"), _NOTHING_DONE),
    "certificate.key_not_on_token": (_l("The signing key or its certificate isn't on the token"), _NOTHING_DONE),
    "certificate.key_pin": (_l("The PIN of the token with the signing key is wrong"), _NOTHING_DONE),
    "certificate.key_pin_locked": (
        _l("The token with the signing key is locked, since its PIN was wrong too often"),
        _NOTHING_DONE,
    ),
}

"""What the templates of a mail may say: its facts in the recipient's language, with what people wrote made harmless.

Facts hold ids, no token: the signed links are made here, by functions of the rooms above, when the mail is written. Who looks at
a mail in the office gets it masked: without link and ticket.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import Flask, current_app

from tpbis_events.foundation.codes import grouped
from tpbis_events.outbox.tame import facts_in_one_line, unlinked
from tpbis_events.places import local_time

QR_ID = "ticket"
# What people wrote themselves; event, session, role and venue are the organizer's words.
_FROM_PEOPLE = ("full_name", "reason", "substitute", "in_place_of", "nominated_by")
_TWICE = ("event", "session", "role", "access")
_MOMENTS = ("offer_ends_at", "expires_at")
# Numbers and words of our own, and what they are where a mail has none.
_PLAIN = {
    "place": None,
    "by_office": False,
    "by_nominator": False,
    "had_seat": False,
    "before": "",
    "serving": "seat",
    "hours": 0,
    "places": 0,
    "approved": False,
    "certificate_number": "",
    "check_page": "",
    "newer": False,  # a certificate: it takes the place of one that was given before
    "of_attendance": False,  # a letter of attendance, and no certificate
    "changed": (),  # of a session: `time`, `place`, `mode`
    "mode": "",
    "online_url": "",
}
_EXTENSION = "tpbis_pages_of_mail"
_ZONE_OF_OFFICE = "Asia/Jakarta"


@dataclass(frozen=True, slots=True)
class Pages:
    """How the signed addresses in mails are made."""

    registration: Callable[[int, int, str], str]  # id, version of its link, language -> address
    invitation: Callable[[int, str], str]  # id, language -> address
    password: Callable[[int, int, str, str], str]  # account's id, version of its link, until when, language -> address
    exports: Callable[[str], str]  # language -> address of an organizer's own exports, where she signs in
    # the link of the recipient's address (person's id, mark, until when), language -> all its certificates, if it has any
    certificates: Callable[[Mapping[str, Any], str], str | None]


def use_pages(app: Flask, pages: Pages) -> None:
    app.extensions[_EXTENSION] = pages


def said(facts: dict[str, Any], language: str, *, masked: bool) -> dict[str, Any]:
    """Everything that the templates of any kind may name; what a mail isn't about is empty."""
    if "registrations" in facts:
        return _of_many(facts, language, masked=masked)
    if "export_file" in facts:
        return _of_export(facts, language, masked=masked)
    if "account_id" in facts:
        return _of_account(facts, language, masked=masked)
    facts = facts_in_one_line(facts)
    masked = masked or bool(facts.get("sample"))  # a test to its author: there is no recipient whose link it could be
    moments = {name: _moment(facts, name, language) for name in _MOMENTS}
    own_page = None if masked else _address(facts, language)
    return {
        **_where(facts, language),
        **{name: facts.get(name, empty) for name, empty in _PLAIN.items()},
        # Her own way into the call: by it she is known to be there.
        **({"online_url": f"{own_page}/join"} if own_page and facts.get("online_url") else {}),
        **moments,
        "until": moments["offer_ends_at"] or moments["expires_at"],
        "language": language,
        "left": _where(facts_in_one_line(facts["left"]), language) if "left" in facts else None,
        "reference": grouped(facts["reference"]) if "reference" in facts else "",
        "ticket": grouped(facts["qr"]) if "qr" in facts and not masked else None,
        "has_ticket": "qr" in facts,
        "has_calendar": "calendar" in facts,
        "own_page": own_page,
        "all_certificates": _all_certificates(facts, language, masked=masked),
        "qr_id": QR_ID,
        "note_subject": unlinked(facts.get("note_subject", "")),
        "note_lines": [unlinked(line) for line in facts.get("note_lines", ())],
        "unsubscribe": None if masked else facts.get("list_unsubscribe"),
    }


def _of_many(facts: dict[str, Any], language: str, *, masked: bool) -> dict[str, Any]:
    """What a mail about several registrations says: of each its names, dates, state and own link."""
    listed = [facts_in_one_line(each) for each in facts["registrations"]]
    return {
        "language": language,
        "more": facts["more"],
        "all_certificates": _all_certificates(facts, language, masked=masked),
        "registrations": [
            {
                **_names(each, language),
                "dates": _dates(each, language),
                "state": each["state"],
                "reference": grouped(each["reference"]),
                "own_page": None if masked else _address(each, language),
            }
            for each in listed
        ],
    }


def _of_account(facts: dict[str, Any], language: str, *, masked: bool) -> dict[str, Any]:
    """What a mail to an organizer says: her name, the link to choose a password, and until when it is good."""
    pages: Pages = current_app.extensions[_EXTENSION]
    link = (facts["account_id"], facts["link_version"], facts["link_until"], language)
    until = datetime.fromisoformat(facts["link_until"])
    return {
        "language": language,
        "full_name": unlinked(facts_in_one_line(facts)["full_name"]),
        "own_page": None if masked else pages.password(*link),
        "until": local_time.format_datetime(until, _ZONE_OF_OFFICE, language),
    }


def _of_export(facts: dict[str, Any], language: str, *, masked: bool) -> dict[str, Any]:
    """What a mail to an organizer says whose file is ready. Its address is no secret."""
    pages: Pages = current_app.extensions[_EXTENSION]
    until = datetime.fromisoformat(facts["expires_at"])
    return {
        "language": language,
        "full_name": unlinked(facts_in_one_line(facts)["full_name"]),
        "export_file": unlinked(facts["export_file"]),
        "own_page": None if masked else pages.exports(language),
        "until": local_time.format_datetime(until, _ZONE_OF_OFFICE, language),
    }


def _where(facts: dict[str, Any], language: str) -> dict[str, Any]:
    """The names, days and place of a seat."""
    zone = facts["zone"]
    moments = [(datetime.fromisoformat(starts), datetime.fromisoformat(ends)) for starts, ends in facts["days"]]
    dates = [local_time.local_date(starts, zone) for starts, _ends in moments]
    return {
        **_names(facts, language),
        "days": [_day(starts, ends, zone, language) for starts, ends in moments],
        "dates": local_time.format_date_range(dates, language) if dates else "",
        "hours_of_day": local_time.format_hours(*moments[0], zone, language) if moments else "",
        "venue": facts["venue"],
    }


def _names(facts: dict[str, Any], language: str) -> dict[str, str]:
    people = {name: unlinked(facts[name]) if facts.get(name) else "" for name in _FROM_PEOPLE}
    return people | {name: facts.get(f"{name}_{language}") or facts.get(f"{name}_id", "") for name in _TWICE}


def _address(facts: dict[str, Any], language: str) -> str:
    pages: Pages = current_app.extensions[_EXTENSION]
    if "invitation_id" in facts:
        return pages.invitation(facts["invitation_id"], language)
    return pages.registration(facts["registration_id"], facts["link_version"], language)


def _all_certificates(facts: dict[str, Any], language: str, *, masked: bool) -> str | None:
    """The address of all certificates of who gets the mail; none where it isn't about them."""
    if masked or "all_certificates" not in facts:
        return None
    pages: Pages = current_app.extensions[_EXTENSION]
    return pages.certificates(facts["all_certificates"], language)


def _moment(facts: dict[str, Any], name: str, language: str) -> str:
    at = facts.get(name)
    return local_time.format_datetime(datetime.fromisoformat(at), facts["zone"], language) if at else ""


def _dates(facts: dict[str, Any], language: str) -> str:
    ends = [
        local_time.local_date(datetime.fromisoformat(facts[name]), facts["zone"]) for name in ("starts_at", "ends_at")
    ]
    return local_time.format_date_range(ends, language)


def _day(starts: datetime, ends: datetime, zone: str, language: str) -> str:
    date = local_time.format_date(local_time.local_date(starts, zone), language)
    return f"{date}, {local_time.format_hours(starts, ends, zone, language)}"

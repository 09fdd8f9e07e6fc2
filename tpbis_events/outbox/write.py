"""Write a mail that is owed: subject, plain text and HTML in the recipient's language, each complete in itself.

The templates stand in `templates/mail/<kind>/`: subject.txt, body.txt, body.html. Facts hold ids, no token: the signed link is
made here, in the version that the mail was owed in, so that an address that was given up never gets a link that works.
Who looks at a mail in the office gets it masked: without link and ticket.
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import segno
from flask import Flask, current_app
from flask_babel import force_locale
from flask_mail import Attachment
from flask_mail import Mail as FlaskMail

from tpbis_events.foundation import clock
from tpbis_events.foundation.codes import grouped
from tpbis_events.outbox.letter import Letter
from tpbis_events.outbox.model import Mail
from tpbis_events.outbox.tame import facts_in_one_line, unlinked
from tpbis_events.places import local_time
from tpbis_events.places.languages import checked_language

KINDS = ("confirmation", "waiting", "seated", "cancelled", "links")
QR_ID = "ticket"
# What people wrote themselves; event, session, role and venue are the organizer's words.
_FROM_PEOPLE = ("full_name", "reason")
_TWICE = ("event", "session", "role")
_EXTENSION = "tpbis_own_page"
_EMPTY_LINES = re.compile(r"\n{3,}")

OwnPage = Callable[[int, int, str], str]  # registration id, version of its link, language -> address


@dataclass(frozen=True, slots=True)
class Owed:
    """A mail's row as plain facts, so that it can be written and sent outside any transaction."""

    id: int
    kind: str
    version: int
    recipient: str
    language: str
    facts: dict[str, Any]
    message_id: str
    owed_at: datetime
    attempts: int


@dataclass(frozen=True, slots=True)
class Written:
    subject: str
    text: str
    html: str


def init_app(app: Flask, *, own_page: OwnPage) -> None:
    """`own_page` makes the signed address of a registration: the rooms that know registrations stand further up."""
    FlaskMail(app)
    app.extensions[_EXTENSION] = own_page


def owed(mail: Mail) -> Owed:
    return Owed(
        id=mail.id,
        kind=mail.kind,
        version=mail.version,
        recipient=mail.recipient,
        language=checked_language(mail.language),
        facts=dict(mail.facts),
        message_id=mail.message_id,
        owed_at=mail.owed_at,
        attempts=mail.attempts,
    )


def written(mail: Owed, *, masked: bool = False) -> Written:
    """The words of a mail; masked, an explanation stands where the personal link and the ticket would be."""
    said = _said(mail, masked=masked)
    with force_locale(mail.language):
        subject = " ".join(_render(mail.kind, "subject.txt", said).split())
        said["subject"] = subject
        text = _EMPTY_LINES.sub("\n\n", _render(mail.kind, "body.txt", said)).strip() + "\n"
        html = _render(mail.kind, "body.html", said)
    return Written(subject, text, html)


def letter(mail: Owed) -> Letter:
    """The whole message, ready for the post. A repeat bears the same Message-ID, so mail programs show it once."""
    words = written(mail)
    message = Letter(
        subject=words.subject,
        recipients=[mail.recipient],
        body=words.text,
        html=words.html,
        date=clock.now().timestamp(),
        attachments=[each for each in (_qr(mail.facts), _calendar(mail.facts)) if each],
        extra_headers={"Auto-Submitted": "auto-generated", "Content-Language": mail.language},  # RFC 3834
    )
    message.msgId = mail.message_id
    return message


def attached(facts: dict[str, Any]) -> list[str]:
    """The names of what a mail carries."""
    return [each.filename or "" for each in (_qr(facts), _calendar(facts)) if each]


def _said(mail: Owed, *, masked: bool) -> dict[str, Any]:
    if "registrations" in mail.facts:
        return _said_of_many(mail, masked=masked)
    facts = facts_in_one_line(mail.facts)
    return {
        **_names(facts, mail.language),
        "language": mail.language,
        "days": [_day(starts, ends, facts["zone"], mail.language) for starts, ends in facts["days"]],
        "venue": facts["venue"],
        "reference": grouped(facts["reference"]),
        "ticket": grouped(facts["qr"]) if "qr" in facts and not masked else None,
        "has_ticket": "qr" in facts,
        "has_calendar": "calendar" in facts,
        "place": facts.get("place"),
        "by_office": facts.get("by_office", False),
        "own_page": None if masked else _own_page(mail),
        "qr_id": QR_ID,
    }


def _said_of_many(mail: Owed, *, masked: bool) -> dict[str, Any]:
    """What a mail about several registrations says: of each its names, dates, state and own link."""
    listed = [facts_in_one_line(each) for each in mail.facts["registrations"]]
    return {
        "language": mail.language,
        "more": mail.facts["more"],
        "registrations": [
            {
                **_names(each, mail.language),
                "dates": _dates(each, mail.language),
                "state": each["state"],
                "reference": grouped(each["reference"]),
                "own_page": None if masked else _address(each, each["link_version"], mail.language),
            }
            for each in listed
        ],
    }


def _names(facts: dict[str, Any], language: str) -> dict[str, str]:
    said = {key: unlinked(facts[key]) if facts.get(key) else "" for key in _FROM_PEOPLE}
    return said | {key: facts[f"{key}_{language}"] or facts[f"{key}_id"] for key in _TWICE}


def _own_page(mail: Owed) -> str:
    # A mail that was owed before the version of the link was among its facts bears it as its own.
    return _address(mail.facts, mail.facts.get("link_version", mail.version), mail.language)


def _address(facts: dict[str, Any], link_version: int, language: str) -> str:
    make: OwnPage = current_app.extensions[_EXTENSION]
    return make(facts["registration_id"], link_version, language)


def _dates(facts: dict[str, Any], language: str) -> str:
    ends = [
        local_time.local_date(datetime.fromisoformat(facts[key]), facts["zone"]) for key in ("starts_at", "ends_at")
    ]
    return local_time.format_date_range(ends, language)


def _day(starts: str, ends: str, zone: str, language: str) -> str:
    start, end = datetime.fromisoformat(starts), datetime.fromisoformat(ends)
    date = local_time.format_date(local_time.local_date(start, zone), language)
    return f"{date}, {local_time.format_hours(start, end, zone, language)}"


def _render(kind: str, name: str, said: dict[str, Any]) -> str:
    # Straight from the environment: context processors belong to pages, and a worker has no request.
    return current_app.jinja_env.get_template(f"mail/{kind}/{name}").render(said)


def _qr(facts: dict[str, Any]) -> Attachment | None:
    if "qr" not in facts:
        return None
    picture = io.BytesIO()
    segno.make(facts["qr"], error="m", micro=False).save(picture, kind="png", scale=8, border=4)
    headers = {"Content-ID": f"<{QR_ID}>"}
    return Attachment("qr.png", "image/png", picture.getvalue(), disposition="inline", headers=headers)


def _calendar(facts: dict[str, Any]) -> Attachment | None:
    if "calendar" not in facts:
        return None
    text: str = facts["calendar"]
    method = "CANCEL" if "METHOD:CANCEL" in text else "PUBLISH"
    name = f"TPBIS-{facts['reference']}.ics"
    return Attachment(name, f"text/calendar; charset=utf-8; method={method}", text.encode())

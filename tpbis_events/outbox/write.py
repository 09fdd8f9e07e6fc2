"""Write a mail that is owed: subject, plain text and HTML in the recipient's language, each complete in itself.

The templates stand in `templates/mail/<kind>/`: subject.txt, opening.txt, body.txt, body.html; what they may say is in
`said.py`. Subject and opening are an organizer's where she has given the kind words of her own (`wording.py`); all else stays
ours. The signed link is made with the version that the mail was owed in, so that an address that was given up never gets a
link that works.
"""

from __future__ import annotations

import io
import re
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import segno
from flask import Flask, current_app
from flask_babel import force_locale
from flask_mail import Attachment
from flask_mail import Mail as FlaskMail

from tpbis_events.foundation import clock
from tpbis_events.outbox.calendar import calendar_text
from tpbis_events.outbox.letter import Letter
from tpbis_events.outbox.model import Mail
from tpbis_events.outbox.opening import Block, as_text, blocks_of
from tpbis_events.outbox.placeholders import OF_KIND, as_placeholders, filled
from tpbis_events.outbox.said import QR_ID, Pages, said, use_pages
from tpbis_events.outbox.wording import Words, in_language, words_of
from tpbis_events.places.languages import checked_language

KINDS = (
    "applied",
    "approved",
    "confirmation",
    "waiting",
    "rejected",
    "seated",
    "offer",
    "offer_reminder",
    "lapsed",
    "moved",
    "substituted",
    "cancelled",
    "session_cancelled",
    "rescheduled",
    "reminder",
    "certificate_ready",
    "note",
    "invitation",
    "nomination",
    "links",
    "account_link",
    "export_ready",
    "password_link",
)
_EMPTY_LINES = re.compile(r"\n{3,}")
_OF_NOBODY = {"full_name": "", "venue": "", "zone": "Asia/Jakarta", "days": []}


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
    words: Words | None = None  # an organizer's, instead of the original ones


@dataclass(frozen=True, slots=True)
class Written:
    subject: str
    text: str
    html: str


def init_app(app: Flask, pages: Pages) -> None:
    """`pages` make the signed addresses: the rooms that know registrations and invitations stand further up."""
    FlaskMail(app)
    use_pages(app, pages)


def owed(mail: Mail) -> Owed:
    """A mail that a worker has leased, in the words that were chosen as it did so."""
    return Owed(
        id=mail.id,
        kind=mail.kind,
        version=mail.version,
        recipient=mail.recipient,
        language=checked_language(mail.language),
        facts={"link_version": mail.version, **mail.facts},  # as old as the mail where they don't say
        message_id=mail.message_id,
        owed_at=mail.owed_at,
        attempts=mail.attempts,
        words=in_language(mail.words, mail.language),
    )


def as_it_stands(mail: Mail) -> Owed:
    """A mail as it was last begun, or while it is due as it would be now: for who looks at it."""
    return replace(owed(mail), words=words_of(mail))


def written(mail: Owed, *, masked: bool = False) -> Written:
    """The words of a mail; masked, an explanation stands where the personal link and the ticket would be."""
    words = said(mail.facts, mail.language, masked=masked)
    with force_locale(mail.language):
        words["subject"] = subject = _subject(mail, words)
        words["opening"] = opening = _opening(mail, words)
        words["opening_text"] = as_text(opening)
        text = _EMPTY_LINES.sub("\n\n", _render(mail.kind, "body.txt", words)).strip() + "\n"
        html = _render(mail.kind, "body.html", words)
    return Written(subject, text, html)


def original(kind: str, language: str) -> Words:
    """The original words of a kind that organizers may word, with placeholders where a mail has its facts."""
    words = {**said(_OF_NOBODY, language, masked=True), **as_placeholders(kind, language)}
    with force_locale(language):
        subject = _on_one_line(_render(kind, "subject.txt", words))
        return Words(subject, as_text(blocks_of(_render(kind, "opening.txt", words))))


def _subject(mail: Owed, words: dict[str, Any]) -> str:
    if mail.words:
        return _on_one_line(filled(mail.words.subject, words))
    return _on_one_line(_render(mail.kind, "subject.txt", words))


def _opening(mail: Owed, words: dict[str, Any]) -> tuple[Block, ...]:
    if mail.kind not in OF_KIND:
        return ()
    if mail.words:
        return blocks_of(mail.words.text, lambda line: filled(line, words))
    return blocks_of(_render(mail.kind, "opening.txt", words))


def _on_one_line(text: str) -> str:
    return " ".join(text.split())


def letter(mail: Owed) -> Letter:
    """The whole message, ready for the post. A repeat bears the same Message-ID, so mail programs show it once."""
    words = written(mail)
    message = Letter(
        subject=words.subject,
        recipients=[mail.recipient],
        body=words.text,
        html=words.html,
        date=clock.now().timestamp(),
        attachments=[each for each in (_qr(mail.facts), _calendar(mail.facts, mail.language)) if each],
        extra_headers={"Auto-Submitted": "auto-generated", "Content-Language": mail.language},  # RFC 3834
    )
    message.msgId = mail.message_id
    return message


def attached(facts: dict[str, Any]) -> list[str]:
    """The names of what a mail carries."""
    return [each.filename or "" for each in (_qr(facts), _calendar(facts, "id")) if each]


def _render(kind: str, name: str, words: dict[str, Any]) -> str:
    # Straight from the environment: context processors belong to pages, and a worker has no request.
    return current_app.jinja_env.get_template(f"mail/{kind}/{name}").render(words)


def _qr(facts: dict[str, Any]) -> Attachment | None:
    if "qr" not in facts:
        return None
    picture = io.BytesIO()
    segno.make(facts["qr"], error="m", micro=False).save(picture, kind="png", scale=8, border=4)
    headers = {"Content-ID": f"<{QR_ID}>"}
    return Attachment("qr.png", "image/png", picture.getvalue(), disposition="inline", headers=headers)


def _calendar(facts: dict[str, Any], language: str) -> Attachment | None:
    if "calendar" not in facts:
        return None
    text = calendar_text(facts, language)
    method = "CANCEL" if "METHOD:CANCEL" in text else "PUBLISH"
    name = f"TPBIS-{facts['reference']}.ics"
    return Attachment(name, f"text/calendar; charset=utf-8; method={method}", text.encode())

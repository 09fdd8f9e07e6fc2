"""The mails that are kept as files while no mail server is set: the newest, and one as a mail program would show it.

What is shown is what the file says, not what would be written today. These are whole mails, with links that work: for
development alone, and the pages refuse in production.
"""

from __future__ import annotations

import base64
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.parser import BytesHeaderParser
from pathlib import Path

from flask import current_app

from tpbis_events.foundation.errors import NotFound

PAGE = 50
_NAME = re.compile(r"(\d{1,18})-[A-Za-z0-9_]{1,40}-[A-Za-z0-9@._-]{0,100}\.eml")
_PICTURE = re.compile(r"cid:([A-Za-z0-9@._-]{1,100})")
_SAFE_NAME = re.compile(r"[^A-Za-z0-9._-]+")


@dataclass(frozen=True, slots=True)
class Kept:
    """A file in the list."""

    name: str
    subject: str
    to: str
    at: datetime | None


@dataclass(frozen=True, slots=True)
class Part:
    """What a mail carries beside its words; `number` counts them in their order."""

    number: int
    name: str
    kind: str  # its media type
    content: bytes

    @property
    def is_text(self) -> bool:
        return self.kind.startswith("text/")


@dataclass(frozen=True, slots=True)
class Opened:
    """One mail: its headers as they stand, its text, its HTML with the pictures in it, what it carries."""

    kept: Kept
    headers: tuple[tuple[str, str], ...]
    text: str
    html: str
    parts: tuple[Part, ...]
    size: int


def newest(before: int | None = None) -> tuple[list[Kept], int | None]:
    """One page of files, the newest mail first, and the number to go on before; none on the last page."""
    numbered = sorted(((number, name) for name in _names() if (number := _number(name))), reverse=True)
    left = [(number, name) for number, name in numbered if before is None or number < before]
    read = BytesHeaderParser(policy=policy.default)
    shown = []
    for _number_of, name in left[:PAGE]:
        with (_folder() / name).open("rb") as file:
            shown.append(_kept(name, read.parse(file)))
    return shown, left[PAGE - 1][0] if len(left) > PAGE else None


def opened(name: str) -> Opened:
    """Refuses a name that isn't one of ours, and a file that isn't there (404): no other file can be read by it."""
    if not _NAME.fullmatch(name) or name not in _names():
        raise NotFound("kept_mail.unknown")
    raw = (_folder() / name).read_bytes()
    mail = message_from_bytes(raw, policy=policy.default)
    assert isinstance(mail, EmailMessage)  # noqa: S101
    carried = [each for each in mail.walk() if not each.is_multipart() and not _is_words(each)]
    parts = tuple(_part(number, each) for number, each in enumerate(carried))
    pictures = {str(each.get("Content-ID", "")).strip("<>"): part for each, part in zip(carried, parts, strict=True)}
    headers = tuple((field, str(value)) for field, value in mail.items())
    html = _PICTURE.sub(lambda found: _inline(found, pictures), _words(mail, "html"))
    return Opened(_kept(name, mail), headers, _words(mail, "plain"), html, parts, len(raw))


def _folder() -> Path:
    return Path(current_app.config["INSTANCE"]) / "mail"


def _names() -> set[str]:
    folder = _folder()
    return {each.name for each in folder.iterdir() if _NAME.fullmatch(each.name)} if folder.is_dir() else set()


def _number(name: str) -> int:
    return int(name.partition("-")[0])


def _kept(name: str, mail: EmailMessage) -> Kept:
    at = getattr(mail["Date"], "datetime", None)
    if at is not None and at.tzinfo is None:
        at = at.replace(tzinfo=UTC)
    return Kept(name, str(mail["Subject"] or ""), str(mail["To"] or ""), at)


def _is_words(part: EmailMessage) -> bool:
    return part.get_content_type() in ("text/plain", "text/html") and part.get_content_disposition() is None


def _words(mail: EmailMessage, kind: str) -> str:
    body = mail.get_body((kind,))
    return str(body.get_content()) if body is not None else ""


def _part(number: int, part: EmailMessage) -> Part:
    content = part.get_payload(decode=True)
    name = _SAFE_NAME.sub("_", part.get_filename() or "") or f"part-{number}"
    return Part(number, name, part.get_content_type(), content if isinstance(content, bytes) else b"")


def _inline(found: re.Match[str], pictures: dict[str, Part]) -> str:
    """A picture of the mail itself, put where its HTML names it, as a mail program does."""
    part = pictures.get(found[1])
    if part is None or part.kind != "image/png":
        return found[0]
    return f"data:image/png;base64,{base64.b64encode(part.content).decode()}"

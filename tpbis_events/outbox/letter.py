"""A mail as MIME: what it shows beside its text belongs to its HTML, what it carries is attached."""

from __future__ import annotations

from email import charset
from email.mime.base import MIMEBase
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from typing import cast

from flask_mail import Message

_QUOTED = charset.Charset("utf-8")
_QUOTED.body_encoding = charset.QP  # no line grows beyond what SMTP allows, and every server passes it on unchanged


class Letter(Message):
    """Flask-Mail's message, with pictures in `multipart/related` (RFC 2387), where every mail program looks for them."""

    def _mimetext(self, text: str | None, subtype: str = "plain") -> MIMEText:
        return MIMEText(text or "", subtype, cast(str, _QUOTED))

    def _message(self) -> MIMEBase:
        whole = super()._message()
        parts = cast("list[MIMEBase]", whole.get_payload())
        pictures = [part for part in parts if part.get("Content-ID")]
        if not pictures:
            return whole
        alternative, others = parts[0], [part for part in parts[1:] if part not in pictures]
        plain, html = cast("list[MIMEBase]", alternative.get_payload())
        related = MIMEMultipart("related", type="text/html")
        related.set_payload([html, *pictures])
        alternative.set_payload([plain, related])
        whole.set_payload([alternative, *others])
        return whole

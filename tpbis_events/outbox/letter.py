"""A mail as MIME: what it shows beside its text belongs to its HTML, what it carries is attached."""

from __future__ import annotations

from email import charset, policy
from email.header import Header
from email.mime.base import MIMEBase
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from typing import cast

from flask_mail import Message

_QUOTED = charset.Charset("utf-8")
_QUOTED.body_encoding = charset.QP  # no line grows beyond what SMTP allows, and every server passes it on unchanged
# Every header is text for the wire already; the newer policies would read each again, at a quarter of the time of a mail.
_AS_IT_IS = policy.compat32.clone(linesep="\r\n")


class Letter(Message):
    """Flask-Mail's message, with pictures in `multipart/related` (RFC 2387), where every mail program looks for them."""

    def _mimetext(self, text: str | None, subtype: str = "plain") -> MIMEText:
        return MIMEText(text or "", subtype, cast(str, _QUOTED))

    def as_bytes(self) -> bytes:
        """The whole message, as SMTP wants it."""
        whole = self._message()
        whole.policy = _AS_IT_IS
        subject = self.subject or ""
        folded = Header(subject, "us-ascii" if subject.isascii() else "utf-8", header_name="Subject")
        # Flask-Mail's leaves no room for the name of the header.
        whole.replace_header("Subject", folded)  # type: ignore[arg-type]
        return whole.as_bytes(policy=_AS_IT_IS)

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

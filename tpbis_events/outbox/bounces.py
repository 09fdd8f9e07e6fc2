"""Read a report that a mail came back (RFC 3464): which mail, to whom, and what was said. Pure; never trusts what it reads.

Only a report that quotes the Message-ID of the mail counts, and only for the recipient that it was sent to: the id is drawn at
random and known to nobody but those who had the mail in hand.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from email import message_from_bytes, message_from_string
from email.message import Message

from tpbis_events.outbox.causes import OF_ADDRESS, Cause, cause_of, status_of
from tpbis_events.outbox.mailbox import address_key
from tpbis_events.outbox.post import without_links

# What a server says no to for good although neither spam, size nor a full mailbox is the reason.
_OF_ADDRESS = OF_ADDRESS | {Cause.OTHER}
_ADDRESS_TYPE = re.compile(r"^\s*rfc822\s*;\s*", re.IGNORECASE)
_SAYS_TYPE = re.compile(r"^\s*[\w.-]+\s*;\s*")
_MESSAGE_ID = re.compile(r"<[^<>\s\x00-\x1f\x7f]{3,190}>")


@dataclass(frozen=True, slots=True)
class Bounce:
    """One recipient of one mail that came back. `hard`: for good, because of the address. The same report has the same `key`."""

    message_id: str
    recipients: frozenset[str]  # as `address_key` writes them: the final one, and the one that it was sent to
    hard: bool
    cause: Cause
    said: str
    key: str


def told(message_id: str, recipients: frozenset[str], status: str, said: str, *, hard: bool | None, key: str) -> Bounce:
    """A bounce in its parts. `hard` is what the teller judged, where one did; else status and words decide."""
    words = said if not status or status_of(said) else f"{status} {said}"
    cause = cause_of(words)
    permanent = (status or status_of(words) or words).startswith("5")
    judged = hard if hard is not None else permanent and cause in _OF_ADDRESS
    if judged and cause is Cause.NOT_NOW:
        cause = Cause.OTHER
    return Bounce(message_id, recipients, judged, cause, without_links(words), key)


def reported(raw: bytes) -> tuple[Bounce, ...]:
    """The recipients whom a mail has failed to reach, by a report as it came; none when it is no such report.

    A report that only says that it takes longer counts for nothing, and so does one that doesn't show which mail it means.
    """
    report = message_from_bytes(raw)
    if report.get_content_type() != "multipart/report" or not report.is_multipart():
        return ()
    parts = [part for part in report.walk() if part is not report]
    message_id = next((found for part in parts if (found := _returned_id(part))), "")
    if not message_id:
        return ()
    own_key = str(report.get("Message-ID") or "") + str(report.get("Date") or "") or hashlib.sha256(raw).hexdigest()
    bounces: list[Bounce] = []
    for part in parts:
        if part.get_content_type() == "message/delivery-status" and isinstance(part.get_payload(), list):
            for number, block in enumerate(_blocks(part)):
                if bounce := _of_recipient(block, message_id, f"{own_key}#{number}"):
                    bounces.append(bounce)
    return tuple(bounces)


def _blocks(part: Message) -> list[Message]:
    return [block for block in part.get_payload() if isinstance(block, Message)]


def _of_recipient(block: Message, message_id: str, key: str) -> Bounce | None:
    if str(block.get("Action", "")).strip().lower() != "failed":
        return None
    recipients = frozenset(
        address_key(_ADDRESS_TYPE.sub("", str(block[name])).strip().strip("<>"))
        for name in ("Final-Recipient", "Original-Recipient")
        if block.get(name)
    )
    status = status_of(str(block.get("Status", "")))
    said = _SAYS_TYPE.sub("", str(block.get("Diagnostic-Code", "")))
    return told(message_id, recipients, status, said, hard=None, key=digest("report", message_id, key))


def digest(*parts: str) -> str:
    """One report is known again by this, however often it is brought."""
    return hashlib.sha256("\0".join(parts).encode(errors="replace")).hexdigest()


def _returned_id(part: Message) -> str:
    """The Message-ID of the mail that a report gives back, whole or its headers alone."""
    kind, payload = part.get_content_type(), part.get_payload()
    if kind == "message/rfc822" and isinstance(payload, list) and payload and isinstance(payload[0], Message):
        returned = payload[0]
    elif kind in ("text/rfc822-headers", "message/rfc822-headers"):
        text = part.get_payload(decode=True)
        returned = message_from_string(text.decode(errors="replace") if isinstance(text, bytes) else str(payload))
    else:
        return ""
    ids = _MESSAGE_ID.findall(str(returned.get("Message-ID", "")))
    return ids[0] if len(ids) == 1 else ""

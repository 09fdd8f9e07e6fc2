"""Why a mail isn't sent, in a few words that many answers of many servers come down to. Pure.

A server's answer begins with a code (RFC 5321) and often a status (RFC 3463): `550 5.1.1`. The status says more than the code,
and where there is none the words are asked. What the words don't say clearly is OTHER: nobody's address is given up on a guess.
"""

from __future__ import annotations

import re
from enum import StrEnum


class Cause(StrEnum):
    """Each has its words in web/office/mail_words.py."""

    NO_MAILBOX = "no_mailbox"  # there is no such person at that server
    NO_DOMAIN = "no_domain"  # there is no such server, or it takes no mail
    FULL = "full"  # her mailbox is full
    REJECTED = "rejected"  # taken for spam, or against a rule of that server
    TOO_LARGE = "too_large"
    IMPOSSIBLE = "impossible"  # the address can't be written in a mail
    MARKED = "marked"  # an earlier mail to the address came back for good
    CAPPED = "capped"  # more than one mailbox should get by the public's doing
    UNWRITABLE = "unwritable"  # our own fault: the words could not be made
    CONNECTION = "connection"  # the line was lost while this mail was sent
    SERVER = "server"  # our mail server can't be reached, or takes nothing from us
    NOT_NOW = "not_now"  # another temporary answer
    OTHER = "other"


# What makes an address one that takes no mail; everything else may be different with the next mail.
OF_ADDRESS = frozenset({Cause.NO_MAILBOX, Cause.NO_DOMAIN})
_STATUS = re.compile(r"(?<![\d.])([245])\.(\d{1,3})\.(\d{1,3})(?![\d.])")
_CODE = re.compile(r"([245]\d\d)(?!\d)")
_OF_STATUS = {
    "1.1": Cause.NO_MAILBOX,
    "1.6": Cause.NO_MAILBOX,  # moved, no forwarding address
    "2.1": Cause.NO_MAILBOX,  # disabled
    "1.2": Cause.NO_DOMAIN,
    "1.10": Cause.NO_DOMAIN,  # takes no mail at all (RFC 7505)
    "4.4": Cause.NO_DOMAIN,  # no way there
    "2.2": Cause.FULL,
    "2.3": Cause.TOO_LARGE,
    "3.4": Cause.TOO_LARGE,
    "1.3": Cause.IMPOSSIBLE,
}
_OF_WORDS = (
    (re.compile(r"no such (user|mailbox|recipient|person)|(user|recipient|mailbox|address)( is)? unknown|unknown (user|recipient|"
                r"mailbox)|(user|mailbox|recipient|account|address)( not found| (does not|doesn.t) exist)", re.IGNORECASE),
     Cause.NO_MAILBOX),
    (re.compile(r"(host|domain) (unknown|not found|(does not|doesn.t) exist)|unknown (host|domain)", re.IGNORECASE),
     Cause.NO_DOMAIN),
    (re.compile(r"mailbox (is )?full|over ?quota|quota exceeded|insufficient (system )?storage", re.IGNORECASE), Cause.FULL),
    (re.compile(r"too (large|big)|exceeds? .{0,20}size", re.IGNORECASE), Cause.TOO_LARGE),
    (re.compile(r"spam|blocked|blacklist|blocklist|policy|dmarc|spf|dkim|reputation", re.IGNORECASE), Cause.REJECTED),
)  # fmt: skip


def status_of(said: str) -> str:
    """The status in a server's answer: `550 5.1.1 no such user` -> `5.1.1`; empty where there is none."""
    found = _STATUS.search(said[:200])
    return found.group() if found else ""


def code_of(said: str) -> str:
    """What an answer begins with, as answers alike are grouped by: `550 5.1.1`; empty where it is no server's answer."""
    code = _CODE.match(said)
    return " ".join(part for part in (code.group(1) if code else "", status_of(said)) if part)


def cause_of(said: str) -> Cause:
    """What a server's answer to one mail comes down to."""
    status = status_of(said)
    permanent = (status or said).startswith("5")
    found = _OF_STATUS.get(status[2:]) if status else None
    if found is None and status[2:4] == "7.":
        found = Cause.REJECTED
    if found is None:
        found = next((cause for words, cause in _OF_WORDS if words.search(said)), None)
    if not permanent and (found in OF_ADDRESS or found is Cause.REJECTED):
        return Cause.NOT_NOW  # `450 4.1.1`: not known there now; `451 4.7.1`: come back later
    return found or (Cause.OTHER if permanent else Cause.NOT_NOW)

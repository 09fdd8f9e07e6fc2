"""What every mail says to machines beside its words: where answers go, and how who gets it among many leaves the list."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from flask import current_app

from tpbis_events.outbox.letter import Letter
from tpbis_events.outbox.write import Owed


def complete(letter: Letter, mail: Owed) -> None:
    """Put them on a letter that is written. Refuses (ValueError) an address that could become another header."""
    letter.reply_to = current_app.config["MAIL_REPLY_TO"] or None
    if way_out := mail.facts.get("list_unsubscribe"):
        letter.extra_headers = {**(letter.extra_headers or {}), **_unsubscribe(way_out)}


def _unsubscribe(way_out: Any) -> dict[str, str]:
    address = f"mailto:{_office()}?subject=unsubscribe" if way_out is True else str(way_out)
    if (
        not address.startswith(("https://", "http://", "mailto:"))
        or not address.isascii()
        or set(address) & set("<>\r\n ,")
    ):
        raise ValueError("list_unsubscribe is no address")
    # One click needs TLS (RFC 8058); without it a program shows the page, which asks.
    one_click = {"List-Unsubscribe-Post": "List-Unsubscribe=One-Click"} if address.startswith("https://") else {}
    return {"List-Unsubscribe": f"<{address}>", **one_click}


def _office() -> str:
    """Where people write to: the office's address, else the one that the mail comes from."""
    config = current_app.config
    return quote(config["MAIL_REPLY_TO"] or config["MAIL_DEFAULT_SENDER"][1], safe="@+.")

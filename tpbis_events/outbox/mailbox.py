"""The one spelling of an address by which it is known again, and the mailbox behind it.

`Budi@Example.ID` and `budi@example.id` are one address. Behind `budi+shm@example.id` stands most often the mailbox of
`budi@example.id` (RFC 5233), and Gmail reads neither dots nor case: who counts what reaches a person counts by the mailbox.
Both are only compared, never written to.
"""

from __future__ import annotations

import re

_ADDRESS = re.compile(r"[^\s<>()\[\],;:\"'=]+@[\w.-]+")
_GOOGLE = frozenset({"gmail.com", "googlemail.com"})


def address_key(address: str) -> str:
    """The address in lower case, its domain as servers know it; what is no address stays as it is, in lower case."""
    local, at, domain = address.strip().rpartition("@")
    return f"{local.casefold()}{at}{_ascii(domain)}"


def domain_of(address: str) -> str:
    """The domain that an address is in, as servers know it."""
    return _ascii(address.strip().rpartition("@")[2])


def mailbox_of(address: str) -> str:
    """The mailbox that an address most probably reaches: without the part behind `+`, at Gmail without dots."""
    local, at, domain = address_key(address).rpartition("@")
    local = local.partition("+")[0] or local
    if domain in _GOOGLE:
        local, domain = local.replace(".", ""), "gmail.com"
    return f"{local}{at}{domain}"


def masked(address: str) -> str:
    """An address for lists: enough to know it by, too little to write to: `bu…@example.id`."""
    local, at, domain = address.rpartition("@")
    return f"{local[: min(2, len(local) - 1)]}…{at}{domain}" if local else "…"


def masked_in(words: str) -> str:
    """A server's words for lists: it likes to quote the address."""
    return _ADDRESS.sub(lambda found: masked(found.group()), words)


def _ascii(domain: str) -> str:
    domain = domain.casefold().rstrip(".")
    try:
        return domain.encode("idna").decode() if not domain.isascii() else domain
    except UnicodeError:
        return domain

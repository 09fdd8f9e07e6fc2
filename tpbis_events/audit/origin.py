"""From where somebody acts: through which door, and at a page's door from which network; never her whole address.

Commands don't know requests, so a door says it once and `record` reads it; what no door said is told by who acts: the
worker and the command line have no other door than their own.
"""

from __future__ import annotations

from contextvars import ContextVar
from dataclasses import dataclass
from enum import StrEnum
from ipaddress import ip_address, ip_network

# What tells a household from another is cut off: 256 addresses of IPv4, one site's networks of IPv6 (RFC 6177).
KEPT_BITS = {4: 24, 6: 48}


class Door(StrEnum):
    PAGE = "page"
    API = "api"
    COMMAND_LINE = "cli"
    WORKER = "worker"


@dataclass(frozen=True, slots=True)
class Origin:
    door: Door | None = None
    network: str | None = None


_NOWHERE = Origin()
_here: ContextVar[Origin] = ContextVar("origin", default=_NOWHERE)
_OWN_DOORS = {"worker": Door.WORKER, "command line": Door.COMMAND_LINE}


def come_in(door: Door, address: str | None = None) -> None:
    """Say, at the beginning of a request, where it comes from; holds until `go_out`, for this thread alone."""
    _here.set(Origin(door, network_of(address)))


def go_out() -> None:
    _here.set(_NOWHERE)


def origin_of(actor: str) -> Origin:
    """From where an actor (by her label) acts now."""
    said = _here.get()
    return said if said.door else Origin(_OWN_DOORS.get(actor))


def network_of(address: str | None) -> str | None:
    """The network of a client's address: `203.0.113.77` -> `203.0.113.0/24`; None for what is no address."""
    try:
        client = ip_address((address or "").partition("%")[0])
    except ValueError:
        return None
    mapped = getattr(client, "ipv4_mapped", None)  # ::ffff:203.0.113.77
    client = mapped or client
    return str(ip_network(f"{client}/{KEPT_BITS[client.version]}", strict=False))

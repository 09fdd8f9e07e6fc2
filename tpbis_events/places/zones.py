"""Time zones and what people call them.

Indonesia has three zones, WIB, WITA and WIT, at 7, 8 and 9 hours before UTC (Keppres 41/1987), and no summer time.
Any other place goes by its distance from UTC.
"""

from datetime import datetime, timedelta
from functools import cache
from types import MappingProxyType
from zoneinfo import ZoneInfo, available_timezones

from tpbis_events.places.languages import checked_language

# Pontianak has an IANA zone of its own for its past; its clocks have shown WIB since 1988.
INDONESIAN_ZONES = MappingProxyType(
    {
        "Asia/Jakarta": "WIB",
        "Asia/Pontianak": "WIB",
        "Asia/Makassar": "WITA",
        "Asia/Jayapura": "WIT",
    }
)


@cache
def _known_zones() -> frozenset[str]:
    return frozenset(available_timezones())


def is_zone(name: str) -> bool:
    """Say whether this is the IANA name of a time zone."""
    return name in _known_zones()


def zone_name(zone: str, at: datetime, locale: str = "id") -> str:
    """Name a time zone as people here write it: WIB, WITA, WIT, or for any other zone its distance from UTC,
    "UTC+07.00".

    `zone` is an IANA name, `at` the aware moment that decides whether summer time holds there. In English the
    distance is written with a colon, "UTC+07:00". Refuses a naive moment with ValueError and an unknown zone with
    KeyError.
    """
    checked_language(locale)
    if zone in INDONESIAN_ZONES:
        checked_aware(at)
        return INDONESIAN_ZONES[zone]
    offset = in_zone(at, zone).utcoffset() or timedelta(0)
    if not offset:
        return "UTC"
    sign = "-" if offset < timedelta(0) else "+"
    hours, minutes = divmod(round(abs(offset).total_seconds() / 60), 60)
    separator = "." if locale == "id" else ":"
    return f"UTC{sign}{hours:02d}{separator}{minutes:02d}"


def in_zone(at: datetime, zone: str) -> datetime:
    """Give the same moment as the clocks in the zone show it.

    Refuses a naive moment with ValueError and an unknown zone with KeyError.
    """
    return checked_aware(at).astimezone(zone_info(zone))


def zone_info(zone: str) -> ZoneInfo:
    """Give the rules of the zone with this IANA name; KeyError when there is none."""
    if zone not in INDONESIAN_ZONES and not is_zone(zone):
        raise KeyError(zone)
    return ZoneInfo(zone)


def checked_aware(at: datetime) -> datetime:
    """Give the moment back when it knows its distance from UTC; refuse a naive one with ValueError, for its zone
    could only be guessed.
    """
    if at.utcoffset() is None:
        raise ValueError(f"a moment without a time zone: {at.isoformat()}")
    return at

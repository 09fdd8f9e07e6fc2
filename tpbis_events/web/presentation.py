"""What every template may say: dates in the session's zone, texts in the page's language, addresses of static files."""

from __future__ import annotations

import hashlib
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from flask import Flask, current_app, request, url_for
from flask_babel import lazy_gettext as _l
from jinja2 import StrictUndefined

from tpbis_events.foundation import clock
from tpbis_events.foundation.codes import grouped
from tpbis_events.places import local_time
from tpbis_events.web.languages import ENGLISH_PREFIX, language

BADGE_WORDS: dict[str, Any] = {
    "open": _l("Open"),
    "full": _l("Full"),
    "waiting": _l("Waiting list"),
    "closed": _l("Closed"),
    "planned": _l("Planned"),
    "applied": _l("To be decided"),
    "seated": _l("Seated"),
    "offered": _l("Seat offered"),
    "lapsed": _l("Offer lapsed"),
    "declined": _l("Offer declined"),
    "rejected": _l("Not accepted"),
    "substituted": _l("Substituted"),
    "cancelled": _l("Cancelled"),
    "attended": _l("Attended"),
    "sent": _l("Sent"),
    "failed": _l("Failed"),
    "valid": _l("Valid"),
    "revoked": _l("Revoked"),
    "demo": _l("Sample data"),
    "draft": _l("Draft"),
}


def init_app(app: Flask) -> None:
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    app.jinja_env.add_extension("jinja2.ext.do")
    app.jinja_env.globals.update(static_url=static_url, badge_words=BADGE_WORDS)
    app.jinja_env.filters.update(
        in_language=in_language,
        day=day,
        moment=moment,
        hours=hours,
        time_of_day=time_of_day,
        code=grouped,
        masked_nip=masked_nip,
    )
    app.context_processor(lambda: {"current_year": clock.now().year})


def in_language(row: Any, field: str) -> str:
    """A text that is kept twice, in the page's language; the other one where this one is empty."""
    first, second = ("en", "id") if language() == "en" else ("id", "en")
    return str(getattr(row, f"{field}_{first}") or getattr(row, f"{field}_{second}") or "")


def day(value: date) -> str:
    return local_time.format_date(value, language())


def moment(value: datetime, zone: str) -> str:
    return local_time.format_datetime(value, zone, language())


def hours(value: Any, zone: str) -> str:
    """The hours of anything that has `starts_at` and `ends_at`."""
    return local_time.format_hours(value.starts_at, value.ends_at, zone, language())


def time_of_day(value: datetime, zone: str) -> str:
    return local_time.format_time(value, zone, language())


def masked_nip(nip: str | None) -> str:
    """A civil-servant number as lists may show it: its last four digits."""
    return f"…{nip[-4:]}" if nip else ""


def static_url(name: str) -> str:
    """The address of a static file with its content's mark, the same in both languages, so that it may be cached for a year."""
    folder = Path(current_app.static_folder or "")
    url = url_for("static", filename=name, v=_mark(folder / name))
    return url.removeprefix(ENGLISH_PREFIX) if request.environ.get("tpbis.language") else url


@lru_cache
def _mark(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()[:10]

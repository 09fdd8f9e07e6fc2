"""What a search of the roster is called in an address, read and written in one place."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from flask import url_for
from werkzeug.datastructures import MultiDict

from tpbis_events.registrations.rules import plain
from tpbis_events.registrations.search import Search, Sort

LARGEST_ID = 2**62


def asked(given: MultiDict[str, str]) -> Search:
    """The search that an address or a form asks for; what makes no sense narrows nothing."""
    sort = given.get("sort", "")
    return Search(
        words=plain(given.get("q", ""), 200),
        role=plain(given.get("role", ""), 80),
        state=plain(given.get("state", ""), 24),
        province=plain(given.get("province", ""), 2),
        wave=_number(given, "wave"),
        regency=plain(given.get("regency", ""), 5),
        country=plain(given.get("country", ""), 2),
        tag=plain(given.get("tag", ""), 40),
        attended=plain(given.get("attended", ""), 8),
        certificate=plain(given.get("certificate", ""), 3),
        support=bool(given.get("support")),
        no_email=bool(given.get("no_email")),
        sort=Sort(sort) if sort in set(Sort) else Sort.REQUEST,
        after=_number(given, "after"),
        before=_number(given, "before"),
    )


def query(search: Search) -> dict[str, Any]:
    """The search as it stands in an address, without what is empty."""
    given = {
        "q": search.words,
        "role": search.role,
        "state": search.state,
        "province": search.province,
        "wave": search.wave,
        "regency": search.regency,
        "country": search.country,
        "tag": search.tag,
        "attended": search.attended,
        "certificate": search.certificate,
        "support": int(search.support),
        "no_email": int(search.no_email),
        "sort": "" if search.sort == Sort.REQUEST else str(search.sort),
        "after": search.after,
        "before": search.before,
    }
    return {name: value for name, value in given.items() if value}


def query_names() -> tuple[str, ...]:
    """What a search is made of in an address, but for its page."""
    return (
        *("q", "role", "state", "province", "wave", "regency", "country", "tag"),
        *("attended", "certificate", "support", "no_email", "sort"),
    )


def roster_url(event: str, session: str | None, search: Search, **more: Any) -> str:
    """The address of a roster, of one session or of the whole event, with what is looked for."""
    if session:
        return url_for("office.rosters.show", event=event, session=session, **query(search), **more)
    return url_for("office.rosters.event", event=event, **query(search), **more)


def from_the_first_page(search: Search) -> Search:
    return replace(search, after=0, before=0)


def narrows(search: Search) -> bool:
    """Whether it leaves anybody out: sorting and pages don't."""
    return from_the_first_page(replace(search, sort=Sort.REQUEST)) != Search()


def _number(given: MultiDict[str, str], name: str) -> int:
    """A number from an address; Python takes digits of all scripts, and the database numbers of 64 bits."""
    typed = given.get(name, "")
    return min(int(typed), LARGEST_ID) if typed.isascii() and typed.isdigit() and len(typed) < 20 else 0

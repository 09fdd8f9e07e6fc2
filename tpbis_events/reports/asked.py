"""What an export was asked for: of which event or session, whom, with which columns, in which language."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field, fields, replace
from typing import Any

from tpbis_events.registrations.search import Search, Sort

TABLES = ("xlsx", "csv")
ACCOUNTABILITY, PACK, SHEETS = "spj", "pack", "sheets"
PRINTED = (PACK, SHEETS)  # what is printed for a meeting
CERTIFICATES, CERTIFICATES_TO_PRINT = "certificates_zip", "certificates_print"
OF_CERTIFICATES = (CERTIFICATES, CERTIFICATES_TO_PRINT)
ZIPS = (ACCOUNTABILITY, *PRINTED)
RESULTS, COMMITMENTS = "results", "commitments"
BOOKS = (RESULTS, COMMITMENTS)  # what was answered, and what was committed to
KINDS = (*TABLES, *ZIPS, *BOOKS)  # that the page of lists and reports gives


@dataclass(frozen=True, slots=True)
class Asked:
    """`groups` are the sensitive columns that were asked for (`columns.SENSITIVE`)."""

    kind: str
    event: str
    session: str | None = None
    search: Search = field(default_factory=Search)
    groups: tuple[str, ...] = ()
    language: str = "id"


def kept(asked: Asked) -> str:
    """As it is kept with an order, to be encrypted: the words of a search may name a person."""
    return json.dumps(asdict(replace(asked, search=replace(asked.search, after=0, before=0))), sort_keys=True)


def read(text: str) -> Asked:
    told: dict[str, Any] = json.loads(text)
    known = {each.name for each in fields(Search)}
    search = {name: value for name, value in told.pop("search").items() if name in known}
    search["sort"] = Sort(search.get("sort", Sort.REQUEST))
    return Asked(**{**told, "groups": tuple(told["groups"])}, search=Search(**search))

"""The audit log for the national office: who did what, newest first."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, render_template, request, url_for

from tpbis_events.attendance.presence import names_of
from tpbis_events.audit import log
from tpbis_events.foundation.codes import read_back
from tpbis_events.people.actor import Act
from tpbis_events.places.provinces import is_province, province
from tpbis_events.registrations import lookup
from tpbis_events.registrations.rules import plain
from tpbis_events.web.accounts import acting
from tpbis_events.web.languages import language
from tpbis_events.web.office import words

page = Blueprint("audit", __name__)

LARGEST_ID = 2**62
_REGISTRATION = "registration:"


@page.get("/office/audit")
def index() -> str:
    """Three queries, five with names and references; the moments are those of the capital."""
    acting().require_somewhere(Act.SEE_AUDIT)
    act, about = plain(request.args.get("act", ""), 60), plain(request.args.get("subject", ""), 80)
    before = min(max(request.args.get("before", 0, int), 0), LARGEST_ID)
    found = log.newest(act=act, subject=_subject(about), before=before)
    ids = {int(entry.subject.removeprefix(_REGISTRATION)) for entry in found.entries if _is_registration(entry.subject)}
    asked: dict[str, Any] = {name: value for name, value in (("act", act), ("subject", about)) if value}
    return render_template(
        "office/audit/index.html",
        entries=found.entries,
        names=names_of([entry.actor for entry in found.entries]),
        references={f"{_REGISTRATION}{key}": value for key, value in lookup.references_of(ids).items()},
        acts=[(code, words.act(code)) for code in log.acts()],
        words=words,
        province_name=_province_name,
        act=act,
        subject=about,
        first_url=url_for("office.audit.index", **asked) if before else None,
        next_url=url_for("office.audit.index", before=found.next_before, **asked) if found.next_before else None,
        zone="Asia/Jakarta",
    )


def _subject(typed: str) -> str:
    """What the log calls a subject: as it is typed, or the registration of a reference."""
    if not typed or ":" in typed:
        return typed
    registration_id = lookup.id_of(read_back(typed))
    return f"{_REGISTRATION}{registration_id}" if registration_id else typed


def _is_registration(subject: str) -> bool:
    return subject.startswith(_REGISTRATION) and subject.removeprefix(_REGISTRATION).isdigit()


def _province_name(code: str | None) -> str:
    return province(code).name(language()) if code and is_province(code) else ""

"""The audit log: who did what, when and from where, newest first; and whether its chain of seals holds."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

from flask import Blueprint, render_template, request, url_for
from flask_babel import lazy_gettext as _l

from tpbis_events.audit import log
from tpbis_events.audit.origin import Door
from tpbis_events.audit.verify import Why, standing
from tpbis_events.foundation.codes import read_back
from tpbis_events.people.actor import Act, Actor
from tpbis_events.places.local_time import at_local
from tpbis_events.places.provinces import is_province, province
from tpbis_events.registrations import lookup
from tpbis_events.registrations.rules import plain
from tpbis_events.reports.subjects import account_names, session_id_of, subjects_of
from tpbis_events.web.accounts import acting
from tpbis_events.web.languages import language
from tpbis_events.web.office import words

page = Blueprint("audit", __name__)

ZONE = "Asia/Jakarta"
LARGEST_ID = 2**62
DOORS: dict[str, Any] = {
    Door.PAGE.value: _l("page"),
    Door.API.value: _l("API"),
    Door.COMMAND_LINE.value: _l("command line"),
    Door.WORKER.value: _l("worker"),
}
FAULTS: dict[str, Any] = {
    Why.CHANGED.value: _l("the entry is not what was sealed"),
    Why.MISSING.value: _l("the entry is gone"),
    Why.HEAD_MISSING.value: _l("the head of the chain is gone"),
    Why.HEAD_CHANGED.value: _l("the head of the chain was changed"),
    Why.BEYOND_HEAD.value: _l("the head of the chain was put back"),
    Why.NOT_AS_WITNESSED.value: _l("the seal is not the one that was noted outside the database"),
}
_REGISTRATION = "registration:"
_FILTERS = ("act", "actor", "subject", "since", "until", "reason")


@page.get("/office/audit")
def index() -> str:
    """Five queries, seven with references and a session; days are those of the capital."""
    by = acting()
    by.require_somewhere(Act.SEE_AUDIT)
    asked = {name: plain(request.args.get(name, ""), 180) for name in _FILTERS}
    query: dict[str, Any] = {name: value for name, value in asked.items() if value}
    before = min(max(request.args.get("before", 0, int), 0), LARGEST_ID)
    found = log.newest(_search(asked, before, by), provinces=by.provinces_for(Act.SEE_AUDIT))
    ids = {int(entry.subject.removeprefix(_REGISTRATION)) for entry in found.entries if _is_registration(entry.subject)}
    names = account_names()
    return render_template(
        "office/audit/index.html",
        entries=found.entries,
        names=names,
        references={f"{_REGISTRATION}{key}": value for key, value in lookup.references_of(ids).items()},
        acts=sorted(((code, str(label)) for code, label in words.ACTS.items()), key=lambda each: each[1]),
        actors=words.actors(names),
        words=words,
        doors=DOORS,
        province_name=_province_name,
        asked=asked,
        narrowed=bool(query),
        head=log.head(),
        standing=standing(),
        faults=FAULTS,
        first_url=url_for("office.audit.index", **query) if before else None,
        next_url=url_for("office.audit.index", before=found.next_before, **query) if found.next_before else None,
        zone=ZONE,
    )


def _search(asked: dict[str, str], before: int, by: Actor) -> log.Search:
    subject = asked["subject"]
    event, slash, session = subject.partition("/")
    session_id = session_id_of(event.strip(), session.strip(), by=by) if slash else None
    return log.Search(
        act=asked["act"],
        actor=asked["actor"],
        subject="" if session_id else _subject(subject),
        subjects=subjects_of(session_id) if session_id else None,
        since=_midnight(asked["since"]),
        until=_midnight(asked["until"], days_later=1),
        reason=asked["reason"],
        before=before,
    )


def _midnight(typed: str, days_later: int = 0) -> datetime | None:
    """The beginning of a day (2026-11-22), or of the one after it; what is no day doesn't narrow."""
    try:
        return at_local(date.fromisoformat(typed) + timedelta(days=days_later), time(), ZONE)
    except (ValueError, OverflowError):
        return None


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

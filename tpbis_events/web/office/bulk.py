"""Acts on many registrations of a roster: what is needed for it, what it would bring about, doing it, what became of each.

Nothing is stored before the last button. The form's key makes a double click one act; whom it is about is worked out anew at
every step, and when that isn't who was shown, they are shown again.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm

from tpbis_events.foundation import codes
from tpbis_events.foundation.errors import Forbidden, Refusal
from tpbis_events.people.actor import Act, Actor
from tpbis_events.registrations import bulk
from tpbis_events.registrations import roster as rosters
from tpbis_events.registrations.begin_bulk import begin_bulk, examine
from tpbis_events.registrations.bulk_model import BulkAct, Outcome
from tpbis_events.registrations.roster import MOST_AT_ONCE, Scope
from tpbis_events.registrations.run_bulk import run_bulk
from tpbis_events.reports import found
from tpbis_events.web.accounts import acting
from tpbis_events.web.office import beside, bulk_words, messages, searching, served
from tpbis_events.web.office.bulk_forms import FIELDS, form_for
from tpbis_events.web.office.message_forms import MessageForm

page = Blueprint("bulk", __name__)

LONGEST_WAIT = 15  # seconds that a browser waits for rows; the page of the act goes on with the others
LARGEST_ID = 2**31 - 1


@dataclass(frozen=True, slots=True)
class Asked:
    """Whom a form is about, and what is to be done with them."""

    scope: Scope
    session: str | None
    act: BulkAct
    ids: Sequence[int]

    @property
    def mark(self) -> str:
        """Changes when they are others."""
        return hashlib.sha256(",".join(map(str, sorted(self.ids))).encode()).hexdigest()[:16]


@page.post("/office/events/<event>/bulk")
def ask(event: str) -> ResponseReturnValue:
    """The first step, from the roster: the form of the act; a letter is a message of its own (web/office/messages.py)."""
    by = acting()
    asked = _asked(event, by)
    if not 1 <= len(asked.ids) <= MOST_AT_ONCE:
        return _page(asked, form_for(asked.act, asked.scope, by, first=True), by, 422)
    if asked.act is BulkAct.MAIL:
        picked = request.form.getlist("pick") if request.form.get("who") != "all" else []
        return messages.form_page(event, asked.session, by, MessageForm(formdata=None), picked)
    return _page(asked, form_for(asked.act, asked.scope, by, first=True), by)


@page.post("/office/events/<event>/bulk/act")
def act(event: str) -> ResponseReturnValue:
    """`step` check shows the effect, edit goes back to the form, do does it."""
    by = acting()
    asked = _asked(event, by)
    if asked.act is BulkAct.MAIL:
        abort(400)  # its form goes elsewhere
    form, step = form_for(asked.act, asked.scope, by), request.form.get("step")
    if not 1 <= len(asked.ids) <= MOST_AT_ONCE or step not in ("check", "do") or not form.validate_on_submit():
        return _page(asked, form, by, 200 if step == "edit" else 422)
    key, given = request.form.get("key", "")[:64], _given(form)
    try:
        told = examine(asked.act, asked.scope.event.id, given, by=by)
        if step == "do" and len(key) >= 16 and request.form.get("seen") == asked.mark:
            bulk_id = begin_bulk(key, asked.act, asked.scope.event.id, asked.ids, given, by=by)
            _run(bulk_id, by)
            return redirect(url_for(".show", bulk_id=bulk_id), 303)
    except Refusal as no:
        return _page(asked, form, by, beside.put(no, form, FIELDS))
    changed = step == "do"
    return _check(asked, form, told, by, changed=changed), 409 if changed else 200


@page.get("/office/bulk/<int:bulk_id>")
def show(bulk_id: int) -> str:
    """What became of each; only for who began it."""
    by = acting()
    by.require_somewhere(Act.TAG)
    asked = request.args.get("outcome", "")
    outcome = Outcome(asked) if asked in set(Outcome) else None
    after = min(max(request.args.get("after", 0, int), 0), LARGEST_ID)
    standing = bulk.standing(min(bulk_id, LARGEST_ID), by=by, outcome=outcome, after=after)
    return render_template(
        "office/bulk/show.html",
        standing=standing,
        event=standing.bulk.event,
        outcome=outcome,
        title=bulk_words.LABELS[standing.bulk.act],
        served=served.told(standing.bulk.served),
        words=bulk_words,
    )


@page.post("/office/bulk/<int:bulk_id>")
def go_on(bulk_id: int) -> ResponseReturnValue:
    """Do what is still due, after a process ended in the middle or the browser didn't wait."""
    by = acting()
    by.require_somewhere(Act.TAG)
    _run(min(bulk_id, LARGEST_ID), by)
    return redirect(url_for(".show", bulk_id=bulk_id), 303)


def _run(bulk_id: int, by: Actor) -> None:
    until = time.monotonic() + LONGEST_WAIT
    while run_bulk(bulk_id, by=by) and time.monotonic() < until:
        pass


def _asked(event: str, by: Actor) -> Asked:
    """Refuses what is out of reach (404), and who may do nothing to anybody here (403)."""
    slug = request.form.get("session") or None
    if slug:
        scope = rosters.of_session(rosters.session_of(event, slug, by=by, act=Act.SEE_ROSTER))
    else:
        scope = rosters.of_event(event, by=by)
    allowed = dict(bulk_words.acts_for(scope, by))
    if not allowed:
        raise Forbidden("actor.forbidden", act=Act.TAG.value)
    name = request.form.get("act", "")
    if name not in set(BulkAct):
        abort(400)  # no button of the pages sends this
    if name not in allowed:
        raise Forbidden("actor.forbidden", act=name)
    return Asked(scope, slug, BulkAct(name), _ids(scope, by))


def _ids(scope: Scope, by: Actor) -> Sequence[int]:
    if request.form.get("who") == "all":
        search = searching.asked(request.form)
        return rosters.ids_of(scope, search, found.conditions(search, by=by))
    picked = request.form.getlist("pick")
    return rosters.ids_of_references(scope, picked[: MOST_AT_ONCE + 1]) if picked else []


def _given(form: FlaskForm) -> dict[str, Any]:
    return {field.short_name: field.data for field in form if field.type != "CSRFTokenField"}


def _page(asked: Asked, form: FlaskForm, by: Actor, status: int = 200) -> ResponseReturnValue:
    return render_template(
        "office/bulk/ask.html", form=form, too_many=len(asked.ids) > MOST_AT_ONCE, **_shared(asked)
    ), status


def _check(asked: Asked, form: FlaskForm, told: dict[str, Any], by: Actor, *, changed: bool) -> str:
    effect = bulk.foresee(asked.act, asked.ids, told, by=by)
    return render_template(
        "office/bulk/check.html",
        form=form,
        told=told,
        effect=effect,
        changed=changed,
        key=codes.new_code(32),
        mark=asked.mark,
        words=bulk_words,
        **_shared(asked),
    )


def _shared(asked: Asked) -> dict[str, Any]:
    search = searching.from_the_first_page(searching.asked(request.form))
    return {
        "event": asked.scope.event,
        "session": asked.scope.sessions[0] if asked.scope.one else None,
        "act": asked.act,
        "title": bulk_words.LABELS[asked.act],
        "explanation": bulk_words.EXPLANATIONS[asked.act],
        "number": len(asked.ids),
        "most_at_once": MOST_AT_ONCE,
        "back": searching.roster_url(asked.scope.event.slug, asked.session, search),
        "carried": _carried(),
    }


def _carried() -> list[tuple[str, str]]:
    """Whom it is about, as hidden fields of the next form."""
    names = ("session", "act", "who", *searching.query_names())
    kept = [(name, request.form[name]) for name in names if request.form.get(name)]
    return kept + [("pick", each) for each in request.form.getlist("pick")]

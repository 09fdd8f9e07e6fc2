"""Who is to be told by telephone: the list, one person with her number and a ready text, and ticking off.

Numbers are masked until somebody asks for one; each look is written down.
"""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from tpbis_events.attendance.presence import names_of
from tpbis_events.foundation.errors import Refusal
from tpbis_events.messages import calls, whatsapp
from tpbis_events.messages.call_as_well import call_as_well
from tpbis_events.messages.see_contact import see_contact
from tpbis_events.messages.tick_off import tick_off
from tpbis_events.registrations import roster as rosters
from tpbis_events.registrations.call_model import How
from tpbis_events.web.accounts import acting
from tpbis_events.web.office import words
from tpbis_events.web.office.mail import KINDS
from tpbis_events.web.refusals import line

page = Blueprint("calls", __name__)

LARGEST_ID = 2**31 - 1
HOWS: dict[str, Any] = {
    How.WHATSAPP.value: _l("Told by WhatsApp"),
    How.TELEPHONE.value: _l("Told by telephone"),
    How.OTHERWISE.value: _l("Told in another way"),
    "not_reached": _l("Not reached; try again later"),
    How.GIVEN_UP.value: _l("Cannot be reached at all"),
}


@page.get("/office/events/<event>/calls")
def index(event: str) -> str:
    """All lines of an event, or of one session (`session`) or kind of mail (`kind`)."""
    by = acting()
    scope = rosters.of_event(event, by=by)
    slug = request.args.get("session", "")
    session = next((each for each in scope.sessions if each.slug == slug), None)
    kind = request.args.get("kind", "") if request.args.get("kind") in KINDS else ""
    after = min(max(request.args.get("after", 0, int), 0), LARGEST_ID)
    found = calls.page_of(scope.event.id, by=by, session_id=session.id if session else None, kind=kind, after=after)
    here: dict[str, Any] = {"event": event, "session": session.slug if session else None, "kind": kind or None}
    return render_template(
        "office/calls/index.html",
        event=scope.event,
        session=session,
        sessions=scope.sessions if len(scope.sessions) > 1 else (),
        kind=kind,
        kinds=KINDS,
        found=found,
        masked_phone=masked_phone,
        next_url=url_for(".index", **here, after=found.next_after) if found.next_after else None,
        first_url=url_for(".index", **here) if after else None,
    )


@page.post("/office/calls/<int:call_id>/show")
def show(call_id: int) -> str:
    """Her number, and all that she is to be told. By POST, since each look is written down."""
    by = acting()
    call_id = min(call_id, LARGEST_ID)
    see_contact(call_id, by=by)
    call = calls.call_of(call_id, by=by)
    lines = calls.lines_of(call.registration)
    texts = {line.id: whatsapp.text_of(line) for line in lines}
    phone = call.registration.person.phone or ""
    return render_template(
        "office/calls/show.html",
        registration=call.registration,
        person=call.registration.person,
        session=call.registration.session,
        event=call.registration.event,
        lines=lines,
        texts=texts,
        links={each: whatsapp.link(text, phone) for each, text in texts.items()},
        kinds=KINDS,
        hows=HOWS,
        names=names_of(line.told_by or "" for line in lines),
        actor=words.actor,
    )


@page.post("/office/registrations/<reference>/calls")
def as_well(reference: str) -> str:
    """What a mail told her, as a text for WhatsApp; then as `show`."""
    mail_id = min(max(request.form.get("mail", 0, int), 0), LARGEST_ID)
    return show(call_as_well(reference, mail_id, by=acting()))


@page.post("/office/calls/<int:call_id>/told")
def told(call_id: int) -> ResponseReturnValue:
    """Tick one line off, or write down that nobody answered."""
    by = acting()
    call_id = min(call_id, LARGEST_ID)
    call = calls.call_of(call_id, by=by)
    registration = call.registration
    event, session, name = registration.event.slug, registration.session.slug, registration.person.full_name
    how = request.form.get("how", "")
    if how not in HOWS:
        flash(_("Please say how it went. Nothing was stored."), "danger")
    else:
        try:
            done = tick_off(call_id, How(how) if how in set(How) else None, note=request.form.get("note", ""), by=by)
            words_of = _("%(name)s is ticked off.", name=name) if done else _("%(name)s stays on the list.", name=name)
            flash(words_of, "success")
        except Refusal as no:
            if no.status in (403, 404):
                raise
            flash(line(no), "danger")
    one = session if request.form.get("of") == "session" else None
    return redirect(url_for(".index", event=event, session=one), 303)


def masked_phone(phone: str | None) -> str:
    """A number as lists may show it: its last three digits."""
    return f"…{phone[-3:]}" if phone else str(_("no number"))

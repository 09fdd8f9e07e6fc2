"""Join one's session by video, and confirm by the speaker's code. A GET changes nothing: mail programs open links.

The address of the call is in no page: the answer to "Join now" leads there.
"""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from tpbis_events.attendance.confirm_online import Answer, Confirmed, confirm_online
from tpbis_events.attendance.join_online import join_online
from tpbis_events.attendance.online import Doorway, Stage, doorway, presence_of, require_online
from tpbis_events.attendance.presence import standing_row
from tpbis_events.foundation import clock
from tpbis_events.foundation.errors import Refusal
from tpbis_events.people.actor import participant
from tpbis_events.registrations.facts import link_for
from tpbis_events.registrations.links import open_link
from tpbis_events.registrations.model import Registration
from tpbis_events.web.guards import CONTENT_SECURITY_POLICY, limiter
from tpbis_events.web.my.facts import facts_of
from tpbis_events.web.presentation import time_of_day
from tpbis_events.web.refusals import sentence

page = Blueprint("online", __name__)

LIMIT = "20 per minute; 100 per hour"  # of one link; the command counts the wrong codes as well, over all processes


def _link() -> str:
    return f"online:{(request.view_args or {}).get('token', '')[:60]}"


@page.route("/my/<token>/join", methods=["GET", "POST"])
@limiter.limit(lambda: LIMIT, key_func=_link, methods=["POST"])
def join(token: str) -> ResponseReturnValue:
    """POST with `step` join leads to the call; with `step` code, and the `code`, it confirms."""
    registration = open_link(token)
    require_online(registration)
    step = request.form.get("step", "")
    if request.method != "POST" or step not in ("join", "code"):
        return _page(registration, token)
    by = participant(registration.id)
    try:
        if step == "join":
            return redirect(join_online(registration.id, by=by).address, 303)
        outcome = confirm_online(registration.id, request.form.get("code", "")[:40], by=by)
    except Refusal as no:
        if no.status != 409:
            raise
        return _page(open_link(token), token, refused=no), 409
    if outcome.answer is Answer.CONFIRMED:
        return redirect(url_for(".join", token=token), 303)
    return _page(open_link(token), token, wrong=_words(outcome, registration)), 422


# Chromium asks form-action of every place that a form's answer leads on to, and calls forward from host to host.
join.talisman_view_options = {  # type: ignore[attr-defined]
    "content_security_policy": {**CONTENT_SECURITY_POLICY, "form-action": "'self' https:"}
}


def _page(registration: Registration, token: str, *, refused: Refusal | None = None, wrong: str = "") -> str:
    way = doorway(registration.session, clock.now())
    return render_template(
        "my/online/join.html",
        **facts_of(registration, token),
        way=way,
        **_standing(registration, way),
        has_address=bool(link_for(registration)),
        counts=registration.session.event.online_counts.value,
        refused=sentence(refused) if refused else None,
        wrong=wrong,
    )


def _standing(registration: Registration, way: Doorway) -> dict[str, object]:
    """What she has done on this day; before it begins nothing can have been done."""
    if way.stage is Stage.BEFORE:
        return {"presence": None, "attended": None}
    return {
        "presence": presence_of(registration.id, way.day.id),
        "attended": standing_row(registration.id, way.day.id),
    }


def _words(outcome: Confirmed, registration: Registration) -> str:
    if outcome.answer is Answer.PAUSED and outcome.until:
        at = time_of_day(outcome.until, registration.session.zone)
        return str(_("Too many codes were wrong. Please wait: from %(time)s on you can try again.", time=at))
    left = ngettext("You can try %(num)s more time.", "You can try %(num)s more times.", outcome.left)
    if outcome.answer is Answer.LATE:
        return (
            str(_("This code is no longer valid: a newer one has taken its place. Type the one that is shown now."))
            + f" {left}"
        )
    return str(_("This code is not right. It has six digits; look at it once more.")) + f" {left}"

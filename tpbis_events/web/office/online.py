"""A session by video, from the office's side: the code for the speaker to show, who joined, and what counts as attended.

To show a code changes nothing (it is computed); the page asks for the next one by itself, with a script or without.
"""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from tpbis_events.attendance.board import counted_in
from tpbis_events.attendance.change_online import choose_online_counts, renew_codes
from tpbis_events.attendance.online import Numbers, Stage, doorway, generation_of, items_of, numbers_of
from tpbis_events.attendance.online_codes import code_now
from tpbis_events.foundation import clock
from tpbis_events.foundation.errors import Refusal
from tpbis_events.people.actor import Act
from tpbis_events.programmes.model import Mode, OnlineCounts, Session
from tpbis_events.registrations import roster as rosters
from tpbis_events.web.accounts import acting

page = Blueprint("online", __name__)

COUNTS = {
    OnlineCounts.JOINED: (
        _l("Joining by the own link"),
        _l("Whoever presses Join now is there. Simple, and easily left open."),
    ),
    OnlineCounts.CODE: (
        _l("The code that the speaker shows"),
        _l("Whoever types it on the own page is there, since the time of joining."),
    ),
    OnlineCounts.LISTED: (
        _l("The list of the meeting tool"),
        _l("Joining and codes are kept, and count once the list of the call has been read in."),
    ),
}


@page.get("/office/events/<event>/sessions/<session>/online")
def show(event: str, session: str) -> str:
    row, by, now = _session(event, session), acting(), clock.now()
    way = doorway(row, now)
    items = items_of(row.event, way.day)
    item = items.get(request.args.get("item", 0, int))
    shown = code_now(way.day.id, item.id if item else None, generation_of(way.day.id), now)
    return render_template(
        "office/online/show.html",
        session=row,
        event=row.event,
        way=way,
        open=way.stage is Stage.OPEN and not row.cancelled_at,
        items=list(items.values()),
        item=item,
        shown=shown,
        seconds=max(5, int((shown.next_at - now).total_seconds()) + 1),
        numbers=numbers_of([way.day.id]).get(way.day.id, Numbers()),
        attended=counted_in([way.day.id]).get(way.day.id, 0),
        counts=COUNTS,
        large="large" in request.args,
        may_choose=by.may(Act.PLAN, None),
        may_list=by.may(Act.MARK_ATTENDANCE, row.province_code) and now >= row.days[0].starts_at,
    )


@page.post("/office/events/<event>/sessions/<session>/online")
def change(event: str, session: str) -> ResponseReturnValue:
    """`act` is renew (new codes at once), or choose with `counts`."""
    row, by = _session(event, session), acting()
    if request.form.get("act") == "choose":
        chosen = request.form.get("counts", "")
        if chosen in set(OnlineCounts):
            choose_online_counts(row.event.id, OnlineCounts(chosen), by=by)
            flash(_("Saved."), "success")
    elif request.form.get("act") == "renew":
        renew_codes(doorway(row, clock.now()).day.id, by=by)
        flash(_("The codes are others from now on. Those that were shown before are no longer taken."), "success")
    item, large = request.form.get("item", 0, int), "1" if "large" in request.args else None
    return redirect(url_for(".show", event=event, session=session, item=item or None, large=large), 303)


def _session(event: str, session: str) -> Session:
    row = rosters.session_of(event, session, by=acting(), act=Act.MANAGE_DOOR)
    if row.mode is Mode.ONSITE:
        raise Refusal("online.not_by_video")
    return row

"""The questionnaires of a session on a screen: large QR codes and short addresses that people open with their own phones."""

from __future__ import annotations

from flask import Blueprint, current_app, render_template, url_for
from markupsafe import Markup

from tpbis_events.attendance import at_door
from tpbis_events.foundation import clock
from tpbis_events.questionnaires.catalogue import open_in
from tpbis_events.web.door.who import acting_at_door
from tpbis_events.web.languages import ENGLISH_PREFIX

page = Blueprint("questionnaires", __name__)


@page.get("/door/sessions/<int:session_id>/questionnaires")
def show(session_id: int) -> str:
    session, now = at_door.session_at_door(session_id, acting_at_door()), clock.now()
    shown = []
    for asked, window in open_in(session, now):
        address = _address(asked.id, session.id)
        shown.append((asked, window.when(now).name, window, address, _qr(address)))
    return render_template("door/questionnaires/show.html", session=session, shown=shown)


def _address(questionnaire_id: int, session_id: int) -> str:
    """Without a language: who opens it chooses; it begins with the configured base, never with what a request said."""
    path = url_for("public.questionnaires.show", questionnaire=questionnaire_id, session_id=session_id)
    return f"{current_app.config['BASE_URL']}{path.removeprefix(ENGLISH_PREFIX)}"


def _qr(address: str) -> Markup:
    """Drawn in the page; it brings no style of its own."""
    import segno

    drawn = segno.make_qr(address, error="m").svg_inline(omitsize=True, border=2, svgclass="qr-large")
    return Markup(drawn)  # noqa: S704 (drawn by us of an address of ours)

"""The words of the pages about letters: when each kind is sent, what each placeholder stands for, what is wrong with a text."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from tpbis_events.outbox.placeholders import OF_KIND, strange_in
from tpbis_events.web.languages import language
from tpbis_events.web.office.plan_fields import PROBLEMS

WHEN: dict[str, Any] = {
    "applied": _l("Somebody asks for a seat that the office gives"),
    "approved": _l("The office approves a request, and there is a seat"),
    "confirmation": _l("Somebody registers and has a seat, or accepts an offer"),
    "waiting": _l("Somebody joins the waiting list"),
    "rejected": _l("The office does not accept a request"),
    "seated": _l("Somebody on the waiting list gets a seat"),
    "offer": _l("A seat is offered to somebody on the waiting list"),
    "offer_reminder": _l("An offer ends soon and has no answer"),
    "lapsed": _l("An offer has ended without an answer"),
    "moved": _l("The office moves somebody to another session or role"),
    "rescheduled": _l("Date, hours, place or way of a session change"),
    "substituted": _l("Somebody else comes in her place"),
    "cancelled": _l("A registration is cancelled, by whomever"),
    "session_cancelled": _l("A session is cancelled"),
    "invitation": _l("The office invites somebody to a role"),
    "nomination": _l("An agency or country is asked to propose people"),
    "reminder": _l("Some days before the session, as the event says"),
    "certificate_ready": _l("The office makes or corrects a certificate"),
}
MEANS: dict[str, Any] = {
    "full_name": _l("Her or his name"),
    "event": _l("Name of the event"),
    "session": _l("Name of the session"),
    "role": _l("Name of the role"),
    "dates": _l("Days of the session"),
    "hours_of_day": _l("Hours of its first day"),
    "venue": _l("Where it is held"),
    "reference": _l("Number of the registration"),
    "until": _l("Until when she can answer"),
    "place": _l("Place on the waiting list"),
    "places": _l("Number of places"),
    "substitute": _l("Who comes in her place"),
    "certificate_number": _l("Number of the certificate"),
}


def problem(code: str, text: str, kind: str) -> str:
    """What is wrong with a text, in words."""
    if code == "letter.unknown_placeholder":
        unknown, _alone = strange_in(text, OF_KIND[kind])
        known = ", ".join(each.typed(language()) for each in OF_KIND[kind])
        told: str = _(
            "This letter does not know %(unknown)s. It knows: %(known)s.", unknown=", ".join(unknown[:5]), known=known
        )
        return told
    if code == "letter.brace":
        return str(
            _("A brace stands alone. Braces are only for the words of the list, as in %(example)s.", example="{nama}")
        )
    return str(PROBLEMS.get(code, code))

"""A short text for each thing that somebody is to be told, in her language and with her own link, to send by hand in WhatsApp."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from flask_babel import force_locale
from flask_babel import gettext as _

from tpbis_events.outbox.said import said
from tpbis_events.places.languages import checked_language
from tpbis_events.registrations.call_model import Call
from tpbis_events.registrations.links import own_page, token_of
from tpbis_events.registrations.model import Registration


def link(text: str, phone: str = "") -> str:
    """Opens WhatsApp with the text, to one number (E.164) or to whom one chooses there."""
    digits = "".join(c for c in phone if c.isdigit())
    return f"https://wa.me/{digits}?text={quote(text)}"


def text_of(call: Call) -> str:
    """What to tell, ready to send. No query when the registration's session and person are loaded."""
    registration = call.registration
    language = checked_language(registration.person.language)
    words = said(call.facts, language, masked=True)  # her link is the one that is good now
    words["own_page"] = own_page(token_of(registration), language)
    with force_locale(language):
        return "\n".join([_greeting(registration), "", *_lines(call.kind, words), "", *_end(words)])


def _greeting(registration: Registration) -> str:
    return str(_("Dear %(name)s,", name=registration.person.full_name))


def _lines(kind: str, words: Mapping[str, Any]) -> list[str]:
    if kind == "note":
        return [
            f"*{words['note_subject']}*",
            *(line.replace("{link}", words["own_page"]) for line in words["note_lines"]),
        ]
    lines = [f"*{words['event']}*", _sentence(kind, words)]
    if kind == "rescheduled" and words["left"]:
        was = words["left"]
        lines.append(_("Until now: %(days)s, %(place)s", days="; ".join(was["days"]), place=was["venue"]))
        lines.append(_("From now on: %(days)s, %(place)s", days="; ".join(words["days"]), place=words["venue"]))
    elif kind not in _WITHOUT_DATE:
        lines += [*words["days"], words["venue"]]
    if words["reason"]:
        lines.append(_("Reason: %(reason)s", reason=words["reason"]))
    return [str(line) for line in lines if line]


_WITHOUT_DATE = frozenset({"rejected", "lapsed", "cancelled", "session_cancelled", "substituted", "certificate_ready"})


def _sentence(kind: str, words: Mapping[str, Any]) -> str:
    """One sentence for each kind of mail; what has none is news about her registration."""
    of = {"role": words["role"], "session": words["session"]}
    match kind:
        case "confirmation" | "seated" | "approved":
            return str(_("You have a seat: %(role)s, %(session)s.", **of))
        case "moved":
            return str(_("Your registration was moved to: %(role)s, %(session)s.", **of))
        case "waiting":
            return str(_("You are on the waiting list: %(role)s, %(session)s.", **of))
        case "applied":
            return str(_("We have your request and tell you as soon as it is decided: %(role)s, %(session)s.", **of))
        case "rejected":
            return str(_("We could not accept your request: %(role)s, %(session)s.", **of))
        case "offer" | "offer_reminder":
            until = words["offer_ends_at"]
            return str(
                _(
                    "A seat is kept for you until %(until)s: %(role)s, %(session)s. Please say yes or no.",
                    until=until,
                    **of,
                )
            )
        case "lapsed":
            return str(_("The seat that was kept for you has gone to somebody else: %(role)s, %(session)s.", **of))
        case "cancelled":
            return str(_("Your registration is cancelled: %(role)s, %(session)s.", **of))
        case "session_cancelled":
            return str(_("This session is not held: %(session)s.", session=words["session"]))
        case "substituted":
            return str(_("%(name)s comes in your place: %(role)s, %(session)s.", name=words["substitute"], **of))
        case "rescheduled":
            return str(_("Date or place have changed: %(session)s.", session=words["session"]))
        case "reminder":
            return str(_("We look forward to seeing you: %(role)s, %(session)s.", **of))
        case "certificate_ready":
            return str(_("Your certificate is ready: %(session)s.", session=words["session"]))
    return str(_("There is news about your registration: %(role)s, %(session)s.", **of))


def _end(words: Mapping[str, Any]) -> list[str]:
    told = _("Your registration: %(link)s", link=words["own_page"])
    return [str(told), str(_("National Library of the Republic of Indonesia"))]

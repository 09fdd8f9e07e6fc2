"""What a plan lacks, in words, and where each is put right."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from tpbis_events.places.working_hours import holidays_of_indonesia
from tpbis_events.programmes.model import Event
from tpbis_events.programmes.readiness import Lack
from tpbis_events.web.presentation import day, in_language

_WORDS: dict[str, Any] = {
    "event.no_description": _l("There is no description: people want to know what it is for."),
    "event.no_roles": _l("There is no role yet."),
    "event.no_sessions": _l("There is no session that is to be held."),
    "window.order": _l("Registration closes before it opens."),
    "window.over": _l("Registration has closed already: people can read of it, and nobody can register."),
    "event.no_signatory": _l("Nobody signs the certificates yet: name and position are missing."),
    "agenda.empty": _l("The agenda is empty."),
    "agenda.no_jp": _l("No item of the agenda has JP, so certificates will state none."),
    "session.before_opening": _l("The session begins before registration opens."),
    "session.closes_before_opening": _l("The registration of the session closes before it opens."),
    "session.past": _l("The session is over already."),
    "session.no_link": _l("The address of the online meeting is missing."),
    "session.no_venue": _l("The venue is missing."),
    "session.no_access": _l("Nothing is said about accessibility."),
    "session.no_seats": _l("The session has no seats in any role."),
}
_TEXTS: dict[str, Any] = {
    "name": _l("Name"),
    "theme": _l("Theme"),
    "description": _l("Description"),
    "note": _l("Note"),
    "signatory_position": _l("Position of the signatory"),
}
_OF_AGENDA = ("agenda.empty", "agenda.no_jp", "agenda.day_beyond", "agenda.jp_too_many")


@dataclass(frozen=True, slots=True)
class Told:
    """One lack: what, whether it blocks, and where (name and the page that puts it right); the same of many sessions is one.

    A place without a name is the event as a whole.
    """

    words: str
    blocking: bool
    places: list[tuple[str, str]]


def told(lacks: Sequence[Lack], event: Event) -> list[Told]:
    together: dict[str, Told] = {}
    for lack in lacks:
        words = _words(lack)
        where = in_language(lack.session, "name") if lack.session else ""
        together.setdefault(words, Told(words, lack.blocking, [])).places.append((where, _address(lack, event)))
    return list(together.values())


def _words(lack: Lack) -> str:
    facts = lack.facts
    if lack.code == "text.one_language":
        return str(_("%(text)s is missing in one language.", text=_TEXTS[facts["text"]]))
    if lack.code == "agenda.day_beyond":
        return str(_("The agenda has more days than any session: %(days)s.", days=facts["days"]))
    if lack.code == "agenda.jp_too_many":
        return str(
            _("%(item)s has more JP than its time holds (45 minutes each).", item=in_language(facts["item"], "title"))
        )
    if lack.code == "session.outside_wave":
        return str(_("The session is outside the dates of wave %(number)s.", number=facts["wave"]))
    if lack.code == "session.role_unsaid":
        return str(_("Nothing is said about the seats of the role %(role)s.", role=in_language(facts["role"], "name")))
    if lack.code == "session.day_off":
        holiday = holidays_of_indonesia().get(facts["day"])
        if holiday:
            return str(_("%(date)s is a holiday: %(name)s.", date=day(facts["day"]), name=in_language(holiday, "name")))
        return str(_("%(date)s is a weekend.", date=day(facts["day"])))
    return str(_WORDS.get(lack.code, lack.code))


def _address(lack: Lack, event: Event) -> str:
    if lack.session:
        return url_for("office.plan_sessions.edit", event=event.slug, session=lack.session.slug)
    if lack.code in _OF_AGENDA:
        return url_for("office.plan_agenda.index", event=event.slug)
    page = {"event.no_roles": "plan_roles.add", "event.no_sessions": "plan_sessions.add"}.get(lack.code)
    return url_for(f"office.{page or 'plan_events.edit'}", event=event.slug)

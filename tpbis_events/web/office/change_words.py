"""A change of a session in words: what was and what is, a text for WhatsApp in both languages, and what it clashes with."""

from __future__ import annotations

from flask import current_app
from flask_babel import force_locale, ngettext
from flask_babel import gettext as _

from tpbis_events.places.local_time import format_date
from tpbis_events.places.provinces import is_province, province
from tpbis_events.programmes.clashes import Clashes
from tpbis_events.programmes.model import Session
from tpbis_events.programmes.schedule import Schedule
from tpbis_events.programmes.wave_rules import Conflict, Found
from tpbis_events.web.languages import language
from tpbis_events.web.presentation import in_language
from tpbis_events.web.schedule_words import said


def for_whatsapp(session: Session, before: Schedule, after: Schedule, reason: str, locale: str) -> str:
    """A text to copy into a group: old and new, why, and what to do. It names nobody and carries nobody's link."""
    old, new = said(before, locale), said(after, locale)
    names = [getattr(each, f"name_{locale}") or each.name_id for each in (session, session.event)]
    prefix = "/en" if locale == "en" else ""
    with force_locale(locale):
        # Texts to translate aren't written inside f-strings: the extraction doesn't find them there.
        title, until_now, from_now_on = _("Change: %(session)s", session=names[0]), _("Until now"), _("From now on")
        held, why = _("Held"), _("Reason")
        lines = [
            f"*{title}*",
            names[1],
            "",
            f"{until_now}: {'; '.join(old.days)}, {old.place}",
            f"*{from_now_on}: {'; '.join(new.days)}, {new.place}*",
            *([f"{held}: {new.mode}"] if old.mode != new.mode else []),
            "",
            f"{why}: {reason}",
            "",
            _("Your seat or place on the waiting list stays yours. Please say whether you can still come:"),
            _("open the link in your newest mail, or answer this message with your name and YES or NO."),
            f"{current_app.config['BASE_URL']}{prefix}/events/{session.event.slug}/sessions/{session.slug}",
        ]
    return "\n".join(str(line) for line in lines)


def sentences(clashes: Clashes, session: Session) -> list[str]:
    """What a new date meets, each in a sentence."""
    return [_sentence(found, clashes, session) for found in clashes.found]


def _sentence(found: Found, clashes: Clashes, session: Session) -> str:
    others = [clashes.sessions[each] for each in found.sessions if each != session.id]
    where = ", ".join(f"{in_language(each, 'name')} ({in_language(each.event, 'name')})" for each in others)
    return in_words(found, where=where, officer=clashes.officers.get(found.facts.get("officer", 0), ""))


def in_words(found: Found, *, where: str = "", officer: str = "") -> str:
    """One conflict as a sentence. `where` names the other session, or those that it is about."""
    facts = found.facts
    day = format_date(facts["date"], language()) if "date" in facts else ""
    match found.conflict:
        case Conflict.WEEKEND:
            return str(_("%(day)s is a weekend.", day=day))
        case Conflict.HOLIDAY:
            holiday = facts["holiday"]
            name = in_language(holiday, "name") if holiday else _("a national holiday")
            return str(_("%(day)s is a holiday: %(name)s.", day=day, name=name))
        case Conflict.YEAR_UNKNOWN:
            told = _(
                "The holidays of %(year)s are not decreed or not entered yet; look again then.", year=facts["year"]
            )
            return str(told)
        case Conflict.OUTSIDE_WINDOW:
            return str(_("%(day)s lies outside the dates of wave %(number)s.", day=day, number=found.wave))
        case Conflict.OFFICER_TWICE:
            return str(_("%(officer)s is also at %(where)s on %(day)s.", officer=officer, where=where, day=day))
        case Conflict.OFFICER_FAR:
            told = _(
                "%(officer)s is at %(where)s the day before or after, on other islands.", officer=officer, where=where
            )
            return str(told)
        case Conflict.PROVINCE_TWICE:
            return str(_("%(where)s meets people of the same province at the same time.", where=where))
        case Conflict.PROVINCE_MISSING:
            return str(_("%(province)s has no session.", province=province_name(facts["province"])))
        case Conflict.NO_WAVE:
            return str(_("It is in no wave."))
        case Conflict.WAVE_SMALL:
            fewer = ngettext(
                "Wave %(wave)s has %(num)s province, fewer than %(least)s.",
                "Wave %(wave)s has %(num)s provinces, fewer than %(least)s.",
                facts["number"],
                wave=found.wave,
                least=facts["smallest"],
            )
            return str(fewer)
        case Conflict.WAVE_LARGE:
            more = ngettext(
                "Wave %(wave)s has %(num)s province, more than %(most)s.",
                "Wave %(wave)s has %(num)s provinces, more than %(most)s.",
                facts["number"],
                wave=found.wave,
                most=facts["largest"],
            )
            return str(more)


def province_name(code: str | None) -> str:
    return province(code).name(language()) if code and is_province(code) else ""

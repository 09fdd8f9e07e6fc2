"""Readiness in words: what each level is called, what each reason says, and the page where it can be dealt with."""

from __future__ import annotations

from typing import Any

from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from tpbis_events.programmes.model import Session
from tpbis_events.registrations.model import State
from tpbis_events.registrations.readiness import Finding, Level, Reason

LEVELS: dict[Level, Any] = {
    Level.URGENT: _l("Urgent"),
    Level.ATTENTION: _l("Needs attention"),
    Level.READY: _l("Ready"),
    Level.HELD: _l("Took place"),
    Level.CANCELLED: _l("Cancelled"),
}
_WITHOUT_NUMBER: dict[Reason, Any] = {
    Reason.DATE_UNSURE: _l("date not confirmed"),
    Reason.NO_VENUE: _l("no venue yet"),
    Reason.VENUE_UNSURE: _l("venue not confirmed"),
    Reason.NO_LINK: _l("no link to the online meeting"),
    Reason.NO_PIC: _l("no account of a PIC"),
    Reason.NOBODY_CAME: _l("nobody checked in"),
}


def kind(level: Level) -> str:
    """The level as classes of the style sheet and addresses of marks say it."""
    return level.name.lower()


def words(finding: Finding) -> str:
    """One reason, as part of a sentence: "2 roles empty"."""
    number = finding.count
    match finding.reason:
        case Reason.FEW_SEATED:
            return str(ngettext("%(num)s seat still free", "%(num)s seats still free", number))
        case Reason.EMPTY_ROLES:
            return str(ngettext("%(num)s role empty", "%(num)s roles empty", number))
        case Reason.UNDECIDED:
            return str(ngettext("%(num)s request to decide", "%(num)s requests to decide", number))
        case Reason.UNSERVED:
            return str(ngettext("%(num)s waits beside a free seat", "%(num)s wait beside free seats", number))
        case Reason.WAITING:
            return str(ngettext("%(num)s waiting", "%(num)s waiting", number))
        case Reason.SILENT:
            return str(
                ngettext("no answer from %(num)s after the change", "no answer from %(num)s after the change", number)
            )
        case Reason.UNREACHED:
            return str(ngettext("%(num)s without e-mail, to be called", "%(num)s without e-mail, to be called", number))
        case Reason.MAIL_FAILED:
            return str(ngettext("mail failed for %(num)s person", "mail failed for %(num)s people", number))
    return str(_WITHOUT_NUMBER[finding.reason])


def place(finding: Finding, event_slug: str, session: Session, may_decide: bool) -> str:
    """Where somebody can look at what lacks, or mend it."""
    asked: dict[str, Any] = {}
    match finding.reason:
        case Reason.UNDECIDED if may_decide:
            return url_for("office.applications.index", event=event_slug, session=session.slug)
        case Reason.SILENT:
            return url_for("office.reschedules.changes", event=event_slug, session=session.slug)
        case Reason.UNDECIDED:
            asked["state"] = State.APPLIED.value
        case Reason.WAITING | Reason.UNSERVED:
            asked["state"] = State.WAITING.value
        case Reason.UNREACHED:
            asked["no_email"] = 1
    return url_for("office.rosters.show", event=event_slug, session=session.slug, **asked)


def day_before_or_after(day: int) -> str:
    """A day counted from the first day of the meetings, as organizers say it: D-30, D-day, D+2."""
    return str(_("D-day")) if day == 0 else str(_("D%(days)s", days=f"{day:+d}"))

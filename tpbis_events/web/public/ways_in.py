"""Words for how people come to a role: its way in, its sub-quotas, and what happens to a seat that becomes free."""

from __future__ import annotations

from flask_babel import gettext as _
from flask_babel import ngettext

from tpbis_events.places import countries, regencies
from tpbis_events.programmes.model import Event, Limit, LimitedBy, Role, Serving, WayIn
from tpbis_events.web.languages import language


def way_in(role: Role) -> str:
    """One sentence; empty where a free seat is simply taken."""
    words = {
        WayIn.OPEN: "",
        WayIn.APPROVAL: _("The office decides on each request."),
        WayIn.INVITATION: _("By invitation only."),
        WayIn.NOMINATION: _("By nomination: an agency or a country proposes who comes."),
    }
    return str(words[role.way_in])


def limits(role: Role) -> list[str]:
    """The sub-quotas of a role, those for each one alike first."""
    return [_limit(each) for each in sorted(role.limits, key=lambda each: (each.value != "", each.id))]


def rules_of(role: Role) -> list[str]:
    """Everything that must be known before somebody asks for a seat in this role."""
    return [words for words in (way_in(role), *limits(role)) if words]


def line(event: Event) -> str:
    """What becomes of a seat that comes free while people wait."""
    if event.serving is Serving.OFFER:
        words = ngettext(
            "A seat that becomes free is offered to the first in line. Whoever does not accept it within %(num)s working "
            "hour loses it to the next.",
            "A seat that becomes free is offered to the first in line. Whoever does not accept it within %(num)s working "
            "hours loses it to the next.",
            event.offer_hours,
        )
        return str(words)
    if event.serving is Serving.HAND:
        return str(_("The office gives seats that become free to those who wait, in the order of the line."))
    return str(_("A seat that becomes free goes to the first in line at once."))


def _limit(limit: Limit) -> str:
    most = limit.most
    if limit.value:
        name = _name(limit)
        words = ngettext(
            "At most %(num)s seat is for %(name)s.", "At most %(num)s seats are for %(name)s.", most, name=name
        )
    elif limit.limited_by is LimitedBy.COUNTRY:
        words = ngettext("At most %(num)s seat for each country.", "At most %(num)s seats for each country.", most)
    elif limit.limited_by is LimitedBy.REGENCY:
        words = ngettext(
            "At most %(num)s seat for each regency or city.", "At most %(num)s seats for each regency or city.", most
        )
    else:
        words = ngettext(
            "At most %(num)s seat for each institution.", "At most %(num)s seats for each institution.", most
        )
    return str(words)


def _name(limit: Limit) -> str:
    """A country or regency by its name; an institution as it is kept for comparing, without capitals."""
    if limit.limited_by is LimitedBy.COUNTRY:
        return countries.country_name(limit.value, language())
    if limit.limited_by is LimitedBy.REGENCY:
        return regencies.regency(limit.value).name
    return f"“{limit.value}”"

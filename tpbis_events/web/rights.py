"""The rights of an account in words, for those who give them and those who hold them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from tpbis_events.people.model import Grant, Right
from tpbis_events.people.rights import is_live, last_day
from tpbis_events.places.provinces import is_province, province
from tpbis_events.web.languages import language
from tpbis_events.web.presentation import day

NAMES: dict[Right, Any] = {
    Right.ADMINISTRATOR: _l("Administrator"),
    Right.NATIONAL: _l("National organizer"),
    Right.PIC: _l("PIC of a province"),
    Right.DOOR: _l("Door"),
    Right.AUDITOR: _l("Auditor"),
    Right.FINANCE: _l("Finance"),
}
ABOUT: dict[Right, Any] = {
    Right.ADMINISTRATOR: _l("Opens accounts and gives rights; sees the audit log. Runs no event."),
    Right.NATIONAL: _l("Runs all events in all provinces; gives no rights."),
    Right.PIC: _l("Runs the sessions of one province."),
    Right.DOOR: _l("Checks in on the day; sees name, role and status."),
    Right.AUDITOR: _l("Reads rosters, mail and the audit log; changes nothing."),
    Right.FINANCE: _l("Reads rosters and attendance; changes nothing."),
}


def where(grant: Grant) -> str:
    code = grant.province_code
    if code is None:
        return str(_("All provinces"))
    return province(code).name(language()) if is_province(code) else code


def until(grant: Grant) -> str:
    """The last day of a right, in words."""
    return day(last_day(grant.ends_at)) if grant.ends_at else str(_("without end"))


def in_one_line(grant: Grant) -> str:
    facts = {"right": NAMES[grant.name], "where": where(grant)}
    return str(_("%(right)s, %(where)s", **facts))


def has_ended(grant: Grant, now: datetime) -> bool:
    return not is_live(grant, now)

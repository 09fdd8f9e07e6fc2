"""Words of states and employments as lists say them; the same words as on the pages."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l

from tpbis_events.people.model import Employment
from tpbis_events.registrations.model import State

STATES: dict[State, Any] = {
    State.APPLIED: _l("To be decided"),
    State.SEATED: _l("Seated"),
    State.WAITING: _l("Waiting list"),
    State.OFFERED: _l("Seat offered"),
    State.LAPSED: _l("Offer lapsed"),
    State.DECLINED: _l("Offer declined"),
    State.REJECTED: _l("Not accepted"),
    State.SUBSTITUTED: _l("Substituted"),
    State.CANCELLED: _l("Cancelled"),
}
EMPLOYMENTS: dict[Employment, Any] = {
    Employment.PNS: _l("Civil servant (PNS)"),
    Employment.PPPK: _l("Government employee on contract (PPPK)"),
    Employment.NON_ASN: _l("Staff, not a civil servant (non-ASN)"),
    Employment.VILLAGE_OFFICIAL: _l("Village official"),
    Employment.COMMUNITY: _l("Community, library user or private"),
}

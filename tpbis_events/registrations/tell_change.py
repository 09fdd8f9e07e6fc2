"""Tell people that their session has changed: steps of `reschedule`.

Each is owed one notice with what was and what is. Mail from before that isn't sent yet is brought up to date, so that nobody
reads an old date in a new mail; a notice that isn't sent yet becomes the newer one, from what she last knew.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select

from tpbis_events.foundation.database import db
from tpbis_events.outbox.model import Mail
from tpbis_events.outbox.unsent import hold_unsent
from tpbis_events.programmes import schedule as schedules
from tpbis_events.programmes.schedule import Schedule
from tpbis_events.registrations.call_model import Call
from tpbis_events.registrations.drop_reminders import drop_reminders
from tpbis_events.registrations.facts import facts_of
from tpbis_events.registrations.letters import owe
from tpbis_events.registrations.model import Registration

KIND = "rescheduled"
# What any mail about a session says of its time and place.
_OF_TIME_AND_PLACE = ("venue", "zone", "days")


def left_behind(registration: Registration, schedule: Schedule) -> dict[str, Any]:
    """What the notice says of how it was: names, place, days, and the way it was held."""
    names = {
        f"{name}_{language}": getattr(getattr(registration, name), f"name_{language}")
        for name in ("session", "role")
        for language in ("id", "en")
    }
    return {**names, **told(schedule)}


def told(schedule: Schedule) -> dict[str, Any]:
    """A schedule as mails keep it."""
    return {
        "venue": schedule.place,
        "zone": schedule.zone,
        "days": schedules.iso_moments(schedule),
        "mode": schedule.mode.value,
        "online_url": schedule.online_url,
    }


def differences(left: dict[str, Any], now: dict[str, Any]) -> list[str]:
    """What a notice has to say: of `time`, `place` and `mode` what differs between two schedules as mails keep them."""
    groups = {"time": ("zone", "days"), "place": ("venue",), "mode": ("mode", "online_url")}
    return [name for name, facts in groups.items() if any(left[fact] != now[fact] for fact in facts)]


def tell(
    registrations: Sequence[Registration], left: Schedule, new: Schedule, change_id: int, *, reason: str, at: datetime
) -> int:
    """Owe each a notice, or bring the one that isn't sent yet up to date; how many notices are owed."""
    waiting = {mail.subject: mail for mail in _hold(registrations) if mail.kind == KIND}
    owed = 0
    for registration in registrations:
        more = more_facts(registration, new, reason)
        behind = left_behind(registration, left)
        older = waiting.get(_subject(registration))
        if older is None:
            more |= {"left": behind, "changed": differences(behind, told(new)), "gone": _gone(behind, new)}
            owed += owe(KIND, registration, at=at, version=change_id, **more)
        else:
            owed += _renew(older, registration, new, change_id, more, at)
    return owed


def bring_up_to_date(registrations: Sequence[Registration], new: Schedule, *, at: datetime, notices: bool) -> None:
    """Mail that isn't sent yet says the new time and place; `notices` says whether that goes for older notices as well."""
    drop_reminders([registration.id for registration in registrations])  # the new date has reminders of its own
    by_subject = {_subject(registration): registration for registration in registrations}
    for mail in _hold(registrations):
        registration = by_subject[mail.subject]
        if mail.kind == KIND:
            if notices:
                _renew(mail, registration, new, mail.version, more_facts(registration, new, mail.facts["reason"]), at)
            continue
        fresh = facts_of(registration, at=at)
        facts = {name: fresh[name] for name in _OF_TIME_AND_PLACE}
        if "calendar" in mail.facts and "calendar" in fresh:
            facts["calendar"] = fresh["calendar"]
        if registration.offer_ends_at and "offer_ends_at" in mail.facts:
            facts["offer_ends_at"] = registration.offer_ends_at.isoformat()
        facts = {**mail.facts, **{name: fact for name, fact in facts.items() if name in mail.facts}}
        facts.pop("online_url", None)
        if "qr" in facts and "online_url" in fresh:
            facts["online_url"] = fresh["online_url"]
        mail.facts = facts


def bring_invitations_up_to_date(invitation_ids: Sequence[int], new: Schedule) -> None:
    """The same for invitations and nominations that are on their way."""
    facts = {name: fact for name, fact in told(new).items() if name in _OF_TIME_AND_PLACE}
    for mail in hold_unsent([f"invitation:{each}" for each in invitation_ids]):
        mail.facts = {**mail.facts, **facts}


def _renew(
    mail: Mail | Call, registration: Registration, new: Schedule, version: int, more: dict[str, Any], at: datetime
) -> bool:
    """She hasn't read the older notice, so this one begins at what she last knew; where nothing is left to tell, none is owed."""
    behind = mail.facts["left"]
    changed = differences(behind, told(new))
    if not changed:
        db.session.delete(mail)
        return False
    mail.version = version
    mail.facts = facts_of(registration, at=at, gone=_gone(behind, new), left=behind, changed=changed, **more)
    return isinstance(mail, Mail)


def _gone(behind: dict[str, Any], new: Schedule) -> list[list[str]]:
    """The days that she knew of beyond those that there are now."""
    days: list[list[str]] = behind["days"]
    return days[len(new.days) :]


def more_facts(registration: Registration, new: Schedule, reason: str) -> dict[str, Any]:
    more: dict[str, Any] = {"reason": reason, "before": registration.state, "mode": new.mode.value}
    if registration.offer_ends_at:
        more["offer_ends_at"] = registration.offer_ends_at.isoformat()
    return more


def _hold(registrations: Sequence[Registration]) -> list[Mail | Call]:
    """Mail that nobody has begun to send, and calls that nobody has made."""
    calls = (
        select(Call)
        .where(
            Call.registration_id.in_([registration.id for registration in registrations]),
            Call.told_at.is_(None),
            Call.mail_id.is_(None),
        )
        .order_by(Call.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    mails = hold_unsent([_subject(registration) for registration in registrations])
    return [*mails, *(db.session.scalars(calls) if registrations else ())]


def _subject(registration: Registration) -> str:
    return f"registration:{registration.id}"

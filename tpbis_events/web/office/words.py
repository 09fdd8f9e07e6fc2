"""Plain words for what the audit log calls by codes. A code without words here is shown as it is."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from tpbis_events.audit.model import AuditEntry
from tpbis_events.programmes.model import LimitedBy, Serving, WayIn
from tpbis_events.registrations.model import State
from tpbis_events.web.presentation import BADGE_WORDS

ACTS: dict[str, Any] = {
    "registration.registered": _l("Registered"),
    "registration.corrected": _l("Answers corrected"),
    "registration.cancelled": _l("Cancelled"),
    "registration.seated": _l("Got a seat from the waiting list"),
    "registration.approved": _l("Approved"),
    "registration.rejected": _l("Not accepted"),
    "registration.offered": _l("Was offered a seat from the waiting list"),
    "registration.accepted": _l("Offer accepted"),
    "registration.declined": _l("Offer declined"),
    "registration.lapsed": _l("Offer lapsed"),
    "registration.moved": _l("Moved"),
    "registration.substituted": _l("Substituted (diwakili)"),
    "registration.reinstated": _l("Reinstated"),
    "registration.priority_changed": _l("Priority on the waiting list changed"),
    "registration.number_seen": _l("Whole NIP looked at"),
    "registration.tagged": _l("Tag put on"),
    "registration.untagged": _l("Tag taken off"),
    "registration.written_to": _l("Letter of the office written"),
    "registration.to_be_told": _l("To be told by WhatsApp or telephone as well"),
    "registration.told": _l("Told by telephone or WhatsApp"),
    "registration.not_reached": _l("Not reached by telephone"),
    "registration.contact_seen": _l("Phone number looked at"),
    "registration.wants_no_messages": _l("Wants no more messages of the office"),
    "registration.wants_messages": _l("Wants messages of the office again"),
    "message.written": _l("Message written"),
    "message.changed": _l("Message changed"),
    "message.discarded": _l("Message thrown away"),
    "message.tested": _l("Test of a message sent"),
    "message.scheduled": _l("Message scheduled"),
    "message.unscheduled": _l("Message taken back to a draft"),
    "message.begun": _l("Message begun"),
    "message.done": _l("Message sent to all"),
    "message.stopped": _l("Message stopped"),
    "event.reminders_set": _l("Reminders set"),
    "registrations.entered": _l("Many registered at once"),
    "attendance.checked_in": _l("Checked in"),
    "attendance.earlier": _l("Came earlier than was written"),
    "attendance.listed": _l("List of a call read in"),
    "attendance.record_seen": _l("Record of attendance opened"),
    "online.codes_renewed": _l("Codes of a session by video made anew"),
    "event.online_counts": _l("What counts as attended online changed"),
    "device.given": _l("Link for a device at the door made"),
    "device.opened": _l("Link for a device at the door opened"),
    "device.revoked": _l("Link of a device at the door taken back"),
    "scan.accepted": _l("Scan accepted"),
    "scan.dismissed": _l("Scan dismissed"),
    "attendance.undone": _l("Check-in undone"),
    "certificate.issued": _l("Certificate issued"),
    "correction.asked": _l("Asked for a correction"),
    "correction.accepted": _l("Correction accepted"),
    "correction.rejected": _l("Correction not accepted"),
    "certificate.reissued": _l("New version of the certificate"),
    "certificate.revoked": _l("Certificate revoked"),
    "certificate.signed": _l("Certificate signed digitally"),
    "certificates.ordered": _l("Certificates ordered for many"),
    "certificates.done": _l("Certificates issued to many as ordered"),
    "certificates.stopped": _l("Order of certificates stopped"),
    "certificates.taken_out": _l("Certificates taken out to be signed"),
    "certificate.design_changed": _l("Look and rules of the certificates changed"),
    "certificate.image_added": _l("Picture for the certificates added"),
    "certificate.image_removed": _l("Picture of the certificates taken out"),
    "mail.resent": _l("Mail sent again"),
    "mail.resent_many": _l("Mails sent again"),
    "mail.given_up": _l("Mail given up"),
    "mail.given_up_many": _l("Mails given up"),
    "mail.came_back": _l("Mail came back"),
    "mail.address_seen": _l("All mail to an address looked at"),
    "mail.address_cleared": _l("Address takes mail again"),
    "export.made": _l("List taken out"),
    "export.ordered": _l("List ordered in the background"),
    "export.fetched": _l("Ordered list fetched"),
    "export.discarded": _l("Ordered list thrown away"),
    "seats.added": _l("Seats added"),
    "seats.removed": _l("Seats removed"),
    "session.cancelled": _l("Session cancelled"),
    "session.rescheduled": _l("Session rescheduled"),
    "session.planned": _l("Session put on a wave, day or officer"),
    "wave.dated": _l("Dates of a wave set"),
    "registration.still_coming": _l("Said whether she can still come"),
    "invitation.made": _l("Invited"),
    "invitation.revoked": _l("Invitation taken back"),
    "event.serving_changed": _l("How the waiting list is served, changed"),
    "role.way_changed": _l("Way into a role changed"),
    "role.limit_changed": _l("Limit inside a role changed"),
    "person.erased": _l("Personal data erased"),
    "event.laid_out": _l("Event laid out"),
    "programme.created": _l("Programme created"),
    "programme.changed": _l("Programme changed"),
    "event.created": _l("Edition created"),
    "event.changed": _l("Edition changed"),
    "event.cloned": _l("Edition cloned"),
    "letter.changed": _l("Words of a mail changed"),
    "event.published": _l("Edition published"),
    "event.unpublished": _l("Edition taken back to a draft"),
    "role.added": _l("Role added"),
    "role.changed": _l("Role changed"),
    "role.sorted": _l("Order of the roles changed"),
    "role.removed": _l("Role taken out"),
    "wave.added": _l("Wave added"),
    "wave.changed": _l("Wave changed"),
    "wave.removed": _l("Wave taken out"),
    "session.added": _l("Session added"),
    "session.changed": _l("Session changed"),
    "session.removed": _l("Session taken out"),
    "agenda.added": _l("Agenda item added"),
    "agenda.changed": _l("Agenda item changed"),
    "agenda.sorted": _l("Order of the agenda changed"),
    "agenda.removed": _l("Agenda item taken out"),
    "event.dates_moved": _l("Dates of the event moved"),
    "account.opened": _l("Account opened"),
    "account.password_set": _l("Password set"),
    "account.enabled": _l("Account enabled"),
    "account.disabled": _l("Account disabled"),
    "account.right_given": _l("Right given"),
    "account.right_taken": _l("Right taken"),
    "account.link_sent": _l("Link to choose a password mailed"),
    "account.link_shown": _l("Link to choose a password shown"),
    "account.link_asked": _l("Link to choose another password asked for"),
    "account.password_chosen": _l("Password chosen"),
    "account.signed_out": _l("Browsers signed out"),
    "account.second_factor_set_up": _l("Second factor set up"),
    "account.second_factor_replaced": _l("Second factor replaced"),
    "account.second_factor_removed": _l("Second factor removed"),
    "account.recovery_code_used": _l("Recovery code used"),
    "account.recovery_codes_renewed": _l("Recovery codes renewed"),
}
STATES: dict[str, Any] = {state.value: BADGE_WORDS[state.value] for state in State}
SERVINGS: dict[str, Any] = {
    Serving.SEAT.value: _l("A seat at once"),
    Serving.OFFER.value: _l("An offer with a deadline"),
    Serving.HAND.value: _l("By hand"),
}
WAYS_IN: dict[str, Any] = {
    WayIn.OPEN.value: _l("Open to all"),
    WayIn.APPROVAL.value: _l("By approval"),
    WayIn.INVITATION.value: _l("By invitation"),
    WayIn.NOMINATION.value: _l("By nomination"),
}
LIMITED_BY: dict[str, Any] = {
    LimitedBy.COUNTRY.value: _l("Country"),
    LimitedBy.REGENCY.value: _l("Regency or city"),
    LimitedBy.AGENCY.value: _l("Agency"),
}
_ACTORS: dict[str, Any] = {
    "public": _l("the form"),
    "participant": _l("the person herself"),
    "nominator": _l("the agency that proposed her"),
    "worker": _l("the system"),
    "command line": _l("the command line"),
}
_FACTS: dict[str, Any] = {
    "state": _l("state"),
    "seat": _l("seat number"),
    "seats": _l("seats"),
    "place": _l("place in line"),
    "fields": _l("answers"),
    "day": _l("day"),
    "number": _l("number"),
    "session": _l("session"),
    "role": _l("role"),
    "by": _l("substitute"),
    "for": _l("in the place of"),
    "priority": _l("priority"),
    "registrations": _l("registrations"),
    "rows": _l("rows"),
    "added": _l("added"),
    "serving": _l("seats that come free"),
    "offer_hours": _l("working hours of an offer"),
    "online_counts": _l("what counts as attended online"),
    "reminder_hours": _l("working hours before its end for the reminder"),
    "way_in": _l("way in"),
    "limited_by": _l("limit for"),
    "value": _l("which"),
    "most": _l("at most"),
    "kind": _l("kind"),
    "columns": _l("columns"),
    "places": _l("places"),
    "right": _l("right"),
    "rights": _l("rights"),
    "province": _l("province"),
    "ends_at": _l("until"),
    "active": _l("enabled"),
    "signed_out": _l("browsers signed out"),
    "left": _l("left"),
    "tag": _l("tag"),
    "days": _l("days and hours"),
    "zone": _l("time zone"),
    "city": _l("city"),
    "venue": _l("venue"),
    "mode": _l("way it is held"),
    "online_url": _l("online address"),
    "told": _l("told by mail"),
    "mail": _l("what about"),
    "how": _l("how"),
    "gone": _l("had gone already"),
    "kept_back": _l("kept back"),
    "reminders": _l("reminders"),
    "coming": _l("can still come"),
    "slug": _l("address"),
    "name_id": _l("name in Indonesian"),
    "name_en": _l("name in English"),
    "title_id": _l("title in Indonesian"),
    "title_en": _l("title in English"),
    "registration_opens_at": _l("registration opens"),
    "registration_closes_at": _l("registration closes"),
    "starts_at": _l("begins"),
    "starts_on": _l("not before"),
    "ends_on": _l("not after"),
    "day_number": _l("day"),
    "starts": _l("from"),
    "ends": _l("until"),
    "jp": _l("JP"),
    "sort": _l("place in the order"),
    "origin": _l("where people are from"),
    "sessions": _l("sessions"),
    "from": _l("cloned from"),
    "shift": _l("days later"),
    "published_at": _l("published"),
    "wave": _l("wave"),
    "officers": _l("officers"),
}
_VALUES: dict[str, dict[str, Any]] = {
    "state": STATES,
    "serving": SERVINGS,
    "way_in": WAYS_IN,
    "limited_by": LIMITED_BY,
}
# What an entry also holds, and its own words tell already or nobody reads.
_UNTOLD = frozenset({"date", "checked_in_at", "checked_in_by", "code"})


def act(code: str) -> str:
    return str(ACTS.get(code, code))


def actor(label: str, names: dict[str, str]) -> str:
    """Who acted: an account by its name, everybody else in words."""
    return names.get(label) or str(_ACTORS.get(label, label))


def actors(names: dict[str, str]) -> list[tuple[str, str]]:
    """Everybody who can act, label and words: those that are no account first, then the accounts by name."""
    accounts = sorted(names.items(), key=lambda each: each[1].casefold())
    return [*((label, str(told)) for label, told in _ACTORS.items()), *accounts]


def what_changed(entry: AuditEntry) -> str:
    """Before and after in one line: "seats: 5 → 7"."""
    before, after = entry.before or {}, entry.after or {}
    parts = []
    for key in dict.fromkeys([*before, *after]):
        told = [side[key] for side in (before, after) if key in side]
        if len(told) == 1 and told[0] in (None, ""):
            continue
        values = list(dict.fromkeys(_value(key, value) for value in told))  # what stayed is told once
        if key not in _UNTOLD:
            parts.append(_("%(fact)s: %(values)s", fact=_FACTS.get(key, key), values=" → ".join(values)))
    return "; ".join(parts)


def _value(key: str, value: Any) -> str:
    if value in (None, ""):
        return str(_("each one alike") if key == "value" else _("none"))
    if isinstance(value, list):
        return ", ".join(str(each) for each in value)
    return str(_VALUES.get(key, {}).get(value, value)) if isinstance(value, str) else str(value)

"""What is said when something is refused about links, registrations and every way to a seat."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l

WORDS: dict[str, tuple[Any, Any]] = {
    "link.unknown": (
        _l("This link is not valid"),
        _l("It may have been cut when it was copied. Open it from the mail again, or have it sent to you again."),
    ),
    "link.expired": (
        _l("This link is no longer valid"),
        _l(
            "Links end 400 days after the session. Those of later sessions can be sent to you again; "
            "what is older, the organizer can look up."
        ),
    ),
    "link.replaced": (
        _l("A newer link has taken the place of this one"),
        _l(
            "The contact of this registration was changed, so the links given out before no longer open it. "
            "Use the link in the newest mail, or have it sent to the new address again."
        ),
    ),
    "link.of_address_expired": (
        _l("The link to all your certificates has ended"),
        _l(
            "It worked for %(days)s days. The certificates are still there: have your links sent to you again, "
            "and the mail that comes has a new one."
        ),
    ),
    "link.of_address_ended": (
        _l("This link to all your certificates no longer opens"),
        _l(
            "The e-mail address of a registration was changed, or its personal data was erased two years after the session. "
            "Have your links sent to you again; if no mail comes, ask the organizer. Certificates stay valid, "
            "and anybody can check them by their codes."
        ),
    ),
    "registration.not_open_yet": (
        _l("Registration has not opened yet"),
        _l("It opens on %(opens)s. Nothing was stored."),
    ),
    "registration.closed": (
        _l("Registration is closed"),
        _l("It closed on %(closed)s. Nothing was stored. Please contact the organizer if you still need to attend."),
    ),
    "registration.already_registered": (
        _l("You are registered already"),
        _l("This e-mail address or phone number already holds a registration for this event."),
    ),
    "registration.already_cancelled": (
        _l("This registration is cancelled already"),
        _l("Nothing more was changed."),
    ),
    "registration.already_applied": (
        _l("This request has not been decided yet"),
        _l("The office decides it first. Nothing was changed."),
    ),
    "registration.already_seated": (
        _l("This registration has a seat already"),
        _l("Nothing more was changed."),
    ),
    "registration.already_waiting": (
        _l("This registration is on the waiting list"),
        _l("It has no seat yet, so this cannot be done. Nothing was changed."),
    ),
    "registration.already_offered": (
        _l("A seat is offered to this registration"),
        _l("The offer is answered first, or ends by itself. Nothing was changed."),
    ),
    "registration.already_lapsed": (
        _l("The offer of this seat has ended"),
        _l(
            "It was not answered in time, so the seat went to the next in line. Whoever still wants to come can register again."
        ),
    ),
    "registration.already_declined": (
        _l("This offer was declined"),
        _l("The seat went to the next in line. Whoever still wants to come can register again."),
    ),
    "registration.already_rejected": (
        _l("This request was not accepted"),
        _l("The reason is on its page and in the mail. Nothing more was changed."),
    ),
    "registration.already_substituted": (
        _l("Somebody else comes in this person's place"),
        _l("The seat belongs to the substitute now. Nothing more was changed."),
    ),
    "registration.elsewhere": (
        _l("This person is registered elsewhere in the event"),
        _l("Move that registration, or cancel it first."),
    ),
    "role.full": (
        _l("All seats of this role are taken"),
        _l("Nothing was changed. Choose another role or session, or the waiting list."),
    ),
    "role.line": (
        _l("The free seats belong to those who wait"),
        _l(
            "Somebody waits for this role, and nobody passes the line. "
            "Give the seats to the waiting list first. Nothing was changed."
        ),
    ),
    "limit.reached": (
        _l("A limit inside this role is reached"),
        _l(
            "At most %(most)s seats are for the same country, region or agency, and they are taken. Nothing was changed."
        ),
    ),
    "limit.number": (_l("That is not a number of seats"), _l("Give a whole number from 0 to 10,000.")),
    "limit.value": (
        _l("There is no such country, regency or agency"),
        _l("Choose one from the list, or leave it empty for each one alike."),
    ),
    "offer.over": (
        _l("The time for this offer is over"),
        _l(
            "It ended on %(ended)s, and the seat goes to the next in line. Whoever still wants to come can register again."
        ),
    ),
    "offer.hours": (
        _l("These hours do not fit"),
        _l("An offer lasts 1 to %(most)s working hours, and its reminder comes before it ends."),
    ),
    "waiting_list.nobody_served": (
        _l("Nobody could be given a seat"),
        _l("No seat is free, nobody waits, or all who wait are over a limit. Nothing was changed."),
    ),
    "priority.number": (_l("That is not a priority"), _l("Give a whole number from 0 to %(highest)s.")),
    "priority.reason_missing": (
        _l("A reason is missing"),
        _l("Say why the order of the waiting list changes; the audit log keeps it."),
    ),
    "way.invitation_needed": (
        _l("This role is by invitation"),
        _l("Open the link in your invitation to register. Nothing was stored."),
    ),
    "way.nomination_needed": (
        _l("This role is by nomination"),
        _l("Your agency or your country's focal point proposes who comes. Nothing was stored."),
    ),
    "invitation.unknown": (
        _l("This invitation is not valid"),
        _l(
            "The link may have been cut when it was copied, or it is for another role. "
            "Open it from the mail again, or ask the organizer."
        ),
    ),
    "invitation.revoked": (
        _l("This invitation was taken back"),
        _l("Nothing was stored. Please ask the organizer if this surprises you."),
    ),
    "invitation.expired": (
        _l("This invitation has ended"),
        _l("Its time is over. Nothing was stored. Please ask the organizer for a new one."),
    ),
    "invitation.used_up": (
        _l("All places of this invitation are used"),
        _l(
            "Nothing was stored. If one of your registrations is no longer needed, cancel it; "
            "else ask the organizer for more places."
        ),
    ),
    "invitation.already_revoked": (_l("This invitation was taken back already"), _l("Nothing more was changed.")),
    "decision.reason_missing": (
        _l("A reason is missing"),
        _l("Say why the request is not accepted; the person reads it in the mail."),
    ),
    "decision.nobody": (_l("Nobody is chosen"), _l("Choose at least one and at most %(most)s requests.")),
    "move.reason_missing": (
        _l("A reason is missing"),
        _l("Say why the registration is moved; the person reads it in the mail."),
    ),
    "move.other_event": (
        _l("That session belongs to another event"),
        _l("Register the person there instead. Nothing was changed."),
    ),
    "move.asks_more": (
        _l("That role asks for more than this person has told"),
        _l("Correct the registration first, or register the person anew. Nothing was changed."),
    ),
    "substitute.by_office": (
        _l("In this role the office chooses who comes"),
        _l("Please ask the organizer to enter the substitute. Nothing was changed."),
    ),
    "reinstate.reason_missing": (
        _l("A reason is missing"),
        _l("Say why the registration is reinstated; the audit log keeps it."),
    ),
    "bulk.size": (
        _l("That is too many or nobody"),
        _l("Choose at least one and at most %(most)s people. Nothing was done."),
    ),
    "bulk.unknown": (_l("There is no such act"), _l("It may be older than 90 days, or somebody else's.")),
    "bulk.form_changed": (
        _l("This form was sent before for something else"),
        _l("Please begin again at the roster. Nothing more was done."),
    ),
    "bulk.changed": (
        _l("The list has changed meanwhile"),
        _l("Please look at the effect once more. Nothing was done."),
    ),
    "tag.missing": (_l("A tag is missing"), _l("Give a short word, such as: speaker.")),
    "tag.already": (_l("This tag is there already"), _l("Nothing more was changed.")),
    "tag.not_there": (_l("This tag is not there"), _l("Nothing was changed.")),
    "note.no_email": (_l("There is no e-mail address"), _l("This person must be called.")),
    "move.already_there": (_l("The person has this role here already"), _l("Nothing was changed.")),
    "seats.other_session": (
        _l("Seats move between roles of the same session only"),
        _l("Add seats in the one session and remove them in the other instead."),
    ),
    "registration.reason_missing": (
        _l("A reason is missing"),
        _l("Say why the registration is cancelled; the person reads it in the mail."),
    ),
    "registration.form_changed": (
        _l("This form was sent before with other answers"),
        _l("Please start again with a new form, or open your registration to correct it."),
    ),
    "registration.no_seat": (
        _l("This registration has no seat"),
        _l("QR code and calendar file are for those who have a seat."),
    ),
    "registration.unknown": (
        _l("There is no such registration"),
        _l("Check the reference, or search the roster."),
    ),
    "role.has_history": (
        _l("This role cannot be removed"),
        _l("Somebody registered for it or was invited. Set its seats to 0 instead. Nothing was changed."),
    ),
    "registration.no_number": (_l("There is no NIP"), _l("This person gave none.")),
    "still_coming.unknown": (
        _l("This question is not for this registration"),
        _l("Open your registration from the newest mail. Nothing was stored."),
    ),
    "still_coming.older": (
        _l("The session has changed once more"),
        _l("Look at the newest date and place, and answer again. Nothing was stored."),
    ),
    "role.unknown": (_l("There is no such role in this session"), _l("See the roles on the session's page.")),
    "seats.taken": (
        _l("Seats are not taken from under people"),
        _l("Only %(free)s seats are free; cancel or move somebody first."),
    ),
    "seats.number": (_l("That is not a number of seats"), _l("Give a whole number from 1 to 500.")),
    "seats.reason_missing": (_l("A reason is missing"), _l("Say why the seats change; the audit log keeps it.")),
}

"""What is said when something is refused about certificates and their corrections."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l

WORDS: dict[str, tuple[Any, Any]] = {
    "certificate.not_made": (
        _l("There is no certificate here yet"),
        _l("It is made on the page of your registration, when it is earned."),
    ),
    "certificate.not_seated": (
        _l("There is no certificate for this registration"),
        _l("Only those who had a seat can earn one."),
    ),
    "certificate.person_erased": (
        _l("No certificate can be written any longer"),
        _l(
            "The personal data of this registration was erased two years after the session. What was issued stays valid."
        ),
    ),
    "certificate.not_earned": (
        _l("The certificate is not earned yet"),
        _l("Days attended: %(attended)s. Days needed: %(needed)s. If you were there more often, ask the organizer."),
    ),
    "certificate.requirements_missing": (
        _l("The certificate is not earned yet"),
        _l("Something that the event asks for is still missing; the page of the registration lists it."),
    ),
    "certificate.no_letter": (
        _l("There is no letter of attendance for this registration"),
        _l("It is for those who were there, but fell short of the certificate, in events that give such letters."),
    ),
    "certificate.nothing_new": (
        _l("Nothing has changed since"),
        _l("Certificate %(number)s says already what a new version would say, so none was made."),
    ),
    "correction.by_herself": (
        _l("You can still correct this yourself"),
        _l("Until the session is over you correct your answers on your own page; nobody has to decide it."),
    ),
    "correction.nothing": (
        _l("This changes nothing"),
        _l("What you wrote is the same as what is kept already. Nothing was sent."),
    ),
    "correction.unknown": (_l("There is no such request"), _l("See the page of the registration.")),
    "correction.decided": (
        _l("This request is decided already"),
        _l("Somebody else has decided it meanwhile. Nothing was changed."),
    ),
    "certificate.not_signed_yet": (
        _l("The certificate is being signed"),
        _l("Certificate %(number)s is issued, and its file waits for the signature. You get a mail when it is there."),
    ),
    "certificate.file_lost": (
        _l("The file of the certificate can't be read"),
        _l(
            "Certificate %(number)s holds, and its check page says so; only its file is damaged where we keep it. We have been"
            " told, and will put it right. Please try again tomorrow."
        ),
    ),
    "certificate.unknown_image": (_l("There is no such picture"), _l("It was taken out of the certificates.")),
    "certificate.number_taken": (
        _l("The next number is taken"),
        _l("Another certificate bears %(number)s already. Please change the series or the template of the numbers."),
    ),
    "certificate.days_to_come": (
        _l("The session is still going on"),
        _l("The certificate states the hours of all days attended, so it is made when the last day is over."),
    ),
    "certificate.unsigned_event": (
        _l("The certificate cannot be made yet"),
        _l("The organizer has not said yet who signs it. Please try again later."),
    ),
    "certificate.undrawable": (
        _l("The certificate cannot be printed as it stands"),
        _l("These characters cannot be printed: %(characters)s. Ask the organizer to correct the registration."),
    ),
    "certificate.revoked": (
        _l("This certificate was revoked"),
        _l("Certificate %(number)s is no longer valid. Please ask the organizer."),
    ),
    "batch.unknown": (
        _l("There is no such order of certificates"),
        _l("Orders are deleted a year after they are done; the certificates stay."),
    ),
    "batch.nobody": (
        _l("There is nobody to issue certificates to"),
        _l("Only those with a seat in a session that has begun can have earned one."),
    ),
    "batch.over": (_l("This order is over"), _l("There is nothing left to stop. What was issued stays.")),
    "batch.orderer_gone": (
        _l("Whoever ordered this may no longer do so"),
        _l("The account is closed. Somebody else can order the rest; who has a certificate keeps it."),
    ),
    "batch.fault": (
        _l("It could not be made"),
        _l("Something went wrong three times. Issue it on the page of the person, or tell the national office."),
    ),
}

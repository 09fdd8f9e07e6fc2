"""What is said when something is refused about the day itself: door, devices, video, and what is printed and signed."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l

WORDS: dict[str, tuple[Any, Any]] = {
    "sheet_rows.unknown": (
        _l("The sheet has no such row"),
        _l("Rows 1 to %(last)s are printed; not there: %(rows)s. Nothing was saved."),
    ),
    "sheet_rows.walk_in": (
        _l("A reference does not fit its row"),
        _l("Row %(row)s: only who is registered for this session can stand in a blank row. Nothing was saved."),
    ),
    "sheet_rows.taken": (
        _l("Somebody else was keyed into this row meanwhile"),
        _l("Row %(row)s: look at the paper and at who stands there now. Nothing was saved."),
    ),
    "difference.gone": (_l("This difference is settled already"), _l("Nothing more was changed.")),
    "difference.unknown": (_l("There is no such act"), _l("Nothing was changed.")),
    "difference.open": (
        _l("Paper and screen do not agree yet"),
        _l("Differences to settle first: %(number)s. Nothing was written down."),
    ),
    "difference.nothing_keyed": (
        _l("Nothing of the paper was keyed in yet"),
        _l("Key in who signed first. Nothing was written down."),
    ),
    "photo.empty": (_l("There is no file"), _l("Choose a photograph or a scan first. Nothing was stored.")),
    "photo.too_large": (_l("The file is too large"), _l("At most %(most)s MB. Nothing was stored.")),
    "photo.too_many": (
        _l("There are many files already"),
        _l("At most %(most)s for a day. Withdraw those that are not needed. Nothing was stored."),
    ),
    "photo.pixels": (
        _l("This picture has too many or too few pixels"),
        _l("At most %(most)s million are read. Photograph it smaller. Nothing was stored."),
    ),
    "photo.other_kind": (
        _l("This is not a photograph or scan that is kept"),
        _l("Only JPEG, PNG and PDF are, told by what is in the file. Nothing was stored."),
    ),
    "photo.damaged": (_l("The file is damaged or cut off"), _l("Photograph or scan it again. Nothing was stored.")),
    "photo.encrypted": (_l("This PDF is protected"), _l("Save it without a password. Nothing was stored.")),
    "photo.active": (
        _l("This PDF contains something that acts by itself"),
        _l("Scan the paper anew, or photograph it. Nothing was stored."),
    ),
    "photo.withdrawn": (_l("This file is withdrawn already"), _l("Nothing more was changed.")),
    "photo.unknown": (_l("There is no such file"), _l("See the sheets of the session.")),
    "photo.gone": (_l("This file is deleted"), _l("Its time was over. Its fingerprint stays on record.")),
    "signature.no_consent": (
        _l("The consent is missing"),
        _l("Tick that the signature may be kept, or sign on paper. The check-in stands; no signature was kept."),
    ),
    "signature.unreadable": (
        _l("Nothing is drawn yet"),
        _l("Sign in the field and press again, or sign on paper. The check-in stands; no signature was kept."),
    ),
    "cards.nobody": (_l("There is nobody to print"), _l("Nobody with a seat fits what you chose.")),
    "receipts.unknown": (_l("There is no such list"), _l("See the receipt lists of the session.")),
    "receipts.too_many": (
        _l("There are many lists already"),
        _l("At most %(most)s for a session. Nothing was stored."),
    ),
    "receipts.changed": (
        _l("Somebody else has changed this list meanwhile"),
        _l("See below how it is now, and type your changes once more. Nothing was saved."),
    ),
    "attendance.not_seated": (
        _l("This person has no seat yet"),
        _l("No seat has been given to this person, who can be checked in as soon as one is. Please ask the office."),
    ),
    "attendance.substituted": (
        _l("Somebody else comes in this person's place"),
        _l("Nobody was checked in. Look for the name of the substitute."),
    ),
    "attendance.ended": (
        _l("This registration has ended"),
        _l("It has no seat. Nobody was checked in. Please ask the office."),
    ),
    "attendance.cancelled": (
        _l("This registration is cancelled"),
        _l("Nobody was checked in. Please speak to the organizer."),
    ),
    "attendance.other_session": (
        _l("This registration is for another session"),
        _l("It is for the session in %(city)s. Nobody was checked in."),
    ),
    "attendance.other_event": (
        _l("This registration is for another event"),
        _l("It is for a session in %(city)s. Nobody was checked in."),
    ),
    "attendance.unknown": (
        _l("This code is not a ticket of ours"),
        _l("It may be forged, changed or misread. Nobody was checked in. Look for the name."),
    ),
    "attendance.device_revoked": (
        _l("The link of this device was taken back"),
        _l("The scan is kept. The office decides whether it counts."),
    ),
    "attendance.device_over": (
        _l("The time of this device is over"),
        _l("The scan is kept. The office decides whether it counts."),
    ),
    "device.unknown": (
        _l("This link opens no door"),
        _l("A link for a device works once. Ask the office for a new one."),
    ),
    "device.over": (
        _l("This device no longer opens a door"),
        _l(
            "Its link was taken back, or its day is over. What it has not sent yet is kept. Ask the office for a new link."
        ),
    ),
    "scan.unknown": (_l("There is no such scan"), _l("Look at the list of the session's scans.")),
    "scan.settled": (_l("This scan is settled already"), _l("Nothing more was changed.")),
    "scan.reason_missing": (
        _l("A reason is missing"),
        _l("Say why the scan counts, or why it doesn't; the audit log keeps it."),
    ),
    "attendance.unknown_item": (_l("There is no such agenda item that day"), _l("Choose one of the items of the day.")),
    "attendance.not_by_item": (
        _l("Attendance is kept by the day here"),
        _l("This event does not keep attendance for each agenda item. Nobody was checked in."),
    ),
    "attendance.key_used": (
        _l("This scan was already used for somebody else"),
        _l("Scan the ticket once more. Nobody was checked in."),
    ),
    "attendance.unknown_day": (_l("There is no such day"), _l("Choose one of the days of the session.")),
    "attendance.day_not_begun": (
        _l("This day has not begun yet"),
        _l("Check-in begins on %(date)s. Nobody was checked in."),
    ),
    "attendance.day_over": (
        _l("This day is over"),
        _l("Check-in at the door was on %(date)s. The office can still enter it."),
    ),
    "online.not_by_video": (
        _l("This session is not held by video"),
        _l("It takes place on site. Please come to the venue; your registration has the address."),
    ),
    "online.no_address": (
        _l("The address of the video call is not there yet"),
        _l("The organizer enters it before the session begins. Please come back to this page then."),
    ),
    "online.not_open_yet": (
        _l("You can join a little later"),
        _l("The way in opens on %(opens)s. Keep this page; nothing else is needed."),
    ),
    "online.over": (
        _l("The session is over"),
        _l("Nobody can join any more. What was kept of your attendance stands on the page of your registration."),
    ),
    "attendance.not_checked_in": (
        _l("There is no check-in to undo"),
        _l("This person is not checked in on that day. Nothing was changed."),
    ),
    "attendance.reason_missing": (
        _l("A reason is missing"),
        _l("Say why the check-in is undone; the audit log keeps it."),
    ),
}

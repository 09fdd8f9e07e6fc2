"""The words that the app of the door says by itself, with or without a network."""

from __future__ import annotations

from flask_babel import gettext as _


def words_of_app() -> dict[str, str]:
    """Key -> words in the page's language; `{name}`, `{time}` and the like are filled in by the app."""
    return {
        "in": _("Checked in"),
        "again": _("Already checked in"),
        "late": _("late"),
        "since": _("since {time}"),
        "since_by": _("since {time}, by {name}"),
        "undo": _("Undo the check-in"),
        "kept": _("Not on the list that was taken along"),
        "kept_text": _(
            "The scan is kept and is judged when the network is back. "
            "If this person should be here, let them wait or ask the office."
        ),
        "unknown": _("This code is not a ticket of this session"),
        "unknown_text": _("It may be forged, changed, or for another session. The scan is kept."),
        "not_kept": _("This scan could not be kept"),
        "not_kept_text": _(
            "Nobody was checked in. This device can store nothing more. Use another one, or the printed sheet."
        ),
        "sign": _("Sign on this screen"),
        "no_list": _("No list was taken along"),
        "no_list_text": _("Open this page once with a network, so that it can take the list along."),
        "other_day": _("This list is for another day"),
        "other_day_text": _("It is for {day}. Nobody was checked in. Open the door of today."),
        "not_seated": _("{state}. This person has no seat. Please ask the office."),
        "online": _("Connected"),
        "offline": _("No network. Check-in goes on; everything is kept on this device."),
        "waiting_one": _("1 scan waits to be sent"),
        "waiting": _("{number} scans wait to be sent"),
        "all_sent": _("Everything is sent"),
        "expected": _("{inside} of {expected} are in"),
        "list_of": _("List of {time}"),
        "clock_wrong": _("The clock of this device is wrong by {span}. Times are set right by the server's clock."),
        "minutes": _("{number} minutes"),
        "hours": _("{number} hours"),
        "check_in": _("Check in"),
        "nobody": _("Nobody was found."),
        "more": _("There are more. Type more of the name."),
        "too_short": _("Type at least three letters of the name, or the whole code."),
        "codes_only": _("On this device people are found by their QR code or the whole code under it."),
        "scan_first": _("Scan with the camera"),
        "stop_camera": _("Stop the camera"),
        "no_camera": _("The camera could not be opened. Type the code under the QR code, or a name."),
        "over": _("This device no longer opens a door"),
        "over_text": _(
            "Its link was taken back, or its day is over. What it has not sent yet is kept. Ask the office for a new link."
        ),
        "sign_in": _("Sign in again, so that what waits can be sent."),
        "differs": _("The server decided otherwise than this device"),
        "to_settle": _("The office settles it."),
        "bad": _("A scan could not be read by the server. It stays on this device."),
        "understood": _("Understood"),
        "who_is_in": _("In"),
        "who_is_expected": _("Still expected"),
        "choose": _("Choose the session"),
        "nothing_here": _("Nothing was taken along on this device. Open the door once with a network."),
        "whole_day": _("The day as a whole"),
    }

"""What is said when something is refused about editions, sessions, waves and their letters."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l

WORDS: dict[str, tuple[Any, Any]] = {
    "session.over": (_l("The session is over"), _l("Nothing was changed.")),
    "session.cancelled": (
        _l("This session was cancelled"),
        _l("Nobody can be given a seat in it any longer. Nothing was changed."),
    ),
    "session.reason_missing": (
        _l("A reason is missing"),
        _l("Say why the session is cancelled; everybody who is registered reads it in the mail."),
    ),
    "programme.unknown": (_l("There is no such programme"), _l("See all programmes on the front page.")),
    "event.draft": (
        _l("This event is a draft"),
        _l("Nobody outside the office knows of it yet. Publish it first. Nothing was changed."),
    ),
    "event.draft_already": (_l("This event is a draft already"), _l("Nothing was changed.")),
    "event.already_published": (_l("This event is published already"), _l("Nothing was changed.")),
    "event.not_ready": (
        _l("This event cannot be published yet"),
        _l("Something is missing that nobody could do without: see the check list. Nothing was changed."),
    ),
    "event.has_people": (
        _l("People were told of this event by name"),
        _l(
            "Registrations: %(people)s. Invitations that are still good: %(invitations)s. Their links would lead to "
            "nothing. Cancel the sessions or take the invitations back first. Nothing was changed."
        ),
    ),
    "unpublish.reason_missing": (
        _l("A reason is missing"),
        _l("Say why the event is taken back; the audit log keeps it."),
    ),
    "session.has_people": (
        _l("People are registered for this session"),
        _l(
            "Registrations: %(number)s. Dates, hours, place and link are changed by rescheduling, which tells everybody. "
            "Nothing was changed."
        ),
    ),
    "session.has_history": (
        _l("This session cannot be removed"),
        _l("Somebody registered for it or was invited. Cancel it instead: its history stays. Nothing was changed."),
    ),
    "wave.unknown": (_l("There is no such wave"), _l("Perhaps it was removed already.")),
    "agenda.attended": (
        _l("Attendance is kept for this item"),
        _l("Somebody was checked in at it, so it stays. Its texts can be changed."),
    ),
    "agenda.unknown": (_l("There is no such item in the agenda"), _l("Perhaps it was removed already.")),
    "event.unknown": (_l("There is no such event"), _l("See all events on the front page.")),
    "session.unknown": (_l("There is no such session"), _l("See all events on the front page.")),
    "reschedule.nothing_changed": (
        _l("Nothing is different"),
        _l("The session has these days, hours and this place already. Nobody was told anything."),
    ),
    "reschedule.changed_meanwhile": (
        _l("Somebody else has changed this session meanwhile"),
        _l("Look at what it is now, and decide again. Nothing was changed."),
    ),
    "reschedule.day_attended": (
        _l("Attendance is kept for a day that would go"),
        _l("Somebody was checked in on %(date)s, so this day stays as it is. Nothing was changed."),
    ),
    "waves.changed_meanwhile": (
        _l("Somebody else has changed the plan meanwhile"),
        _l("Look at what it is now, and decide again. Nothing was changed."),
    ),
    "change.unknown": (
        _l("There is no such change"),
        _l("See the history of the session."),
    ),
    "session.has_begun": (
        _l("The session has begun"),
        _l("Registrations can no longer be changed here. Please speak to the organizer."),
    ),
    "letter.unknown": (_l("There is no such letter"), _l("See the letters of the event.")),
    "letter.changed_meanwhile": (
        _l("Somebody else has changed these words meanwhile"),
        _l(
            "What you typed is still here and was not saved. Compare it with the words that are in force now, then save again."
        ),
    ),
}

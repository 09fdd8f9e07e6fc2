"""What is said when something is refused about mail, messages and calls."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l

WORDS: dict[str, tuple[Any, Any]] = {
    "message.unknown": (_l("There is no such message"), _l("See the list of messages.")),
    "message.not_draft": (
        _l("This message is no draft any longer"),
        _l("It is scheduled or has begun. Take it back or stop it first. Nothing was changed."),
    ),
    "message.begun": (
        _l("This message has begun already"),
        _l("It can be stopped: who has not got it yet gets none."),
    ),
    "message.not_running": (_l("This message does not run"), _l("There is nothing to stop.")),
    "message.nobody": (
        _l("This message is for nobody"),
        _l("Nobody is found by its filter now. Nothing was sent."),
    ),
    "message.many_tests": (
        _l("That is enough of tests"),
        _l("At most %(most)s tests of one message are sent."),
    ),
    "message.author_gone": (_l("The account of its author is disabled"), _l("The message was stopped.")),
    "message.right_ended": (_l("Its author may no longer write to these people"), _l("The message was stopped.")),
    "call.unknown": (_l("There is no such line"), _l("See the list of who is to be told by phone.")),
    "call.no_mail": (_l("There is no such mail"), _l("See the history of the registration.")),
    "call.told": (
        _l("Somebody has ticked this off already"),
        _l("This person was told meanwhile. Nothing was changed."),
    ),
    "kept_mail.unknown": (_l("There is no such file"), _l("See the list of the mails that are kept as files.")),
    "mail.unknown": (_l("There is no such mail"), _l("See the list of all mails.")),
    "mail.not_failed": (
        _l("This mail has not failed"),
        _l("It is sent without asking, or has been sent already. Nothing was changed."),
    ),
    "mail.not_waiting": (
        _l("This mail no longer waits"),
        _l("It was sent, is being sent at this moment, or was given up before. Nothing was changed."),
    ),
    "mail.address_not_marked": (_l("This address takes mail"), _l("Nothing was changed.")),
}

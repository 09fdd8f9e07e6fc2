"""What is said when something is refused about accounts and rights."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l

WORDS: dict[str, tuple[Any, Any]] = {
    "account.unknown": (_l("There is no such account"), _l("Check the e-mail address.")),
    "account.last_administrator": (
        _l("This is the last administrator"),
        _l(
            "Somebody must be able to give rights. Give another active account the right of an administrator first, "
            "without an end. Nothing was changed."
        ),
    ),
    "account.disabled": (_l("This account is disabled"), _l("Enable it first. Nothing was changed.")),
    "account.enabled": (_l("This account is enabled already"), _l("Nothing was changed.")),
    "account.no_such_right": (_l("This account has no such right"), _l("Perhaps it was taken already.")),
    "account.no_such_sign_in": (_l("This browser is not signed in"), _l("Perhaps it was signed out already.")),
    "account.link_used": (
        _l("This link was used already"),
        _l("It works once. If you need to choose another password, ask for a new link at the sign-in."),
    ),
    "account.password_wrong": (_l("This is not your password"), _l("Please type it again.")),
    "account.password_long": (_l("This password is too long"), _l("Give at most %(longest)s characters.")),
    "account.password_guessable": (
        _l("This password is easily guessed"),
        _l("It holds your e-mail address. Choose another one."),
    ),
    "second_factor.wrong_code": (
        _l("This code is wrong"),
        _l("Type the one that the app shows now. Is the clock of your phone right?"),
    ),
    "second_factor.none": (_l("This account has no second factor"), _l("Nothing was changed.")),
    "second_factor.needed": (
        _l("Your rights need a second factor"),
        _l("You can set up another app in its place. Nothing was changed."),
    ),
    "second_factor.own": (
        _l("Nobody removes her own second factor here"),
        _l("Ask another administrator, or do it on the page of your account. Nothing was changed."),
    ),
    "account.password_short": (
        _l("This password is too short"),
        _l("Give at least %(shortest)s characters."),
    ),
    "actor.forbidden": (
        _l("Your account may not do this"),
        _l("Ask the national office if you need this right."),
    ),
    "actor.out_of_reach": (_l("There is no such page"), _l("Check the address, or go back to the front page.")),
}

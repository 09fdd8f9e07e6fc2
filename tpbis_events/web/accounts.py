"""Organizers sign in by Flask-Security (argon2). `acting()` is who acts in this request."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask import Flask, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l
from flask_security import Security, SQLAlchemyUserDatastore, auth_required, current_user
from flask_security.forms import LoginForm
from flask_security.utils import validate_redirect_url
from flask_security.views import login
from wtforms import Field

from tpbis_events.foundation.database import db
from tpbis_events.foundation.transaction import transaction
from tpbis_events.people.actor import Act, Actor, actor_of
from tpbis_events.people.model import Account, Grant
from tpbis_events.web.guards import limiter

LIMIT_OF_GUESSES = "20 per minute"
# Flask-Security has no Indonesian, so what its sign-in may say comes from our own catalogue.
_WORDS = {
    "GENERIC_AUTHN_FAILED": (_l("The e-mail address or the password is wrong. Please try again."), "error"),
    "UNAUTHENTICATED": (_l("Please sign in first."), "info"),
    "UNAUTHORIZED": (_l("Your account may not do this"), "error"),
    "ANONYMOUS_USER_REQUIRED": (_l("You are signed in already."), "info"),
}

security = Security()


class Accounts(SQLAlchemyUserDatastore):
    """Flask-Security's door to the accounts. Signing in reads; the only thing that it may write is a password hashed anew."""

    def put(self, model: Any) -> Any:
        """Keep the new hash of a password whose old one was made with weaker settings: a transaction of its own.

        The password was checked before, so no lock is held during the slow arithmetic of a guess.
        """
        account_id, password = model.id, model.password
        db.session.rollback()
        with transaction():
            db.session.get_one(Account, account_id).password = password
        return model

    def commit(self) -> None:
        """Flask-Security says commit after every request of its own, also when nothing changed."""
        db.session.commit()


class SignIn(LoginForm):
    """E-mail and password. An office computer is shared: no sign-in is remembered beyond the browser's session."""

    remember = None  # type: ignore[assignment]

    def validate_next(self, field: Field) -> None:
        """A place elsewhere is forgotten, not an error: who signs in goes to her own first page."""
        if field.data and not validate_redirect_url(field.data):
            field.data = ""


def init_app(app: Flask) -> None:
    app.config.update({f"SECURITY_MSG_{name}": words for name, words in _WORDS.items()})
    app.config.update(
        SECURITY_POST_LOGIN_VIEW="own_first_page",
        SECURITY_POST_LOGOUT_VIEW="public.home.show",
        SECURITY_FRESHNESS=timedelta(-1),  # no page asks for the password a second time, so there is no /verify
        SECURITY_CLI_USERS_NAME=None,  # `flask accounts` opens accounts, by commands
        SECURITY_CLI_ROLES_NAME=None,
    )
    security.init_app(app, Accounts(db, Account, Grant), login_form=SignIn)
    app.add_url_rule("/office/begin", "own_first_page", own_first_page)
    app.view_functions["security.login"] = sign_in


@limiter.limit(lambda: LIMIT_OF_GUESSES, methods=["POST"], deduct_when=lambda answer: answer.status_code != 302)
def sign_in() -> ResponseReturnValue:
    """Flask-Security's own page; only what fails counts as a guess."""
    answer: ResponseReturnValue = login()
    return answer


@auth_required("session")
def own_first_page() -> ResponseReturnValue:
    """After signing in: the office, or for those at the door the door."""
    office = acting().may_somewhere(Act.SEE_OFFICE)
    return redirect(url_for("office.home.show" if office else "door.home.show"), 303)


def acting() -> Actor:
    """The signed-in organizer as an actor. Pages of the office demand a sign-in before they ask."""
    return actor_of(current_user)

"""Organizers sign in by Flask-Security (argon2), and by a second step where they have one. `acting()` is who acts here."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from flask import Flask, current_app, flash, redirect, request, session, url_for
from flask.typing import ResponseReturnValue, ResponseValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import user_logged_out  # type: ignore[import-untyped]
from flask_security import Security, SQLAlchemyUserDatastore, auth_required, current_user
from flask_security.forms import LoginForm
from flask_security.tf_plugin import TfPlugin
from flask_security.utils import _get_post_login_redirect, login_user, set_request_attr, validate_redirect_url
from flask_security.views import login
from wtforms import Field

from tpbis_events.foundation import clock, logs
from tpbis_events.foundation.database import db
from tpbis_events.foundation.transaction import transaction
from tpbis_events.people import accounts
from tpbis_events.people.actor import Act, Actor, actor_of
from tpbis_events.people.model import Account, Grant
from tpbis_events.people.rights import lacks_second_factor
from tpbis_events.people.sign_in import begin_sign_in, end_this
from tpbis_events.web import pending
from tpbis_events.web.browsers import browser_of
from tpbis_events.web.guards import limiter

LIMIT_OF_GUESSES = "20 per minute"
# Pages that may be seen without the second factor that an account lacks: those of everybody, and those where it is set up.
WITHOUT_SECOND_FACTOR = frozenset({"public", "my", "account", "security", "static", "health", "bounces"})
KEY = "sign_in"  # what the cookie holds of a sign-in
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


class SecondStep(TfPlugin):
    """Where Flask-Security asks what comes after the right password, here is the answer."""

    def tf_enter(
        self, user: Any, remember_me: bool | None, primary_authn_via: str, next_loc: str | None
    ) -> ResponseValue:
        """Whoever has a second factor is asked for it; the others are signed in."""
        goes_to = _get_post_login_redirect()  # never to another site
        if user.totp_key is not None:
            pending.begin(user.id, goes_to)
            return redirect(url_for("account.codes.enter"))
        enter(user.id)
        return redirect(goes_to)


def init_app(app: Flask) -> None:
    app.config.update({f"SECURITY_MSG_{name}": words for name, words in _WORDS.items()})
    app.config.update(
        SECURITY_POST_LOGIN_VIEW="own_first_page",
        SECURITY_POST_LOGOUT_VIEW="public.home.show",
        SECURITY_FRESHNESS=timedelta(-1),  # pages that need the password again ask for it in their own form
        SECURITY_CLI_USERS_NAME=None,  # `flask accounts` opens accounts, by commands
        SECURITY_CLI_ROLES_NAME=None,
    )
    security.init_app(app, Accounts(db, Account, Grant), login_form=SignIn)
    security.two_factor_plugins = SecondStep()
    app.login_manager.user_loader(_signed_in)  # type: ignore[attr-defined]
    user_logged_out.connect(_forget_key, app)
    app.before_request(_second_factor_first)
    app.add_url_rule("/office/begin", "own_first_page", own_first_page)
    app.view_functions["security.login"] = sign_in


@limiter.limit(lambda: LIMIT_OF_GUESSES, methods=["POST"], deduct_when=lambda answer: answer.status_code != 302)
def sign_in() -> ResponseReturnValue:
    """Flask-Security's own page; only what fails counts as a guess."""
    answer: ResponseReturnValue = login()
    return answer


def enter(account_id: int) -> None:
    """Sign an account in on this browser. Who calls this has seen all the proof that is needed."""
    pending.end()
    session[KEY] = begin_sign_in(account_id, browser_of(request.user_agent.string))
    login_user(db.session.get_one(Account, account_id))
    logs.event("account.signed_in", account=account_id)


def own_key() -> str:
    """The key of this browser's sign-in."""
    return str(session.get(KEY, ""))


def sign_ins_since() -> datetime:
    """A sign-in that began before this moment is over."""
    return clock.now() - timedelta(hours=current_app.config["SIGN_IN_HOURS"])


@auth_required("session")
def own_first_page() -> ResponseReturnValue:
    """After signing in: the first of these that her rights open; who has none now sees why on the page of her account."""
    by = acting()
    firsts = (
        (Act.SEE_ROSTER, "office.home.show"),
        (Act.MANAGE_ACCOUNTS, "office.accounts.index"),
        (Act.SEE_DOOR, "door.home.show"),
    )
    place = next((endpoint for act, endpoint in firsts if by.may_somewhere(act)), "account.own.show")
    return redirect(url_for(place), 303)


def demand_sign_in() -> ResponseReturnValue | None:
    """Before a page: sign in first, and come back to this place."""
    if current_user.is_authenticated:
        return None
    place = request.script_root + request.full_path.removesuffix("?") if request.method == "GET" else None
    return redirect(url_for("security.login", next=place), 303)


def acting() -> Actor:
    """The signed-in organizer as an actor. Pages of the office demand a sign-in before they ask."""
    return actor_of(current_user)


def _signed_in(uniquifier: str) -> Account | None:
    """Whom a cookie signs in: by its sign-in's key as well, so that a sign-in that was ended opens nothing."""
    account = accounts.signed_in(uniquifier, own_key(), sign_ins_since()) if KEY in session else None
    if account is not None:
        set_request_attr("fs_authn_via", "session")
        set_request_attr("fs_paa", session.get("fs_paa", 0))
    return account


def _forget_key(_app: Flask, **_more: Any) -> None:
    if key := session.pop(KEY, None):
        end_this(key)


def _second_factor_first() -> ResponseReturnValue | None:
    """Whoever must have a second factor and has none is led to where she sets it up."""
    audience = (request.endpoint or "static").split(".")[0]
    if audience in WITHOUT_SECOND_FACTOR or not current_user.is_authenticated:
        return None
    if not lacks_second_factor(current_user, clock.now()):
        return None
    flash(_("Your rights need a second factor. Please set it up first."), "warning")
    return redirect(url_for("account.second_factor.show"), 303)

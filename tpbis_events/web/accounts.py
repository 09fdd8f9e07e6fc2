"""Organizers sign in by Flask-Security (argon2). `acting()` is who acts in this request."""

from __future__ import annotations

from typing import Any

from flask import Flask, request
from flask_security import Security, SQLAlchemyUserDatastore, current_user

from tpbis_events.foundation.database import db
from tpbis_events.foundation.transaction import begin_writing
from tpbis_events.people.actor import Actor, actor_of
from tpbis_events.people.model import Account, Grant
from tpbis_events.web.guards import limiter

LIMIT_OF_GUESSES = "20 per minute"

security = Security()


class Accounts(SQLAlchemyUserDatastore):
    """Flask-Security's door to the accounts."""

    def commit(self) -> None:
        """Flask-Security says commit after every request of its own, also when nothing changed."""
        db.session.commit()


def init_app(app: Flask) -> None:
    security.init_app(app, Accounts(db, Account, Grant))
    app.before_request(_let_account_pages_write)
    app.view_functions["security.login"] = limiter.limit(
        LIMIT_OF_GUESSES, methods=["POST"], deduct_when=lambda answer: answer.status_code != 302
    )(app.view_functions["security.login"])


def acting() -> Actor:
    """The signed-in organizer as an actor. Pages of the office demand a sign-in before they ask."""
    return actor_of(current_user)


def _let_account_pages_write() -> Any:
    """Flask-Security writes by itself (a password hashed anew): its POST requests are one write of their own."""
    if request.blueprint == "security" and request.method == "POST":
        begin_writing()

"""Choose a password by the link of a mail, and ask for such a link; the answer is the same for every address."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import PasswordField, StringField

from tpbis_events.foundation.errors import Refusal
from tpbis_events.people.account_links import LIFE_OF_RECOVERY, open_link
from tpbis_events.people.choose_password import choose_password
from tpbis_events.people.passwords import SHORTEST_PASSWORD
from tpbis_events.people.send_link import PAUSE, ask_link
from tpbis_events.web.account import beside
from tpbis_events.web.guards import limiter
from tpbis_events.web.languages import language

page = Blueprint("passwords", __name__)

LIMIT = "10 per minute; 100 per hour"  # of one client; a whole office may share its network address


class AskForm(FlaskForm):
    email = StringField(_l("E-mail address"), description=_l("The one that you sign in with."))


class ChooseForm(FlaskForm):
    password = PasswordField(_l("New password"))
    again = PasswordField(_l("The same once more"))


@page.route("/office/forgotten", methods=["GET", "POST"])
@limiter.limit(lambda: LIMIT, methods=["POST"])
def ask() -> ResponseReturnValue:
    form = AskForm()
    if form.validate_on_submit():
        if (form.email.data or "").strip():
            ask_link(form.email.data or "", language())
            return redirect(url_for(".asked"), 303)
        form.email.errors = [_("Give your e-mail address.")]
    return render_template("account/passwords/ask.html", form=form), 422 if form.email.errors else 200


@page.get("/office/forgotten/asked")
def asked() -> str:
    """What happens next. It names no address, and is there for everybody."""
    return render_template(
        "account/passwords/asked.html",
        hours=int(LIFE_OF_RECOVERY.total_seconds() // 3600),
        minutes=int(PAUSE.total_seconds() // 60),
    )


@page.route("/office/password/<token>", methods=["GET", "POST"])
def choose(token: str) -> ResponseReturnValue:
    """Opening the link changes nothing; it is used up when the password is chosen."""
    account = open_link(token)
    form, status = ChooseForm(), 200
    if form.validate_on_submit():
        if form.password.data != form.again.data:
            form.again.errors, status = [_("The two are not the same.")], 422
        else:
            try:
                choose_password(token, form.password.data or "")
            except Refusal as no:
                status = beside.put(no, form)
                account = open_link(token)
            else:
                flash(_("Your password is chosen. Please sign in with it."), "success")
                return redirect(url_for("security.login"), 303)
    return render_template(
        "account/passwords/choose.html", form=form, token=token, account=account, shortest=SHORTEST_PASSWORD
    ), status

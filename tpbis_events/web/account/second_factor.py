"""The own second factor: set it up with an app, get new recovery codes, do without it again."""

from __future__ import annotations

import segno
from flask import Blueprint, flash, redirect, render_template, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_security import current_user
from flask_wtf import FlaskForm
from wtforms import PasswordField, StringField

from tpbis_events.foundation import clock
from tpbis_events.foundation.codes import grouped
from tpbis_events.foundation.errors import Refusal
from tpbis_events.people import second_factor, totp
from tpbis_events.people.rights import needs_second_factor
from tpbis_events.web.account import beside
from tpbis_events.web.account.own import LIMIT_OF_GUESSES, whose
from tpbis_events.web.accounts import acting, demand_sign_in
from tpbis_events.web.guards import limiter

page = Blueprint("second_factor", __name__)
page.before_request(demand_sign_in)

_DRAFT = "totp_draft"  # the key that the app is shown; it counts when a code from it came back
guesses = limiter.limit(
    lambda: LIMIT_OF_GUESSES, methods=["POST"], key_func=whose, deduct_when=lambda answer: answer.status_code == 422
)


class SetUpForm(FlaskForm):
    code = StringField(_l("Code"), description=_l("The six digits that the app shows now."))
    present = PasswordField(_l("Your password"))


class PasswordForm(FlaskForm):
    present = PasswordField(_l("Your password"))


@page.route("/office/account/second-factor", methods=["GET", "POST"])
@guesses
def show() -> ResponseReturnValue:
    """The app's key waits in the cookie until a code from it came back; the recovery codes are shown this once."""
    form, status = SetUpForm(), 200
    key = session.setdefault(_DRAFT, totp.new_key())
    if form.validate_on_submit():
        try:
            new = second_factor.set_up(current_user.id, key, form.code.data or "", form.present.data or "", by=acting())
        except Refusal as no:
            status = beside.put(no, form)
        else:
            session.pop(_DRAFT)
            return _codes(new)
    picture = segno.make(totp.address(key, current_user.email), error="m", micro=False)
    return render_template(
        "account/second_factor/show.html",
        form=form,
        account=current_user,
        needed=needs_second_factor(current_user, clock.now()),
        qr=picture.svg_data_uri(scale=5, border=3),
        link=totp.address(key, current_user.email),
        key=grouped(key),
    ), status


@page.route("/office/account/recovery-codes", methods=["GET", "POST"])
@guesses
def renew() -> ResponseReturnValue:
    form, status = PasswordForm(), 200
    if form.validate_on_submit():
        try:
            return _codes(second_factor.renew_codes(current_user.id, form.present.data or "", by=acting()))
        except Refusal as no:
            status = beside.put(no, form)
    return render_template("account/second_factor/renew.html", form=form, account=current_user), status


@page.route("/office/account/second-factor/off", methods=["GET", "POST"])
@guesses
def turn_off() -> ResponseReturnValue:
    form, status = PasswordForm(), 200
    if form.validate_on_submit():
        try:
            second_factor.turn_off(current_user.id, form.present.data or "", by=acting())
        except Refusal as no:
            status = beside.put(no, form)
        else:
            flash(_("Your second factor is removed."), "success")
            return redirect(url_for("account.own.show"), 303)
    needed = needs_second_factor(current_user, clock.now())
    return render_template("account/second_factor/turn_off.html", form=form, needed=needed), status


def _codes(new: tuple[str, ...]) -> str:
    return render_template("account/second_factor/codes.html", codes=new)

"""The second step of signing in: a code of the authenticator app, or a recovery code."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from flask_wtf import FlaskForm
from wtforms import StringField

from tpbis_events.foundation import logs
from tpbis_events.foundation.errors import Refusal
from tpbis_events.people.second_factor import use_code
from tpbis_events.web import pending
from tpbis_events.web.accounts import enter as sign_in
from tpbis_events.web.guards import limiter

page = Blueprint("codes", __name__)

LIMIT_OF_GUESSES = "10 per hour"  # for one account, from wherever: a code has a million values and three count


class CodeForm(FlaskForm):
    code = StringField(
        _l("Code"), description=_l("The six digits of your app. Without your phone: one of your recovery codes.")
    )


@page.route("/office/login/code", methods=["GET", "POST"])
@limiter.limit(
    lambda: LIMIT_OF_GUESSES,
    methods=["POST"],
    key_func=lambda: f"code of {pending.account_id()}",
    deduct_when=lambda answer: answer.status_code == 422,
)
def enter() -> ResponseReturnValue:
    """Only for who has just said the right password; what fails counts as a guess."""
    account_id = pending.account_id()
    if account_id is None:
        return redirect(url_for("security.login"), 303)
    form, status = CodeForm(), 200
    if form.validate_on_submit():
        try:
            used = use_code(account_id, form.code.data or "")
        except Refusal as no:
            if no.code != "second_factor.wrong_code":
                pending.end()
                raise
            logs.event("account.code_refused", account=account_id)
            form.code.errors, status = [_("This code is wrong, or was used already. Please type the newest one.")], 422
        else:
            goes_to = pending.goes_to()
            sign_in(account_id)
            if used.by_recovery_code:
                flash(
                    ngettext("%(num)s recovery code is left.", "%(num)s recovery codes are left.", used.left), "warning"
                )
            return redirect(goes_to, 303)
    return render_template("account/codes/enter.html", form=form), status

"""One's own account: its rights, the password, and the browsers that are signed in."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from flask_security import current_user
from flask_wtf import FlaskForm
from wtforms import PasswordField

from tpbis_events.foundation import clock
from tpbis_events.foundation.errors import Refusal
from tpbis_events.people import accounts, sign_in
from tpbis_events.people.choose_password import change_password
from tpbis_events.people.passwords import SHORTEST_PASSWORD
from tpbis_events.people.rights import ZONE, needs_second_factor
from tpbis_events.web import rights
from tpbis_events.web.account import beside
from tpbis_events.web.accounts import acting, demand_sign_in, enter, own_key, sign_ins_since
from tpbis_events.web.guards import limiter

page = Blueprint("own", __name__)
page.before_request(demand_sign_in)

LIMIT_OF_GUESSES = "20 per hour"  # of the present password, by a browser that is signed in
LARGEST_ID = 2**31 - 1


class PasswordForm(FlaskForm):
    present = PasswordField(_l("Present password"))
    password = PasswordField(_l("New password"))
    again = PasswordField(_l("The same once more"))


def whose() -> str:
    """What the limit on guesses counts by."""
    return f"account {current_user.id}" if current_user.is_authenticated else "nobody"


@page.get("/office/account")
def show() -> str:
    """Three queries beside the sign-in."""
    now = clock.now()
    return render_template(
        "account/own/show.html",
        account=current_user,
        grants=sorted(current_user.roles, key=lambda grant: (grant.name, grant.province_code or "")),
        rights=rights,
        now=now,
        factor_needed=needs_second_factor(current_user, now),
        sign_ins=accounts.open_sign_ins(current_user.id, sign_ins_since()),
        own_hash=sign_in.hash_of(own_key()),
        zone=ZONE,
    )


@page.route("/office/account/password", methods=["GET", "POST"])
@limiter.limit(
    lambda: LIMIT_OF_GUESSES, methods=["POST"], key_func=whose, deduct_when=lambda answer: answer.status_code == 422
)
def password() -> ResponseReturnValue:
    """Another password; every other browser is signed out."""
    form, status, account_id = PasswordForm(), 200, current_user.id
    if form.validate_on_submit():
        if form.password.data != form.again.data:
            form.again.errors, status = [_("The two are not the same.")], 422
        else:
            try:
                change_password(account_id, form.present.data or "", form.password.data or "", by=acting())
            except Refusal as no:
                status = beside.put(no, form)
            else:
                enter(account_id)
                flash(_("Your password is changed. All other browsers are signed out."), "success")
                return redirect(url_for(".show"), 303)
    return render_template("account/own/password.html", form=form, shortest=SHORTEST_PASSWORD), status


@page.post("/office/account/sign-ins/<int:sign_in_id>/end")
def end_one(sign_in_id: int) -> ResponseReturnValue:
    sign_in.end_one(current_user.id, min(sign_in_id, LARGEST_ID), by=acting())
    flash(_("That browser is signed out."), "success")
    return redirect(url_for(".show"), 303)


@page.post("/office/account/sign-ins/end-others")
def end_others() -> ResponseReturnValue:
    ended = sign_in.end_others(current_user.id, own_key(), by=acting())
    flash(ngettext("%(num)s browser is signed out.", "%(num)s browsers are signed out.", ended), "success")
    return redirect(url_for(".show"), 303)

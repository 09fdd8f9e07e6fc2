"""What an administrator does to one account: give and take rights, disable, sign out, send the link again."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from tpbis_events.foundation.errors import Invalid
from tpbis_events.people import second_factor, sign_in
from tpbis_events.people.disable_account import set_active
from tpbis_events.people.give_right import give_right
from tpbis_events.people.send_link import send_link
from tpbis_events.people.take_right import take_right
from tpbis_events.web.accounts import acting
from tpbis_events.web.office import right_form
from tpbis_events.web.office.accounts import page_of

page = Blueprint("account_acts", __name__)


@page.before_request
def _only_administrators() -> None:
    acting().require_somewhere(right_form.ACT)


@page.post("/office/accounts/<int:account_id>/rights")
def give(account_id: int) -> ResponseReturnValue:
    form = right_form.RightForm()
    if not form.validate():
        return page_of(account_id, form), 422
    try:
        give_right(_bounded(account_id), right_form.read(form), by=acting())
    except Invalid as wrong:
        right_form.put(wrong, form)
        return page_of(account_id, form), 422
    return _done(account_id, _("The right is given."))


@page.post("/office/accounts/<int:account_id>/rights/<int:grant_id>/take")
def take(account_id: int, grant_id: int) -> ResponseReturnValue:
    take_right(_bounded(account_id), _bounded(grant_id), by=acting())
    if acting().may_somewhere(right_form.ACT):
        return _done(account_id, _("The right is taken."))
    flash(_("The right is taken."), "success")  # from herself
    return redirect(url_for("own_first_page"), 303)


@page.post("/office/accounts/<int:account_id>/disable")
def disable(account_id: int) -> ResponseReturnValue:
    set_active(_bounded(account_id), False, by=acting())
    return _done(account_id, _("The account is disabled and signed out everywhere."))


@page.post("/office/accounts/<int:account_id>/enable")
def enable(account_id: int) -> ResponseReturnValue:
    set_active(_bounded(account_id), True, by=acting())
    return _done(account_id, _("The account is enabled."))


@page.post("/office/accounts/<int:account_id>/sign-out")
def sign_out(account_id: int) -> ResponseReturnValue:
    ended = sign_in.end_all(_bounded(account_id), by=acting())
    told = ngettext("%(num)s browser is signed out.", "%(num)s browsers are signed out.", ended)
    return _done(account_id, told)


@page.post("/office/accounts/<int:account_id>/mail-link")
def mail_link(account_id: int) -> ResponseReturnValue:
    send_link(_bounded(account_id), by=acting())
    return _done(account_id, _("A mail with a new link is on its way. Links given out before no longer work."))


@page.post("/office/accounts/<int:account_id>/show-link")
def show_link(account_id: int) -> ResponseReturnValue:
    """Shown in the answer to this click alone, and written down; a reload makes another one."""
    link = send_link(_bounded(account_id), by=acting(), mailed=False)
    return page_of(account_id, right_form.RightForm(formdata=None), link)


@page.post("/office/accounts/<int:account_id>/remove-second-factor")
def remove_second_factor(account_id: int) -> ResponseReturnValue:
    second_factor.remove(_bounded(account_id), by=acting())
    return _done(account_id, _("The second factor is removed, and the account signed out everywhere."))


def _done(account_id: int, told: str) -> ResponseReturnValue:
    flash(told, "success")
    return redirect(url_for("office.accounts.show", account_id=account_id), 303)


def _bounded(number: int) -> int:
    return min(number, right_form.LARGEST_ID)

"""Accounts and their rights, for administrators: the list, one account with its history, and opening one."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import RadioField, StringField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]

from tpbis_events.attendance.presence import names_of
from tpbis_events.audit import log
from tpbis_events.foundation import clock
from tpbis_events.foundation.errors import Invalid
from tpbis_events.people import accounts
from tpbis_events.people.model import Account, Right
from tpbis_events.people.open_account import open_account
from tpbis_events.people.rights import ZONE, label_of, needs_second_factor
from tpbis_events.web import rights
from tpbis_events.web.accounts import acting, sign_ins_since
from tpbis_events.web.office import right_form, words

page = Blueprint("accounts", __name__)

LONGEST_SEARCH = 80


class AccountForm(right_form.RightForm):
    email = StringField(_l("E-mail address"), description=_l("The link to choose a password goes there."))
    name = StringField(_l("Name"))
    language = RadioField(
        _l("Language of the mail"),
        default="id",
        choices=[SelectChoice("id", "Bahasa Indonesia"), SelectChoice("en", "English")],
    )


@page.get("/office/accounts")
def index() -> str:
    """Two queries."""
    search = " ".join(request.args.get("q", "").replace("\0", "").split())[:LONGEST_SEARCH]
    right = request.args.get("right", "")
    province = request.args.get("province", "")
    asked: dict[str, Any] = {"q": search, "right": right, "province": province}
    asked = {name: value for name, value in asked.items() if value}
    found = accounts.page_of(
        by=acting(),
        search=search,
        right=Right(right) if right in set(Right) else None,
        province=province[:2],
        after=request.args.get("after", "").replace("\0", "")[:320],
    )
    return render_template(
        "office/accounts/index.html",
        accounts=found.accounts,
        rights=rights,
        now=clock.now(),
        asked=asked,
        provinces=right_form.province_choices(_("All provinces")),
        first_url=url_for(".index", **asked) if "after" in request.args else None,
        next_url=url_for(".index", after=found.next_after, **asked) if found.next_after else None,
    )


@page.get("/office/accounts/<int:account_id>")
def show(account_id: int) -> str:
    """Six queries: the account, its rights and sign-ins, its history and who wrote it."""
    return page_of(account_id, right_form.RightForm(formdata=None))


@page.route("/office/accounts/open", methods=["GET", "POST"])
def open_() -> ResponseReturnValue:
    """The person chooses her password herself, by the link that is mailed to her."""
    by = acting()
    by.require_somewhere(right_form.ACT)
    form = AccountForm()
    status = 422 if form.is_submitted() else 200
    if form.validate_on_submit():
        try:
            new = right_form.read(form)
            opened = open_account(
                form.email.data or "", form.name.data or "", [new], by=by, language=form.language.data
            )
        except Invalid as wrong:
            right_form.put(wrong, form)
        else:
            told = _("The account is open, and a mail with the link to choose a password is on its way.")
            known = _("There is such an account already. Nothing was changed; here it is.")
            flash(told if opened.new else known, "success" if opened.new else "info")
            return redirect(url_for(".show", account_id=opened.account_id), 303)
    return render_template("office/accounts/open.html", form=form, about=right_form.about()), status


def page_of(account_id: int, form: right_form.RightForm, link: str = "") -> str:
    """The page of one account; `link` is shown once, to who asked for it."""
    by, now = acting(), clock.now()
    account = accounts.by_id(min(account_id, right_form.LARGEST_ID), by=by)
    history = log.about(label_of(account.id))
    return render_template(
        "office/accounts/show.html",
        account=account,
        own=by.label == label_of(account.id),
        state=state_of(account),
        grants=sorted(account.roles, key=lambda grant: (grant.name, grant.province_code or "")),
        rights=rights,
        now=now,
        factor_needed=needs_second_factor(account, now),
        sign_ins=accounts.open_sign_ins(account.id, sign_ins_since()),
        history=list(reversed(history)),
        names=names_of([entry.actor for entry in history]),
        words=words,
        form=form,
        about=right_form.about(),
        link=link,
        zone=ZONE,
    )


def state_of(account: Account) -> tuple[str, str]:
    """Kind of badge, and words."""
    if not account.active:
        return "closed", _("Disabled")
    return ("valid", _("Active")) if account.password else ("waiting", _("No password chosen yet"))

"""The invitations into one session: made, listed with how far each is used, taken back."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any

from flask import Blueprint, flash, redirect, render_template, url_for
from flask import session as browser
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import RadioField, SelectField, StringField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]

from tpbis_events.foundation import clock
from tpbis_events.foundation.errors import Invalid, NotFound
from tpbis_events.people.actor import Act
from tpbis_events.places.local_time import at_local
from tpbis_events.places.zones import zone_info, zone_name
from tpbis_events.programmes.model import Quota, Role, Session, WayIn
from tpbis_events.programmes.registration_window import closes_at
from tpbis_events.registrations import invitations
from tpbis_events.registrations import roster as rosters
from tpbis_events.registrations.invitations import Standing, Used
from tpbis_events.registrations.invite import MOST_PLACES, Guest, invite, revoke
from tpbis_events.registrations.model import InvitationKind
from tpbis_events.web.accounts import acting
from tpbis_events.web.languages import language
from tpbis_events.web.office import words
from tpbis_events.web.presentation import in_language

page = Blueprint("invitations", __name__)

KINDS: dict[str, Any] = {
    InvitationKind.PERSONAL.value: _l("A person"),
    InvitationKind.OFFICE.value: _l("An office, with several places"),
    InvitationKind.NOMINATION.value: _l("An agency or a country that nominates"),
}
LANGUAGES = {"id": "Bahasa Indonesia", "en": "English"}
STANDINGS: dict[str, Any] = {
    Standing.OPEN.value: _l("Open"),
    Standing.USED_UP.value: _l("Used up"),
    Standing.EXPIRED.value: _l("Ended"),
    Standing.REVOKED.value: _l("Taken back"),
}
PROBLEMS: dict[str, Any] = {
    "text.missing": _l("Say who is invited."),
    "email.wrong": _l("This is not a complete e-mail address. It looks like name@example.id."),
    "invitation.places": _l("Give a whole number from 1 to %(most)s.", most=MOST_PLACES),
    "invitation.expiry": _l("Give a moment that lies ahead, and before registration closes."),
    "invitation.kind": _l("In a role by nomination an agency or a country nominates; in other roles nobody does."),
}
_MADE = "invitation made"  # whose link is shown once, to who made it


class InvitationForm(FlaskForm):
    kind = RadioField(
        _l("Who is invited"),
        default=InvitationKind.PERSONAL.value,
        choices=[SelectChoice(*each) for each in KINDS.items()],
    )
    quota = SelectField(_l("Role"))
    name = StringField(_l("Name"), description=_l("Of the person, the office, the agency or the country."))
    email = StringField(
        _l("E-mail address"), description=_l("The link is sent there. Without one, hand it on yourself.")
    )
    language = RadioField(_l("Language"), default="id", choices=[SelectChoice(*each) for each in LANGUAGES.items()])
    places = StringField(
        _l("Places"),
        default="1",
        description=_l("How many may come. Who nominates may name as many again as reserves; a person has one place."),
    )
    until_date = StringField(_l("Valid until: date"))
    until_time = StringField(_l("Valid until: time"))


@page.route("/office/events/<event>/sessions/<session>/invitations", methods=["GET", "POST"])
def index(event: str, session: str) -> ResponseReturnValue:
    """Whoever may not invite in the session's province finds nothing here."""
    by = acting()
    row = rosters.session_of(event, session, by=by, act=Act.INVITE)
    form = _form(row)
    if form.validate_on_submit():
        try:
            outcome = invite(int(form.quota.data), _guest(form), expires_at=_until(form, row.zone), by=by)
        except Invalid as wrong:
            _show(form, wrong.problems)
            row = rosters.session_of(event, session, by=by, act=Act.INVITE)
        else:
            browser[_MADE] = outcome.invitation_id
            return redirect(url_for(".index", event=event, session=session), 303)
    else:
        for name in form.errors:  # only what isn't among the choices
            form[name].errors = [_("Choose one.")]
    used = invitations.of_session(row.id, by=by)
    now = clock.now()
    page = render_template(
        "office/invitations/index.html",
        session=row,
        event=row.event,
        form=form,
        rows=[(each, each.standing(now).value) for each in used],
        kinds=KINDS,
        standings=STANDINGS,
        zone_name=zone_name(row.zone, now, language()),
        may_invite=now < closes_at(row),
        made=_just_made(used),
    )
    return page, 422 if form.errors else 200


@page.post("/office/events/<event>/sessions/<session>/invitations/<int:invitation>/take-back")
def take_back(event: str, session: str, invitation: int) -> ResponseReturnValue:
    """Nobody comes by it any longer; who came by it stays."""
    by = acting()
    row = rosters.session_of(event, session, by=by, act=Act.INVITE)
    name = next(
        (u.invitation.name for u in invitations.of_session(row.id, by=by) if u.invitation.id == invitation), None
    )
    if name is None:
        raise NotFound("invitation.unknown")
    revoke(invitation, by=by)
    flash(_("The invitation of %(name)s is taken back. Who registered by it stays registered.", name=name), "success")
    return redirect(url_for(".index", event=event, session=session), 303)


def _form(row: Session) -> InvitationForm:
    """The questions; an invitation ends with registration unless somebody says otherwise."""
    closes = closes_at(row).astimezone(zone_info(row.zone))
    form = InvitationForm(data={"until_date": f"{closes:%Y-%m-%d}", "until_time": f"{closes:%H:%M}"})
    quotas: list[Quota] = sorted(row.quotas, key=lambda quota: (quota.role.sort, quota.role_id))
    form.quota.choices = [(str(quota.id), _role(quota.role)) for quota in quotas]
    return form


def _role(role: Role) -> str:
    """Its name, and its way in where that isn't open to everybody: it decides who can be invited, and what for."""
    name = in_language(role, "name")
    return name if role.way_in is WayIn.OPEN else f"{name} ({words.WAYS_IN[role.way_in.value]})"


def _guest(form: InvitationForm) -> Guest:
    places = (form.places.data or "").strip()
    return Guest(
        kind=InvitationKind(form.kind.data),
        name=form.name.data or "",
        email=form.email.data or "",
        language=form.language.data,
        places=int(places) if places.isascii() and places.isdigit() and len(places) <= 6 else 0,
    )


def _until(form: InvitationForm, zone: str) -> datetime:
    """The moment that was typed, by the session's clocks; one that can't be read has passed, and is refused as such."""
    try:
        day = date.fromisoformat((form.until_date.data or "").strip())
        hour = time.fromisoformat((form.until_time.data or "").strip().replace(".", ":"))
        return at_local(day, hour, zone)
    except (ValueError, OverflowError):
        return clock.now()


def _show(form: InvitationForm, problems: dict[str, str]) -> None:
    names = {"expires_at": "until_date"}
    for field, code in problems.items():
        form[names.get(field, field)].errors = [str(PROBLEMS.get(code, PROBLEMS["text.missing"]))]


def _just_made(used: list[Used]) -> tuple[Used, str] | None:
    """The invitation that this browser has just made, with its address; asked a second time there is none."""
    made = browser.pop(_MADE, None)
    for each in used:
        if each.invitation.id == made:
            return each, invitations.address_of(each.invitation, each.invitation.language)
    return None

"""A focal point's page: the places of her agency, the names that she proposed, one more to propose, one to withdraw.

Whoever holds the link may do this; a GET changes nothing, since mail programs open links before people do.
"""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import TextAreaField

from tpbis_events.foundation import clock
from tpbis_events.foundation.codes import read_back
from tpbis_events.foundation.errors import Gone, NotFound, Refusal
from tpbis_events.people.actor import nominator
from tpbis_events.programmes.registration_window import opens_at, window, withdrawal_ends_at
from tpbis_events.registrations import rules, ways
from tpbis_events.registrations.cancel import cancel
from tpbis_events.registrations.invitations import in_order, nominated_by, open_invitation
from tpbis_events.registrations.model import LIVE, Invitation, InvitationKind, Registration
from tpbis_events.registrations.register import Registered
from tpbis_events.web.public import steps, told, ways_in
from tpbis_events.web.public.invitations import kept_nowhere
from tpbis_events.web.public.steps import Way

page = Blueprint("nominations", __name__)
page.after_request(kept_nowhere)


class WithdrawForm(FlaskForm):
    """One question, and nobody has to answer it. No CSRF token: the link itself is the authority."""

    class Meta:
        csrf = False

    reason = TextAreaField(_l("Reason"), description=_l("The person and the organizer read it."))


@page.get("/nominations/<token>")
def show(token: str) -> str:
    """What became of each name, in her order; `proposed` and `withdrawn` say what has just been done."""
    invitation = _nomination(token)
    session, now = invitation.quota.session, clock.now()
    proposed = nominated_by(invitation)
    names = in_order(invitation, proposed)
    return render_template(
        "public/nominations/show.html",
        **_facts(invitation, token),
        names=names,
        room=max(0, ways.room(invitation) - names.live),
        ended=now >= invitation.expires_at,
        state=window(session, now),
        opens_at=opens_at(session),
        may_withdraw=now < withdrawal_ends_at(session),
        just_proposed=_among(proposed, request.args.get("proposed", "")),
        just_withdrawn=_among(proposed, request.args.get("withdrawn", "")),
    )


@page.route("/nominations/<token>/propose", methods=["GET", "POST"])
def propose(token: str) -> ResponseReturnValue:
    """The questions of a registration, about somebody else; whoever answers them never gets that person's own link."""
    address = url_for(".propose", token=token)

    def landing(outcome: Registered, _filled_up: bool) -> str:
        return url_for(".show", token=token, proposed=outcome.reference)

    def way() -> Way:
        invitation = _nomination(token)
        return Way(invitation.quota, address, landing, invitation)

    return steps.go(way)


@page.route("/nominations/<token>/withdraw/<reference>", methods=["GET", "POST"])
def withdraw(token: str, reference: str) -> ResponseReturnValue:
    """Ask whether it is meant; then the name is withdrawn, and a seat that it had goes on."""
    invitation = _nomination(token)
    registration = _among(nominated_by(invitation), reference)
    if registration is None:
        raise NotFound("registration.unknown")
    if registration.state not in LIVE:
        raise Refusal(f"registration.already_{registration.state.value}")
    if clock.now() >= withdrawal_ends_at(invitation.quota.session):
        raise Refusal("session.has_begun")
    form = WithdrawForm()
    if request.method == "POST" and request.form.get("step") == "confirm":
        reason = rules.plain(form.reason.data or "", rules.LONGEST_REASON + 1)
        if len(reason) <= rules.LONGEST_REASON:
            cancel(registration.id, by=nominator(invitation.id), reason=reason)
            return redirect(url_for(".show", token=token, withdrawn=reference), 303)
        form.reason.errors = [_("Give the reason in at most 500 characters; nothing was cut.")]
    page = render_template(
        "public/nominations/withdraw.html", **_facts(invitation, token), registration=registration, form=form
    )
    return page, 422 if form.reason.errors else 200


def _nomination(token: str) -> Invitation:
    """The nomination that a token opens, also after its end; one that was taken back shows nothing any more."""
    invitation = open_invitation(token)
    if invitation.kind is not InvitationKind.NOMINATION:
        raise NotFound("invitation.unknown")
    if invitation.revoked_at:
        raise Gone("invitation.revoked")
    return invitation


def _among(proposed: list[Registration], reference: str) -> Registration | None:
    wanted = read_back(reference[:40])
    return next((each for each in proposed if each.reference == wanted), None)


def _facts(invitation: Invitation, token: str) -> dict[str, object]:
    session, role = invitation.quota.session, invitation.quota.role
    return {
        "token": token,
        "invitation": invitation,
        "session": session,
        "event": session.event,
        "role": role,
        "dates": told.dates(session),
        "hours": told.hours(session),
        "city": told.city(session),
        "province": told.province_name(session),
        "limits": ways_in.limits(role),
    }

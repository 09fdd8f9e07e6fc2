"""An invitation's link: who is invited, into what, until when; and the form of a registration below it."""

from __future__ import annotations

from flask import Blueprint, Response, url_for
from flask.typing import ResponseReturnValue

from tpbis_events.foundation.errors import NotFound
from tpbis_events.registrations.invitations import open_invitation
from tpbis_events.registrations.model import InvitationKind
from tpbis_events.web.public import steps
from tpbis_events.web.public.register import own_page
from tpbis_events.web.public.steps import Way

page = Blueprint("invitations", __name__)


@page.route("/invitations/<token>", methods=["GET", "POST"])
def form(token: str) -> ResponseReturnValue:
    """Session and role are the invitation's own, so nothing that a form says leads anywhere else."""
    return steps.go(lambda: _way(token))


@page.after_request
def kept_nowhere(answer: Response) -> Response:
    """The page bears a name, and its address is an authority: no cache keeps it, no search engine shows it."""
    answer.headers["Cache-Control"] = "no-store"
    answer.headers["X-Robots-Tag"] = "noindex"
    return answer


def _way(token: str) -> Way:
    invitation = open_invitation(token)
    if invitation.kind is InvitationKind.NOMINATION:
        raise NotFound("invitation.unknown")
    return Way(invitation.quota, url_for("public.invitations.form", token=token), own_page, invitation)

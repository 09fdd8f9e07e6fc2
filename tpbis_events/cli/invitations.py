"""`flask invitations`: make the link of an invitation or nomination, list them, take one back."""

from __future__ import annotations

from datetime import datetime

import click

from tpbis_events.cli import named
from tpbis_events.cli.group import OfficeGroup
from tpbis_events.people.actor import COMMAND_LINE
from tpbis_events.places.local_time import at_local, format_datetime
from tpbis_events.registrations import invitations, invite
from tpbis_events.registrations.invite import Guest
from tpbis_events.registrations.model import InvitationKind
from tpbis_events.registrations.rules import LANGUAGES

group = OfficeGroup("invitations", help="Invitations and nominations into a role of a session.")


@group.command()
@named.place
@click.option("--kind", type=click.Choice([kind.value for kind in InvitationKind]), required=True)
@click.option("--name", required=True, help="The person, office, agency or country that is invited.")
@click.option("--email", default="", help="The link is mailed there; without it, hand on what is printed here.")
@click.option("--language", type=click.Choice(LANGUAGES), default="id", show_default=True)
@click.option("--places", type=int, default=1, show_default=True)
@click.option("--until", type=click.DateTime(["%Y-%m-%dT%H:%M"]), required=True, help="In the session's local time.")
def make(
    event: str, session: str, role: str, kind: str, name: str, email: str, language: str, places: int, until: datetime
) -> None:
    """Invite: invitations make ksp-2026 jakarta speaker --kind personal --name "..." --until 2026-12-01T16:00."""
    quota = named.quota(event, session, role)
    expires_at = at_local(until.date(), until.time(), quota.session.zone)
    guest = Guest(InvitationKind(kind), name, email, language, places)
    outcome = invite.invite(quota.id, guest, expires_at=expires_at, by=COMMAND_LINE)
    click.echo(f"{outcome.invitation_id}\t{outcome.address}")


@group.command()
@click.argument("invitation_id", type=int)
def revoke(invitation_id: int) -> None:
    """Take an invitation back; who came by it stays."""
    invite.revoke(invitation_id, by=COMMAND_LINE)
    click.echo(f"{invitation_id}: taken back")


@group.command("list")
@click.argument("event")
@click.argument("session")
def list_(event: str, session: str) -> None:
    """One line each, newest first: id, kind, role, how many of its places are used, until when, name."""
    row = named.session(event, session)
    for each in invitations.of_session(row.id, by=COMMAND_LINE):
        one = each.invitation
        until = "taken back" if one.revoked_at else f"until {format_datetime(one.expires_at, row.zone, 'en')}"
        click.echo(
            f"{one.id}\t{one.kind}\t{one.quota.role.slug}\t{each.used} of {one.places} used\t{until}\t{one.name}"
        )

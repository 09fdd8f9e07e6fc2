"""`flask seats`: add seats to a role in a session, or take free ones away."""

from __future__ import annotations

import click
from sqlalchemy import select

from tpbis_events.cli.group import OfficeGroup
from tpbis_events.foundation.database import db
from tpbis_events.people.actor import COMMAND_LINE
from tpbis_events.programmes.model import Event, Quota, Role, Session
from tpbis_events.registrations.change_seats import SeatsChanged, add_seats, remove_seats

group = OfficeGroup("seats", help="Seats of a role in a session.")


def _which(command: click.decorators.FC) -> click.decorators.FC:
    for decorate in (
        click.option("--reason", required=True, help="Why; the audit log keeps it."),
        click.argument("number", type=int),
        click.argument("role"),
        click.argument("session"),
        click.argument("event"),
    ):
        command = decorate(command)
    return command


@group.command()
@_which
def add(event: str, session: str, role: str, number: int, reason: str) -> None:
    """Add seats: seats add shm-provinsi-2027 bali stakeholder-provinsi 2 --reason "..."."""
    _say(add_seats(_quota_id(event, session, role), number, reason=reason, by=COMMAND_LINE))


@group.command()
@_which
def remove(event: str, session: str, role: str, number: int, reason: str) -> None:
    """Take free seats away."""
    _say(remove_seats(_quota_id(event, session, role), number, reason=reason, by=COMMAND_LINE))


def _quota_id(event: str, session: str, role: str) -> int:
    found = db.session.scalar(
        select(Quota.id)
        .join(Session, Quota.session_id == Session.id)
        .join(Event, Session.event_id == Event.id)
        .join(Role, Quota.role_id == Role.id)
        .where(Event.slug == event, Session.slug == session, Role.slug == role)
    )
    if found is None:
        raise click.ClickException(f"no role {role} in session {session} of event {event}")
    return found


def _say(changed: SeatsChanged) -> None:
    served = f"; seated from the waiting list: {', '.join(changed.served)}" if changed.served else ""
    click.echo(f"{changed.total} seats now{served}")

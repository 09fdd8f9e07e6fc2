"""`flask seats`: add seats to a role in a session, take free ones away, or move them to another role."""

from __future__ import annotations

import click

from tpbis_events.cli import named
from tpbis_events.cli.group import OfficeGroup
from tpbis_events.people.actor import COMMAND_LINE
from tpbis_events.registrations.change_seats import SeatsChanged, add_seats, move_seats, remove_seats

group = OfficeGroup("seats", help="Seats of a role in a session.")


@group.command()
@named.place
@click.argument("number", type=int)
@named.reason
def add(event: str, session: str, role: str, number: int, reason: str) -> None:
    """Add seats: seats add shm-provinsi-2027 bali stakeholder-provinsi 2 --reason "..."."""
    _say(add_seats(named.quota(event, session, role).id, number, reason=reason, by=COMMAND_LINE))


@group.command()
@named.place
@click.argument("number", type=int)
@named.reason
def remove(event: str, session: str, role: str, number: int, reason: str) -> None:
    """Take free seats away."""
    _say(remove_seats(named.quota(event, session, role).id, number, reason=reason, by=COMMAND_LINE))


@group.command()
@named.place
@click.argument("to")
@click.argument("number", type=int)
@named.reason
def move(event: str, session: str, role: str, to: str, number: int, reason: str) -> None:
    """Move free seats to another role of the session, TO."""
    giving, taking = named.quota(event, session, role).id, named.quota(event, session, to).id
    moved = move_seats(giving, taking, number, reason=reason, by=COMMAND_LINE)
    click.echo(f"{moved.left} seats now here, {moved.there} there{named.served(moved.served)}")


def _say(changed: SeatsChanged) -> None:
    click.echo(f"{changed.total} seats now{named.served(changed.served)}")

"""`flask waiting`: a waiting list in its order, serving it by hand, and priorities."""

from __future__ import annotations

import click

from tpbis_events.cli import named
from tpbis_events.cli.group import OfficeGroup
from tpbis_events.people.actor import COMMAND_LINE
from tpbis_events.registrations.change_priority import change_priority
from tpbis_events.registrations.line import line
from tpbis_events.registrations.serve_waiting import serve_waiting

group = OfficeGroup("waiting", help="Waiting lists of a role in a session.")


@group.command("list")
@named.place
def list_(event: str, session: str, role: str) -> None:
    """Who waits, in the order in which they are served: place, reference, priority, name."""
    after: int | None = 0
    while after is not None:
        found = line(event, session, role, after, by=COMMAND_LINE)
        for place, row in enumerate(found.waiting, start=found.first):
            click.echo(f"{place}\t{row.reference}\t{row.priority}\t{row.person.full_name}")
        after = found.next_after


@group.command()
@named.place
@click.option("--most", type=click.IntRange(1), default=None, help="At most so many; all that can be when left out.")
def serve(event: str, session: str, role: str, most: int | None) -> None:
    """Give free seats to the first who wait."""
    outcome = serve_waiting(named.quota(event, session, role).id, by=COMMAND_LINE, most=most)
    for reference in outcome.references:
        click.echo(f"{reference}: {'offered' if outcome.offered else 'seated'}")


@group.command()
@click.argument("reference")
@click.argument("number", type=int)
@named.reason
def priority(reference: str, number: int, reason: str) -> None:
    """Serve somebody earlier: 0 is everybody's priority, 9 the highest."""
    outcome = change_priority(named.registration_id(reference), number, reason=reason, by=COMMAND_LINE)
    click.echo(f"{outcome.reference}: number {outcome.place} in line")

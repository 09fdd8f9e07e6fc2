"""`flask ways`: how waiting lists are served, the way into a role, limits inside it."""

from __future__ import annotations

import click

from tpbis_events.cli import named
from tpbis_events.cli.group import OfficeGroup
from tpbis_events.people.actor import COMMAND_LINE
from tpbis_events.programmes import catalogue
from tpbis_events.programmes.model import LimitedBy, Serving, WayIn
from tpbis_events.registrations.change_ways import WaysChanged, set_limit, set_serving, set_way_in

group = OfficeGroup("ways", help="How people come to seats, per event and role.")


@group.command()
@click.argument("event")
@click.argument("how", type=click.Choice([each.value for each in Serving]))
@click.option("--offer-hours", type=int, default=None, help="Working hours of an offer; as they are when left out.")
@click.option("--reminder-hours", type=int, default=None, help="So many before its end comes the reminder.")
def serving(event: str, how: str, offer_hours: int | None, reminder_hours: int | None) -> None:
    """What becomes of a seat that comes free while somebody waits."""
    row = catalogue.event_of(event, drafts=True)
    _say(
        set_serving(
            row.id,
            Serving(how),
            offer_hours=row.offer_hours if offer_hours is None else offer_hours,
            reminder_hours=row.reminder_hours if reminder_hours is None else reminder_hours,
            by=COMMAND_LINE,
        )
    )


@group.command()
@click.argument("event")
@click.argument("role")
@click.argument("way", type=click.Choice([each.value for each in WayIn]))
def role(event: str, role: str, way: str) -> None:
    """The way into a role."""
    _say(set_way_in(named.role(catalogue.event_of(event, drafts=True), role).id, WayIn(way), by=COMMAND_LINE))


@group.command()
@click.argument("event")
@click.argument("role")
@click.argument("limited_by", metavar="BY", type=click.Choice([each.value for each in LimitedBy]))
@click.option("--value", default="", help="Which country, regency or agency; each one alike when left out.")
@click.option("--most", type=int, default=None, help="So many seats in each session; left out, the limit ends.")
def limit(event: str, role: str, limited_by: str, value: str, most: int | None) -> None:
    """A limit inside a role for a country, regency or agency."""
    role_id = named.role(catalogue.event_of(event, drafts=True), role).id
    _say(set_limit(role_id, LimitedBy(limited_by), value, most, by=COMMAND_LINE))


def _say(changed: WaysChanged) -> None:
    click.echo(f"changed{named.served(changed.served)}")

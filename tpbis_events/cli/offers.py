"""`flask offers`: let offers lapse whose time is over; the worker does so by itself every few seconds."""

from __future__ import annotations

import click

from tpbis_events.cli.group import OfficeGroup
from tpbis_events.registrations.lapse_offers import lapse_offers, remind_of_offers

group = OfficeGroup("offers", help="Offers of seats.")


@group.command()
def lapse() -> None:
    """Let offers lapse whose time is over, give their seats on, and owe the reminders that are due."""
    lapsed = reminded = 0
    while some := lapse_offers():
        lapsed += some
    while some := remind_of_offers():
        reminded += some
    click.echo(f"lapsed {lapsed}, reminded {reminded}")

"""`flask sessions`: cancel a whole session."""

from __future__ import annotations

import click

from tpbis_events.cli import named
from tpbis_events.cli.group import OfficeGroup
from tpbis_events.people.actor import COMMAND_LINE
from tpbis_events.registrations.cancel_session import cancel_session
from tpbis_events.registrations.roster import live_of

group = OfficeGroup("sessions", help="Sessions of an event.")


@group.command()
@click.argument("event")
@click.argument("session")
@named.reason
@click.option("--yes", is_flag=True, help="Don't ask whether it is meant.")
def cancel(event: str, session: str, reason: str, yes: bool) -> None:
    """Cancel a session; everybody who is registered is told why."""
    session_id = named.session(event, session).id
    live, unreached = live_of(session_id)
    if not yes:
        told = f"{sum(live.values())} people will be told, {unreached} of them have no e-mail address."
        click.confirm(f"{told} Cancel the session?", abort=True)
    outcome = cancel_session(session_id, reason=reason, by=COMMAND_LINE)
    click.echo(f"cancelled; {outcome.told} registrations have ended")

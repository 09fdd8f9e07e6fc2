"""`flask sessions`: cancel a whole session, or reschedule it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, time

import click

from tpbis_events.cli import named
from tpbis_events.cli.group import OfficeGroup
from tpbis_events.people.actor import COMMAND_LINE
from tpbis_events.programmes.model import Mode
from tpbis_events.programmes.schedule import Day, schedule_of
from tpbis_events.registrations.cancel_session import cancel_session
from tpbis_events.registrations.reschedule import reschedule as reschedule_session
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


@group.command()
@click.argument("event")
@click.argument("session")
@click.option(
    "--day",
    "days",
    multiple=True,
    nargs=3,
    metavar="DATE FROM UNTIL",
    help="A day on the clocks of the place, for instance 2027-03-09 08:30 16:00; once for each. Left out: the days stay.",
)
@click.option("--zone", help="IANA name, for instance Asia/Makassar.")
@click.option("--city")
@click.option("--venue")
@click.option("--mode", type=click.Choice([each.value for each in Mode]))
@click.option("--online-url")
@named.reason
@click.option("--tell-nobody", is_flag=True, help="Owe no notice; for a slip that nobody has noticed.")
@click.option("--yes", is_flag=True, help="Don't ask whether it is meant.")
def reschedule(
    event: str,
    session: str,
    days: tuple[tuple[str, str, str], ...],
    reason: str,
    tell_nobody: bool,
    yes: bool,
    **given: str | None,
) -> None:
    """Change days, hours, place or mode; everybody who is registered is told once, old and new."""
    row = named.session(event, session)
    changes = {name: value for name, value in given.items() if value is not None}
    wanted = replace(schedule_of(row), **changes)  # type: ignore[arg-type]
    if days:
        wanted = replace(wanted, days=tuple(_day(*day) for day in days))
    session_id, seen = row.id, row.calendar_sequence
    if not yes:
        live, unreached = live_of(session_id)
        told = f"{sum(live.values())} people are registered, {unreached} of them have no e-mail address."
        click.confirm(f"{told} Reschedule the session?", abort=True)
    outcome = reschedule_session(session_id, wanted, reason=reason, tell=not tell_nobody, by=COMMAND_LINE, seen=seen)
    click.echo(f"rescheduled; {outcome.told} of {outcome.concerned} told by mail{named.served(outcome.seat_given_to)}")


def _day(on: str, starts: str, ends: str) -> Day:
    try:
        return Day(date.fromisoformat(on), time.fromisoformat(starts), time.fromisoformat(ends))
    except ValueError as fault:
        raise click.BadParameter(f"{on} {starts} {ends}: {fault}", param_hint="--day") from fault

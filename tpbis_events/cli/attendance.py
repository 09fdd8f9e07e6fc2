"""`flask attendance`: the checksum of a session's attendance, to hold against a printed record."""

from __future__ import annotations

from datetime import UTC, datetime

import click

from tpbis_events.cli.group import OfficeGroup
from tpbis_events.people.actor import COMMAND_LINE
from tpbis_events.reports.attendance_checksum import canonical, grouped
from tpbis_events.reports.attendance_checksum import checksum as checksum_of
from tpbis_events.reports.attendance_facts import facts_of, session_of

group = OfficeGroup("attendance", help="Attendance, as an auditor reads it.")


@group.command()
@click.argument("event")
@click.argument("session")
@click.option("--at", "moment", metavar="MOMENT", help="As it was at a moment: 2027-08-09T14:00:00+00:00.")
@click.option("--text", is_flag=True, help="Print the text that the checksum is made over instead.")
def checksum(event: str, session: str, moment: str | None, text: bool) -> None:
    """The checksum of a session's attendance, as the printed record has it."""
    facts = facts_of(session_of(event, session, by=COMMAND_LINE))
    told = canonical(facts, _moment(moment) if moment else None)
    click.echo(told if text else grouped(checksum_of(told)), nl=not text)


def _moment(text: str) -> datetime:
    try:
        at = datetime.fromisoformat(text)
    except ValueError as wrong:
        raise click.BadParameter(f"{text} is no moment", param_hint="--at") from wrong
    return at if at.tzinfo else at.replace(tzinfo=UTC)

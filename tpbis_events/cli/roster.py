"""`flask roster import`: register the people of a sheet (XLSX or CSV) for a session, all or none."""

from __future__ import annotations

from pathlib import Path

import click

from tpbis_events.cli.group import OfficeGroup
from tpbis_events.people.actor import COMMAND_LINE, Act
from tpbis_events.registrations import roster, sheet_rows
from tpbis_events.registrations.model import State
from tpbis_events.registrations.register_batch import (
    BadRows,
    Beyond,
    Problem,
    register_batch,
    rehearse_batch,
    together,
)
from tpbis_events.registrations.rules import LANGUAGES
from tpbis_events.registrations.sheet import read_sheet

group = OfficeGroup("roster", help="The roster of a session.")


@group.command("import")
@click.argument("event")
@click.argument("session")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--beyond", type=click.Choice([each.value for each in Beyond]), default=Beyond.WAIT.value, show_default=True
)
@click.option("--language", type=click.Choice(LANGUAGES), default="id", show_default=True, help="Of their mails.")
@click.option("--consent", is_flag=True, help="These people have agreed that their data are kept.")
@click.option("--save", is_flag=True, help="Register them; without it nothing is stored.")
def import_(event: str, session: str, file: Path, beyond: str, language: str, consent: bool, save: bool) -> None:
    """Say what would become of each row, or every problem of every row; with --save, register them."""
    place = roster.session_of(event, session, by=COMMAND_LINE, act=Act.REGISTER)
    table = sheet_rows.table_of(read_sheet(file.read_bytes()))
    for heading in table.unknown:
        click.echo(f"column left out: {heading}")
    roles = [quota.role for quota in place.quotas]
    rows, problems = sheet_rows.rows_of(
        table.lines, roles, language=language, consent=consent, province_code=place.province_code
    )
    act = register_batch if save and not problems else rehearse_batch
    try:
        done = act(place.id, rows, beyond=Beyond(beyond), by=COMMAND_LINE) if rows else None
    except BadRows as bad:
        problems, done = list(together([*problems, *bad.problems])), None
    if problems or done is None:
        _say(problems)
        raise click.ClickException(f"{len(problems)} problems; nothing was stored")
    counts = ", ".join(f"{state}: {done.number(state)}" for state in (State.SEATED, State.WAITING))
    click.echo(f"{counts}, known before: {done.known}{'' if save else ' (nothing was stored; add --save)'}")


def _say(problems: list[Problem]) -> None:
    for problem in sorted(problems, key=lambda each: (each.line, each.field)):
        click.echo(f"line {problem.line}, {problem.field}: {problem.code}")

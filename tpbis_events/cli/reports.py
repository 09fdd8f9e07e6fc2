"""`flask reports`: the report of an edition, a session's accountability file, a table of registrations, as files."""

from __future__ import annotations

from pathlib import Path
from typing import BinaryIO

import click

from tpbis_events.cli.group import OfficeGroup
from tpbis_events.people.actor import COMMAND_LINE
from tpbis_events.registrations.search import Search
from tpbis_events.reports import edition, edition_files, make_file
from tpbis_events.reports.asked import ACCOUNTABILITY, PACK, SHEETS, Asked
from tpbis_events.reports.columns import SENSITIVE
from tpbis_events.reports.note_export import note_export
from tpbis_events.reports.rows import how_many
from tpbis_events.reports.scope import scope

group = OfficeGroup("reports", help="Lists and reports as files.")

_language = click.option("--language", type=click.Choice(["id", "en"]), default="id", show_default=True)
_session = click.option("--session", default=None, help="One session's slug; the whole event when left out.")


@group.command("report")
@click.argument("event")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@_language
def report(event: str, file: Path, language: str) -> None:
    """The report of an edition: FILE ends in .xlsx or .pdf."""
    found = edition.report(scope(event, None, by=COMMAND_LINE))
    if file.suffix == ".pdf":
        file.write_bytes(edition_files.draw_pdf(found, language))
    elif file.suffix == ".xlsx":
        with file.open("wb") as out:
            edition_files.write_xlsx(out, found, language)
    else:
        raise click.BadParameter("it ends in .xlsx or .pdf", param_hint="FILE")


@group.command("spj")
@click.argument("event")
@click.argument("file", type=click.File("wb"))
@_session
def spj(event: str, file: BinaryIO, session: str | None) -> None:
    """The accountability file as a zip."""
    asked = Asked(ACCOUNTABILITY, event, session)
    of = scope(event, session, by=COMMAND_LINE)
    number = how_many(of, make_file.SEATED, by=COMMAND_LINE)
    note_export("spj", of.subject, of.province_code, rows=number, by=COMMAND_LINE)
    make_file.write(file, asked, make_file.plan(asked, by=COMMAND_LINE), by=COMMAND_LINE)


@group.command("pack")
@click.argument("event")
@click.argument("file", type=click.File("wb"))
@_session
@click.option("--wave", type=int, default=0, help="Only the sessions of this wave.")
@click.option("--sheets-only", is_flag=True, help="Attendance sheets, without badges, lists and signs.")
def pack(event: str, file: BinaryIO, session: str | None, wave: int, sheets_only: bool) -> None:
    """What is printed for the meetings, as a zip with a folder for each."""
    asked = Asked(SHEETS if sheets_only else PACK, event, session, search=Search(wave=wave))
    plan = make_file.plan(asked, by=COMMAND_LINE)
    note_export(asked.kind, plan.scope.subject, plan.scope.province_code, rows=plan.total, by=COMMAND_LINE)
    number = make_file.write(file, asked, make_file.plan(asked, by=COMMAND_LINE), by=COMMAND_LINE)
    click.echo(f"{number} sessions")


@group.command("roster")
@click.argument("event")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@_session
@_language
@click.option("--with", "groups", type=click.Choice(SENSITIVE), multiple=True, help="Take sensitive columns along.")
def roster(event: str, file: Path, session: str | None, language: str, groups: tuple[str, ...]) -> None:
    """The registrations as a table: FILE ends in .xlsx or .csv."""
    if file.suffix not in (".xlsx", ".csv"):
        raise click.BadParameter("it ends in .xlsx or .csv", param_hint="FILE")
    asked = Asked(file.suffix[1:], event, session, groups=groups, language=language)
    plan = make_file.plan(asked, by=COMMAND_LINE)
    of, keys = plan.scope, [column.key for column in plan.columns]
    note_export(asked.kind, of.subject, of.province_code, rows=plan.total, columns=keys, by=COMMAND_LINE)
    with file.open("wb") as out:
        number = make_file.write(out, asked, make_file.plan(asked, by=COMMAND_LINE), by=COMMAND_LINE)
    click.echo(f"{number} registrations")

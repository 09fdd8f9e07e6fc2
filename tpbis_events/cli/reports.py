"""`flask reports`: the report of an edition, a session's accountability file, a table of registrations, as files."""

from __future__ import annotations

from pathlib import Path
from typing import BinaryIO

import click

from tpbis_events.cli.group import OfficeGroup
from tpbis_events.people.actor import COMMAND_LINE
from tpbis_events.reports import accountability, edition, edition_files, tables
from tpbis_events.reports.columns import SENSITIVE, cells, columns_for
from tpbis_events.reports.note_export import note_export
from tpbis_events.reports.rows import Filters, how_many, lines
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
    of = scope(event, session, by=COMMAND_LINE)
    note_export("spj", of.subject, of.province_code, rows=how_many(of, Filters(state="seated")), by=COMMAND_LINE)
    accountability.write_zip(file, of)


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
    from flask_babel import force_locale

    of = scope(event, session, by=COMMAND_LINE)
    columns = columns_for(COMMAND_LINE, of, frozenset(groups))
    keys = [column.key for column in columns]
    number = how_many(of, Filters())
    note_export(file.suffix[1:], of.subject, of.province_code, rows=number, columns=keys, by=COMMAND_LINE)
    found = lines(of, Filters(), nip="nip" in keys, support="support" in keys)
    rows = (cells(line, columns, COMMAND_LINE, language) for line in found)
    with file.open("wb") as out, force_locale(language):
        if file.suffix == ".xlsx":
            tables.write_xlsx(out, of.event.name_id, columns, rows)
        else:
            tables.write_csv(out, columns, rows, separator=";" if language == "id" else ",")
    click.echo(f"{number} registrations")

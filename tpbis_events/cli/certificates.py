"""`flask certificates`: issue many, is a file the one that was issued, and are the kept files all there."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import click

from tpbis_events.certificates.check_file import LARGEST, Outcome, checked
from tpbis_events.certificates.forget_files import LEFT_OVER, MOST, forget_files
from tpbis_events.certificates.kept_state import FileState, kept_state
from tpbis_events.certificates.lookup import told
from tpbis_events.cli.group import OfficeGroup
from tpbis_events.cli.issue_certificates import issue
from tpbis_events.cli.signing import signing

group = OfficeGroup("certificates", help="Certificates: issue many, check a file, verify the kept ones.")
group.add_command(signing)
group.add_command(issue)

_WORDS = {
    Outcome.ISSUED: "This is the file that was issued, byte for byte.",
    Outcome.UNSIGNED: "This file was drawn here and bears no signature; the signed file is the one that counts.",
    Outcome.ALTERED: "ALTERED: this file names a code of ours, and its bytes are not those that were issued.",
    Outcome.UNPROVEN: "This file names a code of a release that kept no hash of its files; compare it with what it says.",
    Outcome.UNKNOWN: "Nothing in this file is ours.",
    Outcome.PICTURE: "This is a picture, which can't be checked by its bytes; type its check code at /check.",
    Outcome.NO_PDF: "This is no PDF file.",
    Outcome.EMPTY: "This file is empty.",
}


@group.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def check(file: Path) -> None:
    """Is FILE a certificate as it was issued? Exit code 0 for one that was issued and is valid, 1 for all others."""
    if file.stat().st_size > LARGEST:
        raise click.ClickException(f"{file} is larger than any certificate.")
    found = checked(file.read_bytes())
    click.echo(_WORDS[found.outcome])
    proofs = [told(each) for each in found.versions]
    for proof in proofs:
        click.echo(f"  {proof.number}, version {proof.version}: {proof.validity.value}, {proof.full_name}")
    if found.outcome is not Outcome.ISSUED or proofs[0].validity.value != "valid":
        raise SystemExit(1)


@group.command("verify-files")
def verify_files() -> None:
    """Go through the kept files of all versions and name each that is missing or changed. Exit code 1 if there is one."""
    counted: Counter[FileState] = Counter()
    for each in kept_state():
        counted[each.state] += 1
        if each.state in (FileState.MISSING, FileState.CHANGED):
            form = "signed" if each.signed else "drawn"
            click.echo(f"{each.state.value}: {each.number}, version {each.version}, {form}, {each.name}")
    click.echo(", ".join(f"{counted[state]} {state.value}" for state in FileState))
    if counted[FileState.MISSING] or counted[FileState.CHANGED]:
        raise SystemExit(1)


@group.command("sweep-files")
@click.option(
    "--however-many", is_flag=True, help=f"Also when there are more than {MOST}; only if the database is the right one."
)
def sweep_files(however_many: bool) -> None:
    """Erase kept files that no certificate knows and that are older than six hours, as the worker does every hour."""
    swept = forget_files(most=None if however_many else MOST)
    if swept.too_many:
        hours = int(LEFT_OVER.total_seconds() // 3600)
        raise click.ClickException(
            f"More than {MOST} files older than {hours} hours belong to no certificate; none was erased."
        )
    click.echo(f"{swept.erased} erased")

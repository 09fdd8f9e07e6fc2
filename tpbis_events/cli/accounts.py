"""`flask accounts`: open, list, disable organizers' accounts; set passwords."""

from __future__ import annotations

import click

from tpbis_events.cli.group import OfficeGroup
from tpbis_events.people.accounts import all_accounts
from tpbis_events.people.actor import COMMAND_LINE
from tpbis_events.people.model import Right
from tpbis_events.people.open_account import open_account, set_active, set_password
from tpbis_events.places.provinces import is_province

group = OfficeGroup("accounts", help="Organizers' accounts.")

_password = click.option("--password", prompt=True, hide_input=True, confirmation_prompt=True)


@group.command("open")
@click.argument("email")
@click.argument("name")
@click.option("--right", type=click.Choice([right.value for right in Right]), required=True)
@click.option("--province", default=None, help="Kemendagri code, such as 51 for Bali; all provinces when left out.")
@_password
def open_(email: str, name: str, right: str, province: str | None, password: str) -> None:
    """Open an account with one right."""
    if province is not None and not is_province(province):
        raise click.BadParameter(f"{province} is no province code", param_hint="--province")
    if right == Right.PIC and province is None:
        raise click.BadParameter("a PIC has a province", param_hint="--province")
    opened = open_account(email, name, Right(right), province, password, by=COMMAND_LINE)
    click.echo("Opened." if opened.new else "There is such an account already; nothing was changed.")


@group.command("list")
def list_() -> None:
    """All accounts with their rights."""
    for account in all_accounts():
        rights = ", ".join(f"{grant.name} {grant.province_code or 'everywhere'}" for grant in account.roles)
        click.echo(f"{account.email}  {account.name}  {rights}  {'active' if account.active else 'disabled'}")


@group.command("password")
@click.argument("email")
@_password
def password_(email: str, password: str) -> None:
    """Set another password; ends the account's sessions."""
    set_password(email, password, by=COMMAND_LINE)


@group.command("disable")
@click.argument("email")
def disable(email: str) -> None:
    """Disable an account and end its sessions at once."""
    set_active(email, False, by=COMMAND_LINE)


@group.command("enable")
@click.argument("email")
def enable(email: str) -> None:
    """Enable an account again."""
    set_active(email, True, by=COMMAND_LINE)

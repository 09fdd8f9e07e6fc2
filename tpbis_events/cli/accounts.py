"""`flask accounts`: open and list organizers' accounts, give and take rights, links, sign-ins, second factors."""

from __future__ import annotations

from datetime import datetime

import click

from tpbis_events.cli.group import OfficeGroup
from tpbis_events.foundation import clock
from tpbis_events.people import second_factor, sign_in
from tpbis_events.people.accounts import all_accounts, id_of
from tpbis_events.people.actor import COMMAND_LINE
from tpbis_events.people.choose_password import set_password
from tpbis_events.people.disable_account import set_active
from tpbis_events.people.give_right import NewRight, give_right
from tpbis_events.people.model import Grant, Right
from tpbis_events.people.open_account import open_account
from tpbis_events.people.rights import end_of_day, is_live, last_day
from tpbis_events.people.send_link import send_link
from tpbis_events.people.take_right import take_of

group = OfficeGroup("accounts", help="Organizers' accounts and their rights.")

_right = click.option("--right", type=click.Choice([right.value for right in Right]), required=True)
_province = click.option("--province", default=None, help="Kemendagri code, such as 51 for Bali; all when left out.")
_until = click.option(
    "--until", type=click.DateTime(["%Y-%m-%d"]), default=None, help="Last day; without end when left out."
)


@group.command("open")
@click.argument("email")
@click.argument("name")
@click.option("--right", "names", type=click.Choice([right.value for right in Right]), required=True, multiple=True)
@_province
@_until
@click.option("--language", type=click.Choice(["id", "en"]), default="id", show_default=True, help="Of the mail.")
@click.option("--mail/--no-mail", default=False, help="Mail the link as well.")
def open_(
    email: str,
    name: str,
    names: tuple[str, ...],
    province: str | None,
    until: datetime | None,
    language: str,
    mail: bool,
) -> None:
    """Open an account and print the link by which its person chooses the password; --right may be said several times."""
    rights = [_new(each, province, until) for each in names]
    opened = open_account(email, name, rights, by=COMMAND_LINE, language=language, mailed=mail)
    if opened.new:
        click.echo(f"Opened. The password is chosen here, within 7 days:\n{opened.link}")
    else:
        click.echo("There is such an account already; nothing was changed.")


@group.command("list")
def list_() -> None:
    """All accounts with their rights."""
    now = clock.now()
    for account in all_accounts():
        rights = ", ".join(_told(grant) + ("" if is_live(grant, now) else " (ended)") for grant in account.roles)
        state = "disabled" if not account.active else "active" if account.password else "no password yet"
        factor = "second factor" if account.totp_key else "no second factor"
        click.echo(f"{account.email}  {account.name}  {rights or 'no right'}  {state}  {factor}")


@group.command("give")
@click.argument("email")
@_right
@_province
@_until
def give(email: str, right: str, province: str | None, until: datetime | None) -> None:
    """Give a right; given again, its last day changes."""
    give_right(id_of(email), _new(right, province, until), by=COMMAND_LINE)


@group.command("take")
@click.argument("email")
@_right
@_province
def take(email: str, right: str, province: str | None) -> None:
    """Take a right. The last administrator keeps hers."""
    take_of(id_of(email), Right(right), province, by=COMMAND_LINE)


@group.command("link")
@click.argument("email")
@click.option("--mail/--no-mail", default=False, help="Mail the link as well.")
def link(email: str, mail: bool) -> None:
    """Print a new link by which the person chooses another password; older ones no longer work."""
    click.echo(send_link(id_of(email), by=COMMAND_LINE, mailed=mail))


@group.command("password")
@click.argument("email")
@click.option("--password", prompt=True, hide_input=True, confirmation_prompt=True)
def password_(email: str, password: str) -> None:
    """Set another password; ends the account's sign-ins."""
    set_password(email, password, by=COMMAND_LINE)


@group.command("sign-out")
@click.argument("email")
def sign_out(email: str) -> None:
    """Sign every browser of an account out."""
    click.echo(sign_in.end_all(id_of(email), by=COMMAND_LINE))


@group.command("remove-second-factor")
@click.argument("email")
def remove_second_factor(email: str) -> None:
    """For somebody who lost phone and recovery codes."""
    second_factor.remove(id_of(email), by=COMMAND_LINE)


@group.command("disable")
@click.argument("email")
def disable(email: str) -> None:
    """Disable an account and end its sign-ins at once."""
    set_active(id_of(email), False, by=COMMAND_LINE)


@group.command("enable")
@click.argument("email")
def enable(email: str) -> None:
    """Enable an account again."""
    set_active(id_of(email), True, by=COMMAND_LINE)


def _new(right: str, province: str | None, until: datetime | None) -> NewRight:
    return NewRight(Right(right), province, end_of_day(until.date()) if until else None)


def _told(grant: Grant) -> str:
    until = f" until {last_day(grant.ends_at)}" if grant.ends_at else ""
    return f"{grant.name} {grant.province_code or 'everywhere'}{until}"

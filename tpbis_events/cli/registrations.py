"""`flask registrations`: list, show and register people, and every act on one registration."""

from __future__ import annotations

import secrets
from typing import Any

import click

from tpbis_events.cli import named
from tpbis_events.cli.group import OfficeGroup
from tpbis_events.people.actor import COMMAND_LINE, Act
from tpbis_events.places.local_time import format_datetime
from tpbis_events.registrations import answer_offer, decide, lookup, roster
from tpbis_events.registrations.cancel import cancel as cancel_registration
from tpbis_events.registrations.model import State
from tpbis_events.registrations.move import move as move_registration
from tpbis_events.registrations.register import register as register_person
from tpbis_events.registrations.reinstate import reinstate as reinstate_registration
from tpbis_events.registrations.rules import Applicant
from tpbis_events.registrations.search import Search
from tpbis_events.registrations.substitute import substitute as substitute_person
from tpbis_events.registrations.waiting_list import place_in_line
from tpbis_events.reports import found

group = OfficeGroup("registrations", help="Registrations, by their references.")


@group.command("list")
@click.argument("event")
@click.argument("session")
@click.option("--role", default="", help="Only this role.")
@click.option("--state", default="", type=click.Choice(["", *(each.value for each in State)]), help="Only this state.")
@click.option("--no-email", is_flag=True, help="Only who must be called.")
def list_(event: str, session: str, role: str, state: str, no_email: bool) -> None:
    """One line each: reference, state, role, place in line, name."""
    scope = roster.of_session(roster.session_of(event, session, by=COMMAND_LINE, act=Act.SEE_ROSTER))
    after: int | None = 0
    while after is not None:
        search = Search(role=role, state=state, no_email=no_email, after=after)
        page = roster.page_of(scope, search, found.conditions(search, by=COMMAND_LINE))
        for entry in page.entries:
            row = entry.registration
            line = (row.reference, row.state, row.role.slug, str(entry.place or "-"), row.person.full_name)
            click.echo("\t".join(line))
        after = page.next


@group.command()
@click.argument("reference")
def show(reference: str) -> None:
    """What became of one registration."""
    row = lookup.by_reference(reference, by=COMMAND_LINE, act=Act.SEE_ROSTER)
    zone = row.session.zone
    facts = {
        "reference": row.reference,
        "state": row.state.value,
        "name": row.person.full_name,
        "event": row.event.slug,
        "session": row.session.slug,
        "role": row.role.slug,
        "seat": row.seat.number if row.seat else None,
        "place in line": place_in_line(row),
        "offer ends": format_datetime(row.offer_ends_at, zone, "en") if row.offer_ends_at else None,
        "ended": format_datetime(row.ended_at, zone, "en") if row.ended_at else None,
        "reason": row.end_reason,
        "in the place of": row.substitute_of.reference if row.substitute_of else None,
        "substitute": row.substitute.reference if row.substitute else None,
    }
    for name, value in facts.items():
        if value is not None:
            click.echo(f"{name}: {value}")


@group.command()
@named.place
@named.answers
@click.option(
    "--key", default=None, help="The same key and answers again register nobody twice; at random when left out."
)
def register(event: str, session: str, role: str, key: str | None, **given: Any) -> None:
    """Register somebody; the person must have agreed (--consent)."""
    quota = named.quota(event, session, role)
    outcome = register_person(
        quota.session_id, quota.role_id, Applicant(**given), key=key or secrets.token_urlsafe(24), by=COMMAND_LINE
    )
    place = f", number {outcome.place} in line" if outcome.place else ""
    click.echo(f"{outcome.reference}: {outcome.state}{place}")


@group.command()
@click.argument("reference")
@named.reason
def cancel(reference: str, reason: str) -> None:
    """Cancel; the seat goes to the first who waits."""
    outcome = cancel_registration(named.registration_id(reference), by=COMMAND_LINE, reason=reason)
    click.echo(f"{outcome.reference}: cancelled{named.served(outcome.seat_given_to)}")


@group.command()
@click.argument("reference")
@click.argument("session")
@click.argument("role")
@named.reason
def move(reference: str, session: str, role: str, reason: str) -> None:
    """Move to another session or role of the same event, where a seat must be free."""
    registration_id = named.registration_id(reference)
    event = lookup.by_reference(reference, by=COMMAND_LINE, act=Act.MOVE).event.slug
    quota = named.quota(event, session, role)
    outcome = move_registration(registration_id, quota.session_id, quota.role_id, reason=reason, by=COMMAND_LINE)
    became = "moved" if outcome.changed else "is there already"
    click.echo(f"{outcome.reference}: {became}{named.served(outcome.seat_given_to)}")


@group.command()
@click.argument("reference")
@named.answers
@named.reason
def substitute(reference: str, reason: str, **given: Any) -> None:
    """Enter who comes in the place of somebody who has a seat."""
    outcome = substitute_person(named.registration_id(reference), Applicant(**given), by=COMMAND_LINE, reason=reason)
    click.echo(f"{outcome.reference}: comes in the place of {outcome.old_reference}")


@group.command()
@click.argument("reference")
@named.reason
def reinstate(reference: str, reason: str) -> None:
    """Give back a seat to a registration that has ended; one must be free."""
    outcome = reinstate_registration(named.registration_id(reference), reason=reason, by=COMMAND_LINE)
    click.echo(f"{outcome.reference}: seated")


@group.command()
@click.argument("references", nargs=-1, required=True)
@click.option("--note", default="", help="The audit log keeps it.")
def approve(references: tuple[str, ...], note: str) -> None:
    """Approve who applied: a seat, or a place in line. All or none."""
    _say(decide.approve([named.registration_id(each) for each in references], by=COMMAND_LINE, note=note))


@group.command()
@click.argument("references", nargs=-1, required=True)
@named.reason
def reject(references: tuple[str, ...], reason: str) -> None:
    """Tell who applied or waits no; they read the reason. All or none."""
    _say(decide.reject([named.registration_id(each) for each in references], reason=reason, by=COMMAND_LINE))


@group.command()
@click.argument("reference")
def accept(reference: str) -> None:
    """Accept an offer on a person's behalf."""
    click.echo(f"{answer_offer.accept(named.registration_id(reference), by=COMMAND_LINE).reference}: seated")


@group.command()
@click.argument("reference")
def decline(reference: str) -> None:
    """Decline an offer on a person's behalf."""
    outcome = answer_offer.decline(named.registration_id(reference), by=COMMAND_LINE)
    click.echo(f"{outcome.reference}: declined{named.served(outcome.seat_given_to)}")


def _say(decided: decide.Decided) -> None:
    for state, references in (
        ("seated", decided.seated),
        ("waiting", decided.waiting),
        ("rejected", decided.rejected),
    ):
        for reference in references:
            click.echo(f"{reference}: {state}")

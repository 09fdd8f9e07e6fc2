"""`flask events`: what is planned, publish an edition, take it back, clone it."""

from __future__ import annotations

import click

from tpbis_events.cli.group import OfficeGroup
from tpbis_events.foundation import clock
from tpbis_events.foundation.errors import Invalid
from tpbis_events.people.actor import COMMAND_LINE
from tpbis_events.programmes import catalogue
from tpbis_events.programmes import publish as publishing
from tpbis_events.programmes.clone import ClonePlan
from tpbis_events.programmes.clone import clone as clone_event
from tpbis_events.programmes.plans import plan_of, programmes_of
from tpbis_events.programmes.readiness import Lack, lacks_of
from tpbis_events.programmes.shifted import SAME_WEEKDAY, shifted_sessions
from tpbis_events.registrations.unpublish import unpublish as take_back

group = OfficeGroup("events", help="Editions: what is planned, published, cloned.")


@group.command("list")
def list_() -> None:
    """Every edition: its address, published or draft, sessions, seats, names."""
    for _programme, editions in programmes_of(COMMAND_LINE):
        for row in editions:
            state = "published" if row.event.published_at else "draft"
            click.echo(
                f"{row.event.slug}\t{state}\t{row.sessions}\t{row.seats}\t{row.event.name_id}\t{row.event.name_en}"
            )


@group.command()
@click.argument("event")
@click.option("--check", is_flag=True, help="Say what is missing, and publish nothing.")
def publish(event: str, check: bool) -> None:
    """Publish an edition. What is missing is listed; exit code 1 when something blocks it."""
    plan = plan_of(event, by=COMMAND_LINE)
    lacks = lacks_of(plan.event, plan.seats, clock.now())
    for lack in lacks:
        click.echo(_line(lack))
    if check:
        if any(lack.blocking for lack in lacks):
            raise click.ClickException("not ready")
        return
    publishing.publish(plan.event.id, by=COMMAND_LINE)
    click.echo("published")


@group.command()
@click.argument("event")
@click.option("--reason", required=True, help="Why; the audit log keeps it.")
def unpublish(event: str, reason: str) -> None:
    """Make a draft of it again; refused while anybody is registered or invited."""
    take_back(catalogue.event_of(event, drafts=True).id, reason=reason, by=COMMAND_LINE)
    click.echo("a draft again")


@group.command()
@click.argument("event")
@click.argument("slug")
@click.option("--name-id", required=True, help="Its name in Indonesian.")
@click.option("--name-en", required=True, help="Its name in English.")
@click.option("--days", default=SAME_WEEKDAY, show_default=True, help="How many days later.")
def clone(event: str, slug: str, name_id: str, name_en: str, days: int) -> None:
    """Clone an edition to a draft named SLUG on other dates, without people."""
    plan = plan_of(event, by=COMMAND_LINE)
    try:
        outcome = clone_event(plan.event.id, ClonePlan(slug, name_id, name_en, days), by=COMMAND_LINE)
    except Invalid as wrong:
        raise click.ClickException(", ".join(f"{name}: {code}" for name, code in wrong.problems.items())) from wrong
    click.echo(f"{outcome.slug}: {outcome.sessions} sessions, {outcome.seats} seats")
    for each in shifted_sessions(plan_of(outcome.slug, by=COMMAND_LINE).event, 0):
        for off in each.off:
            why = off.holiday.name_en if off.holiday else "weekend"
            click.echo(f"{each.session.slug}\t{off.date.isoformat()}\t{why}")


def _line(lack: Lack) -> str:
    where = lack.session.slug if lack.session else "-"
    return f"{'missing' if lack.blocking else 'advice'}\t{where}\t{lack.code}"

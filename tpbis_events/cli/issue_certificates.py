"""`flask certificates issue`: for a session, a wave or an edition, in the background or here."""

from __future__ import annotations

import click

from tpbis_events.certificates.batch_model import Outcome
from tpbis_events.certificates.batches import counts_of
from tpbis_events.certificates.extent import extent
from tpbis_events.certificates.order_batch import order_batch
from tpbis_events.certificates.outlook import outlook, total
from tpbis_events.certificates.run_batches import run_batches
from tpbis_events.foundation import clock, codes
from tpbis_events.people.actor import COMMAND_LINE


@click.command("issue")
@click.argument("event")
@click.option("--session", default=None, help="Only this session, by its slug.")
@click.option("--wave", type=click.IntRange(min=1), default=None, help="Only the sessions of this wave.")
@click.option("--edition", is_flag=True, help="All sessions of the edition.")
@click.option("--look", is_flag=True, help="Say what it would bring about, and do nothing.")
@click.option(
    "--wait", is_flag=True, help="Issue them here instead of leaving it to the worker. May be broken off and repeated."
)
def issue(event: str, session: str | None, wave: int | None, edition: bool, look: bool, wait: bool) -> None:
    """Order the certificates of EVENT: of one --session, one --wave, or the whole --edition. Who has one keeps it."""
    if [session is not None, wave is not None, edition].count(True) != 1:
        raise click.UsageError("Say one of --session, --wave and --edition.")
    if look:
        _look(event, session, wave)
        return
    batch_id = order_batch(codes.new_code(32), event, session, wave, by=COMMAND_LINE)
    while wait and run_batches(rest=0):
        pass
    counts = counts_of([batch_id])[batch_id]
    click.echo(f"order {batch_id}: " + ", ".join(f"{counts[outcome]} {outcome.value}" for outcome in Outcome))


def _look(event: str, session: str | None, wave: int | None) -> None:
    found = total(outlook(extent(event, session, wave, by=COMMAND_LINE), clock.now()), begun_only=True)
    click.echo(
        f"{found.seated} seated, {found.ready} to issue, {found.already} have one, {found.lacking} lack something"
    )
    for what, number in [*found.missing.items(), *found.refused.items()]:
        click.echo(f"  {what}: {number}")

"""`flask mail`: how the mail stands, send what is due, owe failed mail anew."""

from __future__ import annotations

import click
from flask.cli import AppGroup

from tpbis_events.cli.worker import Task, Worker, deliver_mail
from tpbis_events.foundation.errors import Refusal
from tpbis_events.outbox import desk
from tpbis_events.outbox.resend import resend
from tpbis_events.people.actor import COMMAND_LINE

group = AppGroup("mail", help="Mail that is owed, sent and failed.")


@group.command("status")
def status() -> None:
    """How much is due, sent and failed, and when a worker was last heard of."""
    now = desk.standing()
    click.echo(
        f"due     {now.due}"
        + (f"  (the oldest since {now.waits_since:%Y-%m-%d %H:%M:%S} UTC)" if now.waits_since else "")
    )
    click.echo(f"sent    {now.sent}")
    click.echo(f"failed  {now.failed}")
    heard = f"heard at {now.beat_at:%Y-%m-%d %H:%M:%S} UTC" if now.beat_at else "never heard"
    click.echo(f"worker  {heard}{', silent' if now.worker_silent else ''}")


@group.command("deliver")
def deliver() -> None:
    """Send what is due now, then end. Exit code 1 when the mail server can't be reached."""
    from flask import current_app

    worker = Worker(current_app._get_current_object(), tasks=[Task("deliver mail", deliver_mail, every=0)])  # type: ignore[attr-defined]
    well = worker.once()
    now = desk.standing()
    click.echo(f"due {now.due}, sent {now.sent}, failed {now.failed}")
    if not well:
        raise SystemExit(1)


@group.command("retry")
@click.argument("mail_ids", metavar="[ID]...", type=int, nargs=-1)
@click.option("--all-failed", is_flag=True, help="Every mail that has failed.")
def retry(mail_ids: tuple[int, ...], all_failed: bool) -> None:
    """Owe failed mail anew: due now, with another 72 hours."""
    if bool(mail_ids) == all_failed:
        raise click.UsageError("Give the ids of failed mails, or --all-failed.")
    refused = 0
    for mail_id in desk.failed_ids() if all_failed else mail_ids:
        try:
            resend(mail_id, by=COMMAND_LINE.label)
            click.echo(f"{mail_id}: due again")
        except Refusal as refusal:
            refused += 1
            click.echo(f"{mail_id}: {refusal.code}", err=True)
    if refused:
        raise SystemExit(1)

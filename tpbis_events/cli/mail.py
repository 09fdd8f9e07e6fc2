"""`flask mail`: how the mail stands, send what is due, owe mail anew or give it up, and the addresses that take none."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime

import click
from flask import current_app
from flask.cli import AppGroup

from tpbis_events.cli.worker import Task, Worker, deliver_mail, read_bounces
from tpbis_events.foundation.errors import Refusal
from tpbis_events.outbox import addresses, desk, give_up, resend
from tpbis_events.outbox.causes import Cause
from tpbis_events.outbox.mark_address import clear_address
from tpbis_events.outbox.model import MailState
from tpbis_events.outbox.which import Which
from tpbis_events.people.actor import COMMAND_LINE

group = AppGroup("mail", help="Mail that is owed, sent, held and failed.")
CAUSES = click.Choice([cause.value for cause in Cause])


@group.command("status")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
def status(as_json: bool) -> None:
    """How the queue stands, what isn't sent and why, what the mail server said, and when a worker was last heard of."""
    now, groups = desk.standing(), desk.groups()
    if as_json:
        click.echo(json.dumps(_as_json(now, groups), indent=2))
        return
    click.echo(
        f"due       {now.due}"
        + (f"  ({now.overdue} should have left, the oldest since {_at(now.waits_since)})" if now.overdue else "")
    )
    click.echo(f"sent      {now.sent}")
    click.echo(f"failed    {now.failed}")
    click.echo(f"held      {now.held}")
    click.echo(f"given up  {now.counts.get(MailState.GIVEN_UP, 0)}")
    for each in groups:
        click.echo(
            f"  {each.state.value}: {each.number} {each.cause or 'without a cause'} {each.code}".rstrip()
            + f" - {each.said}"
        )
    if now.server:
        well = "answers" if now.server.well else f"away since {_at(now.server.since)}"
        click.echo(f"server    {well}, last at {_at(now.server.at)}: {now.server.said}")
    if now.bounces and not now.bounces.well:
        click.echo(f"bounces   the mailbox can't be read: {now.bounces.said}")
    if now.addresses:
        click.echo(f"addresses {now.addresses} take no mail")
    heard = f"heard at {_at(now.beat_at)}" if now.beat_at else "never heard"
    click.echo(f"worker    {heard}{', silent' if now.worker_silent else ''}")


@group.command("deliver")
def deliver() -> None:
    """Send what is due now, at the pace that is set, then end. Exit code 1 when the mail server can't be reached."""
    well = _work("deliver mail", deliver_mail)
    now = desk.standing()
    click.echo(f"due {now.due}, sent {now.sent}, failed {now.failed}, held {now.held}")
    if not well:
        click.echo(f"the mail server can't be reached: {now.server.said if now.server else ''}", err=True)
        raise SystemExit(1)


@group.command("bounces")
def bounces() -> None:
    """Read now what came back to the mailbox TPBIS_BOUNCE_IMAP_SERVER. Exit code 1 when it can't be read."""
    if not current_app.config["BOUNCE_IMAP_SERVER"]:
        raise click.UsageError("No mailbox is set (TPBIS_BOUNCE_IMAP_SERVER).")
    if not _work("read what came back", read_bounces):
        raise SystemExit(1)
    click.echo(f"{addresses.number()} addresses take no mail")


@group.command("retry")
@click.argument("mail_ids", metavar="[ID]...", type=int, nargs=-1)
@click.option("--all-failed", is_flag=True, help="Every mail that has failed.")
@click.option("--held", is_flag=True, help="Every mail that is held.")
@click.option("--cause", type=CAUSES, help="Those that failed or are held for this cause.")
@click.option("--kind", help="Those of this kind, such as confirmation.")
def retry(mail_ids: tuple[int, ...], all_failed: bool, held: bool, cause: str | None, kind: str | None) -> None:
    """Owe mail anew that failed or is held: due now, with another 72 hours. A mark on its address is taken off."""
    _act(resend.resend, resend.resend_many, "due again", mail_ids, all_failed, held, cause, kind)


@group.command("give-up")
@click.argument("mail_ids", metavar="[ID]...", type=int, nargs=-1)
@click.option("--all-failed", is_flag=True, help="Every mail that has failed.")
@click.option("--held", is_flag=True, help="Every mail that is held.")
@click.option("--cause", type=CAUSES, help="Those that failed or are held for this cause.")
@click.option("--kind", help="Those of this kind, such as confirmation.")
def abandon(mail_ids: tuple[int, ...], all_failed: bool, held: bool, cause: str | None, kind: str | None) -> None:
    """Try no longer: mail that isn't sent stays in the list, and can be sent later by `retry ID`."""
    _act(give_up.give_up, give_up.give_up_many, "given up", mail_ids, all_failed, held, cause, kind)


@group.command("addresses")
@click.option("--clear", type=int, metavar="ID", help="Send mail there again.")
def listed(clear: int | None) -> None:
    """The addresses that take no mail, masked, with what was said."""
    if clear is not None:
        try:
            clear_address(clear, by=COMMAND_LINE.label)
        except Refusal as refusal:
            click.echo(f"{clear}: {refusal.code}", err=True)
            raise SystemExit(1) from refusal
        click.echo(f"{clear}: takes mail again")
        return
    after: int | None = 0
    while after is not None:
        rows, after = addresses.listed(after=after)
        for row in rows:
            click.echo(f"{row.id}\t{row.shown}\t{_at(row.since)}\t{row.cause}\t{row.said}")


def _work(name: str, run: Callable[[str, Callable[[], bool]], bool]) -> bool:
    worker = Worker(current_app._get_current_object(), tasks=[Task(name, run, every=0)])  # type: ignore[attr-defined]
    return worker.once()


def _act(
    one: Callable[..., None],
    many: Callable[..., int],
    became: str,
    mail_ids: tuple[int, ...],
    all_failed: bool,
    held: bool,
    cause: str | None,
    kind: str | None,
) -> None:
    """One act on mails by id, or on those that are meant by state, cause and kind."""
    by_group = all_failed or held or bool(cause) or bool(kind)
    if bool(mail_ids) == by_group or (all_failed and held):
        raise click.UsageError("Give the ids of mails, or one of --all-failed, --held, --cause, --kind.")
    if by_group:
        states = (
            (MailState.FAILED,) if all_failed else (MailState.HELD,) if held else (MailState.FAILED, MailState.HELD)
        )
        number = sum(many(Which(state, cause, None, kind), by=COMMAND_LINE.label) for state in states)
        click.echo(f"{number} {became}")
        return
    refused = 0
    for mail_id in mail_ids:
        try:
            one(mail_id, by=COMMAND_LINE.label)
            click.echo(f"{mail_id}: {became}")
        except Refusal as refusal:
            refused += 1
            click.echo(f"{mail_id}: {refusal.code}", err=True)
    if refused:
        raise SystemExit(1)


def _as_json(now: desk.Standing, groups: list[desk.Group]) -> dict[str, object]:
    def server(words: desk.Server | None) -> dict[str, object] | None:
        return (
            {"well": words.well, "since": _iso(words.since), "at": _iso(words.at), "said": words.said}
            if words
            else None
        )

    return {
        "counts": {state.value: now.counts.get(state, 0) for state in MailState},
        "overdue": now.overdue,
        "oldest_due_at": _iso(now.waits_since),
        "waits_for_server": now.waits_for_server,
        "not_sent": [
            {
                "state": g.state.value,
                "cause": g.cause,
                "code": g.code,
                "number": g.number,
                "oldest_owed_at": _iso(g.oldest),
                "said": g.said,
            }
            for g in groups
        ],
        "server": server(now.server),
        "bounce_mailbox": server(now.bounces),
        "addresses_that_take_no_mail": now.addresses,
        "worker": {"heard_at": _iso(now.beat_at), "silent": now.worker_silent},
    }


def _at(moment: datetime | None) -> str:
    return f"{moment:%Y-%m-%d %H:%M:%S} UTC" if moment else "never"


def _iso(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None

"""`flask audit`: seal what waits for its seal, verify the chain of seals."""

from __future__ import annotations

from datetime import timedelta

import click

from tpbis_events.audit import witness
from tpbis_events.audit.chain import Head
from tpbis_events.audit.seal import seal_due
from tpbis_events.audit.verify import Fault, Why, first_fault, standing
from tpbis_events.cli.group import OfficeGroup
from tpbis_events.foundation import clock

group = OfficeGroup("audit", help="The audit log and its seals.")

BROKEN, UNSEALED = 1, 3
PATIENCE = timedelta(minutes=10)
_WHY = {
    Why.CHANGED: "is not what was sealed",
    Why.MISSING: "is gone",
    Why.HEAD_MISSING: "can't be judged: the row of audit_heads is gone",
    Why.HEAD_CHANGED: "is not what the head in audit_heads says",
    Why.BEYOND_HEAD: "lies beyond the head in audit_heads, which was put back",
    Why.NOT_AS_WITNESSED: "has another seal than was noted outside the database",
}


@group.command()
@click.option("--after", type=click.IntRange(0), default=0, help="Trust the chain up to this seal, verify the rest.")
@click.option("--head", "heads", multiple=True, metavar="NUMBER:SEAL", help="A head that was noted elsewhere.")
def verify(after: int, heads: tuple[str, ...]) -> None:
    """Verify that no sealed entry was changed or taken away. Exit code 1 names the first broken row.

    Exit code 3: the chain holds, but entries have waited for their seal for more than ten minutes.
    """
    now = standing()
    fault = first_fault(after=after, heads=[_head(line) for line in heads])
    if fault:
        click.echo(f"broken at seal {fault.number}: {_told(fault)}")
        raise SystemExit(BROKEN)
    click.echo(f"whole: {now.head.number} entries sealed, head {now.head}, {now.unsealed} not sealed yet")
    if now.oldest_unsealed and clock.now() - now.oldest_unsealed > PATIENCE:
        click.echo(f"entries wait for their seal since {now.oldest_unsealed:%Y-%m-%d %H:%M} UTC: no worker?", err=True)
        raise SystemExit(UNSEALED)


@group.command()
def seal() -> None:
    """Seal what waits for its seal; a worker does it every few seconds."""
    sealed = 0
    while more := seal_due():
        sealed += more
    click.echo(f"sealed {sealed}, head {standing().head}")


def _head(line: str) -> Head:
    head = witness.read_head(line)
    if head is None:
        raise click.BadParameter(f"{line} is no head: write NUMBER:SEAL", param_hint="--head")
    return head


def _told(fault: Fault) -> str:
    entry = fault.entry
    what = f"entry {entry.id} ({entry.act}, {entry.subject}, {entry.at:%Y-%m-%d %H:%M:%S} UTC)" if entry else "it"
    return f"{what} {_WHY[fault.why]}"

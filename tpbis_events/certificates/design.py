"""How an event's certificates look, how they are numbered and earned: data that the office edits, kept with the event."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from tpbis_events.certificates import numbers
from tpbis_events.certificates.model import Signing
from tpbis_events.programmes.model import CertificateKind, Event

LAYOUTS = ("frame", "weave", "band", "plain")
# Pairs of colours that go together, each readable on its paper: for headings and frames, and for lines and marks.
PALETTE: dict[str, tuple[str, str]] = {
    "nila": ("#213059", "#8c592b"),
    "soga": ("#5a3216", "#8a6a1f"),
    "hijau": ("#17472f", "#7a6420"),
    "marun": ("#6b1a2b", "#85601f"),
    "biru": ("#0f4c75", "#3d6b8c"),
    "hitam": ("#1f2328", "#6a6f76"),
}
ISSUE_PLACE = "Jakarta"  # where the National Library signs, unless an event says otherwise


@dataclass(frozen=True, slots=True)
class Design:
    """What an event says of its certificates; an event that says nothing has these values.

    Earning rules besides the share of days: `jp_needed` lessons, `points_needed` in the test after (in percent; none: no test),
    whether the evaluation must be handed in and the commitment signed. They hold for participants.
    """

    layout: str = "frame"
    colour: str = "#213059"
    accent: str = "#8c592b"
    issue_place: str = ISSUE_PLACE
    agenda_page: bool = True
    letters: bool = True  # whether who fell short may have a letter of attendance
    templates: Mapping[str, str] = field(default_factory=dict)  # of numbers, by kind
    jp_needed: int = 0
    points_needed: int | None = None
    evaluation_needed: bool = False
    commitment_needed: bool = False
    signing: str = Signing.NONE.value  # how the files are signed, letters of attendance too

    def template(self, kind: CertificateKind) -> str:
        return self.templates.get(kind.value) or numbers.TEMPLATE


def design_of(event: Event) -> Design:
    """What the event says, without what this product no longer knows."""
    told = event.certificate_design or {}
    return Design(**{name: value for name, value in told.items() if name in Design.__slots__})


def kept(design: Design) -> dict[str, Any]:
    return asdict(design)

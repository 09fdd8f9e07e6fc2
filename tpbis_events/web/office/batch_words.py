"""What orders of certificates are called in words: states, outcomes, what is missing, why one was refused."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from tpbis_events.certificates.batch_model import BatchState, CertificateBatch, Outcome
from tpbis_events.certificates.rules import Need
from tpbis_events.foundation.errors import Refusal
from tpbis_events.reports.columns import text_of
from tpbis_events.web.languages import language
from tpbis_events.web.refusals import sentence

STATES: dict[BatchState, Any] = {
    BatchState.QUEUED: _l("Waiting for its turn"),
    BatchState.RUNNING: _l("Being issued"),
    BatchState.DONE: _l("Issued as ordered"),
    BatchState.STOPPED: _l("Stopped before the end"),
}
# The colours of the badges that mean the same.
BADGES = {
    BatchState.QUEUED: "waiting",
    BatchState.RUNNING: "offered",
    BatchState.DONE: "seated",
    BatchState.STOPPED: "cancelled",
}
OUTCOMES: dict[Outcome, Any] = {
    Outcome.DUE: _l("Not issued yet"),
    Outcome.ISSUED: _l("Certificate issued"),
    Outcome.ALREADY: _l("Had a certificate before"),
    Outcome.MISSING: _l("Not earned yet"),
    Outcome.REFUSED: _l("Could not be issued"),
}
NEEDS: dict[Need, Any] = {
    Need.DAYS: _l("Not there on enough days"),
    Need.JP: _l("Attended too few lessons (JP)"),
    Need.POINTS: _l("Post-test not written, or too few points"),
    Need.EVALUATION: _l("Evaluation not handed in"),
    Need.COMMITMENT: _l("No follow-up plan entered"),
}


def of(batch: CertificateBatch) -> str:
    """What it is about."""
    if batch.session:
        return text_of(batch.session, "name", language())
    if batch.wave is not None:
        return str(_("Wave %(number)s", number=batch.wave))
    return str(_("The whole edition"))


def why(outcome: Outcome, code: str | None, facts: Mapping[str, Any] | None = None) -> str:
    """Why one wasn't issued, in a few words."""
    if not code:
        return ""
    if outcome is Outcome.MISSING:
        return "; ".join(str(NEEDS[Need(each)]) for each in code.split())
    return sentence(Refusal(code, **dict(facts or {})))[0]


def reasons(counted: Counter[tuple[Outcome, str]]) -> list[tuple[str, int]]:
    """(words, persons): each need by itself, so that who lacks two is counted at both; then the refusals."""
    needs: Counter[Need] = Counter()
    refusals: Counter[str] = Counter()
    for (outcome, code), number in counted.items():
        if outcome is Outcome.MISSING:
            needs.update({Need(each): number for each in code.split()})
        elif outcome is Outcome.REFUSED:
            refusals[why(outcome, code)] += number
    return [(str(NEEDS[need]), number) for need, number in needs.most_common()] + refusals.most_common()

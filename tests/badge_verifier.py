"""An independent verifier of badges, run in the Node.js that comes with Playwright; see tests/vendor/badge-verifier."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from playwright._impl._driver import compute_driver_executable

from tpbis_events.certificates.badge_proof import CREDENTIALS, OPEN_BADGES, context

VERIFIER = Path(__file__).parent / "vendor" / "badge-verifier" / "verify.mjs"


@dataclass(frozen=True, slots=True)
class Answer:
    """What the verifier says of one credential: of its proof, and of its bit where it was given the list, which verified."""

    verified: bool
    why: list[str]
    holds: bool | None


def verify(credentials: Sequence[Any], now: datetime, lists: dict[str, Any] | None = None) -> list[Answer]:
    """Ask of several at once, offline. `lists`: documents at their addresses, for the question whether badges still hold."""
    node, _ = compute_driver_executable()
    question = {
        "contexts": {address: context(address) for address in (CREDENTIALS, OPEN_BADGES)},
        "now": now.isoformat(),
        "cases": [{"credential": each, "documents": lists} for each in credentials],
    }
    asked = json.dumps(question).encode()
    ran = subprocess.run([node, VERIFIER], input=asked, capture_output=True, timeout=60, check=False)
    assert ran.returncode == 0, ran.stderr.decode()
    return [_answer(each) for each in json.loads(ran.stdout)]


def _answer(told: dict[str, Any]) -> Answer:
    status = told["status"]
    assert status is None or status["verified"], status["why"]
    return Answer(told["verified"], told["why"], None if status is None else not status["revoked"])

"""How a command says no: an exception with a stable code, an HTTP status and the facts of the case.

The doors turn it into words: pages in `web/refusals.py`, the CLI into an exit code. The code is the contract, words may change.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


class Refusal(Exception):
    """The rules say no. `code` is stable (`registration.already_cancelled`), `facts` fill the sentence."""

    status = 409

    def __init__(self, code: str, **facts: Any) -> None:
        super().__init__(code)
        self.code = code
        self.facts = facts

    def __str__(self) -> str:
        return f"{self.code} {self.facts}" if self.facts else self.code


class NotFound(Refusal):
    """There is no such thing, or none that this actor may know of: both answer the same, so that guessing tells nothing."""

    status = 404


class Forbidden(Refusal):
    """The actor may see the thing, but not do this to it."""

    status = 403


class Gone(Refusal):
    """A link whose time is over."""

    status = 410


class Invalid(Refusal):
    """Fields that break a rule: field name -> problem code. Doors show each beside its field."""

    status = 422

    def __init__(self, problems: Mapping[str, str]) -> None:
        super().__init__("input.invalid", problems=dict(problems))
        self.problems = dict(problems)

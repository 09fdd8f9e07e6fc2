"""A group of commands that says no in one way: a refusal is a line on standard error and exit code 1."""

from __future__ import annotations

from typing import Any

import click
from flask.cli import AppGroup

from tpbis_events.foundation.errors import Refusal


class OfficeGroup(AppGroup):
    """Like Flask's own group, within the app's context; a `Refusal` shows its code and facts, never a traceback."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except Refusal as refusal:
            raise click.ClickException(str(refusal)) from refusal

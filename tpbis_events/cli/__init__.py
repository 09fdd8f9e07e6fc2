"""The command line: every office act that a script may want. `flask --app wsgi --help`."""

from __future__ import annotations

from importlib import import_module

from flask import Flask

# One module per command group; each has `group`, a flask.cli.AppGroup or a click.Command.
MODULES: tuple[str, ...] = (
    "setup",
    "demo",
    "accounts",
    "events",
    "ways",
    "sessions",
    "seats",
    "registrations",
    "roster",
    "waiting",
    "offers",
    "invitations",
    "mail",
    "audit",
    "attendance",
    "certificates",
    "reports",
    "worker",
    "serve",
)


def init_app(app: Flask) -> None:
    for name in MODULES:
        app.cli.add_command(import_module(f"tpbis_events.cli.{name}").group)

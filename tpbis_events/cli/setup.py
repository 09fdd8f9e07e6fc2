"""`flask setup`: bring the database up to date and, in development, the demo with it. Safe to run at every start."""

from __future__ import annotations

import click
from flask import current_app
from flask.cli import with_appcontext
from flask_migrate import upgrade

from tpbis_events.certificates.badge_key import make_key
from tpbis_events.cli.demo import prepare_demo
from tpbis_events.people.actor import COMMAND_LINE
from tpbis_events.programmes import content
from tpbis_events.programmes.introduce import introduce
from tpbis_events.programmes.lay_out import lay_out


@click.command("setup")
@with_appcontext
def group() -> None:
    """Apply migrations, make the key of badges, write the programmes and the editions of 2023; in development also the demo."""
    upgrade()
    made = make_key()
    if made:
        click.echo(f"A new key signs badges from now on: {made.did}")
    introduce(by=COMMAND_LINE)
    for plan in (content.shm_2023(), content.ksp_2023()):
        lay_out(plan, by=COMMAND_LINE)
    if not current_app.config["PRODUCTION"]:
        prepare_demo()

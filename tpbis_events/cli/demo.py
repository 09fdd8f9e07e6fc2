"""`flask demo`: the edition to play with, its accounts, and plausible people for it. Never in production."""

from __future__ import annotations

import json
import os
import random
import secrets
from pathlib import Path

import click
from flask import current_app
from sqlalchemy import func, select

from tpbis_events.cli.demo_people import somebody_of
from tpbis_events.cli.group import OfficeGroup
from tpbis_events.foundation import clock, codes
from tpbis_events.foundation.database import db
from tpbis_events.foundation.errors import Refusal
from tpbis_events.people.actor import COMMAND_LINE
from tpbis_events.people.choose_password import set_password
from tpbis_events.people.give_right import NewRight
from tpbis_events.people.model import Right
from tpbis_events.people.open_account import open_account
from tpbis_events.places.local_time import local_date
from tpbis_events.programmes.demo_edition import demo_edition
from tpbis_events.programmes.lay_out import lay_out, move_dates
from tpbis_events.programmes.model import Event, Quota, Seat, Session
from tpbis_events.registrations.model import Registration
from tpbis_events.registrations.register import register

group = OfficeGroup("demo", help="The edition to play with. Refused in production.")

# (e-mail, name, rights, what it is for)
ACCOUNTS = (
    (
        "sari@tpbis.example",
        "Sari",
        (NewRight(Right.NATIONAL), NewRight(Right.ADMINISTRATOR)),
        "Penyelenggara nasional / national organizer",
    ),
    ("made@tpbis.example", "Made", (NewRight(Right.PIC, "51"),), "PIC Bali"),
    ("pintu@tpbis.example", "Pintu", (NewRight(Right.DOOR),), "Petugas pintu / door"),
)


@group.command()
def prepare() -> None:
    """Write the demo edition and accounts, or move the edition's dates to today."""
    prepare_demo()


@group.command()
@click.option("--people", default=990, show_default=True, help="How many register.")
@click.option("--seed", default=None, type=int, help="The same seed makes the same people.")
def fill(people: int, seed: int | None) -> None:
    """Register plausible people for the demo edition, each through the same command as the public form."""
    event = db.session.scalar(select(Event).where(Event.demo).order_by(Event.id.desc()).limit(1))
    if event is None or current_app.config["PRODUCTION"]:
        raise click.ClickException("there is no demo edition here")
    dice = random.Random(seed)
    places = _places(event.id, people, dice)
    first = (db.session.scalar(select(func.max(Registration.id))) or 0) + 1
    outcomes = {"seated": 0, "waiting": 0, "refused": 0}
    with click.progressbar(list(enumerate(places, start=first)), label="Pendaftaran / registrations") as bar:
        for number, (session_id, role_id, province_code, regency_needed) in bar:
            person = somebody_of(number, province_code, regency_needed, dice)
            try:
                outcomes[register(session_id, role_id, person, key=secrets.token_urlsafe(24)).state] += 1
            except Refusal:  # a session that has closed meanwhile
                outcomes["refused"] += 1
    click.echo("  ".join(f"{state}: {count}" for state, count in outcomes.items()))


def prepare_demo() -> None:
    """The demo edition dated from today and its accounts; what people did in it stays."""
    now = clock.now()
    event = db.session.scalar(select(Event).where(Event.demo).order_by(Event.id.desc()).limit(1))
    if event is None:
        lay_out(demo_edition(now), by=COMMAND_LINE)
    else:
        first = min(event.sessions, key=lambda session: session.starts_at)
        late = (local_date(now, first.zone) - local_date(first.starts_at, first.zone)).days
        if late > 0:
            move_dates(event.id, late, by=COMMAND_LINE)
    _prepare_accounts()


def accounts_file() -> Path:
    """Where the demo accounts' passwords are kept for `serve` to print: made at random, on this machine only."""
    return Path(current_app.config["INSTANCE"]) / "demo-accounts.json"


def _prepare_accounts() -> None:
    if accounts_file().exists():
        return
    told = []
    for email, name, rights, about in ACCOUNTS:
        password = codes.grouped(codes.new_code(12)).lower()
        open_account(email, name, rights, by=COMMAND_LINE, mailed=False)
        set_password(email, password, by=COMMAND_LINE)
        told.append({"role": rights[0].right, "email": email, "password": password, "about": about})
    descriptor = os.open(accounts_file(), os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as file:
        json.dump(told, file, indent=2)


def _places(event_id: int, people: int, dice: random.Random) -> list[tuple[int, int, str | None, bool]]:
    """Where people register: each seat of the edition once in a random order, then again from the start."""
    rows = db.session.scalars(
        select(Quota).join(Session, Quota.session_id == Session.id).where(Session.event_id == event_id)
    ).all()
    seats = dict(db.session.execute(select(Seat.quota_id, func.count()).group_by(Seat.quota_id)).all())
    places = [
        (row.session_id, row.role_id, row.session.province_code, row.role.regency_required)
        for row in rows
        for _ in range(seats.get(row.id, 0))
    ]
    dice.shuffle(places)
    return [places[n % len(places)] for n in range(people)]

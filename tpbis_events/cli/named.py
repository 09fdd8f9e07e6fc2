"""How the command line names things: places by the words of their addresses, registrations by their references."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields
from typing import Any

import click

from tpbis_events.foundation.codes import read_back
from tpbis_events.foundation.errors import NotFound
from tpbis_events.programmes import catalogue
from tpbis_events.programmes.model import Event, Quota, Role, Session
from tpbis_events.registrations import lookup
from tpbis_events.registrations.rules import Applicant

Command = Callable[..., Any]

reason = click.option("--reason", required=True, help="Why; the audit log keeps it.")


def place(command: Command) -> Command:
    """Arguments EVENT SESSION ROLE, as in the address of a page: shm-provinsi-2027 bali stakeholder-provinsi."""
    for name in ("role", "session", "event"):
        command = click.argument(name)(command)
    return command


def answers(command: Command) -> Command:
    """An option for each answer of a person: --full-name, --email, --institution ..."""
    for each in reversed(fields(Applicant)):
        name = f"--{each.name.replace('_', '-')}"
        if each.type == "bool":
            command = click.option(name, is_flag=True)(command)
        else:
            needed = each.name == "full_name"
            command = click.option(name, default=None if needed else each.default, required=needed)(command)
    return command


def quota(event: str, session: str, role: str) -> Quota:
    return catalogue.quota_of(event, session, role, drafts=True)


def session(event: str, slug: str) -> Session:
    return catalogue.session_of(event, slug, drafts=True)


def role(event: Event, slug: str) -> Role:
    found = next((each for each in event.roles if each.slug == slug), None)
    if found is None:
        raise NotFound("role.unknown")
    return found


def registration_id(reference: str) -> int:
    found = lookup.id_of(read_back(reference))
    if found is None:
        raise NotFound("registration.unknown", reference=reference)
    return found


def served(references: tuple[str, ...]) -> str:
    """Who was served from the waiting list, for the end of a line; empty when nobody was."""
    return f"; served from the waiting list: {', '.join(references)}" if references else ""

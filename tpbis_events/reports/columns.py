"""The columns of an exported roster: what each is called and says, and which right it needs where the person registered."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext as _l

from tpbis_events.foundation.codes import grouped
from tpbis_events.people.actor import Act, Actor
from tpbis_events.places import countries, provinces, regencies
from tpbis_events.places.local_time import format_date, format_time, local_date
from tpbis_events.reports.rows import Line
from tpbis_events.reports.scope import Scope
from tpbis_events.reports.words import EMPLOYMENTS, STATES


@dataclass(frozen=True, slots=True)
class Column:
    """`say` gives a text or a number; `needs` is the right without which the cell stays empty; `digits`: never a number."""

    key: str
    label: Any
    width: int
    say: Callable[[Line, str], str | int]
    needs: Act | None = None
    digits: bool = False


def text_of(row: Any, field: str, language: str) -> str:
    """A text that is kept twice, in this language; the other one where this one is empty."""
    first, second = ("en", "id") if language == "en" else ("id", "en")
    return str(getattr(row, f"{field}_{first}") or getattr(row, f"{field}_{second}") or "")


def _registered(line: Line, language: str) -> str:
    at, zone = line.created_at, line.session.zone
    return f"{format_date(local_date(at, zone), language)}, {format_time(at, zone, language)}"


def _province(line: Line, language: str) -> str:
    code = line.province_code
    return provinces.province(code).name(language) if code and provinces.is_province(code) else ""


def _regency(line: Line, _language: str) -> str:
    code = line.regency_code
    return regencies.regency(code).name if code and regencies.is_regency(code) else ""


def _country(line: Line, language: str) -> str:
    code = line.country_code
    return countries.country_name(code, language) if countries.is_country(code) else code


# What only some may see is taken along only when it is asked for.
SENSITIVE = ("contact", "nip", "support")
_GROUP = {"email": "contact", "phone": "contact", "nip": "nip", "support": "support"}
_COLUMNS = (
    Column("session", _l("Session"), 24, lambda line, language: text_of(line.session, "name", language)),
    Column("reference", _l("Reference"), 12, lambda line, _: grouped(line.reference)),
    Column("full_name", _l("Full name"), 32, lambda line, _: line.full_name),
    Column("own_script_name", _l("Name in own script"), 24, lambda line, _: line.own_script_name or ""),
    Column("role", _l("Role"), 30, lambda line, language: text_of(line.role, "name", language)),
    Column("state", _l("State"), 16, lambda line, _: str(STATES[line.state])),
    Column("seat", _l("Seat"), 7, lambda line, _: "" if line.seat is None else line.seat),
    Column("institution", _l("Institution or community"), 36, lambda line, _: line.institution),
    Column("position", _l("Position"), 26, lambda line, _: line.position),
    Column(
        "employment",
        _l("Employment status"),
        26,
        lambda line, _: str(EMPLOYMENTS[line.employment]) if line.employment else "",
    ),
    Column("province", _l("Province"), 22, _province),
    Column("regency", _l("Regency or city"), 26, _regency),
    Column("country", _l("Country"), 16, _country),
    Column("email", _l("E-mail address"), 30, lambda line, _: line.email or "", Act.SEE_CONTACT),
    Column("phone", _l("Phone or WhatsApp number"), 18, lambda line, _: line.phone or "", Act.SEE_CONTACT, digits=True),
    Column("nip", _l("NIP"), 22, lambda line, _: line.nip or "", Act.SEE_NUMBER, digits=True),
    Column("support", _l("Support that is needed"), 36, lambda line, _: line.support or "", Act.SEE_SUPPORT),
    Column("days", _l("Days attended"), 9, lambda line, _: line.days_attended),
    Column("certificate", _l("Certificate"), 28, lambda line, _: line.certificate or ""),
    Column("registered", _l("Registered"), 38, _registered),
)


def columns_for(by: Actor, scope: Scope, asked: frozenset[str]) -> tuple[Column, ...]:
    """What this actor gets: of the sensitive groups (SENSITIVE) those that were asked for and that she may see somewhere here."""
    places = {session.province_code for session in scope.sessions}
    return tuple(
        column
        for column in _COLUMNS
        if (column.key not in _GROUP or _GROUP[column.key] in asked)
        and (column.needs is None or any(by.may(column.needs, place) for place in places))
    )


def groups_for(by: Actor, scope: Scope) -> list[str]:
    """The sensitive groups that this actor may ask for."""
    everything = {column.key for column in columns_for(by, scope, frozenset(SENSITIVE))}
    return [group for group in SENSITIVE if any(_GROUP.get(key) == group for key in everything)]


def cells(line: Line, columns: tuple[Column, ...], by: Actor, language: str) -> list[str | int]:
    """One row; a cell that the actor may not see in this province is empty."""
    where = line.session.province_code
    return [
        column.say(line, language) if column.needs is None or by.may(column.needs, where) else "" for column in columns
    ]

"""How the office tells where a person is from, and at what time of day something was."""

from __future__ import annotations

from datetime import datetime

from tpbis_events.people.model import Person
from tpbis_events.places import countries, provinces, regencies
from tpbis_events.places.local_time import format_time
from tpbis_events.web.languages import language


def where_from(person: Person) -> str:
    """The regency, else the province, else the country."""
    return regency(person) or province(person) or country(person)


def regency(person: Person) -> str:
    code = person.regency_code
    return regencies.regency(code).name if code and regencies.is_regency(code) else ""


def province(person: Person) -> str:
    code = person.province_code
    return provinces.province(code).name(language()) if code and provinces.is_province(code) else ""


def country(person: Person) -> str:
    code = person.country_code
    return countries.country_name(code, language()) if countries.is_country(code) else code


def clock_time(at: datetime, zone: str) -> str:
    return format_time(at, zone, language())

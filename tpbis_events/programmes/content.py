"""The editions that the product begins with, read from the packaged files in `data/` (its facts' sources stand there)."""

from __future__ import annotations

import csv
import tomllib
from datetime import date, time, timedelta
from importlib.resources import files
from typing import Any

from tpbis_events.places.local_time import at_local
from tpbis_events.places.provinces import province
from tpbis_events.programmes.lay_out import AgendaPlan, EditionPlan, RolePlan, SessionPlan
from tpbis_events.programmes.model import AgendaKind, Certainty, Mode, Origin

_DATA = files(__package__) / "data"
# Levels of the roles that belong to one regency, city or village, so that the form asks which.
_LOCAL_LEVELS = frozenset({"kabupaten/kota", "desa/kelurahan"})


def programmes() -> list[dict[str, Any]]:
    return list(_toml("programmes.toml")["programme"])


def figures() -> list[dict[str, str]]:
    """The public figures that may be shown, each with its date and source."""
    return [row for row in rows_of("figures.csv") if row["shown"] == "1"]


def shm_2023() -> EditionPlan:
    """SHM Provinsi 2023: 33 provinces in four waves, 30 seats each over eight roles (Sumut Pos, August 2023)."""
    told = _event("shm-provinsi-2023")
    sessions = tuple(_shm_session(row) for row in rows_of(told["files"]["schedule"]))
    return EditionPlan(
        **_texts(told),
        **_past_window(told["first_day"], "Asia/Jakarta"),
        roles=shm_roles(),
        sessions=sessions,
        agenda=tuple(_agenda_item(row) for row in rows_of(told["files"]["agenda"])),
        waves={wave["number"]: Certainty(wave["status"]) for wave in told["wave"]},
    )


def shm_roles() -> tuple[RolePlan, ...]:
    return tuple(
        RolePlan(
            slug=row["slug"],
            name_id=row["name_id"],
            name_en=row["name_en"],
            seats=int(row["quota"]),
            origin=Origin(row["origin"]),
            regency_required=row["level"] in _LOCAL_LEVELS,
        )
        for row in rows_of("shm_roles.csv")
    )


def ksp_2023() -> EditionPlan:
    """KSP 2023: five days in Jakarta, eight delegates from six countries and ten Indonesian regions."""
    told = _event("ksp-2023")
    sessions = tuple(_ksp_session(session) for session in told["session"])
    agenda = [_agenda_item(row) for row in rows_of(told["files"]["agenda"])]
    agenda += [_visit(row, told["first_day"]) for row in rows_of(told["files"]["visits"])]
    roles = tuple(
        RolePlan(role["slug"], role["name_id"], role["name_en"], role["quota"], Origin(role["origin"]))
        for role in told["role"]
    )
    return EditionPlan(
        **_texts(told),
        **_past_window(told["first_day"], "Asia/Jakarta"),
        theme_id=told["theme_id"],
        theme_en=told["theme_en"],
        roles=roles,
        sessions=sessions,
        agenda=tuple(agenda),
        certificate_percent=80,
    )


def rows_of(name: str) -> list[dict[str, str]]:
    """The rows of one packaged table; no cell of theirs holds a line break."""
    return list(csv.DictReader((_DATA / name).read_text(encoding="utf-8").splitlines()))


def _toml(name: str) -> dict[str, Any]:
    return tomllib.loads((_DATA / name).read_text(encoding="utf-8"))


def _event(slug: str) -> dict[str, Any]:
    found: dict[str, Any] = next(event for event in _toml("events.toml")["event"] if event["slug"] == slug)
    return found


def _texts(told: dict[str, Any]) -> dict[str, Any]:
    names = "slug programme name_id name_en description_id description_en note_id note_en source".split()
    return {name: told.get(name) for name in names}


def _past_window(first_day: date, zone: str) -> dict[str, Any]:
    """A past edition's window isn't reported; it is over when the edition begins."""
    begins = at_local(first_day, time(0), zone)
    return {"registration_opens_at": begins - timedelta(days=30), "registration_closes_at": begins}


def _shm_session(row: dict[str, str]) -> SessionPlan:
    where = province(row["province_code"])
    return SessionPlan(
        slug=row["slug"],
        name_id=f"SHM {where.name_id}",
        name_en=f"SHM {where.name_en}",
        province_code=where.code,
        city=row["city"],
        venue=row["venue"] or None,
        zone=row["zone"],
        days=(date.fromisoformat(row["date"]),),
        starts=time.fromisoformat(row["starts"]),
        ends=time.fromisoformat(row["ends"]),
        wave=int(row["wave"]),
        date_certainty=Certainty(row["date_status"]),
        hours_certainty=Certainty(row["hours_status"]),
        city_certainty=Certainty(row["city_status"]),
        venue_certainty=Certainty(row["venue_status"]),
        source=row["source"],
    )


def _ksp_session(told: dict[str, Any]) -> SessionPlan:
    return SessionPlan(
        slug=told["slug"],
        name_id=told["name_id"],
        name_en=told["name_en"],
        province_code=None,  # its participants come from everywhere
        city=told["city"],
        venue=told["venue"],
        zone=told["zone"],
        days=tuple(told["days"]),
        starts=time.fromisoformat(told["starts"]),
        ends=time.fromisoformat(told["ends"]),
        mode=Mode(told["mode"]),
        date_certainty=Certainty(told["date_status"]),
        hours_certainty=Certainty(told["hours_status"]),
        venue_certainty=Certainty(told["venue_status"]),
    )


def _agenda_item(row: dict[str, str]) -> AgendaPlan:
    return AgendaPlan(
        day_number=int(row["day_number"]),
        starts=time.fromisoformat(row["starts"]) if row["starts"] else None,
        ends=time.fromisoformat(row["ends"]) if row["ends"] else None,
        kind=AgendaKind(row["kind"]),
        title_id=row["title_id"],
        title_en=row["title_en"],
        place_id=row["place"] or None,
        place_en=row["place"] or None,
        jp=int(row["jp"] or 0),  # an empty cell: not known
        certainty=Certainty(row["status"]),
    )


def _visit(row: dict[str, str], first_day: date) -> AgendaPlan:
    day_number = (date.fromisoformat(row["date"]) - first_day).days + 1 if row["date"] else 0
    return AgendaPlan(
        day_number=day_number,
        starts=None,
        ends=None,
        kind=AgendaKind.VISIT,
        title_id=row["name_id"],
        title_en=row["name_en"],
        place_id=row["place_id"] or None,
        place_en=row["place_en"] or None,
        note_id=row["note_id"] or None,
        note_en=row["note_en"] or None,
        certainty=Certainty(row["status"]),
    )

"""`flask roster import`: said first, stored when asked, all or none, and nobody twice."""

from __future__ import annotations

from pathlib import Path

from flask import Flask
from sqlalchemy import select

from tests.builders import Place, an_event
from tpbis_events.foundation.database import db
from tpbis_events.registrations.model import Registration

SHEET = """Peran;Nama lengkap;Surel;Instansi;Jabatan;Status kepegawaian
stakeholder;Budi Santoso;budi@example.id;Desa Sukamaju;Pustakawan;Masyarakat
Peran stakeholder;Ni Made Ayu;ayu@example.id;Desa Sukamaju;Kepala desa;Perangkat desa
stakeholder;Putu Raka;raka@example.id;Desa Sukamaju;Anggota;Masyarakat
"""


def test_a_sheet_is_said_first_and_stored_with_save_and_adds_nobody_twice(app: Flask, tmp_path: Path) -> None:
    place = an_event(roles={"stakeholder": 2})["51", "stakeholder"]
    assert "seated: 2, waiting: 1, known before: 0 (nothing was stored" in run(app, place, tmp_path, SHEET)
    assert states(place) == []
    assert "seated: 2, waiting: 1, known before: 0" in run(app, place, tmp_path, SHEET, "--save")
    assert sorted(states(place)) == ["seated", "seated", "waiting"]
    assert "seated: 0, waiting: 0, known before: 3" in run(app, place, tmp_path, SHEET, "--save")
    assert len(states(place)) == 3


def test_every_problem_of_every_row_is_said_at_once_and_nothing_is_stored(app: Flask, tmp_path: Path) -> None:
    place = an_event(roles={"stakeholder": 2})["51", "stakeholder"]
    wrong = SHEET.replace("ayu@example.id", "ayu").replace("stakeholder;Putu", "menteri;Putu")
    said = run(app, place, tmp_path, wrong, "--save")
    assert "line 3, email: email.wrong" in said
    assert "line 4, role: choice.unknown" in said
    assert "2 problems; nothing was stored" in said
    assert states(place) == []


def test_rows_beyond_the_quota_are_refused_by_line_when_nobody_shall_wait(app: Flask, tmp_path: Path) -> None:
    place = an_event(roles={"stakeholder": 1})["51", "stakeholder"]
    said = run(app, place, tmp_path, SHEET, "--save", "--beyond", "refuse")
    assert "line 3, role: role.full" in said
    assert "line 4, role: role.full" in said
    assert states(place) == []


def run(app: Flask, place: Place, folder: Path, text: str, *options: str) -> str:
    file = folder / "peserta.csv"
    file.write_text(text, encoding="utf-8-sig")
    db.session.remove()
    told = ["roster", "import", place.event_slug, place.session_slug, str(file), "--consent", *options]
    return app.test_cli_runner().invoke(args=told).output


def states(place: Place) -> list[str]:
    which = select(Registration.state).where(Registration.quota_id == place.quota_id)
    return [state.value for state in db.session.scalars(which)]

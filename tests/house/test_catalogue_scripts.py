"""`make catalogues` and the check of the catalogues, on a small project of their own."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from scripts import catalogues, check_catalogues

ROOT = Path(__file__).parents[2]
PYTHON = 'from flask_babel import gettext as _, ngettext\n_("Your name")\nngettext("One seat", "%(num)d seats", 2)\n'
TEMPLATE = "{% trans place=place %}See you in <b>{{ place }}</b>{% endtrans %}"
INDONESIAN = {
    "Your name": "Nama Anda",
    "One seat": "%(num)d kursi",
    "See you in <b>%(place)s</b>": "Sampai jumpa di <b>%(place)s</b>",
}


@pytest.fixture
def project(tmp_path: Path) -> Path:
    shutil.copy(ROOT / "babel.cfg", tmp_path)
    for name, text in (("tpbis_events/page.py", PYTHON), ("templates/my/page.html", TEMPLATE)):
        (tmp_path / name).parent.mkdir(parents=True)
        (tmp_path / name).write_text(text)
    return tmp_path


def _update(project: Path, translations: dict[str, str]) -> None:
    file = project / "id.json"
    file.write_text(json.dumps(translations))
    catalogues.main(["--merge", str(file)], root=project)


def test_a_project_with_every_text_in_both_languages_passes(project: Path) -> None:
    _update(project, INDONESIAN)
    assert check_catalogues.problems(project) == []


def test_english_is_filled_from_the_source_and_indonesian_waits_for_a_translator(project: Path) -> None:
    _update(project, {})
    lines = check_catalogues.problems(project)
    assert len(lines) == 3
    assert all(line.startswith("id: not translated") for line in lines)


def test_a_text_new_in_the_sources_is_missed_and_a_text_gone_from_them_is_named(project: Path) -> None:
    _update(project, INDONESIAN)
    (project / "tpbis_events/page.py").write_text(PYTHON.replace("Your name", "Your full name"))
    lines = check_catalogues.problems(project)
    assert "id: missing; run make catalogues: 'Your full name' (tpbis_events/page.py)" in lines
    assert "en: no longer in the sources; run make catalogues: 'Your name'" in lines


@pytest.mark.parametrize(
    ("text", "translation"),
    [
        ("One seat", "kursi"),
        ("See you in <b>%(place)s</b>", "Sampai jumpa di <b>%(tempat)s</b>"),
        ("See you in <b>%(place)s</b>", "Sampai jumpa di %(place)s"),
    ],
)
def test_a_translation_that_loses_a_placeholder_or_a_tag_is_refused(project: Path, text: str, translation: str) -> None:
    _update(project, {**INDONESIAN, text: translation})
    lines = check_catalogues.problems(project)
    assert len(lines) == 1
    assert "placeholders or tags differ" in lines[0]


def test_updating_again_changes_nothing_and_a_translation_made_by_hand_stays(project: Path) -> None:
    _update(project, INDONESIAN)
    files = [catalogues.path_of(project, language) for language in catalogues.LANGUAGES]
    before = [file.read_bytes() for file in files]
    _update(project, {"Your name": "Nama lain"})
    assert [file.read_bytes() for file in files] == before


def test_indonesian_has_one_form_for_all_numbers(project: Path) -> None:
    _update(project, INDONESIAN)
    text = catalogues.path_of(project, "id").read_text()
    assert "nplurals=1; plural=0;" in text
    assert "msgstr[1]" not in text

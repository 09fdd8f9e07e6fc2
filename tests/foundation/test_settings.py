"""Settings come from the environment; production refuses to start half set."""

from __future__ import annotations

from pathlib import Path

import pytest

import config

SECRET = "x" * 40
PRODUCTION = {"TPBIS_ENV": "production", "TPBIS_BASE_URL": "https://tpbis.example", "TPBIS_SECRET_KEY": SECRET}


@pytest.mark.parametrize("missing", ["TPBIS_BASE_URL", "TPBIS_SECRET_KEY"])
def test_production_does_not_start_without_its_secret_or_its_address(tmp_path: Path, missing: str) -> None:
    environ = {name: value for name, value in PRODUCTION.items() if name != missing}
    with pytest.raises(config.MissingSetting, match=missing):
        config.from_environment(environ, tmp_path)


def test_production_does_not_start_with_a_short_secret(tmp_path: Path) -> None:
    with pytest.raises(config.MissingSetting, match="32"):
        config.from_environment({**PRODUCTION, "TPBIS_SECRET_KEY": "short"}, tmp_path)


def test_production_over_https_has_secure_cookies(tmp_path: Path) -> None:
    settings = config.from_environment(PRODUCTION, tmp_path)
    assert (settings["SESSION_COOKIE_SECURE"], settings["HTTPS_ONLY"]) == (True, True)


def test_development_makes_a_secret_once_and_keeps_it_to_itself(tmp_path: Path) -> None:
    first = config.from_environment({}, tmp_path)["SECRET_KEY"]
    assert len(first) > 40
    assert config.from_environment({}, tmp_path)["SECRET_KEY"] == first
    assert (tmp_path / "secret_key").stat().st_mode & 0o077 == 0
    assert [file.name for file in tmp_path.iterdir()] == ["secret_key"]


@pytest.mark.parametrize("given", ["postgres://u@h/d", "postgresql://u@h/d"])
def test_postgresql_is_always_spoken_by_psycopg_3(tmp_path: Path, given: str) -> None:
    assert config.database_url(given, tmp_path) == "postgresql+psycopg://u@h/d"


def test_without_a_database_address_sqlite_stands_beside_the_app(tmp_path: Path) -> None:
    assert config.database_url("", tmp_path) == f"sqlite:///{tmp_path}/tpbis.sqlite"

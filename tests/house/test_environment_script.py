"""The script behind make's environment: quick when nothing changed, plain when it can't go on."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from scripts import environment


def test_a_python_that_is_too_old_gets_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(environment.sys, "version_info", (3, 9, 2))
    with pytest.raises(SystemExit, match="Python 3.11 or newer is needed"):
        environment.main("run")


def test_a_changed_requirement_is_installed_and_an_unchanged_one_is_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for name in environment.NEEDS["dev"]:
        (tmp_path / name).write_text("Flask==3.1.3\n")
    (tmp_path / environment.VENV).mkdir()
    asked: list[str] = []
    monkeypatch.setattr(subprocess, "call", lambda command: asked.append(command[-1]) or 0)
    environment.install("dev", "3.11")
    assert asked == ["requirements-dev.txt"]
    for kind in ("run", "dev"):
        assert environment.is_installed(kind, environment.fingerprint(kind, "3.11"))
        assert not environment.is_installed(kind, environment.fingerprint(kind, "3.12"))
    (tmp_path / "requirements-dev.txt").write_text("Flask==3.1.4\n")
    assert environment.is_installed("run", environment.fingerprint("run", "3.11"))
    assert not environment.is_installed("dev", environment.fingerprint("dev", "3.11"))


def test_a_failed_installation_is_not_noted_as_done(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(subprocess, "call", lambda command: 1)
    with pytest.raises(SystemExit, match="Installing failed"):
        environment.install("run", "3.11")
    assert not Path(environment.stamp("run")).exists()

"""What a run leaves out is named, and with CI=true nothing may be."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
ASKS = "from tests.left_out import need\n\ndef test_asks():\n    need('Chromium', False)\n"


def _run(directory: Path, ci: str) -> subprocess.CompletedProcess[str]:
    (directory / "test_asks.py").write_text(ASKS)
    command = [sys.executable, "-m", "pytest", "-p", "tests.left_out", "-p", "no:cacheprovider", str(directory)]
    environment = {**os.environ, "CI": ci, "PYTHONPATH": str(ROOT)}
    return subprocess.run(command, cwd=directory, env=environment, capture_output=True, text=True, check=False)


def test_a_missing_browser_is_named_with_the_way_to_get_it(tmp_path: Path) -> None:
    ended = _run(tmp_path, ci="")
    assert ended.returncode == 0
    assert "Left out: 1 test that needs Chromium. To run it: install Chromium" in ended.stdout


def test_leaving_out_fails_in_continuous_integration(tmp_path: Path) -> None:
    ended = _run(tmp_path, ci="true")
    assert ended.returncode == 1
    assert "with CI=true nothing may be left out" in ended.stdout

"""Says plainly what a run of the tests left out, and how to get it.

A test that needs something of the machine asks `need("PostgreSQL", found)`. When it isn't there the test is skipped and
named at the end; with CI=true in the environment it fails instead, because nobody reads what was left out there.
"""

from __future__ import annotations

import os
import re
from collections import Counter

import pytest

HOW_TO_GET = {
    "PostgreSQL": "install PostgreSQL (Debian, Ubuntu: apt-get install postgresql), or set TEST_DATABASE_URL",
    "Chromium": "install Chromium (Debian: apt-get install chromium), or set CHROMIUM to its path",
    "poppler": "install poppler (Debian, Ubuntu: apt-get install poppler-utils)",
    "qpdf": "install qpdf (Debian, Ubuntu: apt-get install qpdf)",
    "SoftHSM": "install SoftHSM (Debian, Ubuntu: apt-get install softhsm2)",
    "certutil": "install the tools of NSS (Debian, Ubuntu: apt-get install libnss3-tools)",
}
_NOT_FOUND = re.compile(r"Skipped: (.+?) was not found")


def need(thing: str, found: bool) -> None:
    """Go on when `thing` was found; otherwise skip the test that asks, or fail it when CI=true.

    In: `thing`, by the name people know it by (HOW_TO_GET has the usual ones).
    """
    if found:
        return
    reason = f"{thing} was not found"
    how = HOW_TO_GET.get(thing)
    if how:
        reason = f"{reason}: {how}"
    if os.environ.get("CI", "").lower() in {"1", "true", "yes"}:
        pytest.fail(f"{reason} (with CI=true nothing may be left out)", pytrace=False)
    pytest.skip(reason, allow_module_level=True)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Name what was left out, after the results; read from the reports, which come from every process of a run."""
    left_out: Counter[str] = Counter()
    for report in terminalreporter.stats.get("skipped", []):
        why = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
        if found := _NOT_FOUND.search(why):
            left_out[found[1]] += 1
    if not left_out:
        return
    terminalreporter.section("left out", sep="-")
    for thing, times in sorted(left_out.items()):
        tests = "1 test that needs" if times == 1 else f"{times} tests that need"
        how = f" To run {'it' if times == 1 else 'them'}: {HOW_TO_GET[thing]}." if thing in HOW_TO_GET else ""
        terminalreporter.line(f"Left out: {tests} {thing}.{how}")

"""The whole system as people meet it: `flask setup` and `flask serve` on a port of its own, and a real browser."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

ROOT = Path(__file__).parents[2]
TIMEOUT = 15_000  # milliseconds
expect.set_options(timeout=TIMEOUT)
# Chromium as root in a container, and quiet towards the network.
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
]


@dataclass(frozen=True, slots=True)
class House:
    """A running system: its address, its instance folder, and the settings it was started with."""

    url: str
    instance: Path
    environ: dict[str, str]

    def password(self, right: str) -> tuple[str, str]:
        """E-mail and password of a demo account."""
        accounts = json.loads((self.instance / "demo-accounts.json").read_text())
        return next((a["email"], a["password"]) for a in accounts if a["role"] == right)

    def flask(self, *arguments: str) -> str:
        command = [sys.executable, "-m", "flask", "--app", "wsgi", *arguments]
        return subprocess.run(command, cwd=ROOT, env=self.environ, check=True, capture_output=True, text=True).stdout

    def mail_to(self, address: str, seconds: float = 20, *, leading_to: str = "") -> EmailMessage:
        """The first mail to an address, with a link to somewhere, among those kept as files, once the worker has written it."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            for file in sorted((self.instance / "mail").glob("*.eml")):
                mail = message_from_bytes(file.read_bytes(), policy=policy.default)
                words = mail.get_body(("plain",))
                if address in mail["To"] and leading_to in (words.get_content() if words else ""):
                    return mail
            time.sleep(0.2)
        raise AssertionError(f"no mail to {address} after {seconds} s")


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


@pytest.fixture(scope="session")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    instance, port = tmp_path_factory.mktemp("house"), free_port()
    environ = {
        **{name: value for name, value in os.environ.items() if not name.startswith("TPBIS_")},
        "TPBIS_INSTANCE": str(instance),
        "TPBIS_LOG_LEVEL": "WARNING",
        "PORT": str(port),
    }
    house = House(f"http://127.0.0.1:{port}", instance, environ)
    house.flask("setup")
    command = [sys.executable, "-m", "flask", "--app", "wsgi", "serve", "--port", str(port)]
    with (instance / "serve.log").open("w") as log:
        server = subprocess.Popen(command, cwd=ROOT, env=environ, stdout=log, stderr=subprocess.STDOUT)
    try:
        _wait_until_ready(house, server)
        yield house
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait(20)


def _wait_until_ready(house: House, server: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline and server.poll() is None:
        try:
            with urllib.request.urlopen(f"{house.url}/readyz", timeout=2):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.3)
    raise AssertionError((house.instance / "serve.log").read_text())


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    from tests.left_out import need

    program = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
    need("Chromium", program is not None)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def phone(browser: Browser) -> Iterator[BrowserContext]:
    """A small phone with JavaScript turned off."""
    context = browser.new_context(viewport={"width": 360, "height": 740}, java_script_enabled=False, locale="id-ID")
    context.set_default_timeout(TIMEOUT)
    yield context
    context.close()


@pytest.fixture
def desk(browser: Browser) -> Iterator[Page]:
    """The office's screen."""
    context = browser.new_context(viewport={"width": 1280, "height": 900}, locale="id-ID")
    context.set_default_timeout(TIMEOUT)
    yield context.new_page()
    context.close()

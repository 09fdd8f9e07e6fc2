"""`flask serve`: the web server and one worker, beside each other; `make run` ends here.

The worker is started anew when it dies; without the web server there is nothing to serve, so then all ends with exit code 1.
"""

from __future__ import annotations

import json
import os
import signal
import socket
import sys
import time
from pathlib import Path
from typing import Any

import click
from flask import Flask, current_app
from flask.cli import with_appcontext

import config
from tpbis_events.certificates import badge_key
from tpbis_events.cli.children import Child, end
from tpbis_events.cli.worker import PARENT
from tpbis_events.foundation import logs

# Measured in docs/dependencies.md; two processes also go on serving while one is busy with a certificate.
PROCESSES = 2
THREADS = 4
PATIENCE = 20.0
SECONDS_TO_OPEN = 60.0
SECONDS_BETWEEN_STARTS = 2.0


class Stopped(Exception):
    """Somebody asked us to end."""


@click.command("serve")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535))
@click.option("--workers", default=PROCESSES, show_default=True, type=click.IntRange(1, 64), help="Web processes.")
@with_appcontext
def group(host: str, port: int, workers: int) -> None:
    """Serve the pages and do the work in the background, until Ctrl-C."""
    if not _free(host, port):
        click.echo(f"Port {port} di {host} sedang dipakai / is in use. Coba / try: PORT={port + 1} make run", err=True)
        raise SystemExit(2)
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    if app.config["PRODUCTION"] and not badge_key.all_keys():
        click.echo(f"No key to sign badges with. Run `flask --app wsgi setup`, or set {badge_key.SETTING}.", err=True)
        raise SystemExit(2)
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, _stop)
    environment = {**os.environ, "PORT": str(port), PARENT: str(os.getpid()), "PYTHONUNBUFFERED": "1"}
    web = Child("web", _web(host, port, workers), environment)
    worker = Child("worker", [sys.executable, "-m", "flask", "--app", "wsgi", "worker"], environment)
    code = 0
    try:
        web.start()
        worker.start()
        _wait_until_open(web, host, port)
        if web.running:
            click.echo(welcome(app, host, port))
        _watch(web, worker)
        logs.trouble("serve.web_ended", code=web.process.returncode if web.process else None)
        code = 1
    except Stopped:
        logs.event("serve.stopping")
    finally:
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, signal.SIG_IGN)
        end([web, worker], patience=PATIENCE)
    raise SystemExit(code)


def _web(host: str, port: int, workers: int) -> list[str]:
    options = {
        "--interface": "wsgi",
        "--host": host,
        "--port": str(port),
        "--workers": str(workers),
        "--blocking-threads": str(THREADS),
        "--http": "1",
        "--log-level": "warning",
        "--log-config": str(Path(__file__).with_name("web_server_logs.json")),
        "--workers-kill-timeout": "10",
        "--respawn-interval": "1",
        "--working-dir": str(config.ROOT),
    }
    flags = ["--no-ws", "--no-access-log", "--respawn-failed-workers"]
    return [sys.executable, "-m", "granian", *(part for pair in options.items() for part in pair), *flags, "wsgi:app"]


def _watch(web: Child, worker: Child) -> None:
    """Until the web server ends. A worker that ended is started anew, at most every few seconds."""
    while web.running:
        if not worker.running and time.monotonic() - worker.started_at > SECONDS_BETWEEN_STARTS:
            logs.event("serve.worker_restarted", code=worker.process.returncode if worker.process else None)
            worker.start()
        time.sleep(0.25)


def _wait_until_open(web: Child, host: str, port: int) -> None:
    until = time.monotonic() + SECONDS_TO_OPEN
    while web.running and time.monotonic() < until:
        try:
            socket.create_connection((_reachable(host), port), timeout=1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return


def _free(host: str, port: int) -> bool:
    """Whether nobody listens there: the web server itself would share the port with another one of its kind."""
    try:
        family, kind, proto, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind, proto) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except OSError:
        return False
    return True


def _reachable(host: str) -> str:
    return {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 (only compared)


def welcome(app: Flask, host: str, port: int) -> str:
    """What to open and who may sign in, in both languages."""
    base = app.config["BASE_URL"] if os.environ.get("TPBIS_BASE_URL") else f"http://{_reachable(host)}:{port}"
    lines = [
        "",
        "  TPBIS Events",
        "",
        f"  Beranda / Front page    {base}/        (English: {base}/en/)",
        f"  Kantor / Office         {base}/office/",
        f"  Meja depan / Door       {base}/door/",
    ]
    if not app.config["MAIL_SERVER"]:
        folder = Path(app.config["INSTANCE"]) / "mail"
        lines += [f"  Surel / Mail            {base}/office/mail  (berkas / files: {folder})"]
    accounts = demo_accounts(Path(app.config["INSTANCE"]))
    if accounts:
        lines += ["", "  Akun contoh / Demo accounts"]
        lines += [f"  {each['email']:<28} {each['password']:<26} {each['about']}" for each in accounts]
    return "\n".join([*lines, "", "  Ctrl-C: berhenti / stop", ""])


def demo_accounts(instance: Path) -> list[dict[str, Any]]:
    """The accounts that `flask demo` has made, or none."""
    try:
        accounts = json.loads((instance / "demo-accounts.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return []
    return [{"email": "", "password": "", "about": "", **each} for each in accounts]


def _stop(_number: int, _frame: object) -> None:
    raise Stopped

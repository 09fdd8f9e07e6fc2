"""A throw-away PostgreSQL server for the tests, or scratch databases on a server that is given.

`find_cluster()` takes TEST_DATABASE_URL when it is set; otherwise it starts a server of its own from the PostgreSQL
programs found on this machine, in a temporary directory that only its owner can enter, reached by a socket there. Both
clean up after themselves when the tests end. Without either it returns None.
"""

from __future__ import annotations

import atexit
import glob
import os
import pwd
import re
import shutil
import subprocess
import sys
import tempfile
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql
from sqlalchemy.engine import URL, make_url

PROGRAMS = ("initdb", "pg_ctl", "postgres")
USUAL_PLACES = (
    "/usr/lib/postgresql/*/bin",
    "/usr/pgsql-*/bin",
    "/opt/homebrew/opt/postgresql*/bin",
    "/usr/local/opt/postgresql*/bin",
    "/Applications/Postgres.app/Contents/Versions/*/bin",
)
OWNER = "tpbis"
SETTINGS = """
listen_addresses = ''
unix_socket_directories = '{home}'
port = 5432
max_connections = 200
timezone = 'UTC'
# Guards against a power cut alone; a killed server still loses nothing that it committed.
fsync = {fsync}
"""


class Cluster:
    """A PostgreSQL server on which tests make and drop databases.

    In: the address of a database on it, with the right to create others; `server`, when it is ours to restart and stop.
    """

    def __init__(self, address: str, server: Server | None = None) -> None:
        self._address = make_url(address).set(drivername="postgresql+psycopg")
        self._server = server
        self._made: set[str] = set()
        self._process = os.getpid()
        atexit.register(self._clean_up)

    @property
    def can_restart(self) -> bool:
        """Whether the server is ours to restart: a server named by TEST_DATABASE_URL never is."""
        return self._server is not None

    def url(self, name: str) -> str:
        """The SQLAlchemy address of the database `name` on this server."""
        return self._address.set(database=name).render_as_string(hide_password=False)

    def create_database(self, template: str | None = None) -> str:
        """Make a database with a name of its own, empty or as a copy of `template`; return its address.

        In: `template`, the address or the name of a database of this server. The server refuses the copy while somebody
        is connected to the template, so dispose of its engine first.
        """
        name = f"tpbis_test_{uuid.uuid4().hex[:12]}"
        original = _name(template) if template else "template0"
        self._run(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), sql.Identifier(original)))
        self._made.add(name)
        return self.url(name)

    def drop_database(self, url: str) -> None:
        """Drop a database that `create_database` made, whoever is still connected to it."""
        name = _name(url)
        self._run(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))
        self._made.discard(name)

    def restart(self, *, crash: bool = False) -> None:
        """Stop the server and start it again; every connection breaks. With `crash` it stops as after kill -9."""
        if self._server is None:
            raise RuntimeError("The server at TEST_DATABASE_URL isn't ours to restart; ask can_restart first.")
        self._server.stop("immediate" if crash else "fast")
        self._server.start()

    def stop(self) -> None:
        """Drop what was made and, when the server is ours, stop it and remove its files. May be called twice."""
        if self._server is not None:
            self._server.remove()
        else:
            for name in list(self._made):
                self.drop_database(name)
        self._made.clear()

    def _run(self, statement: sql.Composed) -> None:
        address = self._address.set(drivername="postgresql").render_as_string(hide_password=False)
        with psycopg.connect(address, autocommit=True) as connection:
            connection.execute(statement)

    def _clean_up(self) -> None:
        if os.getpid() == self._process:  # A forked child must not stop its parent's server.
            self.stop()


class Server:
    """PostgreSQL running from a temporary directory; a durable one waits for the disk, as a real one does."""

    def __init__(self, programs: Path, *, durable: bool = False) -> None:
        self._programs = programs
        self._fsync = "on" if durable else "off"
        # Not the temporary directory of this user: another account has to enter it, and a socket has a short path.
        self._home = Path(tempfile.mkdtemp(prefix="tpbis-pg-", dir="/tmp"))
        self._as_user: dict[str, Any] = {}
        if os.geteuid() == 0:  # PostgreSQL refuses to run as root.
            account = _account()
            os.chown(self._home, account.pw_uid, account.pw_gid)
            self._as_user = {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}

    @property
    def address(self) -> str:
        """The address of the database that every new server has."""
        where = {"host": str(self._home), "port": "5432"}
        return URL.create("postgresql", username=OWNER, database="postgres", query=where).render_as_string()

    def create(self) -> None:
        """Make the files of a server with no database yet."""
        language = "--locale=C.UTF-8" if sys.platform == "linux" else "--no-locale"
        self._program("initdb", "--username", OWNER, "--auth", "trust", "--encoding", "UTF8", language, "--no-sync")
        with (self._home / "data" / "postgresql.conf").open("a") as settings:
            settings.write(SETTINGS.format(home=self._home, fsync=self._fsync))

    def start(self) -> None:
        """Start and wait until it answers."""
        self._program("pg_ctl", "start", "--wait", "--silent", "--log", str(self._home / "log"))

    def stop(self, mode: str = "fast") -> None:
        """Stop and wait. `mode`: "fast" in order, "immediate" as in a crash."""
        self._program("pg_ctl", "stop", "--wait", "--silent", "--mode", mode)

    def remove(self) -> None:
        """Stop and delete every file; nothing happens when that was done before."""
        if (self._home / "data" / "postmaster.pid").exists():
            self.stop("immediate")
        shutil.rmtree(self._home, ignore_errors=True)

    def _program(self, name: str, *arguments: str) -> None:
        command = [str(self._programs / name), "--pgdata", str(self._home / "data"), *arguments]
        environment = {key: value for key, value in os.environ.items() if not key.startswith("PG")}
        # Output goes to a file: a pipe would be held open by the server, and the wait for its end would never end.
        with tempfile.TemporaryFile("w+") as output:
            ended = subprocess.run(
                command, cwd=self._home, env=environment, stdin=subprocess.DEVNULL, stdout=output, stderr=output,
                timeout=60, check=False, **self._as_user,
            )  # fmt: skip
            if ended.returncode:
                output.seek(0)
                log = self._home / "log"
                raise RuntimeError(f"{name} failed: {output.read()}{log.read_text() if log.exists() else ''}")


def find_cluster(*, durable: bool = False) -> Cluster | None:
    """The server of TEST_DATABASE_URL, else one started here, else None when no working PostgreSQL is found."""
    given = os.environ.get("TEST_DATABASE_URL")
    return Cluster(given) if given else own_cluster(durable=durable)


def own_cluster(*, durable: bool = False) -> Cluster | None:
    """A server started here, which may be restarted and killed; None when no working PostgreSQL is found."""
    programs = find_programs()
    if programs is None:
        return None
    server = Server(programs, durable=durable)
    try:
        server.create()
        server.start()
    except BaseException:
        server.remove()
        raise
    return Cluster(server.address, server)


def find_programs() -> Path | None:
    """The directory with the newest working initdb, pg_ctl and postgres of one version, or None."""
    working = [(version, place) for place in _places() if (version := _version(place))]
    return max(working)[1] if working else None


def _places() -> Iterator[Path]:
    seen: set[Path] = set()
    for place in [*os.get_exec_path(), *(found for pattern in USUAL_PLACES for found in glob.glob(pattern))]:
        # A link on the path may stand alone; the programs are whole where it leads.
        real = (Path(place) / "initdb").resolve().parent
        if real not in seen and all(os.access(real / name, os.X_OK) for name in PROGRAMS):
            seen.add(real)
            yield real


def _version(place: Path) -> tuple[int, ...] | None:
    versions = set()
    for name in PROGRAMS:
        try:
            answer = subprocess.run([place / name, "--version"], capture_output=True, text=True, timeout=20, check=True)
        except (OSError, subprocess.SubprocessError):
            return None
        versions.update(re.findall(r"\(PostgreSQL\) ([\d.]+)", answer.stdout))
    return tuple(int(part) for part in versions.pop().split(".")) if len(versions) == 1 else None


def _account() -> pwd.struct_passwd:
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise RuntimeError("PostgreSQL refuses to run as root, and there is no account postgres or nobody to run it as.")


def _name(database: str) -> str:
    return make_url(database).database or "" if "://" in database else database

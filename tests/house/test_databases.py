"""The throw-away PostgreSQL server that other tests stand on."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from sqlalchemy.engine import make_url

from tests import databases
from tests.left_out import need

pytestmark = pytest.mark.postgres


@pytest.fixture(scope="module")
def cluster() -> Iterator[databases.Cluster]:
    found = databases.find_cluster()
    need("PostgreSQL", found is not None)
    assert found is not None
    yield found
    found.stop()


def _ask(url: str, *statements: str) -> list[tuple[object, ...]]:
    address = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(address) as connection:
        for statement in statements[:-1]:
            connection.execute(statement.encode())
        return connection.execute(statements[-1].encode()).fetchall()


def test_a_copy_of_a_template_has_its_rows_and_goes_its_own_way(cluster: databases.Cluster) -> None:
    template = cluster.create_database()
    _ask(template, "CREATE TABLE seat (n int)", "INSERT INTO seat VALUES (1)", "SELECT 1")
    first, second = cluster.create_database(template), cluster.create_database(template)
    _ask(first, "DELETE FROM seat", "SELECT 1")
    assert _ask(first, "SELECT count(*) FROM seat") == [(0,)]
    assert _ask(second, "SELECT count(*) FROM seat") == [(1,)]


def test_a_dropped_database_is_gone_even_with_somebody_connected(cluster: databases.Cluster) -> None:
    url = cluster.create_database()
    address = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(address) as connected:
        cluster.drop_database(url)
        with pytest.raises(psycopg.OperationalError):
            connected.execute("SELECT 1")
    with pytest.raises(psycopg.OperationalError, match="does not exist"):
        psycopg.connect(address)


def test_what_was_committed_outlives_a_crash_of_the_server(cluster: databases.Cluster) -> None:
    if not cluster.can_restart:
        need("a PostgreSQL server that may be restarted (unset TEST_DATABASE_URL)", False)
    url = cluster.create_database()
    _ask(url, "CREATE TABLE seat (n int)", "INSERT INTO seat VALUES (1)", "SELECT 1")
    cluster.restart(crash=True)
    assert _ask(url, "SELECT n FROM seat") == [(1,)]


def test_letters_beyond_ascii_are_lowered_and_kept(cluster: databases.Cluster) -> None:
    assert _ask(cluster.create_database(), "SELECT lower('ÉCOLE ສະບາຍດີ')") == [("école ສະບາຍດີ",)]


def test_a_directory_that_lacks_one_of_the_programs_is_passed_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("initdb", "pg_ctl"):
        program = tmp_path / name
        program.write_text("#!/bin/sh\necho 'initdb (PostgreSQL) 99.1'\n")
        program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert databases.find_programs() != tmp_path

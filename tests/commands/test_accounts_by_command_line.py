"""`flask accounts`: what the office pages can do, a script can do as well."""

from __future__ import annotations

import re

from flask import Flask

from tests.cast import made
from tpbis_events.foundation.database import db
from tpbis_events.people.model import Account


def run(app: Flask, *words: str) -> tuple[int, str]:
    done = app.test_cli_runner().invoke(args=["accounts", *words])
    db.session.rollback()
    return done.exit_code, done.output


def test_the_first_administrator_is_opened_and_chooses_her_password_by_the_printed_link(app: Flask) -> None:
    status, said = run(app, "open", "sari@example.id", "Sari", "--right", "administrator", "--right", "national")
    link = re.search(r"http://127.0.0.1:8000(/office/password/\S+)", said)
    assert status == 0 and link
    assert app.test_client().get(link.group(1)).status_code == 200
    assert "administrator everywhere" in run(app, "list")[1]
    assert run(app, "open", "sari@example.id", "Sari", "--right", "door")[1].startswith("There is such an account")


def test_rights_are_given_with_a_last_day_and_taken(app: Flask) -> None:
    email = made().email
    assert run(app, "give", email, "--right", "finance", "--until", "2099-12-31")[0] == 0
    assert "finance everywhere until 2099-12-31" in run(app, "list")[1]
    assert run(app, "take", email, "--right", "finance")[0] == 0
    assert "finance" not in run(app, "list")[1]


def test_a_refusal_is_a_line_and_exit_code_1(app: Flask) -> None:
    email = made().email
    assert run(app, "take", email, "--right", "auditor") == (1, "Error: account.no_such_right\n")
    assert run(app, "give", email, "--right", "pic")[0] == 1
    assert run(app, "disable", "tono@example.id") == (1, "Error: account.unknown\n")
    assert run(app, "disable", email)[0] == 0
    assert db.session.query(Account.active).scalar() is False

"""`flask events`: list, publish with its check list, take back, clone; a refusal is one line and exit code 1."""

from __future__ import annotations

from flask import Flask

from tests import plans
from tests.cli.test_registrations import Run, run  # noqa: F401  (a fixture)
from tpbis_events.foundation.database import db
from tpbis_events.people.actor import COMMAND_LINE
from tpbis_events.programmes.add_sessions import add_sessions
from tpbis_events.programmes.model import Event, Mode


def test_an_edition_is_listed_published_taken_back_and_cloned(app: Flask, run: Run) -> None:  # noqa: F811
    slug = plans.event(plans.a_draft()).slug
    assert f"{slug}\tdraft\t1\t4\t" in run("events", "list").output
    published = run("events", "publish", slug)
    assert (published.exit_code, published.output.splitlines()[-1]) == (0, "published")
    assert run("events", "publish", slug).exit_code == 1
    assert f"{slug}\tpublished\t" in run("events", "list").output
    assert run("events", "unpublish", slug, "--reason", "salah tanggal").output == "a draft again\n"
    cloned = run("events", "clone", slug, "tahun-depan", "--name-id", "Depan", "--name-en", "Next")
    assert cloned.output.startswith("tahun-depan: 1 sessions, 4 seats\n")
    refused = run("events", "clone", slug, "tahun-depan", "--name-id", "Depan", "--name-en", "")
    assert refused.exit_code == 1 and "slug: slug.taken" in refused.output and "name_en: text.missing" in refused.output
    assert db.session.query(Event).count() == 2


def test_what_is_missing_is_listed_and_stops_publishing(app: Flask, run: Run) -> None:  # noqa: F811
    event_id = plans.a_draft()
    slug = plans.event(event_id).slug
    assert run("events", "publish", slug, "--check").exit_code == 0
    add_sessions(event_id, [plans.session("daring", mode=Mode.ONLINE)], by=COMMAND_LINE)
    for arguments in (("--check",), ()):
        refused = run("events", "publish", slug, *arguments)
        assert refused.exit_code == 1 and "missing\tdaring\tsession.no_link" in refused.output
    assert plans.event(event_id).published_at is None
    assert run("events", "publish", "../tidak-ada").exit_code == 1

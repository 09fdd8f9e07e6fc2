"""`flask sessions`: reschedule by a line, as the office does by a page."""

from __future__ import annotations

from datetime import time, timedelta

from flask import Flask

from tests.builders import an_event, registered
from tests.commands.kept import mails
from tests.commands.test_reschedule import now_of


def test_a_session_is_rescheduled_by_one_line_and_only_what_is_said_changes(app: Flask) -> None:
    place = an_event()["51", "stakeholder"]
    registered(place)
    old = now_of(place)
    run = app.test_cli_runner().invoke
    day = (old.days[0].date + timedelta(days=7)).isoformat()
    line = ["sessions", "reschedule", place.event_slug, place.session_slug, "--reason", "aula dipakai"]
    change = ["--day", day, "09:00", "12:00", "--venue", "Gedung Wanita"]
    assert run(args=[*line, *change], input="n\n").exit_code == 1
    done = run(args=[*line, *change, "--yes"])
    assert (done.exit_code, done.output.strip()) == (0, "rescheduled; 1 of 1 told by mail")
    new = now_of(place)
    assert (new.venue, new.city, new.days[0].starts) == ("Gedung Wanita", old.city, time(9))
    again = run(args=[*line, *change, "--yes"])
    assert again.exit_code == 1 and "reschedule.nothing_changed" in again.output
    assert run(args=[*line, "--day", "besok", "9", "10", "--yes"]).exit_code == 2
    assert len(mails("rescheduled")) == 1

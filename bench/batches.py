"""The certificates of an edition in the background: how many a second, in how much memory, and what visitors notice of it."""

from __future__ import annotations

import http.client
import os
import time
from collections.abc import Callable
from datetime import timedelta
from itertools import islice
from pathlib import Path

from sqlalchemy import func, insert, literal, select

from bench.databases import Databases, app_at
from bench.results import Result
from bench.server import PATIENCE, serving
from bench.world import fill_event
from tests.builders import Place, an_event
from tpbis_events.attendance.model import Attendance, Source
from tpbis_events.certificates.batch_model import CertificateBatch
from tpbis_events.certificates.model import Certificate
from tpbis_events.certificates.order_batch import order_batch
from tpbis_events.foundation import clock, codes
from tpbis_events.foundation.database import db
from tpbis_events.foundation.transaction import transaction
from tpbis_events.people.actor import COMMAND_LINE
from tpbis_events.places.provinces import all_provinces
from tpbis_events.programmes.model import Session, SessionDay
from tpbis_events.registrations.model import Registration

PEOPLE = 100
OF_A_SESSION = 30
FEW = 10  # certificates of the batch before, beyond whose room the large one is held
MORE_ROOM = 8.0  # MB
WAIT_BETWEEN_VISITS = 0.05  # somebody who looks at the page twenty times a second
LONGEST = 900  # seconds that a batch may take


def run(databases: Databases, kind: str, seconds: float, _rounds: int, people: int = PEOPLE) -> list[Result]:
    """`flask serve` as it stands, its worker at the batch; the visitor asks for the page of a session, before and meanwhile."""
    with databases.fresh(kind) as (url, instance), app_at(url, instance):
        few, many = _attended(FEW), _attended(people)
        with serving(url, instance) as port:
            _issued(few.event_slug, FEW, lambda: time.sleep(0.2))
            worker = _worker_of(instance)
            before = _room(worker)
            _visit(port, many, 0.5)
            alone = _visit(port, many, max(seconds, 2.0))
            meanwhile: list[float] = []
            lasted = _issued(many.event_slug, people, lambda: meanwhile.extend(_visit(port, many, 0.5)))
            room = _room(worker)
            alone += _visit(port, many, max(seconds, 2.0))
    name = f"batch of {people:,} certificates"
    page = f"{name}: page of a session meanwhile"
    return [
        Result(f"{name}: certificates a second", kind, (people / lasted,), "per second"),
        Result(f"{name}: room of the worker", kind, (room,), "MB"),
        Result(f"{name}: room beyond that for {FEW}", kind, (room - before,), "MB", at_most=MORE_ROOM),
        *(
            Result(f"{page}, {said}", kind, (_share(meanwhile, percent),), "ms", limit=_share(alone, percent))
            for said, percent in (("median", 50), ("95 of 100", 95))
        ),
    ]


def _attended(people: int) -> Place:
    """An edition of sessions that are over, with everybody there; its first place."""
    codes_of = [each.code for each in islice(all_provinces(), -(-people // OF_A_SESSION))]
    places = list(an_event(provinces=tuple(codes_of), roles={"stakeholder": OF_A_SESSION}).values())
    fill_event(places, people)
    ago, now, event_id = timedelta(days=60), clock.now(), places[0].event_id
    with transaction():
        for session in db.session.scalars(select(Session).where(Session.event_id == event_id)):
            session.starts_at, session.ends_at = session.starts_at - ago, session.ends_at - ago
            for day in session.days:
                day.local_date -= ago
                day.starts_at, day.ends_at = day.starts_at - ago, day.ends_at - ago
        at = literal(now, Attendance.checked_in_at.type)
        values = {
            "registration_id": Registration.id, "day_id": SessionDay.id, "checked_in_at": at, "happened_at": at,
            "checked_in_by": literal("bench"), "source": literal(Source.OFFICE, Attendance.source.type),
            "online": literal(False), "late": literal(False),
        }  # fmt: skip
        there = select(*values.values()).join(SessionDay, SessionDay.session_id == Registration.session_id)
        there = there.where(Registration.event_id == event_id)
        db.session.execute(insert(Attendance).from_select(list(values), there, include_defaults=False))
    return places[0]


def _issued(event: str, people: int, meanwhile: Callable[[], object]) -> float:
    """Seconds from the order to the last certificate."""
    batch_id = order_batch(codes.new_code(32), event, by=COMMAND_LINE)
    began = time.monotonic()
    while True:
        meanwhile()
        db.session.rollback()
        batch = db.session.get_one(CertificateBatch, batch_id)
        if batch.ended_at:
            break
        if time.monotonic() - began > LONGEST:
            raise RuntimeError("the batch doesn't come to an end")
    made = (
        select(func.count())
        .select_from(Certificate)
        .join(Registration, Registration.id == Certificate.registration_id)
        .where(Registration.event_id == batch.event_id)
    )
    if (number := db.session.scalar(made)) != people:
        raise RuntimeError(f"{number} certificates instead of {people}")
    return (batch.ended_at - batch.ordered_at).total_seconds()


def _visit(port: int, place: Place, seconds: float) -> list[float]:
    """How long each answer took, in milliseconds, one after the other."""
    path, found = f"/events/{place.event_slug}/sessions/{place.session_slug}", []
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        began = time.perf_counter()
        connection.request("GET", path)
        answer = connection.getresponse()
        answer.read()
        if answer.status != 200:
            raise RuntimeError(f"{path} was answered {answer.status}")
        found.append((time.perf_counter() - began) * 1000)
        time.sleep(WAIT_BETWEEN_VISITS)
    connection.close()
    return found


def _share(waits: list[float], percent: int) -> float:
    return sorted(waits)[min(len(waits) * percent // 100, len(waits) - 1)]


def _worker_of(instance: Path) -> int:
    """The worker that `flask serve` started for this instance."""
    for name in filter(str.isdigit, os.listdir("/proc")):
        try:
            command = Path(f"/proc/{name}/cmdline").read_bytes().split(b"\0")
            mine = f"TPBIS_INSTANCE={instance}".encode() in Path(f"/proc/{name}/environ").read_bytes().split(b"\0")
        except OSError:
            continue
        if mine and b"worker" in command:
            return int(name)
    raise RuntimeError("no worker is running")


def _room(process: int) -> float:
    """The most memory that it ever had, in MB."""
    for line in Path(f"/proc/{process}/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) / 1024
    raise RuntimeError("the system doesn't say")

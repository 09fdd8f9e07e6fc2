"""Two thousand people for 264 quotas, while processes are killed -9 every two seconds and PostgreSQL is once.

The size of an edition of SHM Provinsi: 33 sessions with 8 roles and 30 seats each, and twice as many people as seats. All
2,000 come through `register()` in processes of their own, none is written down beforehand. Who gets no answer, because her
process or the database died (or because on SQLite her turn didn't come in 30 seconds), sends the same form again.

What isn't in it: the web server (the commands are called as its pages call them), and a power cut (the killed processes leave
the memory of the machine as it is). It takes about 70 seconds of one core on each database, PostgreSQL's own work aside.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.builders import Place, an_event, somebody
from tests.conftest import migrate
from tests.databases import Cluster, own_cluster
from tests.left_out import need
from tests.races.acts import Act, registering
from tests.races.crew import Crew
from tests.races.judge import faults
from tests.races.storm import storm
from tests.races.world import seen
from tpbis_events.foundation.database import db
from tpbis_events.places.provinces import all_provinces

pytestmark = pytest.mark.slow

PEOPLE = 2000
SEATS = {f"role-{n}": seats for n, seats in enumerate((5, 18, 2, 1, 1, 1, 1, 1))}
PROVINCES = tuple(province.code for province in all_provinces()[:33])
PROCESSES, CLIENTS = 4, 12


@pytest.fixture(scope="module")
def durable() -> Iterator[Cluster]:
    """A server that waits for the disk, as a real one does, and is ours to crash."""
    found = own_cluster(durable=True)
    need("PostgreSQL", found is not None)
    assert found is not None
    yield found
    found.stop()


@pytest.fixture
def postgres_url(durable: Cluster, tmp_path: Path) -> str:
    url = durable.create_database()
    migrate(url, tmp_path)
    return url


def test_two_thousand_come_for_264_quotas_while_processes_die_and_nobody_is_lost_or_doubled_or_passed(
    crew: Crew, each_url: str, request: pytest.FixtureRequest
) -> None:
    places = list(an_event(provinces=PROVINCES, roles=SEATS).values())
    assert len(places) == 264
    hands = _hands(places)
    db.session.remove()
    db.engine.dispose()
    crashed: list[bool] = []

    def crash() -> None:
        if each_url.startswith("postgresql"):
            request.getfixturevalue("durable").restart(crash=True)
            crashed.append(True)

    passed = storm(crew, hands, processes=PROCESSES, after_first=crash)
    world = seen(each_url)
    assert faults(world, passed.answers) == []
    assert passed.killed >= 2 and len(crashed) == each_url.startswith("postgresql")
    answered = [answer for answer in passed.answers if answer.told]
    assert len({answer.act["key"] for answer in answered if answer.act["do"] == "register"}) >= PEOPLE
    assert any(answer.attempts > 1 for answer in answered), "somebody asked again"
    assert {answer.refused for answer in passed.answers} <= {
        "", "registration.already_registered", "registration.already_cancelled",
    }  # fmt: skip
    seated = Counter(each.quota_id for each in world.registrations if each.state == "seated")
    seats = Counter(world.seats.values())
    waiting = {each.quota_id for each in world.registrations if each.state == "waiting"}
    assert sum(seated[quota] == seats[quota] for quota in seats) > 200, "most roles are full"
    assert len(waiting) > 100, "and have people waiting"


def _hands(places: list[Place]) -> list[list[Act]]:
    """What each client does: people come for one session after the other; some ask twice, some give seat or place back.

    Of a hundred forms five are sent by another client as well, five are followed by another form of the same person for
    another role, and after twelve of them one that the client sent a little earlier is withdrawn.
    """
    chance = random.Random(2023)
    hands: list[list[Act]] = [[] for _ in range(CLIENTS)]
    forms: list[list[int]] = [[] for _ in range(CLIENTS)]  # by client: which of its acts may be withdrawn
    for person in range(PEOPLE):
        client, who = person % CLIENTS, somebody(person)
        first = person * len(PROVINCES) // PEOPLE * len(SEATS)
        place, other = chance.choices(places[first : first + len(SEATS)], list(SEATS.values()), k=2)
        forms[client].append(len(hands[client]))
        hands[client].append(registering(place, who, f"form-{person}"))
        if chance.random() < 0.05:
            hands[(person + 1) % CLIENTS].append(hands[client][-1])
        if chance.random() < 0.05:
            hands[client].append(registering(other, who, f"second-{person}"))
        if chance.random() < 0.12:
            hands[client].append({"do": "withdraw", "form": chance.choice(forms[client][-8:])})
    return hands

"""How ready a session is: each reason at its edge, and what the day's nearness makes of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from tpbis_events.registrations.readiness import (
    Facts,
    Finding,
    Level,
    Readiness,
    Reason,
    RoleFacts,
    readiness,
    worst,
)

NOW = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)
STARTS = NOW + timedelta(days=60)
GOOD = Facts(
    opens_at=NOW - timedelta(days=10),
    starts_at=STARTS,
    ends_at=STARTS + timedelta(hours=8),
    roles=(RoleFacts(18, 18), RoleFacts(2, 2)),
    live=20,
)


def in_days(days: float, **changes: object) -> Facts:
    starts = NOW + timedelta(days=days)
    return replace(GOOD, starts_at=starts, ends_at=starts + timedelta(hours=8), **changes)  # type: ignore[arg-type]


def test_a_session_that_lacks_nothing_is_ready_also_on_its_last_day() -> None:
    assert readiness(GOOD, NOW) == Readiness(Level.READY)
    assert readiness(in_days(0.5), NOW) == Readiness(Level.READY)


@pytest.mark.parametrize(
    ("changes", "finding"),
    [
        ({"roles": (RoleFacts(18, 18), RoleFacts(2, 0), RoleFacts(1, 0))}, (Reason.EMPTY_ROLES, 2)),
        ({"roles": (RoleFacts(18, 18, applied=3),)}, (Reason.UNDECIDED, 3)),
        ({"roles": (RoleFacts(18, 17, waiting=1),)}, (Reason.UNSERVED, 1)),
        ({"silent": 4}, (Reason.SILENT, 4)),
        ({"date_sure": False}, (Reason.DATE_UNSURE, 0)),
        ({"has_venue": False}, (Reason.NO_VENUE, 0)),
        ({"venue_sure": False}, (Reason.VENUE_UNSURE, 0)),
        ({"onsite": False, "online": True}, (Reason.NO_LINK, 0)),
        ({"live": 3, "unreached": 1}, (Reason.UNREACHED, 1)),
        ({"mail_failed": 2}, (Reason.MAIL_FAILED, 2)),
    ],
)
def test_each_lack_is_a_reason_of_its_own(changes: dict[str, object], finding: tuple[Reason, int]) -> None:
    found = readiness(replace(GOOD, **changes), NOW)  # type: ignore[arg-type]
    assert found.level is Level.ATTENTION
    assert [(each.reason, each.count) for each in found.findings] == [finding]


@pytest.mark.parametrize(
    ("lack", "reason"),
    [
        ({"roles": (RoleFacts(18, 18), RoleFacts(1, 0))}, Reason.EMPTY_ROLES),
        ({"roles": (RoleFacts(18, 18, applied=1),)}, Reason.UNDECIDED),
        ({"roles": (RoleFacts(18, 17, waiting=1),)}, Reason.UNSERVED),
        ({"has_venue": False}, Reason.NO_VENUE),
        ({"date_sure": False}, Reason.DATE_UNSURE),
    ],
)
def test_what_somebody_must_do_is_urgent_from_two_weeks_before(lack: dict[str, object], reason: Reason) -> None:
    assert readiness(in_days(14.1, **lack), NOW).findings == (
        Finding(reason, Level.ATTENTION, readiness(in_days(14.1, **lack), NOW).findings[0].count),
    )
    assert readiness(in_days(14, **lack), NOW).level is Level.URGENT


@pytest.mark.parametrize(
    "lack",
    [{"has_pic": False}, {"mail_failed": 1}, {"live": 1, "unreached": 1}],
)
def test_what_can_be_lived_with_stays_a_matter_of_attention(lack: dict[str, object]) -> None:
    assert readiness(in_days(1, **lack), NOW).level is Level.ATTENTION


@pytest.mark.parametrize(
    ("worth_knowing", "finding"),
    [
        ({"roles": (RoleFacts(18, 18, waiting=3),)}, Finding(Reason.WAITING, Level.READY, 3)),
        ({"has_pic": False}, Finding(Reason.NO_PIC, Level.READY)),
    ],
)
def test_what_is_worth_knowing_makes_nobody_less_ready(worth_knowing: dict[str, object], finding: Finding) -> None:
    assert readiness(in_days(14.1, **worth_knowing), NOW) == Readiness(Level.READY, (finding,))


@pytest.mark.parametrize(
    ("days", "taken", "level"),
    [
        (31, 0, None),
        (30, 9, Level.ATTENTION),
        (30, 10, None),
        (14.1, 19, None),
        (14, 19, Level.URGENT),
        (14, 20, None),
    ],
)
def test_few_people_weigh_more_the_closer_the_day(days: float, taken: int, level: Level | None) -> None:
    # The second role has somebody, so that no empty role is found beside.
    roles = (RoleFacts(29, max(taken - 1, 0)), RoleFacts(1, 1)) if taken else (RoleFacts(30, 0),)
    found = readiness(in_days(days, roles=roles), NOW)
    few = [each for each in found.findings if each.reason is Reason.FEW_SEATED]
    assert [(each.level, each.count) for each in few] == ([(level, 30 - taken)] if level else [])


def test_before_registration_opens_an_empty_seat_is_no_lack() -> None:
    roles = (RoleFacts(18, 0), RoleFacts(2, 0))
    assert readiness(in_days(10, opens_at=NOW + timedelta(seconds=1), roles=roles), NOW).level is Level.READY
    assert readiness(in_days(10, opens_at=NOW, roles=roles), NOW).level is Level.URGENT


def test_some_who_wait_may_have_a_free_seat_and_others_none() -> None:
    found = readiness(replace(GOOD, roles=(RoleFacts(5, 3, waiting=3), RoleFacts(2, 2, waiting=4))), NOW)
    assert [(each.reason, each.count) for each in found.findings] == [(Reason.UNSERVED, 2), (Reason.WAITING, 5)]


def test_more_people_than_seats_make_no_seat_free() -> None:
    found = readiness(replace(GOOD, roles=(RoleFacts(2, 3, waiting=1),)), NOW)
    assert found.findings == (Finding(Reason.WAITING, Level.READY, 1),)


def test_a_few_without_an_address_are_no_reason_and_nobody_is_none_either() -> None:
    assert readiness(replace(GOOD, live=20, unreached=6), NOW).level is Level.READY
    assert readiness(replace(GOOD, roles=(), live=0, unreached=0), NOW).level is Level.READY


def test_an_online_session_needs_no_venue_and_a_hybrid_one_both() -> None:
    online = replace(GOOD, onsite=False, online=True, has_venue=False, venue_sure=False, has_link=True)
    assert readiness(online, NOW).level is Level.READY
    hybrid = replace(GOOD, online=True, has_venue=False)
    assert [each.reason for each in readiness(hybrid, NOW).findings] == [Reason.NO_VENUE, Reason.NO_LINK]


def test_the_heaviest_reason_stands_first_and_gives_the_level() -> None:
    found = readiness(in_days(3, roles=(RoleFacts(1, 1, waiting=2),), has_venue=False, has_pic=False), NOW)
    assert [each.reason for each in found.findings] == [Reason.NO_VENUE, Reason.NO_PIC, Reason.WAITING]
    assert found.level is Level.URGENT


def test_what_is_over_is_held_unless_nobody_was_checked_in() -> None:
    over = in_days(-2, has_venue=False, roles=(RoleFacts(2, 1, waiting=1),))
    assert readiness(replace(over, attended=1), NOW) == Readiness(Level.HELD)
    assert readiness(over, NOW).findings == (Finding(Reason.NOBODY_CAME, Level.ATTENTION),)
    assert readiness(replace(over, roles=(RoleFacts(2, 0),)), NOW) == Readiness(Level.HELD)


def test_a_cancelled_session_lacks_nothing() -> None:
    assert readiness(in_days(3, cancelled=True, has_venue=False), NOW) == Readiness(Level.CANCELLED)


def test_a_province_with_two_sessions_is_as_ready_as_the_worse_of_them() -> None:
    fine, late = readiness(GOOD, NOW), readiness(in_days(3, has_venue=False), NOW)
    assert worst([fine, late]) == late
    assert worst([Readiness(Level.HELD), fine]).level is Level.READY

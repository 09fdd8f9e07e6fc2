"""The rules of questionnaires: windows in the zones of sessions, means and indices, gain."""

from __future__ import annotations

from datetime import UTC, date, datetime, time

import pytest

from tpbis_events.places.local_time import at_local
from tpbis_events.programmes.model import Session, SessionDay
from tpbis_events.questionnaires.measures import Tally, gain, tally, together
from tpbis_events.questionnaires.model import Anchor
from tpbis_events.questionnaires.windows import When, fits, window

FIRST, LAST = Anchor.FIRST_DAY, Anchor.LAST_DAY


def a_session(zone: str, *days: date) -> Session:
    rows = [
        SessionDay(
            number=n, local_date=day, starts_at=at_local(day, time(8, 30), zone), ends_at=at_local(day, time(16), zone)
        )
        for n, day in enumerate(days, 1)
    ]
    return Session(zone=zone, days=rows, starts_at=rows[0].starts_at, ends_at=rows[-1].ends_at, cancelled_at=None)


TWO_DAYS = (date(2027, 3, 9), date(2027, 3, 10))


@pytest.mark.parametrize(
    ("zone", "opens", "closes"),
    [
        ("Asia/Jakarta", datetime(2027, 3, 10, 1, 30, tzinfo=UTC), datetime(2027, 3, 17, 17, tzinfo=UTC)),
        ("Asia/Makassar", datetime(2027, 3, 10, 0, 30, tzinfo=UTC), datetime(2027, 3, 17, 16, tzinfo=UTC)),
        ("Asia/Jayapura", datetime(2027, 3, 9, 23, 30, tzinfo=UTC), datetime(2027, 3, 17, 15, tzinfo=UTC)),
    ],
)
def test_the_same_window_opens_and_closes_by_the_clocks_of_each_place(
    zone: str, opens: datetime, closes: datetime
) -> None:
    """From the hour at which the last day begins, until the midnight after the seventh day from it."""
    found = window(LAST, 0, LAST, 7, a_session(zone, *TWO_DAYS))
    assert (found.opens_at, found.closes_at) == (opens, closes)


def test_a_window_before_the_session_ends_with_its_first_day() -> None:
    found = window(FIRST, -7, FIRST, 0, a_session("Asia/Jakarta", *TWO_DAYS))
    assert found.opens_at == at_local(date(2027, 3, 2), time(0), "Asia/Jakarta")
    assert found.closes_at == at_local(date(2027, 3, 9), time(16), "Asia/Jakarta")
    assert [found.when(at) for at in (found.opens_at, found.closes_at)] == [When.OPEN, When.OVER]


def test_a_window_counts_dates_where_a_day_has_another_length() -> None:
    """Clocks went back in Berlin on 31 October 2027: the day had 25 hours, and the window ends at midnight all the same."""
    found = window(LAST, 0, LAST, 1, a_session("Europe/Berlin", date(2027, 10, 30)))
    assert found.closes_at == datetime(2027, 10, 31, 23, tzinfo=UTC)


def test_a_cancelled_session_is_over_at_once() -> None:
    session = a_session("Asia/Jakarta", *TWO_DAYS)
    session.cancelled_at = datetime(2027, 3, 1, tzinfo=UTC)
    assert window(FIRST, -7, LAST, 7, session).when(session.cancelled_at) is When.OVER


@pytest.mark.parametrize(
    ("given", "there_is_time"),
    [
        ((FIRST, -7, FIRST, 0), True),
        ((FIRST, 0, LAST, 0), True),
        ((LAST, 0, LAST, -1), False),
        ((LAST, 0, FIRST, 9), False),  # of several days it might, of others not
        ((FIRST, 3, LAST, 2), False),
    ],
)
def test_a_window_must_have_time_in_every_session(given: tuple[Anchor, int, Anchor, int], there_is_time: bool) -> None:
    assert fits(*given) is there_is_time


def test_a_mean_is_of_all_ratings_and_none_of_none() -> None:
    found = together([tally([5, 5, 4]), tally([1]), Tally()])
    assert (found.n, found.counts, found.mean) == (4, {5: 2, 4: 1, 1: 1}, 3.75)
    assert Tally().mean is None


def test_where_several_can_be_chosen_people_are_counted_once_and_choices_each() -> None:
    found = tally([[7, 8], [8], [7, 8, 9]])
    assert (found.n, found.counts) == (3, {7: 2, 8: 3, 9: 1})


def test_gain_is_of_means_and_the_normalised_gain_what_of_the_possible_was_gained() -> None:
    found = gain([(40, 80), (60, 80)])
    assert found
    assert (found.before, found.after, found.points, found.normalised) == (50, 80, 30, 0.6)
    worse = gain([(80, 60)])
    assert worse
    assert worse.normalised == -1
    all_known = gain([(100, 100)])
    assert all_known
    assert all_known.normalised is None
    assert gain([]) is None

"""The edition to play with can be played with at any hour."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from tpbis_events.programmes.demo_edition import demo_edition


@pytest.mark.parametrize("hour", range(24))
def test_the_first_wave_takes_registrations_for_the_rest_of_the_day_in_every_zone(hour: int) -> None:
    now = datetime(2026, 11, 22, hour, 59, 59, tzinfo=UTC)
    first = [session for session in demo_edition(now).sessions if session.wave == 1]
    closings = {session.zone: session.registration_closes_at for session in first}
    assert len(closings) > 1
    assert all(closes and closes >= now + timedelta(hours=21) for closes in closings.values())

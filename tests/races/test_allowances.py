"""What is allowed to so many at most, a sub-quota or an invitation, and asked for by more at once."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from typing import Any

from sqlalchemy import select

from tests.builders import an_event, somebody
from tests.races.acts import batch, filled, moving, registering
from tests.races.crew import Crew
from tests.races.history import Answer
from tests.races.judge import faults
from tests.races.world import Fault, seen
from tpbis_events.foundation import clock
from tpbis_events.foundation.database import db
from tpbis_events.people.actor import COMMAND_LINE
from tpbis_events.people.model import Person
from tpbis_events.programmes.model import LimitedBy
from tpbis_events.registrations.change_ways import set_limit
from tpbis_events.registrations.invite import Guest, invite
from tpbis_events.registrations.model import InvitationKind, Registration, State

SLOW = 0.02
# The judge knows no sub-quotas: where one is reached, seats stay free beside those who wait for it, and others go past them.
OF_LIMITS = {"idle seat", "jumped"}


def _of_two_agencies(crew: Crew, **upset: Any) -> tuple[Counter[str], list[Fault]]:
    """Of two agencies three each may sit; twice as many register, are entered and moved in. -> seated of each, faults."""
    places = an_event(roles={"stakeholder": 10, "village": 4})
    place, village = places["51", "stakeholder"], places["51", "village"]
    set_limit(place.role_id, LimitedBy.AGENCY, "", 3, by=COMMAND_LINE)
    agencies = ("Dinas Perpustakaan Bali", "Bappeda Bali")
    before = [answer for agency in agencies for answer in filled(village, 2, institution=agency)]
    acts = [moving((answer.told or {})["registration_id"], place) for answer in before]
    acts += [registering(place, somebody(institution=agency), f"{n}-{agency}") for n in range(4) for agency in agencies]
    acts += [batch([(place, somebody(institution=agency)) for agency in agencies])]
    answers = crew.race(acts, processes=4, threads=4, slow=SLOW, **upset)
    seated = (Registration.quota_id == place.quota_id, Registration.state == State.SEATED)
    sit = Counter(db.session.scalars(select(Person.institution).join(Registration).where(*seated)))
    db.session.remove()
    return sit, faults(seen(crew.url), [*before, *answers])


def test_of_each_agency_no_more_sit_than_its_sub_quota_however_they_came(crew: Crew) -> None:
    sit, found = _of_two_agencies(crew)
    assert set(sit.values()) == {3} and len(sit) == 2
    assert {fault.kind for fault in found} <= OF_LIMITS


def test_without_the_lock_a_sub_quota_is_found_broken(crew: Crew) -> None:
    sit, found = _of_two_agencies(crew, unlocked=True)
    assert max(sit.values()) > 3 or {fault.kind for fault in found} - OF_LIMITS


def _by_one_invitation(crew: Crew, **upset: Any) -> list[Answer]:
    place = an_event(roles={"stakeholder": 10})["51", "stakeholder"]
    guest = Guest(InvitationKind.OFFICE, "Dinas Perpustakaan Bali", places=2)
    invited = invite(place.quota_id, guest, expires_at=clock.now() + timedelta(days=5), by=COMMAND_LINE)
    by_it = {"invitation_id": invited.invitation_id}
    acts = [registering(place, somebody(), f"form-{n}") | by_it for n in range(8)]
    return crew.race(acts, processes=4, threads=2, slow=SLOW, **upset)


def test_an_invitation_for_two_that_eight_use_at_once_lets_two_in(crew: Crew) -> None:
    answers = _by_one_invitation(crew)
    assert faults(seen(crew.url), answers) == []
    assert Counter(answer.refused for answer in answers) == {"": 2, "invitation.used_up": 6}


def test_without_the_lock_an_invitation_for_two_lets_more_in_or_breaks(crew: Crew) -> None:
    answers = _by_one_invitation(crew, unlocked=True)
    assert sum(answer.told is not None for answer in answers) != 2 or faults(seen(crew.url), answers)

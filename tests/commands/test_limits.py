"""Sub-quotas: every limit that applies must hold, the smallest wins, and who is over one is passed until it has room."""

from __future__ import annotations

import pytest
from flask import Flask

from bench.statements import MOST, counting
from tests.builders import Place, an_event, registered, somebody
from tests.commands.test_invite import by_way, come, invited
from tests.commands.test_ways_in import state
from tpbis_events.foundation.database import db
from tpbis_events.foundation.errors import Refusal
from tpbis_events.foundation.transaction import transaction
from tpbis_events.people.actor import COMMAND_LINE, participant
from tpbis_events.programmes.model import LimitedBy, Origin, WayIn
from tpbis_events.registrations.cancel import cancel
from tpbis_events.registrations.change_seats import add_seats
from tpbis_events.registrations.change_ways import set_limit
from tpbis_events.registrations.correct import correct
from tpbis_events.registrations.limits import reached_for
from tpbis_events.registrations.model import State
from tpbis_events.registrations.register import Registered
from tpbis_events.registrations.rules import Applicant
from tpbis_events.registrations.seats import lock_quota


def limit(place: Place, by: LimitedBy, most: int | None, value: str = "") -> tuple[str, ...]:
    return set_limit(place.role_id, by, value, most, by=COMMAND_LINE).served


def abroad(seats: int) -> Place:
    return an_event(roles={"delegate": seats}, origin=Origin.INTERNATIONAL)["51", "delegate"]


def of(country: str, institution: str = "National Library") -> Applicant:
    return somebody(country_code=country, institution=institution, employment="")


def states(*people: Registered) -> str:
    """s(eated) or w(aiting), one letter each."""
    return "".join(state(each).value[0] for each in people)


def withdraw(who: Registered) -> tuple[str, ...]:
    return cancel(who.registration_id, by=participant(who.registration_id)).seat_given_to


def test_each_country_has_at_most_its_seats_and_another_is_not_kept_waiting_behind_it(app_on_each: Flask) -> None:
    place = abroad(seats=4)
    limit(place, LimitedBy.COUNTRY, 2)
    laos = [registered(place, of("LA")) for _ in range(3)]
    nepal = registered(place, of("NP"))
    assert states(*laos, nepal) == "ssws"
    assert laos[2].place == 1


def test_who_is_over_a_limit_is_passed_until_it_has_room_and_then_comes_first(app_on_each: Flask) -> None:
    place = abroad(seats=3)
    limit(place, LimitedBy.COUNTRY, 1)
    laos, second_of_laos = registered(place, of("LA")), registered(place, of("LA"))
    nepal, bhutan = registered(place, of("NP")), registered(place, of("BT"))
    last = registered(place, of("MM"))
    assert states(laos, second_of_laos, nepal, bhutan, last) == "swssw"
    assert withdraw(bhutan) == (last.reference,), "the first in line is over her limit"
    assert withdraw(laos) == (second_of_laos.reference,), "now there is room for her"


def test_a_seat_stays_free_while_everybody_who_waits_is_over_a_limit(app_on_each: Flask) -> None:
    place = abroad(seats=2)
    limit(place, LimitedBy.COUNTRY, 1)
    laos, second_of_laos = registered(place, of("LA")), registered(place, of("LA"))
    assert add_seats(place.quota_id, 1, reason="ruang lebih besar", by=COMMAND_LINE).served == ()
    assert states(laos, second_of_laos) == "sw"
    assert registered(place, of("NP")).state is State.SEATED, "she passes nobody who could sit"


def test_of_two_limits_the_smaller_wins(app_on_each: Flask) -> None:
    place = abroad(seats=6)
    limit(place, LimitedBy.COUNTRY, 3)
    limit(place, LimitedBy.AGENCY, 1)
    first = registered(place, of("LA", "Perpustakaan Nasional"))
    same_agency = registered(place, of("LA", "  PERPUSTAKAAN nasional"))
    others = [registered(place, of("LA", f"Library {n}")) for n in range(3)]
    assert states(first, same_agency, *others) == "swssw", "one of the agency, three of the country"


def test_a_limit_for_one_country_holds_beside_the_one_for_each(app_on_each: Flask) -> None:
    place = abroad(seats=6)
    limit(place, LimitedBy.COUNTRY, 2)
    limit(place, LimitedBy.COUNTRY, 1, "LA")
    laos = [registered(place, of("LA")) for _ in range(2)]
    nepal = [registered(place, of("NP")) for _ in range(3)]
    assert states(*laos, *nepal) == "swssw"


def test_a_limit_of_none_keeps_a_country_out_and_the_seats_are_the_other_limit(app_on_each: Flask) -> None:
    place = abroad(seats=1)
    limit(place, LimitedBy.COUNTRY, 0, "LA")
    assert registered(place, of("LA")).state is State.WAITING
    assert registered(place, of("NP")).state is State.SEATED
    assert registered(place, of("BT")).state is State.WAITING, "all seats are taken, though her country has room"


def test_a_regency_is_a_limit_of_its_own_and_holds_in_each_session_apart(app_on_each: Flask) -> None:
    places = an_event(provinces=("51", "52"), roles={"village": 3})
    bali, ntb = places["51", "village"], places["52", "village"]
    limit(bali, LimitedBy.REGENCY, 1)
    people = [registered(bali, somebody(regency_code="51.71")) for _ in range(2)]
    elsewhere = registered(bali, somebody(regency_code="51.08"))
    nowhere = registered(bali, somebody())  # told no regency: no limit applies to her
    assert states(*people, elsewhere, nowhere) == "swss"
    assert registered(ntb, somebody(regency_code="52.71")).state is State.SEATED


def test_a_limit_that_gives_way_serves_who_waited_for_it_and_a_lower_one_takes_no_seat_away(app_on_each: Flask) -> None:
    place = abroad(seats=3)
    limit(place, LimitedBy.COUNTRY, 1)
    laos = [registered(place, of("LA")) for _ in range(3)]
    assert limit(place, LimitedBy.COUNTRY, 2) == (laos[1].reference,)
    assert limit(place, LimitedBy.COUNTRY, 0) == ()
    assert states(*laos) == "ssw"
    assert limit(place, LimitedBy.COUNTRY, None) == (laos[2].reference,)


def test_who_corrects_her_country_goes_over_no_limit_and_leaves_her_room_to_others(app_on_each: Flask) -> None:
    place = abroad(seats=3)
    limit(place, LimitedBy.COUNTRY, 1)
    laos, second_of_laos, nepal = (registered(place, of(country)) for country in ("LA", "LA", "NP"))
    own = participant(nepal.registration_id)
    with pytest.raises(Refusal, match=r"limit\.reached"):
        correct(nepal.registration_id, of("LA"), by=own)
    assert states(laos, second_of_laos, nepal) == "sws"
    correct(laos.registration_id, of("BT"), by=participant(laos.registration_id))
    assert states(laos, second_of_laos, nepal) == "sss"


def test_who_waits_over_a_limit_and_corrects_her_country_gets_the_seat_that_is_free(app_on_each: Flask) -> None:
    place = abroad(seats=2)
    limit(place, LimitedBy.COUNTRY, 1)
    laos, waiting = registered(place, of("LA")), registered(place, of("LA"))
    correct(waiting.registration_id, of("NP"), by=participant(waiting.registration_id))
    assert states(laos, waiting) == "ss"


def test_a_page_can_tell_beforehand_that_a_limit_leaves_no_room(app: Flask) -> None:
    place = abroad(seats=3)
    limit(place, LimitedBy.COUNTRY, 1)
    registered(place, of("LA"))
    with transaction():
        quota = lock_quota(place.quota_id)
        there = {"regency_code": "", "institution": "Library"}
        reached = reached_for(quota, country_code="LA", **there)
        assert reached and (reached.limited_by, reached.value, reached.most) == ("country", "LA", 1)
        assert reached_for(quota, country_code="NP", **there) is None


def test_a_registration_takes_at_most_twelve_statements_by_every_way_in(app_on_each: Flask) -> None:
    limited = abroad(seats=2)
    limit(limited, LimitedBy.COUNTRY, 1)
    by_approval = by_way(an_event()["51", "stakeholder"], WayIn.APPROVAL)
    by_invitation = by_way(an_event(roles={"stakeholder": 1})["51", "stakeholder"], WayIn.INVITATION)
    by_nomination = by_way(an_event()["51", "stakeholder"], WayIn.NOMINATION)
    office = invited(by_invitation, kind="office", places=3)
    nomination = invited(by_nomination, kind="nomination", places=2)
    acts = {
        "seated within a limit": lambda: registered(limited, of("LA")),
        "waiting over a limit": lambda: registered(limited, of("LA")),
        "seated past who is over a limit": lambda: registered(limited, of("NP")),
        "applied": lambda: registered(by_approval),
        "seated by invitation": lambda: come(by_invitation, office),
        "waiting by invitation": lambda: come(by_invitation, office),
        "nominated": lambda: come(by_nomination, nomination),
    }
    taken = {}
    for what, act in acts.items():
        db.session.remove()
        with counting() as statements:
            act()
        taken[what] = len(statements)
    assert max(taken.values()) <= MOST, taken

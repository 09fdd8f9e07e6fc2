"""Invitations: a link into one role of one session, for so many places until a moment."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from tests.at_once import at_once
from tests.builders import Place, an_event, somebody
from tests.cast import acting, door, made, sari
from tpbis_events.foundation import clock, codes
from tpbis_events.foundation.database import db
from tpbis_events.foundation.errors import Forbidden, Gone, Invalid, NotFound, Refusal
from tpbis_events.foundation.transaction import transaction
from tpbis_events.outbox.model import Mail
from tpbis_events.people.actor import COMMAND_LINE, nominator, participant
from tpbis_events.programmes.model import Role, WayIn
from tpbis_events.registrations.cancel import cancel
from tpbis_events.registrations.invitations import of_session, open_invitation, token_of
from tpbis_events.registrations.invite import Guest, Invited, invite, revoke
from tpbis_events.registrations.model import Invitation, InvitationKind, Registration, State
from tpbis_events.registrations.register import Registered, register
from tpbis_events.registrations.rules import Applicant


def by_way(place: Place, way: WayIn) -> Place:
    with transaction():
        db.session.get_one(Role, place.role_id).way_in = way
    return place


def invited(place: Place, *, kind: str = "personal", places: int = 1, days: float = 5, email: str = "") -> Invited:
    guest = Guest(InvitationKind(kind), "Dinas Perpustakaan Bali", email, places=places)
    return invite(place.quota_id, guest, expires_at=clock.now() + timedelta(days=days), by=COMMAND_LINE)


def come(place: Place, invitation: Invited, applicant: Applicant | None = None, key: str = "") -> Registered:
    key = key or codes.new_code(20)
    return register(
        place.session_id, place.role_id, applicant or somebody(), key=key, invitation_id=invitation.invitation_id
    )


def how_many() -> int:
    return db.session.scalar(select(func.count()).select_from(Registration)) or 0


def test_who_is_invited_has_a_seat_at_once_where_the_public_may_not_come_by_itself(app_on_each: Flask) -> None:
    for way in (WayIn.INVITATION, WayIn.APPROVAL):
        place = by_way(an_event()["51", "stakeholder"], way)
        assert come(place, invited(place)).state is State.SEATED


def test_two_people_use_a_personal_invitation_and_one_of_them_comes(app_on_each: Flask) -> None:
    place = by_way(an_event()["51", "stakeholder"], WayIn.INVITATION)
    invitation = invited(place)

    def use() -> str:
        try:
            return come(place, invitation).state.value
        except Refusal as no:
            return no.code

    assert sorted(at_once(app_on_each, [use] * 4)) == ["invitation.used_up"] * 3 + ["seated"]
    assert how_many() == 1


def test_an_offices_link_takes_as_many_as_it_has_places_and_who_withdraws_gives_hers_back(app_on_each: Flask) -> None:
    place = by_way(an_event(roles={"stakeholder": 5})["51", "stakeholder"], WayIn.INVITATION)
    invitation = invited(place, kind="office", places=2)
    first = come(place, invitation)
    come(place, invitation)
    with pytest.raises(Refusal, match=r"invitation\.used_up"):
        come(place, invitation)
    cancel(first.registration_id, by=participant(first.registration_id))
    assert come(place, invitation).state is State.SEATED
    assert [used.used for used in of_session(place.session_id, by=COMMAND_LINE)] == [2]


def test_an_invitation_is_good_for_its_own_role_and_session_alone(app_on_each: Flask) -> None:
    places = an_event(provinces=("51", "52"))
    invitation = invited(by_way(places["51", "stakeholder"], WayIn.INVITATION))
    for other in (places["51", "village"], places["52", "stakeholder"]):
        with pytest.raises(NotFound, match=r"invitation\.unknown"):
            come(other, invitation)
    with pytest.raises(NotFound, match=r"invitation\.unknown"):
        come(places["51", "stakeholder"], Invited(invitation.invitation_id + 1, ""))
    assert how_many() == 0


def test_an_invitation_that_is_over_or_taken_back_lets_nobody_in_and_who_came_by_it_stays(app_on_each: Flask) -> None:
    place = by_way(an_event(roles={"stakeholder": 5})["51", "stakeholder"], WayIn.INVITATION)
    short, taken = invited(place, days=1), invited(place, kind="office", places=3)
    came = come(place, taken)
    revoke(taken.invitation_id, by=COMMAND_LINE)
    with pytest.raises(Gone, match=r"invitation\.revoked"):
        come(place, taken)
    with clock.stopped_at(clock.now() + timedelta(days=1)), pytest.raises(Gone, match=r"invitation\.expired"):
        come(place, short)
    with pytest.raises(Refusal, match="already_revoked"):
        revoke(taken.invitation_id, by=COMMAND_LINE)
    assert db.session.get_one(Registration, came.registration_id).state is State.SEATED


def test_a_form_sent_again_is_answered_by_what_it_made_also_when_the_invitation_is_used_up(app_on_each: Flask) -> None:
    place = by_way(an_event()["51", "stakeholder"], WayIn.INVITATION)
    invitation, budi = invited(place), somebody()
    first = come(place, invitation, budi, key="one form of Budi")
    revoke(invitation.invitation_id, by=COMMAND_LINE)
    again = come(place, invitation, budi, key="one form of Budi")
    assert (again.reference, again.replayed) == (first.reference, True)
    with pytest.raises(Refusal, match="form_changed"):  # the same form without its invitation is another one
        register(place.session_id, place.role_id, budi, key="one form of Budi")


def test_the_token_outlives_the_invitation_and_nobody_makes_one(app: Flask) -> None:
    place = an_event()["51", "stakeholder"]
    token = token_of(db.session.get_one(Invitation, invited(place, days=1).invitation_id))
    with clock.stopped_at(clock.now() + timedelta(days=100)):
        assert open_invitation(token).quota_id == place.quota_id
    for forged in (token[:-1], token + "A", token.replace(".", "", 1), "", "a.b"):
        with pytest.raises(NotFound):
            open_invitation(forged)


def test_who_has_an_address_gets_one_mail_without_a_token_in_it(app: Flask) -> None:
    place = an_event()["51", "stakeholder"]
    invited(place, email="dinas@example.id")
    invited(place)
    mail = db.session.scalars(select(Mail)).one()
    assert (mail.kind, mail.recipient) == ("invitation", "dinas@example.id")
    assert not any("." in str(value) and len(str(value)) > 60 for value in mail.facts.values())


@pytest.mark.parametrize(
    ("changes", "days", "field"),
    [
        ({"name": "  "}, 5, "name"),
        ({"email": "dinas@"}, 5, "email"),
        ({"places": 0, "kind": InvitationKind.OFFICE}, 5, "places"),
        ({"places": 201, "kind": InvitationKind.OFFICE}, 5, "places"),
        ({"kind": InvitationKind.NOMINATION}, 5, "kind"),
        ({}, -1, "expires_at"),
        ({}, 31, "expires_at"),
    ],
)
def test_what_is_wrong_with_an_invitation_is_named_by_its_field(
    app: Flask, changes: dict[str, object], days: int, field: str
) -> None:
    place = an_event()["51", "stakeholder"]
    guest = Guest(**{"kind": InvitationKind.PERSONAL, "name": "Made", **changes})  # type: ignore[arg-type]
    with pytest.raises(Invalid) as refused:
        invite(place.quota_id, guest, expires_at=clock.now() + timedelta(days=days), by=COMMAND_LINE)
    assert list(refused.value.problems) == [field]


def test_made_invites_in_bali_sari_everywhere_and_neither_the_door_nor_who_is_registered_does(app: Flask) -> None:
    places = an_event(provinces=("51", "52"))
    guest = Guest(InvitationKind.PERSONAL, "Ibu Ketut")
    until = clock.now() + timedelta(days=5)
    pic, national, at_door = acting(made()), acting(sari()), acting(door())
    bali, elsewhere = places["51", "stakeholder"].quota_id, places["52", "stakeholder"].quota_id
    mine = invite(bali, guest, expires_at=until, by=pic)
    theirs = invite(elsewhere, guest, expires_at=until, by=national)
    for act in (
        lambda: invite(elsewhere, guest, expires_at=until, by=pic),
        lambda: revoke(theirs.invitation_id, by=pic),
        lambda: revoke(mine.invitation_id, by=nominator(mine.invitation_id)),
        lambda: invite(bali, guest, expires_at=until, by=participant(1)),
    ):
        with pytest.raises(NotFound):
            act()
    with pytest.raises(Forbidden):
        invite(bali, guest, expires_at=until, by=at_door)
    revoke(mine.invitation_id, by=pic)

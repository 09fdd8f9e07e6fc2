"""Tags: put on and taken off where the right is, once each, in the log, and gone with the person."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from tests.builders import an_account, an_event, registered
from tests.cast import BALI, acting, made
from tpbis_events.audit import log
from tpbis_events.foundation import clock
from tpbis_events.foundation.database import db
from tpbis_events.foundation.errors import NotFound, Refusal
from tpbis_events.foundation.transaction import transaction
from tpbis_events.people.actor import COMMAND_LINE
from tpbis_events.people.model import PersonWord, Right
from tpbis_events.programmes.model import Session
from tpbis_events.registrations.erase import KEPT_AFTER_SESSION, erase_expired
from tpbis_events.registrations.model import Registration, Tag
from tpbis_events.registrations.tag import tag, untag


def words_on(registration_id: int) -> list[str]:
    db.session.rollback()
    return list(db.session.scalars(select(Tag.word).where(Tag.registration_id == registration_id).order_by(Tag.word)))


def test_a_tag_is_put_on_once_and_taken_off_and_the_log_has_both(app_on_each: Flask) -> None:
    place = an_event()[BALI, "stakeholder"]
    one, other = registered(place), registered(place)
    by = acting(made())
    ids = [one.registration_id, other.registration_id]
    assert tag(ids[:1], "  Pembicara,\tUTAMA ", by=by).changed == (one.reference,)
    assert tag(ids, "pembicara utama", by=by).changed == (other.reference,)
    assert words_on(one.registration_id) == ["pembicara utama"]
    assert untag(ids[:1], "Pembicara utama", by=by).changed == (one.reference,)
    assert words_on(one.registration_id) == [] and words_on(other.registration_id) == ["pembicara utama"]
    entries = [each for each in log.about(f"registration:{one.registration_id}") if "tagged" in each.act]
    assert [(each.act, each.after) for each in entries] == [
        ("registration.tagged", {"tag": "pembicara utama"}),
        ("registration.untagged", {"tag": "pembicara utama"}),
    ]


def test_nobody_out_of_reach_is_tagged_nor_anybody_beside_her(app: Flask) -> None:
    places = an_event(provinces=(BALI, "12"))
    own, other = registered(places[BALI, "village"]), registered(places["12", "village"])
    with pytest.raises(NotFound):
        tag([own.registration_id, other.registration_id], "vip", by=acting(made()))
    assert words_on(own.registration_id) == []
    with pytest.raises(Refusal, match="actor.forbidden"):
        tag([own.registration_id], "vip", by=acting(an_account("Rini", Right.AUDITOR)))
    with pytest.raises(Refusal, match="tag.missing"):
        tag([own.registration_id], " ,\u200b ", by=COMMAND_LINE)


def test_tags_and_words_go_with_the_person(app_on_each: Flask) -> None:
    place = an_event()[BALI, "stakeholder"]
    person = registered(place)
    tag([person.registration_id], "vip", by=COMMAND_LINE)
    with transaction():
        db.session.get_one(Session, place.session_id).ends_at = clock.now() - KEPT_AFTER_SESSION - timedelta(days=1)
    assert db.session.scalar(select(func.count()).select_from(PersonWord))
    erase_expired()
    assert words_on(person.registration_id) == []
    row = db.session.get_one(Registration, person.registration_id)
    assert (row.name_key, row.institution_key) == ("", "")
    assert db.session.scalar(select(func.count()).select_from(PersonWord)) == 0

"""Rights: who may give them, when they end, and that an installation never loses its last administrator."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from flask import Flask

from tests.builders import an_account, an_event, registered, somebody
from tests.cast import BALI, acting, made, sari
from tpbis_events.foundation import clock
from tpbis_events.foundation.database import db
from tpbis_events.foundation.errors import Forbidden, Invalid, NotFound, Refusal
from tpbis_events.people.account_links import open_link
from tpbis_events.people.accounts import id_of
from tpbis_events.people.actor import COMMAND_LINE, Act, Actor, actor_of
from tpbis_events.people.choose_password import choose_password, set_password
from tpbis_events.people.disable_account import set_active
from tpbis_events.people.give_right import NewRight, give_right
from tpbis_events.people.model import Account, Right
from tpbis_events.people.open_account import open_account
from tpbis_events.people.second_factor import remove
from tpbis_events.people.send_link import send_link
from tpbis_events.people.sign_in import end_all
from tpbis_events.people.take_right import take_of, take_right
from tpbis_events.registrations.cancel import cancel

ADMINISTRATOR = NewRight(Right.ADMINISTRATOR)


def admin(name: str = "Admin") -> Account:
    return an_account(name, Right.ADMINISTRATOR)


def actor(account_id: int) -> Actor:
    db.session.rollback()
    return actor_of(db.session.get_one(Account, account_id))


def tomorrow() -> NewRight:
    return NewRight(Right.ADMINISTRATOR, None, clock.now() + timedelta(days=1))


def test_a_right_gives_nothing_from_the_moment_it_ends(app_on_each: Flask) -> None:
    account_id, ends_at = made().id, clock.now() + timedelta(days=2)
    budi = registered(an_event()[BALI, "village"], somebody()).registration_id
    give_right(account_id, NewRight(Right.PIC, BALI, ends_at), by=COMMAND_LINE)
    with clock.stopped_at(ends_at - timedelta(seconds=1)):
        assert actor(account_id).may(Act.CANCEL, BALI)
    with clock.stopped_at(ends_at):
        by = actor(account_id)
        assert by.provinces_for(Act.SEE_ROSTER) == frozenset() and not by.may_somewhere(Act.SEE_OFFICE)
        with pytest.raises(NotFound):
            cancel(budi, by=by, reason="late")


def test_a_pic_of_two_provinces_has_both_and_no_third(app: Flask) -> None:
    account_id = made().id
    give_right(account_id, NewRight(Right.PIC, "52"), by=COMMAND_LINE)
    assert actor(account_id).provinces_for(Act.SEE_ROSTER) == {"51", "52"}
    with pytest.raises(NotFound):
        actor(account_id).require(Act.SEE_ROSTER, "12")


@pytest.mark.parametrize("right", [right for right in Right if right is not Right.ADMINISTRATOR])
def test_only_administrators_touch_accounts(app: Flask, right: Right) -> None:
    other = admin().id
    by = acting(an_account("Siapa", right, BALI if right is Right.PIC else None))
    for act in (
        lambda: open_account("baru@example.id", "Baru", [ADMINISTRATOR], by=by),
        lambda: give_right(other, NewRight(Right.NATIONAL), by=by),
        lambda: take_of(other, Right.ADMINISTRATOR, None, by=by),
        lambda: set_active(other, False, by=by),
        lambda: send_link(other, by=by),
        lambda: end_all(other, by=by),
        lambda: remove(other, by=by),
    ):
        with pytest.raises((Forbidden, NotFound)):
            act()


@pytest.mark.parametrize(
    ("new", "field"),
    [
        (NewRight(Right.PIC), "province"),
        (NewRight(Right.NATIONAL, BALI), "province"),
        (NewRight(Right.DOOR, "99"), "province"),
    ],
)
def test_a_right_that_makes_no_sense_is_refused(app: Flask, new: NewRight, field: str) -> None:
    with pytest.raises(Invalid) as wrong:
        give_right(made().id, new, by=COMMAND_LINE)
    assert set(wrong.value.problems) == {field}


def test_the_last_administrator_keeps_the_right_the_account_and_has_it_without_end(app_on_each: Flask) -> None:
    account_id = sari().id
    grant = next(each for each in db.session.get_one(Account, account_id).roles if each.name is Right.ADMINISTRATOR).id
    never = an_account("Undangan", Right.DOOR).id
    db.session.rollback()
    ends = an_account("Sementara", Right.DOOR).id
    give_right(ends, tomorrow(), by=COMMAND_LINE)
    open_account("belum@example.id", "Belum", [ADMINISTRATOR], by=COMMAND_LINE)  # she can't sign in yet
    for act in (
        lambda: take_right(account_id, grant, by=actor(account_id)),
        lambda: set_active(account_id, False, by=COMMAND_LINE),
        lambda: give_right(account_id, tomorrow(), by=COMMAND_LINE),
    ):
        with pytest.raises(Refusal, match="last_administrator"):
            act()
    give_right(never, ADMINISTRATOR, by=COMMAND_LINE)
    take_right(account_id, grant, by=actor(account_id))
    assert not actor(account_id).may(Act.MANAGE_ACCOUNTS, None) and actor(account_id).may(Act.CHANGE_SEATS, None)
    with pytest.raises(Refusal, match="last_administrator"):
        set_active(never, False, by=COMMAND_LINE)


def test_of_two_administrators_who_disable_each_other_at_once_one_stays(app_on_each: Flask) -> None:
    pair, start = [admin("Satu").id, admin("Dua").id], Barrier(2)

    def disable(account_id: int) -> str:
        with app_on_each.app_context():
            start.wait(10)
            try:
                set_active(account_id, False, by=COMMAND_LINE)
            except Refusal as no:
                return no.code
            finally:
                db.session.remove()
            return "disabled"

    with ThreadPoolExecutor(2) as pool:
        outcomes = sorted(pool.map(disable, pair))
    assert outcomes == ["account.last_administrator", "disabled"]
    db.session.rollback()
    assert sum(db.session.get_one(Account, each).active for each in pair) == 1


def test_a_link_is_good_once_also_for_two_who_use_it_at_once(app_on_each: Flask) -> None:
    token = open_account("baru@example.id", "Baru", [ADMINISTRATOR], by=COMMAND_LINE).link.rpartition("/")[2]
    start = Barrier(2)

    def choose(words: str) -> str:
        with app_on_each.app_context():
            start.wait(10)
            try:
                choose_password(token, words)
            except Refusal as no:
                return no.code
            finally:
                db.session.remove()
            return "chosen"

    with ThreadPoolExecutor(2) as pool:
        outcomes = sorted(pool.map(choose, ["kata sandi yang pertama", "kata sandi yang kedua"]))
    assert outcomes == ["account.link_used", "chosen"]
    db.session.rollback()
    with pytest.raises(Refusal, match="link_used"):
        open_link(token)


def test_a_link_of_a_disabled_account_opens_nothing(app: Flask) -> None:
    opened = open_account("baru@example.id", "Baru", [NewRight(Right.DOOR)], by=COMMAND_LINE)
    set_active(opened.account_id, False, by=COMMAND_LINE)
    with pytest.raises(NotFound):
        open_link(opened.link.rpartition("/")[2])


def test_a_password_is_long_enough_and_not_the_own_address(app: Flask) -> None:
    email = made().email
    open_account("wayan.sudarma@example.id", "Wayan", [NewRight(Right.DOOR)], by=COMMAND_LINE)
    for password, code in (("pendek", "short"), ("x" * 201, "long"), ("Wayan.Sudarma 2023!", "guessable")):
        with pytest.raises(Refusal, match=f"password_{code}"):
            set_password("wayan.sudarma@example.id", password, by=COMMAND_LINE)
    assert id_of(email.upper())
    with pytest.raises(Forbidden):
        set_password(email, "kata sandi yang cukup panjang", by=acting(admin()))


def test_where_a_second_factor_is_demanded_a_right_gives_nothing_without_it(app: Flask) -> None:
    account_id = an_account("Nasional", Right.NATIONAL, also=(Right.DOOR,)).id
    assert actor(account_id).may(Act.CHANGE_SEATS, BALI)
    app.config["SECOND_FACTOR_REQUIRED"] = True
    assert not actor(account_id).may(Act.CHANGE_SEATS, BALI) and actor(account_id).may(Act.SEE_DOOR, BALI)

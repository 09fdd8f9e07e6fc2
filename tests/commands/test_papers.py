"""Paper and screen: numbered sheets, rows keyed back, differences settled, signatures, receipts, and what is forgotten."""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from tests.at_once import at_once
from tests.builders import Place, an_account, an_event, registered, somebody
from tests.cast import BALI, acting, door, made, sari
from tests.queries import counted
from tpbis_events.attendance.check_in import check_in
from tpbis_events.attendance.differences import Reconciliation, reconcile
from tpbis_events.attendance.forget_papers import forget_papers
from tpbis_events.attendance.keep_photo import attach_photo, fetch_photo, folder, withdraw_photo
from tpbis_events.attendance.keep_receipts import Amount, keep_lines, note_receipts_printed, open_receipts
from tpbis_events.attendance.key_in import Keyed, key_in
from tpbis_events.attendance.model import Attendance, Source
from tpbis_events.attendance.papers import LeftDifference, Order, PaperMark, Print, Printing, SheetPhoto, Side
from tpbis_events.attendance.photo_file import PhotoFile
from tpbis_events.attendance.presence import attended_days
from tpbis_events.attendance.print_cards import Whom, print_cards
from tpbis_events.attendance.print_sheet import Printed, print_sheet
from tpbis_events.attendance.printings import printing_of
from tpbis_events.attendance.receipts import ReceiptLine, ReceiptList, receipt_list
from tpbis_events.attendance.settle import leave_difference, say_they_agree, take_mark_back
from tpbis_events.attendance.sign import sign
from tpbis_events.attendance.signatures import Signature, signatures_of
from tpbis_events.attendance.undo import undo
from tpbis_events.audit.model import AuditEntry
from tpbis_events.foundation import clock
from tpbis_events.foundation.database import db
from tpbis_events.foundation.errors import Gone, Invalid, NotFound, Refusal
from tpbis_events.people.actor import Act, Actor
from tpbis_events.people.model import Right
from tpbis_events.programmes.model import AttendanceBy, Event, Session, SessionDay
from tpbis_events.programmes.schedule import schedule_of
from tpbis_events.registrations.cancel import cancel
from tpbis_events.registrations.reschedule import reschedule

DRAWN = "[[10,10,200,300,400,100,600,300,800,90,990,390]]"


def a_day(place: Place, number: int = 1) -> SessionDay:
    return next(day for day in db.session.get_one(Session, place.session_id).days if day.number == number)


@contextmanager
def on(place: Place, number: int = 1, minutes: int = 0) -> Iterator[int]:
    """The clock stands some minutes after a day's beginning; gives the day's id."""
    day = a_day(place, number)
    with clock.stopped_at(day.starts_at + timedelta(minutes=minutes)):
        yield day.id


def people(place: Place, number: int) -> list[int]:
    return [registered(place, somebody(full_name=f"Peserta {n:03}")).registration_id for n in range(1, number + 1)]


def compared(day_id: int) -> Reconciliation:
    return reconcile(db.session.get_one(SessionDay, day_id))


def refusal(act: object, *arguments: object, **named: object) -> str:
    with pytest.raises(Refusal) as no:
        act(*arguments, **named)  # type: ignore[operator]
    db.session.rollback()
    return no.value.code


def acts() -> list[str]:
    return list(db.session.scalars(select(AuditEntry.act).order_by(AuditEntry.id)))


def test_a_day_gets_its_number_once_and_the_same_rows_are_the_same_paper(app_on_each: Flask) -> None:
    place = an_event(days=2, roles={"village": 5})[BALI, "village"]
    people(place, 3)
    by = acting(made())
    first, second = a_day(place).id, a_day(place, 2).id
    printed, again, other = print_sheet(first, by=by), print_sheet(first, by=by), print_sheet(second, by=by)
    assert printed == Printed(**{**{n: getattr(again, n) for n in Printed.__slots__}, "at": printed.at})
    assert (printed.number, other.number) == (
        f"DH-001/TPBIS/{place.event_slug.upper()}",
        f"DH-002/TPBIS/{place.event_slug.upper()}",
    )
    assert printed.code != other.code and len(printed.code) == 8
    people(place, 1)
    newer = print_sheet(first, by=by)
    assert newer.number == printed.number and newer.code != printed.code and len(newer.rows) == 4
    assert print_sheet(first, order=Order.NAME, by=by).code != newer.code
    assert acts().count("sheet.printed") == 5


def test_days_printed_at_once_get_numbers_without_a_gap_or_a_double(app_on_each: Flask) -> None:
    place = an_event(days=4)[BALI, "village"]
    by = acting(sari())
    ids = [a_day(place, number).id for number in (1, 2, 3, 4)]
    done = at_once(app_on_each, [lambda each=each: print_sheet(each, by=by) for each in ids * 2])  # type: ignore[misc]
    assert sorted({each.number[:6] for each in done}) == ["DH-001", "DH-002", "DH-003", "DH-004"]


def test_the_whole_nip_is_for_who_may_see_it(app: Flask) -> None:
    place = an_event()[BALI, "village"]
    day_id = a_day(place).id
    by = acting(made())
    assert print_sheet(day_id, by=by).numbers
    assert not print_sheet(day_id, numbers=False, by=by).numbers
    for account in (an_account("Ketut", Right.FINANCE), an_account("Audi", Right.AUDITOR), door()):
        assert refusal(print_sheet, day_id, by=acting(account)) == "actor.forbidden"
    with pytest.raises(NotFound):
        print_sheet(day_id, by=acting(an_account("Nyoman", Right.PIC, "12")))


def test_what_is_keyed_back_is_who_was_there_and_sent_twice_it_is_one(app_on_each: Flask) -> None:
    place = an_event(roles={"village": 6})[BALI, "village"]
    ids, by = people(place, 6), acting(made())
    with on(place) as day_id:
        printed = print_sheet(day_id, by=by)
        check_in(ids[0], day_id, by=acting(door()))
    with on(place, minutes=600):
        assert key_in(printed.code, [1, 2, 4], by=by) == Keyed(3, 2, ())
        assert key_in(printed.code, [1, 2, 4], by=by) == Keyed(3, 0, ())
    rows = {row.registration_id: row for row in db.session.scalars(select(Attendance))}
    assert set(rows) == {ids[0], ids[1], ids[3]}
    assert [rows[each].source for each in (ids[0], ids[1])] == [Source.OFFICE, Source.PAPER]
    assert not rows[ids[1]].late, "the paper doesn't say when she came"
    found = compared(day_id)
    assert (found.both, found.on_paper, found.on_screen, found.differences) == (3, 3, 3, ())
    with on(place, minutes=700):
        assert key_in(printed.code, [1, 2], by=by).marked == 2
    (difference,) = compared(day_id).differences
    assert (difference.registration_id, difference.side) == (ids[3], Side.SCREEN)
    assert len(db.session.scalars(select(PaperMark)).all()) == 3, "taken back, it stays as history"


def test_rows_mean_the_people_of_that_printing_whoever_came_or_went_since(app: Flask) -> None:
    place = an_event(roles={"village": 9})[BALI, "village"]
    ids, by = people(place, 3), acting(made())
    old = print_sheet(a_day(place).id, by=by)
    first = registered(place, somebody(full_name="Anak Agung")).registration_id
    cancel(ids[1], by=by, reason="sakit")
    newer = print_sheet(a_day(place).id, by=by)
    assert (old.rows, newer.rows) == (tuple(ids), (first, ids[0], ids[2]))
    with on(place) as day_id:
        keyed = key_in(old.code, [1, 2], by=by)
        assert keyed == Keyed(2, 1, ((ids[1], "attendance.cancelled"),))
        assert key_in(newer.code, [1], by=by).checked_in == 1
    (difference,) = compared(day_id).differences
    assert (difference.registration_id, difference.side, difference.open) == (ids[1], Side.PAPER, True)
    assert set(attended_days([*ids, first])) == {*ids, first}


def test_rows_that_are_not_there_and_walk_ins_from_elsewhere_change_nothing(app: Flask) -> None:
    places = an_event(provinces=(BALI, "12"), roles={"village": 6})
    place, by = places[BALI, "village"], acting(sari())
    people(place, 2)
    stranger = registered(places["12", "village"])
    late = registered(place, somebody(full_name="Zainal"))
    code = print_sheet(a_day(place).id, by=by).code
    newcomer = registered(place, somebody(full_name="Yusuf"))
    assert refusal(key_in, code, [1], by=by) == "attendance.day_not_begun"
    with on(place) as day_id:
        for rows, walk_ins, no in (
            ([4], [], "sheet_rows.unknown"),
            ([0], [], "sheet_rows.unknown"),
            ([1], [(4, stranger.reference)], "sheet_rows.walk_in"),
            ([1], [(4, "ZZZZ-ZZZZ")], "sheet_rows.walk_in"),
            ([1], [(99, newcomer.reference)], "sheet_rows.walk_in"),
            ([1], [(2, newcomer.reference)], "sheet_rows.walk_in"),
        ):
            assert refusal(key_in, code, rows, walk_ins, by=by) == no
        assert not db.session.scalars(select(PaperMark)).all()
        typed = f"{newcomer.reference[:4].lower()} {newcomer.reference[4:]}"
        assert key_in(code, [3], [(4, typed)], by=by) == Keyed(2, 2, ())
    assert compared(day_id).both == 2 and late.registration_id


def test_afterwards_paper_and_screen_agree_and_it_is_on_record_who_said_so(app_on_each: Flask) -> None:
    place = an_event(roles={"village": 6})[BALI, "village"]
    ids, by = people(place, 5), acting(made())
    pintu = acting(door())
    with on(place) as day_id:
        code = print_sheet(day_id, by=by).code
        for each in (ids[0], ids[1], ids[2]):
            check_in(each, day_id, by=pintu)
        key_in(code, [1, 4, 5], by=by)
        undo(ids[4], day_id, reason="salah centang", by=by)
    with on(place, minutes=500):
        assert {(each.registration_id, each.side) for each in compared(day_id).differences} == {
            (ids[1], Side.SCREEN),
            (ids[2], Side.SCREEN),
            (ids[4], Side.PAPER),
        }
        assert refusal(say_they_agree, code, by=by) == "difference.open"
        undo(ids[1], day_id, reason="tidak hadir", by=by)
        for reason in ("", "  "):
            assert (
                refusal(leave_difference, code, ids[2], Side.SCREEN, reason=reason, by=by)
                == "attendance.reason_missing"
            )
        assert refusal(leave_difference, code, ids[0], Side.SCREEN, reason="x", by=by) == "difference.gone"
        leave_difference(code, ids[2], Side.SCREEN, reason="lupa tanda tangan", by=by)
        take_mark_back(code, ids[4], reason="baris keliru", by=by)
        assert refusal(take_mark_back, code, ids[4], reason="lagi", by=by) == "difference.gone"
        found = compared(day_id)
        assert found.open == () and [each.reason for each in found.differences] == ["lupa tanda tangan"]
        at = say_they_agree(code, by=by)
    printing = db.session.scalars(select(Printing)).one()
    assert printing.sheet is not None
    assert (printing.sheet.agreed_at, printing.sheet.agreed_by) == (at, by.label)
    assert printing.sheet.agreed_state == compared(day_id).state
    with on(place, minutes=900):
        check_in(ids[1], day_id, by=by)
    assert compared(day_id).state != printing.sheet.agreed_state, "a change shows"


def test_two_who_key_pages_of_one_sheet_at_once_lose_nothing_of_each_other(app: Flask) -> None:
    place = an_event(roles={"village": 6})[BALI, "village"]
    ids, by = people(place, 4), acting(made())
    with on(place) as day_id:
        code = print_sheet(day_id, by=by).code
        key_in(code, [1], shown=[], by=by)
        key_in(code, [1, 2], shown=[1], by=by)  # both pages were opened now
        key_in(code, [3], shown=[1], by=by)  # and the other one takes the first row back
    marked = set(db.session.scalars(select(PaperMark.registration_id).where(PaperMark.taken_back_at.is_(None))))
    assert marked == {ids[1], ids[2]}


def test_a_blank_row_is_one_persons_and_a_reference_typed_into_the_wrong_row_moves_to_the_right_one(app: Flask) -> None:
    place = an_event(roles={"village": 6})[BALI, "village"]
    people(place, 1)
    by = acting(sari())
    code = print_sheet(a_day(place).id, by=by).code
    first, second = (registered(place, somebody(full_name=name)) for name in ("Yusuf", "Zainal"))
    with on(place):
        key_in(code, [], [(2, first.reference)], shown=[], by=by)
        assert refusal(key_in, code, [], [(2, second.reference)], shown=[], by=by) == "sheet_rows.taken"
        key_in(code, [], [(3, first.reference)], shown=[2], by=by)
        key_in(code, [], [(2, second.reference), (3, first.reference)], shown=[3], by=by)
    standing = select(PaperMark.row, PaperMark.registration_id).where(PaperMark.taken_back_at.is_(None))
    assert dict(db.session.execute(standing).all()) == {2: second.registration_id, 3: first.registration_id}


def test_a_change_of_date_ends_a_sheet_and_its_number_is_not_given_again(app: Flask) -> None:
    place = an_event(roles={"village": 6})[BALI, "village"]
    people(place, 1)
    by = acting(sari())
    old = print_sheet(a_day(place).id, by=by)
    before = schedule_of(db.session.get_one(Session, place.session_id))
    later = replace(before, days=tuple(replace(day, date=day.date + timedelta(days=3)) for day in before.days))
    reschedule(place.session_id, later, reason="Aula dipakai", tell=True, by=by)
    with pytest.raises(NotFound):
        printing_of(old.code, by=by, act=Act.PRINT_SHEETS)
    new = print_sheet(a_day(place).id, by=by)
    assert (old.number[:6], new.number[:6]) == ("DH-001", "DH-002")


def test_who_signed_on_a_screen_needs_no_paper_and_neither_does_who_was_online(app: Flask) -> None:
    place = an_event(roles={"village": 6})[BALI, "village"]
    ids, by = people(place, 3), acting(made())
    with on(place) as day_id:
        check_in(ids[0], day_id, by=by)
        sign(ids[0], day_id, DRAWN, consent=True, by=by)
        check_in(ids[1], day_id, by=by, online=True)
        code = print_sheet(day_id, by=by).code
        assert refusal(say_they_agree, code, by=by) == "difference.nothing_keyed"
        key_in(code, [3], by=by)
        assert (compared(day_id).differences, compared(day_id).drawn) == ((), 2)
        say_they_agree(code, by=by)


def test_a_check_in_by_items_is_on_the_screen_as_any_other(app: Flask) -> None:
    from tpbis_events.attendance.settle import items_on_screen
    from tpbis_events.foundation.transaction import transaction
    from tpbis_events.programmes.model import AgendaItem, AgendaKind

    place = an_event(roles={"village": 3})[BALI, "village"]
    (budi,), by = people(place, 1), acting(made())
    with transaction():
        db.session.get_one(Event, place.event_id).attendance_by = AttendanceBy.ITEM
        item = AgendaItem(
            event_id=place.event_id, day_number=1, sort=1, kind=AgendaKind.TALK, title_id="Materi", title_en="Talk"
        )
        db.session.add(item)
        db.session.flush()
        item_id = item.id
    with on(place) as day_id:
        check_in(budi, day_id, by=by, item_id=item_id)
        code = print_sheet(day_id, by=by).code
        assert key_in(code, [1], by=by) == Keyed(1, 0, ())
        assert items_on_screen(budi, day_id) == [item_id]
    assert compared(day_id).differences == ()


def test_comparing_asks_the_same_of_the_database_whatever_the_size(app: Flask) -> None:
    place = an_event(roles={"village": 60})[BALI, "village"]
    by, ids = acting(sari()), people(place, 2)

    def asked() -> int:
        with on(place) as day_id:
            code = print_sheet(day_id, by=by).code
            key_in(code, [1], by=by)
            db.session.rollback()
            day = db.session.get_one(SessionDay, day_id)
            with counted() as statements:
                reconcile(day)
            return len(statements)

    few = asked()
    ids += people(place, 30)
    with on(place) as day_id:
        for each in ids[1:]:
            check_in(each, day_id, by=by)
    assert asked() == few <= 6


def test_a_signature_is_kept_encrypted_and_a_new_one_empties_the_old(app_on_each: Flask) -> None:
    place = an_event()[BALI, "stakeholder"]
    budi, by = registered(place).registration_id, acting(door())
    with on(place) as day_id:
        assert refusal(sign, budi, day_id, DRAWN, consent=True, by=by) == "attendance.not_checked_in"
        check_in(budi, day_id, by=by)
        assert refusal(sign, budi, day_id, DRAWN, consent=False, by=by) == "signature.no_consent"
        assert refusal(sign, budi, day_id, "[[1,1]]", consent=True, by=by) == "signature.unreadable"
        sign(budi, day_id, DRAWN, consent=True, by=by)
        other = DRAWN.replace("10,10,", "20,20,")
        sign(budi, day_id, other, consent=True, by=by)
    assert signatures_of(day_id)[budi][0][0] == (20, 20)
    rows = db.session.scalars(select(Signature).order_by(Signature.id)).all()
    assert [(row.strokes is None, row.replaced_at is None) for row in rows] == [(True, False), (False, True)]
    raw = db.session.connection().exec_driver_sql("SELECT strokes FROM signatures ORDER BY id").scalars().all()
    assert raw[0] is None and b"20,20" not in bytes(raw[1] or b"")
    assert acts().count("attendance.signed") == 2
    with on(place, minutes=60 * 30):
        assert refusal(sign, budi, day_id, DRAWN, consent=True, by=by) == "attendance.day_over"


def a_photo(content: bytes = b"%PDF-1.7 scan %%EOF") -> PhotoFile:
    mark = hashlib.sha256(content).hexdigest()
    return PhotoFile(content, "pdf", None, None, mark, mark)


def test_a_photograph_stands_under_a_name_nobody_guesses_and_every_look_is_written_down(app: Flask) -> None:
    place = an_event()[BALI, "village"]
    by, auditor = acting(made()), acting(an_account("Audi", Right.AUDITOR))
    code = print_sheet(a_day(place).id, by=by).code
    photo = attach_photo(code, a_photo(), by=by)
    assert attach_photo(code, a_photo(), by=by) == photo, "the same file twice is one"
    (file,) = folder().iterdir()
    assert (file.stat().st_mode & 0o777, folder().stat().st_mode & 0o777) == (0o600, 0o700)
    assert len(file.stem) == 43 and code not in file.name
    fetched = fetch_photo(photo, by=auditor)
    assert fetched.path.read_bytes() == a_photo().content and fetched.mimetype == "application/pdf"
    assert refusal(attach_photo, code, a_photo(b"%PDF-1.7 other %%EOF"), by=auditor) == "actor.forbidden"
    assert len(list(folder().iterdir())) == 1, "what is refused leaves no file"
    for account in (an_account("Ketut", Right.FINANCE), door()):
        assert refusal(fetch_photo, photo, by=acting(account)) == "actor.forbidden"
    with pytest.raises(NotFound):
        fetch_photo(photo, by=acting(an_account("Nyoman", Right.PIC, "12")))
    assert refusal(withdraw_photo, photo, reason=" ", by=by) == "attendance.reason_missing"
    withdraw_photo(photo, reason="buram", by=by)
    assert refusal(withdraw_photo, photo, reason="buram", by=by) == "photo.withdrawn"
    assert fetch_photo(photo, by=auditor).path.is_file(), "withdrawn, never deleted"
    assert [act for act in acts() if act.startswith("photo.")] == [
        "photo.attached",
        "photo.seen",
        "photo.withdrawn",
        "photo.seen",
    ]
    entry = db.session.scalars(select(AuditEntry).where(AuditEntry.act == "photo.attached")).one()
    assert (entry.after or {})["received_sha256"] == a_photo().received_hash


def test_two_years_after_the_meeting_signatures_and_photographs_are_gone(app: Flask) -> None:
    place = an_event()[BALI, "stakeholder"]
    recent = an_event()[BALI, "stakeholder"]
    by, photos = acting(sari()), []
    for each in (place, recent):
        budi = registered(each).registration_id
        with on(each) as day_id:
            code = print_sheet(day_id, by=by).code
            key_in(code, [1], by=by)
            sign(budi, day_id, DRAWN, consent=True, by=by)
        photos.append(attach_photo(code, a_photo(), by=by))
    stray: Path = folder() / "nobody-knows-it.jpg"
    stray.write_bytes(b"x")
    fresh: Path = folder() / "being-written.jpg"
    fresh.write_bytes(b"x")
    os.utime(stray, (time.time() - 90_000,) * 2)
    for row in db.session.scalars(select(SheetPhoto)):
        os.utime(folder() / f"{row.key}.pdf", (time.time() - 90_000,) * 2)
    over = db.session.get_one(Session, place.session_id).ends_at + timedelta(days=731)
    from tpbis_events.foundation.transaction import transaction

    with transaction():
        later = db.session.get_one(Session, recent.session_id)
        later.ends_at = over
    with clock.stopped_at(over):
        assert forget_papers() == 1
        assert forget_papers() == 0
    assert [row.strokes is None for row in db.session.scalars(select(Signature).order_by(Signature.id))] == [
        True,
        False,
    ]
    with pytest.raises(Gone):
        fetch_photo(photos[0], by=by)
    assert fetch_photo(photos[1], by=by).path.is_file()
    assert len(list(folder().iterdir())) == 2 and fresh.is_file() and not stray.exists()
    assert len(db.session.scalars(select(PaperMark)).all()) == 2, "who was there stays for the report"
    assert acts().count("papers.erased") == 1


def test_badges_are_printed_for_all_a_role_one_person_or_who_came_since(app: Flask) -> None:
    places = an_event(roles={"stakeholder": 4, "village": 4})
    place, village = places[BALI, "stakeholder"], places[BALI, "village"]
    by = acting(made())
    session_id, first = place.session_id, people(place, 2)
    assert refusal(print_cards, session_id, Print.BADGE, Whom(reference="ZZZZ"), by=by) == "cards.nobody"
    assert print_cards(session_id, Print.BADGE, Whom(new_only=True), by=by) == tuple(first)
    assert refusal(print_cards, session_id, Print.BADGE, Whom(new_only=True), by=by) == "cards.nobody"
    late = registered(village)
    assert print_cards(session_id, Print.BADGE, Whom(new_only=True), by=by) == (late.registration_id,)
    assert print_cards(session_id, Print.BADGE, Whom(), by=by) == (*first, late.registration_id)
    assert print_cards(session_id, Print.DESK, Whom(role_id=village.role_id), by=by) == (late.registration_id,)
    typed = Whom(reference=f"{late.reference[:4]}-{late.reference[4:]}".lower())
    assert print_cards(session_id, Print.DESK, typed, by=by) == (late.registration_id,)
    with pytest.raises(NotFound):
        print_cards(session_id, Print.BADGE, Whom(), by=acting(an_account("Nyoman", Right.PIC, "12")))


def lines_of(list_id: int) -> dict[int, tuple[int, int]]:
    return {
        row.registration_id: (row.amount, row.tax)
        for row in db.session.scalars(select(ReceiptLine).where(ReceiptLine.list_id == list_id))
    }


def changed(list_id: int, by: Actor) -> object:
    return receipt_list(list_id, by=by).changed_at


def test_finance_types_who_gets_how_much_and_nobody_else_does(app_on_each: Flask) -> None:
    places = an_event(provinces=(BALI, "12"), roles={"village": 4})
    place, pic = places[BALI, "village"], made()
    ids, ketut = people(place, 3), acting(an_account("Ketut", Right.FINANCE, BALI))
    for account in (pic, an_account("Audi", Right.AUDITOR), door()):
        code = refusal(open_receipts, place.session_id, "Transport", Amount(1, 0), by=acting(account))
        assert code == "actor.forbidden"
    with pytest.raises(NotFound):
        open_receipts(places["12", "village"].session_id, "Transport", Amount(1, 0), by=ketut)
    for title, amount, problem in (
        (" ", Amount(1, 0), {"title": "text.missing"}),
        ("Transport", Amount(-1, 0), {"amount": "amount.range"}),
        ("Transport", Amount(2_000_000_000, 0), {"amount": "amount.range"}),
        ("Transport", Amount(100, 101), {"tax": "tax.range"}),
    ):
        with pytest.raises(Invalid) as no:
            open_receipts(place.session_id, title, amount, by=ketut)
        assert no.value.problems == problem
    list_id = open_receipts(place.session_id, "Uang transport", Amount(150_000, 0), by=ketut)
    made_from = changed(list_id, ketut)
    keep_lines(list_id, {ids[0]: Amount(150_000, 7_500), ids[1]: Amount(200_000, 0)}, made_from=made_from, by=ketut)  # type: ignore[arg-type]
    assert lines_of(list_id) == {ids[0]: (150_000, 7_500), ids[1]: (200_000, 0)}
    assert refusal(keep_lines, list_id, {}, made_from=made_from, by=ketut) == "receipts.changed"
    stranger = registered(places["12", "village"]).registration_id
    with pytest.raises(NotFound):
        keep_lines(list_id, {stranger: Amount(1, 0)}, made_from=changed(list_id, ketut), by=ketut)  # type: ignore[arg-type]
    with pytest.raises(Invalid):
        keep_lines(list_id, {ids[0]: Amount(1, 2)}, made_from=changed(list_id, ketut), by=ketut)  # type: ignore[arg-type]
    cancel(ids[0], by=acting(pic), reason="sakit")
    keep_lines(list_id, {ids[0]: Amount(100_000, 0)}, made_from=changed(list_id, ketut), by=ketut)  # type: ignore[arg-type]
    assert lines_of(list_id) == {ids[0]: (100_000, 0)}, "who was on the list may stay on it"
    assert not note_receipts_printed(list_id, by=ketut), "finance sees no whole NIP"
    assert note_receipts_printed(list_id, by=acting(sari()))
    assert db.session.get_one(ReceiptList, list_id).title == "Uang transport"
    entry = db.session.scalars(
        select(AuditEntry).where(AuditEntry.act == "receipts.changed").order_by(AuditEntry.id).limit(1)
    ).one()
    assert entry.after == {"list": list_id, "people": 2, "amount": 350_000}


def test_why_a_difference_was_left_is_gone_two_years_later_also_without_signature_or_photograph(app: Flask) -> None:
    place = an_event()[BALI, "stakeholder"]
    budi, by = registered(place).registration_id, acting(sari())
    with on(place) as day_id:
        code = print_sheet(day_id, by=by).code
        check_in(budi, day_id, by=by)
        leave_difference(code, budi, Side.SCREEN, reason="Budi lupa tanda tangan", by=by)
    with clock.stopped_at(db.session.get_one(Session, place.session_id).ends_at + timedelta(days=731)):
        assert (forget_papers(), forget_papers()) == (1, 0)
    assert "Budi" not in db.session.scalars(select(LeftDifference.reason)).one()

"""The words of mails: an organizer's own, from a fixed list of placeholders, in versions that a mail remembers."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from flask import Flask

from tests import plans
from tests.at_once import at_once
from tests.builders import Place, an_event, registered, somebody
from tests.cast import acting, made, sari
from tests.commands.kept import entries, mails
from tests.outbox.test_write import HOSTILE, Page
from tests.queries import counted
from tpbis_events.foundation import clock
from tpbis_events.foundation.database import db
from tpbis_events.foundation.errors import Forbidden, Invalid, NotFound, Refusal
from tpbis_events.outbox import desk, write
from tpbis_events.outbox.deliver import deliver_due
from tpbis_events.outbox.lease import LEASE, lease
from tpbis_events.outbox.model import LetterText, Mail, MailState
from tpbis_events.outbox.placeholders import OF_KIND
from tpbis_events.people.actor import COMMAND_LINE
from tpbis_events.programmes.change_letter import LetterPlan, change_letter, reset_letter
from tpbis_events.programmes.clone import ClonePlan, clone
from tpbis_events.programmes.letters import event_of, letter_of, letters_of, scope_of

OWN = LetterPlan(
    "Kursi {nama} di {pertemuan}",
    "A seat for {nama} in {pertemuan}",
    "Selamat, {nama}!\n\nBawalah:\n- laptop\n- {nomor}\n\nKami menunggu pada {tanggal}, {jam}, di {tempat}.",
    "Welcome, {nama}!\n\nPlease bring:\n\n- a laptop\n- {nomor}\n\nWe wait on {tanggal}, {jam}, at {tempat}.",
)


def a_place() -> Place:
    return an_event()["51", "stakeholder"]


def change(place: Place, kind: str = "confirmation", plan: LetterPlan = OWN, **changes: Any) -> int:
    return change_letter(place.event_id, kind, replace(plan, **changes), by=COMMAND_LINE)


def sent(place: Place, language: str = "en", **person: Any) -> Mail:
    """Somebody registers, and the worker sends what she is owed."""
    outcome = registered(place, somebody(language=language, **person))
    deliver_due("w1")
    about = f"registration:{outcome.registration_id}"
    (mail,) = (each for each in mails("confirmation") if each.subject == about)
    return mail


def words_of(mail: Mail) -> write.Written:
    return desk.preview(mail.id).words


def refused(place: Place, kind: str = "confirmation", **changes: Any) -> dict[str, str]:
    with pytest.raises(Invalid) as no:
        change(place, kind, **changes)
    assert db.session.query(LetterText).count() == 0
    return no.value.problems


def test_a_mail_bears_the_organizers_words_in_the_language_of_its_reader(app_on_each: Flask) -> None:
    place = a_place()
    change(place)
    english, indonesian = (words_of(sent(place, each, full_name="Ayu Sari")) for each in ("en", "id"))
    assert english.subject == "A seat for Ayu Sari in SHM Bali" and indonesian.subject == "Kursi Ayu Sari di SHM Bali"
    assert "Welcome, Ayu Sari!\n\nPlease bring:\n\n- a laptop\n- " in english.text
    assert "Selamat, Ayu Sari!\n\nBawalah:\n\n- laptop\n- " in indonesian.text
    assert "WITA, at Aula Perpustakaan, Denpasar." in english.text
    assert "Your registration is complete" not in english.text, "her words stand for the original ones"
    for facts in ("Event: ", "Session: ", "Date and time: ", "Reference: ", "At the door, show the QR code"):
        assert facts in english.text, "what nobody may lose stays"
    page = Page(english.html)
    assert page.plain.count("Welcome, Ayu Sari!") == 1 and page.tags.count("ul") == 1


def test_other_kinds_and_other_editions_keep_their_words(app: Flask) -> None:
    place, elsewhere = a_place(), an_event(provinces=("12",))["12", "stakeholder"]
    change(place, "waiting")
    change(elsewhere)
    assert "Your registration is complete" in words_of(sent(place)).text


def test_what_was_sent_is_shown_as_it_was_sent_whatever_the_words_became(app: Flask) -> None:
    place = an_event(roles={"stakeholder": 9})["51", "stakeholder"]
    original = sent(place)
    change(place)
    first = sent(place)
    change(place, subject_en="Now otherwise", version=1)
    reset_letter(place.event_id, "confirmation", version=2, by=COMMAND_LINE)
    again = sent(place)
    assert "Your registration is complete" in words_of(original).text and original.words_id is None
    assert words_of(first).subject.startswith("A seat for ")
    assert "Your registration is complete" in words_of(again).text


def test_a_mail_that_is_still_due_gets_the_words_in_force_when_it_is_begun(app: Flask) -> None:
    place = a_place()
    registered(place, somebody(language="en"))
    (mail,) = mails("confirmation")
    change(place)
    assert words_of(mail).subject.startswith("A seat for "), "the desk foresees it"
    change(place, subject_en="The newest", version=1)
    deliver_due("w1")
    assert (mail.state, words_of(mail).subject) == (MailState.SENT, "The newest")


def test_owing_a_mail_stays_one_insert_and_leasing_many_asks_for_words_once(app: Flask) -> None:
    place = an_event(roles={"stakeholder": 20})["51", "stakeholder"]

    def asked(people: int) -> tuple[int, int]:
        with counted() as registering:
            for _ in range(people):
                registered(place, somebody())
        with counted() as sending:
            deliver_due("w1")
        texts = [each for each in sending if "letter_texts" in each and each.startswith("SELECT")]
        assert not any("letter_texts" in each and not each.startswith("INSERT INTO mails") for each in registering)
        return len(registering) // people, len(texts)

    before = asked(1)
    change(place)
    assert asked(1) == asked(8) == before


@pytest.mark.parametrize(
    "wrong",
    [
        "{__class__}", "{nama.__init__}", "{nama!r}", "{nama:>99999999}", "{0}", "{}", "{ nama }", "{NAMA}", "{{ 7*7 }}",
        "{% if x %}", "{urutan}", "{alasan}",
    ],
)  # fmt: skip
def test_a_placeholder_that_the_kind_does_not_know_is_refused_beside_its_field(app: Flask, wrong: str) -> None:
    place = a_place()
    code = {"letter.unknown_placeholder"}
    assert set(refused(place, text_en=f"Dear all, {wrong}").values()) == code
    assert refused(place, subject_id=f"Kursi {wrong}").keys() == {"subject_id"}


@pytest.mark.parametrize("wrong", ["{nama", "nama}", "{{nama}}", "{na\nma}", "}{"])
def test_a_brace_that_stands_alone_is_refused(app: Flask, wrong: str) -> None:
    assert refused(a_place(), text_id=wrong) == {"text_id": "letter.brace"}


def test_an_empty_text_in_one_language_and_a_text_that_is_too_long_are_refused(app: Flask) -> None:
    place = a_place()
    assert refused(place, subject_en=" \r\n ") == {"subject_en": "text.missing"}
    assert refused(place, text_id="") == {"text_id": "text.missing"}
    assert refused(place, text_en="x" * 4001) == {"text_en": "text.too_long"}
    assert refused(place, text_en="x\n" * 130) == {"text_en": "text.too_long"}
    assert refused(place, subject_id="x" * 151) == {"subject_id": "text.too_long"}


def test_markup_and_line_breaks_in_her_words_are_words(app: Flask) -> None:
    place = a_place()
    evil = '<b>Halo</b> <script>alert(1)</script> <a href="javascript:alert(1)">x</a> &lt;i&gt; %(name)s $7*7'
    plain = Page(write.written(write.as_it_stands(sent(place))).html)
    change(place, subject_en=f"Hi\r\nBcc: all@example.id {evil[:60]}", text_en=evil)
    mail = sent(place, full_name="{nomor} {tempat} - <i>x</i>")
    letter = write.letter(write.as_it_stands(mail))
    raw = letter.as_bytes()
    assert b"\nBcc:" not in raw and "\n" not in (letter.subject or "")
    assert "<b>Halo</b> <script>alert(1)</script>" in (letter.body or ""), "plain text shows it as it was typed"
    assert Page(letter.html or "").tags == plain.tags
    assert not any(each.startswith("javascript:") for each in Page(letter.html or "").addresses)
    assert "{nomor} {tempat} - <i>x</i>" in (letter.body or ""), "what is put in is never read again"


@pytest.mark.parametrize("name", HOSTILE)
def test_a_name_in_her_words_never_becomes_markup_a_link_or_a_form(app: Flask, name: str) -> None:
    mail = write.Owed(
        **{
            each: getattr(_owed(app), each)
            for each in write.Owed.__dataclass_fields__
            if each not in ("facts", "words")
        },
        facts={**_owed(app).facts, "full_name": f"- {name}"},
        words=write.Words("{nama}", "{nama}\n{nama}\n\n- {nama}"),
    )
    plain = replace(mail, facts={**mail.facts, "full_name": "Sari"})
    hostile, honest = write.written(mail), write.written(plain)
    assert Page(hostile.html).tags == Page(honest.html).tags
    assert Page(hostile.html).addresses == Page(honest.html).addresses
    assert hostile.text.count("\n") == honest.text.count("\n") and "\n" not in hostile.subject


def _owed(app: Flask) -> write.Owed:
    from tests.outbox.test_write import LINK, a_mail
    from tpbis_events.outbox.said import Pages, use_pages

    use_pages(app, Pages(*[lambda *_: LINK] * 5))
    return a_mail("waiting")


def test_of_two_who_edit_at_once_the_second_is_told(app_on_each: Flask) -> None:
    place = a_place()
    assert change(place) == 1
    with pytest.raises(Refusal, match="letter.changed_meanwhile"):
        change(place, subject_en="Mine")
    with pytest.raises(Refusal, match="letter.changed_meanwhile"):
        reset_letter(place.event_id, "confirmation", version=0, by=COMMAND_LINE)
    assert change(place, version=1) == 1, "the same words again make no version"
    assert [entry.after for entry in entries("letter.changed")] == [{"kind": "confirmation", "version": 1, "own": True}]


def test_of_many_who_save_in_the_same_moment_one_is_saved(app_on_each: Flask) -> None:
    place = a_place()

    def save(number: int) -> str:
        try:
            return f"version {change(place, subject_en=f'Number {number}')}"
        except Refusal as no:
            return no.code

    answers = at_once(app_on_each, [partial(save, number) for number in range(5)])
    assert sorted(answers) == [*["letter.changed_meanwhile"] * 4, "version 1"]
    assert [row.version for row in db.session.query(LetterText)] == [1]


def test_a_mail_that_a_dead_worker_had_begun_keeps_its_words_in_the_repeat(app: Flask) -> None:
    place = a_place()
    change(place, subject_en="As it was begun")
    registered(place, somebody(language="en"))
    (first,) = lease("w1").mails
    change(place, subject_en="As it became", version=1)
    with clock.stopped_at(clock.now() + LEASE + timedelta(seconds=1)):
        (again,) = lease("w2").mails
    words = {write.written(each.mail).subject for each in (first, again)}
    assert words == {"As it was begun"}


def test_only_the_national_office_changes_letters(app: Flask) -> None:
    place = a_place()
    pic, national = acting(made()), acting(sari())
    with pytest.raises(NotFound):
        change_letter(place.event_id, "confirmation", OWN, by=pic)
    with pytest.raises(Forbidden):
        event_of(place.event_slug, by=pic)
    with pytest.raises(NotFound):
        event_of(an_event(provinces=("12",))["12", "stakeholder"].event_slug, by=pic)
    assert change_letter(place.event_id, "confirmation", OWN, by=national) == 1
    for kind in ("links", "account_link", "note", "nonsense"):
        with pytest.raises(NotFound):
            change_letter(place.event_id, kind, OWN, by=national)
    with pytest.raises(NotFound):
        change_letter(9999, "confirmation", OWN, by=national)


@pytest.mark.parametrize("kind", OF_KIND)
def test_the_original_words_can_be_saved_as_they_are_and_change_nothing(app: Flask, kind: str) -> None:
    place = a_place()
    letter = letter_of(event_of(place.event_slug, by=COMMAND_LINE), kind)
    assert not letter.own and all((letter.subject_id, letter.subject_en, letter.text_id, letter.text_en))
    same = LetterPlan(letter.subject_id, letter.subject_en, letter.text_id, letter.text_en)
    assert change(place, kind, same) == 0
    assert change(place, kind, same, text_en=f"{letter.text_en} More.") == 1


def test_a_cloned_edition_begins_with_the_words_of_its_model(app: Flask) -> None:
    event_id = plans.a_draft()
    change_letter(event_id, "confirmation", OWN, by=COMMAND_LINE)
    change_letter(event_id, "waiting", OWN, by=COMMAND_LINE)
    reset_letter(event_id, "waiting", version=1, by=COMMAND_LINE)
    new = clone(event_id, ClonePlan("kegiatan-lain", "Lain", "Other"), by=COMMAND_LINE)
    event = plans.event(new.event_id)
    own = {kind: row.version for kind, row in letters_of(event).items() if row}
    assert own == {"confirmation": 1} and letter_of(event, "confirmation").text_en == OWN.text_en
    change_letter(new.event_id, "confirmation", replace(OWN, subject_en="Other", version=1), by=COMMAND_LINE)
    assert letter_of(plans.event(event_id), "confirmation").subject_en == OWN.subject_en
    assert scope_of(event_id) != scope_of(new.event_id)

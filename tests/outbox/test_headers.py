"""Addresses and headers at the edge: what somebody typed never becomes a second recipient or another header."""

from __future__ import annotations

from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest
from flask import Flask
from flask_babel import force_locale

from tests.outbox.post_office import PostOffice
from tests.outbox.test_write import a_mail
from tests.outbox.test_write import app as _app_with_pages
from tpbis_events.foundation import clock
from tpbis_events.foundation.transaction import transaction
from tpbis_events.outbox import headers, post, write
from tpbis_events.outbox.deliver import deliver_due, refuse_impossible_address
from tpbis_events.outbox.letter import Letter
from tpbis_events.outbox.put import put
from tpbis_events.outbox.write import Owed

app = _app_with_pages

NO_ADDRESS = [
    "",
    "budi",
    "@example.id",
    "budi@",
    "budi@example.id\r\nBcc: all@example.id",
    "budi@example.id\nBcc: all@example.id",
    "budi@example.id\x85Bcc: all@example.id",
    "budi@example.id\u2028Bcc: all@example.id",
    "budi\u2029@example.id",
    "budi@example.id, all@example.id",
    "budi@example.id; all@example.id",
    "budi@example.id all@example.id",
    "all@example.id,budi@example.id",
    "budi@all@example.id",
    '"budi santoso"@example.id',
    '"budi\\"@evil.example"@example.id',
    "budi(all)@example.id",
    "Budi <budi@example.id>",
    "<budi@example.id>",
    "budi@[127.0.0.1]",
    "budi:all@example.id",
    "group:budi@example.id;",
    "\u202ebudi@example.id",
    "budi\u200f@example.id",
    "budi@exam\u202eple.id",
    "bùdi@example.id",
    "budi\x00@example.id",
    "budi\t@example.id",
    "b" * 65 + "@example.id",
    "budi@" + "a" * 64 + ".id",
    "budi@" + ".".join(["abcdefghij"] * 25) + ".id",
    "budi@example..id",
    "budi@.example.id",
    "budi@\ud800.id",
]


@pytest.mark.parametrize("address", NO_ADDRESS)
def test_what_is_no_single_address_is_refused_before_a_server_is_told(address: str) -> None:
    with pytest.raises(post.Never) as no:
        refuse_impossible_address(address)
    assert no.value.cause == "impossible"


@pytest.mark.parametrize(
    "address",
    [
        "budi@example.id",
        "b.u-d_i+shm@sub.example.id",
        "o'neil@example.id",
        "budi@perpustakaan-é.example",
        "b" * 64 + "@example.id",
    ],
)
def test_an_address_that_servers_take_is_let_through(address: str) -> None:
    refuse_impossible_address(address)


def test_a_hostile_address_reaches_nobody_and_stops_nobody(
    posting_on_sqlite: Flask, post_office: PostOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tpbis_events.outbox import deliver

    def a_letter(mail: Owed) -> Letter:
        return Letter(subject="x", recipients=[mail.recipient], body="x", html="<p>x</p>")

    monkeypatch.setattr(deliver.write, "letter", a_letter)
    hostile = [each for each in NO_ADDRESS if each.isprintable() or "\n" in each or "\u2028" in each]
    with transaction():
        for number, address in enumerate([*hostile, "sari@example.id"]):
            put("note", subject=f"x:{number}", to=address, language="id", facts={}, at=clock.now())
    delivered = deliver_due("w1")
    assert (delivered.sent, delivered.failed) == (1, len(hostile))
    assert post_office.envelopes == [("tpbis@localhost.localdomain", ["sari@example.id"])]


def read(letter: Letter) -> EmailMessage:
    mail = message_from_bytes(letter.as_bytes(), policy=policy.default)
    assert isinstance(mail, EmailMessage)
    return mail


def completed(**facts: object) -> EmailMessage:
    mail = a_mail("confirmation", "id", **facts)
    with force_locale("id"):
        letter = write.letter(mail)
    headers.complete(letter, mail)
    return read(letter)


def test_answers_go_to_the_office_when_it_has_an_address(app: Flask) -> None:
    assert completed()["Reply-To"] is None
    app.config["MAIL_REPLY_TO"] = "tpbis@perpusnas.example"
    assert completed()["Reply-To"] == "tpbis@perpusnas.example"


def test_only_mail_to_many_says_how_to_leave(app: Flask) -> None:
    assert completed()["List-Unsubscribe"] is None
    one_click = completed(list_unsubscribe="https://tpbis.example/my/abc/no-messages")
    assert one_click["List-Unsubscribe"] == "<https://tpbis.example/my/abc/no-messages>"
    assert one_click["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    app.config["MAIL_REPLY_TO"] = "tpbis@perpusnas.example"
    by_mail = completed(list_unsubscribe=True)
    assert by_mail["List-Unsubscribe"] == "<mailto:tpbis@perpusnas.example?subject=unsubscribe>"
    assert by_mail["List-Unsubscribe-Post"] is None


@pytest.mark.parametrize(
    "way_out", ["javascript:x", "https://x.example/>\r\nBcc: a@b", "https://x.example/a b", "nowhere"]
)
def test_a_way_out_that_is_no_address_is_refused(app: Flask, way_out: str) -> None:
    with pytest.raises(ValueError, match="no address"):
        completed(list_unsubscribe=way_out)


@pytest.mark.parametrize(
    "name", ["ນ" * 200, "x" * 200, "Sari\u202e gpj.exe", "\u200f\u2066" * 100, "=?utf-8?q?Bcc:?= a@b"]
)
def test_long_and_hidden_names_leave_the_headers_as_they_are(app: Flask, name: str) -> None:
    plain, hostile = completed(full_name="Sari"), completed(full_name=name)
    assert plain.keys() == hostile.keys()
    assert hostile["To"] == "sari@example.id"
    raw = write.letter(a_mail("confirmation", "id", full_name=name)).as_bytes()
    head = raw.split(b"\r\n\r\n", 1)[0]
    assert all(len(line) <= 78 for line in head.split(b"\r\n") if not line.startswith(b"Content-Type"))


def test_a_long_subject_in_another_script_is_folded_and_reads_back_whole(app: Flask) -> None:
    letter = write.letter(a_mail("confirmation", "id"))
    letter.subject = "ສະບາຍດີ " * 30
    mail = read(letter)
    assert mail["Subject"].split() == letter.subject.split()
    assert all(len(line) <= 78 for line in letter.as_bytes().split(b"\r\n\r\n", 1)[0].split(b"\r\n"))

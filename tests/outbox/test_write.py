"""Writing: every kind in both languages, complete as text and as HTML, whatever people call themselves."""

from __future__ import annotations

import os
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
import zxingcpp
from flask import Flask
from icalendar import Calendar
from PIL import Image

from tests.builders import an_event, registered, somebody
from tpbis_events.foundation import clock
from tpbis_events.foundation.database import db
from tpbis_events.outbox import post, write
from tpbis_events.outbox.model import Mail
from tpbis_events.outbox.said import Pages, use_pages
from tpbis_events.outbox.tame import unlinked
from tpbis_events.outbox.write import KINDS, Owed
from tpbis_events.people.actor import COMMAND_LINE, participant
from tpbis_events.registrations.cancel import cancel
from tpbis_events.registrations.invite import Guest, invite
from tpbis_events.registrations.model import InvitationKind

SNAPSHOTS = Path(__file__).with_name("snapshots")
LINK = "https://events.example.id/my/the-signed-token"
CHECK_PAGE = "https://events.example.id/check/QRSTVWXYZ23456789QRS"
ALL_CERTIFICATES = {"person_id": 17, "mark": "0" * 32, "until": 1690000000}
SMALLEST_INBOX = 102 * 1024  # Gmail cuts what is longer

FACTS: dict[str, Any] = {
    "registration_id": 17,
    "link_version": 1,
    "reference": "7K3M9QXW",
    "full_name": "Ni Luh Ayu Sari, S.Kom., M.Hum.",
    "event_id": "SHM Provinsi 2023",
    "event_en": "Provincial Stakeholder Meetings 2023",
    "session_id": "SHM Bali",
    "session_en": "SHM Bali",
    "role_id": "Perpustakaan desa/kelurahan",
    "role_en": "Village library",
    "venue": "Aula Perpustakaan, Denpasar",
    "zone": "Asia/Makassar",
    "days": [
        ["2023-08-08T00:30:00+00:00", "2023-08-08T08:00:00+00:00"],
        ["2023-08-09T00:30:00+00:00", "2023-08-09T08:00:00+00:00"],
    ],
}
CALENDAR = {"calendar": {"sequence": 3, "at": "2023-07-01T03:00:00+00:00", "cancelled": False, "gone": []}}
SEAT = {"qr": "ABCD1234EFGH5678", **CALENDAR}
UNTIL = {"offer_ends_at": "2023-08-03T04:00:00+00:00"}
INVITED = {"invitation_id": 5, "registration_id": None, "reference": None, "expires_at": "2023-08-01T15:59:00+00:00"}
OF_KIND: dict[str, dict[str, Any]] = {
    "applied": {},
    "approved": SEAT,
    "confirmation": SEAT,
    "rejected": {"reason": "Peran ini untuk perpustakaan desa"},
    "seated": SEAT,
    "waiting": {"place": 3},
    "offer": UNTIL,
    "offer_reminder": UNTIL,
    "lapsed": UNTIL,
    "moved": {
        **SEAT,
        "reason": "Aula sedang diperbaiki",
        "had_seat": True,
        "left": {
            "session_id": "SHM Aceh",
            "session_en": "SHM Aceh",
            "role_id": "Pemangku kepentingan",
            "role_en": "Stakeholder",
            "venue": "Balai Kota, Banda Aceh",
            "zone": "Asia/Jakarta",
            "days": [["2023-07-25T01:30:00+00:00", "2023-07-25T09:00:00+00:00"]],
        },
    },
    "substituted": {"substitute": "I Wayan Sudarma, S.Sos.", "reason": "", "by_office": False, **CALENDAR},
    "cancelled": {"by_office": True, "reason": "Pertemuan dijadwalkan ulang", **CALENDAR},
    "session_cancelled": {"reason": "Gunung Agung meletus", "before": "seated", **CALENDAR},
    "rescheduled": {
        **SEAT,
        "reason": "Gubernur berhalangan hadir",
        "before": "seated",
        "changed": ["time", "place"],
        "mode": "onsite",
        "left": {
            "session_id": "SHM Bali",
            "session_en": "SHM Bali",
            "role_id": "Perpustakaan desa/kelurahan",
            "role_en": "Village library",
            "venue": "Balai Kota, Denpasar",
            "zone": "Asia/Jakarta",
            "days": [["2023-07-25T01:30:00+00:00", "2023-07-25T09:00:00+00:00"]],
        },
    },
    "reminder": {**SEAT, "mode": "onsite", "access_id": "Tanpa tangga", "access_en": "Step-free"},
    "certificate_ready": {
        "certificate_number": "0017/TPBIS/SHM-PROVINSI-2023/VIII/2023",
        "check_page": CHECK_PAGE,
        "all_certificates": ALL_CERTIFICATES,
    },
    "note": {"note_subject": "Bawa laptop", "note_lines": ["Mohon membawa laptop.", "", "Sampai jumpa di Denpasar."]},
    "invitation": {**INVITED, "places": 5},
    "nomination": {**INVITED, "full_name": "Kementerian Desa", "places": 2},
    "links": {
        "registrations": [
            {**FACTS, "link_version": 1, "starts_at": starts, "ends_at": ends, "state": state}
            for starts, ends, state in (
                ("2023-08-08T00:30:00+00:00", "2023-08-09T08:00:00+00:00", "seated"),
                ("2023-07-25T00:30:00+00:00", "2023-07-25T08:00:00+00:00", "waiting"),
                ("2023-06-20T00:30:00+00:00", "2023-06-20T08:00:00+00:00", "cancelled"),
            )
        ],
        "more": True,
        "all_certificates": ALL_CERTIFICATES,
    },
    "export_ready": {"export_file": "shm-2027-2027-07-01.xlsx", "expires_at": "2023-07-08T03:00:00+00:00"},
    "account_link": {"account_id": 5, "link_until": "2023-07-08T03:00:00+00:00"},
    "password_link": {"account_id": 5, "link_until": "2023-07-01T05:00:00+00:00"},
}


def a_mail(kind: str, language: str = "en", **facts: Any) -> Owed:
    return Owed(
        id=7,
        kind=kind,
        version=1,
        recipient="sari@example.id",
        language=language,
        facts={name: fact for name, fact in {**FACTS, **OF_KIND[kind], **facts}.items() if fact is not None},
        message_id="<one@events.example.id>",
        owed_at=datetime(2023, 7, 1, tzinfo=UTC),
        attempts=0,
    )


@pytest.fixture
def app(app: Flask) -> Flask:
    use_pages(app, Pages(*[lambda *_: LINK] * 5))
    return app


class Page(HTMLParser):
    """What is in a mail's HTML: its elements, addresses, and words."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.addresses: set[str] = set()
        self.words = ""
        self._hidden = False
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self._hidden = tag == "title"
        self.addresses |= {value or "" for name, value in attrs if name in ("href", "src", "action", "background")}

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self.words += data

    @property
    def plain(self) -> str:
        return " ".join(self.words.split())


@pytest.mark.parametrize("language", ["id", "en"])
@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_reads_in_both_languages_as_it_was_approved(app: Flask, kind: str, language: str) -> None:
    """Look at a change in tests/outbox/snapshots, then write it down with WRITE_SNAPSHOTS=1."""
    words = write.written(a_mail(kind, language))
    text = f"{words.subject}\n\n{words.text}"
    file = SNAPSHOTS / f"{kind}.{language}.txt"
    if os.environ.get("WRITE_SNAPSHOTS"):
        SNAPSHOTS.mkdir(exist_ok=True)
        file.write_text(text, encoding="utf-8")
    assert text == file.read_text(encoding="utf-8")


@pytest.mark.parametrize("kind", KINDS)
def test_the_html_says_all_that_the_text_says(app: Flask, kind: str) -> None:
    words = write.written(a_mail(kind))
    html = Page(words.html).plain
    for line in words.text.split("\n"):
        said = re.sub(r"^- |^--$|:$", "", line)
        for part in said.split(": ", 1) if not said.startswith("- ") else [said]:
            assert part in html, part


def test_the_languages_differ_and_hours_are_local_with_their_zone(app: Flask) -> None:
    assert "Selasa, 8 Agustus 2023, 08.30–16.00 WITA" in write.written(a_mail("waiting", "id")).text
    assert "Tuesday, 8 August 2023, 08:30–16:00 WITA" in write.written(a_mail("waiting", "en")).text


HOSTILE = [
    "<b>Sari</b>",
    "<script>alert(1)</script>",
    '"><a href="http://evil.example">Sari</a>',
    "http://evil.example/my/x",
    "HTTPS://EVIL.EXAMPLE",
    "www.evil.example",
    "evil.example",
    "mailto:sari@evil.example",
    "//evil.example",
    "{{ 7 * 7 }}{% raw %}%(name)s %s",
    "Sari\r\nBcc: all@example.id",
    "Sari\nBcc: all@example.id",
    "Sari\x85Bcc: all@example.id",
    "Sari\u2028Bcc: all@example.id",
    "Sari\u202egnp.exe",
    "&lt;b&gt; &amp; 'Sari' \"Ayu\"",
    "ນາງ ສີດາ \N{WOMAN}",
]
PROGRAMS_SEE_A_LINK_IN = re.compile(
    r"https?://\S|www\.\S|//\w|[\w-]+\.[a-z]{2,}\b|[\w.+-]+@[\w-]|mailto:\w|https?:\S", re.IGNORECASE
)


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "links"])
def test_what_people_wrote_never_becomes_markup_a_link_or_a_header(app: Flask, kind: str) -> None:
    honest = dict.fromkeys(("full_name", "reason", "substitute", "in_place_of", "nominated_by"), "Sari")
    plain = write.letter(a_mail(kind, **honest))
    for name in HOSTILE:
        hostile = write.letter(a_mail(kind, **dict.fromkeys(honest, name)))
        before, after = Page(plain.html or ""), Page(hostile.html or "")
        assert after.tags == before.tags
        assert after.addresses == before.addresses
        assert after.addresses - {CHECK_PAGE} == {LINK, *(["cid:ticket"] if "cid:" in (plain.html or "") else [])}
        assert parsed(hostile).keys() == parsed(plain).keys()
        assert (hostile.subject or "").count("Sari") == (plain.subject or "").count("Sari")
        assert hostile.body is not None and plain.body is not None
        assert hostile.body.count("\n") == plain.body.count("\n"), "a name is one line"
        for text in (hostile.body, after.words):
            for line in text.replace(LINK, "").replace(CHECK_PAGE, "").split("\n"):
                assert not PROGRAMS_SEE_A_LINK_IN.search(line.removesuffix(",")), line
            assert "\u202e" not in text


@pytest.mark.parametrize("name", HOSTILE)
def test_in_a_list_of_links_a_name_stays_a_name_and_leads_nowhere(app: Flask, name: str) -> None:
    (entry, *_rest) = OF_KIND["links"]["registrations"]
    plain, hostile = (
        write.written(a_mail("links", registrations=[{**entry, "full_name": each}], more=False))
        for each in ("Sari", name)
    )
    assert Page(hostile.html).tags == Page(plain.html).tags
    assert Page(hostile.html).addresses == Page(plain.html).addresses == {LINK}
    assert hostile.text.count("\n") == plain.text.count("\n"), "a name is one line"
    said = next(line for line in hostile.text.split("\n") if line.startswith("Name: "))
    assert not PROGRAMS_SEE_A_LINK_IN.search(said), said


@pytest.mark.parametrize("language", ["id", "en"])
def test_every_state_of_a_registration_has_words(app: Flask, language: str) -> None:
    from tpbis_events.registrations.model import State

    (entry, *_rest) = OF_KIND["links"]["registrations"]
    said = {
        state: write.written(a_mail("links", language, registrations=[{**entry, "state": state.value}])).text
        for state in State
    }
    assert len(set(said.values())) == len(State)
    assert not any(f": {state.value}\n" in text for state, text in said.items())


def texts(kind: str, fact: str, values: list[Any]) -> list[str]:
    return [write.written(a_mail(kind, **{fact: value})).text for value in values]


def test_a_cancelled_session_has_words_for_each_way_to_stand_in_it(app: Flask) -> None:
    seated, waiting, applied, offered = texts(
        "session_cancelled", "before", ["seated", "waiting", "applied", "offered"]
    )
    assert "and with it your seat" in seated and "do not travel" in seated
    assert "and with it your place on the waiting list" in waiting
    assert "without a decision" in applied
    assert "The offer of a seat and your registration have ended" in offered
    assert all("QR code" not in text for text in (waiting, applied, offered))


def test_who_waits_is_told_how_the_event_gives_seats(app: Flask) -> None:
    at_once, by_offer, by_hand = (
        write.written(a_mail("waiting", serving=serving, hours=16)).text for serving in ("seat", "offer", "hand")
    )
    assert "it goes to the first in line" in at_once
    assert "within 16 working hours" in by_offer
    assert "are given by the organizer, in the order of the list" in by_hand


def test_who_had_no_seat_before_a_move_is_not_told_of_an_older_code(app: Flask) -> None:
    seated, waited = texts("moved", "had_seat", [True, False])
    assert "The one that you had before no longer opens it" in seated
    assert "had before" not in waited and "no longer on the waiting list" in waited


def test_people_are_named_to_those_whom_they_concern(app: Flask) -> None:
    assert "You come in the place of Budi Santoso." in texts("confirmation", "in_place_of", ["Budi Santoso"])[0]
    assert "Kementerian Desa has proposed you" in texts("applied", "nominated_by", ["Kementerian Desa"])[0]
    by_herself, by_office = texts("substituted", "by_office", [False, True])
    assert "As you asked" in by_herself and "The organizer has given your seat" in by_office


def test_an_invitation_of_one_place_is_for_her_alone(app: Flask) -> None:
    one, several = texts("invitation", "places", [1, 5])
    assert "for 1 person" in one and "Pass the link on" not in one
    assert "for 5 people" in several and "Pass the link on" in several


def test_the_link_of_an_invitation_is_signed_when_the_mail_is_written(app: Flask) -> None:
    from tpbis_events.registrations import invitations, links

    use_pages(app, Pages(links.mailed_page, invitations.mailed_page, *[lambda *_: LINK] * 3))
    place = an_event(closes_at=clock.now() + timedelta(days=9))["51", "stakeholder"]
    guest = Guest(InvitationKind.OFFICE, "Dinas Perpustakaan Bali", "dinas@example.id", places=3)
    invited = invite(place.quota_id, guest, expires_at=clock.now() + timedelta(days=5), by=COMMAND_LINE)
    mail = db.session.query(Mail).one()
    assert invited.address not in str(mail.facts)
    assert f"{invited.address}\n" in write.written(write.owed(mail)).text
    assert "/invitations/" not in write.written(write.owed(mail), masked=True).text


def test_the_words_of_a_server_are_kept_without_any_signed_link() -> None:
    said = "550 spam: http://x/my/abc.def http://x/en/invitations/abc http://x/nominations/abc"
    assert post.without_links(said) == "550 spam: http://x/my/... http://x/en/invitations/... http://x/nominations/..."


def test_an_honest_name_reads_as_it_was_written(app: Flask) -> None:
    for name in ("Ni Luh Ayu Sari, S.Kom., M.Hum.", "ສີດາ ວົງສາ", "D’Souza-Pérez", "කුමාරි \u0dc1\u0dca\u200d\u0dbb\u0dd3"):
        assert unlinked(name).replace("\N{WORD JOINER}", "") == name


def parsed(letter: write.Letter) -> EmailMessage:
    mail = message_from_bytes(letter.as_bytes(), policy=policy.default)
    assert isinstance(mail, EmailMessage)
    return mail


def test_headers_say_what_machines_ask_and_a_repeat_has_the_same_message_id(app: Flask) -> None:
    mail = a_mail("confirmation", "id")
    with clock.stopped_at(datetime(2023, 7, 2, 3, 4, 5, tzinfo=UTC)):
        letter = parsed(write.letter(mail))
    assert letter["Message-ID"] == "<one@events.example.id>" == parsed(write.letter(mail))["Message-ID"]
    assert letter["Auto-Submitted"] == "auto-generated"
    assert letter["To"] == "sari@example.id"
    assert letter["Date"].datetime == datetime(2023, 7, 2, 3, 4, 5, tzinfo=UTC)
    assert letter["Content-Language"] == "id"


def test_the_qr_code_stands_in_the_mail_and_says_the_ticket(app: Flask, tmp_path: Path) -> None:
    letter = parsed(write.letter(a_mail("confirmation")))
    related = next(part for part in letter.walk() if part.get_content_type() == "multipart/related")
    html, picture = related.iter_parts()  # type: ignore[attr-defined]
    assert f'src="cid:{picture["Content-ID"].strip("<>")}"' in html.get_content()
    (tmp_path / "qr.png").write_bytes(picture.get_content())
    (read,) = zxingcpp.read_barcodes(Image.open(tmp_path / "qr.png"))
    assert read.text == "ABCD1234EFGH5678"
    assert "ABCD-1234-EFGH-5678" in write.written(a_mail("confirmation")).text


def test_no_line_is_longer_than_smtp_allows_and_no_mail_longer_than_an_inbox_shows(app: Flask) -> None:
    facts = {"full_name": "ສ" * 200, "reason": "ນ" * 500, "session_id": "x" * 200, "event_id": "y" * 200}
    for kind in KINDS:
        raw = write.letter(a_mail(kind, "id", **facts)).as_bytes()
        assert max(len(line) for line in raw.split(b"\r\n")) <= 998
        assert b"\n" not in raw.replace(b"\r\n", b"")
        assert raw.isascii()
        assert len(raw) < SMALLEST_INBOX


def test_the_office_sees_a_mail_without_link_and_ticket(app: Flask) -> None:
    for kind in KINDS:
        words = write.written(a_mail(kind), masked=True)
        for text in (words.subject, words.text, words.html):
            assert LINK not in text
            assert "the-signed-token" not in text
            assert "ABCD" not in text
        assert "only the recipient sees it" in words.text
        assert "only the recipient sees it" in words.html


def test_a_real_seat_brings_a_calendar_entry_and_its_cancellation_takes_it_out(app: Flask) -> None:
    place = an_event(days=2)["51", "stakeholder"]
    outcome = registered(place, somebody(language="en"))
    cancel(outcome.registration_id, by=participant(outcome.registration_id))
    calendars = {}
    for row in db.session.query(Mail):
        letter = parsed(write.letter(write.owed(row)))
        part = next(part for part in letter.walk() if part.get_content_type() == "text/calendar")
        assert part.get_filename() == f"TPBIS-{outcome.reference}.ics"
        calendar = Calendar.from_ical(part.get_payload(decode=True))
        assert part["Content-Type"].params["method"] == calendar["METHOD"]
        calendars[row.kind] = [(str(e["UID"]), int(e["SEQUENCE"])) for e in calendar.walk("VEVENT")], calendar["METHOD"]
    given, method = calendars["confirmation"]
    taken, undone = calendars["cancelled"]
    assert (method, undone) == ("PUBLISH", "CANCEL")
    assert [uid for uid, _ in given] == [uid for uid, _ in taken]
    assert all(later > earlier for (_, earlier), (_, later) in zip(given, taken, strict=True))


def test_who_only_waited_gets_no_calendar_and_no_ticket(app: Flask) -> None:
    place = an_event(roles={"stakeholder": 1})["51", "stakeholder"]
    registered(place)
    waits = registered(place)
    cancel(waits.registration_id, by=participant(waits.registration_id))
    for row in db.session.query(Mail).where(Mail.subject == f"registration:{waits.registration_id}"):
        assert write.attached(row.facts) == []
        assert "Aula Perpustakaan" in write.written(write.owed(row)).text


def test_the_link_in_a_mail_opens_the_registration_in_the_mails_language(app: Flask) -> None:
    from tpbis_events.registrations import invitations, links

    use_pages(app, Pages(links.mailed_page, invitations.mailed_page, *[lambda *_: LINK] * 3))
    outcome = registered(an_event()["51", "stakeholder"], somebody(language="en"))
    text = write.written(write.owed(db.session.query(Mail).one())).text
    assert f"http://127.0.0.1:8000/en/my/{outcome.token}\n" in text


def test_a_role_without_english_name_is_called_by_its_indonesian_one(app: Flask) -> None:
    assert (
        "Perpustakaan desa"
        in write.written(replace(a_mail("waiting"), facts={**FACTS, "place": 1, "role_en": ""})).text
    )

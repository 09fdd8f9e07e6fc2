"""The page of an edition's certificate: what is saved, what is refused in words, and samples of what isn't saved yet."""

from __future__ import annotations

import io
import re

import pytest
from flask.testing import FlaskClient
from pypdf import PdfReader
from sqlalchemy import select

from tests.builders import BUDI, an_event, registered
from tests.cast import made, sari, sign_in
from tests.certificates.test_images import a_bomb, a_png
from tests.commands.test_certificates import an_agenda, attend, change_event, issued
from tests.doors.test_office_pages import shown
from tpbis_events.certificates.design import PALETTE, design_of
from tpbis_events.certificates.drawing import draw
from tpbis_events.certificates.edit_design import ACCENT_CONTRAST, CONTRAST, contrast
from tpbis_events.certificates.layouts import colour_of
from tpbis_events.certificates.lookup import facts_of, of_registration
from tpbis_events.certificates.model import Image
from tpbis_events.certificates.ornament import PAPER
from tpbis_events.foundation.database import db
from tpbis_events.programmes.model import CertificateKind, Event, Role

SAVED = {
    "layout": "band",
    "palette": "hijau",
    "issue_place": "Denpasar",
    "agenda_page": "y",
    "letters": "y",
    "jp_needed": "6",
    "points_needed": "70",
    "template_speaker": "{seq:3}/{kind}/{unit}/{year}",
}


def token(client: FlaskClient, address: str) -> str:
    found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', client.get(address).text)
    assert found
    return found.group(1)


def test_what_is_saved_holds_for_the_next_certificates(client: FlaskClient) -> None:
    place = an_event()["51", "stakeholder"]
    sign_in(client, sari())
    address = f"/en/office/events/{place.event_slug}/plan/certificate"
    sent = SAVED | {f"kind_{place.role_id}": "speaker", "csrf_token": token(client, address)}
    assert client.post(address, data=sent).status_code == 303
    page = client.get(address).text
    assert re.search(r'<input checked[^>]*value="band"', page)
    design = design_of(db.session.get_one(Event, place.event_id))
    assert (design.layout, design.colour, design.issue_place) == ("band", PALETTE["hijau"][0], "Denpasar")
    assert (design.jp_needed, design.points_needed, design.evaluation_needed) == (6, 70, False)
    assert db.session.get_one(Role, place.role_id).certificate_kind is CertificateKind.SPEAKER
    assert "001/N/TPBIS/" in page
    budi = registered(place, BUDI).registration_id
    attend(place, budi)
    assert issued(place, budi).number.startswith("001/N/TPBIS/")


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"template_speaker": "{seq}/{nama}/{unit}/{year}"}, "One of the words in braces is unknown"),
        ({"template_letter": "{seq}"}, "It needs {seq}, {unit} and {year}"),
        ({"palette": "own", "colour": "#ffff00", "accent": "#8c592b"}, "too pale"),
        ({"palette": "own", "colour": "red;", "accent": "#8c592b"}, "Give a colour as #"),
        ({"palette": "nowhere"}, "Give a colour as #"),
        ({"layout": "../frame"}, "Please choose one from the list."),
        ({"issue_place": " "}, "Please fill this in."),
        ({"jp_needed": "-1"}, "Give a whole number from 0 to 200."),
        ({"points_needed": "101"}, "Give a whole number from 1 to 100."),
    ],
)
def test_what_is_wrong_is_said_beside_its_field_and_nothing_is_saved(
    client: FlaskClient, wrong: dict[str, str], words: str
) -> None:
    place = an_event()["51", "stakeholder"]
    sign_in(client, sari())
    address = f"/en/office/events/{place.event_slug}/plan/certificate"
    sent = SAVED | wrong | {"csrf_token": token(client, address)}
    for to in (address, f"{address}/preview"):
        answer = client.post(to, data=sent)
        assert answer.status_code == 422 and words in shown(answer.text)
    assert db.session.get_one(Event, place.event_id).certificate_design == {}


def test_samples_show_what_is_typed_and_save_nothing(client: FlaskClient) -> None:
    place = an_event()["51", "stakeholder"]
    an_agenda(place, (1, 3), (1, 2))
    sign_in(client, sari())
    address = f"/en/office/events/{place.event_slug}/plan/certificate"
    sent = SAVED | {"kind": "moderator", "csrf_token": token(client, address)}
    answer = client.post(f"{address}/preview", data=sent)
    assert (answer.status_code, answer.mimetype) == (200, "application/pdf")
    pages = [page.extract_text() for page in PdfReader(io.BytesIO(answer.data)).pages]
    assert len(pages) == 11
    assert "sebagai Moderator" in pages[0] and "Denpasar" in pages[0] and "Specimen" in pages[0]
    assert "5 JP" in pages[1]
    assert db.session.get_one(Event, place.event_id).certificate_design == {}


def test_logos_and_a_signature_are_added_shown_and_taken_out(client: FlaskClient) -> None:
    place = an_event()["51", "stakeholder"]
    other = an_event()["51", "stakeholder"]
    sign_in(client, sari())
    address = f"/en/office/events/{place.event_slug}/plan/certificate"
    secret = token(client, address)

    def add(purpose: str, name: str, content: bytes, file_name: str = "x.png") -> int:
        sent = {"purpose": purpose, "name": name, "csrf_token": secret, "file": (io.BytesIO(content), file_name)}
        return client.post(f"{address}/images", data=sent).status_code

    assert add("partner", "Colombo Plan", a_png(400, 100)) == 303
    assert add("logo", "Perpusnas <b>", a_png(200, 200)) == 303
    assert add("signature", "Pejabat", a_png(300, 90)) == add("signature", "Pejabat baru", a_png(300, 95)) == 303
    page = client.get(address).text
    assert page.index("Perpusnas &lt;b&gt;") < page.index("Colombo Plan") < page.index("Pejabat baru")
    assert ">Pejabat<" not in page
    budi = registered(place, BUDI).registration_id
    attend(place, budi)
    issued(place, budi)
    certificate = of_registration(budi)
    assert certificate is not None
    facts = facts_of(certificate.latest)
    assert len(facts.logos) == 2 and facts.signature
    before = draw(facts)
    assert len(PdfReader(io.BytesIO(before)).pages[0].images) == 3
    rows = db.session.scalars(select(Image).order_by(Image.id)).all()
    first = f"{address}/images/{rows[0].id}"
    assert client.get(f"{first}.png").data.startswith(b"\x89PNG")
    elsewhere = f"/en/office/events/{other.event_slug}/plan/certificate/images/{rows[0].id}"
    assert client.get(f"{elsewhere}.png").status_code == 404
    assert client.post(f"{elsewhere}/remove", data={"csrf_token": secret}).status_code == 404
    assert client.post(f"{first}/remove", data={"csrf_token": secret}).status_code == 303
    assert 'alt="Colombo Plan"' not in client.get(address).text
    assert draw(facts) == before, "what was issued keeps its pictures"


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"<svg/>", "This is no PNG or JPEG picture."),
        (a_bomb(10_000, 10_000), "at most 12 megapixels"),
        (b"", "Please choose a file."),
    ],
)
def test_a_file_that_is_no_picture_is_refused_in_words(client: FlaskClient, content: bytes, words: str) -> None:
    place = an_event()["51", "stakeholder"]
    sign_in(client, sari())
    address = f"/en/office/events/{place.event_slug}/plan/certificate"
    sent = {
        "purpose": "logo",
        "name": "x",
        "csrf_token": token(client, address),
        "file": (io.BytesIO(content), "x.png"),
    }
    answer = client.post(f"{address}/images", data=sent)
    assert answer.status_code == 422 and words in shown(answer.text)
    assert db.session.scalars(select(Image.id)).all() == []


def test_a_pic_cannot_change_the_certificate_of_an_edition(client: FlaskClient) -> None:
    place = an_event()["51", "stakeholder"]
    sign_in(client, made())
    assert client.get(f"/en/office/events/{place.event_slug}/plan/certificate").status_code == 403


def test_every_palette_can_be_read_on_its_paper() -> None:
    for colour, accent in PALETTE.values():
        assert contrast(colour_of(colour), PAPER) >= CONTRAST
        assert contrast(colour_of(accent), PAPER) >= ACCENT_CONTRAST


def test_a_corrected_event_changes_no_file_that_was_issued(client: FlaskClient) -> None:
    place = an_event()["51", "stakeholder"]
    budi = registered(place, BUDI).registration_id
    attend(place, budi)
    issued(place, budi)
    certificate = of_registration(budi)
    assert certificate is not None
    before = draw(facts_of(certificate.latest))
    change_event(place, certificate_design={"layout": "plain", "colour": "#17472f", "issue_place": "Bogor"})
    assert draw(facts_of(certificate.latest)) == before

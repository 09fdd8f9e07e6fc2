"""Certificates that are signed outside (TTE by BSrE): taken out, brought back, matched, examined, and never altered after."""

from __future__ import annotations

import csv
import io
import zipfile
import zlib
from collections.abc import Iterable
from dataclasses import replace
from functools import cache
from hashlib import sha256
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.fields import SigFieldSpec
from pyhanko.sign.signers.pdf_signer import PdfSignatureMetadata, PdfSigner
from pypdf import PdfReader, PdfWriter
from sqlalchemy import select

from tests.builders import Place
from tests.cast import acting, made, sari, sign_in
from tests.certificates import keys
from tests.certificates.signing import pdfsig, to_be_signed, version_of
from tests.commands.test_certificate_versions import reissued
from tests.commands.test_certificates import change_event, issued
from tests.commands.test_sign_certificates import letters
from tests.doors.browsing import post, shown
from tests.queries import counted
from tpbis_events.audit.model import AuditEntry
from tpbis_events.certificates import examine_apart, uploaded_pdfs
from tpbis_events.certificates.bring_back import BroughtBack, bring_back
from tpbis_events.certificates.check_file import Outcome, checked
from tpbis_events.certificates.file import drawn, file_of
from tpbis_events.certificates.issue import Issued
from tpbis_events.certificates.key_file import read
from tpbis_events.certificates.model import Version
from tpbis_events.certificates.own_key import Key
from tpbis_events.certificates.revoke import revoke
from tpbis_events.certificates.seal_pdf import Purpose, sealed
from tpbis_events.certificates.take_out import take_out
from tpbis_events.certificates.waiting_outside import waiting_outside
from tpbis_events.foundation.database import db
from tpbis_events.foundation.errors import Forbidden, NotFound, Refusal
from tpbis_events.foundation.transaction import transaction
from tpbis_events.people.actor import COMMAND_LINE
from tpbis_events.registrations.answers import answers_of
from tpbis_events.registrations.correct import correct
from tpbis_events.registrations.model import Registration

SIGNATORY = "Drs. Penanda Tangan"
NIK = "3171234567890001"


def signed(content: bytes, folder: Path, of: Key | None = None) -> bytes:
    """What the signatory's own tool makes of a file; her certificate names her NIK too."""
    return sealed(content, of or _hers(folder), Purpose("Persetujuan", "Jakarta"))


@cache
def _hers(folder: Path) -> Key:
    return of_signatory(folder, keys.owned(SIGNATORY, serial_number=NIK))


def of_signatory(folder: Path, of: keys.Owned) -> Key:
    file = folder / "signatory.p12"
    file.write_bytes(of.pkcs12())
    return read(file, keys.PASSWORD)


def zipped(files: Iterable[tuple[str, bytes]]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as pack:
        for name, content in files:
            pack.writestr(name, content)
    return out.getvalue()


def rewritten(content: bytes) -> bytes:
    """The same pages, saved anew by another program."""
    out = io.BytesIO()
    PdfWriter(clone_from=PdfReader(io.BytesIO(content))).write(out)
    return out.getvalue()


def painted_over(content: bytes) -> bytes:
    """A revision is added that shows something else on the page, before anybody signs."""
    from pyhanko.pdf_utils import generic

    writer = IncrementalPdfFileWriter(io.BytesIO(content))
    page = writer.root["/Pages"]["/Kids"][0]
    page["/Contents"] = writer.add_object(generic.StreamObject(stream_data=b"0 0 m 9 9 l S"))
    writer.update_container(page)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def brought(place: Place, *files: tuple[str, bytes]) -> list[BroughtBack]:
    uploads = [(name, io.BytesIO(content)) for name, content in files]
    return list(bring_back(place.event_id, uploads, by=COMMAND_LINE))


def outcomes(place: Place, *files: tuple[str, bytes]) -> list[str]:
    return [each.outcome for each in brought(place, *files)]


def an_issued(people: int = 1) -> tuple[Place, list[int], list[Issued]]:
    place, there = to_be_signed("outside", people)
    return place, there, [issued(place, each) for each in there]


def rename(registration_id: int) -> None:
    registration = db.session.get_one(Registration, registration_id)
    correct(registration_id, replace(answers_of(registration), full_name="Nama Baru"), by=COMMAND_LINE)


def plain(of: Issued) -> bytes:
    return drawn(version_of(of.code))


def test_out_in_a_zip_signed_and_back_in_a_zip(app: Flask, tmp_path: Path) -> None:
    place, people = to_be_signed("outside", 3)
    with transaction():
        db.session.get_one(Registration, people[0]).person.nip = "198504122010011003"
    given = [issued(place, each) for each in people]
    assert letters() == []
    with pytest.raises(Refusal, match="certificate.not_signed_yet"):
        file_of(version_of(given[0].code))
    by = acting(sari())
    state = waiting_outside(place.event_id, by=by)
    assert (state.waiting, state.signed, len(state.portions)) == (3, 0, 1)
    taken = take_out(place.event_id, state.portions[0].first, state.portions[0].last, by=by)
    assert [each.number for each in taken] == [each.number for each in given]
    written = db.session.scalars(select(AuditEntry).where(AuditEntry.act == "certificates.taken_out")).one()
    assert ((written.after or {})["certificates"], (written.after or {})["with_nip"]) == (3, 1)
    looks = db.session.scalars(select(AuditEntry.subject).where(AuditEntry.act == "registration.number_seen")).all()
    assert looks == [f"registration:{people[0]}"]
    files = [(each.file_name, signed(plain(of), tmp_path)) for each, of in zip(taken, given, strict=True)]
    results = brought(place, ("signed.zip", zipped([*files, ("daftar.csv", b"x"), ("__MACOSX/._a.pdf", b"x")])))
    assert [(each.outcome, each.number) for each in results] == [("taken", each.number) for each in given]
    version = version_of(given[0].code)
    assert file_of(version) == files[0][1] and version.signed_hash == sha256(files[0][1]).hexdigest(), "byte for byte"
    assert "Signature is Valid." in pdfsig(file_of(version), tmp_path)
    assert version.signed_by == SIGNATORY and checked(files[0][1]).outcome is Outcome.ISSUED
    assert len(letters()) == 3 and waiting_outside(place.event_id, by=COMMAND_LINE).waiting == 0
    entries = db.session.scalars(select(AuditEntry).where(AuditEntry.act == "certificate.signed")).all()
    assert len(entries) == 3 and NIK not in str([each.after for each in entries])
    again = signed(plain(given[0]), tmp_path)
    assert outcomes(place, ("again.pdf", again)) == ["already"] and file_of(version_of(given[0].code)) == files[0][1]
    with pytest.raises(Refusal, match="certificate.none_waits"):
        take_out(place.event_id, 0, 10**9, by=COMMAND_LINE)


def test_each_wrong_file_gets_its_own_word_and_nothing_else_is_lost(app: Flask, tmp_path: Path) -> None:
    place, people, given = an_issued(5)
    other, _others, (foreign,) = an_issued(1)
    good, corrected, gone, twice, own = given
    rename(people[1])
    reissued(place, people[1])
    revoke(people[2], reason="salah orang", by=acting(sari()))
    damaged = bytearray(signed(plain(good), tmp_path))
    damaged[plain(good).index(b"stream") + 20] ^= 1
    two = signed(plain(twice), tmp_path)
    bomb = zipped([("besar.pdf", b"\0" * (uploaded_pdfs.MOST_BYTES + 1000))])
    assert len(bomb) < 100_000
    change_event(place, certificate_design={"signing": "none"})
    rename(people[4])
    unsigned_way = reissued(place, people[4])
    files = [
        ("not signed.pdf", plain(good)),
        ("damaged.pdf", bytes(damaged)),
        ("added to.pdf", signed(plain(good), tmp_path) + b"\n% more"),
        ("of another event.pdf", signed(plain(foreign), tmp_path)),
        ("older.pdf", signed(plain(corrected), tmp_path)),
        ("revoked.pdf", signed(plain(gone), tmp_path)),
        ("twice.pdf", two),
        ("twice again.pdf", two),
        ("painted over.pdf", signed(painted_over(plain(good)), tmp_path)),
        ("its event says none by now.pdf", signed(drawn(version_of(unsigned_way.code)), tmp_path)),
        ("strange.pdf", signed(_strange(), tmp_path)),
        ("words.pdf", b"halo"),
        ("cut.pdf", signed(plain(good), tmp_path)[:-300]),
        ("broken.zip", b"PK\x03\x04 no zip"),
        ("bomb.zip", bomb),
        ("good.pdf", signed(plain(good), tmp_path)),
    ]
    assert outcomes(place, *files) == [
        "unsigned",
        "broken",
        "partial",
        "other_event",
        "older_version",
        "revoked",
        "taken",
        "twice",
        "changed",
        "not_outside",
        "unknown",
        "no_pdf",
        "unreadable",
        "zip_broken",
        "too_large",
        "taken",
    ]
    kept = [each.code for each in given if version_of(each.code).signed_hash]
    assert kept == [good.code, twice.code] and own.code not in kept
    assert not version_of(foreign.code).signed_hash
    assert brought(other, ("foreign.pdf", signed(plain(foreign), tmp_path)))[0].outcome == "taken"


def _strange() -> bytes:
    from reportlab.pdfgen.canvas import Canvas

    out = io.BytesIO()
    canvas = Canvas(out)
    canvas.drawString(100, 100, "Bukan sertifikat")
    canvas.save()
    return out.getvalue()


def test_a_file_that_the_tool_wrote_anew_counts_only_with_code_and_number(app: Flask, tmp_path: Path) -> None:
    place, _people, (one, two) = an_issued(2)
    anew = rewritten(plain(one))
    assert not anew.startswith(plain(one)[:2000])
    (result,) = brought(place, ("a.pdf", signed(anew, tmp_path)))
    assert (result.outcome, result.number) == ("taken", one.number)
    written = db.session.scalars(select(AuditEntry).where(AuditEntry.act == "certificate.signed")).one()
    assert (written.after or {})["rewritten"] is True
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(plain(two))))
    writer.add_metadata({"/Title": f"Sertifikat {one.number} – Budi"})
    out = io.BytesIO()
    writer.write(out)
    assert outcomes(place, ("b.pdf", signed(out.getvalue(), tmp_path))) == ["number_differs"]


def test_only_signatures_of_the_authorities_that_are_named_are_taken(app: Flask, tmp_path: Path) -> None:
    place, _people, (one,) = an_issued()
    pem = tmp_path / "authorities.pem"
    pem.write_bytes(keys.owned().pem_of_authority())
    app.config["SIGNING_ROOTS"] = str(pem)
    stranger = of_signatory(tmp_path, keys.owned("Orang Lain", of="Otoritas Asing"))
    assert outcomes(place, ("a.pdf", signed(plain(one), tmp_path, stranger))) == ["untrusted"]
    pem.write_text("no certificate")
    with pytest.raises(Refusal, match="certificate.roots_unreadable"):
        outcomes(place, ("a.pdf", signed(plain(one), tmp_path)))
    pem.write_bytes(keys.owned().pem_of_authority())
    assert outcomes(place, ("a.pdf", signed(plain(one), tmp_path))) == ["taken"]


def stamped(content: bytes, key: Key, field: str, x: int) -> bytes:
    """Signed with a visible mark on the page, as the tools of authorities do."""
    out = io.BytesIO()
    said = PdfSignatureMetadata(field_name=field, md_algorithm="sha256")
    with key.opened() as signer:
        where = SigFieldSpec(field, box=(x, 50, x + 150, 100))
        PdfSigner(said, signer, new_field_spec=where).sign_pdf(
            IncrementalPdfFileWriter(io.BytesIO(content)), output=out
        )
    return out.getvalue()


def test_a_visible_mark_and_a_second_signature_are_no_change_of_the_page(app: Flask, tmp_path: Path) -> None:
    place, _people, (one, two) = an_issued(2)
    hers = _hers(tmp_path)
    once = stamped(plain(one), hers, "Pertama", 50)
    twice = stamped(stamped(plain(two), hers, "Pertama", 50), hers, "Kedua", 300)
    assert outcomes(place, ("visible.pdf", once), ("two.pdf", twice)) == ["taken", "taken"]


def _bomb_of_streams() -> bytes:
    """A small PDF whose table of objects unpacks to two gigabytes."""
    packer = zlib.compressobj(9)
    some = packer.compress(b"\0" * 1024 * 1024) + packer.flush(zlib.Z_FULL_FLUSH)
    packed = some + some[2:] * 2047
    head = b"%PDF-1.7\n"
    return (
        head
        + b"1 0 obj\n<</Type/XRef/Size 9/W[1 2 1]/Root 2 0 R/Filter/FlateDecode/Length %d>>\nstream\n" % len(packed)
        + packed
        + b"\nendstream\nendobj\nstartxref\n%d\n%%%%EOF\n" % len(head)
    )


def test_hostile_files_break_neither_the_others_nor_the_page(
    app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place, _people, (one,) = an_issued()
    deep = b"%PDF-1.7\n1 0 obj\n" + b"[" * 200_000 + b"\nendobj\nstartxref\n9\n%%EOF\n"
    monkeypatch.setattr(examine_apart, "SECONDS_FOR_ONE", 4.0)
    files = [("deep.pdf", deep), ("bomb.pdf", _bomb_of_streams()), ("good.pdf", signed(plain(one), tmp_path))]
    assert outcomes(place, *files) == ["unreadable", "unreadable", "taken"]


def test_a_file_that_takes_too_long_is_given_up(app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    place, _people, (one,) = an_issued()
    monkeypatch.setattr(examine_apart, "SECONDS_FOR_ONE", 0.01)
    assert outcomes(place, ("good.pdf", signed(plain(one), tmp_path))) == ["unreadable"]
    monkeypatch.setattr(examine_apart, "SECONDS_FOR_ALL", -1.0)
    assert outcomes(place, ("good.pdf", signed(plain(one), tmp_path))) == ["no_time"]


def test_only_the_national_office_takes_out_and_brings_back(app: Flask) -> None:
    place, _people, _given = an_issued()
    for who in (acting(made()),):
        for act in (
            lambda who=who: waiting_outside(place.event_id, by=who),
            lambda who=who: take_out(place.event_id, 0, 10**9, by=who),
            lambda who=who: list(bring_back(place.event_id, [], by=who)),
        ):
            with pytest.raises((Forbidden, NotFound)):
                act()
    assert db.session.scalars(select(AuditEntry).where(AuditEntry.act == "certificates.taken_out")).all() == []


def test_the_page_takes_out_brings_back_and_says_what_became_of_each(
    app: Flask, client: FlaskClient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place, _people, given = an_issued(3)
    sign_in(client, sari())
    address = f"/en/office/events/{place.event_slug}/certificates/signing"
    with counted() as statements:
        page = client.get(address).text
    few = len(statements)
    assert "Take out 3 files (ZIP)" in page
    monkeypatch.setattr("tpbis_events.certificates.waiting_outside.PORTION", 2)
    with counted() as statements:
        assert "Take out files 3 to 3 (ZIP)" in client.get(address).text
    assert len(statements) == few
    ids = db.session.scalars(select(Version.id).order_by(Version.id)).all()
    answer = post(client, f"{address}/files", first=str(ids[0]), last=str(ids[1]))
    assert answer.mimetype == "application/zip" and answer.headers["Cache-Control"] == "no-store"
    with zipfile.ZipFile(io.BytesIO(answer.data)) as pack:
        rows = list(csv.reader(io.StringIO(pack.read("daftar.csv").decode("utf-8-sig"))))
        assert rows[1][0] == given[0].number and len(rows) == 3
        assert all(sha256(pack.read(row[2])).hexdigest() == row[3] for row in rows[1:])
        back = [(row[2], signed(pack.read(row[2]), tmp_path)) for row in rows[1:]]
    token = post_token(client)
    files = [(io.BytesIO(zipped(back)), "back.zip"), (io.BytesIO(plain(given[2])), "bare.pdf")]
    answer = client.post(f"{address}/signed", data={"csrf_token": token, "files": files})
    words = shown(answer.text)
    assert answer.status_code == 422 and "2 signed certificates were taken" in words and "1 file was not taken" in words
    assert f"Signed by: {SIGNATORY}" in words and "There is no digital signature in this file." in words
    assert "bare.pdf" not in client.get(address).text, "the list is kept nowhere"
    client.post("/office/account/columns", data={"csrf_token": token, "column": ["certificate"]})
    roster = client.get(f"/en/office/events/{place.event_slug}/sessions/{place.session_slug}").text
    assert given[0].number in roster and roster.count("Waits for its signature") == 1
    empty = client.post(f"{address}/signed", data={"csrf_token": token})
    assert empty.status_code == 303
    assert "Wait for a signature 1" in shown(client.get(address).text)


def post_token(client: FlaskClient) -> str:
    import re

    found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', client.get("/office/").text)
    assert found
    return found.group(1)

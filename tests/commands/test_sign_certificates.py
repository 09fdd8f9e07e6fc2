"""Certificates signed by the institution's own key: PAdES, once, outside of transactions, and nothing issued by half."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO
from pathlib import Path
from threading import Thread

import pytest
from cryptography.x509.oid import ExtendedKeyUsageOID
from flask import Flask
from flask.testing import FlaskClient
from pyhanko.pdf_utils.reader import PdfFileReader
from sqlalchemy import select

from tests.at_once import at_once
from tests.builders import Place
from tests.cast import acting, sari, sign_in
from tests.certificates import keys
from tests.certificates.signing import by_pyhanko, pdfsig, to_be_signed, use_key, version_of
from tests.commands.test_certificate_versions import reissued, rename
from tests.commands.test_certificates import change_event, issued
from tests.doors.browsing import post
from tests.left_out import need
from tpbis_events.audit.model import AuditEntry
from tpbis_events.certificates import key_token, own_key
from tpbis_events.certificates.design import Design, design_of
from tpbis_events.certificates.edit_design import DesignPlan, edit_design
from tpbis_events.certificates.file import drawn, file_of
from tpbis_events.certificates.model import Certificate, Series, Signing, Version
from tpbis_events.certificates.revoke import revoke
from tpbis_events.certificates.sign_file import sign, sign_now
from tpbis_events.certificates.sign_waiting import HEAD_START, Unsignable, sign_waiting
from tpbis_events.cli.worker import Trouble, sign_certificates
from tpbis_events.foundation import clock
from tpbis_events.foundation.database import db
from tpbis_events.foundation.errors import Invalid, Refusal
from tpbis_events.outbox.model import Mail
from tpbis_events.people.actor import COMMAND_LINE, participant
from tpbis_events.programmes.model import Event, Session
from tpbis_events.registrations.links import token_of
from tpbis_events.registrations.model import Registration

LETTER = "certificate_ready"


@pytest.fixture(autouse=True)
def _nothing_left_aside(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a process remembers of versions that it couldn't sign."""
    monkeypatch.setattr("tpbis_events.certificates.sign_waiting._aside", {})


def letters() -> list[str]:
    return list(db.session.scalars(select(Mail.recipient).where(Mail.kind == LETTER)))


def later(place: Place, seconds: float = 60) -> datetime:
    return db.session.get_one(Session, place.session_id).ends_at + timedelta(seconds=seconds)


def test_a_signed_certificate_is_seen_valid_by_others_and_a_changed_byte_is_seen_too(
    app: Flask, tmp_path: Path
) -> None:
    use_key()
    place, (budi,) = to_be_signed()
    outcome = issued(place, budi)
    version = version_of(outcome.code)
    assert version.signing is Signing.OWN and version.waits_for_signature
    with pytest.raises(Refusal, match="certificate.not_signed_yet"):
        file_of(version)
    assert sign_now(outcome.version_id)
    version = version_of(outcome.code)
    content, plain = file_of(version), drawn(version)
    assert content.startswith(plain) and len(content) > len(plain), "what was drawn stays untouched in front"
    assert version.signed_by == keys.INSTITUTION and version.signed_at is not None
    assert by_pyhanko(content, keys.owned().pem_of_authority()) == (True, True, True, True)
    said = pdfsig(content, tmp_path)
    for words in ("Signature is Valid.", "Total document signed", "ETSI.CAdES.detached", keys.INSTITUTION):
        assert words in said
    (told,) = PdfFileReader(BytesIO(content)).embedded_signatures
    assert str(told.sig_object["/Reason"]) == f"Penerbitan sertifikat {outcome.number}"
    assert (told.sig_object["/Name"], told.sig_object["/Location"]) == (keys.INSTITUTION, "Jakarta")
    changed = bytearray(content)
    changed[plain.index(b"stream") + 20] ^= 1
    assert by_pyhanko(bytes(changed))[0] is False
    assert "Digest Mismatch" in pdfsig(bytes(changed), tmp_path)
    written = db.session.scalars(select(AuditEntry).where(AuditEntry.act == "certificate.signed")).one()
    assert (written.after or {})["sha256"] == version.signed_hash


def test_a_reader_that_trusts_the_authority_trusts_the_certificate(app: Flask, tmp_path: Path) -> None:
    need("certutil", shutil.which("certutil") is not None)
    key = keys.owned()
    use_key(key)
    place, (budi,) = to_be_signed()
    outcome = issued(place, budi)
    sign(outcome.version_id)
    nss, pem = tmp_path / "nss", tmp_path / "authority.pem"
    nss.mkdir()
    pem.write_bytes(key.pem_of_authority())
    subprocess.run(["certutil", "-N", "-d", f"sql:{nss}", "--empty-password"], check=True, capture_output=True)
    added = ["certutil", "-A", "-d", f"sql:{nss}", "-n", "authority", "-t", "C,C,C", "-i", str(pem)]
    subprocess.run(added, check=True, capture_output=True)
    said = pdfsig(file_of(version_of(outcome.code)), tmp_path, nss)
    assert "Signature is Valid." in said and "Certificate is Trusted." in said


def _short() -> keys.Owned:
    return keys.owned(key=keys.rsa_key(1, 1024))


def _of_another() -> bytes:
    """A key beside a certificate that isn't its own."""
    from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, pkcs12

    locked = BestAvailableEncryption(keys.PASSWORD.encode())
    return pkcs12.serialize_key_and_certificates(b"x", keys.rsa_key(2), None, [keys.owned().certificate], locked)


@pytest.mark.parametrize(
    ("content", "password", "code"),
    [
        (lambda: keys.owned().pkcs12(), "falsch", "key_password"),
        (lambda: b"no key at all", keys.PASSWORD, "key_file_broken"),
        (lambda: keys.owned(until=datetime(2025, 1, 1, tzinfo=UTC)).pkcs12(), keys.PASSWORD, "key_expired"),
        (lambda: keys.owned(since=datetime(2090, 1, 1, tzinfo=UTC)).pkcs12(), keys.PASSWORD, "key_not_yet_valid"),
        (lambda: keys.owned(signs=False).pkcs12(), keys.PASSWORD, "key_usage"),
        (lambda: keys.owned(purposes=keys.SERVER_ONLY).pkcs12(), keys.PASSWORD, "key_usage"),
        (lambda: _short().pkcs12(), keys.PASSWORD, "key_weak"),
        (_of_another, keys.PASSWORD, "key_mismatch"),
    ],
)
def test_a_key_that_cannot_sign_is_told_in_words_and_nothing_is_issued_by_half(
    app: Flask, content: object, password: str, code: str
) -> None:
    use_key(content=content(), password=password)  # type: ignore[operator]
    place, (budi,) = to_be_signed()
    for by in (participant(budi), COMMAND_LINE):
        with pytest.raises(Refusal, match=f"certificate.{code}$"):
            issued(place, budi, by)
    assert db.session.scalars(select(Certificate)).all() == db.session.scalars(select(Series)).all() == []
    assert own_key.state().problem == f"certificate.{code}" and own_key.is_named()
    design = Design(signing="own")
    change_event(place, certificate_design={})
    with pytest.raises(Invalid) as no:
        edit_design(place.event_id, DesignPlan(design), by=acting(sari()))
    assert no.value.problems == {"signing": f"certificate.{code}"}
    use_key()
    edit_design(place.event_id, DesignPlan(design), by=COMMAND_LINE)
    assert issued(place, budi).number.startswith("0001/"), "a key that was mended is seen without a new start"


def test_a_file_that_is_not_there_and_no_key_at_all_are_told(app: Flask) -> None:
    place, (budi,) = to_be_signed()
    with pytest.raises(Refusal, match="certificate.key_missing"):
        issued(place, budi)
    assert not own_key.is_named()
    file = use_key()
    app.config["SIGNING_PKCS11_MODULE"] = "/usr/lib/somewhere.so"
    assert own_key.state().problem == "certificate.key_named_twice"
    app.config["SIGNING_PKCS11_MODULE"] = ""
    file.unlink()
    assert own_key.state().problem == "certificate.key_file_missing"
    app.config["SIGNING_PASSWORD_FILE"] = "/nowhere"
    assert own_key.state().problem == "certificate.key_secret_unreadable"


def test_two_who_sign_at_once_give_one_signature_and_one_mail(app_on_each: Flask) -> None:
    use_key()
    place, (budi,) = to_be_signed()
    outcome = issued(place, budi)
    assert letters() == [], "while there is no file there is no mail"
    counted = at_once(app_on_each, [lambda: sign(outcome.version_id)] * 4)
    assert sorted(counted) == [False, False, False, True]
    assert letters() == ["budi@example.id"]
    kept = file_of(version_of(outcome.code))
    assert sign(outcome.version_id) is False and file_of(version_of(outcome.code)) == kept
    assert len(db.session.scalars(select(AuditEntry).where(AuditEntry.act == "certificate.signed")).all()) == 1


def test_what_was_replaced_or_revoked_is_not_signed(app: Flask) -> None:
    use_key()
    place, (budi,) = to_be_signed()
    first = issued(place, budi)
    rename(budi)
    second = reissued(place, budi)
    assert sign(first.version_id) is False and version_of(first.code).signed_hash is None
    revoke(budi, reason="salah orang", by=acting(sari()))
    assert sign(second.version_id) is False and letters() == []
    with clock.stopped_at(later(place)):
        assert sign_waiting() is False


def test_the_worker_signs_what_is_left_and_pauses_while_the_key_is_away(app: Flask) -> None:
    file = use_key()
    place, people = to_be_signed(people=3)
    outcomes = [issued(place, each) for each in people]
    away = file.rename(file.with_suffix(".away"))
    assert sign_now(outcomes[0].version_id) is False
    with clock.stopped_at(later(place, HEAD_START.total_seconds() / 2)):
        assert sign_waiting() is False, "who pressed the button has a head start"
    with clock.stopped_at(later(place)):
        with pytest.raises(Unsignable):
            sign_waiting()
        with pytest.raises(Trouble):
            sign_certificates("worker", lambda: False)
        away.rename(file)
        assert sign_certificates("worker", lambda: False) is False
    versions = db.session.scalars(select(Version)).all()
    assert all(each.signed_hash for each in versions) and len(letters()) == 3


def test_one_that_cannot_be_signed_does_not_hold_up_the_others(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    use_key()
    place, people = to_be_signed(people=3)
    outcomes = [issued(place, each) for each in people]
    tried: list[int] = []

    def sometimes(version_id: int) -> bool:
        tried.append(version_id)
        if version_id == outcomes[0].version_id:
            raise OSError("the disk")
        return sign(version_id)

    monkeypatch.setattr("tpbis_events.certificates.sign_waiting.sign", sometimes)
    with clock.stopped_at(later(place)):
        sign_waiting()
        sign_waiting()
    assert tried == [each.version_id for each in outcomes], "and it isn't tried again at once"
    assert [bool(version_of(each.code).signed_hash) for each in outcomes] == [False, True, True]


def test_while_one_process_signs_another_leaves_it_alone(app_on_each: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    use_key()
    place, (budi,) = to_be_signed()
    outcome = issued(place, budi)
    seen: list[bool] = []

    def slowly(version_id: int) -> bool:
        seen.extend(at_once(app_on_each, [sign_waiting]))
        return sign(version_id)

    monkeypatch.setattr("tpbis_events.certificates.sign_waiting.sign", slowly)
    with clock.stopped_at(later(place)):
        sign_waiting()
    assert seen == [False] and version_of(outcome.code).signed_hash


def test_a_version_keeps_the_way_it_was_written_with(app: Flask) -> None:
    use_key()
    place, (budi,) = to_be_signed()
    first = issued(place, budi)
    change_event(place, certificate_design={"signing": "none"})
    assert version_of(first.code).waits_for_signature and sign(first.version_id)
    rename(budi)
    second = reissued(place, budi)
    assert version_of(second.code).signing is Signing.NONE and file_of(version_of(second.code))


def test_a_time_stamp_server_that_is_away_leaves_the_certificate_waiting(app: Flask) -> None:
    use_key()
    app.config["SIGNING_TSA"] = "http://127.0.0.1:9/tsa"
    place, (budi,) = to_be_signed()
    outcome = issued(place, budi)
    assert sign_now(outcome.version_id) is False and version_of(outcome.code).signed_hash is None


def change_pin(new: str) -> None:
    import pkcs11

    with pkcs11.lib(str(keys.softhsm())).get_token(token_label=keys.TOKEN).open(user_pin=keys.PIN, rw=True) as session:
        session.set_pin(keys.PIN, new)


@contextmanager
def a_time_stamp_server(of: keys.Owned) -> Iterator[str]:
    """An authority that stamps whatever it is sent (RFC 3161), on a port of its own; its address."""
    from asn1crypto import keys as plain_keys
    from asn1crypto import tsp, x509
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
    from pyhanko.sign.timestamps import DummyTimeStamper
    from pyhanko_certvalidator.registry import SimpleCertificateStore

    private = of.private.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    certificate = x509.Certificate.load(of.certificate.public_bytes(Encoding.DER))
    stamper = DummyTimeStamper(certificate, plain_keys.PrivateKeyInfo.load(private), SimpleCertificateStore())

    class Answer(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked = tsp.TimeStampReq.load(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(200)
            self.send_header("Content-Type", "application/timestamp-reply")
            self.end_headers()
            self.wfile.write(stamper.request_tsa_response(asked).dump())

        def log_message(self, *_args: object) -> None:
            """Quiet."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Answer) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()
        thread.join()


def test_with_a_time_stamp_server_the_signature_says_when_it_was_made(app: Flask, tmp_path: Path) -> None:
    use_key()
    stamps = keys.owned("Waktu Contoh", purposes=[ExtendedKeyUsageOID.TIME_STAMPING])
    place, (budi,) = to_be_signed()
    outcome = issued(place, budi)
    with a_time_stamp_server(stamps) as address:
        app.config["SIGNING_TSA"] = address
        assert own_key.state().time_stamped and sign(outcome.version_id)
    content = file_of(version_of(outcome.code))
    (signature,) = PdfFileReader(BytesIO(content)).embedded_signatures
    said = [each["type"].native for each in signature.signer_info["unsigned_attrs"]]
    assert said == ["signature_time_stamp_token"], "PAdES B-T"
    assert by_pyhanko(content, keys.owned().pem_of_authority()) == (True, True, True, True)
    assert "Signature is Valid." in pdfsig(content, tmp_path)


def test_a_token_signs_and_says_what_is_wrong_with_it(
    app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    need("SoftHSM", keys.softhsm() is not None)
    keys.a_token(tmp_path, keys.owned())
    app.config.update(
        SIGNING_PKCS11_MODULE=keys.softhsm(),
        SIGNING_PKCS11_TOKEN=keys.TOKEN,
        SIGNING_PKCS11_KEY=keys.LABEL,
        SIGNING_PKCS11_PIN=keys.PIN,
    )
    state = own_key.state()
    assert (state.problem, state.subject, state.token) == ("", keys.INSTITUTION, True)
    place, (budi, tono) = to_be_signed(people=2)
    outcome = issued(place, budi)
    assert sign(outcome.version_id)
    content = file_of(version_of(outcome.code))
    assert by_pyhanko(content, keys.owned().pem_of_authority()) == (True, True, True, True)
    assert "Signature is Valid." in pdfsig(content, tmp_path)
    for name, wrong, code in (
        ("TOKEN", "another", "key_token_missing"),
        ("KEY", "another", "key_not_on_token"),
        ("PIN", "0000", "key_pin"),
        ("MODULE", "/nowhere.so", "key_token_missing"),
    ):
        before = app.config[f"SIGNING_PKCS11_{name}"]
        app.config[f"SIGNING_PKCS11_{name}"] = wrong
        assert own_key.state().problem == f"certificate.{code}"
        app.config[f"SIGNING_PKCS11_{name}"] = before
    tried: list[str] = []
    real = key_token.read

    def read(place: key_token.Place, pin: str) -> own_key.Key:
        tried.append(pin)
        return real(place, pin)

    monkeypatch.setattr(key_token, "read", read)
    monkeypatch.setattr(own_key, "SECONDS_A_FAULT_IS_KNOWN", -1.0)
    app.config["SIGNING_PKCS11_PIN"] = "1111"
    assert [own_key.state().problem for _ in range(3)] == ["certificate.key_pin"] * 3
    assert tried == ["1111"], "a wrong PIN is tried once: a token locks itself"
    app.config["SIGNING_PKCS11_PIN"] = keys.PIN
    assert own_key.state().problem == ""
    change_pin("0815")
    waiting = issued(place, tono)
    with clock.stopped_at(later(place)), pytest.raises(Unsignable, match="key_pin"):
        sign_waiting()
    assert own_key.state().problem == "certificate.key_pin" and version_of(waiting.code).waits_for_signature
    app.config["SIGNING_PKCS11_PIN"] = "0815"
    assert sign(waiting.version_id)
    mixed_up = tmp_path / "mixed-up"
    mixed_up.mkdir()
    keys.a_token(mixed_up, replace(keys.owned(), private=keys.rsa_key(2)))
    app.config["SIGNING_PKCS11_PIN"] = keys.PIN
    assert own_key.state().problem == "certificate.key_mismatch"


def test_the_button_gives_the_signed_file_and_a_get_signs_nothing(
    app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    use_key()
    place, people = to_be_signed(people=2)
    budi, tono = (token_of(db.session.get_one(Registration, each)) for each in people)
    with clock.stopped_at(later(place)):
        answer = client.post(f"/en/my/{budi}/certificate")
        assert (answer.status_code, answer.location) == (303, f"/en/my/{budi}/certificate.pdf")
        assert by_pyhanko(client.get(answer.location).data)[:3] == (True, True, True)
        assert letters() == [], "she has it before her"
        with monkeypatch.context() as away:
            away.setattr("tpbis_events.certificates.sign_file.sealed", _token_away)
            answer = client.post(f"/en/my/{tono}/certificate")
            assert (answer.status_code, answer.location) == (303, f"/en/my/{tono}#certificate-title")
        page = client.get(f"/en/my/{tono}").text
        assert "is issued. Its file is being signed" in page and "certificate.pdf" not in page
        missing = client.get(f"/en/my/{tono}/certificate.pdf")
        assert missing.status_code == 409 and "is being signed" in missing.text
        assert len(db.session.scalars(select(Version.id).where(Version.signed_hash.is_not(None))).all()) == 1
    with clock.stopped_at(later(place, 120)):
        sign_waiting()
    assert len(letters()) == 1, "it couldn't be signed at once, so she is told by mail"
    assert by_pyhanko(client.get(f"/en/my/{tono}/certificate.pdf").data)[:3] == (True, True, True)


def _token_away(*_args: object, **_more: object) -> bytes:
    raise OSError("the token is away")


def test_the_office_gets_the_signed_file_and_is_told_while_it_waits(
    app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    use_key()
    place, people = to_be_signed(people=2)
    budi, tono = (db.session.get_one(Registration, each).reference for each in people)
    with clock.stopped_at(later(place)):
        sign_in(client, sari())
        said = client.get(post(client, f"/en/office/registrations/{budi}/certificate").location).text
        assert "is issued." in said and "waits for" not in said and letters() == ["budi@example.id"]
        monkeypatch.setattr("tpbis_events.certificates.sign_file.sealed", _token_away)
        said = client.get(post(client, f"/en/office/registrations/{tono}/certificate").location).text
        assert "Its file still waits for the signature" in said and "Download the certificate" not in said
        assert len(letters()) == 1


def test_the_command_line_tells_which_key_is_set_up_and_what_is_wrong_with_it(app: Flask) -> None:
    run = app.test_cli_runner().invoke
    assert "No key is named" in run(args=["certificates", "signing"]).output
    use_key()
    place, (budi,) = to_be_signed()
    issued(place, budi)
    said = run(args=["certificates", "signing"])
    assert said.exit_code == 0 and "It can sign now." in said.output and "PAdES B-B" in said.output
    assert keys.INSTITUTION in said.output and "1 wait for a signature (own)." in said.output
    use_key(password="falsch")
    said = run(args=["certificates", "signing"])
    assert said.exit_code == 1 and "The password is wrong." in said.output and "Traceback" not in said.output


def test_the_plan_offers_the_own_key_only_when_it_works(app: Flask, client: FlaskClient) -> None:
    place, _people = to_be_signed("none")
    sign_in(client, sari())
    address = f"/en/office/events/{place.event_slug}/plan/certificate"
    page = client.get(address).text
    assert re.search(r'<input[^>]*disabled[^>]*value="own"', page), page[page.find("signing") - 200 :][:900]
    assert "No key for signing certificates is set up." in page
    wanted = {"layout": "frame", "palette": "nila", "issue_place": "Jakarta", "jp_needed": "0", "signing": "own"}
    refused = post(client, address, **wanted)
    assert refused.status_code == 422 and "No key for signing certificates is set up." in refused.text
    use_key()
    page = client.get(address).text
    assert not re.search(r'<input[^>]*disabled[^>]*value="own"', page)
    told = "Key: Perpustakaan Contoh, certified by Otoritas Contoh, valid until"
    assert told in page
    assert post(client, address, **wanted).status_code == 303
    design = design_of(db.session.get_one(Event, place.event_id))
    assert design.signing == "own" and re.search(r'<input[^>]*checked[^>]*value="own"', client.get(address).text)
    assert post(client, address, **wanted | {"signing": "by hand"}).status_code == 422

"""A badge verifies offline by a verifier that isn't ours, and no longer when anything in it was changed."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from flask import Flask

from tests.badge_verifier import verify
from tests.certificates.sample import BUDI
from tests.conftest import settings_for
from tpbis_events import create_app
from tpbis_events.certificates import badge_key
from tpbis_events.certificates.badge import badge, plain
from tpbis_events.certificates.badge_key import BadgeKey, base58
from tpbis_events.certificates.badge_proof import CREDENTIALS, OPEN_BADGES, UnknownContext, Unsaid, canonical, signed
from tpbis_events.certificates.badge_status import SIZE, bits
from tpbis_events.certificates.facts import CertificateFacts, differences, kept
from tpbis_events.certificates.facts import read as facts_read
from tpbis_events.cli import serve
from tpbis_events.programmes.model import CertificateKind

AT = datetime(2027, 8, 9, 9, 30, tzinfo=UTC)
FACTS = replace(
    BUDI,
    own_script_name="ᬩᬸᬤᬶ",
    version=2,
    number="0001/TPBIS/SHM/VIII/2027",
    code="7KQ4-M2XA-91TD-0C5H-PW8E",
    check_url="https://tpbis.example/check/7KQ4M2XA91TD0C5HPW8E",
    specimen=False,
    begins="2027-08-08T00:30:00Z",
    ends="2027-08-09T08:00:00Z",
)


def a_key(first: int = 7) -> BadgeKey:
    private = Ed25519PrivateKey.from_private_bytes(bytes([first]) * 32)
    return BadgeKey("z" + base58(b"\xed\x01" + private.public_key().public_bytes_raw()), private)


def made(facts: CertificateFacts = FACTS, key: BadgeKey | None = None) -> bytes:
    return badge(facts, event_id=3, index=SIZE + 41, issued_at=AT, key=key or a_key())


def read(content: bytes) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(content)
    return found


def unlike(path: str, value: object) -> Callable[[dict[str, Any]], None]:
    """A change to what stands at a path such as `credentialSubject.identifier.0.identityHash`."""

    def change(document: dict[str, Any]) -> None:
        *way, last = path.split(".")
        thing: Any = document
        for step in way:
            thing = thing[int(step)] if step.isdigit() else thing[step]
        thing[last] = value

    return change


def other_signature(document: dict[str, Any]) -> None:
    """One character of the signature is another."""
    value = document["proof"]["proofValue"]
    document["proof"]["proofValue"] = value[:-1] + ("2" if value[-1] != "2" else "3")


CHANGES: dict[str, Callable[[dict[str, Any]], None]] = {
    "name": unlike("credentialSubject.identifier.0.identityHash", "Tono Santoso, S.Sos."),
    "hours": unlike("credentialSubject.creditsEarned", 80),
    "number": unlike("credentialSubject.licenseNumber", "0002/TPBIS/SHM/VIII/2027"),
    "role": unlike("credentialSubject.role", "Narasumber / Speaker"),
    "days": unlike("credentialSubject.activityEndDate", "2027-08-12T08:00:00Z"),
    "event": unlike("credentialSubject.achievement.name", "KSP 2027"),
    "date": unlike("validFrom", "2027-01-01T00:00:00Z"),
    "address": unlike("id", "https://tpbis.example/check/AAAAAAAAAAAAAAAAAAAA"),
    "bit": unlike("credentialStatus.statusListIndex", "40"),
    "moment of the proof": unlike("proof.created", "2027-08-09T09:30:01Z"),
    "signature": other_signature,
    "a word more that the contexts know": unlike("credentialSubject.term", "2027"),
    "a word more that nobody knows": unlike("credentialSubject.rank", "first"),
    "no proof": lambda document: document.pop("proof"),
    "another issuer of the same name": unlike("issuer.id", a_key(8).did),
}


def test_an_independent_verifier_takes_a_badge_offline_and_none_that_was_changed() -> None:
    whole = read(made())
    changed = [copy.deepcopy(whole) for _ in CHANGES]
    for document, change in zip(changed, CHANGES.values(), strict=True):
        change(document)
    answers = verify([whole, *changed], AT + timedelta(days=1))
    assert answers[0].verified, answers[0].why
    taken = [name for name, answer in zip(CHANGES, answers[1:], strict=True) if answer.verified]
    assert taken == []


def test_what_is_signed_by_another_key_is_not_ours() -> None:
    """The forger's badge verifies as the forger's: who issued is the key, whatever name stands beside it."""
    ours, forged = read(made()), read(made(key=a_key(9)))
    claimed = copy.deepcopy(forged)
    claimed["issuer"]["id"] = ours["issuer"]["id"]
    claimed["proof"]["verificationMethod"] = ours["proof"]["verificationMethod"]
    as_forger, as_us = verify([forged, claimed], AT)
    assert as_forger.verified and forged["issuer"]["id"] != ours["issuer"]["id"]
    assert not as_us.verified


NAMES = {
    "markup": "<script>alert(1)</script> & \"Budi\" 'Santoso' \\u0000 ${x} {{ 7*7 }} [a](javascript:b)",
    "right to left": "محمد بن عبد الله \u202eidnatnaS\u202c",
    "200 characters": "Nguyễn Thị " * 18 + "Hà",
    "astral": "\U0001d4d1udi 👩‍🏫 \U000e0041 \ufffe \ue000",
    "lone surrogates": "Bu\ud83ddi \ude00",
    "controls": "Bu\0di\r\nSan\ttoso\x7f\x85\u2028",
}


def test_badges_with_hostile_names_are_json_and_verify() -> None:
    badges = [read(made(replace(FACTS, full_name=name, event_name_id=name))) for name in NAMES.values()]
    answers = verify(badges, AT)
    assert [answer.why for answer in answers] == [[]] * len(NAMES) and all(answer.verified for answer in answers)
    shown = [each["credentialSubject"]["identifier"][0]["identityHash"] for each in badges]
    assert shown[0] == NAMES["markup"]  # as it is written: nothing is markup, nothing is lost
    assert shown[4] == "Bu\ufffddi \ufffd"
    assert shown[5] == "Bu di San toso"


@pytest.mark.parametrize("kind", [kind for kind in CertificateKind if kind is not CertificateKind.LETTER])
def test_a_badge_has_what_the_standard_asks_for(kind: CertificateKind) -> None:
    """The required properties of Open Badges 3.0 and of Verifiable Credentials 2.0, by hand: the schema may not be copied."""
    document = read(made(replace(FACTS, kind=kind.value)))
    assert document["@context"] == [CREDENTIALS, OPEN_BADGES]
    assert document["type"] == ["VerifiableCredential", "OpenBadgeCredential"]
    texts = (
        (document, "id name validFrom"),
        (document["issuer"], "id name url"),
        (document["credentialSubject"], "licenseNumber role activityStartDate activityEndDate"),
        (document["credentialSubject"]["achievement"], "id name description achievementType"),
        (document["credentialSubject"]["achievement"]["criteria"], "narrative"),
        (document["credentialStatus"], "id type statusPurpose statusListIndex statusListCredential"),
        (document["proof"], "type cryptosuite created verificationMethod proofPurpose proofValue"),
    )
    for thing, words in texts:
        for word in words.split():
            assert isinstance(thing[word], str) and thing[word], word
    for thing, kind_of in (
        (document["issuer"], "Profile"),
        (document["credentialSubject"], "AchievementSubject"),
        (document["credentialSubject"]["achievement"], "Achievement"),
    ):
        assert thing["type"] == [kind_of]
    assert document["credentialSubject"]["identifier"] == [
        {"type": "IdentityObject", "hashed": False, "identityHash": FACTS.full_name, "identityType": "name"}
    ]
    assert document["credentialSubject"]["creditsEarned"] == 8
    assert document["credentialSubject"]["achievement"]["achievementType"] in ("CertificateOfCompletion", "Achievement")
    assert document["proof"]["cryptosuite"] == "eddsa-rdfc-2022"
    assert document["proof"]["proofPurpose"] == "assertionMethod"
    assert document["proof"]["verificationMethod"].startswith(document["issuer"]["id"] + "#z6Mk")
    assert document["credentialStatus"]["statusListCredential"].endswith("/1")
    assert document["credentialStatus"]["statusListIndex"] == "41"


def test_a_badge_says_what_the_check_page_says_and_no_more() -> None:
    text = made().decode()
    for told in (FACTS.full_name, FACTS.number, FACTS.dates_id, FACTS.dates_en, FACTS.check_url, "versi 2", "8 JP"):
        assert told in text
    for private in (FACTS.nip, FACTS.position, FACTS.institution, FACTS.own_script_name, FACTS.signatory_name):
        assert private is not None and private not in text


def test_the_same_version_gives_the_same_bytes_and_a_specimen_says_so() -> None:
    assert made() == made()
    assert made() != made(replace(FACTS, version=3))
    assert read(made(replace(FACTS, specimen=True)))["name"].startswith("CONTOH / SPECIMEN – ")
    assert "SPECIMEN" not in made().decode()


def test_hours_and_days_that_are_not_known_are_not_claimed() -> None:
    subject = read(made(replace(FACTS, jp=0, begins="", ends="")))["credentialSubject"]
    assert subject.keys() & {"creditsEarned", "activityStartDate", "activityEndDate"} == set()


def test_a_version_of_before_there_were_badges_is_not_offered_anew_for_their_sake() -> None:
    old = kept(replace(FACTS, begins="", ends=""))
    del old["begins"], old["ends"]
    assert differences(facts_read(old, FACTS.nip), FACTS) == frozenset()


def test_one_event_and_kind_is_one_achievement() -> None:
    def achievement(facts: CertificateFacts, event_id: int = 3) -> str:
        content = badge(facts, event_id=event_id, index=1, issued_at=AT, key=a_key())
        return str(read(content)["credentialSubject"]["achievement"]["id"])

    assert achievement(FACTS) == achievement(replace(FACTS, full_name="Tono", version=1, event_name_id="Nama baru"))
    assert len({achievement(FACTS), achievement(FACTS, 4), achievement(replace(FACTS, kind="speaker"))}) == 3


def test_there_is_no_badge_of_a_letter() -> None:
    with pytest.raises(KeyError):
        made(replace(FACTS, kind="letter"))


@pytest.mark.parametrize(
    "extra",
    [
        {"rank": "first"},
        {"type": ["VerifiableCredential", "MadeUpCredential"]},
        {"credentialSubject": {"type": ["AchievementSubject"], "e-mail": "budi@example.id"}},
        {"issuer": "no address"},
        {"name": None},
    ],
)
def test_what_the_contexts_do_not_know_is_never_signed_over_in_silence(extra: dict[str, Any]) -> None:
    document = {"@context": [CREDENTIALS, OPEN_BADGES], "type": ["VerifiableCredential"], "name": "x"}
    signed(document, a_key(), AT)
    with pytest.raises(Unsaid):
        signed(document | extra, a_key(), AT)


def test_no_context_is_ever_fetched() -> None:
    with pytest.raises(UnknownContext):
        canonical({"@context": ["https://www.w3.org/2018/credentials/v1"], "type": "VerifiableCredential"})


def test_base58_and_the_name_of_a_key_are_those_of_the_standards() -> None:
    assert base58(b"Hello World!") == "2NEpo7TZRRrLZSi2U"  # draft-msporny-base58
    assert base58(bytes.fromhex("0000287fb4cd")) == "11233QC4"
    private = Ed25519PrivateKey.from_private_bytes(
        bytes.fromhex("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60")  # RFC 8032, test 1
    )
    assert private.public_key().public_bytes_raw().hex().startswith("d75a980182b10ab7")


def test_the_first_bit_is_the_leftmost() -> None:
    import gzip
    from base64 import urlsafe_b64decode

    written = bits([0, 9, SIZE - 1])
    content = gzip.decompress(urlsafe_b64decode(written[1:] + "=" * (-len(written[1:]) % 4)))
    assert written[0] == "u" and len(content) == SIZE // 8
    assert (content[0], content[1], content[-1]) == (0b10000000, 0b01000000, 0b00000001)
    assert not any(content[2:-1])


def test_texts_are_made_plain() -> None:
    assert plain(" a\0b \n c\u00a0d ") == "a b c d"


class TestKey:
    """Where the key comes from, and what is said of one that can't be."""

    def test_setup_makes_one_once_that_nobody_else_reads(self, app: Flask) -> None:
        assert badge_key.all_keys() == ()
        made = badge_key.make_key()
        assert made is not None and made.did.startswith("did:key:z6Mk")
        file = app.config["INSTANCE"] / "badge_key"
        assert file.stat().st_mode & 0o777 == 0o600
        assert badge_key.make_key() is None and badge_key.all_keys() == (made,)
        assert [each.name for each in app.config["INSTANCE"].glob("*badge_key*")] == ["badge_key"]

    def test_the_setting_comes_before_the_file_and_the_newest_key_first(self, app: Flask) -> None:
        badge_key.make_key()
        app.config["BADGE_KEYS"] = ["A" * 43, "B" * 42 + "A"]
        newest, old = badge_key.all_keys()
        assert badge_key.key_named(old.name) == old and badge_key.key_named("z6Mk") is None
        assert newest.name == "z6MkiTBz1ymuepAQ4HEHYSF1H8quG5GLVVQR3djdX3mDooWp"  # 32 zero bytes

    @pytest.mark.parametrize("wrong", ["short", "A" * 44, "ключ" * 11, "A" * 42 + "!", "-----BEGIN PRIVATE KEY-----"])
    def test_a_wrong_key_is_told_by_its_place_and_not_shown(self, app: Flask, wrong: str) -> None:
        app.config["BADGE_KEYS"] = [wrong]
        with pytest.raises(badge_key.WrongBadgeKey, match="TPBIS_BADGE_KEYS") as told:
            badge_key.all_keys()
        assert wrong not in str(told.value) and "token_urlsafe(32)" in str(told.value)

    @pytest.mark.parametrize("content", [b"", b"short\n", b"\xff\xfe"])
    def test_a_broken_file_is_told_and_never_overwritten(self, app: Flask, content: bytes) -> None:
        file = app.config["INSTANCE"] / "badge_key"
        file.write_bytes(content)
        with pytest.raises(badge_key.WrongBadgeKey, match="badge_key"):
            badge_key.make_key()
        assert file.read_bytes() == content

    def test_a_wrong_key_is_told_at_the_start_and_not_at_the_first_badge(self, sqlite_url: str, tmp_path: Path) -> None:
        with pytest.raises(badge_key.WrongBadgeKey, match="TPBIS_BADGE_KEYS"):
            create_app({**settings_for(sqlite_url, tmp_path), "BADGE_KEYS": ["short"]})

    def test_production_is_not_served_without_a_key(self, app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(serve, "_free", lambda *_: True)
        monkeypatch.setattr(serve, "Child", pytest.fail)
        app.config["PRODUCTION"] = True
        told = app.test_cli_runner().invoke(serve.group, [])
        assert told.exit_code == 2 and "flask --app wsgi setup" in told.stderr and "TPBIS_BADGE_KEYS" in told.stderr

    def test_a_key_does_not_show_itself(self, app: Flask) -> None:
        app.config["BADGE_KEYS"] = ["Q" * 42 + "A"]
        assert "Q" * 10 not in repr(badge_key.all_keys()) and "PrivateKey" not in repr(badge_key.all_keys())

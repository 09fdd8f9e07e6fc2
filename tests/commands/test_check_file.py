"""Is a file the one that was issued: its bytes tell, and one byte changed anywhere is told; left-over files are swept out."""

from __future__ import annotations

import io
import os
import random
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from xml.etree import ElementTree

import pytest
from flask import Flask
from pypdf import PdfReader

from tests.builders import registered
from tests.certificates.signing import to_be_signed, use_key
from tests.cli.test_registrations import Run, run  # noqa: F401  (a fixture)
from tests.commands.test_certificate_versions import a_certificate, reissued, rename
from tests.commands.test_certificates import attend, issued
from tests.queries import counted
from tpbis_events.certificates import kept_files
from tpbis_events.certificates.check_file import LARGEST, MOST_CODES, Checked, Outcome, checked, codes_in
from tpbis_events.certificates.drawing import draw_all
from tpbis_events.certificates.file import drawn, file_of
from tpbis_events.certificates.forget_files import LEFT_OVER, Swept, forget_files
from tpbis_events.certificates.lookup import facts_of, version_by_code
from tpbis_events.certificates.model import Version
from tpbis_events.certificates.sign_file import sign_now
from tpbis_events.foundation import clock
from tpbis_events.foundation.codes import grouped
from tpbis_events.foundation.errors import Refusal
from tpbis_events.foundation.transaction import transaction

SEED = 7
FLIPPED = 150
PNG = b"\x89PNG\r\n\x1a\n"


def version_of(code: str) -> Version:
    found = version_by_code(code)
    assert found is not None
    return found


def flipped(content: bytes, at: int, bit: int = 0) -> bytes:
    return content[:at] + bytes([content[at] ^ 1 << bit]) + content[at + 1 :]


def codes_of(found: Checked) -> list[str]:
    return [each.code for each in found.versions]


def test_the_file_that_was_issued_is_told_by_its_bytes(app_on_each: Flask) -> None:
    _place, budi, first = a_certificate()
    file = file_of(version_of(first.code))
    with counted() as asked:
        found = checked(file)
    assert (found.outcome, codes_of(found), len(asked)) == (Outcome.ISSUED, [first.code], 1)
    rename(budi)
    second = reissued(_place, budi)
    assert codes_of(checked(file)) == [first.code]
    assert codes_of(checked(file_of(version_of(second.code)))) == [second.code]


def test_a_byte_changed_anywhere_is_told_as_altered(app: Flask) -> None:
    _place, _budi, first = a_certificate()
    file = file_of(version_of(first.code))
    spread = random.Random(SEED)
    spots = {spread.randrange(len(file)) for _ in range(FLIPPED)} | {0, len(file) - 1}
    places = [at for form in (first.code, grouped(first.code)) for at in _all(file, form.encode())]
    assert len(places) == 5  # so many that no single byte, and no tool that drops one of them, hides whose file it is
    for place in places:
        spots |= set(range(place - 1, place + 25))
    for at in sorted(spots):
        for bit in (0, 5):
            assert codes_in(flipped(file, at, bit)).count(first.code) == 1, (at, bit)
    for at in sorted(spots)[:: len(spots) // 40]:
        found = checked(flipped(file, at))
        assert (found.outcome, codes_of(found)) == (Outcome.ALTERED, [first.code]), at
    for cut in (file[:-1], file + b"\n", file[: len(file) // 2], file.replace(b"%PDF-", b"XXXXX")):
        assert checked(cut).outcome is Outcome.ALTERED


def _all(content: bytes, part: bytes) -> list[int]:
    found, at = [], content.find(part)
    while at >= 0:
        found.append(at)
        at = content.find(part, at + 1)
    return found


def test_the_code_stands_in_keywords_packet_and_link_with_words_for_who_does_not_see_it(app: Flask) -> None:
    _place, _budi, first = a_certificate()
    version = version_of(first.code)
    reader = PdfReader(io.BytesIO(file_of(version)))
    assert reader.metadata is not None and reader.metadata["/Keywords"] == grouped(first.code)
    (link,) = [each.get_object() for each in reader.pages[0]["/Annots"]]
    assert link["/A"]["/URI"] == version.facts["check_url"] and grouped(first.code) in link["/Contents"]
    packet = ElementTree.fromstring(reader.root_object["/Metadata"].get_data().decode().strip())
    told = {each.tag.rpartition("}")[2]: (each.text or "").strip() for each in packet.iter()}
    assert (told["identifier"], told["Keywords"]) == (version.facts["check_url"], grouped(first.code))
    assert version.facts["full_name"] in [each.text.rpartition(" – ")[2] for each in packet.iter() if each.text]


def test_a_signed_certificate_is_its_signed_file_and_the_drawn_one_is_told_apart(app: Flask) -> None:
    use_key()
    place, (budi,) = to_be_signed()
    outcome = issued(place, budi)
    plain = drawn(version_of(outcome.code))
    assert checked(plain).outcome is Outcome.UNSIGNED  # it still waits for its signature
    assert sign_now(outcome.version_id)
    signed = file_of(version_of(outcome.code))
    assert [checked(each).outcome for each in (plain, signed)] == [Outcome.UNSIGNED, Outcome.ISSUED]
    spread = random.Random(SEED)
    behind = [spread.randrange(len(plain), len(signed)) for _ in range(10)]  # in what the signature added
    for content in (signed + b"\n", *(flipped(signed, at) for at in (*_all(signed, outcome.code.encode()), *behind))):
        assert checked(content).outcome is Outcome.ALTERED


def test_what_is_not_ours_says_so_each_in_its_own_way(app: Flask) -> None:
    _place, _budi, first = a_certificate()
    own = file_of(version_of(first.code))
    stranger = b"%PDF-1.7\n" + b"7KQ4-M2XA-91TD-0C5H-PW8E\n%%EOF"
    for content, outcome in (
        (b"", Outcome.EMPTY),
        (PNG + bytes(99), Outcome.PICTURE),
        (b"\xff\xd8\xff\xe0" + bytes(99), Outcome.PICTURE),
        (b"RIFF1234WEBPVP8 ", Outcome.PICTURE),
        (b"\0\0\0\x18ftypheic", Outcome.PICTURE),
        (b"PK\x03\x04" + own, Outcome.NO_PDF),
        (f'{{"id": "https://tpbis.example/check/{first.code}"}}'.encode(), Outcome.NO_PDF),
        (stranger, Outcome.UNKNOWN),
        (b"\n" * 900 + stranger, Outcome.UNKNOWN),
    ):
        assert checked(content) == Checked(outcome)


def test_what_bears_several_codes_names_each_and_hostile_files_take_no_time(app: Flask) -> None:
    place, _budi, first = a_certificate()
    tono = registered(place).registration_id
    attend(place, tono)
    second = issued(place, tono)
    merged = draw_all([facts_of(version_of(each.code)) for each in (first, second)], "Sertifikat")
    with counted() as asked:
        found = checked(merged)
    assert (found.outcome, codes_of(found), len(asked)) == (Outcome.ALTERED, [first.code, second.code], 2)
    assert codes_in(grouped(first.code).encode("utf-16")) == [first.code]  # as programs write it that save a file anew
    decoys = b" ".join(f"{number:020}".encode() for number in range(9999))
    assert len(codes_in(decoys)) == MOST_CODES
    for hostile in (b"7" * LARGEST, b"7\0-" * (LARGEST // 3)):
        assert codes_in(hostile) == []


def test_a_version_of_a_release_that_kept_no_hash_is_neither_called_genuine_nor_altered(app: Flask) -> None:
    _place, _budi, first = a_certificate()
    file = file_of(version_of(first.code))
    with transaction():
        version_of(first.code).file_hash = None
    assert checked(file).outcome is Outcome.UNPROVEN


def test_files_that_no_version_knows_go_after_six_hours_and_no_others(app: Flask) -> None:
    _place, _budi, first = a_certificate()
    with transaction():
        version_of(first.code).signed_hash = kept_files.keep(b"signed")
    kept_files.keep(b"of a transaction that failed")
    draft = kept_files.folder() / "ab" / ".0123456789abcdef"
    draft.parent.mkdir(exist_ok=True)
    draft.write_bytes(b"begun")
    assert forget_files().erased == 0 and len(files()) == 4
    later = clock.now() + LEFT_OVER + timedelta(minutes=1)
    with clock.stopped_at(later), counted() as asked:
        assert forget_files(most=1) == Swept(0, too_many=True) and len(files()) == 4
        assert forget_files() == Swept(2) and len(asked) == 3
    version = version_of(first.code)
    assert files() == sorted(f"{name}.pdf.sealed" for name in (version.file_hash, version.signed_hash))


def test_a_left_over_file_that_is_kept_again_stays(app: Flask) -> None:
    name = kept_files.keep(b"signed")
    (place,) = kept_files.folder().rglob("*.sealed")
    old = clock.now().timestamp() - LEFT_OVER.total_seconds() - 60
    os.utime(place, (old, old))
    assert kept_files.keep(b"signed") == name and forget_files().erased == 0
    os.utime(place, (old, old))
    assert forget_files().erased == 1


def files() -> list[str]:
    return sorted(each.name for each in kept_files.folder().rglob("*") if each.is_file())


def test_the_command_line_checks_a_file_and_names_kept_files_that_are_missing_or_changed(
    app: Flask,
    run: Run,  # noqa: F811
    tmp_path: Path,
) -> None:
    place, budi, first = a_certificate()
    content = file_of(version_of(first.code))
    paper = tmp_path / "paper.pdf"
    paper.write_bytes(content)
    told = run("certificates", "check", str(paper))
    assert told.exit_code == 0 and "byte for byte" in told.output and f"{first.number}, version 1: valid" in told.output
    paper.write_bytes(flipped(content, 4000))
    told = run("certificates", "check", str(paper))
    assert told.exit_code == 1 and told.output.startswith("ALTERED")
    assert run("certificates", "verify-files").output == "1 whole, 0 missing, 0 changed, 0 none\n"
    assert run("certificates", "sweep-files").output == "0 erased\n"
    rename(budi)
    second = reissued(place, budi)
    kept = {each.name.partition(".")[0]: each for each in kept_files.folder().rglob("*.sealed")}
    kept[sha256(content).hexdigest()].unlink()
    other = kept[version_of(second.code).file_hash or ""]
    other.write_bytes(flipped(other.read_bytes(), 100))
    told = run("certificates", "verify-files")
    assert told.exit_code == 1 and told.output.splitlines() == [
        f"missing: {first.number}, version 1, drawn, {sha256(content).hexdigest()}",
        f"changed: {first.number}, version 2, drawn, {other.name.partition('.')[0]}",
        "0 whole, 1 missing, 1 changed, 0 none",
    ]


def test_a_kept_file_that_is_gone_is_drawn_again_and_one_that_cannot_be_is_said_to_be_lost(app: Flask) -> None:
    _place, _budi, issued = a_certificate()
    version = version_of(issued.code)
    content = file_of(version)
    (place,) = kept_files.folder().rglob("*.sealed")
    place.write_bytes(b"damaged")
    assert file_of(version) == content
    with transaction():
        version_of(issued.code).file_hash = sha256(b"drawn by an older release").hexdigest()
    with pytest.raises(Refusal, match=r"certificate\.file_lost"):
        file_of(version_of(issued.code))
    with transaction():
        version_of(issued.code).signed_hash = sha256(b"signed").hexdigest()
    with pytest.raises(Refusal, match=r"certificate\.file_lost"):
        file_of(version_of(issued.code))

"""The template of a certificate's number: its own small language, read or refused."""

from __future__ import annotations

from datetime import date

import pytest

from tpbis_events.certificates.numbers import TEMPLATE, BadTemplate, parse, written
from tpbis_events.programmes.model import CertificateKind

ON = date(2027, 8, 3)


@pytest.mark.parametrize(
    ("template", "number"),
    [
        (TEMPLATE, "0007/TPBIS/SHM-2027/VIII/2027"),
        ("{seq:3}/{kind}/{unit}/{roman_month}/{year}", "007/N/TPBIS/VIII/2027"),
        ("No. {seq:1}-{unit}.{month}.{year}", "No. 7-TPBIS.08.2027"),
        ("{seq:8} {unit} {year}", "00000007 TPBIS 2027"),
    ],
)
def test_a_template_says_how_a_number_is_written(template: str, number: str) -> None:
    assert written(template, 7, "TPBIS", "shm-2027", CertificateKind.SPEAKER, ON) == number


def test_a_sequence_longer_than_its_digits_is_not_cut() -> None:
    assert written("{seq:1}/{unit}/{year}", 12345, "T", "e", CertificateKind.PARTICIPANT, ON) == "12345/T/2027"


@pytest.mark.parametrize(
    ("template", "code"),
    [
        ("{seq}/{unit}/{yaer}", "number.unknown"),
        ("{seq}/{unit}/{year:2}", "number.unknown"),
        ("{seq}/{unit}/{year", "number.braces"),
        ("{seq}}/{unit}/{year}", "number.braces"),
        ("{seq}/{unit}/{year}/{}", "number.braces"),
        ("{seq:0}/{unit}/{year}", "number.braces"),
        ("{seq.__class__}/{unit}/{year}", "number.braces"),
        ("{seq!r}/{unit}/{year}", "number.braces"),
        ("{unit}/{year}", "number.lacks"),
        ("{seq}/{year}", "number.lacks"),
        ("{seq}/{unit}", "number.lacks"),
        ("", "number.lacks"),
        ("{seq}{unit}/{year}", "number.touching"),
        ("{seq}/{unit}/{year}\n", "number.signs"),
        ("{seq}/{unit}/{year}<b>", "number.signs"),
        ("{seq}/{unit}/{year}/١", "number.signs"),
        ("{seq}/{unit}/{year}" + "x" * 80, "number.too_long"),
        ("{seq}/{unit}/{event}-{event}-{event}/{year}", "number.too_long_written"),
    ],
)
def test_what_a_template_may_not_be_is_said_by_a_code(template: str, code: str) -> None:
    with pytest.raises(BadTemplate) as wrong:
        parse(template)
    assert wrong.value.code == code

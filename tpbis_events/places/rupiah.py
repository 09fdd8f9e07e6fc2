"""Amounts of rupiah as Indonesian papers write them: in figures with points, and in words (terbilang)."""

from __future__ import annotations

import re

LARGEST = 10**15  # what is said in words stays below it
_ONES = "nol satu dua tiga empat lima enam tujuh delapan sembilan".split()
_STEPS = ((10**12, "triliun"), (10**9, "miliar"), (10**6, "juta"), (1000, "ribu"))


def rupiah(amount: int) -> str:
    """Whole rupiah in figures: `1.250.000`."""
    return f"{amount:,}".replace(",", ".")


def terbilang(number: int) -> str:
    """A whole number from 0 below 10**15 in Indonesian words: 1250000 is "satu juta dua ratus lima puluh ribu".

    One ten, hundred and thousand are se- (sepuluh, seratus, seribu), one million and beyond are satu (KBBI). Anything else is
    refused with ValueError.
    """
    if not 0 <= number < LARGEST:
        raise ValueError(f"{number} isn't said in words")
    return " ".join(_words(number)) or _ONES[0]


def _words(number: int) -> list[str]:
    for size, name in _STEPS:
        if number >= size:
            count, rest = divmod(number, size)
            said = ["seribu"] if size == 1000 and count == 1 else [*_words(count), name]
            return [*said, *_words(rest)]
    if number >= 100:
        count, rest = divmod(number, 100)
        return [*(["seratus"] if count == 1 else [_ONES[count], "ratus"]), *_words(rest)]
    if number >= 20:
        count, rest = divmod(number, 10)
        return [_ONES[count], "puluh", *_words(rest)]
    if number >= 12:
        return [_ONES[number - 10], "belas"]
    if number >= 10:
        return ["sepuluh" if number == 10 else "sebelas"]
    return [_ONES[number]] if number else []


def read_rupiah(typed: str) -> int | None:
    """Whole rupiah as somebody types them: `150000`, `150.000`, `Rp 150.000`, `150,000.00`; None for anything else.

    Points or commas stand before groups of three digits; cents must be zero.
    """
    told = typed.strip().removeprefix("Rp").removeprefix("rp").lstrip(". ").replace(" ", "").replace("\u00a0", "")
    told = re.sub(r"[.,](?:00?|-)$", "", told)
    if re.fullmatch(r"[0-9]{1,15}", told):
        return int(told)
    if re.fullmatch(r"[0-9]{1,3}(?:\.[0-9]{3}){1,4}|[0-9]{1,3}(?:,[0-9]{3}){1,4}", told):
        return int(re.sub("[.,]", "", told))
    return None

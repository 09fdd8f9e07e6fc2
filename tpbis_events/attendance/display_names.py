"""Names as people write them under their video, and how like they are to the names of a session. Pure: no database.

A display name carries devices, offices and titles ("IPAD-Made", "12_Ni Luh Sari, S.Pd. - Perpus Bali"), and a Balinese or
one-word name has few words of its own. So words count by how rare they are in the session, and likeness never decides alone:
what isn't the whole name, of one person only, is left to a hand (`meeting_match.py`).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from tpbis_events.people.folding import folded, words_of

# Academic degrees and forms of address, as they stand before and after Indonesian names, without their dots.
_TITLES = frozenset(
    "dr drs dra drg drh ir prof h hj kh hc bpk bapak pak ibu bu sdr sdri mr mrs ms kak"
    " spd spdi sip sipust sptk ssos si st se sh ssi skom sag siptk mpd mpdi mhum mm msi mkom ma mt mh amd ama apt sst skm"
    " shum bsc ba msc phd mba mip sstp spsi ssn sp spt skep ns mkes mag lc sikom mikom mtr aptr".split()
)
# What a device or an office puts beside a name.
_NOISE = frozenset(
    "ipad iphone hp laptop android galaxy samsung redmi xiaomi oppo vivo realme asus acer lenovo macbook pc tablet user zoom"
    " guest tamu host cohost admin panitia peserta narasumber moderator operator perpus perpustakaan perpusda perpusnas"
    " dispusip disperpusip dinas kearsipan desa kelurahan kec kecamatan kab kabupaten kota prov provinsi shm tpbis".split()
)
# Before a Balinese name: they say man or woman, and are left out as often as not.
_PARTICLES = {"i": "man", "ni": "woman"}
_SAME = {
    **dict.fromkeys(
        "moh muh mohd mohammad mohamad muhamad mochammad mochamad mokhamad muhammed muchamad".split(), "muhammad"
    ),
    **dict.fromkeys("achmad akhmad ahmed".split(), "ahmad"),
    **dict.fromkeys("abdl abd".split(), "abdul"),
    "nym": "nyoman",
    "wyn": "wayan",
    "md": "made",
    "kt": "ketut",
    "gd": "gede",
}
# Spellings of before 1972 that names keep.
_OLD_SPELLINGS = (("oe", "u"), ("dj", "j"), ("tj", "c"), ("sj", "sy"), ("nj", "ny"))
_CAMEL = re.compile(r"(?<=[a-z]{2})(?=[A-Z])")
_IN_BRACKETS = re.compile(r"[(\[]([^()\[\]]*)[)\]]")
_DOTTED = re.compile(r"\w+(?:\.\w+)+")
SHORTEST_FUZZY = 5  # letters of a word in which one may be wrong


@dataclass(frozen=True, slots=True)
class Parts:
    """The words of a name that tell people apart, in their order; `sex` is what a Balinese particle says, if there is one."""

    words: tuple[str, ...]
    sex: str = ""

    @property
    def joined(self) -> str:
        return "".join(self.words)


def parts_of(name: str, *, noise: frozenset[str] = frozenset()) -> Parts:
    """A name without titles, devices and offices: `Dr. I Made Wirawan, S.Pd., M.Hum.` -> made wirawan (a man).

    `noise` are further words that say nothing here: those of the place.
    """
    main, _comma, after = name.partition(",")
    degrees = {_undotted(word) for word in _DOTTED.findall(name)} & _TITLES
    text = main if _only_titles(after) else name.replace(",", " ")
    text = _DOTTED.sub(
        lambda found: " " if _undotted(found.group()) in degrees else found.group().replace(".", " "), text
    )
    words = [_SAME.get(word, word) for word in words_of(_CAMEL.sub(" ", text))]
    kept = [word for word in words if word not in _TITLES | _NOISE | noise and not word.isdigit()]
    sex = ""
    if len(kept) > 1 and kept[0] in _PARTICLES:
        sex = _PARTICLES[kept.pop(0)]
    return Parts(tuple(_respelled(word) for word in kept), sex)


def spellings_of(display_name: str, *, noise: frozenset[str] = frozenset()) -> tuple[Parts, ...]:
    """The names that one display name may hold: all of it, what is in brackets (a tool puts the first name there), what isn't.

    Each once; none when there is nothing in it but a device.
    """
    inside = _IN_BRACKETS.findall(display_name)
    without = _IN_BRACKETS.sub(" ", display_name)
    pieces = [piece for piece in re.split(r"\s[-–|/]\s|[_|/]", without) if piece.strip()]
    found = (parts_of(text, noise=noise) for text in (without, *inside, *(pieces if len(pieces) > 1 else ())))
    return tuple(dict.fromkeys(parts for parts in found if parts.words))


def weights_of(names: Iterable[Parts]) -> dict[str, float]:
    """Word -> what it says of a person in this session: 1 where she alone bears it, half where two do, and so on."""
    borne = Counter(word for parts in names for word in set(parts.words))
    return {word: 1 / number for word, number in borne.items()}


def likeness(name: Parts, display: Parts, weights: Mapping[str, float]) -> float:
    """From 0 to 1: how much of the name is in the display name, less for what is there beside it.

    1 is the same name. A man's and a woman's particle on the same words make it half.
    """
    if not name.words or not display.words:
        return 0.0
    if name.joined == display.joined:
        whole = 1.0
    else:
        whole = _covered(name.words, display.words, weights)
        beside = _covered(display.words, name.words, {})
        whole *= 0.7 + 0.3 * beside
        whole = min(whole, 0.99)
    return whole / 2 if name.sex and display.sex and name.sex != display.sex else whole


def _covered(wanted: Sequence[str], there: Sequence[str], weights: Mapping[str, float]) -> float:
    """The share of the words, by their weight, that are found among the others; each of those counts for one word."""
    left, found, total = list(there), 0.0, 0.0
    for word in sorted(wanted, key=len, reverse=True):
        weight = weights.get(word, 1.0)
        total += weight
        best = max(left, key=lambda other: alike(word, other), default="")
        how = alike(word, best)
        if how:
            left.remove(best)
            found += weight * how
    return found / total if total else 0.0


@lru_cache(maxsize=20_000)
def alike(one: str, other: str) -> float:
    """From 0 to 1: the same word, its first letter alone, its beginning, or one letter wrong after the first."""
    if one == other:
        return 1.0
    if one[:1] != other[:1] or not one or not other:
        return 0.0
    short, long = sorted((one, other), key=len)
    if len(short) == 1:
        return 0.5 if long.startswith(short) else 0.0
    if len(short) >= SHORTEST_FUZZY and _one_letter_apart(short, long):
        return 0.8
    return 0.6 if len(short) >= 3 and long.startswith(short) else 0.0


def _one_letter_apart(short: str, long: str) -> bool:
    if len(long) - len(short) > 1:
        return False
    at = next((i for i, (a, b) in enumerate(zip(short, long, strict=False)) if a != b), len(short))
    return short[at:] == long[at + 1 :] or short[at + 1 :] == long[at + 1 :]


def _only_titles(text: str) -> bool:
    words = [_undotted(word) for word in text.replace(",", " ").split()]
    return all(word in _TITLES for word in words)


def _undotted(word: str) -> str:
    return folded(word).replace(".", "")


def _respelled(word: str) -> str:
    for old, new in _OLD_SPELLINGS:
        word = word.replace(old, new)
    return word

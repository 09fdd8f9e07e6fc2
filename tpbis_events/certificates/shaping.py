"""Text to positioned glyphs. User text is only ever text here: no markup, no control, nothing that can fail.

Measures are in em (multiply by the type size). HarfBuzz forms the syllables and ligatures of each script; this module
cleans the text, picks a face for every piece of it, and puts right-to-left pieces in their visual order.
"""

import unicodedata
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

import uharfbuzz as hb

from tpbis_events.certificates.fonts import LATIN, SERIF, Face, face, script_face

# Shaped lines that are kept: the texts that return on each certificate of an event stay, the names pass through. A line
# takes about 4 kB, so that a long batch needs no more room than a short one.
AT_HAND = 256
LONGEST = 500  # characters of one text that are looked at; more than a line of the frame can hold
ASCENT, DESCENT, CLEAR = 0.94, 0.26, 0.07  # em: a Latin line's height, and the air left around taller scripts
VIRAMA = 9  # the combining class of the signs that join a consonant to the next
REPLACEMENT = "\ufffd"
_JOINERS = "\u200c\u200d"  # Sinhala, Persian and others spell with them
_FEATURES = {"kern": True, "liga": True}


@dataclass(frozen=True, slots=True)
class Glyph:
    number: int
    advance: float  # to the next glyph, kerned
    own_advance: float  # as the font file has it, which a PDF reader applies by itself
    dx: float
    dy: float
    text: str  # what it stands for; empty for the second and later glyphs of one cluster


@dataclass(frozen=True, slots=True)
class Run:
    """Glyphs of one face in one direction, in visual order, with the text they stand for in reading order."""

    face: Face
    glyphs: tuple[Glyph, ...]
    text: str
    right_to_left: bool
    width: float
    ascent: float
    descent: float


@dataclass(frozen=True, slots=True)
class Shaped:
    runs: tuple[Run, ...]
    width: float
    ascent: float
    descent: float


def clean(text: str, longest: int | None = LONGEST) -> str:
    """One line of plain text: composed, no control or direction characters, no lone surrogates, single spaces.

    What is beyond ``longest`` characters is cut off with an ellipsis; None keeps all.
    """
    if longest is not None and len(text) > longest:
        text = text[:longest] + "…"
    kept = []
    for character in unicodedata.normalize("NFC", text):
        category = unicodedata.category(character)
        if category in ("Zs", "Zl", "Zp") or character in "\t\n\r\v\f":
            kept.append(" ")
        elif category not in ("Cc", "Cf", "Cs", "Co", "Cn") or character in _JOINERS:
            kept.append(character)
    return " ".join("".join(kept).split(" ")).strip(" " + _JOINERS) if kept else ""


@lru_cache(maxsize=AT_HAND)
def shape(text: str, style: str) -> Shaped:
    """Shape one line of clean text in the face called ``style``, with other faces where a script needs them."""
    runs = [_shape_run(*piece) for piece in _visual_order(_pieces(text, style))]
    return Shaped(
        tuple(runs),
        sum(run.width for run in runs),
        max([run.ascent for run in runs] + [ASCENT]),
        max([run.descent for run in runs] + [DESCENT]),
    )


def clusters(text: str, style: str) -> list[str]:
    """The smallest parts a line may be broken into: never inside a syllable or between a letter and its marks."""
    parts: list[str] = []
    for name, level, piece in _pieces(text, style):
        starts = [*sorted({info.cluster for info in _buffer(name, level, piece).glyph_infos}), len(piece)]
        for start, end in pairwise(starts):
            if parts and unicodedata.combining(parts[-1][-1]) == VIRAMA:  # the next letter hangs on this one
                parts[-1] += piece[start:end]
            else:
                parts.append(piece[start:end])
    return parts


def undrawable(text: str) -> str:
    """The characters of this text that no face here covers, each once, in order; empty when all can be drawn."""
    return "".join(dict.fromkeys(c for c in clean(text, None) if c not in _JOINERS and not _face_for(c, SERIF, None)))


def _pieces(text: str, style: str) -> list[tuple[str, int, str]]:
    """Cut text into (face name, embedding level, characters), in reading order."""
    pieces: list[tuple[str, int, str]] = []
    levels = _levels(text)
    previous: str | None = None
    for start, group in _groups(text):
        name = _face_for(group, style, previous) or _face_for(group[0], style, previous)
        if name is None and unicodedata.category(group[0])[0] in "SC":  # emoji and other signs: left out
            continue
        drawn = group if name else REPLACEMENT
        name = name or style
        covered = face(name).covered
        drawn = "".join(c for c in drawn if ord(c) in covered or c in _JOINERS)
        level = levels[start] if levels else 0
        if pieces and pieces[-1][:2] == (name, level):
            pieces[-1] = (name, level, pieces[-1][2] + drawn)
        else:
            pieces.append((name, level, drawn))
        previous = name
    return pieces


def _groups(text: str) -> Iterator[tuple[int, str]]:
    start = 0
    for place in range(1, len(text) + 1):
        if place == len(text) or not (text[place] in _JOINERS or unicodedata.category(text[place])[0] == "M"):
            yield start, text[start:place]
            start = place


def _face_for(group: str, style: str, previous: str | None) -> str | None:
    own = script_face(group[0])
    neutral = own is None and not group[0].isalpha()
    # A space or bracket inside a Lao name belongs to the Lao run, or shaping would be cut there.
    sticky = previous if neutral and previous is not None and previous not in LATIN else None
    for name in (sticky, own, style, SERIF):
        if name is not None and all(ord(c) in face(name).covered or c in _JOINERS for c in group):
            return name
    return None


def _levels(text: str) -> list[int] | None:
    """Embedding levels by a short form of the Unicode bidirectional algorithm; None when all runs left to right."""
    kinds = [unicodedata.bidirectional(character) for character in text]
    if not any(kind in ("R", "AL", "AN") for kind in kinds):
        return None
    base = next((int(kind != "L") for kind in kinds if kind in ("L", "R", "AL")), 0)
    sides: list[int | None] = []  # 0 left to right, 1 right to left, None for neutral characters
    numbers: set[int] = set()
    strong = base
    for place, kind in enumerate(kinds):
        if kind in ("L", "R", "AL"):
            strong = int(kind != "L")
            sides.append(strong)
        elif kind in ("EN", "AN"):  # numbers take the side of the word before them, and still read left to right
            sides.append(strong)
            if strong:
                numbers.add(place)
        else:
            sides.append(sides[-1] if kind == "NSM" and sides else None)
    following = list(sides)  # for every place, the side of the next that isn't neutral
    for place in range(len(sides) - 1, -1, -1):
        if following[place] is None:
            following[place] = following[place + 1] if place + 1 < len(sides) else base
    left = base * 2
    levels: list[int] = []
    before = base
    for place, side in enumerate(sides):
        if side is None:  # a neutral takes the side both neighbours share, or else the line's own
            levels.append(1 if (before if before == following[place] else base) else left)
        else:
            before = side
            levels.append(2 if place in numbers else 1 if side else left)
    return levels


def _visual_order(pieces: list[tuple[str, int, str]]) -> list[tuple[str, int, str]]:
    ordered = list(pieces)
    for level in range(max((piece[1] for piece in pieces), default=0), 0, -1):
        start = 0
        while start < len(ordered):
            end = start
            while end < len(ordered) and ordered[end][1] >= level:
                end += 1
            ordered[start:end] = reversed(ordered[start:end])
            start = end + 1
    return ordered


def _buffer(name: str, level: int, text: str) -> hb.Buffer:
    buffer = hb.Buffer()
    buffer.add_codepoints([ord(character) for character in text])
    buffer.guess_segment_properties()
    buffer.direction = "rtl" if level % 2 else "ltr"
    hb.shape(face(name).hb_font, buffer, _FEATURES)
    return buffer


def _shape_run(name: str, level: int, text: str) -> Run:
    used = face(name)
    buffer = _buffer(name, level, text)
    infos, positions = buffer.glyph_infos, buffer.glyph_positions
    texts = _texts([info.cluster for info in infos], text, level)
    glyphs = [
        Glyph(
            info.codepoint,
            position.x_advance / used.upem,
            used.advance(info.codepoint),
            position.x_offset / used.upem,
            position.y_offset / used.upem,
            stands_for,
        )
        for info, position, stands_for in zip(infos, positions, texts, strict=True)
    ]
    boxes = [(g.dy, used.hb_font.get_glyph_extents(g.number)) for g in glyphs]
    inked = [
        (dy + box.y_bearing / used.upem, dy + (box.y_bearing + box.height) / used.upem) for dy, box in boxes if box
    ]
    return Run(
        used,
        tuple(glyphs),
        text,
        bool(level % 2),
        sum(glyph.advance for glyph in glyphs),
        max((top for top, _ in inked), default=0.0) + CLEAR,
        CLEAR - min((bottom for _, bottom in inked), default=0.0),
    )


def _texts(starts: list[int], text: str, level: int) -> list[str]:
    """What each glyph stands for, from the cluster starts that HarfBuzz gives: the first of a cluster has its text.

    Where a right-to-left cluster has a glyph for each character, each gets its own: readers expect visual order there.
    """
    ends = dict(pairwise([*sorted(set(starts)), len(text)]))
    sizes = Counter(starts)
    told: dict[int, int] = {}
    texts = []
    for start in starts:
        whole = text[start : ends[start]]
        place = told.get(start, 0)
        told[start] = place + 1
        if level % 2 and sizes[start] == len(whole):
            texts.append(whole[-1 - place])
        else:
            texts.append("" if place else whole)
    return texts

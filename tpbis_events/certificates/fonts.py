"""The typefaces of a certificate: which file draws which script, read once per process and only when needed.

Every face is from the Noto family (SIL Open Font License 1.1, see ``fonts/README.md``). A script without a face here
(Chinese, Japanese and Korean among them: their files are larger than the rest of this product) is drawn as U+FFFD, and
``drawing.undrawable`` says so beforehand.
"""

import struct
from bisect import bisect_right
from functools import cache, cached_property
from pathlib import Path

import uharfbuzz as hb

FOLDER = Path(__file__).parent / "fonts"

DISPLAY, SERIF, ITALIC, BOLD = "NotoSerifDisplay-Regular", "NotoSerif-Regular", "NotoSerif-Italic", "NotoSerif-Bold"
LATIN = frozenset({DISPLAY, SERIF, ITALIC, BOLD})

# Unicode blocks (start, end, face); ordered by start, without overlaps. Everything else is asked of the Latin faces.
_BLOCKS: tuple[tuple[int, int, str], ...] = (
    (0x0600, 0x077F, "NotoNaskhArabic-Regular"),
    (0x0780, 0x07BF, "NotoSansThaana-Regular"),
    (0x08A0, 0x08FF, "NotoNaskhArabic-Regular"),
    (0x0900, 0x097F, "NotoSerifDevanagari-Regular"),
    (0x0980, 0x09FF, "NotoSerifBengali-Regular"),
    (0x0A00, 0x0A7F, "NotoSerifGurmukhi-Regular"),
    (0x0A80, 0x0AFF, "NotoSerifGujarati-Regular"),
    (0x0B80, 0x0BFF, "NotoSerifTamil-Regular"),
    (0x0C00, 0x0C7F, "NotoSerifTelugu-Regular"),
    (0x0C80, 0x0CFF, "NotoSerifKannada-Regular"),
    (0x0D00, 0x0D7F, "NotoSerifMalayalam-Regular"),
    (0x0D80, 0x0DFF, "NotoSerifSinhala-Regular"),
    (0x0E00, 0x0E7F, "NotoSerifThai-Regular"),
    (0x0E80, 0x0EFF, "NotoSerifLao-Regular"),
    (0x0F00, 0x0FFF, "NotoSerifTibetan-Regular"),
    (0x1000, 0x109F, "NotoSerifMyanmar-Regular"),
    (0x1780, 0x17FF, "NotoSerifKhmer-Regular"),
    (0x19E0, 0x19FF, "NotoSerifKhmer-Regular"),
    (0x1A00, 0x1A1F, "NotoSansBuginese-Regular"),
    (0x1B00, 0x1B7F, "NotoSerifBalinese-Regular"),
    (0x1B80, 0x1BBF, "NotoSansSundanese-Regular"),
    (0x1BC0, 0x1BFF, "NotoSansBatak-Regular"),
    (0x1CC0, 0x1CCF, "NotoSansSundanese-Regular"),
    (0xA8E0, 0xA8FF, "NotoSerifDevanagari-Regular"),
    (0xA980, 0xA9DF, "NotoSansJavanese-Regular"),
    (0xA9E0, 0xA9FF, "NotoSerifMyanmar-Regular"),
    (0xAA60, 0xAA7F, "NotoSerifMyanmar-Regular"),
    (0xFB50, 0xFDFF, "NotoNaskhArabic-Regular"),
    (0xFE70, 0xFEFC, "NotoNaskhArabic-Regular"),
)
_STARTS = [start for start, _, _ in _BLOCKS]

_UNUSED_IN_PDF = [int.from_bytes(tag, "big") for tag in (b"GSUB", b"GPOS", b"GDEF", b"name", b"OS/2", b"post", b"cmap")]


class Face:
    """One font file: what it covers, its measures in em, and how to cut it down to the glyphs in use."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.hb_face = hb.Face(hb.Blob.from_file_path(str(FOLDER / f"{name}.ttf")))
        self.hb_font = hb.Font(self.hb_face)
        self.upem: int = self.hb_face.upem
        extents = self.hb_font.get_font_extents("ltr")
        self.ascent = extents.ascender / self.upem
        self.descent = -extents.descender / self.upem

    @cached_property
    def covered(self) -> frozenset[int]:
        return frozenset(self.hb_face.unicodes)

    def advance(self, glyph: int) -> float:
        """The glyph's own advance width in em, as a PDF reader will apply it."""
        return float(self.hb_font.get_glyph_h_advance(glyph)) / self.upem

    @cached_property
    def box(self) -> tuple[int, int, int, int]:
        """The face's bounding box in thousandths of an em, from its ``head`` table."""
        head = self.hb_face.reference_table("head").data
        x0, y0, x1, y1 = (value * 1000 // self.upem for value in struct.unpack(">4h", head[36:44]))
        return x0, y0, x1, y1

    def subset(self, glyphs: frozenset[int]) -> bytes:
        """A TrueType file with these glyphs under their old numbers, and nothing that a PDF reader doesn't need."""
        cut = hb.SubsetInput()
        cut.sets(hb.SubsetInputSets.GLYPH_INDEX).update(glyphs)
        cut.sets(hb.SubsetInputSets.DROP_TABLE_TAG).update(_UNUSED_IN_PDF)
        cut.flags = hb.SubsetFlags.NO_HINTING | hb.SubsetFlags.NO_LAYOUT_CLOSURE | hb.SubsetFlags.RETAIN_GIDS
        return bytes(cut.subset(self.hb_face).blob.data)


@cache
def face(name: str) -> Face:
    return Face(name)


def script_face(character: str) -> str | None:
    """The name of the face for this character's script, or None where the Latin faces are to be asked."""
    place = bisect_right(_STARTS, ord(character)) - 1
    if place < 0:
        return None
    _, end, name = _BLOCKS[place]
    return name if ord(character) <= end else None

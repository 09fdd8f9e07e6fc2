"""One PDF page that takes shaped text: the only module that writes PDF operators and font objects.

reportlab's own TrueType support numbers glyphs by a count kept for the whole process, so the same certificate would
differ from run to run, and its ligatures can't be read back. Here glyphs keep the numbers of their font file, fonts
are embedded as subsets with a map back to Unicode, and runs whose glyphs are not their letters carry their text too.
"""

import io
import re
import zlib
from hashlib import sha256
from typing import Any, cast
from xml.sax.saxutils import escape

from reportlab import rl_config
from reportlab.pdfbase import pdfdoc
from reportlab.pdfgen.canvas import Canvas

from tpbis_events.certificates.fonts import ITALIC, Face
from tpbis_events.certificates.pictures import Picture
from tpbis_events.certificates.shaping import Run, Shaped

rl_config.useA85 = 0  # binary streams: a fifth smaller, and reportlab's text armour takes longer than all the drawing

Colour = tuple[float, float, float]

_XMP = """<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:pdf="http://ns.adobe.com/pdf/1.3/">
<dc:language><rdf:Bag><rdf:li>{0}</rdf:li></rdf:Bag></dc:language>
<dc:title><rdf:Alt><rdf:li xml:lang="x-default">{1}</rdf:li></rdf:Alt></dc:title>
<dc:identifier>{2}</dc:identifier>
<pdf:Keywords>{3}</pdf:Keywords>
</rdf:Description>
</rdf:RDF></x:xmpmeta>
<?xpacket end="r"?>
"""


class _Page(Canvas):
    def _make_preamble(self) -> None:
        self._preamble = ""  # reportlab would name Helvetica here, a font that isn't embedded


class _Info(pdfdoc.PDFInfo):
    """Document information without the dates: they would be the clock's, or reportlab's stand-in of the year 2000."""

    def format(self, document: pdfdoc.PDFDocument) -> bytes:
        texts = {"Title": self.title, "Author": self.author, "Subject": self.subject, "Creator": self.creator}
        texts |= {"Keywords": self.keywords} if self.keywords else {}
        entries = {name: pdfdoc.PDFString(text) for name, text in texts.items()}
        return bytes(pdfdoc.PDFDictionary(entries).format(document))


class _Used:
    """The glyphs of one face on this page, and what each stands for."""

    def __init__(self, used: Face, name: str) -> None:
        self.face, self.name = used, name
        self.glyphs: set[int] = set()
        self.texts: dict[int, str] = {}


class Sheet:
    def __init__(self, width: float, height: float, *, lang: str, title: str, author: str, subject: str) -> None:
        self._out = io.BytesIO()
        self._width, self._height = width, height
        self.canvas = _Page(
            self._out, pagesize=(width, height), invariant=1, pageCompression=1, pdfVersion=(1, 7), lang=lang
        )
        self._document: Any = cast(Any, self.canvas)._doc  # reportlab's own, without types
        self._document.info = _Info()
        self.canvas.setTitle(title)
        self.canvas.setAuthor(author)
        self.canvas.setSubject(subject)
        self.canvas.setCreator("TPBIS Events")
        self.canvas.setViewerPreference("DisplayDocTitle", "true")
        self._lang, self._title = lang, title
        self._fonts: dict[str, _Used] = {}
        self._forms: set[str] = set()

    def operators(self, code: str) -> None:
        self.canvas.addLiteral(code)

    def text(
        self, x: float, y: float, shaped: Shaped, size: float, colour: Colour, *, spacing: float = 0, lang: str = ""
    ) -> None:
        """Draw one line with its left end at x and its baseline at y (points); ``spacing`` is em between letters."""
        code = [f"/Span <</Lang ({lang})>> BDC"] if lang else []
        code.append("BT {:.3f} {:.3f} {:.3f} rg".format(*colour))
        for run in shaped.runs:
            code.append(
                f"/{self._font(run.face).name} {size:.3f} Tf {spacing * size:.3f} Tc 1 0 0 1 {x:.3f} {y:.3f} Tm"
            )
            code.append(self._run(run, size, bool(spacing)))
            x += (run.width + spacing * len(run.glyphs)) * size
        code.append("ET EMC" if lang else "ET")
        self.operators(" ".join(code))

    def next_page(self) -> None:
        self.canvas.showPage()

    def form(self, name: str, compressed: bytes) -> None:
        """Draw operators that were compressed beforehand, over the whole sheet; on later pages it is the same form."""
        if name in self._forms:
            self.canvas.doForm(name)
            return
        self._forms.add(name)
        entries = {"Type": "/XObject", "Subtype": "/Form", "FormType": 1, "BBox": f"[0 0 {self._width} {self._height}]"}
        dictionary = pdfdoc.PDFDictionary({"Filter": "/FlateDecode", "Resources": "<<>>", **entries})
        self._document.Reference(pdfdoc.PDFStream(dictionary, content=compressed), pdfdoc.xObjectName(name))
        self.canvas.doForm(name)

    def picture(self, picture: Picture, x: float, y: float, width: float, height: float) -> None:
        """Draw a picture into a box; one that comes twice is in the file once."""
        name = f"I{picture.name[:16]}"
        if name not in self._forms:
            self._forms.add(name)
            self._document.Reference(self._image(picture), pdfdoc.xObjectName(name))
        self.canvas.saveState()
        self.canvas.transform(width, 0, 0, height, x, y)
        self.canvas.doForm(name)
        self.canvas.restoreState()

    def _image(self, picture: Picture) -> pdfdoc.PDFStream:
        shape: dict[str, object] = {
            "Type": "/XObject",
            "Subtype": "/Image",
            "Width": str(picture.width),
            "Height": str(picture.height),
            "BitsPerComponent": "8",
            "Filter": "/FlateDecode",
        }
        entries = {**shape, "ColorSpace": "/DeviceRGB"}
        if picture.alpha is not None:
            mask = pdfdoc.PDFDictionary({**shape, "ColorSpace": "/DeviceGray"})
            entries["SMask"] = self._document.Reference(pdfdoc.PDFStream(mask, content=picture.alpha))
        return pdfdoc.PDFStream(pdfdoc.PDFDictionary(entries), content=picture.colours)

    def rule(self, x: float, y: float, width: float, colour: Colour) -> None:
        self.operators(
            "{:.3f} {:.3f} {:.3f} RG 0.6 w ".format(*colour) + f"{x:.3f} {y:.3f} m {x + width:.3f} {y:.3f} l S"
        )

    def squares(self, x: float, y: float, side: float, rows: list[bytes], colour: Colour) -> None:
        """Fill the non-zero squares of a matrix; its lower left corner is at x, y, each square is ``side`` points."""
        code = ["q {:.3f} {:.3f} {:.3f} rg".format(*colour), f"{side:.4f} 0 0 {side:.4f} {x:.3f} {y:.3f} cm"]
        for low, row in enumerate(reversed(rows)):
            for dark in re.finditer(rb"[^\0]+", row):
                code.append(f"{dark.start()} {low} {dark.end() - dark.start()} 1 re")
        self.operators("\n".join([*code, "f Q"]))

    def link(self, url: str, words: str, x: float, y: float, width: float, height: float) -> None:
        """Make a place on the page open an address, with words for who doesn't see it; anything but http(s) is no link."""
        if url.startswith(("https://", "http://")):
            self.canvas.linkURL(url, (x, y, x + width, y + height), Contents=pdfdoc.PDFString(words))

    def identify(self, keywords: str, address: str) -> None:
        """Name the document in its plain bytes: keywords, and an XMP packet (ISO 16684-1) that is never compressed."""
        self.canvas.setKeywords(keywords)
        packet = _XMP.format(*(escape(each) for each in (self._lang, self._title, address, keywords))).encode()
        kind = pdfdoc.PDFDictionary({"Type": "/Metadata", "Subtype": "/XML"})
        self._document.Catalog.Metadata = pdfdoc.PDFStream(kind, content=packet, filters=[])

    def finish(self) -> bytes:
        self.canvas.showPage()
        for used in self._fonts.values():
            self._embed(used)
        self.canvas.save()
        return self._out.getvalue()

    def _font(self, used: Face) -> _Used:
        return self._fonts.setdefault(used.name, _Used(used, f"T{len(self._fonts) + 1}"))

    def _run(self, run: Run, size: float, spaced: bool) -> str:
        font = self._font(run.face)
        font.glyphs.update(glyph.number for glyph in run.glyphs)
        shown: list[str] = []
        pending: list[str] = []
        rise = drift = 0.0  # drift: how far the pen is from where the next glyph's advance begins, in em
        plain = not spaced
        for glyph in run.glyphs:
            if glyph.dy != rise:
                shown.append(_show(pending))
                pending = []
                rise = glyph.dy
                shown.append(f"{rise * size:.3f} Ts")
            shift = drift + glyph.dx
            if abs(shift) > 1e-6:
                pending.append(f"{-shift * 1000:.1f}".replace(".0", ""))
            pending.append(f"<{glyph.number:04x}>")
            drift = glyph.advance - glyph.dx - glyph.own_advance
            if not glyph.text or font.texts.setdefault(glyph.number, glyph.text) != glyph.text:
                plain = False
        shown.append(_show(pending))
        if rise:
            shown.append("0 Ts")
        code = " ".join(part for part in shown if part)
        if plain or run.right_to_left:
            return code
        return f"/Span <</ActualText <feff{run.text.encode('utf-16-be').hex()}>>> BDC {code} EMC"

    def _embed(self, used: _Used) -> None:
        document, source = self._document, used.face
        program = source.subset(frozenset(used.glyphs | {0}))
        base = f"/{_tag(program)}+{source.name}"
        slanted = source.name == ITALIC
        descriptor = pdfdoc.PDFDictionary(
            {
                "Type": "/FontDescriptor",
                "FontName": base,
                "Flags": "68" if slanted else "4",
                "FontBBox": "[{} {} {} {}]".format(*source.box),
                "ItalicAngle": "-12" if slanted else "0",
                "Ascent": f"{source.ascent * 1000:.0f}",
                "Descent": f"{-source.descent * 1000:.0f}",
                "CapHeight": "714",
                "StemV": "80",
                "FontFile2": document.Reference(_stream(program, Length1=len(program))),
            }
        )
        widths = " ".join(f"{number} [{source.advance(number) * 1000:g}]" for number in sorted(used.glyphs))
        descendant = pdfdoc.PDFDictionary(
            {
                "Type": "/Font",
                "Subtype": "/CIDFontType2",
                "BaseFont": base,
                "CIDSystemInfo": "<</Registry (Adobe) /Ordering (Identity) /Supplement 0>>",
                "CIDToGIDMap": "/Identity",
                "DW": "1000",
                "W": f"[{widths}]",
                "FontDescriptor": document.Reference(descriptor),
            }
        )
        font = pdfdoc.PDFDictionary(
            {
                "Type": "/Font",
                "Subtype": "/Type0",
                "BaseFont": base,
                "Encoding": "/Identity-H",
                "DescendantFonts": pdfdoc.PDFArray([document.Reference(descendant)]),
                "ToUnicode": document.Reference(_stream(_to_unicode(used.texts))),
            }
        )
        document.idToObject["BasicFonts"].dict[used.name] = document.Reference(font)


def _show(pending: list[str]) -> str:
    return f"[{''.join(pending)}] TJ".replace("><", "") if pending else ""


def _tag(program: bytes) -> str:
    """Six capital letters that name this subset; PDF asks that different subsets have different ones."""
    return "".join(chr(65 + byte % 26) for byte in sha256(program).digest()[:6])


def _stream(content: bytes, **entries: object) -> pdfdoc.PDFStream:
    return pdfdoc.PDFStream(pdfdoc.PDFDictionary({"Filter": "/FlateDecode", **entries}), content=zlib.compress(content))


def _to_unicode(texts: dict[int, str]) -> bytes:
    lines = [f"<{number:04x}> <{text.encode('utf-16-be').hex()}>" for number, text in sorted(texts.items())]
    blocks = [lines[at : at + 100] for at in range(0, len(lines), 100)]
    body = "\n".join(f"{len(block)} beginbfchar\n" + "\n".join(block) + "\nendbfchar" for block in blocks)
    return (
        "/CIDInit /ProcSet findresource begin 12 dict begin begincmap\n"
        "/CIDSystemInfo <</Registry (Adobe) /Ordering (UCS) /Supplement 0>> def\n"
        "/CMapName /Adobe-Identity-UCS def /CMapType 2 def\n"
        "1 begincodespacerange <0000> <ffff> endcodespacerange\n"
        f"{body}\nendcmap CMapName currentdict /CMap defineresource pop end end\n"
    ).encode("ascii")

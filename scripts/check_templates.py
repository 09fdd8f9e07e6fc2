"""Fail when a template breaks a rule of the house.

Refused: what Jinja can't read; inline styles and scripts (style=, on*=, <style>, <script> without src), which the
Content-Security-Policy would drop; styles, scripts, pictures and frames from another host; words to be read that
don't pass through gettext. Mail may carry styles: there is no other way to style it. Words inside an element that says
its language itself (<span lang="id">), in a block named *_class and those of ALLOWED stay as they are.

    python scripts/check_templates.py
"""

from __future__ import annotations

import re
import sys
from html.parser import HTMLParser
from pathlib import Path

from jinja2 import Environment, TemplateSyntaxError

ROOT = Path(__file__).resolve().parents[1]
ALLOWED = {
    *("TPBIS", "Events", "Perpusnas", "SHM", "KSP", "PIC", "QR", "JP", "NIP", "NIK", "WIB", "WITA", "WIT", "UTC"),
    *("WhatsApp", "CSV", "PDF", "XLSX", "ICS", "API", "JSON", "OK", "Bahasa", "Indonesia", "English"),
}
WORD = re.compile(r"[^\W\d_]{2,}")
EXPRESSION = "\N{OBJECT REPLACEMENT CHARACTER}"  # Stands for {{ ... }}, which may say anything.
NAME_OF_ELEMENT = re.compile(f"{EXPRESSION}[-_][\\w-]+")
READ_ALOUD = {"alt", "title", "placeholder", "aria-label", "aria-description"}
FETCHED = {"link", "script", "img", "source", "iframe", "video", "audio", "embed", "object", "use", "image"}
ELSEWHERE = re.compile(r"\s*(https?:)?//", re.IGNORECASE)
NOT_READ = {"script", "style", "code"}
ENVIRONMENT = Environment(extensions=["jinja2.ext.i18n", "jinja2.ext.do"], autoescape=True)


def problems(root: Path) -> list[str]:
    """What is wrong, one line for each place; empty when all is well."""
    lines = []
    for path in sorted((root / "templates").rglob("*")):
        if path.suffix in {".html", ".txt", ".xml", ".svg"}:
            name = path.relative_to(root)
            lines += [f"{name}:{line}: {what}" for line, what in _in_one(path, in_mail="mail" in name.parts)]
    return lines


def _in_one(path: Path, in_mail: bool) -> list[tuple[int, str]]:
    source = path.read_text(encoding="utf-8")
    try:
        ENVIRONMENT.parse(source, filename=str(path))
    except TemplateSyntaxError as error:
        return [(error.lineno, f"Jinja can't read it: {error.message}")]
    page = _without_jinja(source)
    if path.suffix == ".txt":
        return [found for number, line in enumerate(page.split("\n"), 1) for found in _bare(number, line)]
    reader = _Reader(in_mail)
    reader.feed(page)
    reader.close()
    return reader.found


def _without_jinja(source: str) -> str:
    """The text that Jinja hands on as it stands, line by line where it was; expressions and translations are a sign."""
    kept: list[str] = []
    block: list[str] = []
    skipping = ""  # The tag that ends the part whose words are translated already, or aren't words.
    for _line, kind, value in ENVIRONMENT.lex(source):
        if kind == "data" and not skipping:
            kept.append(value)
            continue
        kept.append("\n" * value.count("\n"))
        if kind == "variable_begin":
            kept.append(EXPRESSION)
        elif kind == "block_begin":
            block = []
        elif kind == "block_end":
            if skipping:
                skipping = "" if block[:1] == [skipping] else skipping
            elif block[:1] == ["trans"]:
                skipping = "endtrans"
            elif block[:1] == ["block"] and block[1].endswith("_class"):
                skipping = "endblock"
        elif kind == "name":
            block.append(value)
    return "".join(kept)


def _bare(line: int, text: str, where: str = "") -> list[tuple[int, str]]:
    words = [word for word in WORD.findall(NAME_OF_ELEMENT.sub("", text)) if word not in ALLOWED]
    return [(line, f"not passed through gettext{where}: {' '.join(text.split())[:60]!r}")] if words else []


class _Reader(HTMLParser):
    """Reads one template; `found` holds lines and what is wrong in them."""

    def __init__(self, in_mail: bool) -> None:
        super().__init__()
        self.found: list[tuple[int, str]] = []
        self._in_mail = in_mail
        self._quiet: list[str] = []  # The element whose words aren't ours to translate, and those of its name within.

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        line = self.getpos()[0]
        if self._quiet:
            self._quiet += [tag] * (tag == self._quiet[0])
        elif tag in NOT_READ or EXPRESSION not in values.get("lang", EXPRESSION):
            self._quiet = [tag]
        if tag == "script" and "src" not in values:
            self.found.append((line, "a script without src"))
        if tag == "style" and not self._in_mail:
            self.found.append((line, "a <style> element"))
        for name, value in values.items():
            if name.startswith("on") or (name == "style" and not self._in_mail):
                self.found.append((line, f"an inline {name}="))
            if tag in FETCHED and name in {"src", "href", "srcset", "data", "xlink:href"} and ELSEWHERE.match(value):
                self.found.append((line, f"fetched from another host: {value}"))
            spoken = name in READ_ALOUD or (tag == "meta" and name == "content" and values.get("name") == "description")
            if spoken and not self._quiet:
                self.found += _bare(line, value, f" ({name}=)")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        if self._quiet and tag == self._quiet[0]:
            self._quiet.pop()

    def handle_data(self, data: str) -> None:
        if not self._quiet:
            for number, line in enumerate(data.split("\n"), self.getpos()[0]):
                self.found += _bare(number, line)


if __name__ == "__main__":
    wrong = problems(ROOT)
    print("\n".join(wrong) or "Templates: every one keeps the rules.")
    sys.exit(1 if wrong else 0)

"""Draw certificates: the facts of each go in, A4 pages of PDF come out, and nothing else is asked or remembered.

The same facts give the same bytes in every process and on every day, as long as the code, the fonts and the libraries
(zlib among them) stay the same; whoever keeps a checksum beyond an upgrade keeps the file too. Every text is drawn as
it is written: nothing in a name is ever markup. Both languages stand on the page, Indonesian first.
"""

from collections.abc import Iterable
from dataclasses import fields, replace
from typing import Any

from tpbis_events.certificates import shaping
from tpbis_events.certificates.back import draw_back
from tpbis_events.certificates.facts import CertificateFacts, Lesson
from tpbis_events.certificates.front import draw_front
from tpbis_events.certificates.layouts import HEIGHT, WIDTH
from tpbis_events.certificates.sheet import Sheet

_NOT_PRINTED = frozenset(("kind", "layout", "colour", "accent", "signature"))


def draw(facts: CertificateFacts) -> bytes:
    """Draw one certificate and return its PDF: A4 lying, fonts embedded, the same bytes for the same facts.

    The front, and behind it the lessons where there are any. Takes any text: what is too long is set smaller, then on two
    lines, then shortened; characters that no face covers become U+FFFD (ask ``undrawable`` first), emoji and control
    characters are left out. Refuses a ``check_url`` beyond what a QR code holds (about 1800 characters) with
    ``segno.DataOverflowError``. The check code stands at several places of the file's plain bytes, so that a file of which
    any byte was changed still tells whose it is (check_file.py).
    """
    facts = _cleaned(facts)
    sheet = _sheet(
        f"Sertifikat {facts.number} – {facts.full_name}",
        facts.issuer_id,
        f"{facts.event_name_id} / {facts.event_name_en}",
    )
    sheet.identify(facts.code, facts.check_url)
    _pages(sheet, facts)
    return sheet.finish()


def draw_all(many: Iterable[CertificateFacts], title: str) -> bytes:
    """Several certificates in one file, for printing and for looking at; fonts and grounds are in it once."""
    sheet = _sheet(shaping.clean(title), "", "")
    for place, facts in enumerate(many):
        if place:
            sheet.next_page()
        _pages(sheet, _cleaned(facts))
    return sheet.finish()


def undrawable(facts: CertificateFacts) -> str:
    """The characters of these facts that would be printed as U+FFFD or left out; empty when the page will be whole."""
    texts = [v for v in (getattr(facts, f.name) for f in fields(facts)) if isinstance(v, str)]
    texts += [text for each in facts.lessons for text in (each.title_id, each.title_en, each.speakers)]
    return shaping.undrawable(" ".join(texts))


def _sheet(title: str, author: str, subject: str) -> Sheet:
    return Sheet(WIDTH, HEIGHT, lang="id-ID", title=title, author=author, subject=subject)


def _pages(sheet: Sheet, facts: CertificateFacts) -> None:
    draw_front(sheet, facts)
    if facts.lessons:
        draw_back(sheet, facts)


def _cleaned(facts: CertificateFacts) -> CertificateFacts:
    values = {field.name: getattr(facts, field.name) for field in fields(facts) if field.name not in _NOT_PRINTED}
    texts: dict[str, Any] = {name: shaping.clean(value) for name, value in values.items() if isinstance(value, str)}
    texts["check_url"] = shaping.clean(facts.check_url, None)  # a shortened address would lead astray
    texts["lessons"] = tuple(_cleaned_lesson(each) for each in facts.lessons)
    return replace(facts, **texts)


def _cleaned_lesson(lesson: Lesson) -> Lesson:
    title_id, title_en, speakers = (shaping.clean(t) for t in (lesson.title_id, lesson.title_en, lesson.speakers))
    return Lesson(title_id, title_en, lesson.jp, lesson.day, speakers)

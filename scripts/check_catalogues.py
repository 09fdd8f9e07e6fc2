"""Fail when a text of the sources can't be shown right in both languages.

Refused: a text missing from a catalogue, without translation or marked fuzzy; a text in a catalogue that no source has;
a translation whose placeholders (%(name)s, {name}) or HTML tags differ from those of its source.

    python scripts/check_catalogues.py
"""

from __future__ import annotations

import re
import sys
from collections import Counter
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from catalogues import LANGUAGES, PLURALS, ROOT, empty, extract, path_of, read

MARKS = re.compile(r"%\(\w+\)[a-zA-Z]|\{\w*\}|</?[a-zA-Z][^<>]*>|&\w+;")


def problems(root: Path) -> list[str]:
    """What is wrong, one line for each text and language; empty when all is well."""
    found = extract(root)
    lines = []
    for language in LANGUAGES:
        path = path_of(root, language)
        if not path.exists():
            lines.append(f"{language}: there is no catalogue; run make catalogues")
            continue
        lines += [f"{language}: {line}" for line in _in_one(found, read(path, language), language)]
    return lines


def _in_one(found: Catalog, catalogue: Catalog, language: str) -> list[str]:
    lines = []
    if catalogue.plural_forms != PLURALS[language]:
        lines.append(f"Plural-Forms must be {PLURALS[language]}")
    for message in found:
        if message.id:
            wrong = _wrong(message, catalogue.get(_key(message), message.context))
            lines += [f"{wrong}: {_key(message)!r} ({_places(message)})"] if wrong else []
    for message in catalogue:
        if message.id and found.get(_key(message), message.context) is None:
            lines.append(f"no longer in the sources; run make catalogues: {_key(message)!r}")
    return lines


def _wrong(source: Message, message: Message | None) -> str:
    if message is None:
        return "missing; run make catalogues"
    if empty(message):
        return "not translated"
    if message.fuzzy:
        return "marked fuzzy"
    if source.pluralizable != message.pluralizable:
        return "plural in one place and not in the other; run make catalogues"
    sources = [source.id] if isinstance(source.id, str) else list(source.id)
    texts = [message.string] if isinstance(message.string, str) else list(message.string or ())
    allowed = [_marks(text) for text in sources]
    for index, text in enumerate(texts):
        # One form for all numbers stands for the plural; otherwise each form for its own.
        right = allowed[-1] if len(texts) == 1 else allowed[index]
        if _marks(text) != right:
            return f"placeholders or tags differ, {dict(right)} became {dict(_marks(text))}"
    return ""


def _marks(text: str) -> Counter[str]:
    """The placeholders and tags of a text. A placeholder may be said twice; a tag may not."""
    marks = Counter(MARKS.findall(text))
    return Counter({mark: count if mark.startswith("<") else 1 for mark, count in marks.items()})


def _key(message: Message) -> str:
    return message.id if isinstance(message.id, str) else message.id[0]


def _places(message: Message) -> str:
    return ", ".join(sorted({name for name, _line in message.locations}))


if __name__ == "__main__":
    wrong = problems(ROOT)
    print("\n".join(wrong) or "Catalogues: every text stands in both languages.")
    sys.exit(1 if wrong else 0)

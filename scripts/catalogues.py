"""Bring the catalogues in line with the sources: new texts come in, texts no longer used go out.

English is the language of the sources, so an empty English text is filled with the source itself. `--merge FILE.json`
fills empty Indonesian texts from {"text in the source": "translation"}; for a text with a plural the key is the
singular. A text that is translated already stays as it is.
"""

from __future__ import annotations

import argparse
import io
import json
import sys
from copy import deepcopy
from datetime import UTC, datetime
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parents[1]
LANGUAGES = ("id", "en")
PLURALS = {"id": "nplurals=1; plural=0;", "en": "nplurals=2; plural=(n != 1);"}
HEADER = """\
# Texts of TPBIS Events.
# Brought in line with the sources by `make catalogues`; the translations are written here by hand."""
KEYWORDS = {
    **DEFAULT_KEYWORDS,
    "lazy_gettext": None,
    "lazy_ngettext": (1, 2),
    "lazy_pgettext": ((1, "c"), 2),
    "_l": None,
}


def path_of(root: Path, language: str) -> Path:
    """Where the catalogue of a language stands below the project's root."""
    return root / "tpbis_events" / "translations" / language / "LC_MESSAGES" / "messages.po"


def extract(root: Path) -> Catalog:
    """Every text that the sources mark for translation."""
    with (root / "babel.cfg").open(encoding="utf-8") as file:
        methods, options = parse_mapping_cfg(file)  # type: ignore[no-untyped-call]
    found = Catalog(charset="utf-8")
    for name, _line, text, comments, context in extract_from_dir(
        root, methods, options, KEYWORDS, ("Translators:",), directory_filter=lambda path: _is_source(root, path)
    ):
        found.add(text, None, [(name, 0)], auto_comments=comments, context=context)
    return found


def read(path: Path, language: str) -> Catalog:
    """A catalogue as it stands, or an empty one when there is none yet."""
    if not path.exists():
        catalogue = Catalog(
            locale=language,
            header_comment=HEADER,
            project="TPBIS Events",
            version="1",
            msgid_bugs_address="the maintainers",
            last_translator="TPBIS Events",
            language_team=language,
            revision_date=datetime.now(UTC),
            fuzzy=False,
        )
        # Babel takes Indonesian for a language with two forms.
        catalogue.mime_headers = [("Plural-Forms", PLURALS[language])]
        return catalogue
    with path.open("rb") as file:
        return read_po(file, locale=language)


def empty(message: Message) -> bool:
    """Whether a text has no translation, or one of its forms has none."""
    forms = message.string if isinstance(message.string, list | tuple) else (message.string,)
    return not forms or not all(forms)


def update(catalogue: Catalog, found: Catalog) -> None:
    """Take in the texts found in the sources; guess nothing."""
    own = deepcopy(found)  # A new text is taken in as it is: one shared with the other language would carry its words.
    catalogue.update(own, no_fuzzy_matching=True, update_header_comment=False, update_creation_date=False)
    catalogue.obsolete.clear()


def fill_english(catalogue: Catalog) -> None:
    """Give each empty English text the words of the source."""
    for message in catalogue:
        if message.id and empty(message):
            message.string = tuple(message.id) if message.pluralizable else message.id


def merge(catalogue: Catalog, translations: dict[str, str]) -> set[str]:
    """Fill empty texts from a mapping; returns the keys that no text has."""
    unknown = set(translations)
    for message in catalogue:
        key = message.id[0] if message.pluralizable else message.id
        if not key or key not in translations:
            continue
        unknown.discard(key)
        if empty(message) and translations[key]:
            message.string = (translations[key],) if message.pluralizable else translations[key]
    return unknown


def write(path: Path, catalogue: Catalog) -> bool:
    """Write a catalogue, sorted and without line numbers; returns whether it differs from what stood there."""
    buffer = io.BytesIO()
    write_po(buffer, catalogue, width=100, sort_output=True, ignore_obsolete=True, include_lineno=False)
    text = buffer.getvalue()
    if path.exists() and path.read_bytes() == text:
        return False
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text)
    return True


def main(arguments: list[str] | None = None, root: Path = ROOT) -> int:
    """Update both catalogues and say what is still without translation."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0] if __doc__ else None)
    parser.add_argument("--merge", metavar="FILE.json", type=Path, nargs="+", action="extend", default=[])
    wanted = parser.parse_args(arguments)
    found = extract(root)
    for language in LANGUAGES:
        path = path_of(root, language)
        catalogue = read(path, language)
        update(catalogue, found)
        if language == "en":
            fill_english(catalogue)
        else:
            for file in wanted.merge:
                unknown = merge(catalogue, json.loads(file.read_text(encoding="utf-8")))
                for key in sorted(unknown):
                    print(f"{file.name}: no text in the sources reads {key!r}")
        changed = write(path, catalogue)
        open_texts = sum(1 for message in catalogue if message.id and empty(message))
        print(f"{language}: {len(catalogue)} texts, {open_texts} to translate, {'written' if changed else 'unchanged'}")
    return 0


def _is_source(root: Path, directory: str) -> bool:
    """Whether to look for texts in a directory: the app and the templates, not the libraries beside them."""
    return Path(directory).relative_to(root).parts[0] in {"tpbis_events", "templates"}


if __name__ == "__main__":
    sys.exit(main())

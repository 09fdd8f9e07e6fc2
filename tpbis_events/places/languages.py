"""The two languages of the product."""

LANGUAGES = ("id", "en")


def checked_language(locale: str) -> str:
    """Give the language back when the product speaks it ('id' or 'en'); refuse any other with ValueError."""
    if locale not in LANGUAGES:
        raise ValueError(f"no texts in {locale!r}, only in {' and '.join(LANGUAGES)}")
    return locale

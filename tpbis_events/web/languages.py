"""Which language a page speaks: Indonesian at `/...`, English at the same path under `/en/...`.

The address alone decides, so that a page can be shared, kept in a cache and switched without a cookie.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from flask import Flask, request
from flask_babel import Babel, get_locale

ENGLISH_PREFIX = "/en"


class LanguageOfAddress:
    """WSGI: move `/en` from the path to the script name, so that `url_for` stays in the language."""

    def __init__(self, app: Any) -> None:
        self.app = app

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        path = environ.get("PATH_INFO", "")
        if path == ENGLISH_PREFIX or path.startswith(ENGLISH_PREFIX + "/"):
            environ["SCRIPT_NAME"] = environ.get("SCRIPT_NAME", "") + ENGLISH_PREFIX
            environ["PATH_INFO"] = path.removeprefix(ENGLISH_PREFIX) or "/"
            environ["tpbis.language"] = "en"
        answer: Iterable[bytes] = self.app(environ, start_response)
        return answer


def init_app(app: Flask) -> None:
    Babel(app, locale_selector=language_of_request)
    app.wsgi_app = LanguageOfAddress(app.wsgi_app)  # type: ignore[method-assign]
    app.jinja_env.globals.update(other_language_url=other_language_url)
    app.context_processor(lambda: {"locale_code": language(), "other_locale_code": other_language()})


def language_of_request() -> str:
    return str(request.environ.get("tpbis.language", "id"))


def language() -> str:
    """The language in force: 'id' or 'en'."""
    locale = get_locale()
    return "en" if locale is not None and locale.language == "en" else "id"


def other_language() -> str:
    return "id" if language() == "en" else "en"


def other_language_url() -> str:
    """This same place in the other language."""
    root = request.script_root.removesuffix(ENGLISH_PREFIX)
    query = f"?{request.query_string.decode(errors='replace')}" if request.query_string else ""
    prefix = "" if language() == "en" else ENGLISH_PREFIX
    return f"{root}{prefix}{request.path}{query}"

"""What stands before every page: security headers, CSRF for those who are signed in, limits on guessing."""

from __future__ import annotations

from typing import Any

from flask import Flask, Request, Response, abort, request
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from flask_security import current_user
from flask_talisman import Talisman
from flask_wtf.csrf import CSRFProtect
from werkzeug.middleware.proxy_fix import ProxyFix

CONTENT_SECURITY_POLICY = {
    "default-src": "'none'",
    "img-src": "'self' data:",
    "style-src": "'self'",
    "script-src": "'self'",
    "font-src": "'self'",
    "connect-src": "'self'",
    "manifest-src": "'self'",
    "form-action": "'self'",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
    "frame-src": "'self'",
}

# The reader of QR codes at the door is WebAssembly; compiling it needs this word, which lets nothing else run (decisions/0026).
_SCRIPTS_AT_DOOR = "script-src 'self' 'wasm-unsafe-eval'"
_WITH_READER = ("door.home.show", "door.sessions.show", "door.sessions.check_in", "door.shell.show")

# Uploads that may be larger than any other body, by who is signed in: the photographs of signed sheets, signed certificates.
_LARGE_BODIES = {"office.sheets.attach": 16 * 1024 * 1024, "office.signing.bring": 64 * 1024 * 1024 + 64 * 1024}

# Likewise for everybody: the file of a certificate that somebody checks, with what a form adds around it.
_LARGE_PUBLIC_BODIES = {"public.certificates.check_file": 15 * 1024 * 1024 + 64 * 1024}

csrf = CSRFProtect()
limiter = Limiter(key_func=get_remote_address, default_limits=[])


class Asked(Request):
    """A request. JSON that is nested deeper than it can be read is no JSON, like anything else that can't be read."""

    def get_json(self, force: bool = False, silent: bool = False, cache: bool = True) -> Any:
        try:
            return super().get_json(force, silent, cache)
        except RecursionError:
            if silent:
                return None
            abort(400)


def init_app(app: Flask) -> None:
    app.request_class = Asked
    proxies = app.config["TRUSTED_PROXIES"]
    if proxies:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=proxies, x_proto=proxies, x_host=0)  # type: ignore[method-assign]
    app.before_request(_make_room)  # before the token is looked for, which reads the body
    csrf.init_app(app)
    limiter.init_app(app)
    app.after_request(_let_reader_run)  # what is registered first runs last: the policy is there by then
    Talisman(
        app,
        force_https=app.config["HTTPS_ONLY"],
        strict_transport_security=app.config["HTTPS_ONLY"],
        session_cookie_secure=app.config["HTTPS_ONLY"],
        content_security_policy=CONTENT_SECURITY_POLICY,
        referrer_policy="no-referrer",
        permissions_policy={"camera": "(self)", "geolocation": "()", "microphone": "()"},
    )
    app.before_request(_no_nul)
    app.after_request(_cache)


def _let_reader_run(answer: Response) -> Response:
    policy = answer.headers.get("Content-Security-Policy")
    if policy and request.endpoint in _WITH_READER:
        answer.headers["Content-Security-Policy"] = policy.replace("script-src 'self'", _SCRIPTS_AT_DOOR)
    return answer


def _make_room() -> None:
    if request.endpoint in _LARGE_BODIES and current_user.is_authenticated:
        request.max_content_length = _LARGE_BODIES[request.endpoint]
    if request.endpoint in _LARGE_PUBLIC_BODIES:
        request.max_content_length = _LARGE_PUBLIC_BODIES[request.endpoint]


def _no_nul() -> None:
    """No address of ours has a NUL in it, and PostgreSQL can't even look for one."""
    if "\0" in request.path:
        abort(404)


def _cache(answer: Response) -> Response:
    """Static files are kept for a year (their address changes with them); a page with persons in it is kept nowhere."""
    if request.endpoint == "static" and answer.status_code == 200:
        answer.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    elif "Cache-Control" not in answer.headers:
        personal = request.blueprint is not None and request.blueprint.split(".")[0] in (
            "my",
            "account",
            "office",
            "door",
            "security",
        )
        answer.headers["Cache-Control"] = "no-store" if personal or request.method != "GET" else "no-cache"
    return answer

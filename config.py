"""Settings, read once from the environment. Every name begins with TPBIS_; docs/operations.md lists them all."""

from __future__ import annotations

import os
import secrets
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent


class MissingSetting(RuntimeError):
    """Production was asked for without a setting that it can't do without."""


def from_environment(environ: dict[str, str] | None = None, instance: Path | None = None) -> dict[str, Any]:
    """Turn the environment into Flask's configuration.

    In development a random secret is made on the first run and kept in `instance/secret_key`; in production
    (`TPBIS_ENV=production`) a missing secret or base URL is refused, because links and cookies are signed with the
    one and mailed with the other.
    """
    env = dict(os.environ if environ is None else environ)
    instance = instance or Path(env.get("TPBIS_INSTANCE", ROOT / "instance"))
    instance.mkdir(parents=True, exist_ok=True)
    production = env.get("TPBIS_ENV", "development") == "production"
    base_url = env.get("TPBIS_BASE_URL", "").rstrip("/")
    if production and not base_url:
        raise MissingSetting("TPBIS_BASE_URL must be set in production: mailed links begin with it.")
    secret = env.get("TPBIS_SECRET_KEY", "")
    if not secret and production:
        raise MissingSetting("TPBIS_SECRET_KEY must be set in production: links and sign-ins are signed with it.")
    if production and len(secret) < 32:
        raise MissingSetting("TPBIS_SECRET_KEY must have at least 32 characters in production.")
    secret = secret or _development_secret(instance)
    base_url = base_url or f"http://127.0.0.1:{env.get('PORT', '8000')}"

    return {
        "PRODUCTION": production,
        "INSTANCE": instance,
        "BASE_URL": base_url,
        "SECRET_KEY": secret,
        # Older keys, newest first, so that a new one can be brought in without losing what the old ones locked.
        "FIELD_KEYS": [key for key in env.get("TPBIS_FIELD_KEYS", "").split(",") if key] or [secret],
        # Likewise for the seals of the audit log; the secret when there are none.
        "AUDIT_KEYS": [key for key in env.get("TPBIS_AUDIT_KEYS", "").split(",") if key],
        # And for Open Badges; without it those of the file `badge_key` in the instance folder, which `flask setup` makes.
        "BADGE_KEYS": [key for key in env.get("TPBIS_BADGE_KEYS", "").split(",") if key],
        "SQLALCHEMY_DATABASE_URI": database_url(env.get("TPBIS_DATABASE_URL", ""), instance),
        "REDIS_URL": env.get("TPBIS_REDIS_URL", ""),
        # What stands on top of printed sheets: lines separated by |, the first one large, and a picture beside them.
        "LETTERHEAD": env.get("TPBIS_LETTERHEAD", "Perpustakaan Nasional Republik Indonesia"),
        "LETTERHEAD_LOGO": env.get("TPBIS_LETTERHEAD_LOGO", ""),
        "LOG_LEVEL": env.get("TPBIS_LOG_LEVEL", "INFO").upper(),
        "MAX_CONTENT_LENGTH": 2 * 1024 * 1024,
        "MAX_FORM_MEMORY_SIZE": 512 * 1024,
        **_cookies(base_url),
        **_mail(env),
        **_signing(env),
        **_accounts(env, secret, production),
        **_guards(env),
        **_languages(),
    }


def database_url(given: str, instance: Path) -> str:
    """SQLite beside the app unless `TPBIS_DATABASE_URL` names another; PostgreSQL is always spoken by psycopg 3."""
    if not given:
        return f"sqlite:///{instance / 'tpbis.sqlite'}"
    for old in ("postgres://", "postgresql://"):
        if given.startswith(old):
            return "postgresql+psycopg://" + given.removeprefix(old)
    return given


def _development_secret(instance: Path) -> str:
    """The first process to come writes the secret; all others, at once or later, read the same one."""
    file = instance / "secret_key"
    draft = instance / f".secret_key.{secrets.token_hex(8)}"
    if not file.exists():
        draft.touch(mode=0o600)
        draft.write_text(secrets.token_urlsafe(48))
        try:
            os.link(draft, file)  # fails if another process was first: then its secret counts
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return file.read_text().strip()


def _cookies(base_url: str) -> dict[str, Any]:
    secure = base_url.startswith("https://")
    return {
        "SESSION_COOKIE_NAME": "tpbis",
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SECURE": secure,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "REMEMBER_COOKIE_HTTPONLY": True,
        "REMEMBER_COOKIE_SECURE": secure,
        "REMEMBER_COOKIE_SAMESITE": "Lax",
        "PERMANENT_SESSION_LIFETIME": 12 * 3600,
        "HTTPS_ONLY": secure,
    }


def _mail(env: dict[str, str]) -> dict[str, Any]:
    return {
        "MAIL_SERVER": env.get("TPBIS_MAIL_SERVER", ""),
        "MAIL_PORT": int(env.get("TPBIS_MAIL_PORT", "25")),
        "MAIL_USE_TLS": env.get("TPBIS_MAIL_TLS", "") == "starttls",
        "MAIL_USE_SSL": env.get("TPBIS_MAIL_TLS", "") == "ssl",
        "MAIL_USERNAME": env.get("TPBIS_MAIL_USERNAME") or None,
        "MAIL_PASSWORD": env.get("TPBIS_MAIL_PASSWORD") or None,
        "MAIL_DEFAULT_SENDER": ("TPBIS Events", env.get("TPBIS_MAIL_SENDER", "tpbis@localhost.localdomain")),
        "MAIL_MAX_EMAILS": 50,
        "MAIL_TIMEOUT": float(env.get("TPBIS_MAIL_TIMEOUT", "30")),
        "MAIL_REPLY_TO": env.get("TPBIS_MAIL_REPLY_TO", ""),
        # How fast mail leaves, by all workers of all hosts together; 0 and nothing: as fast as the server takes it.
        "MAIL_PER_SECOND": float(env.get("TPBIS_MAIL_PER_SECOND") or 0),
        "MAIL_PER_DOMAIN": _per_domain(env.get("TPBIS_MAIL_PER_DOMAIN_PER_MINUTE", "")),
        # How much the public may bring upon one mailbox; 0: no cap.
        "MAIL_PER_ADDRESS_PER_DAY": int(env.get("TPBIS_MAIL_PER_ADDRESS_PER_DAY") or 50),
        # Where mail comes back to: a mailbox, or a service that calls /hooks/mail/bounces with signed words.
        "BOUNCE_IMAP_SERVER": env.get("TPBIS_BOUNCE_IMAP_SERVER", ""),
        "BOUNCE_IMAP_PORT": int(env.get("TPBIS_BOUNCE_IMAP_PORT") or 993),
        "BOUNCE_IMAP_TLS": env.get("TPBIS_BOUNCE_IMAP_TLS", "ssl"),
        "BOUNCE_IMAP_USERNAME": env.get("TPBIS_BOUNCE_IMAP_USERNAME", ""),
        "BOUNCE_IMAP_PASSWORD": env.get("TPBIS_BOUNCE_IMAP_PASSWORD", ""),
        "BOUNCE_IMAP_FOLDER": env.get("TPBIS_BOUNCE_IMAP_FOLDER", "INBOX"),
        "BOUNCE_SECRET": env.get("TPBIS_BOUNCE_SECRET", ""),
        "MAIL_DEBUG": False,
    }


def _per_domain(given: str) -> dict[str, float]:
    """`30,gmail.com=100`: mails a minute to each domain, and to one of them; the general number stands under `*`."""
    found = {}
    for part in filter(None, (part.strip() for part in given.split(","))):
        name, equals, number = part.rpartition("=")
        found[name.strip().lower() if equals else "*"] = float(number)
    return found


def _signing(env: dict[str, str]) -> dict[str, Any]:
    """The institution's own key for certificates: a PKCS#12 file, or one on a PKCS#11 token."""
    return {
        "SIGNING_PKCS12": env.get("TPBIS_SIGNING_PKCS12", ""),
        # Secrets stand in files of their own, or here.
        "SIGNING_PASSWORD": env.get("TPBIS_SIGNING_PASSWORD", ""),
        "SIGNING_PASSWORD_FILE": env.get("TPBIS_SIGNING_PASSWORD_FILE", ""),
        "SIGNING_PKCS11_MODULE": env.get("TPBIS_SIGNING_PKCS11_MODULE", ""),
        "SIGNING_PKCS11_TOKEN": env.get("TPBIS_SIGNING_PKCS11_TOKEN", ""),
        "SIGNING_PKCS11_KEY": env.get("TPBIS_SIGNING_PKCS11_KEY", ""),
        "SIGNING_PKCS11_PIN": env.get("TPBIS_SIGNING_PKCS11_PIN", ""),
        "SIGNING_PKCS11_PIN_FILE": env.get("TPBIS_SIGNING_PKCS11_PIN_FILE", ""),
        # A server that says when it was signed (RFC 3161); none by default, since it is asked over the network.
        "SIGNING_TSA": env.get("TPBIS_SIGNING_TSA", ""),
        # Roots that a signature made outside must come from, one PEM file; without it any signature that holds is taken.
        "SIGNING_ROOTS": env.get("TPBIS_SIGNING_ROOTS", ""),
    }


def _accounts(env: dict[str, str], secret: str, production: bool) -> dict[str, Any]:
    return {
        # Whether administrators and the national office need a second factor.
        "SECOND_FACTOR_REQUIRED": env.get("TPBIS_SECOND_FACTOR", "required" if production else "optional")
        == "required",
        "SIGN_IN_HOURS": float(env.get("TPBIS_SIGN_IN_HOURS", "12")),
        "SECURITY_PASSWORD_HASH": "argon2",
        "SECURITY_PASSWORD_SALT": env.get("TPBIS_PASSWORD_SALT") or secret[:32],
        "SECURITY_PASSWORD_LENGTH_MIN": 12,
        "SECURITY_EMAIL_VALIDATOR_ARGS": {"check_deliverability": False, "test_environment": True},
        "SECURITY_LOGIN_URL": "/office/login",
        "SECURITY_LOGOUT_URL": "/office/logout",
        "SECURITY_POST_LOGIN_VIEW": "/office/",
        "SECURITY_POST_LOGOUT_VIEW": "/",
        "SECURITY_LOGOUT_METHODS": ["POST"],
        "SECURITY_LOGIN_USER_TEMPLATE": "office/accounts/login.html",
        "SECURITY_REGISTERABLE": False,
        "SECURITY_SEND_REGISTER_EMAIL": False,
        "SECURITY_RETURN_GENERIC_RESPONSES": True,
        "SECURITY_CSRF_IGNORE_UNAUTH_ENDPOINTS": False,
        "SECURITY_FLASH_MESSAGES": True,
        "WTF_CSRF_CHECK_DEFAULT": True,
        "WTF_CSRF_TIME_LIMIT": None,
        "WTF_CSRF_SSL_STRICT": False,  # it asks for a Referer, and our own policy is to send none
    }


def _guards(env: dict[str, str]) -> dict[str, Any]:
    return {
        "RATELIMIT_STORAGE_URI": env.get("TPBIS_REDIS_URL") or "memory://",
        "RATELIMIT_HEADERS_ENABLED": True,
        # How many proxies of our own stand before the app; their X-Forwarded-For is believed, nobody else's.
        "TRUSTED_PROXIES": int(env.get("TPBIS_TRUSTED_PROXIES", "0")),
    }


def _languages() -> dict[str, Any]:
    return {
        "LANGUAGES": ("id", "en"),
        "BABEL_DEFAULT_LOCALE": "id",
        "BABEL_DEFAULT_TIMEZONE": "Asia/Jakarta",
        "BABEL_TRANSLATION_DIRECTORIES": "translations",
    }

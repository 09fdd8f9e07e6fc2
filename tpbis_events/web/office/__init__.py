"""The organizers' office: every page asks for a sign-in, every command for right and province."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from flask import Blueprint, current_app, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_security import current_user

from tpbis_events.people.actor import Act
from tpbis_events.web.accounts import acting

MODULES: tuple[str, ...] = (
    "home",
    "dashboard",
    "plans",
    "plan_programmes",
    "plan_events",
    "plan_roles",
    "plan_waves",
    "plan_sessions",
    "plan_provinces",
    "plan_agenda",
    "plan_certificates",
    "plan_reminders",
    "questionnaires",
    "questions",
    "publications",
    "clones",
    "ways",
    "applications",
    "rosters",
    "bulk",
    "messages",
    "calls",
    "sessions",
    "reschedules",
    "wave_plans",
    "seats",
    "waiting",
    "invitations",
    "entries",
    "registrations",
    "moves",
    "substitutes",
    "attendance",
    "papers",
    "sheets",
    "receipts",
    "devices",
    "scans",
    "online",
    "meeting_lists",
    "live",
    "attendance_reports",
    "attendance_records",
    "results",
    "commitments",
    "certificates",
    "certificate_batches",
    "signing",
    "corrections",
    "exports",
    "imports",
    "orders",
    "mail",
    "letters",
    "kept_mail",
    "mail_addresses",
    "audit",
    "accounts",
    "account_acts",
)


def pages() -> Blueprint:
    audience = Blueprint("office", __name__)
    audience.before_request(_demand_sign_in)
    audience.context_processor(navigation)
    for module in MODULES:
        audience.register_blueprint(import_module(f"{__name__}.{module}").page)
    return audience


def _demand_sign_in() -> ResponseReturnValue | None:
    """Here, so that no page can forget it: sign in first, and come back to this place; the door's accounts stay outside."""
    if not current_user.is_authenticated:
        place = request.script_root + request.full_path.removesuffix("?") if request.method == "GET" else None
        return redirect(url_for("security.login", next=place), 303)
    acting().require_somewhere(Act.SEE_OFFICE)
    return None


def navigation() -> dict[str, Any]:
    """The pages of the first row, as far as this account may see them."""
    if not current_user.is_authenticated:
        return {"office_navigation": []}
    by = acting()
    links = (
        ("office.home.show", _("Events"), Act.SEE_ROSTER),
        ("office.plans.index", _("Plan"), Act.PLAN),
        ("office.mail.index", _("Mail"), Act.SEE_MAIL),
        ("office.audit.index", _("Audit log"), Act.SEE_AUDIT),
        ("office.accounts.index", _("Accounts"), Act.MANAGE_ACCOUNTS),
        ("door.home.show", _("Check-in"), Act.SEE_DOOR),
    )
    seen = [(name, label) for name, label, act in links if by.may_somewhere(act) and name in current_app.view_functions]
    return {"office_navigation": seen}

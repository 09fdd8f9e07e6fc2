"""The word of an address (slug) that a programme, an edition, a role or a session goes by."""

from __future__ import annotations

import re

from sqlalchemy.exc import IntegrityError

from tpbis_events.foundation.database import db
from tpbis_events.foundation.errors import Invalid

LONGEST_SLUG = 60
_SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")


def problem_of_slug(slug: str) -> str | None:
    """Small letters a to z, digits and single dashes between them: the words of an address."""
    if not slug:
        return "slug.missing"
    return None if len(slug) <= LONGEST_SLUG and _SLUG.fullmatch(slug) else "slug.form"


def flush_slug() -> None:
    """A step: write down what was planned. Refuses a slug that somebody else took after it was found to be free."""
    try:
        db.session.flush()
    except IntegrityError as failure:
        if "slug" in str(failure.orig):
            raise Invalid({"slug": "slug.taken"}) from failure
        raise

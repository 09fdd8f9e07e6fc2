"""The exports of an account, newest first."""

from __future__ import annotations

from collections.abc import Sequence

from flask import current_app
from sqlalchemy import select

from tpbis_events.foundation.database import db
from tpbis_events.reports.model import Export, ExportState

SHOWN = 50
UNFINISHED = (ExportState.QUEUED, ExportState.RUNNING)


def mailed_page(language: str) -> str:
    """The address of an organizer's own exports; it begins with the configured base, never with what a request said."""
    return f"{current_app.config['BASE_URL']}{'/en' if language == 'en' else ''}/office/exports"


def of_account(account_id: int) -> Sequence[Export]:
    """One query."""
    wanted = select(Export).where(Export.account_id == account_id)
    return db.session.scalars(wanted.order_by(Export.id.desc()).limit(SHOWN)).all()

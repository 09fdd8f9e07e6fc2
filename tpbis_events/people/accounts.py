"""The organizers' accounts, to read."""

from __future__ import annotations

from sqlalchemy import select

from tpbis_events.foundation.database import db
from tpbis_events.people.model import Account


def all_accounts() -> list[Account]:
    return list(db.session.scalars(select(Account).order_by(Account.email)))

"""Choose which columns of a roster one's own account shows."""

from __future__ import annotations

from collections.abc import Sequence

from tpbis_events.foundation.database import db
from tpbis_events.foundation.transaction import command
from tpbis_events.people.model import Account

MOST = 40


@command
def choose_columns(account_id: int, columns: Sequence[str]) -> None:
    """Remember them for this account; none are the usual ones. It is a matter of taste, so no log holds it."""
    account = db.session.get_one(Account, account_id)
    account.roster_columns = list(dict.fromkeys(columns))[:MOST]

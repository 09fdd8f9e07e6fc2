"""Put an anonymous sheet among others, so that neither the order of rows nor the transaction that wrote them tells whose it is.

PostgreSQL marks every row with the transaction that wrote it and keeps rows in the order of writing. So each new sheet takes
up to AMONG others of its session out and puts all back together, in random order, under new random keys: whoever reads the
tables finds the newest sheet among as many that bear the same mark (docs/decisions/0030 has what remains).
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import Any

from sqlalchemy import delete, func, insert, select

from tpbis_events.foundation.database import db
from tpbis_events.questionnaires.model import AnonymousSheet, AnonymousText

AMONG = 31
_chance = secrets.SystemRandom()
Row = AnonymousSheet | AnonymousText


def put_among(questionnaire_id: int, session_id: int, ticked: dict[str, Any], texts: Mapping[int, str]) -> None:
    """A step: the ticks as one sheet, each text by itself."""
    where = {"questionnaire_id": questionnaire_id, "session_id": session_id}
    _put(AnonymousSheet, where, {"answers": ticked})
    for question_id, text in texts.items():
        _put(AnonymousText, {**where, "question_id": question_id}, {"text": text})


def _put(table: type[Row], where: dict[str, int], new: dict[str, Any]) -> None:
    """Rows that another transaction is mixing are left to it: so nobody waits for anybody."""
    others = db.session.execute(
        select(*list(table.__table__.columns))
        .where(*(getattr(table, name) == value for name, value in where.items()))
        .order_by(func.random())
        .limit(AMONG)
        .with_for_update(skip_locked=True)
    ).mappings()
    taken = [dict(row) for row in others]
    if taken:
        db.session.execute(delete(table).where(table.key.in_([row["key"] for row in taken])))
    rows = [*taken, {**where, **new}]
    _chance.shuffle(rows)
    db.session.execute(insert(table), [{**row, "key": secrets.token_hex(16)} for row in rows])

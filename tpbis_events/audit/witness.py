"""The head of the chain as it is kept outside the database, so that taking away the last entries shows as well.

A file in the instance directory, one line `number:seal`. It only moves forward, and only along the chain that it knows: a
head that contradicts it is logged and doesn't replace it. Processes that seal at once write it one after another.
"""

from __future__ import annotations

import fcntl
import os
import re
from pathlib import Path

from flask import current_app
from sqlalchemy import select

from tpbis_events.audit.chain import Head
from tpbis_events.audit.model import AuditEntry
from tpbis_events.foundation import logs
from tpbis_events.foundation.database import db

_LINE = re.compile(r"(\d{1,18}):([0-9a-f]{64})\s*")


def file() -> Path:
    return Path(current_app.config["INSTANCE"]) / "audit_head"


def read_head(line: str) -> Head | None:
    """`1200:3fa9...` as it stands in the file, in the log and in the office; None when it is no head."""
    found = _LINE.fullmatch(line)
    return Head(int(found.group(1)), found.group(2)) if found else None


def kept() -> Head | None:
    """What the file says; None when there is no file. A file that says nothing that can be read counts as contradiction."""
    try:
        line = file().read_text(encoding="ascii", errors="replace")
    except FileNotFoundError:
        return None
    return read_head(line) or Head(1, "unreadable")


def advance(head: Head) -> None:
    """Write the newer head down, unless the chain no longer has what was written before."""
    with file().with_name(".audit_head.lock").open("w") as turn:
        fcntl.flock(turn, fcntl.LOCK_EX)
        known = kept()
        if known is not None:
            seal = db.session.scalar(select(AuditEntry.seal).where(AuditEntry.seal_number == known.number))
            if seal != known.seal:
                logs.trouble("audit.head_contradicts", kept=str(known), found=str(head))
                return
            if known.number >= head.number:
                return  # another process was here first
        draft = file().with_name(".audit_head.draft")
        draft.write_text(f"{head}\n", encoding="ascii")
        os.replace(draft, file())

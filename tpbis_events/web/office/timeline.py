"""The history of one registration as a timeline: what was done to it, by whom, and the mail that it was owed, oldest first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import url_for

from tpbis_events.audit.model import AuditEntry
from tpbis_events.outbox.model import Mail
from tpbis_events.web.office import words
from tpbis_events.web.office.mail import KINDS, STATES

_ENDS = frozenset({"registration.cancelled", "registration.rejected", "registration.declined", "registration.lapsed"})


@dataclass(frozen=True, slots=True)
class Moment:
    """One thing that happened. `kind` is act, end, attendance, certificate or mail; `badge` is kind and words."""

    at: datetime
    kind: str
    what: str
    by: str = ""
    network: str | None = None
    details: str = ""
    reason: str | None = None
    people: tuple[str, ...] = ()  # references of others whom it names
    badge: tuple[str, Any] | None = None
    url: str | None = None


def timeline(
    history: Sequence[AuditEntry],
    mails: Sequence[Mail],
    names: Mapping[str, str],
    others: Mapping[str, str],
    *,
    may_open_mail: bool,
) -> list[Moment]:
    """Acts and mails together; of one moment the act comes before the mail that it owes."""
    acts = [_act(entry, names, others) for entry in history]
    return sorted(acts + [_mail(mail, may_open_mail) for mail in mails], key=lambda moment: moment.at)


def _act(entry: AuditEntry, names: Mapping[str, str], others: Mapping[str, str]) -> Moment:
    after = entry.after or {}
    return Moment(
        entry.at,
        _kind(entry.act),
        words.act(entry.act),
        words.actor(entry.actor, dict(names)),
        entry.network,
        words.what_changed(entry),
        entry.reason,
        tuple(after[key] for key in ("by", "for") if after.get(key) in others),
    )


def _kind(act: str) -> str:
    if act in _ENDS:
        return "end"
    room = act.partition(".")[0]
    return room if room in ("attendance", "certificate") else "act"


def _mail(mail: Mail, may_open: bool) -> Moment:
    return Moment(
        mail.owed_at,
        "mail",
        str(KINDS.get(mail.kind, mail.kind)),
        badge=STATES[mail.state],
        url=url_for("office.mail.show", mail_id=mail.id) if may_open else None,
    )

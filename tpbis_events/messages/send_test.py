"""Send a message to its own author, to see how it looks: with made-up facts, marked as a test, and without anybody's link."""

from __future__ import annotations

from typing import Any

from tpbis_events.audit.record import record
from tpbis_events.foundation import clock
from tpbis_events.foundation.codes import grouped
from tpbis_events.foundation.database import db
from tpbis_events.foundation.errors import Refusal
from tpbis_events.foundation.transaction import command
from tpbis_events.messages.hold_message import hold_own
from tpbis_events.messages.placeholders import filled
from tpbis_events.messages.text import values
from tpbis_events.messages.whom import one_of, read, scope_of_message
from tpbis_events.outbox.put import put
from tpbis_events.people.actor import Actor
from tpbis_events.people.model import Account
from tpbis_events.registrations.facts import facts_of
from tpbis_events.registrations.letters import CARRIED
from tpbis_events.registrations.model import Registration
from tpbis_events.registrations.note import KIND
from tpbis_events.registrations.rules import LANGUAGES

MOST_TESTS = 20
MARK = {"id": "[UJI COBA]", "en": "[TEST]"}
_REFERENCE = "0000TEST"
_NOT_HERS = ("registration_id", "link_version", "online_url", *CARRIED)


@command
def send_test(message_id: int, *, by: Actor) -> str:
    """The address that it goes to: that of the author's account, in both languages. Nothing that is hers alone is taken from a
    recipient: the name is the author's, the reference made up, no link opens anything.

    Refuses who didn't write it, a message for nobody, and more than twenty tests.
    """
    message = hold_own(message_id, by=by)
    if message.tests >= MOST_TESTS:
        raise Refusal("message.many_tests", most=MOST_TESTS)
    like = one_of(scope_of_message(message, by=by), read(message.asked), by=by)
    if like is None:
        raise Refusal("message.nobody")
    account = db.session.get_one(Account, message.author_id)
    message.tests += 1
    now = clock.now()
    for language in LANGUAGES:
        said = values(like, language) | {"full_name": account.name, "reference": grouped(_REFERENCE)}
        put(
            KIND,
            subject=f"message:{message.id}:{language}",
            version=message.tests,
            to=account.email,
            language=language,
            facts=_facts(like, account.name)
            | {
                "note_subject": f"{MARK[language]} {filled(getattr(message, f'subject_{language}'), said)}",
                "note_lines": filled(getattr(message, f"text_{language}"), said).split("\n"),
            },
            at=now,
        )
    record("message.tested", f"message:{message.id}", at=now, actor=by.label)
    return account.email


def _facts(like: Registration, name: str) -> dict[str, Any]:
    facts = facts_of(like, at=clock.now())
    return {key: fact for key, fact in facts.items() if key not in _NOT_HERS} | {
        "full_name": name,
        "reference": _REFERENCE,
        "sample": True,
    }

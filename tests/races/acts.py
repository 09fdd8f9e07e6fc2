"""What racers can be told to do, how it is done, and the people whom a race finds there already."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from tests.builders import Place, registered, somebody
from tests.races.history import Answer
from tpbis_events.foundation.database import db
from tpbis_events.people.actor import COMMAND_LINE, participant
from tpbis_events.registrations.answer_offer import accept, decline
from tpbis_events.registrations.cancel import cancel
from tpbis_events.registrations.change_seats import add_seats, move_seats, remove_seats
from tpbis_events.registrations.decide import approve, reject
from tpbis_events.registrations.lapse_offers import lapse_offers
from tpbis_events.registrations.move import move
from tpbis_events.registrations.register import register
from tpbis_events.registrations.register_batch import Beyond, Row, register_batch
from tpbis_events.registrations.reinstate import reinstate
from tpbis_events.registrations.rules import Applicant
from tpbis_events.registrations.serve_waiting import serve_waiting
from tpbis_events.registrations.substitute import substitute

Act = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Lapsed:
    lapsed: int


_COMMANDS: dict[str, Callable[..., Any]] = {
    "register": lambda session_id, role_id, applicant, key, invitation_id=None: register(
        session_id, role_id, Applicant(**applicant), key=key, invitation_id=invitation_id
    ),
    "batch": lambda session_id, rows, beyond: register_batch(
        session_id,
        [Row(**{**row, "applicant": Applicant(**row["applicant"])}) for row in rows],
        beyond=Beyond(beyond),
        by=COMMAND_LINE,
    ),
    "cancel": lambda registration_id: cancel(registration_id, by=COMMAND_LINE, reason="berhalangan"),
    "withdraw": lambda registration_id: cancel(registration_id, by=participant(registration_id)),
    "move": lambda registration_id, session_id, role_id: move(
        registration_id, session_id, role_id, reason="salah kelas", by=COMMAND_LINE
    ),
    "reinstate": lambda registration_id: reinstate(registration_id, reason="salah pencet", by=COMMAND_LINE),
    "substitute": lambda registration_id, applicant: substitute(
        registration_id, Applicant(**applicant), by=participant(registration_id)
    ),
    "accept": lambda registration_id, by_office: accept(
        registration_id, by=COMMAND_LINE if by_office else participant(registration_id)
    ),
    "decline": lambda registration_id: decline(registration_id, by=participant(registration_id)),
    "lapse": lambda: Lapsed(lapse_offers()),
    "approve": lambda registration_ids: approve(registration_ids, by=COMMAND_LINE),
    "reject": lambda registration_ids: reject(registration_ids, reason="kursi terbatas", by=COMMAND_LINE),
    "serve_waiting": lambda quota_id, most: serve_waiting(quota_id, most=most, by=COMMAND_LINE),
    "add_seats": lambda quota_id, number: add_seats(quota_id, number, reason="ruang lebih besar", by=COMMAND_LINE),
    "remove_seats": lambda quota_id, number: remove_seats(quota_id, number, reason="ruang kecil", by=COMMAND_LINE),
    "move_seats": lambda quota_id, to_quota_id, number: move_seats(
        quota_id, to_quota_id, number, reason="peran lain lebih ramai", by=COMMAND_LINE
    ),
}


def do(act: Act) -> dict[str, Any]:
    """Do an act by the command that a page of the same name would call; what it told."""
    asked = dict(act)
    return asdict(_COMMANDS[asked.pop("do")](**asked))


def registering(place: Place, applicant: Applicant, key: str) -> Act:
    where = {"session_id": place.session_id, "role_id": place.role_id}
    return {"do": "register", **where, "applicant": asdict(applicant), "key": key}


def batch(rows: Sequence[tuple[Place, Applicant]], *, beyond: str = "wait") -> Act:
    """The roster of one session, handed in by the office."""
    told = [
        {"line": line, "role_id": place.role_id, "applicant": asdict(applicant)}
        for line, (place, applicant) in enumerate(rows, start=1)
    ]
    return {"do": "batch", "session_id": rows[0][0].session_id, "rows": told, "beyond": beyond}


def cancelling(registration_id: int) -> Act:
    return {"do": "cancel", "registration_id": registration_id}


def moving(registration_id: int, place: Place) -> Act:
    where = {"session_id": place.session_id, "role_id": place.role_id}
    return {"do": "move", "registration_id": registration_id, **where}


def reinstating(registration_id: int) -> Act:
    return {"do": "reinstate", "registration_id": registration_id}


def substituting(registration_id: int, applicant: Applicant) -> Act:
    return {"do": "substitute", "registration_id": registration_id, "applicant": asdict(applicant)}


def accepting(registration_id: int, *, by_office: bool = False) -> Act:
    return {"do": "accept", "registration_id": registration_id, "by_office": by_office}


def declining(registration_id: int) -> Act:
    return {"do": "decline", "registration_id": registration_id}


def lapsing() -> Act:
    """The worker lets go what is over by the clock of its process."""
    return {"do": "lapse"}


def approving(registration_ids: Sequence[int]) -> Act:
    return {"do": "approve", "registration_ids": list(registration_ids)}


def rejecting(registration_ids: Sequence[int]) -> Act:
    return {"do": "reject", "registration_ids": list(registration_ids)}


def serving(place: Place, most: int | None = None) -> Act:
    return {"do": "serve_waiting", "quota_id": place.quota_id, "most": most}


def adding(place: Place, number: int) -> Act:
    return {"do": "add_seats", "quota_id": place.quota_id, "number": number}


def removing(place: Place, number: int) -> Act:
    return {"do": "remove_seats", "quota_id": place.quota_id, "number": number}


def moving_seats(place: Place, to: Place, number: int) -> Act:
    return {"do": "move_seats", "quota_id": place.quota_id, "to_quota_id": to.quota_id, "number": number}


def filled(place: Place, number: int, **told: Any) -> list[Answer]:
    """Register this many people, one after the other, in this process; their answers, in order, for the judge."""
    answers = []
    for _ in range(number):
        outcome = registered(place, somebody(**told))
        act = {"do": "register", "session_id": place.session_id, "role_id": place.role_id, "key": outcome.reference}
        answers.append(Answer(act, asdict(outcome)))
    db.session.remove()
    return answers


def done(act: Act) -> Answer:
    """Do one act in this process; it must not be refused."""
    answer = Answer(act, do(act))
    db.session.remove()
    return answer


def ids(answers: Sequence[Answer]) -> list[int]:
    """Whom the answers registered."""
    return [answer.told["registration_id"] for answer in answers if answer.told and answer.act["do"] == "register"]

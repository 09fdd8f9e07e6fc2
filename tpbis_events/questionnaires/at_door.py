"""Who answers at the door, and what: a published questionnaire in a session, and the registration of a reference."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from tpbis_events.foundation.codes import read_back
from tpbis_events.foundation.database import db
from tpbis_events.foundation.errors import NotFound
from tpbis_events.programmes.model import Session
from tpbis_events.questionnaires.model import Questionnaire
from tpbis_events.registrations.model import Registration, State


def of_session(questionnaire_id: int, session_id: int) -> tuple[Questionnaire, Session]:
    """A published one, in a session of its event; anything else is answered like one that there isn't. Three queries."""
    asked = db.session.get(Questionnaire, questionnaire_id, populate_existing=True)
    session = db.session.scalar(
        select(Session)
        .where(Session.id == session_id)
        .options(joinedload(Session.event), selectinload(Session.days))
        .execution_options(populate_existing=True)
    )
    if asked is None or session is None or not asked.published_at or session.event_id != asked.event_id:
        raise NotFound("questionnaire.unknown")
    return asked, session


def registration_of(reference: str, session_id: int) -> int | None:
    """Of who has a seat in this session and no other; unknown and elsewhere are alike."""
    typed = read_back(reference)
    if not typed or len(typed) > 12:
        return None
    return db.session.scalar(
        select(Registration.id).where(
            Registration.reference == typed,
            Registration.session_id == session_id,
            Registration.state == State.SEATED,
        )
    )

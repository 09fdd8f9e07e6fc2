"""Pre-test, post-test, evaluation, and the commitments that follow from a meeting.

What is anonymous is kept apart from who handed it in: the two tables have no key, no time and no order in common
(docs/decisions/0030).
"""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tpbis_events.foundation.database import Base, Name, UtcDateTime, words


class Kind(StrEnum):
    PRE_TEST = "pre-test"
    POST_TEST = "post-test"
    EVALUATION = "evaluation"
    OTHER = "other"


TESTS = frozenset({Kind.PRE_TEST, Kind.POST_TEST})
_IS_TEST = text("kind IN ('pre-test', 'post-test')")


class Anchor(StrEnum):
    """The day of a session that a window is counted from."""

    FIRST_DAY = "first-day"
    LAST_DAY = "last-day"


class QuestionKind(StrEnum):
    ONE = "one"
    SEVERAL = "several"
    SCALE = "scale"  # 1 to 5
    SHORT = "short"
    LONG = "long"


CHOICES = frozenset({QuestionKind.ONE, QuestionKind.SEVERAL})
TEXTS = frozenset({QuestionKind.SHORT, QuestionKind.LONG})


class Measured(StrEnum):
    """The two indices that Perpusnas reports, each a mean of 1 to 5."""

    RELEVANCE = "relevance"
    SATISFACTION = "satisfaction"


class Questionnaire(Base):
    """What is asked of everybody who has a seat in an event, within a window around her own session.

    Without `published_at` it is a draft. `asks_of_id` names another whose questions it asks: a post-test that asks what the
    pre-test asked, so that their gain compares like with like.
    """

    __tablename__ = "questionnaires"
    __table_args__ = (
        CheckConstraint("kind != 'evaluation' OR anonymous", name="evaluation_is_anonymous"),
        CheckConstraint("kind NOT IN ('pre-test', 'post-test') OR NOT anonymous", name="test_is_named"),
        Index(
            "uq_questionnaires_tests",
            "event_id",
            "kind",
            unique=True,
            sqlite_where=_IS_TEST,
            postgresql_where=_IS_TEST,
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("events.id"), index=True)
    kind: Mapped[Kind] = mapped_column(words(Kind, "questionnairekind"))
    anonymous: Mapped[bool]
    shows_score: Mapped[bool] = mapped_column(default=False)
    title_id: Mapped[str] = mapped_column(Name)
    title_en: Mapped[str] = mapped_column(Name)
    intro_id: Mapped[str] = mapped_column(Text, default="")
    intro_en: Mapped[str] = mapped_column(Text, default="")
    opens_from: Mapped[Anchor] = mapped_column(words(Anchor, "opens_from"))
    opens_days: Mapped[int]
    closes_from: Mapped[Anchor] = mapped_column(words(Anchor, "closes_from"))
    closes_days: Mapped[int]
    asks_of_id: Mapped[int | None] = mapped_column(ForeignKey("questionnaires.id"))
    published_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Question(Base):
    """`points` belong to tests: they are given for exactly the right options. `version` counts the corrections of its words."""

    __tablename__ = "questions"
    __table_args__ = (CheckConstraint("points >= 0", name="points"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    questionnaire_id: Mapped[int] = mapped_column(ForeignKey("questionnaires.id"), index=True)
    sort: Mapped[int] = mapped_column(default=0)
    kind: Mapped[QuestionKind] = mapped_column(words(QuestionKind))
    measures: Mapped[Measured | None] = mapped_column(words(Measured))
    points: Mapped[int] = mapped_column(default=0)
    required: Mapped[bool] = mapped_column(default=True)
    version: Mapped[int] = mapped_column(default=1)
    text_id: Mapped[str] = mapped_column(String(500))
    text_en: Mapped[str] = mapped_column(String(500))
    low_id: Mapped[str] = mapped_column(String(80), default="")  # what 1 means, and below what 5 means
    low_en: Mapped[str] = mapped_column(String(80), default="")
    high_id: Mapped[str] = mapped_column(String(80), default="")
    high_en: Mapped[str] = mapped_column(String(80), default="")
    options: Mapped[list[Option]] = relationship(
        order_by="Option.sort, Option.id", cascade="all, delete-orphan", back_populates="question"
    )


class Option(Base):
    """One of the answers to choose from; of a test's question, whether it is right."""

    __tablename__ = "options"

    id: Mapped[int] = mapped_column(primary_key=True)
    question_id: Mapped[int] = mapped_column(ForeignKey("questions.id"), index=True)
    sort: Mapped[int] = mapped_column(default=0)
    right: Mapped[bool] = mapped_column(default=False)
    text_id: Mapped[str] = mapped_column(String(300))
    text_en: Mapped[str] = mapped_column(String(300))
    question: Mapped[Question] = relationship(back_populates="options")


class Wording(Base):
    """How a question was worded before it was corrected under the answers that it had by then."""

    __tablename__ = "question_wordings"

    question_id: Mapped[int] = mapped_column(ForeignKey("questions.id"), primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    told: Mapped[dict[str, Any]]
    replaced_at: Mapped[datetime] = mapped_column(UtcDateTime)
    replaced_by: Mapped[str] = mapped_column(String(120))


class HandedIn(Base):
    """That a registration has answered a questionnaire: this, and nothing more, so that it tells nothing of the answers."""

    __tablename__ = "handed_in"
    __table_args__ = (
        Index("ix_handed_in_registration_id", "registration_id"),
        {"sqlite_with_rowid": False},
    )

    questionnaire_id: Mapped[int] = mapped_column(ForeignKey("questionnaires.id"), primary_key=True)
    registration_id: Mapped[int] = mapped_column(ForeignKey("registrations.id"), primary_key=True)


class NamedSheet(Base):
    """The answers of a registration where they aren't anonymous: question id -> option id, option ids, 1 to 5, or text."""

    __tablename__ = "named_sheets"
    __table_args__ = (
        Index("ix_named_sheets_registration_id", "registration_id"),
        Index("ix_named_sheets_session_id", "session_id", "questionnaire_id"),
    )

    questionnaire_id: Mapped[int] = mapped_column(ForeignKey("questionnaires.id"), primary_key=True)
    registration_id: Mapped[int] = mapped_column(ForeignKey("registrations.id"), primary_key=True)
    session_id: Mapped[int] = mapped_column(ForeignKey("sessions.id"))
    handed_in_at: Mapped[datetime] = mapped_column(UtcDateTime)
    points: Mapped[int] = mapped_column(default=0)
    of_points: Mapped[int] = mapped_column(default=0)
    answers: Mapped[dict[str, Any]]


class AnonymousSheet(Base):
    """What one person ticked, of whom nothing is known but her session. Its key is random; it has no time and no order."""

    __tablename__ = "anonymous_sheets"
    __table_args__ = (
        Index("ix_anonymous_sheets_questionnaire_id", "questionnaire_id", "session_id"),
        Index("ix_anonymous_sheets_session_id", "session_id"),
        {"sqlite_with_rowid": False},
    )

    key: Mapped[str] = mapped_column(String(32), primary_key=True)
    questionnaire_id: Mapped[int] = mapped_column(ForeignKey("questionnaires.id"))
    session_id: Mapped[int] = mapped_column(ForeignKey("sessions.id"))
    answers: Mapped[dict[str, Any]]


class AnonymousText(Base):
    """What one person wrote to one question, apart from what she ticked and from what she wrote to others."""

    __tablename__ = "anonymous_texts"
    __table_args__ = (
        Index("ix_anonymous_texts_question_id", "question_id", "session_id"),
        Index("ix_anonymous_texts_questionnaire_id", "questionnaire_id", "session_id"),
        Index("ix_anonymous_texts_session_id", "session_id"),
        {"sqlite_with_rowid": False},
    )

    key: Mapped[str] = mapped_column(String(32), primary_key=True)
    questionnaire_id: Mapped[int] = mapped_column(ForeignKey("questionnaires.id"))
    session_id: Mapped[int] = mapped_column(ForeignKey("sessions.id"))
    question_id: Mapped[int] = mapped_column(ForeignKey("questions.id"))
    text: Mapped[str] = mapped_column(Text)


class Progress(StrEnum):
    PLANNED = "planned"
    UNDER_WAY = "under-way"
    DONE = "done"
    DROPPED = "dropped"


UNFINISHED = (Progress.PLANNED, Progress.UNDER_WAY)


class Commitment(Base):
    """What an agency will do after a meeting (rencana tindak lanjut): what, by whom, until when, how it will be measured.

    Without a registration the office entered it for the agency.
    """

    __tablename__ = "commitments"
    __table_args__ = (Index("ix_commitments_session_id_due_on", "session_id", "due_on", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    session_id: Mapped[int] = mapped_column(ForeignKey("sessions.id"))
    registration_id: Mapped[int | None] = mapped_column(ForeignKey("registrations.id"), index=True)
    key: Mapped[str] = mapped_column(String(64), unique=True)  # of the form that made it: sent twice it is one
    agency: Mapped[str] = mapped_column(Name)
    what: Mapped[str] = mapped_column(String(1000))
    who: Mapped[str] = mapped_column(Name)
    measure: Mapped[str] = mapped_column(String(500))
    due_on: Mapped[date]
    progress: Mapped[Progress] = mapped_column(words(Progress), default=Progress.PLANNED)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    steps: Mapped[list[CommitmentStep]] = relationship(
        order_by="CommitmentStep.id", cascade="all, delete-orphan", passive_deletes=True
    )


class CommitmentStep(Base):
    """One entry of a commitment's history: how far it was from a moment on, who said so, and what she wrote to it."""

    __tablename__ = "commitment_steps"

    id: Mapped[int] = mapped_column(primary_key=True)
    commitment_id: Mapped[int] = mapped_column(ForeignKey("commitments.id", ondelete="CASCADE"), index=True)
    progress: Mapped[Progress] = mapped_column(words(Progress, "step_progress"))
    note: Mapped[str] = mapped_column(String(500), default="")
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    by: Mapped[str] = mapped_column(String(120))

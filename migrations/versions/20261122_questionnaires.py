"""Questionnaires, their answers, commitments

Revision ID: 7f06c4e1b2d3
Revises: 7e05c4e1b2d3
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "7f06c4e1b2d3"
down_revision = "7e05c4e1b2d3"
branch_labels = None
depends_on = None

KINDS = "'pre-test', 'post-test', 'evaluation', 'other'"
ANCHORS = "'first-day', 'last-day'"
QUESTIONS = "'one', 'several', 'scale', 'short', 'long'"
PROGRESS = "'planned', 'under-way', 'done', 'dropped'"
IS_TEST = sa.text("kind IN ('pre-test', 'post-test')")
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    _asked()
    _answered()
    _committed()


def _asked() -> None:
    op.create_table(
        "questionnaires",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("anonymous", sa.Boolean(), nullable=False),
        sa.Column("shows_score", sa.Boolean(), nullable=False),
        sa.Column("title_id", sa.String(length=200), nullable=False),
        sa.Column("title_en", sa.String(length=200), nullable=False),
        sa.Column("intro_id", sa.Text(), nullable=False),
        sa.Column("intro_en", sa.Text(), nullable=False),
        sa.Column("opens_from", sa.String(length=24), nullable=False),
        sa.Column("opens_days", sa.Integer(), nullable=False),
        sa.Column("closes_from", sa.String(length=24), nullable=False),
        sa.Column("closes_days", sa.Integer(), nullable=False),
        sa.Column("asks_of_id", sa.Integer(), nullable=True),
        sa.Column("published_at", MOMENT, nullable=True),
        sa.CheckConstraint(f"kind IN ({KINDS})", name=op.f("ck_questionnaires_questionnairekind")),
        sa.CheckConstraint(f"opens_from IN ({ANCHORS})", name=op.f("ck_questionnaires_opens_from")),
        sa.CheckConstraint(f"closes_from IN ({ANCHORS})", name=op.f("ck_questionnaires_closes_from")),
        sa.CheckConstraint("kind != 'evaluation' OR anonymous", name=op.f("ck_questionnaires_evaluation_is_anonymous")),
        sa.CheckConstraint(
            "kind NOT IN ('pre-test', 'post-test') OR NOT anonymous", name=op.f("ck_questionnaires_test_is_named")
        ),
        sa.ForeignKeyConstraint(["event_id"], ["events.id"], name="fk_questionnaires_event_id_events"),
        sa.ForeignKeyConstraint(
            ["asks_of_id"], ["questionnaires.id"], name="fk_questionnaires_asks_of_id_questionnaires"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_questionnaires"),
    )
    op.create_index("ix_questionnaires_event_id", "questionnaires", ["event_id"])
    op.create_index(
        "uq_questionnaires_tests",
        "questionnaires",
        ["event_id", "kind"],
        unique=True,
        sqlite_where=IS_TEST,
        postgresql_where=IS_TEST,
    )
    op.create_table(
        "questions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("questionnaire_id", sa.Integer(), nullable=False),
        sa.Column("sort", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("measures", sa.String(length=24), nullable=True),
        sa.Column("points", sa.Integer(), nullable=False),
        sa.Column("required", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("text_id", sa.String(length=500), nullable=False),
        sa.Column("text_en", sa.String(length=500), nullable=False),
        sa.Column("low_id", sa.String(length=80), nullable=False),
        sa.Column("low_en", sa.String(length=80), nullable=False),
        sa.Column("high_id", sa.String(length=80), nullable=False),
        sa.Column("high_en", sa.String(length=80), nullable=False),
        sa.CheckConstraint(f"kind IN ({QUESTIONS})", name=op.f("ck_questions_questionkind")),
        sa.CheckConstraint("measures IN ('relevance', 'satisfaction')", name=op.f("ck_questions_measured")),
        sa.CheckConstraint("points >= 0", name=op.f("ck_questions_points")),
        sa.ForeignKeyConstraint(
            ["questionnaire_id"], ["questionnaires.id"], name="fk_questions_questionnaire_id_questionnaires"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_questions"),
    )
    op.create_index("ix_questions_questionnaire_id", "questions", ["questionnaire_id"])
    op.create_table(
        "options",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("question_id", sa.Integer(), nullable=False),
        sa.Column("sort", sa.Integer(), nullable=False),
        sa.Column("right", sa.Boolean(), nullable=False),
        sa.Column("text_id", sa.String(length=300), nullable=False),
        sa.Column("text_en", sa.String(length=300), nullable=False),
        sa.ForeignKeyConstraint(["question_id"], ["questions.id"], name="fk_options_question_id_questions"),
        sa.PrimaryKeyConstraint("id", name="pk_options"),
    )
    op.create_index("ix_options_question_id", "options", ["question_id"])
    op.create_table(
        "question_wordings",
        sa.Column("question_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("told", sa.JSON(), nullable=False),
        sa.Column("replaced_at", MOMENT, nullable=False),
        sa.Column("replaced_by", sa.String(length=120), nullable=False),
        sa.ForeignKeyConstraint(["question_id"], ["questions.id"], name="fk_question_wordings_question_id_questions"),
        sa.PrimaryKeyConstraint("question_id", "version", name="pk_question_wordings"),
    )


def _answered() -> None:
    def of_questionnaire(table: str) -> sa.ForeignKeyConstraint:
        name = f"fk_{table}_questionnaire_id_questionnaires"
        return sa.ForeignKeyConstraint(["questionnaire_id"], ["questionnaires.id"], name=name)

    def of_session(table: str) -> sa.ForeignKeyConstraint:
        return sa.ForeignKeyConstraint(["session_id"], ["sessions.id"], name=f"fk_{table}_session_id_sessions")

    def of_registration(table: str) -> sa.ForeignKeyConstraint:
        name = f"fk_{table}_registration_id_registrations"
        return sa.ForeignKeyConstraint(["registration_id"], ["registrations.id"], name=name)

    op.create_table(
        "handed_in",
        sa.Column("questionnaire_id", sa.Integer(), nullable=False),
        sa.Column("registration_id", sa.Integer(), nullable=False),
        of_questionnaire("handed_in"),
        of_registration("handed_in"),
        sa.PrimaryKeyConstraint("questionnaire_id", "registration_id", name="pk_handed_in"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_handed_in_registration_id", "handed_in", ["registration_id"])
    op.create_table(
        "named_sheets",
        sa.Column("questionnaire_id", sa.Integer(), nullable=False),
        sa.Column("registration_id", sa.Integer(), nullable=False),
        sa.Column("session_id", sa.Integer(), nullable=False),
        sa.Column("handed_in_at", MOMENT, nullable=False),
        sa.Column("points", sa.Integer(), nullable=False),
        sa.Column("of_points", sa.Integer(), nullable=False),
        sa.Column("answers", sa.JSON(), nullable=False),
        of_questionnaire("named_sheets"),
        of_registration("named_sheets"),
        of_session("named_sheets"),
        sa.PrimaryKeyConstraint("questionnaire_id", "registration_id", name="pk_named_sheets"),
    )
    op.create_index("ix_named_sheets_registration_id", "named_sheets", ["registration_id"])
    op.create_index("ix_named_sheets_session_id", "named_sheets", ["session_id", "questionnaire_id"])
    op.create_table(
        "anonymous_sheets",
        sa.Column("key", sa.String(length=32), nullable=False),
        sa.Column("questionnaire_id", sa.Integer(), nullable=False),
        sa.Column("session_id", sa.Integer(), nullable=False),
        sa.Column("answers", sa.JSON(), nullable=False),
        of_questionnaire("anonymous_sheets"),
        of_session("anonymous_sheets"),
        sa.PrimaryKeyConstraint("key", name="pk_anonymous_sheets"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_anonymous_sheets_questionnaire_id", "anonymous_sheets", ["questionnaire_id", "session_id"])
    op.create_index("ix_anonymous_sheets_session_id", "anonymous_sheets", ["session_id"])
    op.create_table(
        "anonymous_texts",
        sa.Column("key", sa.String(length=32), nullable=False),
        sa.Column("questionnaire_id", sa.Integer(), nullable=False),
        sa.Column("session_id", sa.Integer(), nullable=False),
        sa.Column("question_id", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        of_questionnaire("anonymous_texts"),
        of_session("anonymous_texts"),
        sa.ForeignKeyConstraint(["question_id"], ["questions.id"], name="fk_anonymous_texts_question_id_questions"),
        sa.PrimaryKeyConstraint("key", name="pk_anonymous_texts"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_anonymous_texts_question_id", "anonymous_texts", ["question_id", "session_id"])
    op.create_index("ix_anonymous_texts_questionnaire_id", "anonymous_texts", ["questionnaire_id", "session_id"])
    op.create_index("ix_anonymous_texts_session_id", "anonymous_texts", ["session_id"])


def _committed() -> None:
    op.create_table(
        "commitments",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("session_id", sa.Integer(), nullable=False),
        sa.Column("registration_id", sa.Integer(), nullable=True),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("agency", sa.String(length=200), nullable=False),
        sa.Column("what", sa.String(length=1000), nullable=False),
        sa.Column("who", sa.String(length=200), nullable=False),
        sa.Column("measure", sa.String(length=500), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("progress", sa.String(length=24), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.CheckConstraint(f"progress IN ({PROGRESS})", name=op.f("ck_commitments_progress")),
        sa.ForeignKeyConstraint(["session_id"], ["sessions.id"], name="fk_commitments_session_id_sessions"),
        sa.ForeignKeyConstraint(
            ["registration_id"], ["registrations.id"], name="fk_commitments_registration_id_registrations"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_commitments"),
        sa.UniqueConstraint("key", name="uq_commitments_key"),
    )
    op.create_index("ix_commitments_registration_id", "commitments", ["registration_id"])
    op.create_index("ix_commitments_session_id_due_on", "commitments", ["session_id", "due_on", "id"])
    op.create_table(
        "commitment_steps",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("commitment_id", sa.Integer(), nullable=False),
        sa.Column("progress", sa.String(length=24), nullable=False),
        sa.Column("note", sa.String(length=500), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("by", sa.String(length=120), nullable=False),
        sa.CheckConstraint(f"progress IN ({PROGRESS})", name=op.f("ck_commitment_steps_step_progress")),
        sa.ForeignKeyConstraint(
            ["commitment_id"],
            ["commitments.id"],
            name="fk_commitment_steps_commitment_id_commitments",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_commitment_steps"),
    )
    op.create_index("ix_commitment_steps_commitment_id", "commitment_steps", ["commitment_id"])


def downgrade() -> None:
    for table in (
        "commitment_steps",
        "commitments",
        "anonymous_texts",
        "anonymous_sheets",
        "named_sheets",
        "handed_in",
        "question_wordings",
        "options",
        "questions",
        "questionnaires",
    ):
        op.drop_table(table)

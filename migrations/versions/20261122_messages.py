"""Messages to many, reminders, who is to be told by phone

Revision ID: 7c03c4e1b2d3
Revises: 7b02c4e1b2d3
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "7c03c4e1b2d3"
down_revision = "7b02c4e1b2d3"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def _words(name: str, *members: str) -> sa.Enum:
    return sa.Enum(*members, native_enum=False, create_constraint=True, length=24, name=name)


def upgrade() -> None:
    op.create_table(
        "reminders",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("days_before", sa.Integer(), nullable=False),
        sa.Column("at", sa.Time(), nullable=False),
        sa.Column("set_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["event_id"], ["events.id"], name="fk_reminders_event_id_events", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_reminders"),
        sa.UniqueConstraint("event_id", "days_before", name="uq_reminders_event_id_days_before"),
    )
    op.create_table(
        "reminder_rounds",
        sa.Column("session_id", sa.Integer(), nullable=False),
        sa.Column("days_before", sa.Integer(), nullable=False),
        sa.Column("schedule", sa.Integer(), nullable=False),
        sa.Column("due_at", MOMENT, nullable=False),
        sa.Column("last_id", sa.Integer(), nullable=False),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(
            ["session_id"], ["sessions.id"], name="fk_reminder_rounds_session_id_sessions", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("session_id", "days_before", "schedule", name="pk_reminder_rounds"),
    )
    _calls()
    _messages()
    op.create_table(
        "unwanted_messages",
        sa.Column("registration_id", sa.Integer(), nullable=False),
        sa.Column("since", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["registration_id"], ["registrations.id"], name="fk_unwanted_messages_registration_id_registrations"
        ),
        sa.PrimaryKeyConstraint("registration_id", name="pk_unwanted_messages"),
    )


def _calls() -> None:
    op.create_table(
        "calls",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("registration_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("owed_at", MOMENT, nullable=False),
        sa.Column("mail_id", sa.Integer(), nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("tried_at", MOMENT, nullable=True),
        sa.Column("told_at", MOMENT, nullable=True),
        sa.Column("told_by", sa.String(length=120), nullable=True),
        sa.Column("how", _words("how", "whatsapp", "telephone", "otherwise", "given_up"), nullable=True),
        sa.Column("note", sa.String(length=300), nullable=True),
        sa.ForeignKeyConstraint(["mail_id"], ["mails.id"], name="fk_calls_mail_id_mails", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["registration_id"], ["registrations.id"], name="fk_calls_registration_id_registrations"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_calls"),
        sa.UniqueConstraint("mail_id", name="uq_calls_mail_id"),
        sa.UniqueConstraint("registration_id", "kind", "version", name="uq_calls_registration_id_kind_version"),
    )
    still = sa.text("told_at IS NULL")
    op.create_index("ix_calls_open", "calls", ["registration_id"], sqlite_where=still, postgresql_where=still)


def _messages() -> None:
    op.create_table(
        "messages",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("session_id", sa.Integer(), nullable=True),
        sa.Column("author_id", sa.Integer(), nullable=False),
        sa.Column("asked", sa.LargeBinary(), nullable=True),
        sa.Column("subject_id", sa.String(length=120), nullable=False),
        sa.Column("subject_en", sa.String(length=120), nullable=False),
        sa.Column("text_id", sa.Text(), nullable=False),
        sa.Column("text_en", sa.Text(), nullable=False),
        sa.Column("state", _words("messagestate", "draft", "scheduled", "running", "stopped", "done"), nullable=False),
        sa.Column("per_hour", sa.Integer(), nullable=True),
        sa.Column("due_at", MOMENT, nullable=True),
        sa.Column("tests", sa.Integer(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("started_at", MOMENT, nullable=True),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.Column("stopped_by", sa.String(length=120), nullable=True),
        sa.Column("stop_code", sa.String(length=60), nullable=True),
        sa.ForeignKeyConstraint(["author_id"], ["accounts.id"], name="fk_messages_author_id_accounts"),
        sa.ForeignKeyConstraint(["event_id"], ["events.id"], name="fk_messages_event_id_events"),
        sa.ForeignKeyConstraint(["session_id"], ["sessions.id"], name="fk_messages_session_id_sessions"),
        sa.PrimaryKeyConstraint("id", name="pk_messages"),
        sa.UniqueConstraint("key", name="uq_messages_key"),
    )
    op.create_index("ix_messages_state_due_at", "messages", ["state", "due_at"])
    for column in ("author_id", "event_id", "session_id"):
        op.create_index(f"ix_messages_{column}", "messages", [column])
    op.create_table(
        "message_rows",
        sa.Column("message_id", sa.Integer(), nullable=False),
        sa.Column("registration_id", sa.Integer(), nullable=False),
        sa.Column("reached", _words("reached", "due", "owed", "call", "skipped", "withdrawn"), nullable=False),
        sa.Column("code", sa.String(length=60), nullable=True),
        sa.Column("mail_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["mail_id"], ["mails.id"], name="fk_message_rows_mail_id_mails", ondelete="SET NULL"),
        sa.ForeignKeyConstraint(
            ["message_id"], ["messages.id"], name="fk_message_rows_message_id_messages", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["registration_id"], ["registrations.id"], name="fk_message_rows_registration_id_registrations"
        ),
        sa.PrimaryKeyConstraint("message_id", "registration_id", name="pk_message_rows"),
        sa.UniqueConstraint("mail_id", name="uq_message_rows_mail_id"),
    )
    op.create_index("ix_message_rows_reached", "message_rows", ["message_id", "reached", "registration_id"])
    op.create_index("ix_message_rows_registration_id", "message_rows", ["registration_id"])


def downgrade() -> None:
    for table in ("unwanted_messages", "message_rows", "messages", "calls", "reminder_rounds", "reminders"):
        op.drop_table(table)

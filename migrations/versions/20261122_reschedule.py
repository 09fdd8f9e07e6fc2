"""Reschedule: the history of a session's dates and places, whether people can still come, and which officers travel where

Revision ID: 6b2e1d4c3f02
Revises: 6a1f0c3d2e01
"""

from __future__ import annotations

from alembic import op
import sqlalchemy as sa

revision = "6b2e1d4c3f02"
down_revision = "6a1f0c3d2e01"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "session_changes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("session_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.String(length=120), nullable=False),
        sa.Column("before", sa.JSON(), nullable=False),
        sa.Column("after", sa.JSON(), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("tell", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["session_id"], ["sessions.id"], name=op.f("fk_session_changes_session_id_sessions")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_session_changes")),
    )
    op.create_index("ix_session_changes_session_id_id", "session_changes", ["session_id", "id"])
    op.create_table(
        "still_coming",
        sa.Column("change_id", sa.Integer(), nullable=False),
        sa.Column("registration_id", sa.Integer(), nullable=False),
        sa.Column(
            "stood",
            sa.Enum(
                "applied",
                "seated",
                "waiting",
                "offered",
                "lapsed",
                "declined",
                "rejected",
                "substituted",
                "cancelled",
                name="stood",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("coming", sa.Boolean(), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_by", sa.String(length=120), nullable=True),
        sa.ForeignKeyConstraint(
            ["change_id"], ["session_changes.id"], name=op.f("fk_still_coming_change_id_session_changes")
        ),
        sa.ForeignKeyConstraint(
            ["registration_id"], ["registrations.id"], name=op.f("fk_still_coming_registration_id_registrations")
        ),
        sa.PrimaryKeyConstraint("change_id", "registration_id", name=op.f("pk_still_coming")),
    )
    op.create_index(op.f("ix_still_coming_registration_id"), "still_coming", ["registration_id"])
    op.create_table(
        "session_officers",
        sa.Column("session_id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["session_id"], ["sessions.id"], name=op.f("fk_session_officers_session_id_sessions")),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_session_officers_account_id_accounts")),
        sa.PrimaryKeyConstraint("session_id", "account_id", name=op.f("pk_session_officers")),
    )
    op.create_index(op.f("ix_session_officers_account_id"), "session_officers", ["account_id"])


def downgrade() -> None:
    op.drop_table("session_officers")
    op.drop_table("still_coming")
    op.drop_table("session_changes")

"""Batches of certificates

Revision ID: 740ac4e1b2d3
Revises: 7309c4e1b2d3
"""

from __future__ import annotations

from alembic import op
import sqlalchemy as sa

revision = "740ac4e1b2d3"
down_revision = "7309c4e1b2d3"
branch_labels = None
depends_on = None

STATES = "'queued', 'running', 'done', 'stopped'"
OUTCOMES = "'due', 'issued', 'already', 'missing', 'refused'"
AT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "certificate_batches",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("session_id", sa.Integer(), nullable=True),
        sa.Column("wave", sa.Integer(), nullable=True),
        sa.Column("provinces", sa.JSON(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("ordered_by", sa.String(length=120), nullable=False),
        sa.Column("ordered_at", AT, nullable=False),
        sa.Column("state", sa.String(length=24), nullable=False),
        sa.Column("due_at", AT, nullable=True),
        sa.Column("ended_at", AT, nullable=True),
        sa.Column("stopped_by", sa.String(length=120), nullable=True),
        sa.Column("stop_code", sa.String(length=60), nullable=True),
        sa.CheckConstraint(f"state IN ({STATES})", name=op.f("ck_certificate_batches_batchstate")),
        sa.ForeignKeyConstraint(["event_id"], ["events.id"], name="fk_certificate_batches_event_id_events"),
        sa.ForeignKeyConstraint(
            ["session_id"], ["sessions.id"], name="fk_certificate_batches_session_id_sessions", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name="fk_certificate_batches_account_id_accounts"),
        sa.PrimaryKeyConstraint("id", name="pk_certificate_batches"),
        sa.UniqueConstraint("key", name="uq_certificate_batches_key"),
    )
    for column in ("event_id", "session_id", "account_id", "ordered_at"):
        op.create_index(f"ix_certificate_batches_{column}", "certificate_batches", [column])
    op.create_index("ix_certificate_batches_state_due_at", "certificate_batches", ["state", "due_at"])
    op.create_table(
        "certificate_batch_lines",
        sa.Column("batch_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("registration_id", sa.Integer(), nullable=False),
        sa.Column("outcome", sa.String(length=24), nullable=False),
        sa.Column("code", sa.String(length=60), nullable=True),
        sa.Column("facts", sa.JSON(), nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.CheckConstraint(f"outcome IN ({OUTCOMES})", name=op.f("ck_certificate_batch_lines_outcome")),
        sa.ForeignKeyConstraint(
            ["batch_id"],
            ["certificate_batches.id"],
            name="fk_certificate_batch_lines_batch_id_certificate_batches",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["registration_id"], ["registrations.id"], name="fk_certificate_batch_lines_registration_id_registrations"
        ),
        sa.PrimaryKeyConstraint("batch_id", "position", name="pk_certificate_batch_lines"),
        sa.UniqueConstraint("batch_id", "registration_id", name="uq_certificate_batch_lines_batch_id_registration_id"),
    )
    op.create_index(
        "ix_certificate_batch_lines_outcome", "certificate_batch_lines", ["batch_id", "outcome", "tries", "position"]
    )
    op.create_index("ix_certificate_batch_lines_registration_id", "certificate_batch_lines", ["registration_id"])


def downgrade() -> None:
    """What was ordered is forgotten; the certificates that were issued stay."""
    op.drop_table("certificate_batch_lines")
    op.drop_table("certificate_batches")

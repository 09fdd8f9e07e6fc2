"""Online attendance and what an auditor reads

Revision ID: 7107c4e1b2d3
Revises: 7f06c4e1b2d3
"""

from __future__ import annotations

from alembic import op
import sqlalchemy as sa

revision = "7107c4e1b2d3"
down_revision = "7f06c4e1b2d3"
branch_labels = None
depends_on = None

AT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.execute(
        "ALTER TABLE events ADD COLUMN online_counts VARCHAR(24) DEFAULT 'code' NOT NULL"
        " CONSTRAINT ck_events_onlinecounts CHECK (online_counts IN ('joined', 'code', 'listed'))"
    )
    op.create_table(
        "online_presences",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("registration_id", sa.Integer(), nullable=False),
        sa.Column("day_id", sa.Integer(), nullable=False),
        sa.Column("joined_at", AT, nullable=True),
        sa.Column("confirmed_at", AT, nullable=True),
        sa.Column("wrong_codes", sa.Integer(), nullable=False),
        sa.Column("codes_since", AT, nullable=True),
        sa.Column("listed_at", AT, nullable=True),
        sa.Column("listed_by", sa.String(length=120), nullable=True),
        sa.Column("listed_minutes", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["registration_id"], ["registrations.id"], name="fk_online_presences_registration_id_registrations"
        ),
        sa.ForeignKeyConstraint(["day_id"], ["session_days.id"], name="fk_online_presences_day_id_session_days"),
        sa.PrimaryKeyConstraint("id", name="pk_online_presences"),
        sa.UniqueConstraint("registration_id", "day_id", name="uq_online_presences_registration_id_day_id"),
    )
    op.create_index("ix_online_presences_day_id", "online_presences", ["day_id"])
    op.create_table(
        "online_codes",
        sa.Column("day_id", sa.Integer(), nullable=False),
        sa.Column("generation", sa.Integer(), nullable=False),
        sa.Column("changed_at", AT, nullable=False),
        sa.Column("changed_by", sa.String(length=120), nullable=False),
        sa.ForeignKeyConstraint(
            ["day_id"], ["session_days.id"], name="fk_online_codes_day_id_session_days", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("day_id", name="pk_online_codes"),
    )


def downgrade() -> None:
    op.drop_table("online_codes")
    op.drop_index("ix_online_presences_day_id", table_name="online_presences")
    op.drop_table("online_presences")
    op.execute("ALTER TABLE events DROP COLUMN online_counts")

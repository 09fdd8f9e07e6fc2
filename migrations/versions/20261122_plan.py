"""Plans of editions: publication, access and online address of a session, dates of a wave

Revision ID: 6a1f0c3d2e01
Revises: 5e0a7d93c1b4
"""

from __future__ import annotations

from alembic import op
import sqlalchemy as sa

revision = "6a1f0c3d2e01"
down_revision = "5e0a7d93c1b4"
branch_labels = None
depends_on = None


def columns() -> dict[str, tuple[sa.Column, ...]]:
    """What is added to each table; made anew each time, since a column belongs to the table that it was put into."""
    return {
        "events": (
            sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
            sa.Column("zone", sa.String(length=40), server_default="Asia/Jakarta", nullable=False),
            sa.Column("wave_smallest", sa.Integer(), server_default="8", nullable=True),
            sa.Column("wave_largest", sa.Integer(), server_default="9", nullable=True),
        ),
        "waves": (
            sa.Column("starts_on", sa.Date(), nullable=True),
            sa.Column("ends_on", sa.Date(), nullable=True),
        ),
        "roles": (sa.Column("seats", sa.Integer(), server_default="0", nullable=False),),
        "sessions": (
            sa.Column("access_id", sa.Text(), nullable=True),
            sa.Column("access_en", sa.Text(), nullable=True),
            sa.Column("online_url", sa.String(length=500), nullable=True),
        ),
    }


def upgrade() -> None:
    for table, added in columns().items():
        for column in added:
            op.add_column(table, column)
    # What is there was public all the time.
    op.execute("UPDATE events SET published_at = CURRENT_TIMESTAMP")
    op.execute(
        "UPDATE roles SET seats ="
        " COALESCE((SELECT max(quotas.last_seat_number) FROM quotas WHERE quotas.role_id = roles.id), 0)"
    )


def downgrade() -> None:
    for table, added in columns().items():
        for column in added:
            op.execute(f"ALTER TABLE {table} DROP COLUMN {column.name}")

"""Tags of registrations and the columns that an organizer chose

Revision ID: 6c3d2e5b4a03
Revises: 6b2e1d4c3f02
"""

from __future__ import annotations

revision = "6c3d2e5b4a03"
down_revision = "6b2e1d4c3f02"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass

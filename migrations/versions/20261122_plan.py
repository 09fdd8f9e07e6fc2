"""Plans of editions: publication, access and online address of a session, dates of a wave

Revision ID: 6a1f0c3d2e01
Revises: 5e0a7d93c1b4
"""

from __future__ import annotations

revision = "6a1f0c3d2e01"
down_revision = "5e0a7d93c1b4"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass

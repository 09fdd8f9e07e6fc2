"""Exports and imports in the background

Revision ID: 6d4c3f6a5b04
Revises: 6c3d2e5b4a03
"""

from __future__ import annotations

revision = "6d4c3f6a5b04"
down_revision = "6c3d2e5b4a03"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass

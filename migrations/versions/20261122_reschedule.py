"""Reschedule: the history of a session's dates and places, and whether people can still come

Revision ID: 6b2e1d4c3f02
Revises: 6a1f0c3d2e01
"""

from __future__ import annotations

revision = "6b2e1d4c3f02"
down_revision = "6a1f0c3d2e01"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass

"""Attendance by item, scans, devices of the door

Revision ID: 7d04c4e1b2d3
Revises: 7c03c4e1b2d3
"""

from __future__ import annotations

revision = "7d04c4e1b2d3"
down_revision = "7c03c4e1b2d3"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass

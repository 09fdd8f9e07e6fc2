"""Certificates: kinds, layouts, versions

Revision ID: 7208c4e1b2d3
Revises: 7107c4e1b2d3
"""

from __future__ import annotations

revision = "7208c4e1b2d3"
down_revision = "7107c4e1b2d3"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass

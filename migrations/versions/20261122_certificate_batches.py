"""Batches of certificates

Revision ID: 740ac4e1b2d3
Revises: 7309c4e1b2d3
"""

from __future__ import annotations

revision = "740ac4e1b2d3"
down_revision = "7309c4e1b2d3"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass

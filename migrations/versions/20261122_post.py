"""Outbox: addresses, limits, bounces and the desk

Revision ID: 7a01c4e1b2d3
Revises: 6d4c3f6a5b04
"""

from __future__ import annotations

revision = "7a01c4e1b2d3"
down_revision = "6d4c3f6a5b04"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass

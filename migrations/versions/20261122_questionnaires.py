"""Questionnaires, their answers, commitments

Revision ID: 7f06c4e1b2d3
Revises: 7e05c4e1b2d3
"""

from __future__ import annotations

revision = "7f06c4e1b2d3"
down_revision = "7e05c4e1b2d3"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass

"""Online attendance and what an auditor reads

Revision ID: 7107c4e1b2d3
Revises: 7f06c4e1b2d3
"""

from __future__ import annotations

revision = "7107c4e1b2d3"
down_revision = "7f06c4e1b2d3"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass

"""Messages to many, reminders, who is to be told by phone

Revision ID: 7c03c4e1b2d3
Revises: 7b02c4e1b2d3
"""

from __future__ import annotations

revision = "7c03c4e1b2d3"
down_revision = "7b02c4e1b2d3"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass

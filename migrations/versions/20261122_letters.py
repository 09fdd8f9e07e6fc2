"""Words of mails that an event changes

Revision ID: 7b02c4e1b2d3
Revises: 7a01c4e1b2d3
"""

from __future__ import annotations

revision = "7b02c4e1b2d3"
down_revision = "7a01c4e1b2d3"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass

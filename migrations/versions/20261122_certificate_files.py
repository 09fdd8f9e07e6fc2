"""How the files of certificates are signed, and the signed ones

Revision ID: 7309c4e1b2d3
Revises: 7208c4e1b2d3
"""

from __future__ import annotations

from alembic import op
import sqlalchemy as sa

revision = "7309c4e1b2d3"
down_revision = "7208c4e1b2d3"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(
        "ALTER TABLE certificate_versions ADD COLUMN signing VARCHAR(24) DEFAULT 'none' NOT NULL"
        " CONSTRAINT ck_certificate_versions_signing CHECK (signing IN ('none', 'own', 'outside'))"
    )
    op.add_column("certificate_versions", sa.Column("signed_hash", sa.String(length=64), nullable=True))
    op.add_column("certificate_versions", sa.Column("signed_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("certificate_versions", sa.Column("signed_by", sa.String(length=200), nullable=True))
    op.create_index("ix_certificate_versions_signed_hash", "certificate_versions", ["signed_hash"])


def downgrade() -> None:
    """That files were signed is forgotten; the signed files stay where they are kept."""
    op.drop_index("ix_certificate_versions_signed_hash", "certificate_versions")
    with op.batch_alter_table("certificate_versions") as table:
        table.drop_constraint(op.f("ck_certificate_versions_signing"), type_="check")
        for name in ("signing", "signed_hash", "signed_at", "signed_by"):
            table.drop_column(name)

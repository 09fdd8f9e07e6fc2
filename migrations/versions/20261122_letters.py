"""Words of mails that an event changes

Revision ID: 7b02c4e1b2d3
Revises: 7a01c4e1b2d3
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "7b02c4e1b2d3"
down_revision = "7a01c4e1b2d3"
branch_labels = None
depends_on = None

POINTS_AT = "fk_mails_words_id_letter_texts"


def upgrade() -> None:
    op.create_table(
        "letter_texts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("scope", sa.String(length=80), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("subject_id", sa.String(length=200), nullable=False),
        sa.Column("subject_en", sa.String(length=200), nullable=False),
        sa.Column("text_id", sa.Text(), nullable=False),
        sa.Column("text_en", sa.Text(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_by", sa.String(length=120), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_letter_texts"),
        sa.UniqueConstraint("scope", "kind", "version", name="uq_letter_texts_scope_kind_version"),
    )
    with op.batch_alter_table("mails") as batch_op:
        batch_op.add_column(sa.Column("words_id", sa.Integer(), nullable=True))
        batch_op.create_foreign_key(POINTS_AT, "letter_texts", ["words_id"], ["id"])


def downgrade() -> None:
    with op.batch_alter_table("mails") as batch_op:
        batch_op.drop_constraint(POINTS_AT, type_="foreignkey")
        batch_op.drop_column("words_id")
    op.drop_table("letter_texts")

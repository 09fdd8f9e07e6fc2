"""keep the NIP of a certificate encrypted, and let its number be as long as a series and an event make it

Revision ID: 7c1d0e5a9b42
Revises: f3b92a3bc6c5
Create Date: 2026-11-22 04:05:00

"""

from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = "7c1d0e5a9b42"
down_revision = "f3b92a3bc6c5"
branch_labels = None
depends_on = None


def upgrade():
    with op.batch_alter_table("certificates", schema=None) as batch_op:
        batch_op.add_column(sa.Column("nip", sa.LargeBinary(), nullable=True))
        batch_op.alter_column(
            "number", existing_type=sa.String(length=80), type_=sa.String(length=160), existing_nullable=False
        )


def downgrade():
    with op.batch_alter_table("certificates", schema=None) as batch_op:
        batch_op.alter_column(
            "number", existing_type=sa.String(length=160), type_=sa.String(length=80), existing_nullable=False
        )
        batch_op.drop_column("nip")

"""the audit log says from where, and its rows are sealed into a chain

Revision ID: 5d20c7a9e114
Revises: 3b8f2c61d0aa
Create Date: 2026-11-22 09:40:00

"""

from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = "5d20c7a9e114"
down_revision = "3b8f2c61d0aa"
branch_labels = None
depends_on = None


def upgrade():
    # Said as SQL that both databases take, as neither library adds the check.
    op.execute(
        "ALTER TABLE audit_entries ADD COLUMN door VARCHAR(24) "
        "CONSTRAINT ck_audit_entries_door CHECK (door IN ('page', 'api', 'cli', 'worker'))"
    )
    op.add_column("audit_entries", sa.Column("network", sa.String(length=43), nullable=True))
    op.add_column("audit_entries", sa.Column("seal_number", sa.Integer(), nullable=True))
    op.add_column("audit_entries", sa.Column("seal", sa.String(length=64), nullable=True))
    op.create_index("uq_audit_entries_seal_number", "audit_entries", ["seal_number"], unique=True)
    op.create_index("ix_audit_entries_act_id", "audit_entries", ["act", "id"])
    op.create_index("ix_audit_entries_actor_id", "audit_entries", ["actor", "id"])
    unsealed = sa.text("seal_number IS NULL")
    op.create_index(
        "ix_audit_entries_unsealed", "audit_entries", ["id"], sqlite_where=unsealed, postgresql_where=unsealed
    )
    heads = op.create_table(
        "audit_heads",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("seal", sa.String(length=64), nullable=False),
        sa.Column("sealed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("checked_through", sa.Integer(), nullable=False),
        sa.Column("checked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("checked_number", sa.Integer(), nullable=False),
        sa.Column("fault_number", sa.Integer(), nullable=True),
        sa.Column("fault", sa.String(length=24), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_heads")),
    )
    op.bulk_insert(heads, [{"id": 1, "number": 0, "seal": "", "checked_through": 0, "checked_number": 0}])


def downgrade():
    op.drop_table("audit_heads")
    for index in (
        "ix_audit_entries_unsealed",
        "ix_audit_entries_actor_id",
        "ix_audit_entries_act_id",
        "uq_audit_entries_seal_number",
    ):
        op.drop_index(index, table_name="audit_entries")
    for column in ("seal", "seal_number", "network", "door"):
        op.execute(f"ALTER TABLE audit_entries DROP COLUMN {column}")

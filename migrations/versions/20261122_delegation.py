"""delegation: more rights, with an end; second factor, sign-ins, and links to choose a password

Revision ID: 5e0a7d93c1b4
Revises: 5d20c7a9e114
Create Date: 2026-11-22 11:20:00

"""

from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = "5e0a7d93c1b4"
down_revision = "5d20c7a9e114"
branch_labels = None
depends_on = None

OLD_RIGHTS = "'national', 'pic', 'door'"
NEW_RIGHTS = "'administrator', 'national', 'pic', 'door', 'auditor', 'finance'"


def upgrade():
    with op.batch_alter_table("grants") as batch_op:
        batch_op.add_column(sa.Column("ends_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.drop_constraint(batch_op.f("ck_grants_right"), type_="check")
        batch_op.create_check_constraint(batch_op.f("ck_grants_right"), f"name IN ({NEW_RIGHTS})")
    # Until now the national right was also the one over accounts: whoever has it keeps both.
    op.execute(
        "INSERT INTO grants (account_id, name, province_code) "
        "SELECT account_id, 'administrator', NULL FROM grants WHERE name = 'national' AND province_code IS NULL"
    )
    with op.batch_alter_table("accounts") as batch_op:
        batch_op.alter_column("password", existing_type=sa.String(length=255), nullable=True)
        batch_op.add_column(sa.Column("language", sa.String(length=5), server_default="id", nullable=False))
        batch_op.add_column(sa.Column("link_version", sa.Integer(), server_default="1", nullable=False))
        batch_op.add_column(sa.Column("totp_key", sa.LargeBinary(), nullable=True))
        batch_op.add_column(sa.Column("totp_step", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("recovery_codes", sa.JSON(), server_default="[]", nullable=False))
    op.create_table(
        "sign_ins",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("key_hash", sa.String(length=64), nullable=False),
        sa.Column("browser", sa.String(length=80), nullable=False),
        sa.Column("began_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_sign_ins_account_id_accounts"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_ins")),
        sa.UniqueConstraint("key_hash", name=op.f("uq_sign_ins_key_hash")),
    )
    op.create_index(op.f("ix_sign_ins_account_id"), "sign_ins", ["account_id"])
    op.create_table(
        "link_requests",
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_link_requests")),
    )


def downgrade():
    op.drop_table("link_requests")
    op.drop_table("sign_ins")
    op.execute("UPDATE accounts SET password = '' WHERE password IS NULL")
    with op.batch_alter_table("accounts") as batch_op:
        for column in ("recovery_codes", "totp_step", "totp_key", "link_version", "language"):
            batch_op.drop_column(column)
        batch_op.alter_column("password", existing_type=sa.String(length=255), nullable=False)
    op.execute(f"DELETE FROM grants WHERE name NOT IN ({OLD_RIGHTS})")
    with op.batch_alter_table("grants") as batch_op:
        batch_op.drop_constraint(batch_op.f("ck_grants_right"), type_="check")
        batch_op.create_check_constraint(batch_op.f("ck_grants_right"), f"name IN ({OLD_RIGHTS})")
        batch_op.drop_column("ends_at")

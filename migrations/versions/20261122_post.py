"""Outbox: addresses, limits, bounces and the desk

Revision ID: 7a01c4e1b2d3
Revises: 6d4c3f6a5b04
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "7a01c4e1b2d3"
down_revision = "6d4c3f6a5b04"
branch_labels = None
depends_on = None

OLD_STATES = "'due', 'leased', 'sent', 'failed'"
NEW_STATES = f"{OLD_STATES}, 'held', 'given_up'"
AT_ONCE = 1000


def upgrade() -> None:
    with op.batch_alter_table("mails") as batch_op:
        batch_op.add_column(sa.Column("mailbox", sa.String(length=320), server_default="", nullable=False))
        batch_op.add_column(sa.Column("by_public", sa.Boolean(), server_default=sa.false(), nullable=False))
        batch_op.add_column(sa.Column("cause", sa.String(length=24), nullable=True))
        batch_op.add_column(sa.Column("code", sa.String(length=24), nullable=True))
        batch_op.add_column(sa.Column("refused_since", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("paced_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.drop_constraint(batch_op.f("ck_mails_mailstate"), type_="check")
        batch_op.create_check_constraint(batch_op.f("ck_mails_mailstate"), f"state IN ({NEW_STATES})")
        batch_op.drop_index("ix_mails_state_due_at")
        batch_op.create_index("ix_mails_state_due_at_id", ["state", "due_at", "id"])
        batch_op.create_index("ix_mails_mailbox_id", ["mailbox", "id"])
    _name_mailboxes()
    op.create_table(
        "mail_addresses",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("address", sa.String(length=320), nullable=False),
        sa.Column("mailbox", sa.String(length=320), nullable=False),
        sa.Column("refused_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("cause", sa.String(length=24), nullable=False),
        sa.Column("said", sa.String(length=500), nullable=False),
        sa.Column("soft", sa.Integer(), nullable=False),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("cleared_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("cleared_by", sa.String(length=80), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mail_addresses")),
        sa.UniqueConstraint("address", name=op.f("uq_mail_addresses_address")),
    )
    op.create_index(op.f("ix_mail_addresses_mailbox"), "mail_addresses", ["mailbox"])
    op.create_table(
        "mail_bounces",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("mail_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("hard", sa.Boolean(), nullable=False),
        sa.Column("cause", sa.String(length=24), nullable=False),
        sa.Column("said", sa.String(length=500), nullable=False),
        sa.Column("came_by", sa.String(length=12), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["mail_id"], ["mails.id"], name=op.f("fk_mail_bounces_mail_id_mails"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mail_bounces")),
        sa.UniqueConstraint("key", name=op.f("uq_mail_bounces_key")),
    )
    op.create_index("ix_mail_bounces_mail_id", "mail_bounces", ["mail_id"])
    op.create_table(
        "mail_paces",
        sa.Column("domain", sa.String(length=255), nullable=False),
        sa.Column("free_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("domain", name=op.f("pk_mail_paces")),
    )
    op.create_table(
        "mail_server",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("reached", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("said", sa.String(length=500), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mail_server")),
    )
    op.create_table(
        "bounce_mailboxes",
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("uid_validity", sa.BigInteger(), nullable=False),
        sa.Column("last_uid", sa.BigInteger(), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("fault", sa.String(length=500), nullable=True),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_bounce_mailboxes")),
    )


def _name_mailboxes() -> None:
    """The mailbox of each mail that is there already, in pieces."""
    from tpbis_events.outbox.mailbox import mailbox_of

    connection, last = op.get_bind(), 0
    mails = sa.table("mails", sa.column("id"), sa.column("recipient"), sa.column("mailbox"))
    while rows := connection.execute(
        sa.select(mails.c.id, mails.c.recipient).where(mails.c.id > last).order_by(mails.c.id).limit(AT_ONCE)
    ).all():
        last = rows[-1].id
        connection.execute(
            sa.update(mails).where(mails.c.id == sa.bindparam("this")).values(mailbox=sa.bindparam("named")),
            [{"this": row.id, "named": mailbox_of(row.recipient)[:320]} for row in rows],
        )


def downgrade() -> None:
    for table in ("bounce_mailboxes", "mail_server", "mail_paces", "mail_bounces", "mail_addresses"):
        op.drop_table(table)
    # What was held or given up shows as failed again: nothing is sent that nobody asked for.
    op.execute("UPDATE mails SET state = 'failed' WHERE state IN ('held', 'given_up')")
    with op.batch_alter_table("mails") as batch_op:
        batch_op.drop_index("ix_mails_mailbox_id")
        batch_op.drop_index("ix_mails_state_due_at_id")
        batch_op.create_index("ix_mails_state_due_at", ["state", "due_at"])
        batch_op.drop_constraint(batch_op.f("ck_mails_mailstate"), type_="check")
        batch_op.create_check_constraint(batch_op.f("ck_mails_mailstate"), f"state IN ({OLD_STATES})")
        for column in ("paced_at", "refused_since", "code", "cause", "by_public", "mailbox"):
            batch_op.drop_column(column)

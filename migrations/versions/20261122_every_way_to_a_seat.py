"""every way to a seat: states of a registration's life, offers, ways in, sub-quotas, invitations, substitutes

Revision ID: 3b8f2c61d0aa
Revises: 7c1d0e5a9b42
Create Date: 2026-11-22 07:21:37

"""

from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = "3b8f2c61d0aa"
down_revision = "7c1d0e5a9b42"
branch_labels = None
depends_on = None

OLD_STATES = "'seated', 'waiting', 'cancelled'"
NEW_STATES = "'applied', 'seated', 'waiting', 'offered', 'lapsed', 'declined', 'rejected', 'substituted', 'cancelled'"
OLD_CHECKS = {
    "seated_has_seat": "(state = 'seated') = (seat_id IS NOT NULL)",
    "waiting_has_number": "state <> 'waiting' OR queue_number IS NOT NULL",
    "state": f"state IN ({OLD_STATES})",
}
NEW_CHECKS = {
    "holder_has_seat": "(state IN ('seated', 'offered')) = (seat_id IS NOT NULL)",
    "waiting_has_number": "(state = 'waiting') = (queue_number IS NOT NULL)",
    "offer_has_end": "(state = 'offered') = (offer_ends_at IS NOT NULL)",
    "state": f"state IN ({NEW_STATES})",
}
OLD_LIVE = "state IN ('seated', 'waiting')"
NEW_LIVE = "state IN ('applied', 'seated', 'waiting', 'offered')"


def one_of(table, column, words, default):
    """A column of one of a few words; said as SQL that both databases take, as neither library adds the check."""
    listed = ", ".join(f"'{word}'" for word in words)
    op.execute(
        f"ALTER TABLE {table} ADD COLUMN {column} VARCHAR(24) DEFAULT '{default}' NOT NULL "
        f"CONSTRAINT ck_{table}_{column.replace('_', '')} CHECK ({column} IN ({listed}))"
    )


def live_indexes(condition):
    for contact in ("email", "phone"):
        op.create_index(
            f"uq_registrations_live_{contact}",
            "registrations",
            ["event_id", f"{contact}_key"],
            unique=True,
            sqlite_where=sa.text(condition),
            postgresql_where=sa.text(condition),
        )


def drop_live_indexes():
    for contact in ("email", "phone"):
        op.drop_index(f"uq_registrations_live_{contact}", table_name="registrations")


def change_checks(batch_op, old, new):
    for name in old:
        batch_op.drop_constraint(batch_op.f(f"ck_registrations_{name}"), type_="check")
    for name, condition in new.items():
        batch_op.create_check_constraint(batch_op.f(f"ck_registrations_{name}"), condition)


def upgrade():
    op.create_table(
        "limits",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("role_id", sa.Integer(), nullable=False),
        sa.Column(
            "limited_by",
            sa.Enum(
                "country", "regency", "agency", name="limitedby", native_enum=False, create_constraint=True, length=24
            ),
            nullable=False,
        ),
        sa.Column("value", sa.String(length=200), nullable=False),
        sa.Column("most", sa.Integer(), nullable=False),
        sa.CheckConstraint("most >= 0", name=op.f("ck_limits_most")),
        sa.ForeignKeyConstraint(["role_id"], ["roles.id"], name=op.f("fk_limits_role_id_roles")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_limits")),
        sa.UniqueConstraint("role_id", "limited_by", "value", name=op.f("uq_limits_role_id_limited_by_value")),
    )
    op.create_table(
        "invitations",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("quota_id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "personal",
                "office",
                "nomination",
                name="invitationkind",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("email", sa.String(length=320), nullable=True),
        sa.Column("language", sa.String(length=5), nullable=False),
        sa.Column("places", sa.Integer(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.String(length=120), nullable=False),
        sa.CheckConstraint("places > 0", name=op.f("ck_invitations_places")),
        sa.ForeignKeyConstraint(["quota_id"], ["quotas.id"], name=op.f("fk_invitations_quota_id_quotas")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invitations")),
    )
    op.create_index("ix_invitations_quota_id", "invitations", ["quota_id"])

    one_of("events", "serving", ("seat", "offer", "hand"), "seat")
    op.add_column("events", sa.Column("offer_hours", sa.Integer(), server_default="16", nullable=False))
    op.add_column("events", sa.Column("reminder_hours", sa.Integer(), server_default="4", nullable=False))
    one_of("roles", "way_in", ("open", "approval", "invitation", "nomination"), "open")
    op.add_column("sessions", sa.Column("cancelled_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("sessions", sa.Column("cancel_reason", sa.String(length=500), nullable=True))

    op.create_index("uq_quotas_id_session_id_role_id", "quotas", ["id", "session_id", "role_id"], unique=True)
    op.add_column("persons", sa.Column("email_key", sa.String(length=320), nullable=True))
    op.execute("UPDATE persons SET email_key = lower(email)")
    op.create_index("ix_persons_email_key", "persons", ["email_key"])
    op.create_index("uq_seats_id_quota_id", "seats", ["id", "quota_id"], unique=True)

    op.execute("UPDATE registrations SET queue_number = NULL WHERE state <> 'waiting'")
    drop_live_indexes()
    with op.batch_alter_table("registrations") as batch_op:
        batch_op.alter_column("cancelled_at", new_column_name="ended_at")
        batch_op.alter_column("cancelled_by", new_column_name="ended_by")
        batch_op.alter_column("cancel_reason", new_column_name="end_reason")
        batch_op.add_column(sa.Column("turn", sa.Integer(), server_default="1", nullable=False))
        batch_op.add_column(sa.Column("offer_ends_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("offer_reminder_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("invitation_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("substitute_of_id", sa.Integer(), nullable=True))
        batch_op.create_index("ix_registrations_invitation_id", ["invitation_id"])
        batch_op.create_index("ix_registrations_offer_ends_at", ["offer_ends_at"])
        batch_op.create_index("ix_registrations_offer_reminder_at", ["offer_reminder_at"])
        batch_op.create_unique_constraint(batch_op.f("uq_registrations_substitute_of_id"), ["substitute_of_id"])
        batch_op.create_foreign_key(
            batch_op.f("fk_registrations_substitute_of_id_registrations"), "registrations", ["substitute_of_id"], ["id"]
        )
        batch_op.create_foreign_key(
            batch_op.f("fk_registrations_invitation_id_invitations"), "invitations", ["invitation_id"], ["id"]
        )
        batch_op.create_foreign_key(
            "fk_registrations_seat_of_quota", "seats", ["seat_id", "quota_id"], ["id", "quota_id"]
        )
        batch_op.create_foreign_key(
            "fk_registrations_quota_of_session_and_role",
            "quotas",
            ["quota_id", "session_id", "role_id"],
            ["id", "session_id", "role_id"],
        )
        change_checks(batch_op, OLD_CHECKS, NEW_CHECKS)
    live_indexes(NEW_LIVE)


def downgrade():
    op.execute(f"UPDATE registrations SET state = 'cancelled', seat_id = NULL WHERE state NOT IN ({OLD_STATES})")
    drop_live_indexes()
    with op.batch_alter_table("registrations") as batch_op:
        change_checks(batch_op, NEW_CHECKS, OLD_CHECKS)
        batch_op.drop_constraint("fk_registrations_quota_of_session_and_role", type_="foreignkey")
        batch_op.drop_constraint("fk_registrations_seat_of_quota", type_="foreignkey")
        batch_op.drop_constraint("fk_registrations_invitation_id_invitations", type_="foreignkey")
        batch_op.drop_constraint("fk_registrations_substitute_of_id_registrations", type_="foreignkey")
        batch_op.drop_constraint("uq_registrations_substitute_of_id", type_="unique")
        batch_op.drop_index("ix_registrations_offer_reminder_at")
        batch_op.drop_index("ix_registrations_offer_ends_at")
        batch_op.drop_index("ix_registrations_invitation_id")
        for column in ("substitute_of_id", "invitation_id", "offer_reminder_at", "offer_ends_at", "turn"):
            batch_op.drop_column(column)
        batch_op.alter_column("end_reason", new_column_name="cancel_reason")
        batch_op.alter_column("ended_by", new_column_name="cancelled_by")
        batch_op.alter_column("ended_at", new_column_name="cancelled_at")
    live_indexes(OLD_LIVE)
    op.drop_index("ix_persons_email_key", table_name="persons")
    with op.batch_alter_table("persons") as batch_op:
        batch_op.drop_column("email_key")
    op.drop_index("uq_seats_id_quota_id", table_name="seats")
    op.drop_index("uq_quotas_id_session_id_role_id", table_name="quotas")
    with op.batch_alter_table("sessions") as batch_op:
        batch_op.drop_column("cancel_reason")
        batch_op.drop_column("cancelled_at")
    with op.batch_alter_table("roles") as batch_op:
        batch_op.drop_constraint(batch_op.f("ck_roles_wayin"), type_="check")
        batch_op.drop_column("way_in")
    with op.batch_alter_table("events") as batch_op:
        batch_op.drop_column("reminder_hours")
        batch_op.drop_column("offer_hours")
        batch_op.drop_constraint(batch_op.f("ck_events_serving"), type_="check")
        batch_op.drop_column("serving")
    op.drop_table("invitations")
    op.drop_table("limits")

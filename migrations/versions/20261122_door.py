"""Attendance by item, scans, devices of the door

Revision ID: 7d04c4e1b2d3
Revises: 7c03c4e1b2d3
"""

from __future__ import annotations

from alembic import op
import sqlalchemy as sa

revision = "7d04c4e1b2d3"
down_revision = "7c03c4e1b2d3"
branch_labels = None
depends_on = None

AT = sa.DateTime(timezone=True)
# Of attendances; said as SQL that both databases take, as neither library adds checks to a table that is there.
ADDED = {
    "item_id": "INTEGER CONSTRAINT fk_attendances_item_id_agenda_items REFERENCES agenda_items (id)",
    "device_id": "INTEGER CONSTRAINT fk_attendances_device_id_door_devices REFERENCES door_devices (id)",
    "online": "BOOLEAN DEFAULT false NOT NULL",
    "late": "BOOLEAN DEFAULT false NOT NULL",
    "source": "VARCHAR(24) DEFAULT 'office' NOT NULL CONSTRAINT ck_attendances_source"
    " CHECK (source IN ('office', 'door', 'device', 'paper', 'online'))",
}
# Of several that stand for a person on a day, by items, the tables of before can hold one: the first.
OTHERS_OF_DAY = """
UPDATE attendances SET undone_at = checked_in_at, undone_by = 'migration', undo_reason = 'per item'
WHERE undone_at IS NULL AND EXISTS (
    SELECT 1 FROM attendances AS first
    WHERE first.registration_id = attendances.registration_id AND first.day_id = attendances.day_id
    AND first.undone_at IS NULL AND first.id < attendances.id)
"""


def one(name, table, columns, where):
    op.create_index(name, table, columns, unique=True, sqlite_where=sa.text(where), postgresql_where=sa.text(where))


def upgrade() -> None:
    op.execute(
        "ALTER TABLE events ADD COLUMN attendance_by VARCHAR(24) DEFAULT 'day' NOT NULL"
        " CONSTRAINT ck_events_attendanceby CHECK (attendance_by IN ('day', 'item'))"
    )
    op.add_column("events", sa.Column("late_after_minutes", sa.Integer(), server_default="15", nullable=False))
    op.create_table(
        "door_devices",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("session_id", sa.Integer(), nullable=False),
        sa.Column("day_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("may_search", sa.Boolean(), nullable=False),
        sa.Column("link_hash", sa.String(length=64), nullable=True),
        sa.Column("key_hash", sa.String(length=64), nullable=True),
        sa.Column("created_at", AT, nullable=False),
        sa.Column("created_by", sa.String(length=120), nullable=False),
        sa.Column("expires_at", AT, nullable=False),
        sa.Column("opened_at", AT, nullable=True),
        sa.Column("browser", sa.String(length=80), nullable=False),
        sa.Column("last_seen_at", AT, nullable=True),
        sa.Column("revoked_at", AT, nullable=True),
        sa.Column("revoked_by", sa.String(length=120), nullable=True),
        sa.ForeignKeyConstraint(["session_id"], ["sessions.id"], name="fk_door_devices_session_id_sessions"),
        sa.ForeignKeyConstraint(["day_id"], ["session_days.id"], name="fk_door_devices_day_id_session_days"),
        sa.PrimaryKeyConstraint("id", name="pk_door_devices"),
        sa.UniqueConstraint("link_hash", name="uq_door_devices_link_hash"),
        sa.UniqueConstraint("key_hash", name="uq_door_devices_key_hash"),
    )
    op.create_index("ix_door_devices_session_id", "door_devices", ["session_id"])
    op.drop_index("uq_attendances_standing", table_name="attendances")
    op.add_column("attendances", sa.Column("happened_at", AT, nullable=True))
    op.execute("UPDATE attendances SET happened_at = checked_in_at")
    with op.batch_alter_table("attendances") as table:
        table.alter_column("happened_at", existing_type=AT, nullable=False)
    for name, kind in ADDED.items():
        op.execute(f"ALTER TABLE attendances ADD COLUMN {name} {kind}")
    op.create_index("ix_attendances_item_id", "attendances", ["item_id"])
    one(
        "uq_attendances_standing_day",
        "attendances",
        ["registration_id", "day_id"],
        "undone_at IS NULL AND item_id IS NULL",
    )
    one(
        "uq_attendances_standing_item",
        "attendances",
        ["registration_id", "day_id", "item_id"],
        "undone_at IS NULL AND item_id IS NOT NULL",
    )
    _scans()


def _scans() -> None:
    op.create_table(
        "scans",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("session_id", sa.Integer(), nullable=False),
        sa.Column("day_id", sa.Integer(), nullable=False),
        sa.Column("item_id", sa.Integer(), nullable=True),
        sa.Column("registration_id", sa.Integer(), nullable=True),
        sa.Column("read_masked", sa.String(length=40), nullable=False),
        sa.Column("read_hash", sa.String(length=64), nullable=True),
        sa.Column("result", sa.String(length=60), nullable=False),
        sa.Column("shown", sa.String(length=24), nullable=False),
        sa.Column("device_clock_at", AT, nullable=True),
        sa.Column("happened_at", AT, nullable=False),
        sa.Column("received_at", AT, nullable=False),
        sa.Column("clock_wrong_by", sa.Integer(), nullable=False),
        sa.Column("clock_doubtful", sa.Boolean(), nullable=False),
        sa.Column("made_by", sa.String(length=120), nullable=False),
        sa.Column("device_id", sa.Integer(), nullable=True),
        sa.Column(
            "settling",
            sa.Enum(
                "nothing",
                "open",
                "accepted",
                "dismissed",
                name="settling",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("settled_at", AT, nullable=True),
        sa.Column("settled_by", sa.String(length=120), nullable=True),
        sa.Column("settle_reason", sa.String(length=500), nullable=True),
        sa.ForeignKeyConstraint(["session_id"], ["sessions.id"], name="fk_scans_session_id_sessions"),
        sa.ForeignKeyConstraint(["day_id"], ["session_days.id"], name="fk_scans_day_id_session_days"),
        sa.ForeignKeyConstraint(["item_id"], ["agenda_items.id"], name="fk_scans_item_id_agenda_items"),
        sa.ForeignKeyConstraint(
            ["registration_id"], ["registrations.id"], name="fk_scans_registration_id_registrations"
        ),
        sa.ForeignKeyConstraint(["device_id"], ["door_devices.id"], name="fk_scans_device_id_door_devices"),
        sa.PrimaryKeyConstraint("id", name="pk_scans"),
        sa.UniqueConstraint("key", name="uq_scans_key"),
    )
    op.create_index("ix_scans_session_id_id", "scans", ["session_id", "id"])
    op.create_index("ix_scans_registration_id", "scans", ["registration_id"])
    op.create_index("ix_scans_device_id", "scans", ["device_id"])
    is_open = sa.text("settling = 'open'")
    op.create_index("ix_scans_open", "scans", ["session_id"], sqlite_where=is_open, postgresql_where=is_open)


def downgrade() -> None:
    """Scans and devices go; a day of several items keeps its first check-in, the others become history."""
    op.drop_table("scans")
    op.drop_index("uq_attendances_standing_item", table_name="attendances")
    op.drop_index("uq_attendances_standing_day", table_name="attendances")
    op.drop_index("ix_attendances_item_id", table_name="attendances")
    op.execute(OTHERS_OF_DAY)
    with op.batch_alter_table("attendances") as table:
        table.drop_constraint(table.f("ck_attendances_source"), type_="check")
        for name in (*ADDED, "happened_at"):
            table.drop_column(name)
    one("uq_attendances_standing", "attendances", ["registration_id", "day_id"], "undone_at IS NULL")
    op.drop_table("door_devices")
    op.execute("ALTER TABLE events DROP COLUMN late_after_minutes")
    op.execute("ALTER TABLE events DROP COLUMN attendance_by")

"""Sheets of attendance, signatures, receipts

Revision ID: 7e05c4e1b2d3
Revises: 7d04c4e1b2d3
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "7e05c4e1b2d3"
down_revision = "7d04c4e1b2d3"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "receipt_lists",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("session_id", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("tax", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.String(length=120), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["session_id"], ["sessions.id"], name=op.f("fk_receipt_lists_session_id_sessions"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_receipt_lists")),
    )
    op.create_index("ix_receipt_lists_session_id", "receipt_lists", ["session_id", "id"], unique=False)
    op.create_table(
        "attendance_sheets",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("session_id", sa.Integer(), nullable=False),
        sa.Column("day_id", sa.Integer(), nullable=True),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(length=160), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("agreed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("agreed_by", sa.String(length=120), nullable=True),
        sa.Column("agreed_state", sa.String(length=64), nullable=True),
        sa.ForeignKeyConstraint(
            ["day_id"], ["session_days.id"], name=op.f("fk_attendance_sheets_day_id_session_days"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(["event_id"], ["events.id"], name=op.f("fk_attendance_sheets_event_id_events")),
        sa.ForeignKeyConstraint(
            ["session_id"], ["sessions.id"], name=op.f("fk_attendance_sheets_session_id_sessions"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attendance_sheets")),
        sa.UniqueConstraint("day_id", name=op.f("uq_attendance_sheets_day_id")),
        sa.UniqueConstraint("event_id", "ordinal", name=op.f("uq_attendance_sheets_event_id_ordinal")),
    )
    op.create_index(op.f("ix_attendance_sheets_session_id"), "attendance_sheets", ["session_id"], unique=False)
    op.create_table(
        "printings",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum("sheet", "badge", "desk", name="print", native_enum=False, create_constraint=True, length=24),
            nullable=False,
        ),
        sa.Column("session_id", sa.Integer(), nullable=False),
        sa.Column("sheet_id", sa.Integer(), nullable=True),
        sa.Column("code", sa.String(length=8), nullable=True),
        sa.Column(
            "row_order",
            sa.Enum("role", "name", name="row_order", native_enum=False, create_constraint=True, length=24),
            nullable=True,
        ),
        sa.Column("blank_rows", sa.Integer(), nullable=False),
        sa.Column("rows", sa.JSON(), nullable=False),
        sa.Column("printed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("printed_by", sa.String(length=120), nullable=False),
        sa.ForeignKeyConstraint(
            ["session_id"], ["sessions.id"], name=op.f("fk_printings_session_id_sessions"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["sheet_id"],
            ["attendance_sheets.id"],
            name=op.f("fk_printings_sheet_id_attendance_sheets"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_printings")),
        sa.UniqueConstraint("code", name=op.f("uq_printings_code")),
    )
    op.create_index("ix_printings_session_id_kind", "printings", ["session_id", "kind"], unique=False)
    op.create_index(op.f("ix_printings_sheet_id"), "printings", ["sheet_id"], unique=False)
    op.create_table(
        "left_differences",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("day_id", sa.Integer(), nullable=False),
        sa.Column("registration_id", sa.Integer(), nullable=False),
        sa.Column(
            "side",
            sa.Enum("paper", "screen", name="side", native_enum=False, create_constraint=True, length=24),
            nullable=False,
        ),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("left_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("left_by", sa.String(length=120), nullable=False),
        sa.ForeignKeyConstraint(["day_id"], ["session_days.id"], name=op.f("fk_left_differences_day_id_session_days")),
        sa.ForeignKeyConstraint(
            ["registration_id"], ["registrations.id"], name=op.f("fk_left_differences_registration_id_registrations")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_left_differences")),
        sa.UniqueConstraint(
            "day_id", "registration_id", "side", name=op.f("uq_left_differences_day_id_registration_id_side")
        ),
    )
    op.create_index(op.f("ix_left_differences_registration_id"), "left_differences", ["registration_id"], unique=False)
    op.create_table(
        "paper_marks",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("day_id", sa.Integer(), nullable=False),
        sa.Column("registration_id", sa.Integer(), nullable=False),
        sa.Column("printing_id", sa.Integer(), nullable=False),
        sa.Column("row", sa.Integer(), nullable=False),
        sa.Column("keyed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("keyed_by", sa.String(length=120), nullable=False),
        sa.Column("taken_back_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("taken_back_by", sa.String(length=120), nullable=True),
        sa.ForeignKeyConstraint(["day_id"], ["session_days.id"], name=op.f("fk_paper_marks_day_id_session_days")),
        sa.ForeignKeyConstraint(["printing_id"], ["printings.id"], name=op.f("fk_paper_marks_printing_id_printings")),
        sa.ForeignKeyConstraint(
            ["registration_id"], ["registrations.id"], name=op.f("fk_paper_marks_registration_id_registrations")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_paper_marks")),
    )
    op.create_index(op.f("ix_paper_marks_printing_id"), "paper_marks", ["printing_id"], unique=False)
    op.create_index(op.f("ix_paper_marks_registration_id"), "paper_marks", ["registration_id"], unique=False)
    op.create_index(
        "uq_paper_marks_standing",
        "paper_marks",
        ["day_id", "registration_id"],
        unique=True,
        sqlite_where=sa.text("taken_back_at IS NULL"),
        postgresql_where=sa.text("taken_back_at IS NULL"),
    )
    op.create_table(
        "receipt_lines",
        sa.Column("list_id", sa.Integer(), nullable=False),
        sa.Column("registration_id", sa.Integer(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("tax", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("tax >= 0 AND tax <= amount", name=op.f("ck_receipt_lines_tax")),
        sa.ForeignKeyConstraint(
            ["list_id"], ["receipt_lists.id"], name=op.f("fk_receipt_lines_list_id_receipt_lists"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["registration_id"], ["registrations.id"], name=op.f("fk_receipt_lines_registration_id_registrations")
        ),
        sa.PrimaryKeyConstraint("list_id", "registration_id", name=op.f("pk_receipt_lines")),
    )
    op.create_index(op.f("ix_receipt_lines_registration_id"), "receipt_lines", ["registration_id"], unique=False)
    op.create_table(
        "sheet_photos",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("day_id", sa.Integer(), nullable=False),
        sa.Column("printing_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=43), nullable=True),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("width", sa.Integer(), nullable=True),
        sa.Column("height", sa.Integer(), nullable=True),
        sa.Column("received_hash", sa.String(length=64), nullable=False),
        sa.Column("kept_hash", sa.String(length=64), nullable=False),
        sa.Column("attached_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("attached_by", sa.String(length=120), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_by", sa.String(length=120), nullable=True),
        sa.Column("withdraw_reason", sa.String(length=500), nullable=True),
        sa.ForeignKeyConstraint(["day_id"], ["session_days.id"], name=op.f("fk_sheet_photos_day_id_session_days")),
        sa.ForeignKeyConstraint(["printing_id"], ["printings.id"], name=op.f("fk_sheet_photos_printing_id_printings")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sheet_photos")),
        sa.UniqueConstraint("key", name=op.f("uq_sheet_photos_key")),
    )
    op.create_index(op.f("ix_sheet_photos_day_id"), "sheet_photos", ["day_id"], unique=False)
    op.create_index(op.f("ix_sheet_photos_printing_id"), "sheet_photos", ["printing_id"], unique=False)
    op.create_table(
        "signatures",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("registration_id", sa.Integer(), nullable=False),
        sa.Column("day_id", sa.Integer(), nullable=False),
        sa.Column("strokes", sa.LargeBinary(), nullable=True),
        sa.Column("consent", sa.String(length=20), nullable=False),
        sa.Column("drawn_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("drawn_by", sa.String(length=120), nullable=False),
        sa.Column("replaced_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["day_id"], ["session_days.id"], name=op.f("fk_signatures_day_id_session_days")),
        sa.ForeignKeyConstraint(
            ["registration_id"], ["registrations.id"], name=op.f("fk_signatures_registration_id_registrations")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_signatures")),
    )
    op.create_index(op.f("ix_signatures_day_id"), "signatures", ["day_id"], unique=False)
    op.create_index(
        "uq_signatures_standing",
        "signatures",
        ["registration_id", "day_id"],
        unique=True,
        sqlite_where=sa.text("replaced_at IS NULL"),
        postgresql_where=sa.text("replaced_at IS NULL"),
    )


def downgrade() -> None:
    op.drop_table("signatures")
    op.drop_table("sheet_photos")
    op.drop_table("receipt_lines")
    op.drop_table("paper_marks")
    op.drop_table("left_differences")
    op.drop_table("printings")
    op.drop_table("attendance_sheets")
    op.drop_table("receipt_lists")

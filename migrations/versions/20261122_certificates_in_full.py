"""Certificates: kinds, designs, versions with a code each, images

Revision ID: 7208c4e1b2d3
Revises: 7107c4e1b2d3
"""

from __future__ import annotations

from alembic import op
import sqlalchemy as sa

revision = "7208c4e1b2d3"
down_revision = "7107c4e1b2d3"
branch_labels = None
depends_on = None

_OF_VERSION = ("version", "code", "facts", "nip", "issued_at", "issued_by")


def _kind(table: str, column: str) -> str:
    """A column of one of a few words, as SQL that both databases take: neither library adds the check."""
    listed = "'participant', 'speaker', 'moderator', 'committee', 'letter'"
    return (
        f"ALTER TABLE {table} ADD COLUMN {column} VARCHAR(24) DEFAULT 'participant' NOT NULL"
        f" CONSTRAINT ck_{table}_certificatekind CHECK ({column} IN ({listed}))"
    )


def upgrade() -> None:
    op.add_column("events", sa.Column("certificate_design", sa.JSON(), server_default="{}", nullable=False))
    op.add_column("agenda_items", sa.Column("speakers", sa.String(length=400), nullable=True))
    op.execute(_kind("roles", "certificate_kind"))
    op.create_table(
        "certificate_versions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("certificate_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=20), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("nip", sa.LargeBinary(), nullable=True),
        sa.Column("file_hash", sa.String(length=64), nullable=True),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("issued_by", sa.String(length=120), nullable=False),
        sa.ForeignKeyConstraint(
            ["certificate_id"], ["certificates.id"], name="fk_certificate_versions_certificate_id_certificates"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_certificate_versions"),
        sa.UniqueConstraint("certificate_id", "version", name="uq_certificate_versions_certificate_id_version"),
        sa.UniqueConstraint("code", name="uq_certificate_versions_code"),
    )
    op.create_index("ix_certificate_versions_file_hash", "certificate_versions", ["file_hash"])
    names = ", ".join(_OF_VERSION)
    op.execute(f"INSERT INTO certificate_versions (certificate_id, {names}) SELECT id, {names} FROM certificates")
    with op.batch_alter_table("certificates") as table:
        table.drop_constraint("uq_certificates_code", type_="unique")
        for name in _OF_VERSION[1:]:
            table.drop_column(name)
        table.add_column(sa.Column("waiver", sa.String(length=500), nullable=True))
        table.add_column(sa.Column("waived_by", sa.String(length=120), nullable=True))
        table.add_column(sa.Column("revoked_by", sa.String(length=120), nullable=True))
    op.execute(_kind("certificates", "kind"))
    op.create_table(
        "certificate_images",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("purpose", sa.String(length=12), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("added_by", sa.String(length=120), nullable=False),
        sa.ForeignKeyConstraint(["event_id"], ["events.id"], name="fk_certificate_images_event_id_events"),
        sa.PrimaryKeyConstraint("id", name="pk_certificate_images"),
    )
    op.create_index("ix_certificate_images_event_id", "certificate_images", ["event_id"])
    op.create_table(
        "certificate_corrections",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("registration_id", sa.Integer(), nullable=False),
        sa.Column("asked", sa.JSON(), nullable=False),
        sa.Column("note", sa.String(length=500), nullable=True),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by", sa.String(length=120), nullable=True),
        sa.Column("accepted", sa.Boolean(), nullable=True),
        sa.Column("reason", sa.String(length=500), nullable=True),
        sa.ForeignKeyConstraint(
            ["registration_id"], ["registrations.id"], name="fk_certificate_corrections_registration_id_registrations"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_certificate_corrections"),
    )
    op.create_index("ix_certificate_corrections_registration_id", "certificate_corrections", ["registration_id"])
    waits = sa.text("decided_at IS NULL")
    op.create_index(
        "uq_certificate_corrections_open",
        "certificate_corrections",
        ["registration_id"],
        unique=True,
        sqlite_where=waits,
        postgresql_where=waits,
    )


def downgrade() -> None:
    """The newest version of each certificate stays; those it replaced have no place in the older tables."""
    op.drop_table("certificate_corrections")
    op.drop_table("certificate_images")
    with op.batch_alter_table("certificates") as table:
        table.drop_constraint(op.f("ck_certificates_certificatekind"), type_="check")
        for name in ("kind", "waiver", "waived_by", "revoked_by"):
            table.drop_column(name)
        table.add_column(sa.Column("code", sa.String(length=20), nullable=True))
        table.add_column(sa.Column("facts", sa.JSON(), nullable=True))
        table.add_column(sa.Column("nip", sa.LargeBinary(), nullable=True))
        table.add_column(sa.Column("issued_at", sa.DateTime(timezone=True), nullable=True))
        table.add_column(sa.Column("issued_by", sa.String(length=120), nullable=True))
    for name in _OF_VERSION[1:]:
        op.execute(
            f"UPDATE certificates SET {name} = (SELECT v.{name} FROM certificate_versions v"
            " WHERE v.certificate_id = certificates.id AND v.version = certificates.version)"
        )
    with op.batch_alter_table("certificates") as table:
        table.alter_column("code", existing_type=sa.String(length=20), nullable=False)
        table.alter_column("facts", existing_type=sa.JSON(), nullable=False)
        table.alter_column("issued_at", existing_type=sa.DateTime(timezone=True), nullable=False)
        table.alter_column("issued_by", existing_type=sa.String(length=120), nullable=False)
        table.create_unique_constraint("uq_certificates_code", ["code"])
    op.drop_table("certificate_versions")
    with op.batch_alter_table("roles") as table:
        table.drop_constraint(op.f("ck_roles_certificatekind"), type_="check")
        table.drop_column("certificate_kind")
    op.execute("ALTER TABLE agenda_items DROP COLUMN speakers")
    op.execute("ALTER TABLE events DROP COLUMN certificate_design")

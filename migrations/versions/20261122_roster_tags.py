"""The roster: words to find persons by, keys to sort registrations by, tags, acts on many, and the columns an organizer chose

Revision ID: 6c3d2e5b4a03
Revises: 6b2e1d4c3f02
"""

from __future__ import annotations

import unicodedata
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "6c3d2e5b4a03"
down_revision = "6b2e1d4c3f02"
branch_labels = None
depends_on = None

AT_ONCE = 500
ACTS = "'approve', 'reject', 'move', 'cancel', 'tag', 'untag', 'mail'"
ORDERS = ("name_key", "institution_key", "role_id", "state")


def upgrade() -> None:
    with op.batch_alter_table("accounts") as batch_op:
        batch_op.add_column(sa.Column("roster_columns", sa.JSON(), server_default="[]", nullable=False))
    for name in ("name_key", "institution_key"):  # not in a batch: SQLite adds them without copying the table
        op.add_column("registrations", sa.Column(name, sa.String(length=200), server_default="", nullable=False))
    op.create_index("ix_registrations_event_id_id", "registrations", ["event_id", "id"])
    op.create_table(
        "person_words",
        sa.Column(
            "word", sa.String(length=80).with_variant(sa.String(80, collation="C"), "postgresql"), nullable=False
        ),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["persons.id"], name="fk_person_words_person_id_persons"),
        sa.PrimaryKeyConstraint("word", "person_id", name="pk_person_words"),
        sqlite_with_rowid=False,
    )
    _fill()
    op.create_index("ix_person_words_person_id", "person_words", ["person_id", "word"])
    for name in ORDERS:
        op.create_index(f"ix_registrations_event_id_{name}", "registrations", ["event_id", name, "id"])
    op.create_table(
        "registration_tags",
        sa.Column("registration_id", sa.Integer(), nullable=False),
        sa.Column("word", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(
            ["registration_id"], ["registrations.id"], name="fk_registration_tags_registration_id_registrations"
        ),
        sa.PrimaryKeyConstraint("registration_id", "word", name="pk_registration_tags"),
    )
    op.create_index("ix_registration_tags_word", "registration_tags", ["word", "registration_id"])
    op.create_table(
        "bulks",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("act", sa.String(length=24), nullable=False),
        sa.Column("asked", sa.JSON(), nullable=False),
        sa.Column("served", sa.JSON(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("begun_by", sa.String(length=120), nullable=False),
        sa.Column("begun_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(f"act IN ({ACTS})", name=op.f("ck_bulks_bulkact")),
        sa.ForeignKeyConstraint(["event_id"], ["events.id"], name="fk_bulks_event_id_events"),
        sa.PrimaryKeyConstraint("id", name="pk_bulks"),
        sa.UniqueConstraint("key", name="uq_bulks_key"),
    )
    op.create_index("ix_bulks_begun_at", "bulks", ["begun_at"])
    op.create_table(
        "bulk_rows",
        sa.Column("bulk_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("registration_id", sa.Integer(), nullable=False),
        sa.Column("outcome", sa.String(length=24), nullable=False),
        sa.Column("code", sa.String(length=60), nullable=True),
        sa.Column("facts", sa.JSON(), nullable=True),
        sa.CheckConstraint("outcome IN ('due', 'done', 'refused')", name=op.f("ck_bulk_rows_outcome")),
        sa.ForeignKeyConstraint(["bulk_id"], ["bulks.id"], name="fk_bulk_rows_bulk_id_bulks", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["registration_id"], ["registrations.id"], name="fk_bulk_rows_registration_id_registrations"
        ),
        sa.PrimaryKeyConstraint("bulk_id", "position", name="pk_bulk_rows"),
    )
    op.create_index("ix_bulk_rows_outcome", "bulk_rows", ["bulk_id", "outcome", "position"])
    op.create_index("ix_bulk_rows_registration_id", "bulk_rows", ["registration_id"])


def _fill() -> None:
    """The words of the persons there are, and the keys of their registrations."""
    bind = op.get_bind()
    told = ("full_name", "own_script_name", "institution", "name_key", "email_key", "phone")
    persons = sa.table("persons", sa.column("id"), *(sa.column(name) for name in told))
    words = sa.table("person_words", sa.column("word"), sa.column("person_id"))
    registrations = sa.table(
        "registrations", sa.column("person_id"), sa.column("name_key"), sa.column("institution_key")
    )
    put = (
        sa.update(registrations)
        .where(registrations.c.person_id == sa.bindparam("of"))
        .values(name_key=sa.bindparam("name"), institution_key=sa.bindparam("institution"))
    )
    after = 0
    while rows := bind.execute(
        sa.select(persons).where(persons.c.id > after).order_by(persons.c.id).limit(AT_ONCE)
    ).all():
        after = rows[-1].id
        if found := [{"word": word, "person_id": row.id} for row in rows for word in sorted(_words(row))]:
            bind.execute(sa.insert(words), found)
        keys = [{"of": row.id, "name": row.name_key, "institution": _folded(row.institution)} for row in rows]
        bind.execute(put, keys)


def _words(row: Any) -> set[str]:
    found = set()
    for text in (row.full_name, row.own_script_name or "", row.institution):
        kept = "".join(c if unicodedata.category(c)[0] in "LNM" else " " for c in _folded(text))
        found |= {word[:60] for word in kept.split()}
    if row.email_key:
        found.add(f"@{row.email_key}"[:61])
    if row.phone:
        found.add(row.phone[:61])
    return found


def _folded(text: str) -> str:
    letters = unicodedata.normalize("NFKD", text[:200].casefold())
    return " ".join("".join(c for c in letters if not unicodedata.combining(c)).split())[:200]


def downgrade() -> None:
    op.drop_table("bulk_rows")
    op.drop_table("bulks")
    op.drop_table("registration_tags")
    for name in ORDERS:
        op.drop_index(f"ix_registrations_event_id_{name}", "registrations")
    op.drop_table("person_words")
    op.drop_index("ix_registrations_event_id_id", "registrations")
    for name in ("institution_key", "name_key"):
        op.drop_column("registrations", name)
    with op.batch_alter_table("accounts") as batch_op:
        batch_op.drop_column("roster_columns")

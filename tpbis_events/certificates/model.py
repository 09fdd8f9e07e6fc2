"""Certificates: numbered without gaps, each version kept word for word, found by an unguessable code."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, ForeignKey, Index, String, UniqueConstraint, and_, text
from sqlalchemy.ext.hybrid import hybrid_property
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tpbis_events.foundation.database import Base, Encrypted, UtcDateTime, words
from tpbis_events.programmes.model import CertificateKind
from tpbis_events.registrations.model import Registration


class Signing(StrEnum):
    """How the file of a version is to be signed: the event says it when the version is written."""

    NONE = "none"
    OWN = "own"  # by the key of this institution that the settings name
    OUTSIDE = "outside"  # by its signatory elsewhere (TTE by BSrE): out in a batch, and back signed


class Series(Base):
    """A series of numbers in a year. This row is the lock that keeps them without gap or double."""

    __tablename__ = "certificate_series"
    __table_args__ = (UniqueConstraint("name", "year"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(40))
    year: Mapped[int]
    last_number: Mapped[int] = mapped_column(default=0)


class Certificate(Base):
    """What a registration was given: one number for ever; `version` is the newest, whose facts are those of `latest`."""

    __tablename__ = "certificates"

    id: Mapped[int] = mapped_column(primary_key=True)
    registration_id: Mapped[int] = mapped_column(ForeignKey("registrations.id"), unique=True)
    number: Mapped[str] = mapped_column(String(160), unique=True)
    kind: Mapped[CertificateKind] = mapped_column(
        words(CertificateKind), default=CertificateKind.PARTICIPANT, server_default=CertificateKind.PARTICIPANT.value
    )
    version: Mapped[int] = mapped_column(default=1)
    waiver: Mapped[str | None] = mapped_column(String(500))  # why the office issued it though something was missing
    waived_by: Mapped[str | None] = mapped_column(String(120))
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    revoked_by: Mapped[str | None] = mapped_column(String(120))
    revoke_reason: Mapped[str | None] = mapped_column(String(500))
    registration: Mapped[Registration] = relationship()
    versions: Mapped[list[Version]] = relationship(back_populates="certificate", order_by="Version.version")
    latest: Mapped[Version] = relationship(
        primaryjoin="and_(Certificate.id == Version.certificate_id, Certificate.version == Version.version)",
        viewonly=True,
        uselist=False,
        lazy="joined",
    )

    @hybrid_property
    def stands(self) -> bool:
        """A certificate that was not revoked; a letter of attendance is none."""
        return self.revoked_at is None and self.kind is not CertificateKind.LETTER

    @stands.inplace.expression
    @classmethod
    def _stands(cls) -> ColumnElement[bool]:
        return and_(cls.revoked_at.is_(None), cls.kind != CertificateKind.LETTER)

    @property
    def code(self) -> str:
        return self.latest.code

    @property
    def facts(self) -> dict[str, Any]:
        return self.latest.facts

    @property
    def issued_at(self) -> datetime:
        return self.latest.issued_at


class Version(Base):
    """One version, word for word (`facts`; the NIP apart, encrypted), so that the same file can be drawn again.

    Each has a code of its own, so that the check page knows which paper somebody holds.
    """

    __tablename__ = "certificate_versions"
    __table_args__ = (UniqueConstraint("certificate_id", "version"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    certificate_id: Mapped[int] = mapped_column(ForeignKey("certificates.id"))
    version: Mapped[int]
    code: Mapped[str] = mapped_column(String(20), unique=True)  # 100 bits
    facts: Mapped[dict[str, Any]]
    nip: Mapped[str | None] = mapped_column(Encrypted)
    file_hash: Mapped[str | None] = mapped_column(String(64), index=True)  # SHA-256 of the file as it was drawn
    signing: Mapped[Signing] = mapped_column(words(Signing), default=Signing.NONE, server_default=Signing.NONE.value)
    signed_hash: Mapped[str | None] = mapped_column(String(64), index=True)  # of the signed file, which then is the one
    signed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    signed_by: Mapped[str | None] = mapped_column(String(200))  # whose certificate signed it, as that says
    issued_at: Mapped[datetime] = mapped_column(UtcDateTime)
    issued_by: Mapped[str] = mapped_column(String(120))
    certificate: Mapped[Certificate] = relationship(back_populates="versions")

    @property
    def waits_for_signature(self) -> bool:
        """Whether its file isn't there yet, since it is to be signed first."""
        return self.signing is not Signing.NONE and self.signed_hash is None


_OPEN = text("decided_at IS NULL")


class Correction(Base):
    """What somebody asks to have corrected after her session, with how it was decided. One at a time waits for a decision.

    `asked` holds names of answers with what they should say; erased with the person's own data.
    """

    __tablename__ = "certificate_corrections"
    __table_args__ = (
        Index(
            "uq_certificate_corrections_open",
            "registration_id",
            unique=True,
            sqlite_where=_OPEN,
            postgresql_where=_OPEN,
        ),
        Index("ix_certificate_corrections_registration_id", "registration_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    registration_id: Mapped[int] = mapped_column(ForeignKey("registrations.id"))
    asked: Mapped[dict[str, Any]]
    note: Mapped[str | None] = mapped_column(String(500))
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    decided_by: Mapped[str | None] = mapped_column(String(120))
    accepted: Mapped[bool | None]
    reason: Mapped[str | None] = mapped_column(String(500))  # why it was not accepted, as the person reads it
    registration: Mapped[Registration] = relationship()


class Image(Base):
    """A picture of an event's certificates that was uploaded; its file is named by its SHA-256 and never changed.

    The row goes when the event no longer uses it; the file stays, since certificates that were issued show it.
    """

    __tablename__ = "certificate_images"

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("events.id"), index=True)
    purpose: Mapped[str] = mapped_column(String(12))  # a member of images.Purpose
    name: Mapped[str] = mapped_column(String(120))
    sha256: Mapped[str] = mapped_column(String(64))
    width: Mapped[int]
    height: Mapped[int]
    added_at: Mapped[datetime] = mapped_column(UtcDateTime)
    added_by: Mapped[str] = mapped_column(String(120))

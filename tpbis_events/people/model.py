"""Persons who come, and the accounts of those who organize."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from flask_security import RoleMixin, UserMixin
from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tpbis_events.foundation.database import Base, Encrypted, Name, UtcDateTime, words


class Employment(StrEnum):
    """What a person works as; decides who is asked for a NIP (source: biodata forms in use at Perpusnas)."""

    PNS = "pns"
    PPPK = "pppk"
    NON_ASN = "non-asn"
    VILLAGE_OFFICIAL = "village-official"
    COMMUNITY = "community"


CIVIL_SERVANTS = frozenset({Employment.PNS, Employment.PPPK})


class Person(Base):
    """What a person said of herself in one registration. Erasure empties this row and nothing else has to know."""

    __tablename__ = "persons"

    id: Mapped[int] = mapped_column(primary_key=True)
    full_name: Mapped[str] = mapped_column(Name)
    own_script_name: Mapped[str | None] = mapped_column(Name)
    name_key: Mapped[str] = mapped_column(String(200), index=True)  # for search: folded, without accents
    email: Mapped[str | None] = mapped_column(String(320), index=True)
    email_key: Mapped[str | None] = mapped_column(String(320), index=True)  # for finding: folded
    phone: Mapped[str | None] = mapped_column(String(20), index=True)  # E.164
    institution: Mapped[str] = mapped_column(Name)
    position: Mapped[str] = mapped_column(Name)
    employment: Mapped[Employment | None] = mapped_column(words(Employment))
    nip: Mapped[str | None] = mapped_column(Encrypted)
    province_code: Mapped[str | None] = mapped_column(String(2))
    regency_code: Mapped[str | None] = mapped_column(String(5))
    country_code: Mapped[str] = mapped_column(String(2), default="ID")
    language: Mapped[str] = mapped_column(String(5))
    support_needed: Mapped[str | None] = mapped_column(String(1000))
    consent_version: Mapped[str] = mapped_column(String(20))
    consent_at: Mapped[datetime] = mapped_column(UtcDateTime)


class PersonWord(Base):
    """One word by which a person is found, by its beginning (keep_words.py); sorted by its bytes on both databases."""

    __tablename__ = "person_words"
    __table_args__ = (Index("ix_person_words_person_id", "person_id", "word"), {"sqlite_with_rowid": False})

    word: Mapped[str] = mapped_column(
        String(80).with_variant(String(80, collation="C"), "postgresql"), primary_key=True
    )
    person_id: Mapped[int] = mapped_column(ForeignKey("persons.id"), primary_key=True)


class Right(StrEnum):
    """What an account may be. A grant gives a right, over one province or over all, for a time or without end."""

    ADMINISTRATOR = "administrator"  # accounts and rights
    NATIONAL = "national"
    PIC = "pic"
    DOOR = "door"
    AUDITOR = "auditor"  # reads, never writes
    FINANCE = "finance"


class Grant(Base, RoleMixin):
    """A right of an account; `province_code` empty means every province, `ends_at` empty means without end."""

    __tablename__ = "grants"
    __table_args__ = (UniqueConstraint("account_id", "name", "province_code"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id", ondelete="CASCADE"), index=True)
    name: Mapped[Right] = mapped_column(words(Right))
    province_code: Mapped[str | None] = mapped_column(String(2))
    ends_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Account(Base, UserMixin):
    """An organizer's account (Flask-Security)."""

    __tablename__ = "accounts"

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(String(320), unique=True)
    name: Mapped[str] = mapped_column(Name)
    language: Mapped[str] = mapped_column(String(5), default="id")  # of the mails to her
    password: Mapped[str | None] = mapped_column(String(255))  # none until she has chosen one
    active: Mapped[bool] = mapped_column(default=True)
    fs_uniquifier: Mapped[str] = mapped_column(String(64), unique=True)  # another one ends every sign-in
    link_version: Mapped[int] = mapped_column(default=1)  # a link to choose a password opens at this version only
    totp_key: Mapped[str | None] = mapped_column(Encrypted)  # of the second factor
    totp_step: Mapped[int | None]  # of the last code that was used; none is taken twice
    recovery_codes: Mapped[list[Any]] = mapped_column(default=list)  # hashed; each is taken once
    roster_columns: Mapped[list[Any]] = mapped_column(default=list, server_default="[]")  # that she chose to see
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    roles: Mapped[list[Grant]] = relationship(  # type: ignore[assignment]  # a list of one kind of Flask-Security's roles
        lazy="selectin", cascade="all, delete-orphan"
    )


class SignIn(Base):
    """One browser that is signed in; its cookie holds the key. Ended, it opens nothing."""

    __tablename__ = "sign_ins"

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id", ondelete="CASCADE"), index=True)
    key_hash: Mapped[str] = mapped_column(String(64), unique=True)
    browser: Mapped[str] = mapped_column(String(80))
    began_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class LinkRequest(Base):
    """That somebody asked for a link to choose a password, by a keyed hash of the address, known or not."""

    __tablename__ = "link_requests"

    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime)

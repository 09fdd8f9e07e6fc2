"""The rows of how the post goes: addresses that take no mail, what came back, how fast mail may leave, what servers last said."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, Index, String, false
from sqlalchemy.orm import Mapped, mapped_column

from tpbis_events.foundation.database import Base, UtcDateTime


class MailAddress(Base):
    """What is known of an address beyond the mails themselves: that it takes none, since when, by whose word; who cleared that.

    There is a row only for addresses that a mail came back from. It goes with the last mail to the address.
    """

    __tablename__ = "mail_addresses"

    id: Mapped[int] = mapped_column(primary_key=True)
    address: Mapped[str] = mapped_column(String(320), unique=True)  # as `mailbox.address_key` writes it
    mailbox: Mapped[str] = mapped_column(String(320), index=True)
    refused_since: Mapped[datetime | None] = mapped_column(UtcDateTime)  # none: mail is sent there
    cause: Mapped[str] = mapped_column(String(24), default="")
    said: Mapped[str] = mapped_column(String(500), default="")
    soft: Mapped[int] = mapped_column(default=0)  # how often a mail came back that might be taken another time
    last_at: Mapped[datetime] = mapped_column(UtcDateTime)
    cleared_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    cleared_by: Mapped[str | None] = mapped_column(String(80))


class MailBounce(Base):
    """One mail that came back after the server had taken it. The same report counts once, however often it is brought."""

    __tablename__ = "mail_bounces"
    __table_args__ = (Index("ix_mail_bounces_mail_id", "mail_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    mail_id: Mapped[int] = mapped_column(ForeignKey("mails.id", ondelete="CASCADE"))
    key: Mapped[str] = mapped_column(String(64), unique=True)
    hard: Mapped[bool]
    cause: Mapped[str] = mapped_column(String(24))
    said: Mapped[str] = mapped_column(String(500))
    came_by: Mapped[str] = mapped_column(String(12))  # `mailbox` or `hook`
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class MailPace(Base):
    """From when on the next mail may leave: to one domain, or (the empty name) at all."""

    __tablename__ = "mail_paces"

    domain: Mapped[str] = mapped_column(String(255), primary_key=True)
    free_at: Mapped[datetime] = mapped_column(UtcDateTime)


class MailServer(Base):
    """The last words of the mail server to us as a whole; there is one row at most."""

    __tablename__ = "mail_server"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    reached: Mapped[bool] = mapped_column(server_default=false())
    since: Mapped[datetime] = mapped_column(UtcDateTime)  # it is as it is now
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    said: Mapped[str] = mapped_column(String(500))


class BounceMailbox(Base):
    """How far the mailbox that mail comes back to was read. Nothing is changed in the mailbox itself."""

    __tablename__ = "bounce_mailboxes"

    name: Mapped[str] = mapped_column(String(200), primary_key=True)
    # Both have 32 bits without a sign (RFC 3501, 2.3.1.1).
    uid_validity: Mapped[int] = mapped_column(BigInteger)
    last_uid: Mapped[int] = mapped_column(BigInteger)
    read_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    fault: Mapped[str | None] = mapped_column(String(500))  # why it can't be read; none: it could

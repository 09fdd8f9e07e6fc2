"""Add a logo or the scanned signature to an event's certificates."""

from __future__ import annotations

from sqlalchemy import select

from tpbis_events.audit.record import record
from tpbis_events.certificates import images
from tpbis_events.certificates.images import BadImage, Purpose
from tpbis_events.certificates.model import Image
from tpbis_events.foundation import clock
from tpbis_events.foundation.database import db
from tpbis_events.foundation.errors import Invalid, NotFound
from tpbis_events.foundation.transaction import command
from tpbis_events.people.actor import Act, Actor
from tpbis_events.programmes.model import Event
from tpbis_events.programmes.texts import tidy

MOST = 6  # logos in one row
LONGEST_NAME = 120


@command
def add_image(event_id: int, purpose: Purpose, name: str, content: bytes, *, by: Actor) -> int:
    """The picture is drawn anew and kept under its own hash; its id. A new signature takes the place of the one before.

    `name` says whose logo or signature it is, for who reads the page. Refuses what `images.redrawn` refuses, and a seventh
    logo. Certificates that were issued stay as they are.
    """
    by.require(Act.PLAN, None)
    if db.session.get(Event, event_id) is None:
        raise NotFound("event.unknown")
    name = tidy(name)
    if not name or len(name) > LONGEST_NAME:
        raise Invalid({"name": "text.too_long" if name else "text.missing"})
    try:
        picture = images.redrawn(content)
    except BadImage as bad:
        raise Invalid({"file": bad.code}) from bad
    now = clock.now()
    known = db.session.scalars(select(Image).where(Image.event_id == event_id)).all()
    signatures = [row for row in known if row.purpose == Purpose.SIGNATURE.value]
    if purpose is not Purpose.SIGNATURE and len(known) - len(signatures) >= MOST:
        raise Invalid({"file": "image.too_many"})
    for old in signatures if purpose is Purpose.SIGNATURE else []:
        db.session.delete(old)
    images.keep(picture)
    row = Image(
        event_id=event_id,
        purpose=purpose.value,
        name=name,
        sha256=picture.sha256,
        width=picture.width,
        height=picture.height,
        added_at=now,
        added_by=by.label,
    )
    db.session.add(row)
    db.session.flush()
    after = {"purpose": purpose.value, "image": name, "sha256": picture.sha256}
    record("certificate.image_added", f"event:{event_id}", at=now, actor=by.label, after=after)
    return row.id


@command
def remove_image(image_id: int, *, by: Actor) -> None:
    """The event's next certificates are without it; those that were issued show it for ever, so its file stays."""
    by.require(Act.PLAN, None)
    row = db.session.get(Image, image_id)
    if row is None:
        raise NotFound("certificate.unknown_image")
    before = {"purpose": row.purpose, "image": row.name, "sha256": row.sha256}
    db.session.delete(row)
    record("certificate.image_removed", f"event:{row.event_id}", at=clock.now(), actor=by.label, before=before)

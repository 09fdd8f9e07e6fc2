"""Choose, per event and role, how people come to a seat: the way in, sub-quotas, and how the waiting list is served."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Select, select

from tpbis_events.audit.record import record
from tpbis_events.foundation import clock
from tpbis_events.foundation.database import db
from tpbis_events.foundation.errors import NotFound, Refusal
from tpbis_events.foundation.transaction import command
from tpbis_events.people.actor import Act, Actor
from tpbis_events.places import countries, regencies
from tpbis_events.programmes.model import Event, Limit, LimitedBy, Quota, Role, Serving, WayIn
from tpbis_events.registrations import seats, waiting_list
from tpbis_events.registrations.rules import LONGEST_NAME, name_key

MOST_HOURS = 200  # working hours: five weeks


@dataclass(frozen=True, slots=True)
class WaysChanged:
    served: tuple[str, ...] = ()  # references of those who were served because a limit gave way


@command
def set_serving(event_id: int, serving: Serving, *, offer_hours: int, reminder_hours: int, by: Actor) -> WaysChanged:
    """How seats that come free are given: at once, by offers that last so many working hours, or by hand.

    Offers that are out keep their end. Where seats were kept for the office's hand and no longer are, those who wait are
    served at once.
    """
    event = _event(event_id, by)
    if not 1 <= offer_hours <= MOST_HOURS or not 0 <= reminder_hours < offer_hours:
        raise Refusal("offer.hours", most=MOST_HOURS)
    before = {"serving": event.serving, "offer_hours": event.offer_hours, "reminder_hours": event.reminder_hours}
    event.serving, event.offer_hours, event.reminder_hours = serving, offer_hours, reminder_hours
    db.session.flush()
    after = {"serving": serving, "offer_hours": offer_hours, "reminder_hours": reminder_hours}
    _record("event.serving_changed", f"event:{event_id}", by, before, after)
    return WaysChanged(_serve(select(Quota.id).join(Quota.role).where(Role.event_id == event_id), by))


@command
def set_way_in(role_id: int, way_in: WayIn, *, by: Actor) -> WaysChanged:
    """Who comes by herself, and who needs the office's word first. Those who are registered already stay as they are.

    Where nominations decide no longer, those who waited because their agency's places were taken are served at once.
    """
    role = _role(role_id, by)
    before, role.way_in = role.way_in, way_in
    _record("role.way_changed", f"role:{role_id}", by, {"way_in": before}, {"way_in": way_in})
    db.session.flush()
    return WaysChanged(_serve(select(Quota.id).where(Quota.role_id == role_id), by))


@command
def set_limit(role_id: int, limited_by: LimitedBy, value: str, most: int | None, *, by: Actor) -> WaysChanged:
    """A sub-quota of a role in each session: for one country, regency or agency, or (without a value) for each; None ends it.

    Who has a seat keeps it, also above a lowered limit. Where a limit gives way, those who waited for it are served at once.
    """
    role = _role(role_id, by)
    value = _checked_value(limited_by, value)
    if most is not None and not 0 <= most <= 10_000:
        raise Refusal("limit.number")
    limit = db.session.scalar(
        select(Limit).where(Limit.role_id == role_id, Limit.limited_by == limited_by, Limit.value == value)
    )
    before = limit.most if limit else None
    if most is None and limit:
        db.session.delete(limit)
    elif most is not None and limit:
        limit.most = most
    elif most is not None:
        db.session.add(Limit(role_id=role_id, limited_by=limited_by, value=value, most=most))
    db.session.flush()
    db.session.expire(role, ["limits"])
    named = {"limited_by": limited_by, "value": value}
    _record("role.limit_changed", f"role:{role_id}", by, {**named, "most": before}, {**named, "most": most})
    return WaysChanged(_serve(select(Quota.id).where(Quota.role_id == role_id), by))


def _serve(which: Select[int], by: Actor) -> tuple[str, ...]:
    now = clock.now()
    quotas = seats.lock_quotas(db.session.scalars(which).all())
    return tuple(reference for quota in quotas.values() for reference in waiting_list.serve(quota, at=now, by=by.label))


def _checked_value(limited_by: LimitedBy, value: str) -> str:
    value = value.strip()
    known = {
        LimitedBy.COUNTRY: lambda: countries.is_country(value),
        LimitedBy.REGENCY: lambda: regencies.is_regency(value),
        LimitedBy.AGENCY: lambda: len(value) <= LONGEST_NAME,
    }
    if value and not known[limited_by]():
        raise Refusal("limit.value")
    return name_key(value) if limited_by is LimitedBy.AGENCY else value


def _event(event_id: int, by: Actor) -> Event:
    event = db.session.get(Event, event_id)
    if event is None:
        raise NotFound("event.unknown")
    by.require(Act.CHANGE_WAYS, None)
    return event


def _role(role_id: int, by: Actor) -> Role:
    role = db.session.get(Role, role_id)
    if role is None:
        raise NotFound("role.unknown")
    by.require(Act.CHANGE_WAYS, None)
    return role


def _record(act: str, subject: str, by: Actor, before: dict[str, object], after: dict[str, object]) -> None:
    record(act, subject, at=clock.now(), actor=by.label, before=before, after=after)

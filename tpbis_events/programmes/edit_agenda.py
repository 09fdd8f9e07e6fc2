"""Add an item to the agenda of an edition, change it, move it up or down within its day, or take it away."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import time
from typing import Any

from sqlalchemy.exc import IntegrityError

from tpbis_events.audit.record import record
from tpbis_events.foundation import clock
from tpbis_events.foundation.database import db
from tpbis_events.foundation.errors import Invalid, NotFound, Refusal
from tpbis_events.foundation.transaction import command
from tpbis_events.people.actor import Act, Actor
from tpbis_events.programmes.model import AgendaItem, AgendaKind, Event
from tpbis_events.programmes.planned_session import MOST_DAYS
from tpbis_events.programmes.put_values import put_values, told
from tpbis_events.programmes.texts import Rule, examined

MOST_JP = 24
_IN_BOTH = {"title": Rule(300, needed=True), "place": Rule(200), "note": Rule(400)}
_ALONE = {"speakers": Rule(400)}


@dataclass(frozen=True, slots=True)
class ItemPlan:
    """On which day of a session (0: not known yet), in local hours; `jp` are lessons of 45 minutes."""

    day_number: int
    kind: AgendaKind
    title_id: str
    title_en: str
    starts: time | None = None
    ends: time | None = None
    place_id: str = ""
    place_en: str = ""
    note_id: str = ""
    note_en: str = ""
    speakers: str = ""
    jp: int = 0


@command
def add_item(event_id: int, plan: ItemPlan, *, by: Actor) -> int:
    """A new item, after those of its day that begin before it or at the same time; its id."""
    by.require(Act.PLAN, None)
    event = db.session.get(Event, event_id)
    if event is None:
        raise NotFound("event.unknown")
    values = _values(plan)
    item = AgendaItem(event_id=event_id, sort=0, **values)
    _put_in(list(event.agenda), item)
    db.session.add(item)
    db.session.flush()
    record("agenda.added", f"event:{event_id}", at=clock.now(), actor=by.label, after=told(values))
    return item.id


@command
def edit_item(item_id: int, plan: ItemPlan, *, by: Actor) -> None:
    """Change an item; with another day or another beginning it moves to where it belongs."""
    by.require(Act.PLAN, None)
    item, event = _item(item_id)
    before, after = put_values(item, _values(plan))
    if not after:
        return
    if {"day_number", "starts"} & set(after):
        _put_in([each for each in event.agenda if each is not item], item)
    record("agenda.changed", f"event:{event.id}", at=clock.now(), actor=by.label, before=before, after=after)


@command
def move_item(item_id: int, *, up: bool, by: Actor) -> None:
    """Change places with the item before or after it on the same day; the first and the last of a day stay."""
    by.require(Act.PLAN, None)
    item, event = _item(item_id)
    same_day = [each for each in event.agenda if each.day_number == item.day_number]
    here = same_day.index(item)
    there = here - 1 if up else here + 1
    if not 0 <= there < len(same_day):
        return
    same_day[here], same_day[there] = same_day[there], same_day[here]
    others = [each for each in event.agenda if each.day_number != item.day_number]
    _number(others + same_day)
    told_before, told_after = {"title_id": item.title_id, "sort": here + 1}, {"sort": there + 1}
    record("agenda.sorted", f"event:{event.id}", at=clock.now(), actor=by.label, before=told_before, after=told_after)


@command
def remove_item(item_id: int, *, by: Actor) -> None:
    """Take an item away. JP of certificates that are issued already stay as they are: what was issued was kept with them.

    Refuses an item that somebody was checked in at: the foreign key says so.
    """
    by.require(Act.PLAN, None)
    item, event = _item(item_id)
    before = {"title_id": item.title_id, "day_number": item.day_number, "jp": item.jp}
    db.session.delete(item)
    try:
        db.session.flush()
    except IntegrityError as attended:
        raise Refusal("agenda.attended") from attended
    record("agenda.removed", f"event:{event.id}", at=clock.now(), actor=by.label, before=before)


def _item(item_id: int) -> tuple[AgendaItem, Event]:
    item = db.session.get(AgendaItem, item_id)
    if item is None:
        raise NotFound("agenda.unknown")
    return item, db.session.get_one(Event, item.event_id)


def _put_in(others: list[AgendaItem], item: AgendaItem) -> None:
    """Before the first of its day that begins later; items without an hour stay where they are."""

    def later(each: AgendaItem) -> bool:
        return bool(each.starts and item.starts and each.starts > item.starts)

    same_day = [each for each in others if each.day_number == item.day_number]
    at = next((place for place, each in enumerate(same_day) if later(each)), len(same_day))
    same_day.insert(at, item)
    _number([each for each in others if each.day_number != item.day_number] + same_day)


def _number(items: list[AgendaItem]) -> None:
    for sort, each in enumerate(sorted(items, key=lambda item: item.day_number)):
        each.sort = sort


def _values(plan: ItemPlan) -> dict[str, Any]:
    texts, problems = examined(plan, _IN_BOTH, _ALONE)
    if not 0 <= plan.day_number <= MOST_DAYS:
        problems["day_number"] = "day.range"
    if not 0 <= plan.jp <= MOST_JP:
        problems["jp"] = "jp.range"
    if plan.ends and not plan.starts:
        problems["starts"] = "time.missing"
    elif plan.starts and plan.ends and plan.ends <= plan.starts:
        problems["ends"] = "hours.order"
    if problems:
        raise Invalid(problems)
    optional = {name: text or None for name, text in texts.items() if not name.startswith("title")}
    return {
        "day_number": plan.day_number,
        "kind": plan.kind,
        "starts": plan.starts,
        "ends": plan.ends,
        "title_id": texts["title_id"],
        "title_en": texts["title_en"],
        **optional,
        "jp": plan.jp,
    }

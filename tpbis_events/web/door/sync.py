"""What the app of the door fetches and sends: the list to take along, how the door stands, the scans that wait. JSON."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from flask import Blueprint, Response, jsonify, request
from flask_wtf.csrf import generate_csrf
from sqlalchemy import select

from tpbis_events.attendance import at_door
from tpbis_events.attendance.device_time import DeviceTime
from tpbis_events.attendance.door_list import pulse, sealed_list
from tpbis_events.attendance.presence import names_of
from tpbis_events.attendance.take_scans import AGAIN, MOST_AT_ONCE, Batch, Sent, Taken, take_scans
from tpbis_events.foundation import clock
from tpbis_events.foundation.database import db
from tpbis_events.foundation.errors import Invalid, NotFound, Refusal
from tpbis_events.people.actor import Act
from tpbis_events.places.local_time import at_local, local_date
from tpbis_events.places.zones import zone_name
from tpbis_events.programmes.model import AgendaItem, AttendanceBy, Role, Session, SessionDay
from tpbis_events.web.door.who import acting_at_door, may_search
from tpbis_events.web.languages import language
from tpbis_events.web.presentation import BADGE_WORDS, day, in_language
from tpbis_events.web.refusals import sentence

page = Blueprint("sync", __name__)

_LONGEST_READ = 200


def as_json(view: Callable[..., Response]) -> Callable[..., Any]:
    """A refusal is told to the app as it is to people, in JSON."""

    @functools.wraps(view)
    def answer(*args: Any, **kwargs: Any) -> Any:
        try:
            return view(*args, **kwargs)
        except Refusal as no:
            if no.code.startswith("actor."):
                raise  # logged where all of these are
            title, text = ("", "") if isinstance(no, Invalid) else sentence(no)
            return jsonify(code=no.code, title=title, text=text), no.status

    return answer


@page.get("/door/sessions/<int:session_id>/now")
@as_json
def now(session_id: int) -> Response:
    """How the door stands. The server's clock is told, so that the device knows by how much its own is wrong."""
    session = at_door.session_at_door(session_id, acting_at_door())
    here = _day(session, request.args.get("day", 0, number))
    item = request.args.get("item", None, number)
    told = pulse(session.id, here.id, item)
    return jsonify(
        now=_milliseconds(clock.now()),
        expected=told.expected,
        inside=sorted(told.inside.items()),
        version=told.version,
        csrf=generate_csrf(),
    )


@page.get("/door/sessions/<int:session_id>/list")
@as_json
def take_along(session_id: int) -> Response:
    """The sealed list with what the app must know of the session; no name in it can be read without a ticket or the right."""
    session = at_door.session_at_door(session_id, acting_at_door())
    here = _day(session, request.args.get("day", 0, number))
    roles = db.session.scalars(select(Role).where(Role.event_id == session.event_id)).all()
    searches = may_search()
    return jsonify(
        now=_milliseconds(clock.now()),
        session=session.id,
        day=here.id,
        date=here.local_date.isoformat(),
        day_name=day(here.local_date),
        name=in_language(session, "name"),
        city=session.city,
        zone=session.zone,
        zone_name=zone_name(session.zone, here.starts_at, language()),
        roles={role.id: in_language(role, "name") for role in roles},
        items=_items(session, here),
        states={name: str(BADGE_WORDS[name]) for name in BADGE_WORDS},
        may_search=searches,
        **sealed_list(session.id, may_search=searches),
    )


@page.get("/door/sessions/<int:session_id>/token")
@as_json
def token(session_id: int) -> Response:
    """What a sending must carry; also for a device whose link was taken back, so that what waits on it finds its way."""
    by = acting_at_door()
    session = db.session.get(Session, session_id)
    if session is None:
        raise NotFound("session.unknown")
    by.require_in(Act.SEE_DOOR, session.id, session.province_code)
    return jsonify(csrf=generate_csrf())


@page.post("/door/sessions/<int:session_id>/scans")
@as_json
def take(session_id: int) -> Response:
    """Scans, one or many, each with its own key; answered one by one."""
    by = acting_at_door()
    session = db.session.get(Session, session_id)
    if session is None:
        raise NotFound("session.unknown")
    by.require_in(Act.MARK_ATTENDANCE, session.id, session.province_code)
    sent = request.get_json(silent=True)
    batch, bad = _batch(session_id, sent if isinstance(sent, dict) else {})
    taken = take_scans(batch, by=by) if batch.scans else ()
    names = names_of(each.by for each in taken if each.result == AGAIN)
    return jsonify(
        now=_milliseconds(clock.now()), taken=[_told(each, names.get(each.by, "")) for each in taken], bad=bad
    )


def _day(session: Session, day_id: int) -> SessionDay:
    """The day asked for; without one the day that is today, else the first."""
    today = at_door.day_today(session, clock.now())
    found = next((each for each in session.days if each.id == day_id), None)
    if found is None and day_id:
        raise NotFound("attendance.unknown_day")
    return found or today or session.days[0]


def _items(session: Session, here: SessionDay) -> list[dict[str, Any]]:
    if session.event.attendance_by is not AttendanceBy.ITEM:
        return []
    return [
        {
            "id": item.id,
            "title": in_language(item, "title"),
            "starts": item.starts.strftime("%H:%M") if item.starts else "",
        }
        for item in items_of(session, here)
    ]


def items_of(session: Session, here: SessionDay) -> list[AgendaItem]:
    """The items that attendance can be kept for on a day: those that give JP."""
    wanted = select(AgendaItem).where(AgendaItem.event_id == session.event_id, AgendaItem.day_number == here.number)
    return list(db.session.scalars(wanted.where(AgendaItem.jp > 0).order_by(AgendaItem.sort)))


def running(items: Sequence[AgendaItem], here: SessionDay, zone: str, now: datetime) -> int | None:
    """The item that goes on now: the last one that has begun on the day itself."""
    begun = [item.id for item in items if item.starts and at_local(here.local_date, item.starts, zone) <= now]
    return begun[-1] if begun and local_date(now, zone) == here.local_date else None


def _batch(session_id: int, sent: dict[str, Any]) -> tuple[Batch, list[str]]:
    """What was sent, and the keys of what nobody can read: the app shows those and sends them no more."""
    scans: dict[str, Sent] = {}
    bad: list[str] = []
    listed = sent.get("scans")
    for each in listed[:MOST_AT_ONCE] if isinstance(listed, list) else ():
        try:
            scan = _scan(each)
            scans[scan.key] = scan
        except (KeyError, TypeError, ValueError, AttributeError, OverflowError):
            bad.append(str(each.get("key", ""))[:64] if isinstance(each, dict) else "")
    try:
        day_id, sent_at = _if_said(sent.get("day")) or 0, _moment(sent.get("sent_at"))
    except (TypeError, ValueError, OverflowError) as wrong:
        raise Invalid({"sent_at": "time.wrong"}) from wrong
    return Batch(session_id, day_id, tuple(scans.values()), sent_at), bad


def _scan(each: dict[str, Any]) -> Sent:
    key, clock_at = str(each["key"]), _moment(each["at"])
    if not 16 <= len(key) <= 64 or not key.isascii() or clock_at is None:
        raise ValueError("key or time")
    return Sent(
        key=key,
        time=DeviceTime(clock_at, _span(each.get("behind")), _span(each.get("age"))),
        read=str(each.get("read") or "")[:_LONGEST_READ].replace("\0", ""),
        registration_id=_if_said(each.get("registration")),
        item_id=_if_said(each.get("item")),
        shown=str(each.get("shown") or "")[:24],
    )


def number(value: Any) -> int:
    """The number of a row; what no database would count to is none."""
    found = int(value)
    if not 0 <= found < 2**31:
        raise ValueError("number")
    return found


def _if_said(value: Any) -> int | None:
    return None if value is None else number(value)


def _moment(milliseconds: Any) -> datetime | None:
    return None if milliseconds is None else datetime.fromtimestamp(float(milliseconds) / 1000, UTC)


def _span(milliseconds: Any) -> timedelta | None:
    """A difference of clocks; what is longer than a hundred years is no clock's."""
    if milliseconds is None:
        return None
    span = timedelta(milliseconds=float(milliseconds))
    if abs(span) > timedelta(days=36_525):
        raise ValueError("span")
    return span


def _milliseconds(at: datetime) -> float:
    return at.timestamp() * 1000


def _told(taken: Taken, by: str) -> dict[str, Any]:
    """`by` is the name of who checked her in before; empty when this scan did."""
    title, text = sentence(taken.no) if taken.no else ("", "")
    return {
        "key": taken.key,
        "result": "no" if taken.no else taken.result,
        "settling": taken.settling.value,
        "at": _milliseconds(taken.at),
        "by": by,
        "registration": taken.registration_id,
        "name": taken.full_name,
        "role": in_language(taken, "role"),
        "late": taken.late,
        "title": title,
        "text": text,
    }

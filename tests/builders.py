"""Small worlds for tests: an event with sessions, roles and seats; people who apply. Needs an app context."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from itertools import count

from tpbis_events.foundation import clock
from tpbis_events.foundation.database import db
from tpbis_events.foundation.transaction import transaction
from tpbis_events.people.model import Account, Grant, Right
from tpbis_events.places.local_time import at_local, local_date
from tpbis_events.places.provinces import province
from tpbis_events.programmes.model import Event, Origin, Programme, Quota, Role, Seat, Session, SessionDay
from tpbis_events.registrations.register import Registered, register
from tpbis_events.registrations.rules import Applicant

_numbers = count(1)


@dataclass(frozen=True, slots=True)
class Place:
    """One role in one session."""

    event_id: int
    session_id: int
    role_id: int
    quota_id: int
    event_slug: str
    session_slug: str
    role_slug: str


def an_event(
    *,
    provinces: tuple[str, ...] = ("51",),
    roles: dict[str, int] | None = None,
    in_days: int = 30,
    days: int = 1,
    origin: Origin = Origin.DOMESTIC,
    closes_at: datetime | None = None,
) -> dict[tuple[str, str], Place]:
    """A published event whose registration is open: every province has a session with every role -> (province, role) -> Place."""
    roles = roles or {"stakeholder": 2, "village": 1}
    number = next(_numbers)
    now = clock.now()
    with transaction():
        programme = Programme(
            slug=f"shm-{number}", name_id="SHM", name_en="SHM", summary_id="Ringkasan", summary_en="Summary"
        )
        event = Event(
            programme=programme,
            slug=f"event-{number}",
            name_id=f"SHM Provinsi {number}",
            name_en=f"Provincial Stakeholder Meetings {number}",
            published_at=now - timedelta(days=20),
            registration_opens_at=now - timedelta(days=10),
            registration_closes_at=closes_at or now + timedelta(days=in_days),
            signatory_name="Pejabat Contoh",
            signatory_position_id="Kepala Pusat",
            signatory_position_en="Head of Centre",
        )
        db.session.add(event)
        rows = [
            Role(
                event=event,
                slug=slug,
                sort=i,
                name_id=f"Peran {slug}",
                name_en=f"Role {slug}",
                origin=origin,
                seats=seats,
            )
            for i, (slug, seats) in enumerate(roles.items())
        ]
        db.session.add_all(rows)
        places = {}
        for code in provinces:
            session = _session(event, code, in_days, days, now)
            db.session.add(session)
            for role in rows:
                seats = roles[role.slug]
                quota = Quota(session=session, role=role, last_seat_number=seats)
                db.session.add(quota)
                db.session.flush()
                db.session.add_all([Seat(quota_id=quota.id, number=n + 1) for n in range(seats)])
                places[code, role.slug] = Place(
                    event.id, session.id, role.id, quota.id, event.slug, session.slug, role.slug
                )
    return places


def _session(event: Event, code: str, in_days: int, days: int, now: datetime) -> Session:
    where = province(code)
    first = local_date(now, where.zone) + timedelta(days=in_days)
    dates = [first + timedelta(days=n) for n in range(days)]
    hours = [(at_local(day, time(8, 30), where.zone), at_local(day, time(16, 0), where.zone)) for day in dates]
    return Session(
        event=event,
        slug=where.slug,
        name_id=f"SHM {where.name_id}",
        name_en=f"SHM {where.name_en}",
        province_code=code,
        city=where.capital,
        venue="Aula Perpustakaan",
        zone=where.zone,
        starts_at=hours[0][0],
        ends_at=hours[-1][1],
        days=[
            SessionDay(number=n + 1, local_date=day, starts_at=hours[n][0], ends_at=hours[n][1])
            for n, day in enumerate(dates)
        ],
    )


BUDI = Applicant(
    full_name="Budi Santoso",
    email="budi@example.id",
    phone="081234567890",
    institution="Perpustakaan Desa Sukamaju",
    position="Pustakawan",
    employment="community",
    consent=True,
)


def somebody(number: int | None = None, **changes: object) -> Applicant:
    """An applicant like nobody before her."""
    number = number if number is not None else next(_numbers)
    unlike = {"full_name": f"Peserta Nomor {number}", "email": f"peserta{number}@example.id", "phone": ""}
    return replace(BUDI, **{**unlike, **changes})  # type: ignore[arg-type]


def registered(place: Place, applicant: Applicant | None = None) -> Registered:
    """Register somebody (or the one given) for a role in a session."""
    return register(place.session_id, place.role_id, applicant or somebody(), key=f"form-{next(_numbers)}")


PASSWORD = "sebuah sandi yang cukup panjang"


def an_account(name: str, right: Right, province_code: str | None = None, *, also: tuple[Right, ...] = ()) -> Account:
    """An organizer's account with one right, or others over all provinces as well; the password is PASSWORD."""
    from flask_security.utils import hash_password

    with transaction():
        account = Account(
            email=f"{name.lower()}@example.id",
            name=name,
            password=hash_password(PASSWORD),
            fs_uniquifier=f"{name}-{next(_numbers)}",
            created_at=clock.now(),
            roles=[Grant(name=right, province_code=province_code), *(Grant(name=each) for each in also)],
        )
        db.session.add(account)
    return account

"""The official lists of a session as PDF: who takes part, their codes, who was there, the certificates.

A session with roles for people from abroad has its headings in both languages, any other in Indonesian alone.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

from flask_babel import force_locale
from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from tpbis_events.attendance.guests import Guest, guests_of
from tpbis_events.attendance.presence import attended_days
from tpbis_events.certificates.model import Certificate
from tpbis_events.foundation.codes import grouped
from tpbis_events.foundation.database import db
from tpbis_events.places.local_time import format_date, format_hours, format_time, local_date
from tpbis_events.programmes.model import Origin, Session, SessionDay
from tpbis_events.registrations.model import Registration
from tpbis_events.reports.columns import text_of
from tpbis_events.reports.paper import Cut, Head, Paper

ISSUER = ("Perpustakaan Nasional Republik Indonesia", "National Library of Indonesia")
ROW = 26.0


class Words:
    """Headings in the languages of a session."""

    def __init__(self, guests: Sequence[Guest], session: Session) -> None:
        abroad = any(quota.role.origin is Origin.INTERNATIONAL for quota in session.quotas)
        self.languages = ("id", "en") if abroad else ("id",)

    def __call__(self, words: Any) -> str:
        return self.each(lambda _language: str(words))

    def kept(self, row: Any, field: str) -> str:
        """A text that is kept in both languages."""
        return " / ".join(dict.fromkeys(text_of(row, field, language) for language in self.languages))

    def each(self, say: Callable[[str], str]) -> str:
        told = []
        for language in self.languages:
            with force_locale(language):
                told.append(say(language))
        return " / ".join(dict.fromkeys(told))


def participants(session: Session) -> bytes:
    """Daftar peserta: number, name, office, role, where from."""
    guests = guests_of(session)
    words = Words(guests, session)
    paper = _paper(words, _l("List of participants"), session)
    paper.begin(_head(words, _l("List of participants"), session, session.days))
    cuts = (
        Cut(words(_l("No.")), 5, right=True),
        Cut(words(_l("Name")), 26),
        Cut(words(_l("Position and institution")), 32),
        Cut(words(_l("Role")), 22),
        Cut(words(_l("From (place)")), 15),
    )
    rows = [
        [str(number), guest.name, guest.office, words.kept(guest.role, "name"), guest.origin]
        for number, guest in enumerate(guests, start=1)
    ]
    paper.table(cuts, rows, height=ROW)
    paper.words(_sum(words, len(guests)))
    return paper.finish()


def short_codes(session: Session) -> bytes:
    """Kode singkat: what to type at the door for each person, and a box to tick where nothing else works."""
    guests = guests_of(session)
    words = Words(guests, session)
    paper = _paper(words, _l("Codes to type at the door"), session)
    paper.begin(_head(words, _l("Codes to type at the door"), session, session.days))
    cuts = (
        Cut(words(_l("No.")), 5, right=True),
        Cut(words(_l("Name")), 40),
        Cut(words(_l("Role")), 27),
        Cut(words(_l("Code")), 16),
        Cut(words(_l("Present")), 12),
    )
    rows = [
        [str(number), guest.name, words.kept(guest.role, "name"), grouped(guest.reference), ""]
        for number, guest in enumerate(guests, start=1)
    ]
    paper.table(cuts, rows, height=ROW)
    return paper.finish()


def attendance_as_kept(session: Session) -> bytes:
    """Who was there on which day, with the time of the check-in."""
    guests = guests_of(session)
    words = Words(guests, session)
    presence = attended_days([guest.registration_id for guest in guests])
    paper = _paper(words, _l("Attendance"), session)
    paper.begin(_head(words, _l("Attendance"), session, session.days))
    days = session.days
    cuts = (
        Cut(words(_l("No.")), 5, right=True),
        Cut(words(_l("Name")), 30),
        Cut(words(_l("Institution or community")), 30),
        *(Cut(f"{day.local_date:%d/%m}", 35 / max(len(days), 1)) for day in days),
    )
    rows = []
    for number, guest in enumerate(guests, start=1):
        there = presence[guest.registration_id]
        times = [
            format_time(there[day.id].checked_in_at, session.zone, "id") if day.id in there else "–" for day in days
        ]
        rows.append([str(number), guest.name, guest.institution, *times])
    paper.table(cuts, rows, height=ROW)
    came = sum(1 for guest in guests if presence[guest.registration_id])
    paper.words(f"{words(_l('Attended'))}: {came} / {len(guests)}")
    return paper.finish()


def certificates(session: Session) -> bytes:
    """The index of certificates that stand: number, name, day of issue, check code."""
    found = db.session.scalars(
        select(Certificate)
        .join(Certificate.registration)
        .where(Registration.session_id == session.id, Certificate.stands)
        .order_by(Certificate.id)
    ).all()
    words = Words((), session)
    paper = _paper(words, _l("Index of certificates"), session)
    paper.begin(_head(words, _l("Index of certificates"), session, session.days))
    cuts = (
        Cut(words(_l("No.")), 5, right=True),
        Cut(words(_l("Certificate number")), 34),
        Cut(words(_l("Name")), 27),
        Cut(words(_l("Issued")), 14),
        Cut(words(_l("Check code")), 20),
    )
    rows = []
    for number, each in enumerate(found, start=1):
        issued: date = local_date(each.issued_at, session.zone)
        name = str(each.facts.get("full_name", ""))
        rows.append([str(number), each.number, name, f"{issued:%d/%m/%Y}", grouped(each.code)])
    paper.table(cuts, rows, height=ROW)
    paper.words(_sum(words, len(found)))
    return paper.finish()


def _sum(words: Words, number: int) -> str:
    return f"{words(_l('Total'))}: {number}"


def _paper(words: Words, title: Any, session: Session) -> Paper:
    return Paper(
        lang="id-ID",
        title=f"{words(title)} – {session.name_id}",
        page_words=words(_l("Page")) + " %(page)s",
    )


def _head(words: Words, title: Any, session: Session, days: Sequence[SessionDay]) -> Head:
    place = session.place
    issuer = " / ".join(ISSUER[: len(words.languages)])
    dates = [words.each(lambda to, day=day: _day(day, session, to)) for day in days]  # type: ignore[misc]
    return Head(
        issuer,
        words(title),
        (
            words.each(lambda to: f"{text_of(session.event, 'name', to)} – {text_of(session, 'name', to)}"),
            *dates,
            place,
        ),
    )


def _day(day: SessionDay, session: Session, language: str) -> str:
    hours = format_hours(day.starts_at, day.ends_at, session.zone, language)
    return f"{format_date(day.local_date, language)}, {hours}"

"""Samples of an event's certificates before any is issued: an everyday name, the longest, and one in each script."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from flask import current_app
from sqlalchemy import select

from tpbis_events.certificates import numbers
from tpbis_events.certificates.design import Design
from tpbis_events.certificates.facts import CertificateFacts, Lesson
from tpbis_events.certificates.model import Series
from tpbis_events.certificates.wording import designed
from tpbis_events.foundation import clock
from tpbis_events.foundation.database import db
from tpbis_events.places.local_time import format_date_range, local_date
from tpbis_events.programmes.model import CertificateKind, Event

CODE = "0000-0000-0000-0000-0000"  # no certificate has it
LONGEST_NAME = (
    "Prof. Dr. Ir. Hj. Raden Ayu Siti Nurhaliza Kusumaningtyas Dewi Anggraini Wulandari, S.I.P., M.Hum., Ph.D."
)
# Made-up people of the countries that come to the knowledge sharing programme, each in her own script.
SCRIPTS = (
    ("Souphaphone Phommachanh", "ນາງ ສຸພາພອນ ພົມມະຈັນ"),
    ("Khin Myat Kyi", "ဒေါ် ခင်မြတ်ကြည် သန္တာဝင်း"),
    ("Chandrika Priyadarshani", "ශ්‍රී චන්ද්‍රිකා ප්‍රියදර්ශනී"),
    ("Lakshmi Krishnamurthy", "ஸ்ரீமதி லக்ஷ்மி கிருஷ்ணமூர்த்தி"),
    ("Lakshmi Sharma", "श्रीमती लक्ष्मी शर्मा"),
    ("Nguyễn Thị Ngọc Ánh", None),
    ("Mohammed Abdul Rahman", "محمد عبد الرحمن"),
    ("Kingkaew Srisuwan", "นางสาวกิ่งแก้ว ศรีสุวรรณ"),
)


def samples(event: Event, design: Design, kind: CertificateKind) -> Iterator[CertificateFacts]:
    """The facts of each sample, in the given design, which needn't be saved. Every one says that it is a specimen."""
    first = designed(_sample(event, design, kind), event, design)
    yield first
    yield replace(first, full_name=LONGEST_NAME, version=2, lessons=())
    for name, own in SCRIPTS:
        yield replace(first, full_name=name, own_script_name=own, nip=None, lessons=())


def next_number(event: Event, design: Design, kind: CertificateKind) -> str:
    """The number that the next certificate of a kind would have, were it issued now. Refuses a template that is wrong."""
    today = local_date(clock.now(), event.zone)
    series = event.certificate_series
    last = db.session.scalar(select(Series.last_number).where(Series.name == series, Series.year == today.year)) or 0
    return numbers.written(design.template(kind), last + 1, series, event.slug, kind, today)


def _sample(event: Event, design: Design, kind: CertificateKind) -> CertificateFacts:
    """Budi, in the event's first session and the first role of this kind."""
    today = local_date(clock.now(), event.zone)
    session = event.sessions[0] if event.sessions else None
    role = next((each for each in event.roles if each.certificate_kind is kind), None)
    dates = [day.local_date for day in session.days] if session else [today]
    lessons = tuple(
        Lesson(item.title_id, item.title_en, item.jp, item.day_number, item.speakers or "")
        for item in event.agenda
        if item.jp > 0
    )
    return CertificateFacts(
        full_name="Budi Santoso, S.IP., M.Hum.",
        own_script_name=None,
        nip="19850412 201001 1 003",
        position="Pustakawan Ahli Muda",
        institution="Dinas Perpustakaan dan Kearsipan Provinsi Contoh",
        role_id=role.name_id if role else "",
        role_en=role.name_en if role else "",
        event_name_id=event.name_id,
        event_name_en=event.name_en,
        place=session.city if session else design.issue_place,
        dates_id=format_date_range(dates, "id"),
        dates_en=format_date_range(dates, "en"),
        jp=sum(each.jp for each in lessons),
        number=next_number(event, design, kind),
        version=1,
        code=CODE,
        check_url=f"{current_app.config['BASE_URL']}/check/{CODE}",
        issued_on_id=format_date_range([today], "id"),
        issued_on_en=format_date_range([today], "en"),
        issue_place=design.issue_place,
        signatory_name=event.signatory_name or "Nama Penanda Tangan",
        signatory_position_id=event.signatory_position_id or "Jabatan",
        signatory_position_en=event.signatory_position_en or "Position",
        specimen=True,
        kind=kind.value,
        lessons=lessons,
    )

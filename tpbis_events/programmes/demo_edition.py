"""The edition to play with: SHM Provinsi of the coming year, in the shape of 2023, dated from today.

Its first wave is today and takes registrations until tomorrow ends, so that the whole way from the form to the certificate
can be gone at once, at any hour of the day and in all three zones; the other waves follow every two weeks.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time, timedelta

from tpbis_events.places.local_time import at_local, local_date
from tpbis_events.programmes.content import shm_2023
from tpbis_events.programmes.lay_out import EditionPlan, SessionPlan
from tpbis_events.programmes.model import Certainty

BETWEEN_WAVES = timedelta(days=14)
_ZONE = "Asia/Jakarta"


def demo_edition(now: datetime) -> EditionPlan:
    """A plan with the same 33 sessions, 8 roles and 990 seats as 2023; dates are planned, and said to be a demo's."""
    today = local_date(now, _ZONE)
    year = today.year + 1
    past = shm_2023()
    sessions = tuple(_dated(session, today) for session in past.sessions)
    return replace(
        past,
        slug=f"shm-provinsi-{year}",
        name_id=f"SHM Provinsi {year}",
        name_en=f"Provincial Stakeholder Meetings {year}",
        description_id=past.description_id.split("\n\nSHM Provinsi 2023")[0],
        description_en=past.description_en.split("\n\nThe Provincial Stakeholder Meetings of 2023")[0],
        note_id="Kegiatan contoh untuk mencoba sistem ini: tanggal, tempat, dan pejabatnya bukan rencana resmi.",
        note_en="A sample event to try this system: its dates, places and officials are no official plan.",
        source=None,
        demo=True,
        registration_opens_at=at_local(today - timedelta(days=7), time(8, 0), _ZONE),
        registration_closes_at=at_local(today + 4 * BETWEEN_WAVES, time(0, 0), _ZONE),
        sessions=sessions,
        agenda=tuple(replace(item, certainty=Certainty.REPORTED) for item in past.agenda),
        waves=dict.fromkeys(past.waves, Certainty.REPORTED),
        certificate_series="TPBIS-SHM",
        reminders=((7, time(9, 0)), (1, time(9, 0))),
        signatory_name="Nama Pejabat (contoh)",
        signatory_position_id="Kepala Pusat Pengembangan Perpustakaan Umum dan Khusus",
        signatory_position_en="Head of the Centre for Public and Special Library Development",
    )


def _dated(session: SessionPlan, today: date) -> SessionPlan:
    wave = session.wave or 1
    day = today + (wave - 1) * BETWEEN_WAVES
    closes = at_local(day + timedelta(days=1), time(23, 59), session.zone) if wave == 1 else None
    venue = session.venue or "Aula Dinas Perpustakaan"
    certain = dict.fromkeys(
        ("date_certainty", "hours_certainty", "city_certainty", "venue_certainty"), Certainty.REPORTED
    )
    return replace(
        session,
        days=(day,),
        registration_closes_at=closes,
        venue=venue,
        source=None,
        **certain,  # type: ignore[arg-type]
    )

"""The pack that goes along to a meeting, for the worst case without power or network: a folder for each session in one zip."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import IO
from zipfile import ZipFile

from tpbis_events.attendance.guests import guests_in_rows
from tpbis_events.attendance.papers import Print
from tpbis_events.attendance.print_cards import Whom, print_cards
from tpbis_events.attendance.print_sheet import print_sheet
from tpbis_events.foundation.database import db
from tpbis_events.foundation.errors import Refusal
from tpbis_events.people.actor import Actor
from tpbis_events.places.local_time import format_date, format_hours
from tpbis_events.programmes.model import Session, SessionDay
from tpbis_events.reports import lists
from tpbis_events.reports.cards import cards_of, draw_badges, draw_desk_signs
from tpbis_events.reports.sheets import file_name, sheet_to_sign, walk_in_sheet

_CARDS: tuple[tuple[Print, str], ...] = (
    (Print.BADGE, "4-tanda-pengenal.pdf"),
    (Print.DESK, "5-papan-nama-meja.pdf"),
)
_READ_ME = """{event}
{session}
{days}
{place}

Paket pertemuan ini cukup dicetak sekali, sebelum berangkat. Dengannya pertemuan tetap berjalan tanpa listrik dan jaringan.

1-daftar-hadir-...   Daftar hadir bernomor, satu berkas per hari. Peserta menandatangani barisnya sendiri;
                     yang belum terdaftar mengisi baris kosong di akhir.
2-daftar-peserta     Nama, instansi, dan peran, untuk dibaca panitia.
3-kode-singkat       Kode setiap orang, untuk diketik di pintu bila kode QR tidak terbaca.
4-tanda-pengenal     Empat per lembar A4, dengan tanda potong.
5-papan-nama-meja    A4 dilipat dua, nama di kedua sisi.
6-daftar-hadir-tambahan  Lembar kosong untuk yang datang tanpa mendaftar.

Sesudahnya: pindai kode QR di kaki lembar daftar hadir, masuk, lalu ketik baris yang ditandatangani, misalnya 1-12, 14.
Unggah foto atau pindaian setiap lembar. Selisih antara kertas dan layar ditunjukkan dan diselesaikan satu per satu.

Berkas ini berisi data pribadi. Simpan baik-baik dan hapus bila tidak diperlukan lagi.
"""


def write_pack(
    file: IO[bytes], sessions: Sequence[Session], *, by: Actor, progress: Callable[[int], None] = lambda _done: None
) -> None:
    """One document at a time is held in memory; each printing is noted as any other. Needs the right to print there."""
    places = [(session.id, session.slug, [day.id for day in session.days]) for session in sessions]
    with ZipFile(file, "w") as archive:
        for done, (session_id, slug, day_ids) in enumerate(places):
            progress(done)
            _write_session(archive, slug, session_id, day_ids, by)
            db.session.rollback()


def write_sheets(
    file: IO[bytes], sessions: Sequence[Session], *, by: Actor, progress: Callable[[int], None] = lambda _done: None
) -> None:
    """The attendance sheets of many sessions alone, a file for each day."""
    places = [(session.slug, [day.id for day in session.days]) for session in sessions]
    with ZipFile(file, "w") as archive:
        for done, (slug, day_ids) in enumerate(places):
            progress(done)
            for day_id in day_ids:
                _write_sheet(archive, f"{slug}/", day_id, by)
            db.session.rollback()


def _write_session(archive: ZipFile, slug: str, session_id: int, day_ids: Sequence[int], by: Actor) -> None:
    archive.writestr(f"{slug}/BACA-SAYA.txt", _read_me(db.session.get_one(Session, session_id)))
    for day_id in day_ids:
        _write_sheet(archive, f"{slug}/1-", day_id, by)
    session = db.session.get_one(Session, session_id)
    archive.writestr(f"{slug}/2-daftar-peserta.pdf", lists.participants(session))
    archive.writestr(f"{slug}/3-kode-singkat.pdf", lists.short_codes(session))
    for kind, name in _CARDS:
        try:
            rows = print_cards(session_id, kind, Whom(), by=by)
        except Refusal as no:
            if no.code != "cards.nobody":
                raise
            continue
        session = db.session.get_one(Session, session_id)
        cards = cards_of(session, guests_in_rows(rows))
        drawn = draw_badges(cards, four_up=True) if kind is Print.BADGE else draw_desk_signs(cards)
        archive.writestr(f"{slug}/{name}", drawn)
    for day_id in day_ids:
        day = db.session.get_one(SessionDay, day_id)
        archive.writestr(f"{slug}/6-daftar-hadir-tambahan-hari-{day.number}.pdf", walk_in_sheet(day))


def _write_sheet(archive: ZipFile, before: str, day_id: int, by: Actor) -> None:
    printed = print_sheet(day_id, by=by)
    day = db.session.get_one(SessionDay, day_id)
    archive.writestr(before + file_name(day), sheet_to_sign(day, printed))


def _read_me(session: Session) -> str:
    days = "\n".join(
        f"{format_date(day.local_date, 'id')}, {format_hours(day.starts_at, day.ends_at, session.zone, 'id')}"
        for day in session.days
    )
    place = ", ".join(part for part in (session.venue, session.city) if part)
    return _READ_ME.format(event=session.event.name_id, session=session.name_id, days=days, place=place)

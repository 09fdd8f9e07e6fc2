"""The certificates of many as files: one PDF each in a zip for each province, or one PDF of all for the printer.

Only what is valid and signed where it is to be goes along; who is left out stands in a list, with the reason. A certificate
on which a NIP stands is a look at that number, and written down before it is taken out.
"""

from __future__ import annotations

import codecs
import csv
import io
import re
import shutil
import tempfile
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import IO
from zipfile import ZIP_STORED, ZipFile, ZipInfo

from flask_babel import gettext as _
from sqlalchemy import Select, and_, func, or_, select

from tpbis_events.certificates.facts import CertificateFacts
from tpbis_events.certificates.file import file_of
from tpbis_events.certificates.lookup import facts_of
from tpbis_events.certificates.model import Certificate, Signing, Version
from tpbis_events.certificates.rules import file_name
from tpbis_events.foundation.database import db
from tpbis_events.foundation.errors import Refusal
from tpbis_events.people.actor import Actor
from tpbis_events.people.model import Person
from tpbis_events.places.provinces import is_province, province
from tpbis_events.programmes.model import Session
from tpbis_events.registrations.model import Registration, State
from tpbis_events.registrations.see_numbers import see_numbers
from tpbis_events.reports.cells import defused

AT_ONCE = 50  # certificates that are in memory at a time
PORTION = 1_000  # certificates of one PDF; more become several PDFs in a zip
NAME = 60  # of a person, in the name of a file
NATIONAL = "pusat"  # what sessions without a province are called
LEFT_OUT = "tidak-disertakan.csv"
_WAITS = and_(Version.signing != Signing.NONE, Version.signed_hash.is_(None))
Progress = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class Part:
    """Sessions of one province, or all that are printed into one file: ids with slugs, in their order."""

    name: str
    sessions: tuple[tuple[int, str], ...]

    @property
    def ids(self) -> list[int]:
        return [session_id for session_id, _slug in self.sessions]


def how_many(sessions: Sequence[Session]) -> int:
    """How many certificates are taken out. One query."""
    return db.session.scalar(_taken([each.id for each in sessions]).with_only_columns(func.count())) or 0


def parts_of(sessions: Sequence[Session]) -> list[Part]:
    """The sessions by province, in the order of their first sessions."""
    found: dict[str, list[tuple[int, str]]] = {}
    for each in sessions:
        code = each.province_code
        name = province(code).slug if code and is_province(code) else NATIONAL
        found.setdefault(name, []).append((each.id, each.slug))
    return [Part(name, tuple(places)) for name, places in found.items()]


def write_zip(file: IO[bytes], sessions: Sequence[Session], *, by: Actor, progress: Progress) -> int:
    """Of one province its PDFs, in a folder for each session; of several a zip for each, ready to be passed on. How many.

    In constant memory: files are copied one by one, the zip of a province through a file without a name on the disk.
    """
    parts, done = parts_of(sessions), 0
    if len(parts) == 1:
        return _write_part(file, parts[0], done, by, progress)
    with ZipFile(file, "w", ZIP_STORED) as archive:
        for part in parts:
            with tempfile.TemporaryFile() as inner:
                done = _write_part(inner, part, done, by, progress)
                if not ZipFile(inner).namelist():
                    continue  # nobody has a seat there yet
                inner.seek(0)
                with archive.open(ZipInfo(f"{part.name}.zip"), "w", force_zip64=True) as entry:
                    shutil.copyfileobj(inner, entry)
    return done


def _write_part(file: IO[bytes], part: Part, done: int, by: Actor, progress: Progress) -> int:
    lost: list[int] = []
    with ZipFile(file, "w", ZIP_STORED) as archive:
        for session_id, slug in part.sessions:
            for piece in _pieces([session_id], by):
                for certificate in piece:
                    progress(done)
                    try:
                        content = file_of(certificate.latest)
                    except Refusal as no:  # of a new version that came meanwhile the list knows that it isn't signed
                        lost += [certificate.id] if no.code == "certificate.file_lost" else []
                        continue
                    archive.writestr(f"{slug}/{_file_name(certificate)}", content)
                    done += 1
        _list_left_out(archive, part.ids, lost)
    return done


def write_print(file: IO[bytes], sessions: Sequence[Session], *, by: Actor, progress: Progress) -> int:
    """One PDF of all, by session and number; beyond PORTION a zip of several. How many.

    Drawn from the facts that each version keeps, fonts and grounds once: what is printed needs no digital signature.
    """
    from tpbis_events.certificates.drawing import draw_all

    number, title = how_many(sessions), sessions[0].event.name_id
    ids = [each.id for each in sessions]
    every = _facts(ids, by, progress)
    if number <= PORTION:
        file.write(draw_all(every, title))
        return number
    with ZipFile(file, "w", ZIP_STORED) as archive:
        for first in range(0, number, PORTION):
            drawn = draw_all(islice(every, PORTION), title)
            archive.writestr(f"sertifikat-{first + 1:05}.pdf", drawn)
        _list_left_out(archive, ids)
    return number


def _facts(session_ids: Sequence[int], by: Actor, progress: Progress) -> Iterator[CertificateFacts]:
    done = 0
    for session_id in session_ids:
        for piece in _pieces([session_id], by):
            for certificate in piece:
                progress(done)
                yield facts_of(certificate.latest)
                done += 1


def _pieces(session_ids: Sequence[int], by: Actor) -> Iterator[Sequence[Certificate]]:
    """AT_ONCE at a time, in the order in which they were numbered. Numbers that stand on them are looked at from here on."""
    after = 0
    while True:
        wanted = _taken(session_ids).where(Certificate.id > after).order_by(Certificate.id).limit(AT_ONCE)
        told = wanted.with_only_columns(Certificate.id, Certificate.registration_id, Version.nip.is_not(None))
        rows = db.session.execute(told).all()
        if not rows:
            return
        if numbered := [registration_id for _id, registration_id, has_number in rows if has_number]:
            see_numbers(numbered, by=by)
        ids = [row[0] for row in rows]
        yield db.session.scalars(select(Certificate).where(Certificate.id.in_(ids)).order_by(Certificate.id)).all()
        after = ids[-1]


def _taken(session_ids: Sequence[int]) -> Select[int]:
    newest = and_(Version.certificate_id == Certificate.id, Version.version == Certificate.version)
    return (
        select(Certificate.id)
        .join(Registration, Registration.id == Certificate.registration_id)
        .join(Version, newest)
        .where(Registration.session_id.in_(session_ids), Certificate.revoked_at.is_(None), ~_WAITS)
    )


def _list_left_out(archive: ZipFile, session_ids: Sequence[int], lost: Sequence[int] = ()) -> None:
    """Everybody with a seat or a certificate there whose paper isn't among the files, and why; no file where there is nobody."""
    text, number = io.StringIO(), 0
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerow(
        [_("Reference"), _("Full name"), _("Session"), _("Number of the certificate"), _("Why it is left out")]
    )
    newest = and_(Version.certificate_id == Certificate.id, Version.version == Certificate.version)
    rows = db.session.execute(
        select(
            Registration.reference,
            Person.full_name,
            Session.name_id,
            Certificate.number,
            Certificate.revoked_at,
            Certificate.id.in_(lost),
        )
        .join(Person, Person.id == Registration.person_id)
        .join(Session, Session.id == Registration.session_id)
        .join(Certificate, Certificate.registration_id == Registration.id, isouter=True)
        .join(Version, newest, isouter=True)
        .where(
            Registration.session_id.in_(session_ids),
            or_(
                and_(Certificate.id.is_(None), Registration.state == State.SEATED),
                Certificate.revoked_at.is_not(None),
                _WAITS,
                Certificate.id.in_(lost),
            ),
        )
        .order_by(Session.starts_at, Session.slug, Registration.name_key, Registration.id)
    )
    for reference, name, session, certificate, revoked_at, is_lost in rows:
        number += 1
        why = _("No certificate yet")
        if certificate:
            why = _("Waiting for the signature")
        if is_lost:
            why = _("Its file can't be read")
        if revoked_at:
            why = _("Revoked")
        writer.writerow([defused(each or "") for each in (reference, name, session, certificate)] + [why])
    if number:
        archive.writestr(LEFT_OUT, codecs.BOM_UTF8 + text.getvalue().encode())


def _file_name(certificate: Certificate) -> str:
    """`sertifikat-0001-...-XI-2026-Budi-Santoso.pdf`; a name without Latin letters is left away."""
    letters = unicodedata.normalize("NFKD", str(certificate.facts["full_name"]))
    name = re.sub("[^0-9A-Za-z]+", "-", "".join(c for c in letters if not unicodedata.combining(c))).strip("-")[:NAME]
    begun = file_name(certificate.number).removesuffix(".pdf")
    return f"{begun}-{name}.pdf" if name else f"{begun}.pdf"

"""Make the file of an export: a table of registrations, a zip of documents, certificates; in constant memory."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import IO, TypeVar

from flask_babel import force_locale

from tpbis_events.foundation import clock
from tpbis_events.foundation.errors import NotFound, Refusal
from tpbis_events.people.actor import Act, Actor
from tpbis_events.places.local_time import local_date
from tpbis_events.registrations.search import Search
from tpbis_events.reports import accountability, certificate_files, pack, results_file, rows, tables
from tpbis_events.reports.asked import (
    ACCOUNTABILITY,
    BOOKS,
    CERTIFICATES,
    COMMITMENTS,
    OF_CERTIFICATES,
    PACK,
    PRINTED,
    RESULTS,
    ZIPS,
    Asked,
)
from tpbis_events.reports.columns import Column, cells, columns_for, text_of
from tpbis_events.reports.scope import Scope, scope

T = TypeVar("T")
Progress = Callable[[int], None]
ROWS_BETWEEN = 250  # of a table, between two words about how far it is
MIMETYPES = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
    **dict.fromkeys((*ZIPS, *OF_CERTIFICATES), "application/zip"),
    **dict.fromkeys(BOOKS, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
}
PDF, ZIP = "application/pdf", "application/zip"
_ZONE = "Asia/Jakarta"
SEATED = Search(state="seated")


@dataclass(frozen=True, slots=True)
class Plan:
    """What a file will hold, and how much of it there is: rows of a table, sessions of an accountability file."""

    scope: Scope
    columns: tuple[Column, ...]
    total: int
    file_name: str
    acts: tuple[Act, ...] = ()  # that what stands on its papers needs

    @property
    def provinces(self) -> list[str | None]:
        """Where its rows come from."""
        return list(dict.fromkeys(session.province_code for session in self.scope.sessions))

    def needs(self, by: Actor) -> list[list[str | None]]:
        """The rights that its columns need, each with the provinces where she has it: elsewhere their cells are empty."""
        acts = {*self.acts, *(column.needs for column in self.columns if column.needs)}
        return [[act.value, code] for act in sorted(acts) for code in self.provinces if by.may(act, code)]


def plan(asked: Asked, *, by: Actor) -> Plan:
    """Refuses what isn't there or out of the actor's reach, and what she may not take out."""
    of = scope(asked.event, asked.session, by=by)
    if asked.kind == ACCOUNTABILITY:
        return Plan(of, (), len(of.sessions), f"spj-{of.name}.zip", (Act.SEE_ATTENDANCE,))
    if asked.kind in PRINTED:
        return _plan_to_print(of, asked, by)
    if asked.kind in OF_CERTIFICATES:
        return _plan_of_certificates(of, asked, by)
    if asked.kind in BOOKS:
        return _plan_of_book(of, asked, by)
    columns = columns_for(by, of, frozenset(asked.groups))
    today = local_date(clock.now(), _ZONE)
    return Plan(of, columns, rows.how_many(of, asked.search, by=by), f"{of.name}-{today}.{asked.kind}")


def mimetype(kind: str, file_name: str) -> str:
    """What a file is: certificates to print are a PDF, or a zip of several."""
    return PDF if file_name.endswith(".pdf") else MIMETYPES[kind]


def _plan_to_print(of: Scope, asked: Asked, by: Actor) -> Plan:
    """Of a wave, if one was asked for; of the sessions where the actor may print. Refuses where there is none."""
    of, name = _narrowed(of, asked, by, Act.PRINT_SHEETS)
    kind = "paket-pertemuan" if asked.kind == PACK else "daftar-hadir"
    acts = (Act.PRINT_SHEETS, Act.SEE_NUMBER)
    return Plan(of, (), len(of.sessions), f"{kind}-{name}.zip", acts)


def _plan_of_certificates(of: Scope, asked: Asked, by: Actor) -> Plan:
    """Of the sessions where the actor may issue them. Refuses where there is none to take out."""
    of, name = _narrowed(of, asked, by, Act.ISSUE_CERTIFICATE)
    total = certificate_files.how_many(of.sessions)
    if not total:
        raise Refusal("export.no_certificates")
    whole = asked.kind == CERTIFICATES or total > certificate_files.PORTION
    file_name = f"sertifikat-{name}{'' if asked.kind == CERTIFICATES else '-cetak'}.{'zip' if whole else 'pdf'}"
    return Plan(of, (), total, file_name, (Act.ISSUE_CERTIFICATE, Act.SEE_NUMBER))


def _narrowed(of: Scope, asked: Asked, by: Actor, act: Act) -> tuple[Scope, str]:
    """The sessions of the wave that was asked for, where the actor has the right; what a file of them is called."""
    by.require_somewhere(act)
    wave = asked.search.wave
    sessions = [each for each in of.sessions if not wave or (each.wave and each.wave.number == wave)]
    may = tuple(each for each in sessions if by.may(act, each.province_code))
    if not may:
        raise NotFound("session.unknown")
    return replace(of, sessions=may), f"{of.name}-{wave}" if wave else of.name


def _plan_of_book(of: Scope, asked: Asked, by: Actor) -> Plan:
    """Of the sessions whose results the actor may see; its size is that of what was handed in, or of what was committed to."""
    of = results_file.seen(of, by)
    if asked.kind == COMMITMENTS:
        total, kind = results_file.how_many_commitments(of), "rencana-tindak-lanjut"
    else:
        total, kind = results_file.how_many_sheets(of), "hasil-kuesioner"
    return Plan(of, (), total, f"{kind}-{of.name}.xlsx", (Act.SEE_RESULTS,))


def write(file: IO[bytes], asked: Asked, made: Plan, *, by: Actor, progress: Progress = lambda _done: None) -> int:
    """Write the file, telling again and again how far it is; how many rows or sessions."""
    with force_locale(asked.language):
        if asked.kind == ACCOUNTABILITY:
            accountability.write_zip(file, made.scope, progress, by=by)
            return len(made.scope.sessions)
        if asked.kind in PRINTED:
            number, draw = len(made.scope.sessions), pack.write_pack if asked.kind == PACK else pack.write_sheets
            draw(file, made.scope.sessions, by=by, progress=progress)
            return number
        if asked.kind in OF_CERTIFICATES:
            is_zip = asked.kind == CERTIFICATES
            write_all = certificate_files.write_zip if is_zip else certificate_files.write_print
            return write_all(file, made.scope.sessions, by=by, progress=progress)
        if asked.kind == RESULTS:
            return results_file.write_results(file, made.scope, progress, by=by, language=asked.language)
        if asked.kind == COMMITMENTS:
            return results_file.write_commitments(file, made.scope, progress, language=asked.language)
        keys = [column.key for column in made.columns]
        found = rows.lines(made.scope, asked.search, by=by, nip="nip" in keys, support="support" in keys)
        told = _counted((cells(line, made.columns, by, asked.language) for line in found), progress)
        if asked.kind == "xlsx":
            title = text_of(made.scope.event, "name", asked.language)
            return tables.write_xlsx(file, title, made.columns, told)
        return tables.write_csv(file, made.columns, told, separator=";" if asked.language == "id" else ",")


def _counted(items: Iterable[T], progress: Progress) -> Iterator[T]:
    for number, each in enumerate(items):
        if number % ROWS_BETWEEN == 0:
            progress(number)
        yield each

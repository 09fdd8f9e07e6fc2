"""The record of a session's attendance on A4: each day, what was changed, read in vain, attached; then the checksum."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from flask_babel import force_locale
from flask_babel import gettext as _

from tpbis_events.foundation.codes import grouped
from tpbis_events.places.local_time import format_date, format_datetime, format_hours, format_time
from tpbis_events.reports.attendance_record import SOURCES, Came, Day, Entry, Record
from tpbis_events.reports.columns import text_of
from tpbis_events.reports.lists import ISSUER
from tpbis_events.reports.paper import Cut, Head, Paper

ROW, TALL = 26.0, 34.0


def draw_pdf(record: Record, now: datetime, reason: Callable[[str], str], language: str) -> bytes:
    """`reason` puts the code of a failed scan into words."""
    with force_locale(language):
        session, title = record.session, _("Record of attendance")
        place = ", ".join(part for part in (session.venue, session.city) if part)
        name = f"{text_of(session.event, 'name', language)} – {text_of(session, 'name', language)}"
        made = _("Made on %(moment)s", moment=format_datetime(now, session.zone, language))
        paper = Paper(lang=language, title=f"{title} – {name}", page_words=_("Page") + " %(page)s")
        paper.begin(Head(ISSUER[language == "en"], title, (name, place, made)))
        _seal(paper, record, now, language)
        for day in record.days:
            _day(paper, day, record, language)
        _changes(paper, record, language)
        _failed(paper, record, reason, language)
        _sheets(paper, record, language)
        return paper.finish()


def _seal(paper: Paper, record: Record, now: datetime, language: str) -> None:
    paper.words(_("Checksum (SHA-256) over %(number)s lines:", number=record.facts))
    paper.words(record.digits[:39])
    paper.words(record.digits[40:])
    paper.words(_("Head of the audit log: %(head)s", head=record.audit_head or _("none yet")))
    paper.words(
        _("How to make it again is in the documentation of the system, decision 33; the moment is needed for it:")
    )
    paper.words(now.isoformat(timespec="seconds"))


def _day(paper: Paper, day: Day, record: Record, language: str) -> None:
    zone = record.session.zone
    hours = format_hours(day.day.starts_at, day.day.ends_at, zone, language)
    paper.heading(f"{format_date(day.day.local_date, language)}, {hours}")
    paper.words(
        _(
            "%(came)s of %(number)s came; %(unsigned)s of them on site without a signature.",
            came=day.attended,
            number=len(day.entries),
            unsigned=day.unsigned,
        )
    )
    cuts = (
        Cut(_("No."), 4, right=True),
        Cut(_("Name"), 29),
        Cut(_("Came"), 13),
        Cut(_("Written down"), 13),
        Cut(_("How"), 22),
        Cut(_("Signature"), 19),
    )
    rows = [[str(number), *_entry(entry, zone, language)] for number, entry in enumerate(day.entries, start=1)]
    paper.table(cuts, rows, height=TALL)


def _entry(entry: Entry, zone: str, language: str) -> list[str]:
    guest = entry.guest
    ending = f" · NIP …{guest.nip_ending}" if guest.nip_ending else ""
    who = f"{guest.full_name} ({grouped(guest.reference)}{ending})"
    came = ", ".join(_came(each, zone, language) for each in entry.came) or "–"
    written = ", ".join(format_time(each.row.checked_in_at, zone, language) for each in entry.came)
    return [who, came, written, _how(entry), _signature(entry, zone, language)]


def _came(came: Came, zone: str, language: str) -> str:
    told = format_time(came.row.happened_at, zone, language)
    if came.item:
        told = f"{text_of(came.item, 'title', language)}: {told}"
    return f"{told} ({_('late')})" if came.row.late else told


def _how(entry: Entry) -> str:
    return ", ".join(dict.fromkeys(f"{SOURCES[each.row.source]}: {each.by}" for each in entry.came))


def _signature(entry: Entry, zone: str, language: str) -> str:
    told = []
    if entry.signed.at:
        told.append(_("on a screen, %(time)s", time=format_time(entry.signed.at, zone, language)))
    if entry.signed.sheet:
        told.append(_("sheet %(code)s, row %(row)s", code=grouped(entry.signed.sheet), row=entry.signed.row))
    if not told and entry.came:
        return str(_("online") if all(each.row.online for each in entry.came) else _("none"))
    return "; ".join(told)


def _changes(paper: Paper, record: Record, language: str) -> None:
    paper.heading(_("What was undone"))
    if not record.changes:
        paper.words(_("Nothing."))
        return
    cuts = (Cut(_("When"), 24), Cut(_("Name"), 26), Cut(_("Came"), 12), Cut(_("By"), 14), Cut(_("Reason"), 24))
    zone = record.session.zone
    rows = [
        [
            format_datetime(came.row.undone_at, zone, language) if came.row.undone_at else "",
            entry.guest.full_name,
            _came(came, zone, language),
            came.undone_by,
            came.row.undo_reason or "",
        ]
        for _day, entry, came in record.changes
    ]
    paper.table(cuts, rows, height=TALL)


def _failed(paper: Paper, record: Record, reason: Callable[[str], str], language: str) -> None:
    paper.heading(_("Scans that let nobody in"))
    if not record.failed:
        paper.words(_("None."))
        return
    cuts = (Cut(_("When"), 26), Cut(_("Read"), 22), Cut(_("Reason"), 34), Cut(_("By"), 18))
    zone = record.session.zone
    rows = [
        [
            format_datetime(each.scan.happened_at, zone, language),
            each.name or each.scan.read_masked,
            reason(each.scan.result),
            each.by,
        ]
        for each in record.failed
    ]
    paper.table(cuts, rows, height=ROW)


def _sheets(paper: Paper, record: Record, language: str) -> None:
    paper.heading(_("Signed sheets that are attached"))
    if not record.sheets:
        paper.words(_("None."))
        return
    zone = record.session.zone
    for photo, code, by, withdrawn_by in record.sheets:
        at = format_datetime(photo.attached_at, zone, language)
        paper.words(_("Sheet %(code)s, attached on %(moment)s by %(name)s.", code=grouped(code), moment=at, name=by))
        paper.words(_("SHA-256 as handed in: %(digits)s", digits=photo.received_hash))
        paper.words(_("SHA-256 as kept: %(digits)s", digits=photo.kept_hash))
        if photo.withdrawn_at:
            paper.words(_("Withdrawn by %(name)s: %(reason)s", name=withdrawn_by, reason=photo.withdraw_reason or ""))

"""Import a roster: hand in a sheet, see what would become of every row, mend it in the page, save. Nothing is stored before that.

The rows travel in the page (docs/decisions has why); every step asks all rules again.
"""

from __future__ import annotations

import io
import re
import secrets
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, make_response, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, FileField, HiddenField, RadioField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]

from tpbis_events.foundation import clock
from tpbis_events.foundation.errors import NotFound, Refusal
from tpbis_events.people.actor import Act
from tpbis_events.programmes.model import Origin, Session
from tpbis_events.registrations import roster as rosters
from tpbis_events.registrations.batches import batch_of
from tpbis_events.registrations.register_batch import (
    BadRows,
    Beyond,
    Problem,
    Row,
    foresee_batch,
    register_batch,
    together,
)
from tpbis_events.registrations.rules import LANGUAGES, plain
from tpbis_events.registrations.sheet import read_sheet
from tpbis_events.registrations.sheet_cells import MOST_BYTES, MOST_ROWS, BadSheet
from tpbis_events.registrations.sheet_pack import packed, unpacked
from tpbis_events.registrations.sheet_rows import Table, corrected, rows_of, table_of
from tpbis_events.reports import roster_template
from tpbis_events.web.accounts import acting
from tpbis_events.web.languages import language
from tpbis_events.web.office.import_preview import heading_of, preview_of
from tpbis_events.web.refusals import sentence

page = Blueprint("imports", __name__)

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_CELL = re.compile(r"cell-(\d{1,7})-([a-z_]{1,20})")
_KEY = re.compile(r"[A-Za-z0-9_-]{16,64}")


class ImportForm(FlaskForm):
    """What is asked beside the rows: what becomes of those beyond the quota, the language of the mails, their consent."""

    file = FileField(_l("File"))
    rows = HiddenField()
    name = HiddenField()
    key = HiddenField()
    foreseen = HiddenField()
    beyond = RadioField(
        _l("Rows for whom no seat is free"),
        choices=[
            SelectChoice(Beyond.WAIT.value, _l("Put them on the waiting list")),
            SelectChoice(Beyond.REFUSE.value, _l("Refuse them: I want to hear of it")),
        ],
        validate_choice=False,
    )
    language = RadioField(
        _l("Language of the mail"),
        choices=[SelectChoice("id", "Bahasa Indonesia"), SelectChoice("en", "English")],
        validate_choice=False,
    )
    consent = BooleanField(_l("The people have been told how these data are used, and agree"))

    @property
    def choice(self) -> Beyond:
        return Beyond.REFUSE if self.beyond.data == Beyond.REFUSE.value else Beyond.WAIT


@dataclass(frozen=True, slots=True)
class Read:
    """A table that was handed in, with the people in it and what the sheet itself has wrong."""

    table: Table
    rows: list[Row]
    problems: list[Problem]


@page.get("/office/events/<event>/sessions/<session>/import")
def ask(event: str, session: str) -> str:
    return _ask(_place(event, session), _form(_place(event, session)))


@page.post("/office/events/<event>/sessions/<session>/import")
def preview(event: str, session: str) -> ResponseReturnValue:
    """Upload, check again after mending, or save: the same page until nothing is wrong."""
    place = _place(event, session)
    form = _form(place)
    if not form.validate_on_submit():
        return _ask(place, form), 400
    try:
        read = _read(place, form)
        if request.form.get("step") == "save":
            return _save(place, form, read)
        return _preview(place, form, read)
    except BadSheet as no:
        form.file.errors = [". ".join(sentence(no)) if no.code != "sheet.none" else _("Choose a file first.")]
        return _ask(_place(event, session), form), no.status
    except Refusal as no:
        if no.status in (403, 404):
            raise
        form.form_errors = [". ".join(sentence(no))]
        return _ask(_place(event, session), form), no.status


@page.get("/office/events/<event>/sessions/<session>/import/<key>")
def done(event: str, session: str, key: str) -> str:
    """What a saved import made; the same page whenever it is opened."""
    place = _place(event, session)
    outcome = batch_of(key, place.id)
    if outcome is None:
        raise NotFound("batch.unknown")
    people = {row.reference: row for row in rosters.people_of([each.reference for each in outcome.rows])}
    return render_template("office/imports/done.html", session=place, event=place.event, outcome=outcome, people=people)


@page.get("/office/events/<event>/sessions/<session>/import/template.<any(xlsx, csv):kind>")
def template(event: str, session: str, kind: str) -> ResponseReturnValue:
    place = _place(event, session)
    columns = roster_template.columns_of(place, language())
    title = f"{place.name_en if language() == 'en' else place.name_id}"
    file = io.BytesIO()
    if kind == "xlsx":
        roster_template.write_xlsx(file, title, columns)
    else:
        roster_template.write_csv(file, columns, ";" if language() == "id" else ",")
    file.seek(0)
    name = f"{'template' if language() == 'en' else 'templat'}-{place.event.slug}-{place.slug}.{kind}"
    mimetype = XLSX if kind == "xlsx" else "text/csv; charset=utf-8"
    return make_response(send_file(file, mimetype, as_attachment=True, download_name=name, etag=False))


def _place(event: str, session: str) -> Session:
    return rosters.session_of(event, session, by=acting(), act=Act.IMPORT)


def _form(place: Session) -> ImportForm:
    abroad = all(quota.role.origin is Origin.INTERNATIONAL for quota in place.quotas)
    return ImportForm(beyond=Beyond.WAIT.value, language="en" if abroad and place.quotas else "id")


def _read(place: Session, form: ImportForm) -> Read:
    """The table of the request: from the file, or as the page had it with what was mended there."""
    if form.rows.data:
        typed = {
            (int(cell.group(1)), cell.group(2)): text
            for name, text in request.form.items()
            if (cell := _CELL.fullmatch(name))
        }
        out = frozenset(int(line) for line in request.form.getlist("out") if line.isascii() and line.isdigit())
        table = corrected(unpacked(form.rows.data), typed, out)
    elif file := request.files.get("file"):
        form.name.data = plain((file.filename or "").replace("\\", "/").rpartition("/")[2], 120)
        table = table_of(read_sheet(file.stream.read(MOST_BYTES + 1)))
    else:
        raise BadSheet("sheet.none")
    roles = [quota.role for quota in place.quotas]
    chosen = form.language.data if form.language.data in LANGUAGES else "id"
    rows, problems = rows_of(table.lines, roles, language=chosen, consent=True, province_code=place.province_code)
    return Read(table, rows, problems)


def _preview(place: Session, form: ImportForm, read: Read, *, changed: bool = False) -> ResponseReturnValue:
    """`changed`: what was promised no longer holds, since somebody else was quicker."""
    found = foresee_batch(place.id, read.rows, beyond=form.choice, by=acting())
    problems = together([*read.problems, *found.problems])
    roles = {quota.role_id: quota.role for quota in place.quotas}
    shown = preview_of(read.table, read.rows, found, problems, roles, language())
    form.key.data = secrets.token_urlsafe(24)
    form.rows.data = packed(read.table)
    form.foreseen.data = str(shown.seated)
    words = render_template(
        "office/imports/preview.html",
        session=place,
        event=place.event,
        form=form,
        table=read.table,
        preview=shown,
        roles=found.roles,
        changed=changed,
        choices={column.field: column.choices for column in roster_template.columns_of(place, language())},
        columns=[heading_of(read.table, field, language()) for field in read.table.headings],
    )
    return words, 409 if changed else 422 if problems or form.errors else 200


def _save(place: Session, form: ImportForm, read: Read) -> ResponseReturnValue:
    if not form.consent.data:
        form.consent.errors = [_("Without their consent these data may not be kept. Ask first.")]
        return _preview(place, form, read)
    if read.problems:
        return _preview(place, form, read)
    event, session, key = place.event.slug, place.slug, form.key.data or ""
    told = form.foreseen.data or ""
    try:
        register_batch(
            place.id,
            read.rows,
            beyond=form.choice,
            by=acting(),
            key=key if _KEY.fullmatch(key) else (key := secrets.token_urlsafe(24)),
            foreseen=int(told) if told.isascii() and told.isdigit() and len(told) <= 4 else None,
        )
    except BadRows:
        return _preview(_place(event, session), form, read, changed=True)
    return redirect(url_for("office.imports.done", event=event, session=session, key=key), 303)


def _ask(place: Session, form: ImportForm) -> str:
    return render_template(
        "office/imports/ask.html",
        session=place,
        event=place.event,
        form=form,
        columns=roster_template.columns_of(place, language()),
        most_rows=MOST_ROWS,
        most_megabytes=MOST_BYTES // 1_000_000,
        too_late=_too_late(place),
    )


def _too_late(place: Session) -> Any:
    """Why nobody can be registered any longer, as the command would say it."""
    if place.cancelled_at:
        return sentence(Refusal("session.cancelled"))
    return sentence(Refusal("session.over")) if clock.now() >= place.ends_at else None

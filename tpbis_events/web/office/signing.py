"""Certificates that are signed outside (TTE by BSrE): how many wait, take their files out, bring them back signed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from tempfile import SpooledTemporaryFile
from typing import IO, cast

from flask import Blueprint, Response, flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from tpbis_events.certificates.bring_back import ALREADY, TAKEN, bring_back
from tpbis_events.certificates.design import design_of
from tpbis_events.certificates.model import Signing
from tpbis_events.certificates.take_out import take_out as take_files_out
from tpbis_events.certificates.uploaded_pdfs import MOST_BYTES
from tpbis_events.certificates.waiting_outside import PORTION, waiting_outside
from tpbis_events.foundation.errors import Refusal
from tpbis_events.people.actor import Act
from tpbis_events.programmes.catalogue import event_of
from tpbis_events.programmes.model import Event
from tpbis_events.reports.signing_pack import write_pack
from tpbis_events.web.accounts import acting
from tpbis_events.web.office import beside
from tpbis_events.web.refusals import line
from tpbis_events.web.signing_words import OUTCOMES

page = Blueprint("signing", __name__)

IN_MEMORY = 4 * 1024 * 1024  # of a ZIP; what is larger is written into a file that is deleted at the end
MEGABYTE = 1024 * 1024


@page.get("/office/events/<event>/certificates/signing")
def show(event: str) -> str:
    return _page(_event(event))


@page.post("/office/events/<event>/certificates/signing/files")
def take_out(event: str) -> ResponseReturnValue:
    """A portion as a ZIP. By POST, since certificates state NIPs and each taking out is written down."""
    row = _event(event)
    first, last = (beside.whole_number(request.form.get(name)) for name in ("first", "last"))
    try:
        taken = take_files_out(row.id, first, last, by=acting())
    except Refusal as no:
        if no.status in (403, 404):
            raise
        flash(line(no), "danger")
        return redirect(url_for(".show", event=event), 303)
    slug = row.slug
    pack = cast(IO[bytes], SpooledTemporaryFile(max_size=IN_MEMORY))  # noqa: SIM115 - closed by _pieces
    write_pack(pack, taken)
    size = pack.tell()
    headers = {
        "Content-Disposition": f'attachment; filename="tanda-tangan-{slug}-{len(taken)}.zip"',
        "Content-Length": str(size),
    }
    return Response(_pieces(pack), mimetype="application/zip", headers=headers)


def _pieces(file: IO[bytes]) -> Iterator[bytes]:
    """From the beginning, in pieces; the file is gone after the last."""
    with file:
        file.seek(0)
        while piece := file.read(MEGABYTE):
            yield piece


@page.post("/office/events/<event>/certificates/signing/signed")
def bring(event: str) -> ResponseReturnValue:
    """What became of each file, said on the page that answers and kept nowhere else."""
    row = _event(event)
    event_id = row.id
    uploads = [(each.filename or "", each.stream) for each in request.files.getlist("files")]
    results = list(bring_back(event_id, [each for each in uploads if each[0]], by=acting()))
    if not results:
        flash(_("Please choose a ZIP, or the signed PDFs."), "danger")
        return redirect(url_for(".show", event=event), 303)
    counted = Counter(each.outcome for each in results)
    wrong = len(results) - counted[TAKEN] - counted[ALREADY]
    answer = make_response(
        _page(_event(event), results=results, taken=counted[TAKEN], already=counted[ALREADY], wrong=wrong)
    )
    answer.status_code = 200 if not wrong else 422
    return answer


def _event(slug: str) -> Event:
    """A draft has no certificates, but may be looked at."""
    acting().require_somewhere(Act.SIGN_CERTIFICATES)
    return event_of(slug, drafts=True)


def _page(row: Event, **more: object) -> str:
    facts = {"results": [], "taken": 0, "already": 0, "wrong": 0} | more
    return render_template(
        "office/signing/show.html",
        event=row,
        state=waiting_outside(row.id, by=acting()),
        outside=design_of(row).signing == Signing.OUTSIDE.value,
        outcomes=OUTCOMES,
        portion=PORTION,
        most=MOST_BYTES // MEGABYTE,
        **facts,
    )

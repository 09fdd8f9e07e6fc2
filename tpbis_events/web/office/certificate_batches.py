"""Certificates of a session, a wave or an edition: how far they are, issue them in the background, take their files out."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from tpbis_events.certificates import batches
from tpbis_events.certificates.batch_model import CertificateBatch, Outcome
from tpbis_events.certificates.design import design_of
from tpbis_events.certificates.extent import Extent, extent
from tpbis_events.certificates.model import Signing
from tpbis_events.certificates.order_batch import order_batch
from tpbis_events.certificates.outlook import outlook, total
from tpbis_events.certificates.stop_batch import stop_batch as stop_order
from tpbis_events.foundation import clock, codes
from tpbis_events.foundation.errors import NotFound, Refusal
from tpbis_events.people.actor import Act
from tpbis_events.registrations.search import Search
from tpbis_events.reports.asked import OF_CERTIFICATES, Asked
from tpbis_events.web.accounts import acting
from tpbis_events.web.languages import language
from tpbis_events.web.office import batch_words as said
from tpbis_events.web.office.exports import take_file
from tpbis_events.web.refusals import line

page = Blueprint("certificate_batches", __name__)

SECONDS_BETWEEN_LOOKS = 3
LARGEST = 2**31 - 1
# What of an order is listed: those who weren't issued one first, as they are to be looked after.
LISTS: dict[str, tuple[Outcome, ...]] = {
    "not": (Outcome.MISSING, Outcome.REFUSED),
    "issued": (Outcome.ISSUED,),
    "already": (Outcome.ALREADY,),
    "due": (Outcome.DUE,),
}


@page.get("/office/events/<event>/certificates")
def event(event: str) -> str:
    """The edition, or one `wave` of it. At most 17 queries, whatever the size."""
    return _page(_of_event(event))


@page.get("/office/events/<event>/sessions/<session>/certificates")
def session(event: str, session: str) -> str:
    return _page(extent(event, session, by=acting()))


@page.post("/office/events/<event>/certificates")
def act_on_event(event: str) -> ResponseReturnValue:
    """Order them, or take files out: `what`."""
    return _act(_of_event(event))


@page.post("/office/events/<event>/sessions/<session>/certificates")
def act_on_session(event: str, session: str) -> ResponseReturnValue:
    return _act(extent(event, session, by=acting()))


@page.get("/office/events/<event>/certificates/orders/<int:batch_id>")
def show(event: str, batch_id: int) -> str:
    """How far an order is, and what became of whom."""
    by = acting()
    extent(event, by=by)
    asked = request.args.get("list", "not")
    after = min(max(request.args.get("after", 0, int), 0), LARGEST)
    only = LISTS.get(asked, LISTS["not"])
    standing = batches.standing(min(batch_id, LARGEST), event, only, after, by=by)
    batch = standing.batch
    return render_template(
        "office/certificate_batches/order.html",
        standing=standing,
        batch=batch,
        event=batch.event,
        of=said.of(batch),
        asked=asked if asked in LISTS else "not",
        goes_on=batch.ended_at is None,
        every=SECONDS_BETWEEN_LOOKS,
        why=said.why,
        reasons=said.reasons(standing.reasons),
        state=said.STATES[batch.state],
        badge=said.BADGES[batch.state],
        outcomes=said.OUTCOMES,
        stop_reason=said.why(Outcome.REFUSED, batch.stop_code) if batch.stop_code else None,
        after=after,
        numbers=standing.counts,
        outcome=Outcome,
    )


@page.post("/office/events/<event>/certificates/orders/<int:batch_id>/stop")
def stop(event: str, batch_id: int) -> ResponseReturnValue:
    extent(event, by=acting())
    try:
        stop_order(min(batch_id, LARGEST), by=acting())
        flash(_("It is stopped. Who has a certificate keeps it; the others can be ordered again."), "success")
    except Refusal as no:
        if no.status in (403, 404):
            raise
        flash(line(no), "danger")
    return redirect(url_for(".show", event=event, batch_id=batch_id), 303)


def _of_event(event: str) -> Extent:
    wave = request.args.get("wave", None, int)
    return extent(event, None, wave if wave is not None and 0 < wave <= LARGEST else None, by=acting())


def _page(of: Extent) -> str:
    by, now = acting(), clock.now()
    rows = outlook(of, now)
    meant = total(rows, begun_only=True)
    newest = batches.newest(of.event.id, by=by)
    counts = batches.counts_of([each.id for each in newest])
    return render_template(
        "office/certificate_batches/show.html",
        of=of,
        event=of.event,
        session=of.session,
        rows=rows,
        sums=total(rows),
        meant=meant,
        lacking=[(said.NEEDS[need], number) for need, number in meant.missing.items()],
        refused=[(said.why(Outcome.REFUSED, code), number) for code, number in meant.refused.items()],
        begun=len(of.begun(now)),
        waves=sorted({each.wave.number for each in of.sessions if each.wave}),
        orders=[(each, counts[each.id]) for each in newest if _about(each, of)],
        words_of=said.of,
        states=said.STATES,
        badges=said.BADGES,
        outcome=Outcome,
        key=codes.new_code(32),
        here=_address(of),
        to_sign=design_of(of.event).signing == Signing.OUTSIDE.value and by.may(Act.SIGN_CERTIFICATES, None),
        may_export=by.may_somewhere(Act.EXPORT),
    )


def _about(batch: CertificateBatch, of: Extent) -> bool:
    """On the page of a session its own orders; on those of a wave and an edition all."""
    return of.session is None or batch.session_id == of.session.id


def _address(of: Extent) -> str:
    if of.session:
        return url_for(".session", event=of.event.slug, session=of.session.slug)
    return url_for(".event", event=of.event.slug, wave=of.wave)


def _act(of: Extent) -> ResponseReturnValue:
    here, what = _address(of), request.form.get("what", "")
    try:
        if what in OF_CERTIFICATES:
            search = Search(wave=of.wave or 0)
            asked = Asked(what, of.event.slug, of.session.slug if of.session else None, search, language=language())
            return take_file(asked)
        return _order(of)
    except Refusal as no:
        if no.status in (403, 404):
            raise
        flash(line(no), "danger")
        return redirect(here, 303)


def _order(of: Extent) -> ResponseReturnValue:
    slug, session = of.event.slug, of.session.slug if of.session else None
    key = request.form.get("key", "")[:64]
    if len(key) < 16:
        raise NotFound("batch.unknown")
    batch_id = order_batch(key, slug, session, of.wave, by=acting())
    return redirect(url_for(".show", event=slug, batch_id=batch_id), 303)

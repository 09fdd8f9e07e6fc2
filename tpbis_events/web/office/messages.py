"""Messages to many: write one to whom the roster finds, see whom it reaches and how it looks, test, schedule, watch, stop."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from tpbis_events.foundation import clock, codes
from tpbis_events.foundation.errors import Invalid, Refusal
from tpbis_events.messages import placeholders, progress
from tpbis_events.messages import whom as recipients
from tpbis_events.messages.look import look
from tpbis_events.messages.model import Message, MessageState
from tpbis_events.messages.schedule_message import schedule_message, stop_message, unschedule_message
from tpbis_events.messages.send_test import send_test
from tpbis_events.messages.whom import Whom
from tpbis_events.messages.write_message import change_message, discard_message, write_message
from tpbis_events.outbox.mailbox import masked as masked_email
from tpbis_events.people.actor import Actor
from tpbis_events.people.rights import label_of
from tpbis_events.registrations import roster as rosters
from tpbis_events.registrations.model import Registration
from tpbis_events.registrations.roster import Scope
from tpbis_events.registrations.rules import LANGUAGES
from tpbis_events.web.accounts import acting
from tpbis_events.web.languages import language
from tpbis_events.web.office import beside, change_words, searching, words
from tpbis_events.web.office.calls import masked_phone
from tpbis_events.web.office.mail import POLICY_OF_FRAME
from tpbis_events.web.office.message_forms import (
    STATES,
    MessageForm,
    ScheduleForm,
    moment_of,
    per_hour,
    put_problems,
)
from tpbis_events.web.refusals import line, sentence

page = Blueprint("messages", __name__)

LARGEST_ID = 2**31 - 1
NAMES = {"id": "Bahasa Indonesia", "en": "English"}
UNBEGUN = (MessageState.DRAFT, MessageState.SCHEDULED)


@page.get("/office/events/<event>/messages")
def index(event: str) -> str:
    """Messages of an event that the organizer may see, with how far each is."""
    by = acting()
    scope = recipients.scope_of(event, None, by=by)
    before = min(max(request.args.get("before", 0, int), 0), LARGEST_ID)
    messages, next_before = progress.messages_of(scope.event.id, by=by, before=before)
    return render_template(
        "office/messages/index.html",
        event=scope.event,
        messages=messages,
        found=progress.progress_of([message.id for message in messages]),
        states=STATES,
        next_url=url_for(".index", event=event, before=next_before) if next_before else None,
        first_url=url_for(".index", event=event) if before else None,
    )


@page.get("/office/events/<event>/messages/new")
def new(event: str) -> str:
    """The form, for those whom the roster finds with the filter of the address."""
    return form_page(event, request.args.get("session") or None, acting(), MessageForm(formdata=None))


@page.post("/office/events/<event>/messages")
def write(event: str) -> ResponseReturnValue:
    """Keep it as a draft; nothing goes out yet."""
    by, form, session = acting(), MessageForm(), request.form.get("session") or None
    scope = recipients.scope_of(event, session, by=by)
    picked = request.form.getlist("pick")[: rosters.MOST_AT_ONCE + 1]
    picks = tuple(rosters.ids_of_references(scope, picked)) if picked else ()
    search = searching.from_the_first_page(searching.asked(request.form))
    key = request.form.get("key", "")[:64]
    if len(key) < 16:
        return form_page(event, session, by, form), 422
    try:
        message_id = write_message(key, event, session, Whom(search, picks), form.data, by=by)
    except Invalid as wrong:
        status = put_problems(form, wrong)
        return form_page(event, session, by, form), status
    return redirect(url_for(".show", event=event, message_id=message_id), 303)


@page.get("/office/events/<event>/messages/<int:message_id>")
def show(event: str, message_id: int) -> str:
    """A draft with whom it reaches and how it looks; later, how far it is."""
    return _page(event, message_id, ScheduleForm(formdata=None))


@page.route("/office/events/<event>/messages/<int:message_id>/edit", methods=["GET", "POST"])
def edit(event: str, message_id: int) -> ResponseReturnValue:
    """Other words for a draft."""
    message, _scope, _by = _message(event, message_id)
    form, status = MessageForm(obj=message), 200
    if form.is_submitted():
        try:
            change_message(message.id, form.data, by=acting())
            flash(_("Saved."), "success")
            return redirect(url_for(".show", event=event, message_id=message_id), 303)
        except Invalid as wrong:
            status = put_problems(form, wrong)
        except Refusal as no:
            status = beside.put(no, form, {})
        message, _scope, _by = _message(event, message_id)
    here = url_for(".show", event=event, message_id=message_id)
    return render_template(
        "office/messages/form.html", form=form, event=message.event, session=message.session, message=message,
        placeholders=placeholders.listed(language()), carried=[], key="", number=None, back=here,
    ), status  # fmt: skip


@page.get("/office/events/<event>/messages/<int:message_id>/html")
def html(event: str, message_id: int) -> ResponseReturnValue:
    """The message's own HTML as one recipient (`as`) gets it in a language, for the frame on its page."""
    message, scope, by = _message(event, message_id)
    reader = recipients.one_of(scope, recipients.read(message.asked), by=by, reference=request.args.get("as", ""))
    if reader is None:
        raise Refusal("message.nobody")
    to = "en" if request.args.get("language") == "en" else "id"
    answer = make_response(look(message, reader, to).html)
    answer.headers["Cache-Control"] = "no-store"
    return answer


html.talisman_view_options = {"content_security_policy": POLICY_OF_FRAME}  # type: ignore[attr-defined]


@page.post("/office/events/<event>/messages/<int:message_id>/test")
def test(event: str, message_id: int) -> ResponseReturnValue:
    """To the address of the author's own account."""
    _message(event, message_id)
    return _after(event, message_id, lambda by: _("The test is on its way to %(to)s.", to=send_test(message_id, by=by)))


@page.post("/office/events/<event>/messages/<int:message_id>/schedule")
def schedule(event: str, message_id: int) -> ResponseReturnValue:
    """Now, or at a day and hour; at most so many in a minute or hour."""
    message, _scope, _by = _message(event, message_id)
    form = ScheduleForm()
    try:
        at = moment_of(form, message)
        schedule_message(message.id, at, per_hour(form), by=acting())
    except Invalid as wrong:
        status = put_problems(form, wrong)
        return _page(event, message_id, form), status
    except Refusal as no:
        status = beside.put(no, form, {})
        return _page(event, message_id, form), status
    flash(_("It is scheduled.") if at else _("It begins at once."), "success")
    return redirect(url_for(".show", event=event, message_id=message_id), 303)


@page.post("/office/events/<event>/messages/<int:message_id>/unschedule")
def unschedule(event: str, message_id: int) -> ResponseReturnValue:
    def act(by: Actor) -> str:
        unschedule_message(message_id, by=by)
        return str(_("It is a draft again. Nothing was sent."))

    _message(event, message_id)
    return _after(event, message_id, act)


@page.post("/office/events/<event>/messages/<int:message_id>/stop")
def stop(event: str, message_id: int) -> ResponseReturnValue:
    def act(by: Actor) -> str:
        outcome = stop_message(message_id, by=by)
        return str(
            _("It is stopped. Gone already: %(gone)s. Kept back: %(kept)s.", gone=outcome.gone, kept=outcome.kept_back)
        )

    _message(event, message_id)
    return _after(event, message_id, act)


@page.post("/office/events/<event>/messages/<int:message_id>/discard")
def discard(event: str, message_id: int) -> ResponseReturnValue:
    _message(event, message_id)
    discard_message(message_id, by=acting())
    flash(_("The draft is thrown away."), "success")
    return redirect(url_for(".index", event=event), 303)


def form_page(event: str, session: str | None, by: Actor, form: MessageForm, picked: Sequence[str] = ()) -> str:
    """The form of a new message, also when it comes from ticks in the roster (web/office/bulk.py)."""
    scope = recipients.scope_of(event, session, by=by)
    given = request.form if request.method == "POST" else request.args
    picked = picked or request.form.getlist("pick")
    search = searching.from_the_first_page(searching.asked(given))
    picks = tuple(rosters.ids_of_references(scope, picked)) if picked else ()
    carried = [(name, str(value)) for name, value in searching.query(search).items()]
    carried += [("pick", reference) for reference in picked]
    return render_template(
        "office/messages/form.html",
        form=form,
        event=scope.event,
        session=scope.sessions[0] if scope.one else None,
        message=None,
        placeholders=placeholders.listed(language()),
        carried=carried + ([("session", session)] if session else []),
        key=request.form.get("key") or codes.new_code(32),
        number=recipients.numbers(scope, Whom(search, picks), by=by).total,
        back=searching.roster_url(event, session, search),
    )


def _message(event: str, message_id: int) -> tuple[Message, Scope, Actor]:
    """Refuses an event out of reach before anything else (404), then who may write to nobody (403)."""
    by = acting()
    recipients.scope_of(event, None, by=by)
    message = progress.message_of(min(message_id, LARGEST_ID), event, by=by)
    return message, recipients.scope_of_message(message, by=by), by


def _after(event: str, message_id: int, act: Any) -> ResponseReturnValue:
    """Back to its page, with what was done or why it wasn't."""
    try:
        told, kind = act(acting()), "success"
    except Refusal as no:
        if no.status in (403, 404):
            raise
        told, kind = line(no), "danger"
    flash(told, kind)
    return redirect(url_for(".show", event=event, message_id=message_id), 303)


def _page(event: str, message_id: int, form: ScheduleForm) -> str:
    message, scope, by = _message(event, message_id)
    whom = recipients.read(message.asked)
    session = message.session.slug if message.session else None
    return render_template(
        "office/messages/show.html",
        message=message,
        event=message.event,
        session=message.session,
        form=form,
        states=STATES,
        own=by.label == label_of(message.author_id),
        found=progress.progress_of([message.id])[message.id],
        stop_reason=sentence(Refusal(message.stop_code))[0] if message.stop_code else None,
        pace=_pace(message),
        now=clock.now(),
        roster_url=searching.roster_url(event, session, whom.search),
        narrows=searching.narrows(whom.search),
        picked=len(whom.picks),
        **(_preview(message, scope, whom, by) if message.state in UNBEGUN else {"numbers": None}),
    )


def _preview(message: Message, scope: Scope, whom: Whom, by: Actor) -> dict[str, Any]:
    """Whom it reaches as things stand, some of them, and how it looks to one of them."""
    after = min(max(request.args.get("after", 0, int), 0), LARGEST_ID)
    by_phone = bool(request.args.get("by_phone"))
    people, next_after = recipients.page_of(scope, whom, by=by, after=after, by_phone=by_phone)
    reader = recipients.one_of(scope, whom, by=by, reference=request.args.get("as", ""))
    here: dict[str, Any] = {"event": message.event.slug, "message_id": message.id}
    return {
        "numbers": recipients.numbers(scope, whom, by=by),
        "people": people,
        "by_phone": by_phone,
        "next_url": url_for(".show", **here, after=next_after, by_phone=by_phone or None, _anchor="whom")
        if next_after
        else None,
        "first_url": url_for(".show", **here, by_phone=by_phone or None, _anchor="whom") if after else None,
        "reach_of": _reach_of,
        "reader": reader,
        "looks": {to: look(message, reader, to) for to in LANGUAGES} if reader else {},
        "languages": NAMES,
        "state_words": words.STATES,
        "province_name": change_words.province_name,
    }


def _reach_of(registration: Registration) -> str:
    """How the message reaches her, masked."""
    person = registration.person
    if person.email:
        return masked_email(person.email)
    return str(_("by phone: %(phone)s", phone=masked_phone(person.phone)))


def _pace(message: Message) -> str:
    """How fast it goes, in words."""
    if not message.per_hour:
        return str(_("as fast as the mail server takes them"))
    if message.per_hour % 60:
        return str(_("at most %(number)s in an hour", number=message.per_hour))
    return str(_("at most %(number)s in a minute", number=message.per_hour // 60))

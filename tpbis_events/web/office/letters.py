"""The words of an edition's mails: all kinds with what is in force; one kind to change, look at, and set back."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import force_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import HiddenField, StringField, TextAreaField

from tpbis_events.attendance.presence import names_of
from tpbis_events.foundation.errors import Invalid, Refusal
from tpbis_events.outbox.placeholders import OF_KIND
from tpbis_events.outbox.wording import Words
from tpbis_events.programmes.change_letter import LetterPlan, change_letter, checked, reset_letter
from tpbis_events.programmes.letters import LANGUAGES, TEXTS, Letter, event_of, letter_of, letters_of
from tpbis_events.programmes.model import Event
from tpbis_events.registrations.sample_letter import as_it_would_look, choices, found, sample_facts, values
from tpbis_events.web.accounts import acting
from tpbis_events.web.languages import language
from tpbis_events.web.office import beside, words
from tpbis_events.web.office.letter_words import MEANS, WHEN, problem
from tpbis_events.web.office.mail import KINDS, POLICY_OF_FRAME, ZONE

page = Blueprint("letters", __name__)

NAMES = {"id": _l("Indonesian"), "en": _l("English")}
# The look is a page of its own, because mails carry their styles with them; nothing in it runs, and it sends nothing.
POLICY_OF_LOOK = {**POLICY_OF_FRAME, "style-src": "'self' 'unsafe-inline'"}


class LetterForm(FlaskForm):
    subject_id = StringField(_l("Subject in Indonesian"))
    subject_en = StringField(_l("Subject in English"))
    text_id = TextAreaField(_l("Opening in Indonesian"))
    text_en = TextAreaField(_l("Opening in English"))
    version = HiddenField()
    reference = StringField(
        _l("Look at it with the registration"), description=_l("Its number; empty for an example. Nothing is sent.")
    )


@page.get("/office/events/<event>/letters")
def index(event: str) -> str:
    """Four queries, however many mails there are."""
    row = event_of(event, by=acting())
    newest = letters_of(row)
    return render_template(
        "office/letters/index.html",
        event=row,
        letters=newest,
        kinds=KINDS,
        when=WHEN,
        names=names_of(each.changed_by for each in newest.values() if each),
        actor=words.actor,
        zone=ZONE,
    )


@page.route("/office/events/<event>/letters/<letter>", methods=["GET", "POST"])
def edit(event: str, letter: str) -> ResponseReturnValue:
    """What is typed is shown by `look` and kept by nobody until it is saved."""
    by = acting()
    row = event_of(event, by=by)
    known = letter_of(row, letter)
    form, status, newer = LetterForm(data=_known(row, known)), 200, False
    if form.validate_on_submit():
        event_id = row.id
        try:
            change_letter(event_id, letter, _typed(form), by=by)
        except Refusal as no:
            row = event_of(event, by=by)
            known = letter_of(row, letter)
            status = _put(no, form, letter)
            newer = no.code == "letter.changed_meanwhile"
            if newer:
                form.version.data = str(known.version)  # she sees what is in force now, and decides again
        else:
            flash(_("Saved. Every mail of this kind that goes out from now on has these words."), "success")
            return redirect(url_for("office.letters.edit", event=event, letter=letter), 303)
    return _page(row, known, form, newer=newer), status


@page.route("/office/events/<event>/letters/<letter>/look", methods=["GET", "POST"])
def look(event: str, letter: str) -> ResponseReturnValue:
    """For the frame of the form: the mail in both languages, with what was typed, or (GET) with the words in force."""
    row = event_of(event, by=acting())
    form = LetterForm(
        data=_known(row, letter_of(row, letter)), formdata=request.form if request.method == "POST" else None
    )
    texts, problems = checked(letter, _typed(form))
    reference = form.reference.data or ""
    registration = found(row, reference) if reference.strip() else None
    looks = {}
    for code in LANGUAGES:
        with force_locale(code):
            facts = sample_facts(row, letter, registration)
        looks[code] = as_it_would_look(letter, facts, code, Words(texts[f"subject_{code}"], texts[f"text_{code}"]))
    answer = make_response(
        render_template(
            "office/letters/look.html",
            looks=looks,
            languages=NAMES,
            problems=[(form[name].label.text, problem(code, texts[name], letter)) for name, code in problems.items()],
            unknown=reference if reference.strip() and registration is None else "",
        )
    )
    answer.headers["Cache-Control"] = "no-store"
    return answer


look.talisman_view_options = {"content_security_policy": POLICY_OF_LOOK}  # type: ignore[attr-defined]


@page.post("/office/events/<event>/letters/<letter>/reset")
def reset(event: str, letter: str) -> ResponseReturnValue:
    by = acting()
    row = event_of(event, by=by)
    reset_letter(row.id, letter, version=beside.whole_number(request.form.get("version", "")), by=by)
    flash(_("The original words are in force again."), "success")
    return redirect(url_for("office.letters.edit", event=event, letter=letter), 303)


def _page(event: Event, letter: Letter, form: LetterForm, *, newer: bool) -> str:
    offered = choices(event)
    sample = sample_facts(event, letter.kind, found(event, offered[0].reference) if offered else None)
    return render_template(
        "office/letters/edit.html",
        event=event,
        letter=letter,
        form=form,
        newer=newer,
        kinds=KINDS,
        when=WHEN,
        languages=NAMES,
        placeholders=OF_KIND[letter.kind],
        means=MEANS,
        examples=values(letter.kind, sample, language()),
        typed_in=language(),
        offered=offered,
        names=names_of(each.changed_by for each in letter.versions),
        actor=words.actor,
        zone=ZONE,
    )


def _known(event: Event, letter: Letter) -> dict[str, Any]:
    texts = {name: getattr(letter, name) for name in TEXTS}
    newest = choices(event)[:1]
    return {**texts, "version": str(letter.version), "reference": newest[0].reference if newest else ""}


def _typed(form: LetterForm) -> LetterPlan:
    texts = {name: form[name].data or "" for name in TEXTS}
    return LetterPlan(**texts, version=beside.whole_number(form.version.data))


def _put(no: Refusal, form: LetterForm, kind: str) -> int:
    if not isinstance(no, Invalid):
        return beside.put(no, form, {})
    for name, code in no.problems.items():
        form[name].errors = [*form[name].errors, problem(code, form[name].data or "", kind)]
    return no.status

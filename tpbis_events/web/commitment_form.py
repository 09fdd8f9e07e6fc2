"""The forms of a follow-up commitment, the same for a participant and for the office; only the office's carry a token."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, Self

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import HiddenField, RadioField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]

from tpbis_events.foundation.errors import Invalid
from tpbis_events.questionnaires.enter_commitment import CommitmentPlan
from tpbis_events.questionnaires.model import Progress
from tpbis_events.web.questionnaire_words import PROGRESS

_WORDS: dict[str, Any] = {
    "text.missing": _l("Please fill this in."),
    "text.too_long": _l("This is too long; nothing was cut. Please shorten it."),
    "date.missing": _l("Please give a date, as 2027-03-15."),
    "due.range": _l("Give a date from the first day of the session on, at most five years later."),
    "note.why": _l("Please say in a few words why it was dropped."),
    "choice.missing": _l("Please choose one."),
}


class _Form(FlaskForm):
    @classmethod
    def without_token(cls, **given: Any) -> Self:
        """For who holds a signed link: the link is the authority, and her page sets no cookie."""
        return cls(meta={"csrf": False}, **given)


class CommitmentForm(_Form):
    form_key = HiddenField()
    agency = StringField(_l("Institution or community"))
    what = TextAreaField(_l("What will be done"))
    who = StringField(_l("By whom"), description=_l("The unit or position that is responsible."))
    due_on = StringField(_l("Until when"))
    measure = TextAreaField(
        _l("By what it will be seen"), description=_l("For instance: two classes a month with at least 15 people each.")
    )


class ProgressForm(_Form):
    progress = RadioField(
        _l("How far it is"),
        choices=[SelectChoice(value.value, words) for value, words in PROGRESS.items()],
        validate_choice=False,
    )
    note = TextAreaField(_l("Note"), description=_l("What was done, or why it was dropped."))

    def chosen(self) -> Progress:
        """Refuses what isn't one."""
        if self.progress.data not in set(Progress):
            raise Invalid({"progress": "choice.missing"})
        return Progress(self.progress.data)


def typed(form: CommitmentForm) -> CommitmentPlan:
    """As it was typed; a date that can't be read is none."""
    try:
        due_on = date.fromisoformat((form.due_on.data or "").strip())
    except ValueError:
        due_on = None
    texts = {name: form[name].data or "" for name in ("agency", "what", "who", "measure")}
    return CommitmentPlan(due_on=due_on, **texts)


def put_words(form: FlaskForm, problems: Mapping[str, str]) -> None:
    """Each problem beside its field."""
    for name, code in problems.items():
        form[name].errors = [*form[name].errors, str(_WORDS[code])]

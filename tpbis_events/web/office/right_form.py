"""The questions of giving a right: which, where, until when."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import DateField, RadioField, SelectField
from wtforms.validators import Optional

from tpbis_events.foundation.errors import Invalid
from tpbis_events.people.actor import Act
from tpbis_events.people.give_right import NewRight
from tpbis_events.people.model import Right
from tpbis_events.people.rights import end_of_day
from tpbis_events.places.provinces import all_provinces
from tpbis_events.web import rights
from tpbis_events.web.languages import language

ACT = Act.MANAGE_ACCOUNTS
LARGEST_ID = 2**31 - 1
_WORDS = {
    "text.missing": _l("This is missing."),
    "text.too_long": _l("This is too long."),
    "email.wrong": _l("This is no e-mail address."),
    "choice.missing": _l("Choose one."),
    "province.missing": _l("A PIC has a province."),
    "province.unknown": _l("Choose one from the list."),
    "province.everywhere_only": _l("This right is for all provinces."),
    "date.past": _l("Choose a day that is not over."),
    "date.wrong": _l("This is no date."),
}


class RightForm(FlaskForm):
    right = RadioField(_l("Right"), choices=[], validate_choice=False)
    province = SelectField(_l("Province"), choices=[], validate_choice=False)
    last_day = DateField(
        _l("Last day"),
        description=_l("The right ends with this day, by the time of Jakarta. Empty: without end."),
        validators=[Optional()],
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.right.choices = [(right.value, str(rights.NAMES[right])) for right in Right]
        self.province.choices = province_choices(_("All provinces"))

    def validate(self, extra_validators: Any = None) -> bool:
        """What WTForms says of a date in its own words is said in ours; the rest is for the command to judge."""
        super().validate(extra_validators)
        if self.last_day.errors:
            self.last_day.errors = [str(_WORDS["date.wrong"])]
        return not self.last_day.errors and not self.form_errors and "csrf_token" not in self.errors


def province_choices(of_all: str) -> list[tuple[str, str]]:
    return [("", of_all), *((each.code, each.name(language())) for each in all_provinces())]


def about() -> dict[str, str]:
    """What each right gives, to be read below its name."""
    return {right.value: str(words) for right, words in rights.ABOUT.items()}


def read(form: RightForm) -> NewRight:
    """The right that was asked for. Refuses when none was chosen."""
    if form.right.data not in set(Right):
        raise Invalid({"right": "choice.missing"})
    ends_at = end_of_day(form.last_day.data) if form.last_day.data else None
    return NewRight(Right(form.right.data), form.province.data or None, ends_at)


def put(wrong: Invalid, form: FlaskForm) -> None:
    """What a command found wrong, beside its fields."""
    for name, code in wrong.problems.items():
        field = form["last_day" if name == "ends_at" else name]
        field.errors = [str(_WORDS[code])]

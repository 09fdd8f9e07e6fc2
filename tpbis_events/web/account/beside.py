"""Put what a command over the own account refused beside the field that it is about."""

from __future__ import annotations

from flask_babel import gettext as _
from flask_wtf import FlaskForm

from tpbis_events.foundation.errors import Refusal
from tpbis_events.web.refusals import sentence

_FIELDS = {
    "account.password_wrong": "present",
    "account.password_short": "password",
    "account.password_long": "password",
    "account.password_guessable": "password",
    "second_factor.wrong_code": "code",
}


def put(no: Refusal, form: FlaskForm) -> int:
    """The status of the answer. What is about no field of the form is raised again."""
    name = _FIELDS.get(no.code, "")
    if name not in form:
        raise no
    title, text = sentence(no)
    form[name].errors = [_("%(title)s. %(text)s", title=title, text=text)]
    return 422

"""A refusal shown beside the form that it refused, with everything that was typed still there."""

from __future__ import annotations

from collections.abc import Mapping

from flask_wtf import FlaskForm

from tpbis_events.foundation.errors import Refusal
from tpbis_events.web.refusals import sentence


def put(no: Refusal, form: FlaskForm, fields: Mapping[str, str]) -> int:
    """Put the words beside the field that the code is about (`fields`: code -> field), else above the form; the status.

    What is out of reach or forbidden isn't answered by a form: it is raised again.
    """
    if no.status in (403, 404):
        raise no
    title, text = sentence(no)
    if no.code in fields:
        field = form[fields[no.code]]
        field.errors = [*field.errors, text]
        return 422
    form.form_errors = [*form.form_errors, f"{title}. {text}"]
    return no.status


def whole_number(typed: str | int | None) -> int:
    """What isn't a whole number that any form of ours can mean is -1, which every command refuses.

    A field that wasn't sent at all holds the number of the row that the form was filled from.
    """
    typed = "" if typed is None else str(typed).strip()
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) <= 6 else -1

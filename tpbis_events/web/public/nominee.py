"""The questions of a registration, asked of a focal point about somebody whom she proposes."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l

from tpbis_events.web.registration_form import RegistrationForm

TITLES: dict[str, Any] = {
    "name": _l("Name of the person"),
    "contact": _l("How we reach the person"),
    "work": _l("The person's work"),
    "origin": _l("Where the person comes from"),
    "support": _l("Support"),
}
# Where the words to the person herself would be wrong: label and hint of a field.
_WORDS: dict[str, tuple[Any, Any]] = {
    "full_name": (_l("Full name"), _l("As it is to be printed on the certificate, with titles.")),
    "own_script_name": (
        _l("Name in the person's own script"),
        _l(
            "For a name that is not written in Latin letters at home, as it is written there. It stands on the certificate too."
        ),
    ),
    "email": (
        _l("E-mail address"),
        _l("The person's own: the office's decision, the link and the certificate go there."),
    ),
    "shared_address": (
        _l("This address or number belongs to an office, and colleagues use it too"),
        _l("Each of them is then registered by name and gets a mail."),
    ),
    "institution": (
        _l("Institution or community"),
        _l("Office, library, village or group that the person comes from."),
    ),
    "position": (_l("Position"), _l("The person's position or what she or he does there.")),
    "support_needed": (
        _l("Support that is needed"),
        _l(
            "For instance a sign-language interpreter, a place for a wheelchair, or food that cannot be eaten. "
            "Tell us what is needed, never a diagnosis."
        ),
    ),
    "consent": (_l("The person has read this, agrees, and knows that I give these data"), ""),
}


def ask_about_another(form: RegistrationForm) -> None:
    """Change headings, labels and hints of the form; fields and rules stay."""
    form.titles = TITLES
    for name, (label, hint) in _WORDS.items():
        if name in form:
            form[name].label.text, form[name].description = label, hint

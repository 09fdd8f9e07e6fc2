"""The questions of a registration as the office asks them for somebody: on the phone, by letter, in the place of another."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import RadioField
from wtforms.fields import Label
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]

from tpbis_events.foundation.errors import Invalid, Refusal
from tpbis_events.programmes.model import Origin
from tpbis_events.registrations.rules import LANGUAGES, Applicant, Asked
from tpbis_events.web import registration_form
from tpbis_events.web.languages import language
from tpbis_events.web.office import beside
from tpbis_events.web.registration_form import PROBLEMS, RegistrationForm

# Where the public form speaks to the person herself.
_PROBLEMS: dict[str, Any] = {
    "full_name text.missing": _l("Enter the full name."),
    "institution text.missing": _l("Enter the institution or community."),
    "position text.missing": _l("Enter the position or what the person does there."),
    "province_code choice.missing": _l("Choose the province."),
    "regency_code choice.missing": _l("Choose the regency or city."),
    "country_code choice.missing": _l("Choose the country."),
    "employment choice.missing": _l("Choose the employment status."),
    "contact.missing": _l("Enter an e-mail address or a phone number, so that the person can be reached."),
    "nip.missing": _l("Enter the NIP: civil servants (PNS and PPPK) are asked for it."),
    "nip.digits": _l("A NIP has 18 digits. Check it against the employee card."),
    "nip.not_asked": _l(
        "A NIP is only for civil servants (PNS and PPPK). Empty this field or change the employment status."
    ),
    "consent.missing": _l("Without the person's consent these data may not be kept. Ask first."),
}
_KNOWN: dict[str, Any] = {
    "email": _l(
        "This e-mail address already holds a registration for this event: search the roster for it. "
        "If it belongs to an office whose people share it, tick the box below."
    ),
    "phone": _l(
        "This phone number already holds a registration for this event: search the roster for it. "
        "If it belongs to an office whose people share it, tick the box below."
    ),
}


class MailLanguageForm(FlaskForm):
    """What the office is asked beside the person's own answers."""

    language = RadioField(
        _l("Language of the mail"),
        choices=[SelectChoice("id", "Bahasa Indonesia"), SelectChoice("en", "English")],
        validate_choice=False,
    )


def questions(asked: Asked, known: Applicant | None = None) -> RegistrationForm:
    """The form of a role in a session; `known` are answers to begin with."""
    form = registration_form.registration_form(asked, language(), known)
    form.own_script_name.label = Label(form.own_script_name.id, _("Name in own script"))
    form.consent.label = Label(form.consent.id, _("The person has been told how these data are used, and agrees"))
    form.shared_address.label = Label(
        form.shared_address.id, _("This address or number belongs to an office, and colleagues use it too")
    )
    return form


def usual_language(asked: Asked) -> str:
    """The language of the mail, until somebody chooses another: guests from other countries get English."""
    return "en" if asked.origin is Origin.INTERNATIONAL else "id"


def typed(form: RegistrationForm, office: MailLanguageForm) -> Applicant:
    chosen = office.language.data
    return registration_form.typed(form, chosen if chosen in LANGUAGES else language())


def show_refused(no: Refusal, form: RegistrationForm, office: FlaskForm, fields: dict[str, str]) -> int:
    """Put what the command refused beside the answer that it is about, or above the form; the status."""
    if isinstance(no, Invalid):
        for name, code in no.problems.items():
            _add_error(form, name, words_of(name, code))
        return 422
    if no.code == "registration.already_registered":
        _add_error(form, no.facts["contact"], str(_KNOWN[no.facts["contact"]]))
        return 409
    return beside.put(no, office, fields)


def words_of(name: str, code: str) -> str:
    """Ours where there are any, else those of the public form."""
    found = (words.get(key) for words in (_PROBLEMS, PROBLEMS) for key in (f"{name} {code}", code))
    return str(next(each for each in found if each is not None))


def _add_error(form: RegistrationForm, name: str, words: str) -> None:
    if name in form:
        form[name].errors = [*form[name].errors, words]
    else:
        form.form_errors = [*form.form_errors, words]

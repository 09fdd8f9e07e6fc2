"""The form of a registration, shared by registering and correcting: its fields, and its words for what is wrong.

What counts as well told is decided by `registrations.rules` alone; nothing here refuses or shortens what was typed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from markupsafe import Markup
from wtforms import BooleanField, Field, RadioField, SelectField, StringField, TextAreaField
from wtforms.widgets import Select

from tpbis_events.people.model import Employment
from tpbis_events.places import countries, provinces, regencies
from tpbis_events.programmes.model import Origin
from tpbis_events.registrations.rules import Applicant, Asked

EMPLOYMENTS: dict[Employment, Any] = {
    Employment.PNS: _l("Civil servant (PNS)"),
    Employment.PPPK: _l("Government employee on contract (PPPK)"),
    Employment.NON_ASN: _l("Staff, not a civil servant (non-ASN)"),
    Employment.VILLAGE_OFFICIAL: _l("Village official"),
    Employment.COMMUNITY: _l("Community, library user or private"),
}

# The headings of the parts, asked of the person herself.
TITLES: dict[str, Any] = {
    "name": _l("Your name"),
    "contact": _l("How we reach you"),
    "work": _l("Your work"),
    "origin": _l("Where you come from"),
    "support": _l("Support"),
}
# What is wrong, by the codes of `rules.examine`; `field code` is looked up first, then `code`.
PROBLEMS: dict[str, Any] = {
    "full_name text.missing": _l("Enter your full name."),
    "institution text.missing": _l("Enter your institution or community."),
    "position text.missing": _l("Enter your position or what you do there."),
    "support_needed text.too_long": _l("Describe the support in at most 1,000 characters."),
    "province_code choice.missing": _l("Choose your province."),
    "regency_code choice.missing": _l("Choose your regency or city."),
    "country_code choice.missing": _l("Choose your country."),
    "employment choice.missing": _l("Choose your employment status."),
    "text.missing": _l("Fill this in."),
    "text.too_long": _l("This is too long: at most 200 characters can be kept. Shorten it; nothing was cut."),
    "text.direction_marks": _l(
        "This contains invisible marks that turn the direction of text. Type it instead of copying it."
    ),
    "text.control_characters": _l(
        "This contains invisible characters that cannot be kept. Type it instead of copying it."
    ),
    "name.pictures": _l("A name is printed on the certificate: leave out pictures and symbols."),
    "name.no_letters": _l("A name needs letters."),
    "email text.missing": _l("Enter your e-mail address."),
    "email.wrong": _l("This is not a complete e-mail address. It looks like name@example.id."),
    "phone.wrong": _l(
        "This phone number is not complete. For Indonesia begin with 08, "
        "for other countries with + and the country code."
    ),
    "contact.missing": _l("Give an e-mail address or a phone number, so that we can reach you."),
    "choice.missing": _l("Choose one."),
    "choice.unknown": _l("This choice is not in the list. Choose one from the list."),
    "regency.elsewhere": _l("This regency or city is not in the chosen province."),
    "nip.missing": _l("Enter your NIP: civil servants (PNS and PPPK) are asked for it."),
    "nip.digits": _l("A NIP has 18 digits. Check it against your employee card."),
    "nip.date": _l(
        "The first 8 digits of a NIP are the date of birth, the next 6 year and month of appointment. Check them."
    ),
    "nip.not_asked": _l(
        "A NIP is only for civil servants (PNS and PPPK). Empty this field or change your employment status."
    ),
    "consent.missing": _l("We need your consent to keep these data. Without it we cannot register you."),
}
ALREADY_REGISTERED = {
    "email": _l(
        "This e-mail address already holds a registration for this event; its link is in the mail we sent then. "
        "If the address belongs to your office and colleagues use it too, tick the box below and continue."
    ),
    "phone": _l(
        "This phone number already holds a registration for this event. "
        "If the number belongs to your office and colleagues use it too, tick the box below and continue."
    ),
}


class ChooseFirst(Select):
    """A list of choices that begins with none chosen."""

    def __call__(self, field: Any, **kwargs: Any) -> Markup:
        html = str(super().__call__(field, **kwargs))
        none = Markup('><option value="">{}</option>').format(_("Choose"))
        return Markup(html.replace(">", none, 1))  # noqa: S704


class RegistrationForm(FlaskForm):
    """All questions; `registration_form` takes away those that a role isn't asked. It has no CSRF token, and no authority."""

    class Meta:
        csrf = False

    titles = TITLES

    full_name = StringField(
        _l("Full name"), description=_l("As it is to be printed on the certificate, with your titles.")
    )
    own_script_name = StringField(_l("Name in your own script"))
    email = StringField(
        _l("E-mail address"),
        description=_l("The confirmation, the link to your registration and the certificate come here."),
    )
    phone = StringField(
        _l("Phone or WhatsApp number"),
        description=_l("One of the two is needed: an e-mail address or a phone number."),
    )
    shared_address = BooleanField(
        _l("This address or number belongs to my office, and colleagues use it too"),
        description=_l("Each of you is then registered by name and gets a mail of your own."),
    )
    institution = StringField(
        _l("Institution or community"), description=_l("Office, library, village or group that you come from.")
    )
    position = StringField(_l("Position"), description=_l("Your position or what you do there."))
    employment = RadioField(_l("Employment status"), choices=[])
    nip = StringField(
        _l("NIP"),
        description=_l("18 digits, only for PNS and PPPK. It is kept encrypted; lists show its last four digits."),
    )
    province_code = SelectField(_l("Province"), widget=ChooseFirst())
    regency_code = SelectField(_l("Regency or city"), widget=ChooseFirst())
    country_code = SelectField(_l("Country"), widget=ChooseFirst())
    support_needed = TextAreaField(
        _l("Support that you need"),
        description=_l(
            "For instance a sign-language interpreter, a place for a wheelchair, or food that you cannot eat. "
            "Tell us what you need, never a diagnosis."
        ),
    )
    consent = BooleanField(_l("I have read this and agree"))


@dataclass(frozen=True, slots=True)
class Told:
    """One answer in words; `name` is the field it was given in, which is also where the form can be jumped to."""

    name: str
    label: str
    value: str
    dir: str = ""


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the form: `key` is its anchor, `title` its heading, `rows` its answers."""

    key: str
    title: str
    rows: tuple[Told, ...]


def registration_form(asked: Asked, locale: str, answers: Applicant | None = None) -> RegistrationForm:
    """The questions of a role in a session, filled with what the request posted, or with `answers` where given."""
    form = RegistrationForm(formdata=None, data=asdict(answers)) if answers else RegistrationForm()
    if asked.origin is Origin.INTERNATIONAL:
        form.country_code.choices = _country_choices(locale)
        unasked = ["employment", "nip", "province_code", "regency_code"]
    else:
        form.employment.choices = [(kind.value, words) for kind, words in EMPLOYMENTS.items()]
        form.regency_code.choices = _regency_choices(asked.province_code)
        form.province_code.choices = [(each.code, each.name(locale)) for each in provinces.all_provinces()]
        unasked = ["country_code", "province_code"] if asked.province_code else ["country_code"]
    for name in unasked:
        del form[name]
    return form


def typed(form: RegistrationForm, language: str) -> Applicant:
    """What was typed into the form, as it was typed; questions that weren't asked are empty answers."""
    values: dict[str, Any] = {}
    for each in fields(Applicant):
        if each.name in form:
            given = form[each.name].data
            values[each.name] = bool(given) if each.type == "bool" else str(given or "")
    return Applicant(**{"full_name": "", **values, "language": language})


def show_problems(form: RegistrationForm, problems: Mapping[str, str]) -> None:
    """Put the words for each problem beside its field; one of a field that isn't asked stands above the form."""
    for name, code in problems.items():
        words = str(PROBLEMS.get(f"{name} {code}") or PROBLEMS[code])
        if name in form:
            _add_error(form[name], words)
        else:
            form.form_errors = [*form.form_errors, words]


def show_already_registered(form: RegistrationForm, contact: str) -> None:
    """Say beside the e-mail address or the phone number that it is in use, and what the box below it is for."""
    _add_error(form[contact], str(ALREADY_REGISTERED[contact]))


def told(answers: Applicant, asked: Asked, locale: str, titles: Mapping[str, Any] = TITLES) -> list[Section]:
    """Examined answers in words, part by part, so that somebody can read them over before they count."""
    name = [Told("full_name", _("Full name"), answers.full_name, "auto")]
    if answers.own_script_name or asked.origin is Origin.INTERNATIONAL:
        name.append(Told("own_script_name", _("Name in your own script"), answers.own_script_name, "auto"))
    reach = [
        Told("email", _("E-mail address"), answers.email),
        Told("phone", _("Phone or WhatsApp number"), answers.phone),
    ]
    if answers.shared_address:
        reach.append(Told("shared_address", _("Shared with colleagues"), _("Yes")))
    work = [
        Told("institution", _("Institution or community"), answers.institution),
        Told("position", _("Position"), answers.position),
    ]
    if asked.origin is Origin.DOMESTIC:
        work.append(Told("employment", _("Employment status"), str(EMPLOYMENTS[Employment(answers.employment)])))
        if answers.nip:
            work.append(Told("nip", _("NIP"), answers.nip))
    support = Told("support_needed", _("Support that is needed"), answers.support_needed)
    rows = {
        "name": tuple(name),
        "contact": tuple(reach),
        "work": tuple(work),
        "origin": _origin(answers, asked, locale),
        "support": (support,),
    }
    return [Section(key, str(titles[key]), answered) for key, answered in rows.items()]


def _origin(answers: Applicant, asked: Asked, locale: str) -> tuple[Told, ...]:
    if asked.origin is Origin.INTERNATIONAL:
        return (Told("country_code", _("Country"), countries.country_name(answers.country_code, locale)),)
    regency = regencies.regency(answers.regency_code).name if answers.regency_code else ""
    province = provinces.province(answers.province_code).name(locale)
    return Told("province_code", _("Province"), province), Told("regency_code", _("Regency or city"), regency)


def _add_error(field: Field, words: str) -> None:
    field.errors = [*field.errors, words]


def _country_choices(locale: str) -> dict[str, list[tuple[str, str]]]:
    known = countries.all_countries(locale)
    return {
        _("Members of the Colombo Plan"): [(each.code, each.name) for each in known.members],
        _("Other countries"): [(each.code, each.name) for each in known.others],
    }


def _regency_choices(province_code: str | None) -> Any:
    """Those of the session's province; without one, all of them under the names of their provinces."""
    if province_code:
        return [(each.code, each.name) for each in regencies.regencies_of(province_code)]
    return {
        province.name_id: [(each.code, each.name) for each in regencies.regencies_of(province.code)]
        for province in provinces.all_provinces()
    }

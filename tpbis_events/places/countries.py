"""Countries by their ISO 3166-1 alpha-2 code, and which of them belong to the Colombo Plan.

Names come from the Unicode CLDR by way of Babel. The members of the Colombo Plan bear the names of our own table,
because CLDR writes "Myanmar (Burma)", which no invitation of a government does.
"""

import re
import unicodedata
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType

from babel import Locale

from tpbis_events.places.languages import checked_language
from tpbis_events.places.tables import rows_of

# CLDR lists these among the territories, but ISO 3166-1 does not assign them: unions, pseudo-locales, user-assigned
# and reserved codes.
_NOT_IN_ISO_3166_1 = frozenset(
    ["AC", "CP", "CQ", "DG", "EA", "EU", "EZ", "IC", "QO", "TA", "UN", "XA", "XB", "XK", "ZZ"]
)
# In ISO 3166-1, but nobody lives there who could be nominated: Antarctica and five uninhabited groups of islands.
_WITHOUT_INHABITANTS = frozenset(["AQ", "BV", "GS", "HM", "TF", "UM"])
# CLDR says "Palestinian Territories"; Indonesia has recognised the State of Palestine since 1988.
_OWN_NAMES = {"PS": {"id": "Palestina", "en": "Palestine"}}


@dataclass(frozen=True, slots=True)
class Country:
    """One country as a list shows it: `code` is ISO 3166-1 alpha-2, `name` is in the language that was asked for."""

    code: str
    name: str
    is_member: bool


@dataclass(frozen=True, slots=True)
class Member:
    """A member of the Colombo Plan.

    `official_name_en` is the full name of the state. `own_scripts` are ISO 15924 codes, main script first;
    `direction` is 'ltr' or 'rtl' and says how a field for a name in that script runs.
    """

    code: str
    name_id: str
    name_en: str
    official_name_en: str
    is_host: bool
    own_scripts: tuple[str, ...]
    direction: str


@dataclass(frozen=True, slots=True)
class Countries:
    """All countries in two groups, each sorted by name, for a list with two headings."""

    members: tuple[Country, ...]
    others: tuple[Country, ...]

    @property
    def all(self) -> tuple[Country, ...]:
        """Both groups one after the other, members first."""
        return self.members + self.others


@cache
def colombo_plan_members() -> tuple[Member, ...]:
    """Give the 27 members of the Colombo Plan that sources confirm, in the order of their English names.

    The organization speaks of 28 governments; the table has Chile as the 28th without a source, so it is not given as
    a member here.
    """
    return tuple(
        Member(
            code=row["alpha2"],
            name_id=row["name_id"],
            name_en=row["name_en"],
            official_name_en=row["official_name_en"],
            is_host=row["is_host"] == "1",
            own_scripts=tuple(re.findall(r"\b[A-Z][a-z]{3}\b", row["own_scripts"])),
            direction=row["direction"],
        )
        for row in rows_of("colombo_plan_members.csv")
        if row["confirmed"] == "1"
    )


@cache
def _member_codes() -> frozenset[str]:
    return frozenset(each.code for each in colombo_plan_members())


def is_member(code: str) -> bool:
    """Say whether the country with this alpha-2 code is a confirmed member of the Colombo Plan."""
    return code in _member_codes()


@cache
def _names(locale: str) -> MappingProxyType[str, str]:
    """Names by alpha-2 code: those of CLDR, then our own over them."""
    checked_language(locale)
    left_out = _NOT_IN_ISO_3166_1 | _WITHOUT_INHABITANTS
    territories = Locale.parse(locale).territories.items()
    names = {code: str(name) for code, name in territories if re.fullmatch("[A-Z]{2}", code) and code not in left_out}
    for row in rows_of("colombo_plan_members.csv"):
        names[row["alpha2"]] = row[f"name_{locale}"]
    for code, own in _OWN_NAMES.items():
        names[code] = own[locale]
    return MappingProxyType(names)


def country_name(code: str, locale: str) -> str:
    """Give the name of the country with this alpha-2 code in 'id' or 'en'; KeyError when there is none."""
    return _names(locale)[code]


def is_country(code: str) -> bool:
    """Say whether a country has this alpha-2 code, in capitals."""
    return code in _names("en")


@cache
def all_countries(locale: str) -> Countries:
    """Give all countries, named in 'id' or 'en', members of the Colombo Plan apart, each group sorted by name."""
    countries = [Country(code, name, is_member(code)) for code, name in _names(locale).items()]
    countries.sort(key=lambda each: _sort_key(each.name))
    members = tuple(each for each in countries if each.is_member)
    others = tuple(each for each in countries if not each.is_member)
    return Countries(members, others)


def _sort_key(name: str) -> str:
    """Sort as a reader looks names up: letters without their accents, so that Åland stands under A."""
    decomposed = unicodedata.normalize("NFKD", name)
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter)).casefold()

"""The 38 provinces of Indonesia.

Codes and names are those of the Ministry of Home Affairs (Kepmendagri 300.2.2-2430/2025). They are not BPS codes: the
two differ in Papua.
"""

from dataclasses import dataclass
from functools import cache
from types import MappingProxyType

from tpbis_events.places.languages import checked_language
from tpbis_events.places.tables import rows_of


@dataclass(frozen=True, slots=True)
class Province:
    """One province.

    `code` is the two-digit Kemendagri code, `iso` the ISO 3166-2 code, `slug` the name as it stands in an address,
    `zone` the IANA name of its time zone, `region` its group of islands. `in_2022` says whether it was one of the 34
    provinces of the 2022 programme; `founded` is filled in for the four that were not. `library_agency` is the name
    of its library office, empty where no source was found.
    """

    code: str
    iso: str
    slug: str
    name_id: str
    name_en: str
    short_name: str
    capital: str
    zone: str
    region: str
    in_2022: bool
    founded: str
    library_agency: str

    def name(self, locale: str) -> str:
        """Give the name in 'id' or 'en'."""
        return self.name_id if checked_language(locale) == "id" else self.name_en


@cache
def all_provinces() -> tuple[Province, ...]:
    """Give the 38 provinces in the order of their codes, which goes from west to east."""
    provinces = (
        Province(
            code=row["code"],
            iso=row["iso"],
            slug=row["slug"],
            name_id=row["name_id"],
            name_en=row["name_en"],
            short_name=row["short_name"],
            capital=row["capital"],
            zone=row["zone"],
            region=row["region"],
            in_2022=row["in_2022"] == "1",
            founded=row["founded"],
            library_agency=row["library_agency"],
        )
        for row in rows_of("provinces.csv")
    )
    return tuple(sorted(provinces, key=lambda each: each.code))


@cache
def _by_code() -> MappingProxyType[str, Province]:
    return MappingProxyType({each.code: each for each in all_provinces()})


def province(code: str) -> Province:
    """Give the province with this two-digit Kemendagri code; KeyError when there is none."""
    return _by_code()[code]


def is_province(code: str) -> bool:
    """Say whether a province has this code."""
    return code in _by_code()

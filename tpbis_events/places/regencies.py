"""The 514 regencies (kabupaten) and cities (kota) of Indonesia.

Codes and names are those of the Ministry of Home Affairs (Kepmendagri 300.2.2-2430/2025), among them the six
administrative units of Jakarta.
"""

from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import Literal, cast

from tpbis_events.places.provinces import province
from tpbis_events.places.tables import rows_of

Kind = Literal["kabupaten", "kota"]


@dataclass(frozen=True, slots=True)
class Regency:
    """One kabupaten or kota.

    `code` looks like '51.71'. `name` begins with its kind ("Kota Denpasar"), `short_name` does not ("Denpasar"): only
    `name` tells Kabupaten Bandung from Kota Bandung. `province_code_2022` is the province it belonged to before Papua
    was divided.
    """

    code: str
    province_code: str
    kind: Kind
    name: str
    short_name: str
    code_2022: str
    province_code_2022: str
    is_administrative: bool


@cache
def all_regencies() -> tuple[Regency, ...]:
    """Give the 514 regencies and cities in the order of their codes: in each province the kabupaten first, then the
    kota.
    """
    regencies = (
        Regency(
            code=row["code"],
            province_code=row["province_code"],
            kind=cast(Kind, row["kind"]),
            name=row["name"],
            short_name=row["short_name"],
            code_2022=row["code_2022"],
            province_code_2022=row["province_code_2022"],
            is_administrative=row["is_administrative"] == "1",
        )
        for row in rows_of("regencies.csv")
    )
    return tuple(sorted(regencies, key=lambda each: each.code))


@cache
def _by_code() -> MappingProxyType[str, Regency]:
    return MappingProxyType({each.code: each for each in all_regencies()})


def regency(code: str) -> Regency:
    """Give the regency or city with this code, such as '51.71'; KeyError when there is none."""
    return _by_code()[code]


@cache
def is_regency(code: str) -> bool:
    """Whether a code is one of today's regencies and cities."""
    return code in _by_code()


def regencies_of(province_code: str, *, in_2022: bool = False) -> tuple[Regency, ...]:
    """Give the regencies and cities of one province in the order of their codes; KeyError when there is no such
    province.

    With `in_2022` the borders of 2022 hold: Papua then has its 29 old regencies and cities and the four new provinces
    have none.
    """
    province(province_code)
    if in_2022:
        return tuple(each for each in all_regencies() if each.province_code_2022 == province_code)
    return tuple(each for each in all_regencies() if each.province_code == province_code)

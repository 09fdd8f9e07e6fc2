"""The map of tiles: every province once, none on another, and the neighbours where people know them to be."""

from __future__ import annotations

import pytest

from tpbis_events.places.provinces import all_provinces
from tpbis_events.places.tiles import Tile, all_tiles


def tile(name: str) -> Tile:
    return next(each for each in all_tiles() if each.province.slug == name)


def test_every_province_has_one_tile_and_no_two_share_a_square() -> None:
    assert [each.province for each in all_tiles()] == list(all_provinces())
    assert len({(each.column, each.row) for each in all_tiles()}) == 38
    assert len({each.letters for each in all_tiles()}) == 38


@pytest.mark.parametrize(
    ("west", "east"),
    [
        ("aceh", "sumatera-utara"),
        ("banten", "jawa-timur"),
        ("jawa-timur", "bali"),
        ("bali", "nusa-tenggara-barat"),
        ("kalimantan-barat", "kalimantan-timur"),
        ("kalimantan-timur", "sulawesi-tengah"),
        ("gorontalo", "sulawesi-utara"),
        ("sulawesi-utara", "maluku-utara"),
        ("maluku", "papua-barat"),
        ("papua-barat-daya", "papua"),
    ],
)
def test_who_lies_west_on_the_map_lies_west_on_the_tiles(west: str, east: str) -> None:
    assert tile(west).column < tile(east).column


@pytest.mark.parametrize(
    ("north", "south"),
    [
        ("aceh", "lampung"),
        ("lampung", "banten"),
        ("dki-jakarta", "jawa-barat"),
        ("jawa-tengah", "di-yogyakarta"),
        ("kalimantan-utara", "kalimantan-selatan"),
        ("gorontalo", "sulawesi-tenggara"),
        ("maluku-utara", "maluku"),
        ("papua", "papua-selatan"),
    ],
)
def test_who_lies_north_on_the_map_lies_north_on_the_tiles(north: str, south: str) -> None:
    assert tile(north).row < tile(south).row

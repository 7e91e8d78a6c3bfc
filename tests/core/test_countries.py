"""Countries and their zones."""

from importlib.resources import files
from typing import Any

import pytest
from hypothesis import given

from pointsman.core import countries
from pointsman.core.countries import country_of, zones_of_country
from pointsman.core.zones import find_zone
from tests.strategies import json_values


def test_the_table_is_that_of_the_time_zone_database() -> None:
    released: dict[str, set[str]] = {}
    for line in (files("tzdata") / "zoneinfo" / "zone.tab").read_text().splitlines():
        if not line.startswith("#"):
            code, _, zone, *_ = line.split("\t")
            released.setdefault(code, set()).add(zone)
    assert {code: set(zones) for code, zones in countries._ZONES.items()} == released


def test_every_zone_exists() -> None:
    assert [zone for zones in countries._ZONES.values() for zone in zones if find_zone(zone) is None] == []


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("CL", "CL"),
        (" cl ", "CL"),
        ("Chile", "CL"),
        ("united states", "US"),
        ("USA", "US"),
        ("UK", "GB"),
        ("INDIA", "IN"),
    ],
)
def test_a_country_is_known_by_its_code_or_its_name(text: str, code: str) -> None:
    assert country_of(text) == code


@pytest.mark.parametrize("text", ["", "Atlantis", "ZZ", "unknown", None, 56, ["CL"], True])
def test_anything_else_is_no_country(text: Any) -> None:
    assert country_of(text) is None


def test_other_names_mean_countries_that_exist() -> None:
    assert [code for code in countries._OTHER_NAMES.values() if not zones_of_country(code)] == []


@given(json_values)
def test_no_value_raises(value: Any) -> None:
    assert country_of(value) is None or zones_of_country(country_of(value) or "")

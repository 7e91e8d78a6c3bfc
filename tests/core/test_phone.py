"""Phone numbers as people write them."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pointsman.core.phone import Phone, read_phone, zones_of
from pointsman.core.zones import find_zone


@pytest.mark.parametrize(
    ("text", "e164", "region"),
    [
        ("+1 650 253 0000", "+16502530000", "US"),
        (" +56 2 2123 4567 ", "+56221234567", "CL"),
        ("0049 30 901820", "+4930901820", "DE"),
        ("tel:+1-650-253-0000", "+16502530000", "US"),
        ("+1 (650) 253-0000 ext. 7", "+16502530000", "US"),
        ("+91 98765 43210", "+919876543210", "IN"),
        ("+800 1234 5678", "+80012345678", None),
    ],
)
def test_a_number_with_its_country_code_needs_no_region(text: str, e164: str, region: str | None) -> None:
    assert read_phone(text) == Phone(e164, region)


@pytest.mark.parametrize("region", ["IN", "in"])
def test_a_national_number_is_one_of_the_region(region: str) -> None:
    assert read_phone("9876543210", region) == Phone("+919876543210", "IN")


def test_the_country_code_wins_over_the_region() -> None:
    assert read_phone("+4930901820", "IN") == Phone("+4930901820", "DE")


@pytest.mark.parametrize(
    "text",
    [
        *("", " ", "+", "9876543210", "+1 555", "+999 1234567", "hello", "=1+1", "+" * 50, "+49" + "1" * 200),
        *("\0", "\ud800", None, 4930901820, ["+4930901820"]),
    ],
)
def test_anything_else_is_no_number(text: Any) -> None:
    assert read_phone(text) is None


@pytest.mark.parametrize("region", ["", "XX", "Germany", "\ud800", 49])
def test_an_unknown_region_is_like_none(region: Any) -> None:
    assert read_phone("030 901820", region) is None
    assert read_phone("+4930901820", region) == Phone("+4930901820", "DE")


@given(st.text() | st.from_regex(r"[+0][0-9 ().x/-]{0,30}"), st.none() | st.sampled_from(["US", "DE", "IN", "zz"]))
def test_no_text_raises_and_what_is_read_reads_the_same_again(text: str, region: str | None) -> None:
    phone = read_phone(text, region)
    if phone is not None:
        assert read_phone(phone.e164) == phone


def test_the_prefix_of_a_number_tells_its_zones() -> None:
    assert zones_of("+16502530000") == ("America/Los_Angeles",)
    assert Phone("+34612345678", "ES").zones == ("Atlantic/Canary", "Europe/Madrid")


@pytest.mark.parametrize("e164", ["+80012345678", "", "+", "hello"])
def test_a_number_of_nowhere_has_no_zones(e164: str) -> None:
    assert zones_of(e164) == ()


def test_every_zone_of_a_number_exists() -> None:
    assert all(find_zone(zone) for zone in zones_of("+18002345678"))

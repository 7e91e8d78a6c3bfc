"""`examples/add_phone_numbers.py`: numbers that a workflow can call, and outcomes that the simulator can follow."""

import csv
import io
import json
import random

import pytest
from examples.add_phone_numbers import NORTH_AMERICA, PATTERNS, add_phone_numbers, draw_number

from pointsman.core.calls import Outcome
from pointsman.core.countries import country_of
from pointsman.core.phone import read_phone

LEADS = "Name,Country\n" + "Ana,India\nBen,\nCleo,Nowhere\nDan,United Kingdom\n" * 50


def given(text: str = LEADS, seed: int = 7) -> list[dict[str, str]]:
    target = io.StringIO()
    add_phone_numbers(io.StringIO(text), target, seed=seed)
    return list(csv.DictReader(io.StringIO(target.getvalue())))


@pytest.mark.parametrize("country", sorted(PATTERNS))
def test_numbers_are_valid_in_their_country(country: str) -> None:
    chance, used = random.Random(1), set[str]()  # noqa: S311
    phones = [read_phone(draw_number(chance, country, used)) for _ in range(90)]
    assert {phone.region if phone else None for phone in phones} == {country_of(country)}


def test_every_area_without_a_country_is_a_real_one() -> None:
    assert all(read_phone(pattern.replace("##", "00")) for pattern in NORTH_AMERICA)


def test_the_same_seed_gives_the_same_file_and_another_one_does_not() -> None:
    assert given() == given()
    assert given() != given(seed=8)


def test_no_number_comes_twice_and_every_cell_stays() -> None:
    rows = given()
    assert len({row["phone_number"] for row in rows}) == 200
    assert [{"Name": row["Name"], "Country": row["Country"]} for row in rows] == list(
        csv.DictReader(io.StringIO(LEADS))
    )
    assert all(row["phone_number"].startswith("+1") for row in rows if row["Name"] in ("Ben", "Cleo"))


def test_outcomes_end_with_the_call_that_reached_the_lead() -> None:
    for row in given():
        outcomes = [Outcome(text) for text in row["simulated_outcomes"].split(";")]
        assert 1 <= len(outcomes) <= 3
        assert Outcome.COMPLETED not in outcomes[:-1]
        reached = outcomes[-1] == Outcome.COMPLETED
        assert (json.loads(row["simulated_analysis"])["interest"] if reached else "") in (
            ("interested", "not_interested") if reached else ("",)
        )


def test_running_it_on_its_own_output_replaces_what_it_added() -> None:
    once = io.StringIO()
    add_phone_numbers(io.StringIO(LEADS), once, seed=7)
    assert given(once.getvalue()) == given()

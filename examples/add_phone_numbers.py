"""Give the leads of a CSV file what a calling workflow needs: phone numbers, and how their calls are to end.

    python3 examples/add_phone_numbers.py leads.csv leads-with-numbers.csv --seed 7

Public lead files have no phone numbers. This adds four columns, drawn from the seed, so that the same file and seed
always give the same numbers:

    phone_number        in E.164, valid in the country that the row's `Country` names, else +1; no two rows share one
    simulated_outcomes  how the simulator lets each call of the lead end, such as NO_ANSWER;COMPLETED
    simulated_analysis  for those that were reached, what was learnt: {"interest": "interested" or "not_interested"}

The numbers are invented. Outside the range kept for fiction (the +1 numbers) one can belong to somebody: leave
them to the simulator, and never call them. Needs nothing but Python.
"""
# ruff: noqa: INP001

import argparse
import csv
import json
import random
from pathlib import Path
from typing import TextIO

COLUMNS = ("simulated_outcomes", "simulated_analysis")
OUTCOMES = {"COMPLETED": 45, "NO_ANSWER": 35, "BUSY": 10, "VOICEMAIL": 10}
"""How calls end, in percent."""

MOST_CALLS = 3
INTERESTED = 0.4
"""The share of those reached that is interested."""

AREAS = (201, 212, 213, 305, 312, 404, 415, 503, 512, 602, 617, 646, 702, 713, 718, 720, 754, 786, 801, 804, 813,
         816, 818, 831, 832, 845, 858, 862, 904, 907, 910, 913, 914, 916, 917, 919, 925, 929, 936, 941, 949, 951,
         954, 956, 970, 971, 972, 973, 978, 980)  # fmt: skip
NORTH_AMERICA = tuple(f"+1{area}55501##" for area in AREAS)
"""Without a country, too. Each `#` is any digit."""

PATTERNS = {
    "Australia": "+61412######",
    "Bahrain": "+97336######",
    "Bangladesh": "+88017########",
    "Belgium": "+32470######",
    "Canada": "+141655501##",
    "China": "+86138########",
    "Denmark": "+4528######",
    "France": "+33612######",
    "Germany": "+49171#######",
    "Ghana": "+23324#######",
    "Hong Kong": "+85269######",
    "India": "+9198########",
    "Indonesia": "+62812########",
    "Italy": "+39347#######",
    "Kenya": "+25472#######",
    "Kuwait": "+96550######",
    "Liberia": "+23177#######",
    "Malaysia": "+6012#######",
    "Netherlands": "+3161#######",
    "Nigeria": "+234803#######",
    "Oman": "+96892######",
    "Philippines": "+63917#######",
    "Qatar": "+97433######",
    "Russia": "+7916#######",
    "Saudi Arabia": "+96650#######",
    "Singapore": "+6591######",
    "South Africa": "+2782#######",
    "Sri Lanka": "+9477#######",
    "Sweden": "+4670#######",
    "Switzerland": "+4179#######",
    "Tanzania": "+25575#######",
    "Uganda": "+25677#######",
    "United Arab Emirates": "+97150#######",
    "United Kingdom": "+447400######",
    "Vietnam": "+8490#######",
}
"""Mobile numbers by country."""


def add_phone_numbers(source: TextIO, target: TextIO, *, seed: int) -> int:
    """Copy a CSV file with the new columns, and return how many rows there were."""
    chance = random.Random(seed)  # noqa: S311 - it must be repeatable, not secret
    rows = csv.DictReader(source)
    names = [name for name in rows.fieldnames or () if name not in ("phone_number", *COLUMNS)]
    writer = csv.DictWriter(target, ["phone_number", *names, *COLUMNS], lineterminator="\n", extrasaction="ignore")
    writer.writeheader()
    used: set[str] = set()
    count = 0
    for row in rows:
        outcomes = draw_outcomes(chance)
        row["phone_number"] = draw_number(chance, row.get("Country") or "", used)
        row["simulated_outcomes"] = ";".join(outcomes)
        row["simulated_analysis"] = draw_analysis(chance) if outcomes[-1] == "COMPLETED" else ""
        writer.writerow(row)
        count += 1
    return count


def draw_number(chance: random.Random, country: str, used: set[str]) -> str:
    """Draw a number that no row has yet."""
    while True:
        pattern = PATTERNS.get(country) or chance.choice(NORTH_AMERICA)
        number = "".join(str(chance.randrange(10)) if sign == "#" else sign for sign in pattern)
        if number not in used:
            used.add(number)
            return number


def draw_outcomes(chance: random.Random) -> list[str]:
    """Draw how the calls of a lead end: up to three, and none after it was reached."""
    outcomes: list[str] = []
    while len(outcomes) < MOST_CALLS and "COMPLETED" not in outcomes:
        outcomes += chance.choices(list(OUTCOMES), list(OUTCOMES.values()))
    return outcomes


def draw_analysis(chance: random.Random) -> str:
    """Draw what a conversation shows."""
    return json.dumps({"interest": "interested" if chance.random() < INTERESTED else "not_interested"})


def main() -> None:
    """Read the command line and do it."""
    parser = argparse.ArgumentParser(description="Add phone numbers and scripted call outcomes to a CSV file of leads.")
    parser.add_argument("source", type=Path)
    parser.add_argument("target", type=Path)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    with (
        options.source.open(newline="", encoding="utf-8-sig") as source,
        options.target.open("w", newline="", encoding="utf-8") as target,
    ):
        count = add_phone_numbers(source, target, seed=options.seed)
    print(f"{count} rows with phone numbers in {options.target}")  # noqa: T201 - a script prints


if __name__ == "__main__":
    main()

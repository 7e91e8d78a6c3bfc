"""Real leads through a ruleset with territories, weights and absences: one owner each, fair shares, true figures.

What is expected is worked out here from the rows of the file, without any code of the product.
"""

import csv
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from pointsman.bootstrap import App
from pointsman.core.lead import draft_of
from pointsman.services.assigning import Outcome, RoutingRequest
from pointsman.services.desk import Assigned, RoutingItem
from pointsman.services.idempotency import Answer
from tests.conftest import Cast, Client, Clock

LEADS = Path(__file__).parents[3] / "shared" / "data" / "leads.csv"
BATCH = 330
WEIGHTS = {"dora": 3, "emil": 2, "fay": 1}
MUMBAI, ELSEWHERE = ["ana", "ben", "cleo"], ["gus", "hana"]

ABSENCES = {2: ("ben", "ooo"), 5: ("ben", "active"), 7: ("emil", "ooo"), 9: ("gus", "ooo"), 10: ("hana", "ooo"),
            14: ("emil", "active"), 16: ("gus", "active"), 19: ("hana", "active"), 22: ("fay", "inactive")}  # fmt: skip
"""Who goes, and who comes back, before which batch."""

RULESET = {
    "slug": "courses",
    "name": "Courses",
    "rules": [
        {
            "name": "Tried often",
            "condition": "attributes.TotalVisits >= 12 && attributes.Converted != '1.0'",
            "target_id": "boss",
        },
        {
            "name": "India",
            "condition": "attributes.Country == 'India'",
            "assignment": {
                "type": "territory",
                "territory_field": "City",
                "territory_map": {"Mumbai": MUMBAI, "Thane & Outskirts": ["cleo"], "default": ELSEWHERE},
            },
        },
        {
            "name": "The rest with a source",
            "condition": "has(attributes.Source) && attributes.Country != 'Australia'",
            "assignment": {
                "type": "round_robin",
                "pool": [{"rep_id": name, "weight": weight} for name, weight in WEIGHTS.items()],
                "method": "weighted",
            },
        },
    ],
}


def read_rows() -> list[dict[str, str]]:
    if not LEADS.exists():
        pytest.skip(f"the real leads are not here: {LEADS} does not exist")
    with LEADS.open(encoding="utf-8", newline="") as file:
        rows = [{name: value for name, value in row.items() if value} for row in csv.DictReader(file)]
    return [{**row, **({"Source": row["Lead Source"]} if "Lead Source" in row else {})} for row in rows]


def expected_rule(row: dict[str, str]) -> str | None:
    if float(row.get("TotalVisits", "-1")) >= 12 and row.get("Converted") != "1.0":
        return "Tried often"
    if row.get("Country") == "India":
        return "India"
    if "Source" in row and row.get("Country") != "Australia":
        return "The rest with a source"
    return None


def expected_pool(row: dict[str, str]) -> tuple[str, ...]:
    rule = expected_rule(row)
    if rule == "India":
        city = row.get("City")
        return tuple(MUMBAI if city == "Mumbai" else ["cleo"] if city == "Thane & Outskirts" else ELSEWHERE)
    return {"Tried often": ("boss",), "The rest with a source": tuple(WEIGHTS), None: ()}[rule]


@dataclass
class Story:
    """What happened to the leads, in order: each with its row, who was there then, and what became of it."""

    rows: list[dict[str, str]]
    there: list[frozenset[str]] = field(default_factory=list)
    outcomes: list[Assigned] = field(default_factory=list)

    def __iter__(self) -> Iterator[tuple[dict[str, str], frozenset[str], Assigned]]:
        return iter(zip(self.rows, self.there, self.outcomes, strict=True))


@pytest.fixture
def alice(cast: Cast) -> Client:
    client = cast.member("Acme")
    for name in ("boss", *MUMBAI, *ELSEWHERE, *WEIGHTS):
        client.post("/api/v1/reps", {"rep_id": name, "name": name.title(), "email": f"{name}@example.com"})
    assert client.post("/api/v1/rules", RULESET).status_code == 201
    return client


@pytest.fixture
def story(alice: Client, app: App, clock: Clock) -> Story:
    """The leads, given to people batch by batch, while people come and go."""
    told = Story(read_rows())
    there = {"boss", *MUMBAI, *ELSEWHERE, *WEIGHTS}
    for number, at in enumerate(range(0, len(told.rows), BATCH)):
        clock.forward(minutes=1)
        if number in ABSENCES:
            name, status = ABSENCES[number]
            alice.patch(f"/api/v1/reps/{name}", {"status": status})
            there = there | {name} if status == "active" else there - {name}
        batch = told.rows[at : at + BATCH]
        told.outcomes += route(app, alice, batch)
        told.there += [frozenset(there)] * len(batch)
    return told


def route(app: App, client: Client, rows: list[dict[str, str]]) -> list[Assigned]:
    kept: list[Assigned] = []

    def render(outcomes: Any) -> Answer:
        kept.extend(outcome for outcome in outcomes if isinstance(outcome, Assigned))
        return Answer(200, b"{}")

    items: list[Any] = [RoutingItem(draft=draft_of(row["Prospect ID"], row), attributes=dict(row)) for row in rows]
    request = RoutingRequest(org_id=client.org_id, ruleset_ref="courses", items=items, single=False, render=render)
    client.runner.run(app.routing.submit(request))
    assert len(kept) == len(rows)
    return kept


def ref(outcome: Outcome) -> str | None:
    assert isinstance(outcome, Assigned)
    return outcome.rep.ref if outcome.rep else None


def test_real_leads_find_their_people(alice: Client, story: Story, clock: Clock) -> None:
    shares_are_fair(story)
    queue_is_told_and_drained(alice, story)
    summary_is_true(alice, story, clock)


def shares_are_fair(story: Story) -> None:
    """Every lead went where the rules say, and over every stretch nobody is a whole lead off."""
    stretches: dict[tuple[str, ...], tuple[frozenset[str], Counter[str]]] = {}
    for row, there, outcome in story:
        pool = expected_pool(row)
        in_turn = there & set(pool)
        if not in_turn and expected_rule(row) == "India" and "Source" in row:
            pool, in_turn = tuple(WEIGHTS), there & WEIGHTS.keys()  # the next rule that matches
        if not in_turn:
            assert outcome.rep is None
            continue
        owner = str(ref(outcome))
        assert owner in in_turn
        before, counts = stretches.get(pool, (frozenset(), Counter[str]()))
        if before != in_turn:
            counts = Counter[str]()
        counts[owner] += 1
        stretches[pool] = (frozenset(in_turn), counts)
        total = sum(WEIGHTS.get(name, 1) for name in in_turn)
        for name in in_turn:
            assert abs(counts[name] - Fraction(counts.total() * WEIGHTS.get(name, 1), total)) < 1


def queue_is_told_and_drained(client: Client, story: Story) -> None:
    """Every lead has one owner or a place in the queue, and the answers say which."""
    parked = sum(outcome.rep is None for outcome in story.outcomes)
    unmatched = sum(expected_rule(row) is None for row in story.rows)
    assert parked >= unmatched > 0
    owners = Counter(ref(outcome) for outcome in story.outcomes if outcome.rep)
    for name in ("boss", *MUMBAI, *ELSEWHERE, *WEIGHTS):
        assert client.get(f"/api/v1/reps/{name}/load").json()["data"]["current_open_leads"] == owners[name]


def summary_is_true(client: Client, story: Story, clock: Clock) -> None:
    """The summary says what the rows and answers say."""
    summary = client.get("/api/v1/analytics/summary", params={"period": f"{clock.now - timedelta():%Y-%m}"})
    data = summary.json()["data"]
    rules = Counter(outcome.rule or "fallback_unassigned" for outcome in story.outcomes)
    owners = defaultdict[str | None, int](int, Counter(ref(outcome) for outcome in story.outcomes))
    assert data["total_leads_routed"] == len(story.rows)
    assert {name: count for name, count in data["routing_breakdown"].items() if count} == dict(rules)
    assert data["fallback_rate"] == round(rules["fallback_unassigned"] / len(story.rows), 4)
    assert {row["rep_id"]: row["leads_assigned"] for row in data["rep_distribution"]} == {
        name: count for name, count in owners.items() if name is not None
    }

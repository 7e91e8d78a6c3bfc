"""`pointsman import --ruleset`: rows become leads that people own."""

import asyncio
import csv
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select
from typer.testing import Result

from pointsman.bootstrap import App
from pointsman.storage.tables import activities, assignments, decisions, events, leads, parked_leads, reps
from tests.cli.command import pointsman, query, read_csv, stored_leads, write_csv
from tests.cli.test_import_real_leads import FILE
from tests.conftest import Client

Import = Callable[..., Result]
REPS = ("ana", "ben", "cleo", "dan")
CITIES = {"Mumbai": ["ana", "ben"], "Thane & Outskirts": ["cleo"]}
POOL = {"ana": 3, "ben": 1, "dan": 2}


@pytest.fixture
def import_file(alice: Client, database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Import:
    monkeypatch.chdir(tmp_path)

    def run(file: Path, *options: object, ruleset: str = "real") -> Result:
        return pointsman("import", file, "--ruleset", ruleset, "--database-url", database_url, *options)

    return run


def make_ruleset(client: Client, ref: str = "real") -> str:
    """Abroad to Cleo, by a string; then by city; then Google's leads to a weighted pool; the rest waits."""
    for rep in REPS:
        client.post("/api/v1/reps", {"rep_id": rep, "name": rep.title(), "email": f"{rep}@acme.org"})
    pool = [{"rep_id": rep, "weight": weight} for rep, weight in POOL.items()]
    rules = [
        {
            "name": "Abroad",
            "condition": "has(attributes.Country) && attributes.Country != 'India'",
            "target_id": "cleo",
        },
        {
            "name": "City",
            "conditions": [],
            "assignment": {"type": "territory", "territory_field": "City", "territory_map": CITIES},
        },
        {
            "name": "Search",
            "conditions": [{"field": "Lead Source", "operator": "eq", "value": "Google"}],
            "assignment": {"type": "round_robin", "method": "weighted", "pool": pool},
        },
    ]
    answer = client.post("/api/v1/rules", {"ruleset_id": ref, "name": "Real", "rules": rules})
    assert answer.status_code == 201, answer.text
    return str(client.get(f"/api/v1/rules/{ref}").json()["data"]["id"])


def rule_by_hand(row: dict[str, str]) -> str | None:
    if row["Country"] not in ("", "India"):
        return "Abroad"
    if row["City"] in CITIES:
        return "City"
    return "Search" if row["Lead Source"] == "Google" else None


def counts(app: App, runner: asyncio.Runner) -> list[int]:
    tables = (leads, assignments, parked_leads, decisions, activities, events)
    return [query(app, runner, select(func.count()).select_from(table))[0][0] for table in tables]


def owners(app: App, runner: asyncio.Runner) -> list[Any]:
    """Every open assignment: external id, first name, rep or None, rule."""
    return query(
        app,
        runner,
        select(leads.c.external_id, leads.c.first_name, reps.c.ref, assignments.c.rule_name)
        .join(assignments, assignments.c.lead_id == leads.c.id)
        .outerjoin(reps, reps.c.id == assignments.c.rep_id)
        .where(assignments.c.ended_at.is_(None)),
    )


@pytest.mark.skipif(not FILE.exists(), reason="needs the public lead-scoring export at ../shared/data/leads.csv")
@pytest.mark.parametrize("options", [("--map", "Prospect ID=external_id", "--map", "Lead Source=source"), ()])
def test_every_real_lead_has_an_owner_or_a_place_in_the_queue(
    app: App, runner: asyncio.Runner, alice: Client, import_file: Import, options: tuple[str, ...]
) -> None:
    make_ruleset(alice)
    done = import_file(FILE, *options)
    assert "9,240 rows: routed 9,240, already there 0, rejected 0" in done.stdout, done.stderr
    with FILE.open(newline="", encoding="utf-8") as file:
        expected = Counter(rule_by_hand(row) for row in csv.DictReader(file))
    owned = owners(app, runner)
    assert Counter(row.rule_name for row in owned) == expected
    assert len(stored_leads(app, runner)) == len(owned) == 9240
    assert len(query(app, runner, select(parked_leads))) == expected[None]
    shares = Counter(row.ref for row in owned if row.rule_name == "Search")
    for rep, weight in POOL.items():
        assert abs(shares[rep] - expected["Search"] * weight / 6) <= 1
    before = counts(app, runner)
    again = import_file(FILE, *options)
    assert "9,240 rows: routed 0, already there 9,240, rejected 0" in again.stdout
    assert counts(app, runner) == before


def test_the_summary_says_who_got_how_many_and_how_many_wait(
    alice: Client, import_file: Import, tmp_path: Path
) -> None:
    make_ruleset(alice)
    rows = [["name", "City"], ["Eva", "Mumbai"], ["Leo", "Mumbai"], ["Mia", "Thane & Outskirts"], ["Tom", "Pune"]]
    done = import_file(write_csv(tmp_path / "leads.csv", *rows))
    assert 'leads.csv into the ruleset "Real"' in done.stderr
    lines = {" ".join(line.split()) for line in done.stdout.splitlines()}
    wanted = {"ana Ana 1 25.0%", "ben Ben 1 25.0%", "cleo Cleo 1 25.0%", "(waiting in the queue) 1 25.0%"}
    assert wanted <= lines, done.stdout
    assert "4 rows: routed 4, already there 0, rejected 0" in done.stdout


def test_a_lead_that_has_an_owner_keeps_it_when_the_file_has_changed(
    app: App, runner: asyncio.Runner, alice: Client, import_file: Import, tmp_path: Path
) -> None:
    make_ruleset(alice)
    header, eva, leo = ["external_id", "City"], ["e-1", "Mumbai"], ["l-1", "Mumbai"]
    import_file(write_csv(tmp_path / "a.csv", header, eva))
    done = import_file(write_csv(tmp_path / "b.csv", header, ["e-1", "Thane & Outskirts"], leo, leo))
    assert "3 rows: routed 1, already there 2, rejected 0" in done.stdout
    assert sorted((row.external_id, row.ref) for row in owners(app, runner)) == [("e-1", "ana"), ("l-1", "ben")]


def test_rows_that_are_wrong_go_to_the_file_of_rejects(
    alice: Client, charlie: Client, import_file: Import, tmp_path: Path
) -> None:
    make_ruleset(alice)
    campaign = charlie.post("/api/public/campaigns", {"name": "Theirs"}).json()
    id_ = campaign.get("campaign", campaign)["id"]
    rows = [["first_name", "campaign_id", "x"], ["Eva", ""], ["", "", "y"], ["Leo", "x"], ["Mia", id_]]
    done = import_file(write_csv(tmp_path / "leads.csv", *rows))
    assert "4 rows: routed 1, already there 0, rejected 3" in done.stdout
    unknown = "campaign_id not found or does not belong to your account"
    reasons = [row["rejected_reason"] for row in read_csv(tmp_path / "leads.rejected.csv")]
    assert reasons == ["first_name is required", unknown, unknown]


def test_a_ruleset_is_named_by_its_slug_or_its_id(
    app: App, runner: asyncio.Runner, alice: Client, charlie: Client, import_file: Import, tmp_path: Path
) -> None:
    file = write_csv(tmp_path / "leads.csv", ["name", "City"], ["Eva", "Mumbai"])
    missing = import_file(file)
    assert (missing.exit_code, missing.stderr) == (1, "pointsman: there is no ruleset real in this database\n")
    ids = [make_ruleset(client) for client in (alice, charlie)]
    several = import_file(file)
    assert several.exit_code == 1
    assert "several organizations have a ruleset real: name one of them by its id" in several.stderr
    assert import_file(file, ruleset=ids[1]).exit_code == 0
    assert [lead.org_id for lead in stored_leads(app, runner)] == [charlie.org_id]
    charlie.delete("/api/v1/rules/real")
    assert import_file(file).exit_code == 0


@pytest.mark.parametrize("others", [("--processor", "p"), ("--workflow", "w")])
def test_a_file_goes_to_one_place(import_file: Import, tmp_path: Path, others: tuple[str, ...]) -> None:
    done = import_file(write_csv(tmp_path / "leads.csv", ["a"], ["b"]), *others)
    assert done.exit_code == 1
    assert done.stderr.startswith("pointsman: say where the leads go: --processor ID, --workflow ID or --ruleset SLUG")

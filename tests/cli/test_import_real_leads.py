"""A real export of 9,240 leads, routed by rules and, independently, by plain Python."""

import asyncio
import csv
import re
from collections import Counter
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select
from typer.testing import Result

from pointsman.bootstrap import App
from pointsman.services.processors import RuleDraft, create_processor, create_rule
from pointsman.storage.tables import decisions, leads, rules, runs, workflows
from tests.cli.command import pointsman, query
from tests.conftest import Client
from tests.factories import make_workflow

FILE = Path(__file__).parents[2].parent / "shared" / "data" / "leads.csv"

pytestmark = pytest.mark.skipif(
    not FILE.exists(), reason="needs the public lead-scoring export at ../shared/data/leads.csv"
)

SPECIALIZATIONS = ["Finance Management", "Banking, Investment And Insurance", "Business Administration"]

# Name, workflow, conditions. `Lead Source` is imported as `source`, `Prospect ID` as the external id.
RULES: list[tuple[str, str, list[dict[str, Any]]]] = [
    ("Not interested", "Archive", [
        {"field": "metadata.Tags", "operator": "regex", "value": r"^(Lost to|Not doing|wrong number|invalid number)"},
    ]),
    ("Busy visitors from search", "Hot", [
        {"field": "source", "operator": "in", "value": ["Google", "google", "bing", "Organic Search"]},
        {"field": "metadata.TotalVisits", "operator": "gte", "value": 5},
    ]),
    ("Professionals in money", "Premium", [
        {"field": "metadata.Specialization", "operator": "in", "value": SPECIALIZATIONS},
        {"field": "metadata.What is your current occupation", "operator": "eq", "value": "Working Professional"},
    ]),
    ("Abroad", "International", [
        {"field": "metadata.Country", "operator": "exists"},
        {"field": "metadata.Country", "operator": "neq", "value": "India"},
    ]),
    ("Answers mail, has a city", "City", [
        {"field": "metadata.Last Activity", "operator": "regex", "value": r"^(Email|SMS) "},
        {"field": "metadata.City", "operator": "exists"},
        {"field": "metadata.City", "operator": "neq", "value": "Select"},
    ]),
    ("Reads for a while", "Warm", [
        {"field": "metadata.Total Time Spent on Website", "operator": "between", "value": [300, 1000]},
    ]),
    ("Came through a form", "Forms", [
        {"field": "metadata.Lead Origin", "operator": "contains", "value": "FORM"},
        {"field": "metadata.Lead Quality", "operator": "not_exists"},
    ]),
    ("Chatted", "Chat", [
        {"field": "source", "operator": "starts_with", "value": "Olark"},
        {"field": "metadata.Page Views Per Visit", "operator": "lt", "value": 1},
    ]),
]  # fmt: skip


def by_hand(row: Mapping[str, str]) -> tuple[str, str | None]:  # noqa: PLR0911 - one `if` per rule
    """Workflow and rule of a row, read independently of the product."""
    if re.match(r"(Lost to|Not doing|wrong number|invalid number)", row["Tags"]):
        return "Archive", "Not interested"
    from_search = row["Lead Source"] in ("Google", "google", "bing", "Organic Search")
    if from_search and row["TotalVisits"] != "" and float(row["TotalVisits"]) >= 5:
        return "Hot", "Busy visitors from search"
    working = row["What is your current occupation"] == "Working Professional"
    if working and row["Specialization"] in SPECIALIZATIONS:
        return "Premium", "Professionals in money"
    if row["Country"] != "" and row["Country"] != "India":
        return "International", "Abroad"
    if row["Last Activity"].split(" ")[0] in ("Email", "SMS") and row["City"] not in ("", "Select"):
        return "City", "Answers mail, has a city"
    if 300 <= float(row["Total Time Spent on Website"]) <= 1000:
        return "Warm", "Reads for a while"
    if "form" in row["Lead Origin"].lower() and row["Lead Quality"] == "":
        return "Forms", "Came through a form"
    chatted = row["Lead Source"][:5] == "Olark"
    if chatted and row["Page Views Per Visit"] != "" and float(row["Page Views Per Visit"]) < 1:
        return "Chat", "Chatted"
    return "Everybody else", None


@pytest.fixture
def import_leads(
    app: App, alice: Client, database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Callable[..., Result]:
    monkeypatch.chdir(tmp_path)
    names = ["Everybody else", *(workflow for _, workflow, _ in RULES)]
    workflow_ids = {name: make_workflow(app, alice, name) for name in names}
    now = app.clock()

    def work(tx: Any) -> str:
        processor = create_processor(
            tx, alice.org_id, now, name="Scoring", description=None, default_workflow_id=workflow_ids["Everybody else"]
        )
        for name, workflow, conditions in RULES:
            rule = RuleDraft(name=name, workflow_id=workflow_ids[workflow], conditions=conditions)
            create_rule(tx, alice.org_id, processor.id, now, rule)
        return str(processor.id)

    processor_id = alice.runner.run(app.db.write(work))

    def run(*options: str) -> Result:
        return pointsman("import", FILE, "--processor", processor_id, "--database-url", database_url, *options)

    return run


def rows() -> list[dict[str, str]]:
    with FILE.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def counts(app: App, runner: asyncio.Runner) -> list[int]:
    tables = (leads, runs, decisions)
    return [query(app, runner, select(func.count()).select_from(table))[0][0] for table in tables]


def test_every_lead_lands_where_an_independent_reading_of_the_rules_puts_it(
    app: App, runner: asyncio.Runner, import_leads: Callable[..., Result]
) -> None:
    mapped = ("--map", "Prospect ID=external_id", "--map", "Lead Source=source")
    done = import_leads(*mapped)
    assert "9,240 rows: routed 9,240, already there 0, rejected 0" in done.stdout
    expected = {row["Prospect ID"]: by_hand(row) for row in rows()}
    assert len(Counter(expected.values())) == len(RULES) + 1  # every rule, and the default, decides about somebody
    landed = query(
        app,
        runner,
        select(leads.c.external_id, workflows.c.name, rules.c.name)
        .join(runs, runs.c.lead_id == leads.c.id)
        .join(workflows, workflows.c.id == runs.c.workflow_id)
        .join(decisions, decisions.c.lead_id == leads.c.id)
        .outerjoin(rules, rules.c.id == decisions.c.rule_id),
    )
    assert {external_id: (workflow, rule) for external_id, workflow, rule in landed} == expected
    assert "9,240 rows: routed 0, already there 9,240, rejected 0" in import_leads(*mapped).stdout
    assert counts(app, runner) == [9240, 9240, 9240]


def test_every_cell_is_kept_and_a_second_run_adds_nothing(
    app: App, runner: asyncio.Runner, import_leads: Callable[..., Result]
) -> None:
    first = import_leads()
    assert "9,240 rows: routed 9,240, already there 0, rejected 0" in first.stdout
    kept = [row.metadata for row in query(app, runner, select(leads.c.metadata).order_by(leads.c.first_name))]
    cells = [{name: cell for name, cell in row.items() if cell} for row in rows()]
    assert sorted(kept, key=lambda lead: str(lead["Prospect ID"])) == sorted(cells, key=lambda row: row["Prospect ID"])
    second = import_leads()
    assert "9,240 rows: routed 0, already there 9,240, rejected 0" in second.stdout
    assert second.stdout.splitlines()[:-1] == first.stdout.splitlines()[:-1]
    assert counts(app, runner) == [9240, 9240, 9240]

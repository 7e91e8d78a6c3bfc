"""The main job: a real export of 9,240 leads goes through the nurture sequence of the seed, call by call, to its end.

Call; no answer: wait two days, call again; after three attempts unresponsive; interested: converted; otherwise closed.
How each call ends is written in the file, so where each lead must end can be read from the file alone.
"""

import csv
import json
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice, pairwise
from pathlib import Path
from random import Random
from typing import Any

import httpx
import pytest
from sqlalchemy import func, select

from pointsman.bootstrap import App
from pointsman.engine.engine import Engine
from pointsman.storage.tables import calls, effects, leads, runs, steps
from tests.cli.command import query
from tests.conftest import Client, Clock
from tests.journey.processes import Server, pointsman

PROJECT = Path(__file__).parents[2]
FILE = PROJECT.parent / "shared" / "data" / "leads.csv"

pytestmark = pytest.mark.skipif(
    not FILE.exists(), reason="needs the public lead-scoring export at ../shared/data/leads.csv"
)

LEADS, SAMPLED, SEED = 9_240, 20, 20
TWO_DAYS = {"value": 2, "unit": "days"}
CALL = {"agent_id": "agt_nurture", "from_phone_number": "+14155550100"}
INTEREST = {"condition_field": "postcall_analysis.interest", "branches": ["interested", "not_interested"]}
EDGES: tuple[tuple[str, str, str | None], ...] = (
    ("call 1", "interested?", "COMPLETED"),
    ("call 1", "wait 1", None),
    ("wait 1", "call 2", None),
    ("call 2", "interested?", "COMPLETED"),
    ("call 2", "wait 2", None),
    ("wait 2", "call 3", None),
    ("call 3", "interested?", "COMPLETED"),
    ("call 3", "unresponsive", None),
    ("interested?", "converted", "interested"),
    ("interested?", "closed", None),
)
CALL_STATUS = {"COMPLETED": "completed", "NO_ANSWER": "no_answer", "BUSY": "busy", "VOICEMAIL": "did_not_pick"}

Api = Client | httpx.Client


class TickingClock(Clock):
    """Goes on by a millisecond whenever somebody looks, so that one thing happens after another."""

    def __call__(self) -> datetime:
        self.forward(milliseconds=1)
        return self.now


@dataclass(frozen=True)
class Visit:
    """A step that a lead must take; calls count from 1."""

    label: str
    kind: str
    status: str
    outcome: str | None = None
    attempt: int | None = None


@dataclass(frozen=True)
class Nurture:
    """The workflow, as the API knows it."""

    id: str
    nodes: Mapping[str, str]

    @property
    def path(self) -> str:
        return f"/v1/workflows/{self.id}"

    @property
    def labels(self) -> dict[str, str]:
        return {id_: label for label, id_ in self.nodes.items()}


def story_of(row: Mapping[str, str]) -> list[Visit]:
    """Say what must happen to a lead, from its row alone."""
    told: list[Visit] = []
    for attempt, outcome in enumerate(row["simulated_outcomes"].split(";"), 1):
        told.append(Visit(f"call {attempt}", "VOICE_CALL", outcome.lower(), outcome, attempt))
        if outcome == "COMPLETED":
            interest = json.loads(row["simulated_analysis"])["interest"]
            told.append(Visit("interested?", "CONDITIONAL", "completed", interest))
            is_won = interest == "interested"
            end = Visit("converted", "CONVERTED", "completed") if is_won else Visit("closed", "DROPPED", "completed")
            return [*told, end]
        if attempt < 3:
            told.append(Visit(f"wait {attempt}", "TIME", "completed"))
    return [*told, Visit("unresponsive", "DROPPED", "completed")]


@pytest.fixture
def clock() -> Clock:
    return TickingClock()


@pytest.fixture
def engine(app: App, alice: Client) -> Iterator[Engine]:
    engine = Engine(app)
    yield engine
    alice.runner.run(engine.close())


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """The export with phone numbers and outcomes, made as the documentation says."""
    target = tmp_path / "leads-with-numbers.csv"
    script = PROJECT / "examples" / "add_phone_numbers.py"
    subprocess.run([sys.executable, script, FILE, target, "--seed", str(SEED)], check=True, capture_output=True)
    return target


def read_rows(file: Path) -> list[dict[str, str]]:
    with file.open(newline="", encoding="utf-8") as source:
        return list(csv.DictReader(source))


def draw(api: Api, wait: Mapping[str, Any]) -> Nurture:
    """Draw the sequence over the API."""
    answer = api.post("/v1/workflows", json={"title": "Lead Nurture Sequence"})
    assert answer.status_code == 201, answer.text
    path = f"/v1/workflows/{answer.json()['id']}"
    kinds: dict[str, tuple[str, Mapping[str, Any]]] = {
        **{f"call {attempt}": ("VOICE_CALL", CALL) for attempt in (1, 2, 3)},
        **{f"wait {attempt}": ("TIME", wait) for attempt in (1, 2)},
        "interested?": ("CONDITIONAL", INTEREST),
        "converted": ("CONVERTED", {}),
        "unresponsive": ("DROPPED", {}),
        "closed": ("DROPPED", {}),
    }
    nodes = {}
    for label, (kind, config) in kinds.items():
        answer = api.post(f"{path}/nodes", json={"node_type": kind, "label": label, "config": config})
        assert answer.status_code == 201, answer.text
        nodes[label] = answer.json()["id"]
    for start, end, label in EDGES:
        body = {"from_node_id": nodes[start], "to_node_id": nodes[end], **({"label": label} if label else {})}
        assert api.post(f"{path}/edges", json=body).status_code == 201
    return Nurture(path.rpartition("/")[2], nodes)


def upload(api: Api, nurture: Nurture, content: bytes) -> httpx.Response:
    """Send the file as a browser or curl would: the boundary between its parts is another one each time."""
    files = {"file": ("leads.csv", content, "text/csv")}
    answer = api.request("POST", f"{nurture.path}/leads", files=files, headers={"Idempotency-Key": "nurture"})
    assert answer.status_code == 201, answer.text
    return answer


def activate(api: Api, nurture: Nurture) -> None:
    answer = api.post(f"{nurture.path}/activate")
    assert (answer.status_code, answer.json()["status"]) == (200, "active")


def count_rows(app: App, alice: Client) -> list[int]:
    tables = (leads, runs, steps, calls, effects)
    return [query(app, alice.runner, select(func.count()).select_from(table))[0][0] for table in tables]


def test_every_lead_of_a_real_file_ends_where_its_calls_lead(
    app: App, alice: Client, clock: Clock, engine: Engine, file: Path
) -> None:
    stories = {row["phone_number"]: story_of(row) for row in read_rows(file)}
    assert len(stories) == LEADS
    nurture = draw(alice, TWO_DAYS)
    first = upload(alice, nurture, file.read_bytes())
    assert first.json()["leads_enrolled"] == LEADS
    activate(alice, nurture)
    for attempt in (1, 2, 3):
        assert alice.runner.run(engine.drain()) > 0
        check_open(alice, nurture, stories, attempt)
        clock.forward(days=2)
    assert alice.runner.run(engine.drain()) == 0
    check_ends(alice, nurture, stories)
    check_tables(app, alice, stories)
    check_calls(app, alice, stories)
    chance = Random(SEED)  # noqa: S311 - a sample, not a secret
    for phone in chance.sample(sorted(stories), SAMPLED):
        check_history(alice, nurture, phone, stories[phone])
    before = count_rows(app, alice)
    assert upload(alice, nurture, file.read_bytes()).json() == first.json()
    assert alice.runner.run(engine.drain()) == 0
    assert count_rows(app, alice) == before


def test_the_sequence_runs_by_itself_where_it_is_served(database_url: str, file: Path) -> None:
    key = pointsman("key", "create", "--org", "Acme", "--database-url", database_url).strip()
    with file.open("rb") as source:
        content = b"".join(islice(source, 201))
    stories = {row["phone_number"]: story_of(row) for row in read_rows(file)[:200]}
    with (
        Server("--database-url", database_url) as server,
        httpx.Client(base_url=server.address, headers={"Authorization": f"Bearer {key}"}, timeout=30) as api,
    ):
        nurture = draw(api, {"value": 1, "unit": "seconds"})
        assert upload(api, nurture, content).json()["leads_enrolled"] == 200
        activate(api, nurture)
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline and count_leads(api, nurture, "active") > 0:
            time.sleep(0.2)
        check_ends(api, nurture, stories)


def ends_of(stories: Mapping[str, list[Visit]]) -> dict[str, str]:
    """Say at which node each lead must end, by its number."""
    return {phone: visits[-1].label for phone, visits in stories.items()}


def count_leads(api: Api, nurture: Nurture, status: str) -> int:
    answer = api.get(f"{nurture.path}/leads", params={"status": status, "limit": 1})
    return int(answer.json()["meta"]["total"])


def check_open(api: Api, nurture: Nurture, stories: Mapping[str, list[Visit]], attempt: int) -> None:
    """After each round of calls, exactly those whom it did not reach wait."""
    calls_of = (sum(visit.attempt is not None for visit in visits) for visits in stories.values())
    assert count_leads(api, nurture, "active") == sum(count > attempt for count in calls_of)


def check_ends(api: Api, nurture: Nurture, stories: Mapping[str, list[Visit]]) -> None:
    """Every lead is at the node where its story ends, and its status says so."""
    found, page, pages = {}, 0, 1
    while page < pages:
        page += 1
        answer = api.get(f"{nurture.path}/leads", params={"page": page, "limit": 100}).json()
        pages = answer["meta"]["totalPages"]
        for lead in answer["data"]:
            found[lead["phone_number"]] = (nurture.labels[lead["current_node_id"]], lead["status"])
    expected = ends_of(stories)
    assert {phone: label for phone, (label, _) in found.items()} == expected
    assert {status for label, status in found.values() if label == "converted"} == {"completed"}
    assert {status for label, status in found.values() if label != "converted"} == {"dropped"}
    won = Counter(expected.values())["converted"]
    assert count_leads(api, nurture, "completed") == won
    assert count_leads(api, nurture, "dropped") == len(expected) - won


def check_tables(app: App, alice: Client, stories: Mapping[str, list[Visit]]) -> None:
    """Every node was visited as often as the stories say: the terminal ones too."""
    counted = select(steps.c.node_label, steps.c.status, func.count()).group_by(steps.c.node_label, steps.c.status)
    visits = Counter(visit.label for visits in stories.values() for visit in visits)
    assert {(label, status): count for label, status, count in query(app, alice.runner, counted)} == {
        (label, "completed"): count for label, count in visits.items()
    }
    terminal = select(steps.c.node_label, func.count()).where(steps.c.node_type.in_(("CONVERTED", "DROPPED")))
    ended = query(app, alice.runner, terminal.group_by(steps.c.node_label))
    assert dict(ended) == Counter(ends_of(stories).values())
    placed = sum(visit.attempt is not None for visits in stories.values() for visit in visits)
    assert count_rows(app, alice) == [LEADS, LEADS, visits.total(), placed, placed]


def check_calls(app: App, alice: Client, stories: Mapping[str, list[Visit]]) -> None:
    """As many calls ended in each way at each attempt as the stories say."""
    placed = Counter(
        (visit.attempt, visit.outcome) for visits in stories.values() for visit in visits if visit.attempt is not None
    )
    counted = select(calls.c.attempt, calls.c.outcome, func.count()).group_by(calls.c.attempt, calls.c.outcome)
    found = query(app, alice.runner, counted)
    assert {(attempt, outcome): count for attempt, outcome, count in found} == placed
    for outcome, status in CALL_STATUS.items():
        total = alice.get("/v1/calls", params={"status": status, "limit": 1}).json()["meta"]["total"]
        assert total == sum(count for (_, ended), count in placed.items() if ended == outcome)


def check_history(alice: Client, nurture: Nurture, phone: str, story: list[Visit]) -> None:
    """Both surfaces tell the whole story, in order."""
    lead_id = find_lead_id(alice, phone)
    told = alice.get(f"{nurture.path}/leads/{lead_id}/history").json()
    history = told["history"]
    assert [(step["node_label"], step["node_type"], step["status"], step["outcome"]) for step in history] == [
        (visit.label, visit.kind, visit.status, visit.outcome) for visit in story
    ]
    assert [nurture.labels[step["node_id"]] for step in history] == [visit.label for visit in story]
    assert [step["call_id"] is not None for step in history] == [visit.attempt is not None for visit in story]
    assert told["execution"]["current_node_id"] == history[-1]["node_id"]
    assert told["deferrals"] == []
    check_times(history)
    check_transitions(told)
    for step, visit in zip(history, story, strict=True):
        if visit.attempt is not None:
            check_call(alice, nurture, lead_id, phone, step, visit)
    check_nexor_history(alice, lead_id, history, story)


def find_lead_id(alice: Client, phone: str) -> str:
    """Find a lead by its number, as nexor's list does."""
    (found,) = alice.get("/api/public/leads", params={"search": phone}).json()["leads"]
    assert found["phone"] == phone
    return str(found["id"])


def check_times(history: list[dict[str, Any]]) -> None:
    """A step begins when the one before is over, and a wait takes its two days."""
    for step, following in pairwise(history):
        assert following["entered_at"] == step["exited_at"] >= step["entered_at"]
    for step in history:
        if step["node_type"] == "TIME":
            entered, released = (datetime.fromisoformat(step[name]) for name in ("entered_at", "release_at"))
            assert released - entered == timedelta(days=2)
            assert step["exited_at"] >= step["release_at"]


def check_transitions(told: dict[str, Any]) -> None:
    """The transitions say the same as the steps: from where, to where, why, when, and after which call."""
    history = told["history"]
    entered = (None, history[0]["node_id"], "enrolled", history[0]["entered_at"], None)
    moved = [
        (step["node_id"], to["node_id"], step["outcome"] or "completed", to["entered_at"], step["call_id"])
        for step, to in pairwise(history)
    ]
    assert [
        (way["from_node_id"], way["to_node_id"], way["reason"], way["timestamp"], way["metadata"]["call_id"])
        for way in told["transitions"]
    ] == [entered, *moved]


def check_call(
    alice: Client, nurture: Nurture, lead_id: str, phone: str, step: Mapping[str, Any], visit: Visit
) -> None:
    """The call of a step is there, and is that lead's."""
    answer = alice.get(f"/v1/calls/{step['call_id']}")
    assert answer.status_code == 200
    call = answer.json()
    assert visit.outcome is not None
    assert (call["status"], call["attempt"]) == (CALL_STATUS[visit.outcome], visit.attempt)
    assert (call["to_phone_number"], call["workflow_id"]) == (phone, nurture.id)
    assert call["lead_id"] == f"lead_{lead_id.replace('-', '')}"
    assert step["entered_at"] <= call["started_at"] <= call["ended_at"] <= step["exited_at"]


def check_nexor_history(alice: Client, lead_id: str, history: list[dict[str, Any]], story: list[Visit]) -> None:
    """Nexor's timeline names the same calls, between entering the workflow and its end."""
    timeline = alice.get(f"/api/public/leads/{lead_id}/history").json()["history"]
    told = [
        (item["type"], f"call_{item['call_id'].replace('-', '')}", item["attempt"], item["outcome"])
        if item["type"] in ("call", "call_missed")
        else item["activity_type"]
        for item in timeline
    ]
    called = [
        ("call" if visit.outcome == "COMPLETED" else "call_missed", step["call_id"], visit.attempt, visit.outcome)
        for step, visit in zip(history, story, strict=True)
        if visit.attempt is not None
    ]
    end = "workflow_completed" if story[-1].label == "converted" else "workflow_dropped"
    assert told == ["workflow_assigned", *called, end]
    assert [item["timestamp"] for item in timeline] == sorted(item["timestamp"] for item in timeline)
    assert alice.get(f"/api/public/leads/{lead_id}").json()["lead"]["active_workflow_run"] is None

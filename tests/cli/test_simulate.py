"""`pointsman simulate`: tables, JSON, and a page with charts."""

import json
import re
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from pointsman.cli.simulating import draw_bars
from tests.cli.command import pointsman
from tests.conftest import Client
from tests.web.dialnexa.steps import PATH, VOICE, fit_workflow, join, new_node, new_workflow

START = "2026-03-02"
ALWAYS = {"answer_by_hour": 1, "answer_by_attempt": [1]}


@pytest.fixture
def workflow_id(alice: Client) -> str:
    return fit_workflow(alice)


def test_tables_show_the_funnel_the_hours_and_the_totals(workflow_id: str, database_url: str, tmp_path: Path) -> None:
    model = tmp_path / "model.json"
    model.write_text(json.dumps({**ALWAYS, "arrival_days": 0, "call_seconds": [360, 360]}), encoding="utf-8")
    done = pointsman("simulate", workflow_id, "--leads", 40, "--days", 3, "--start", f"{START}T09:00:00Z",
                     "--outcomes", model, "--database-url", database_url)  # fmt: skip
    assert (done.exit_code, done.stderr) == (0, "")
    lines = done.stdout.splitlines()
    bar = "█" * 20
    assert lines[0] == "Nurture: 40 leads, 3 days from Mon 2026-03-02 09:00 UTC, seed 1"
    assert lines[2:5] == [
        "node        leads  share   visits  waiting",
        f"First call  40     100.0%  40      0        {bar}",
        f"CONVERTED   40     100.0%  40      0        {bar}",
    ]
    assert lines[6:8] == ["local hour  calls", "00:00       0"]
    assert lines[16] == f"09:00       40     {bar}"
    assert lines[-5:] == [
        "leads    converted 40, dropped 0, still on their way 0, failed 0",
        "calls    40 placed: COMPLETED 40",
        "waited   no call had to wait",
        "outside  0 calls outside the allowed hours",
        "time     half of the conversions within 6 minutes, 90 % within 6 minutes",
    ]


def test_json_is_what_the_api_answers(workflow_id: str, alice: Client, database_url: str) -> None:
    done = pointsman("simulate", workflow_id, "--leads", 30, "--seed", 9, "--days", 5, "--start", START, "--json",
                     "--database-url", database_url)  # fmt: skip
    order = {"leads": 30, "seed": 9, "days": 5, "start": START}
    assert json.loads(done.stdout) == alice.post(f"{PATH}/{workflow_id}/simulate", order).json()


def test_an_id_is_understood_in_any_spelling(workflow_id: str, database_url: str) -> None:
    bare = workflow_id.removeprefix("wf_").upper()
    assert pointsman("simulate", bare, "--leads", 1, "--database-url", database_url).exit_code == 0


def test_the_page_needs_nothing_from_elsewhere_and_takes_no_label_for_markup(
    alice: Client, database_url: str, tmp_path: Path
) -> None:
    evil = '<script>alert("1")</script>&'
    workflow_id = new_workflow(alice, evil)
    call = new_node(alice, workflow_id, "VOICE_CALL", label=evil, config=VOICE)
    join(alice, workflow_id, call, new_node(alice, workflow_id, "CONVERTED"))
    page = tmp_path / "page.html"
    done = pointsman("simulate", workflow_id, "--leads", 20, "--plot", page, "--database-url", database_url)
    assert (done.exit_code, done.stderr) == (0, f"the page is in {page}\n")
    html = page.read_text(encoding="utf-8")
    assert "<script" not in html
    assert "&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt;&amp;" in html
    assert not any(word in html for word in ("http:", "https:", "src=", "href=", "url(", "@import"))
    drawings = re.findall("<svg.*?</svg>", html, re.DOTALL)
    assert len([ET.fromstring(drawing) for drawing in drawings]) == 3  # noqa: S314 - it is our own


def test_a_page_without_conversions_says_so(alice: Client, database_url: str, tmp_path: Path) -> None:
    workflow_id, page = new_workflow(alice), tmp_path / "page.html"
    wait = new_node(alice, workflow_id, "TIME", config={"delay_hours": 48})
    join(alice, workflow_id, wait, new_node(alice, workflow_id, "CONVERTED"))
    done = pointsman("simulate", workflow_id, "--days", 1, "--plot", page, "--database-url", database_url)
    assert done.stdout.endswith("time     no lead converted\n")
    assert "local hour" not in done.stdout
    assert "<p>No lead converted.</p>" in page.read_text(encoding="utf-8")


@pytest.mark.parametrize("name", ["nonsense", "wf_019d43c3f1407000849ffbd872be7bc8"])
def test_a_workflow_that_is_not_there_is_one_line(name: str, workflow_id: str, database_url: str) -> None:
    done = pointsman("simulate", name, "--database-url", database_url)
    assert (done.exit_code, done.stderr) == (1, f"pointsman: there is no workflow {name} in this database\n")


def test_a_graph_with_problems_says_them_all(alice: Client, database_url: str) -> None:
    workflow_id = new_workflow(alice)
    new_node(alice, workflow_id, "VOICE_CALL", label="Alone")
    done = pointsman("simulate", workflow_id, "--database-url", database_url)
    assert (done.exit_code, done.stdout) == (1, "")
    assert 'node "Alone"' in done.stderr
    assert "config.agent_id is required" in done.stderr


@pytest.mark.parametrize(("content", "problem"), [
    ("{", "is not JSON"), ('"text"', "outcomes must be an object"), ('{"zones": {"Mars": 1}}', "outcomes.zones.Mars"),
])  # fmt: skip
def test_a_model_that_is_none_is_one_line(
    workflow_id: str, database_url: str, tmp_path: Path, content: str, problem: str
) -> None:
    model = tmp_path / "model.json"
    model.write_text(content, encoding="utf-8")
    done = pointsman("simulate", workflow_id, "--outcomes", model, "--database-url", database_url)
    assert (done.exit_code, done.stdout, len(done.stderr.splitlines())) == (1, "", 1)
    assert problem in done.stderr


@pytest.mark.parametrize("options", [("--leads", 0), ("--days", -1), ("--seed", -1), ("--leads", "many")])
def test_wrong_options_exit_with_2(workflow_id: str, database_url: str, options: tuple[object, ...]) -> None:
    assert pointsman("simulate", workflow_id, *options, "--database-url", database_url).exit_code == 2


def test_bars_are_as_long_as_their_values() -> None:
    assert draw_bars([0, 1, 160, 80], 160) == ["", "▏", "█" * 20, "█" * 10]
    assert draw_bars([0, 0], 0) == ["", ""]

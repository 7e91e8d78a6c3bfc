"""Starting an import: mapping, target, and its progress."""

import asyncio
from typing import Any

import pytest
from sqlalchemy import select

from pointsman.bootstrap import App
from pointsman.engine.engine import Engine
from pointsman.storage.tables import import_files, leads, runs
from tests.cli.command import query
from tests.conftest import Client, Clock
from tests.factories import make_workflow
from tests.web.console.importing import PATH, count, refused, start, uploaded


def test_what_was_started_runs_until_an_engine_has_done_it(
    app: App, alice: Client, clock: Clock, engine: Engine, workflow_id: str
) -> None:
    id_ = uploaded(alice)
    answer = start(alice, id_, workflow_id)
    assert answer.status_code == 200
    running = answer.json()
    assert running == {
        "id": id_,
        "file_name": "leads.csv",
        "state": "running",
        "target": {"kind": "workflow", "id": workflow_id, "name": "Sales"},
        "source": "import",
        "total_rows": 3,
        "done_rows": 0,
        "accepted_rows": 0,
        "known_rows": 0,
        "rejected_rows": 0,
        "rows_per_second": None,
        "is_waiting": False,
        "error": None,
        "started_by": None,
        "created_at": "2026-03-31T12:00:00.000Z",
        "started_at": "2026-03-31T12:00:00.000Z",
        "finished_at": None,
    }
    clock.forward(seconds=10)
    assert alice.get(f"{PATH}/{id_}").json() == {**running, "is_waiting": True}
    alice.runner.run(engine.drain())
    assert alice.get(f"{PATH}/{id_}").json() == {
        **running,
        "state": "done",
        "done_rows": 3,
        "accepted_rows": 2,
        "rejected_rows": 1,
        "rows_per_second": 0.3,
        "finished_at": "2026-03-31T12:00:10.000Z",
    }
    assert count(app, alice.runner, leads, runs, import_files) == [2, 2, 0]
    assert refused(alice.get(f"{PATH}/{id_}/preview")) == (409, "the import is over, and its file was removed")


def test_columns_become_what_the_mapping_says(
    app: App, alice: Client, runner: asyncio.Runner, engine: Engine, workflow_id: str
) -> None:
    id_ = uploaded(alice)
    mapping = {"First Name": "company", "E-mail": "", "City": "metadata.town"}
    assert start(alice, id_, workflow_id, mapping=mapping, source="Fair in Lima").status_code == 200
    runner.run(engine.drain())
    stored = query(app, runner, select(leads).order_by(leads.c.id))
    assert [(lead.first_name, lead.company, lead.email, lead.source, lead.metadata) for lead in stored] == [
        ("Lead 2", "Ana", None, "Fair in Lima", {"town": "Lima"}),
        ("Lead 3", None, None, "Fair in Lima", {"town": "Oslo"}),
        ("Lead 4", "Ben", None, "Fair in Lima", {"town": "Rome"}),
    ]


@pytest.mark.parametrize(
    ("body", "complaint"),
    [
        ({"mapping": {"Nope": "email"}}, "the file has no column 'Nope'; its columns are First Name, E-mail, City"),
        ({"mapping": {"City": "mail"}}, "'City' cannot become 'mail': it can be first_name, last_name"),
        ({"mapping": {"City": "email"}}, "the columns 'E-mail' and 'City' would both be email"),
        ({"mapping": {"City": "metadata."}}, "'City' cannot become 'metadata.'"),
        ({"mapping": {"City": 5}}, "mapping[...] must be a string"),
        ({"mapping": dict.fromkeys(("First Name", "E-mail", "City"), "")}, "every column is left out"),
        ({"source": " "}, "source cannot be blank"),
        ({"source": "x" * 1001}, "source must have at most"),
        ({"target_kind": "person"}, "target_kind must be one of processor, workflow, ruleset"),
        ({"target_id": "0190f3c4-7d5e-7a31-9c0b-2f6d1e8a4b57"}, "target_id: there is no workflow 0190f3c4"),
        ({"target_id": "sales"}, "'sales' is not the id of a workflow"),
        ({"target_kind": "processor"}, "target_id: there is no processor"),
        ({"target_kind": "ruleset"}, "target_id: there is no ruleset"),
        ({"target_kind": "ruleset", "target_id": "a\0b"}, "Text must not contain NUL characters"),
    ],
)
def test_a_wrong_start_is_refused_and_can_be_mended(
    alice: Client, workflow_id: str, body: dict[str, Any], complaint: str
) -> None:
    id_ = uploaded(alice)
    status, message = refused(start(alice, id_, workflow_id, **body))
    assert (status, message[: len(complaint)]) == (400, complaint)
    assert alice.get(f"{PATH}/{id_}").json()["state"] == "uploaded"
    assert start(alice, id_, workflow_id).status_code == 200


def test_another_organizations_target_is_missing(app: App, alice: Client, charlie: Client) -> None:
    theirs = make_workflow(app, charlie, "Theirs")
    assert refused(start(alice, uploaded(alice), theirs)) == (400, f"target_id: there is no workflow {theirs}")


def test_a_target_that_takes_no_leads_is_refused(app: App, alice: Client) -> None:
    cancelled = make_workflow(app, alice, "Old", status="cancelled")
    answer = start(alice, uploaded(alice), cancelled)
    assert refused(answer) == (409, 'the workflow "Old" is cancelled and takes no more leads')


def test_an_import_is_started_once(alice: Client, workflow_id: str) -> None:
    id_ = uploaded(alice)
    assert start(alice, id_, workflow_id).status_code == 200
    assert refused(start(alice, id_, workflow_id)) == (409, "the import is running: it was started already")


def test_targets_are_what_takes_leads(app: App, alice: Client, charlie: Client, workflow_id: str) -> None:
    make_workflow(app, alice, "Old", status="cancelled")
    make_workflow(app, charlie, "Theirs")
    processor = alice.post("/api/public/processors", {"name": "Router", "default_workflow_id": workflow_id}).json()
    off = alice.post("/api/public/processors", {"name": "Off", "default_workflow_id": workflow_id}).json()
    alice.delete(f"/api/public/processors/{off['processor']['id']}")
    assert alice.get("/console/import-targets").json()["data"] == [
        {"kind": "processor", "id": processor["processor"]["id"], "name": "Router"},
        {"kind": "workflow", "id": workflow_id, "name": "Sales"},
    ]

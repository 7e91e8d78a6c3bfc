"""Every operation of the OpenAPI document, fed with generated requests: never a server error, nothing undocumented.

Runs against a real server process on each database. Half of the ids are real ones, so that requests get past the
look-up; what ends or deletes them comes last. The engine is off: it would move what the requests are about.
"""

import os
import random
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import httpx
import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import FailureGroup
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)
from sqlalchemy import select

from pointsman.bootstrap import App
from pointsman.engine.engine import Engine
from pointsman.storage.tables import calls
from tests.cli.command import query
from tests.conftest import Client
from tests.web.routeswit.everything import URL, make_everything

EXAMPLES = 5
HALF = 0.5
ENDLESS = "GET /console/live"
"""An answer that does not end by itself has tests of its own."""
CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
FILES = st.one_of(
    st.binary(), st.sampled_from([b"phone_number,name\n+14155552671,Ana\n", b"phone_number\n1\n", b"a\n1\n"])
)
CALL = {"agent_id": "agt_abc123", "from_phone_number": "+14155550100"}


@dataclass
class Server:
    """A running server and somebody who may call it."""

    address: str
    key: str
    known: dict[str, tuple[str, ...]]

    def fresh_key(self) -> str:
        """Make a key that may be lost."""
        answer = httpx.post(f"{self.address}/v1/api-keys", json={"name": "spare"}, headers={"X-API-Key": self.key})
        return str(answer.json()["secret"])


@pytest.fixture
def server(database_url: str, app: App, alice: Client) -> Iterator[Server]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "uvicorn", "--factory", "pointsman.cli.worker:from_environment"]
    process = subprocess.Popen(
        [*command, "--port", str(port), "--no-access-log"],
        env={**os.environ, "POINTSMAN_DATABASE_URL": database_url, "POINTSMAN_ENGINE": "false"},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    address = f"http://127.0.0.1:{port}"
    try:
        _wait(address)
        yield Server(address, alice.key, _things(app, alice))
    finally:
        process.terminate()
        process.wait(timeout=10)


def test_every_answer_is_documented_and_none_is_a_server_error(server: Server) -> None:
    document = httpx.get(f"{server.address}/openapi.json").json()
    operations = [operation.ok() for operation in schemathesis.openapi.from_dict(document).get_all_operations()]
    broken = [
        f"{operation.label}: {problem}"
        for operation in sorted(operations, key=_order)
        if operation.label != ENDLESS and (problem := _first_problem(operation, server)) is not None
    ]
    assert broken == []


def _order(operation: schemathesis.APIOperation) -> int:
    """What ends or deletes something comes last; among that, what is deepest in something else comes first."""
    ends = operation.method.upper() == "DELETE" or operation.path.endswith("/cancel")
    return -operation.path.count("/") if ends else -sys.maxsize


def _first_problem(operation: schemathesis.APIOperation, server: Server) -> str | None:
    problems: list[str] = []

    @settings(
        max_examples=EXAMPLES * max(1, len(operation.body)),
        deadline=None,
        suppress_health_check=list(HealthCheck),
        derandomize=True,
    )
    @given(operation.as_strategy(), st.randoms(use_true_random=False), FILES)
    def call(case: schemathesis.Case, chance: random.Random, file: bytes) -> None:
        for values in (case.path_parameters, case.query, case.body):
            _put_known(values, server.known, chance)
        # A generated file has no name, and that is as far as it would get.
        named = {"files": {"file": ("leads.csv", file)}} if case.media_type == "multipart/form-data" else {}
        # A request may end the key it is made with.
        key = server.fresh_key() if operation.label == "POST /v1/api-keys" else server.key
        answer = case.call(base_url=server.address, headers={"X-API-Key": key}, **named)
        try:
            case.validate_response(answer, checks=CHECKS)
        except FailureGroup as failed:
            told = "; ".join(str(failure) for failure in failed.exceptions)
            problems.append(f"{told}\n{case.as_curl_command()}")

    call()
    return problems[0] if problems else None


def _put_known(values: Any, known: dict[str, tuple[str, ...]], chance: random.Random) -> None:
    """Put ids of what is there in the place of half of the generated ones: under `tag_id`, and under `tag_ids`."""
    if isinstance(values, list):
        for value in values:
            _put_known(value, known, chance)
    if not isinstance(values, dict):
        return
    for name, value in values.items():
        if name in known and chance.random() < HALF:
            values[name] = chance.choice(known[name])
        elif name.removesuffix("s") in known and chance.random() < HALF:
            values[name] = [chance.choice(known[name.removesuffix("s")])]
        else:
            _put_known(value, known, chance)


def _wait(address: str) -> None:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        try:
            httpx.get(f"{address}/healthz")
        except httpx.TransportError:
            continue
        return
    pytest.fail("the server did not start")


def _things(app: App, alice: Client) -> dict[str, tuple[str, ...]]:
    """One of everything that requests can name, or several where surfaces give different things the same name."""
    known = {name: (value,) for name, value in _flow_things(app, alice).items()}
    for name, value in _people_things(alice).items():
        known[name] = (*known.get(name, ()), value)
    return known


def _people_things(alice: Client) -> dict[str, str]:
    """One of everything of the surfaces for people."""
    names = make_everything(alice)
    conversion = {"name": "Deal", "category": "final", "currency": "EUR"}
    made = alice.post("/api/public/conversion-types", conversion).json()["conversion_type"]["id"]
    hook = alice.get(f"/v1/lead-hooks/{names.hook_id}").json()
    return {
        **names.all(),
        "lead_id": "L-zanzibar",
        "contact_email": names.email,
        "overflow_to": names.rep_id,
        "type_id": made,
        "conversion_type_id": made,
        "token": hook["url"].rpartition("/")[2],
        "url": URL,
        "webhook_url": URL,
        "alert_webhook": URL,
        "period": "2026-03",
        "timezone": "Europe/Madrid",
        "activity_type": "call_completed",
        "field": "attributes.country",
    }


def _flow_things(app: App, alice: Client) -> dict[str, str]:
    """One of everything of the other surfaces."""
    workflow, nodes, edge = _flow(alice)
    body = {"name": "Router", "default_workflow_id": workflow}
    processor = alice.post("/api/public/processors", body).json()["processor"]["id"]
    rule = {"name": "Rule", "workflow_id": workflow, "conditions": [{"field": "source", "operator": "exists"}]}
    rule_id = alice.post(f"/api/public/processors/{processor}/rules", rule).json()["rule"]["id"]
    lead = {"first_name": "Ana", "phone": "+14155552671"}
    routed = alice.post(f"/api/public/processors/{processor}/leads", lead).json()
    alice.runner.run(Engine(app).runs.run_once())
    (call,) = query(app, alice.runner, select(calls))
    agent = alice.post("/v1/agents", {"name": "Ana", "provider": "simulator"}).json()["id"]
    number = {"phone_number": "+14155550100", "agent_id": agent}
    return {
        "workflow_id": workflow,
        "default_workflow_id": workflow,
        "processor_id": processor,
        "rule_id": rule_id,
        "lead_id": routed["lead"]["id"],
        "decision_id": routed["routing"]["decision_id"],
        "tag_id": alice.post("/api/public/tags", {"name": "VIP", "slug": "vip"}).json()["data"]["id"],
        "campaign_id": alice.post("/api/public/campaigns", {"name": "Q1"}).json()["campaign"]["id"],
        "node_id": nodes[0],
        "from_node_id": nodes[0],
        "to_node_id": nodes[1],
        "edge_id": edge,
        "agent_id": agent,
        "phone_number_id": alice.post("/v1/organization-phone-numbers", number).json()["id"],
        "entry_id": alice.post("/v1/do-not-call", {"phone_number": "+14155550177"}).json()["id"],
        "key_id": alice.post("/v1/api-keys", {"name": "old"}).json()["id"],
        "call_id": f"call_{call.id}",
        "log_id": f"log_{call.id}",
        "token": call.hook_token,
    }


def _flow(alice: Client) -> tuple[str, list[str], str]:
    """An active workflow that calls: its id, its nodes, and an edge of it."""
    workflow = alice.post("/v1/workflows", {"title": "Sales"}).json()["id"]
    nodes = [
        alice.post(f"/v1/workflows/{workflow}/nodes", {"node_type": kind, "config": config}).json()["id"]
        for kind, config in (("VOICE_CALL", CALL), ("CONVERTED", {}))
    ]
    edge = alice.post(f"/v1/workflows/{workflow}/edges", {"from_node_id": nodes[0], "to_node_id": nodes[1]})
    assert alice.post(f"/v1/workflows/{workflow}/activate").status_code == 200
    return workflow, nodes, edge.json()["id"]

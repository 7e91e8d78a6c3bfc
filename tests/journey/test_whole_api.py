"""Every operation of the OpenAPI document, fed with generated requests: never a server error.

Runs against a real server process on each database. Half of the ids in paths are real ones, so that requests get past
the look-up.
"""

import os
import random
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass

import httpx
import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.conftest import Client

EXAMPLES = 12


@dataclass
class Server:
    """A running server and somebody who may call it."""

    address: str
    headers: dict[str, str]
    known: dict[str, str]


@pytest.fixture
def server(database_url: str, alice: Client) -> Iterator[Server]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "uvicorn", "--factory", "pointsman.web.app:from_environment"]
    process = subprocess.Popen(
        [*command, "--port", str(port), "--no-access-log"],
        env={**os.environ, "POINTSMAN_DATABASE_URL": database_url},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    address = f"http://127.0.0.1:{port}"
    try:
        _wait(address)
        yield Server(address, {"X-API-Key": alice.key}, _things(alice))
    finally:
        process.terminate()
        process.wait(timeout=10)


def test_no_request_is_a_server_error(server: Server) -> None:
    document = httpx.get(f"{server.address}/openapi.json").json()
    broken = [
        f"{operation.ok().label}: {problem}"
        for operation in schemathesis.openapi.from_dict(document).get_all_operations()
        if (problem := _first_server_error(operation.ok(), server)) is not None
    ]
    assert broken == []


def _first_server_error(operation: schemathesis.APIOperation, server: Server) -> str | None:
    problems: list[str] = []

    @settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
    @given(operation.as_strategy(), st.randoms(use_true_random=False))
    def call(case: schemathesis.Case, chance: random.Random) -> None:
        for name in case.path_parameters or {}:
            if name in server.known and chance.random() < 0.5:
                case.path_parameters[name] = server.known[name]
        answer = case.call(base_url=server.address, headers=server.headers)
        if answer.status_code >= 500:
            problems.append(f"{answer.status_code} {case.as_curl_command()}")

    call()
    return problems[0] if problems else None


def _wait(address: str) -> None:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        try:
            httpx.get(f"{address}/healthz")
        except httpx.TransportError:
            continue
        return
    pytest.fail("the server did not start")


def _things(alice: Client) -> dict[str, str]:
    """One of everything that paths can name."""
    workflow = alice.post("/api/public/workflows", {"name": "Sales"}).json()["workflow"]["id"]
    body = {"name": "Router", "default_workflow_id": workflow}
    processor = alice.post("/api/public/processors", body).json()["processor"]["id"]
    rule = {"name": "Rule", "workflow_id": workflow, "conditions": []}
    rule_id = alice.post(f"/api/public/processors/{processor}/rules", rule).json()["rule"]["id"]
    routed = alice.post(f"/api/public/processors/{processor}/leads", {"first_name": "Ana"}).json()
    tag = alice.post("/api/public/tags", {"name": "VIP", "slug": "vip"}).json()["data"]["id"]
    campaign = alice.post("/api/public/campaigns", {"name": "Q1"}).json()["campaign"]["id"]
    return {
        "workflow_id": workflow,
        "processor_id": processor,
        "rule_id": rule_id,
        "lead_id": routed["lead"]["id"],
        "decision_id": routed["routing"]["decision_id"],
        "tag_id": tag,
        "campaign_id": campaign,
    }

"""`kill -9` at any moment: what was acknowledged is there, exactly once."""

import asyncio
import itertools
import re
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import func, select

from pointsman.bootstrap import App
from pointsman.storage.tables import idempotency_keys, leads, runs
from tests.cli.command import query, write_csv
from tests.conftest import Client
from tests.factories import make_workflow
from tests.journey.processes import POINTSMAN, Server, pointsman

CLIENTS = 16
ROUNDS = 3
ANSWERS_BEFORE_KILL = 150
ROWS = 40_000


class Sender:
    """Sends numbered leads, each under a key of its own, and remembers what was answered."""

    def __init__(self, key: str) -> None:
        self._headers = {"X-API-Key": key}
        self._numbers = itertools.count()
        self.answered: dict[int, str] = {}
        self.unanswered: set[int] = set()

    async def send(self, http: httpx.AsyncClient, number: int) -> str:
        headers = {**self._headers, "Idempotency-Key": f"lead-{number}"}
        lead = {"first_name": "Ana", "metadata": {"number": number}}
        answer = await http.post("/api/public/leads", json=lead, headers=headers)
        assert answer.status_code == 201, answer.text
        return str(answer.json()["lead"]["id"])

    async def send_until_killed(self, server: Server) -> None:
        """Send from many clients at once, and kill the server when enough was answered."""
        enough = len(self.answered) + ANSWERS_BEFORE_KILL

        async def client(http: httpx.AsyncClient) -> None:
            while True:
                number = next(self._numbers)
                try:
                    self.answered[number] = await self.send(http, number)
                except httpx.TransportError:
                    self.unanswered.add(number)
                    return
                if len(self.answered) >= enough:
                    server.process.kill()

        async with httpx.AsyncClient(base_url=server.address, timeout=30) as http:
            await asyncio.gather(*(client(http) for _ in range(CLIENTS)))

    async def send_again(self, server: Server, numbers: list[int]) -> dict[int, str]:
        async with httpx.AsyncClient(base_url=server.address, timeout=30) as http:
            return {number: await self.send(http, number) for number in numbers}


def stored(address: str, key: str, lead_ids: list[str]) -> dict[int, str]:
    """The leads that the server still has, by number."""
    with httpx.Client(base_url=address, headers={"X-API-Key": key}) as http:
        found = [http.get(f"/api/public/leads/{lead_id}").json()["lead"] for lead_id in lead_ids]
    return {lead["metadata"]["number"]: lead["id"] for lead in found}


def test_acknowledged_leads_survive_kill_9_exactly_once(app: App, runner: asyncio.Runner, database_url: str) -> None:
    key = pointsman("key", "create", "--org", "Acme", "--database-url", database_url).strip()
    sender = Sender(key)
    for _ in range(ROUNDS):
        with Server("--database-url", database_url) as server:
            runner.run(sender.send_until_killed(server))
    assert len(sender.answered) >= ROUNDS * ANSWERS_BEFORE_KILL
    assert sender.unanswered

    with Server("--database-url", database_url) as server:
        assert stored(server.address, key, list(sender.answered.values())) == sender.answered
        some = sorted(sender.answered)[::10]
        again = runner.run(sender.send_again(server, some))
        assert again == {number: sender.answered[number] for number in some}
        finally_answered = runner.run(sender.send_again(server, sorted(sender.unanswered)))

    everything = {**sender.answered, **finally_answered}
    rows = query(app, runner, select(leads.c.id, leads.c.metadata))
    assert len(rows) == len(everything)
    assert {row.metadata["number"]: row.id for row in rows} == everything


@pytest.mark.parametrize("header", ["first_name", "external_id"])
def test_the_same_import_twice_at_the_same_time_stores_nothing_twice(
    app: App, alice: Client, database_url: str, tmp_path: Path, header: str
) -> None:
    workflow_id = make_workflow(app, alice, "Sales")
    file = write_csv(tmp_path / "leads.csv", [header], *([f"Ana {n}"] for n in range(10_000)))
    command = [POINTSMAN, "import", file, "--workflow", workflow_id, "--database-url", database_url]
    both = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=tmp_path) for _ in range(2)]
    printed = [process.communicate()[0] for process in both]
    assert [process.returncode for process in both] == [0, 0]
    counted = [re.search(r"routed ([\d,]+), already there ([\d,]+), rejected 0", output) for output in printed]
    routed = [int(found[1].replace(",", "")) for found in counted if found is not None]
    assert sum(routed) == 10_000
    assert query(app, alice.runner, select(func.count()).select_from(leads))[0][0] == 10_000


@pytest.fixture
def interruptible() -> Iterator[None]:
    """A background job of a shell ignores SIGINT, and so would what it starts."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("interruptible")
@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGINT])
def test_an_import_that_was_interrupted_goes_on_where_it_was(
    app: App, alice: Client, database_url: str, tmp_path: Path, number: int
) -> None:
    workflow_id = make_workflow(app, alice, "Sales")
    file = write_csv(tmp_path / "leads.csv", ["first_name", "n"], *(["Ana", n] for n in range(ROWS)))
    command = [POINTSMAN, "import", file, "--workflow", workflow_id, "--database-url", database_url]

    def count(table: Any) -> int:
        return int(query(app, alice.runner, select(func.count()).select_from(table))[0][0])

    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=tmp_path) as process:
        while not count(idempotency_keys):
            assert process.poll() is None
        process.send_signal(number)
    stored_before = count(leads)
    assert 0 < stored_before < ROWS
    assert stored_before % 1000 == 0

    output = subprocess.run(command, capture_output=True, text=True, check=True, cwd=tmp_path).stdout
    assert f"routed {ROWS - stored_before:,}, already there {stored_before:,}, rejected 0" in output
    assert (count(leads), count(runs)) == (ROWS, ROWS)
    numbers = {row.metadata["n"] for row in query(app, alice.runner, select(leads.c.metadata))}
    assert len(numbers) == ROWS

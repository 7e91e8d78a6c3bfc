"""The story of routing to people on a real `pointsman serve`: the seed's examples, and a lead that nobody answers."""

import asyncio
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import Connection, select, update
from standardwebhooks import Webhook

from pointsman.storage.db import open_database
from pointsman.storage.tables import assignments, timers
from tests.journey.processes import Server, pointsman
from tests.journey.test_serve_engine import wait_until

LEAD = """{
    "lead_id": "LD-8902",
    "ruleset_id": "enterprise-sales",
    "attributes": {
      "company_size": 500,
      "region": "EMEA",
      "source": "Webinar"
    }
  }"""
RULESET = """{
  "name": "EMEA Inbound",
  "slug": "emea-inbound",
  "rules": [
    {
      "condition": "attributes.country == 'UK'",
      "target_id": "rep_london_office"
    }
  ]
}"""
ACTIVITY = """{
  "type": "CALL",
  "notes": "Discussed expansion to 50 seats.",
  "outcome": "POSITIVE"
}"""
"""As the vendor's page prints them."""


@pytest.fixture
def database_url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'pointsman.db'}"


@pytest.fixture
def api(database_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[httpx.Client]:
    """Somebody with a key as the vendor spells it, at a server whose engine may call this machine."""
    monkeypatch.setenv("POINTSMAN_ALLOW_PRIVATE_URLS", "true")
    monkeypatch.setenv("POINTSMAN_ENGINE_POLL_MS", "50")
    options = ("--database-url", database_url)
    key = pointsman("key", "create", "--org", "Acme", "--style", "routeswit", *options).strip()
    assert key.startswith("sk_live_")
    with (
        Server(*options) as server,
        httpx.Client(base_url=server.address, headers={"Authorization": f"Bearer {key}"}, timeout=30) as client,
    ):
        yield client


def made(answer: httpx.Response, status: int = 201) -> dict[str, Any]:
    assert answer.status_code == status, answer.text
    body: dict[str, Any] = answer.json()
    return body.get("data", body)


def as_printed(api: httpx.Client, path: str, content: str) -> httpx.Response:
    return api.post(f"/api/v1{path}", content=content, headers={"Content-Type": "application/json"})


def add_reps(api: httpx.Client, *names: str) -> None:
    for name in names:
        made(api.post("/api/v1/reps", json={"rep_id": name, "name": name.title(), "email": f"{name}@company.com"}))


def test_the_examples_of_the_seed_run_as_printed(api: httpx.Client) -> None:
    alex = made(api.post("/api/v1/reps", json={"name": "Alex Rivera", "email": "alex@company.com"}))
    add_reps(api, "rep_london_office")
    listed = api.get("/api/v1/reps").json()
    assert listed[-1].items() >= {
        "id": alex["repId"], "name": "Alex Rivera", "email": "alex@company.com", "status": "AVAILABLE",
    }.items()  # fmt: skip

    saved = made(as_printed(api, "/rules", RULESET))
    assert (saved["rulesetId"], saved["rulesCount"]) == ("emea-inbound", 1)
    rule = {"condition": "attributes.region == 'EMEA' && attributes.company_size >= 500", "target_id": alex["repId"]}
    made(api.post("/api/v1/rules", json={"name": "Enterprise", "slug": "enterprise-sales", "rules": [rule]}))

    routed = made(as_printed(api, "/leads", LEAD), 200)
    assert (routed["lead_id"], routed["fallback_used"]) == ("LD-8902", False)
    assert routed["assigned_to"] == {
        "rep_id": alex["repId"], "name": "Alex Rivera", "email": "alex@company.com", "current_load": 0,
    }  # fmt: skip
    british = {"lead_id": "LD-8903", "ruleset_id": "emea-inbound", "attributes": {"country": "UK"}}
    assert made(api.post("/api/v1/leads", json=british), 200)["assigned_to"]["rep_id"] == "rep_london_office"

    contact = {"contact_id": "C-1", "email": "grace@example.com"}
    assert made(api.post("/api/v1/contacts", json=contact))["email"] == "grace@example.com"
    assert made(api.post("/api/v1/contacts", json=contact | {"name": "Grace"}), 200)["name"] == "Grace"
    for contact_id in ("C-1", "LD-8902"):
        assert made(as_printed(api, f"/contacts/{contact_id}/activities", ACTIVITY))["deduplicated"] is False
    told = made(api.get("/api/v1/contacts/LD-8902/activities"), 200)
    assert [(one["activityType"], one["notes"], one["outcome"]) for one in told["activities"]] == [
        ("call_completed", "Discussed expansion to 50 seats.", "POSITIVE")
    ]
    assert told["assigned_rep"]["rep_id"] == alex["repId"]

    sla = made(api.post("/api/v1/slas", json={"ruleset_id": "enterprise-sales", "target_minutes": 15}))
    assert (sla["rulesetId"], sla["first_response_target_minutes"]) == ("enterprise-sales", 15)
    summary = made(api.get("/api/v1/analytics/summary"), 200)
    assert (summary["total_leads_routed"], summary["fallback_rate"]) == (2, 0)
    assert summary["speed_to_lead"]["median_minutes"] is not None
    assert summary["conversions"]["conversion_rate"] == 0

    missing = api.get("/api/v1/rules/nothing")
    assert (missing.status_code, missing.json()["error"]["code"]) == (404, "NOT_FOUND")
    nobody = httpx.get(f"{api.base_url}/api/v1/reps")
    assert (nobody.status_code, nobody.json()["error"]["code"]) == (401, "UNAUTHORIZED")


def test_a_lead_of_a_form_that_nobody_answers_goes_to_somebody_else_and_the_receiver_hears_of_it(
    api: httpx.Client, database_url: str
) -> None:
    add_reps(api, "ana", "ben")
    pool = {"type": "round_robin", "pool": ["ana", "ben"], "method": "equal_distribution"}
    rule = {"name": "All", "condition": "attributes.country == 'UK'", "assignment": pool}
    made(api.post("/api/v1/rules", json={"slug": "inbound", "name": "Inbound", "rules": [rule]}))
    promise = {"ruleset_id": "inbound", "first_response_target_minutes": 1, "escalation": "reroute", "max_reroutes": 1}
    made(api.post("/api/v1/slas", json=promise))
    with receiver() as (address, received):
        wanted = ["lead.created", "lead.assigned", "sla.breached"]
        secret = made(api.post("/v1/user-webhooks", json={"url": address, "events": wanted}))["secret"]
        hook = made(api.post("/v1/lead-hooks", json={"name": "Website", "ruleset_id": "inbound"}))

        form = {"first_name": "Grace", "email": "grace@example.com", "country": "UK"}
        path = httpx.URL(hook["url"]).path
        [lead] = made(httpx.post(f"{api.base_url}{path}", data=form))["leads"]
        assert lead["assigned_to"] == {"rep_id": "ana", "name": "Ana"}

        wait_until(lambda: kinds(received) == {"lead.created": 1, "lead.assigned": 1})
        assert owner(api, lead["lead_id"]) == "ana"
        a_minute_passes(database_url)
        wait_until(lambda: len(received) == 4)

    assert owner(api, lead["lead_id"]) == "ben"
    events = [Webhook(secret).verify(body, headers) for headers, body in received]
    assert len({headers["webhook-id"] for headers, _ in received}) == 4
    assert {event["data"]["lead_id"] for event in events} == {lead["lead_id"]}
    assert kinds(received) == {"lead.created": 1, "lead.assigned": 2, "sla.breached": 1}
    given = [event["data"] for event in events if event["type"] == "lead.assigned"]
    assert sorted(data["rep_id"] for data in given) == ["ana", "ben"]
    [breach] = [event["data"] for event in events if event["type"] == "sla.breached"]
    assert (breach["rep_id"], breach["target_minutes"], breach["rerouted"]) == ("ana", 1, True)


def owner(api: httpx.Client, lead_id: str) -> str:
    rep: dict[str, Any] = made(api.get(f"/api/v1/contacts/{lead_id}"), 200)["assigned_rep"]
    return str(rep["rep_id"])


def a_minute_passes(database_url: str) -> None:
    """What was promised and given out was so a minute earlier; the server's clock is the real one."""
    minute = timedelta(minutes=1)

    def work(tx: Connection) -> None:
        for table, column in ((timers, timers.c.due_at), (assignments, assignments.c.assigned_at)):
            for row in tx.execute(select(table.c.id, column)).all():
                tx.execute(update(table).where(table.c.id == row[0]).values({column.name: row[1] - minute}))

    async def run() -> None:
        db = open_database(database_url)
        await db.write(work)
        await db.close()

    asyncio.run(run())


def kinds(received: list[tuple[dict[str, str], bytes]]) -> Counter[str]:
    return Counter(httpx.Response(200, content=body).json()["type"] for _, body in received)


@contextmanager
def receiver() -> Iterator[tuple[str, list[tuple[dict[str, str], bytes]]]]:
    """Serve on a port of this machine; yields its address, and the headers and bodies that come in."""
    received: list[tuple[dict[str, str], bytes]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            received.append(({name.lower(): value for name, value in self.headers.items()}, body))
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/events", received
        finally:
            server.shutdown()
            thread.join()

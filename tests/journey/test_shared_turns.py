"""Turns under load: real servers, many connections, exact shares."""

import asyncio
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack

import httpx
import pytest

from tests.journey.processes import Server, pointsman

REPS, LEADS, CONNECTIONS, REPLACEMENTS = ("ana", "ben", "cleo", "dan"), 400, 16, 100
RULESET = {
    "ruleset_id": "sales",
    "name": "Sales",
    "rules": [
        {
            "priority": 1,
            "name": "Everybody",
            "conditions": [],
            "assignment": {"type": "round_robin", "pool": list(REPS), "method": "equal_distribution"},
        }
    ],
    "fallback": {"type": "queue", "queue_id": "late"},
}


class Site:
    """Servers that share a database, and somebody who calls them."""

    def __init__(self, addresses: list[str], key: str) -> None:
        self.addresses = addresses
        self.headers = {"Authorization": f"Bearer {key}"}
        with httpx.Client(base_url=addresses[0], headers=self.headers, timeout=60) as client:
            for name in REPS:
                body = {"rep_id": name, "name": name.title(), "email": f"{name}@example.com"}
                assert client.post("/api/v1/reps", json=body).status_code == 201
            assert client.post("/api/v1/rules", json=RULESET).status_code == 201

    async def route_all(self, replacements: int = 0) -> Counter[str]:
        """Send the leads from many connections, spread over the servers; count who got how many."""
        owners: Counter[str] = Counter()
        numbers = iter(range(LEADS))

        async def worker(place: int) -> None:
            base = self.addresses[place % len(self.addresses)]
            async with httpx.AsyncClient(base_url=base, headers=self.headers, timeout=60) as client:
                for number in numbers:
                    body = {"lead_id": f"L{number}", "ruleset_id": "sales", "attributes": {"n": number}}
                    answer = await client.post("/api/v1/leads", json=body)
                    assert answer.status_code == 200, answer.text
                    owners[answer.json()["data"]["assigned_to"]["rep_id"]] += 1

        async def editor() -> None:
            async with httpx.AsyncClient(base_url=self.addresses[0], headers=self.headers, timeout=60) as client:
                for number in range(replacements):
                    answer = await client.post("/api/v1/rules", json=RULESET | {"name": f"Sales {number}"})
                    assert answer.status_code == 201, answer.text

        await asyncio.gather(editor(), *(worker(place) for place in range(CONNECTIONS)))
        return owners

    def leads(self) -> int:
        """Count the leads that are stored."""
        answer = httpx.get(
            f"{self.addresses[0]}/api/public/leads", params={"limit": 1}, headers=self.headers, timeout=60
        )
        return int(answer.json()["pagination"]["total"])


@pytest.fixture
def site(database_url: str) -> Iterator[Site]:
    """One server on SQLite, which is made for that; two on PostgreSQL."""
    key = pointsman("key", "create", "--org", "Acme", "--database-url", database_url).strip()
    with ExitStack() as stack:
        count = 1 if database_url.startswith("sqlite") else 2
        servers = [stack.enter_context(Server("--database-url", database_url)) for _ in range(count)]
        yield Site([server.address for server in servers], key)


def test_everybody_gets_the_same_number_however_many_ask_at_once(site: Site) -> None:
    assert asyncio.run(site.route_all()) == dict.fromkeys(REPS, LEADS // len(REPS))


def test_replacing_the_ruleset_all_the_while_resets_and_loses_nothing(site: Site) -> None:
    owners = asyncio.run(site.route_all(REPLACEMENTS))
    assert (owners, site.leads()) == (dict.fromkeys(REPS, LEADS // len(REPS)), LEADS)

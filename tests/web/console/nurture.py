"""The sample sequence, with leads whose calls end as a test says."""

import json
from typing import Any

from pointsman.bootstrap import App
from pointsman.core.ids import parse_id
from pointsman.engine.engine import Engine
from tests.conftest import Client
from tests.web.dialnexa.steps import PATH

CONSOLE = "/console/workflows"


class Nurture:
    """The sample sequence, with leads whose calls end as a test says."""

    def __init__(self, app: App, client: Client) -> None:
        self.client, self._engine = client, Engine(app)
        answer = client.post(f"{CONSOLE}/sample")
        assert answer.status_code == 201, answer.text
        self.id: str = answer.json()["id"]
        nodes = client.get(f"{PATH}/{self.id}/nodes").json()["data"]
        self.nodes = {node["label"]: node["id"] for node in nodes}
        self.labels = {id_: label for label, id_ in self.nodes.items()}

    def enrol(self, number: str, *outcomes: str, interest: str = "interested") -> str:
        """Enrol a lead whose calls end so, one after the other; returns its id."""
        variables = {"simulated_outcomes": list(outcomes), "simulated_analysis": json.dumps({"interest": interest})}
        lead = {"phone_number": number, "first_name": f"Ana {number[-2:]}", "variables": variables}
        answer = self.client.post(f"{PATH}/{self.id}/leads", lead)
        assert answer.status_code == 201, answer.text
        return str(parse_id(answer.json()["id"]))

    def act(self, verb: str) -> None:
        assert self.client.post(f"{PATH}/{self.id}/{verb}").status_code == 200

    def go(self) -> None:
        self.client.runner.run(self._engine.drain())

    def close(self) -> None:
        self.client.runner.run(self._engine.close())

    def get(self, path: str, **query: Any) -> Any:
        answer = self.client.get(f"{CONSOLE}/{self.id}/{path}", params=query)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def waiting(self, label: str, **query: Any) -> Any:
        return self.get(f"nodes/{self.nodes[label]}/waiting", **query)

    def traffic(self, live: Any) -> dict[str, tuple[int, int]]:
        """By node: how many wait, and how many entered in 24 hours; nodes without either are left out."""
        found = {self.labels[node["node_id"]]: (node["waiting"], node["passed_24h"]) for node in live["nodes"]}
        return {label: counts for label, counts in found.items() if any(counts)}

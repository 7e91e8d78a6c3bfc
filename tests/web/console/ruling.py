"""Processors and rulesets as the console edits them, in short."""

from dataclasses import dataclass
from typing import Any

from pointsman.bootstrap import App
from tests.conftest import Client
from tests.factories import make_workflow

UK = {"field": "metadata.country", "operator": "eq", "value": "UK"}
ANYBODY: dict[str, Any] = {"all": []}


@dataclass
class Editor:
    """Somebody who edits a processor with two workflows to send leads to."""

    app: App
    client: Client
    sales: str
    rest: str
    id: str

    @property
    def path(self) -> str:
        return f"/console/processors/{self.id}/rules"

    def open(self) -> dict[str, Any]:
        answer = self.client.get(self.path)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def rule(self, name: str, condition: dict[str, Any], **more: Any) -> dict[str, Any]:
        return {"name": name, "condition": condition, "workflow_id": self.sales, **more}

    def body(self, rules: list[dict[str, Any]], **more: Any) -> dict[str, Any]:
        opened = self.open()
        known = {name: opened[name] for name in ("name", "default_workflow_id", "is_active")}
        return {**known, "expected": opened["digest"], "rules": rules, **more}

    def save(self, *rules: dict[str, Any], **more: Any) -> dict[str, Any]:
        answer = self.client.put(self.path, self.body([*rules], **more))
        assert answer.status_code == 200, answer.text
        return answer.json()

    def ask(self, what: str, *rules: dict[str, Any], **more: Any) -> dict[str, Any]:
        body = {"kind": "processor", "default_workflow_id": self.rest, "rules": [*rules], **more}
        answer = self.client.post(f"/console/rules/{what}", body)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def remarks(self, *rules: dict[str, Any]) -> list[tuple[int | None, str]]:
        return [(item["rule"], item["message"]) for item in self.ask("check", *rules)["data"]]

    def route(self, **lead: Any) -> dict[str, Any]:
        answer = self.client.post(f"/api/public/processors/{self.id}/leads", {"first_name": "Ana", **lead})
        assert answer.status_code < 300, answer.text
        return answer.json()


def make_editor(app: App, client: Client) -> Editor:
    sales, rest = make_workflow(app, client, "Sales"), make_workflow(app, client, "Rest")
    made = client.post("/api/public/processors", {"name": "Inbound", "default_workflow_id": rest})
    return Editor(app, client, sales, rest, made.json()["processor"]["id"])


@dataclass
class People:
    """Somebody who edits a ruleset, with the reps Ana and Ben."""

    client: Client
    id: str

    @property
    def path(self) -> str:
        return f"/console/rulesets/{self.id}"

    def open(self) -> dict[str, Any]:
        answer = self.client.get(self.path)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def rule(self, name: str, condition: dict[str, Any], assignment: Any = None, **more: Any) -> dict[str, Any]:
        return {"name": name, "condition": condition, "assignment": assignment or to_rep("ana"), **more}

    def body(self, rules: list[dict[str, Any]], **more: Any) -> dict[str, Any]:
        opened = self.open()
        known = {name: opened[name] for name in ("name", "queue_id", "on_unavailable")}
        return {**known, "expected": opened["digest"], "rules": rules, **more}

    def save(self, *rules: dict[str, Any], **more: Any) -> dict[str, Any]:
        answer = self.client.put(self.path, self.body([*rules], **more))
        assert answer.status_code == 200, answer.text
        return answer.json()

    def ask(self, what: str, *rules: dict[str, Any], **more: Any) -> dict[str, Any]:
        answer = self.client.post(f"/console/rules/{what}", {"kind": "ruleset", "id": self.id, "rules": rules, **more})
        assert answer.status_code == 200, answer.text
        return answer.json()

    def remarks(self, *rules: dict[str, Any]) -> list[tuple[int | None, str]]:
        return [(item["rule"], item["message"]) for item in self.ask("check", *rules)["data"]]

    def route(self, lead_id: str, **attributes: Any) -> dict[str, Any]:
        body = {"lead_id": lead_id, "ruleset_id": self.id, "attributes": attributes}
        answer = self.client.post("/api/v1/leads", body, headers={"x-forwarded-proto": "https"})
        assert answer.status_code < 300, answer.text
        return answer.json()


def to_rep(rep: str) -> dict[str, Any]:
    return {"type": "specific_rep", "rep_id": rep}


def make_people(client: Client) -> People:
    for rep in ("ana", "ben"):
        body = {"rep_id": rep, "name": rep.title(), "email": f"{rep}@acme.test"}
        assert client.post("/api/v1/reps", body).status_code == 201
    return People(client, client.post("/console/rulesets", {"name": "Sales team"}).json()["id"])

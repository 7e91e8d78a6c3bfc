"""Processors and rulesets as the console edits them, in short."""

from dataclasses import dataclass
from typing import Any

from pointsman.bootstrap import App
from tests.conftest import Client
from tests.factories import make_workflow

UK = {"field": "metadata.country", "operator": "eq", "value": "UK"}
ANYBODY: dict[str, Any] = {"all": []}


@dataclass(kw_only=True)
class Edited:
    """What somebody edits, at `path`: `kept` goes back as it was read, `draft` into what is asked about rules."""

    client: Client
    id: str
    path: str
    kept: tuple[str, ...]
    draft: dict[str, Any]

    def open(self) -> dict[str, Any]:
        answer = self.client.get(self.path)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def body(self, rules: list[dict[str, Any]], **more: Any) -> dict[str, Any]:
        opened = self.open()
        known = {name: opened[name] for name in self.kept}
        return {**known, "expected": opened["digest"], "rules": rules, **more}

    def save(self, *rules: dict[str, Any], **more: Any) -> dict[str, Any]:
        answer = self.client.put(self.path, self.body([*rules], **more))
        assert answer.status_code == 200, answer.text
        return answer.json()

    def ask(self, what: str, *rules: dict[str, Any], **more: Any) -> dict[str, Any]:
        answer = self.client.post(f"/console/rules/{what}", {**self.draft, "rules": [*rules], **more})
        assert answer.status_code == 200, answer.text
        return answer.json()

    def remarks(self, *rules: dict[str, Any]) -> list[tuple[int | None, str]]:
        return [(item["rule"], item["message"]) for item in self.ask("check", *rules)["data"]]


@dataclass(kw_only=True)
class Editor(Edited):
    """Somebody who edits a processor with two workflows to send leads to."""

    app: App
    sales: str
    rest: str

    def rule(self, name: str, condition: dict[str, Any], **more: Any) -> dict[str, Any]:
        return {"name": name, "condition": condition, "workflow_id": self.sales, **more}

    def route(self, **lead: Any) -> dict[str, Any]:
        answer = self.client.post(f"/api/public/processors/{self.id}/leads", {"first_name": "Ana", **lead})
        assert answer.status_code < 300, answer.text
        return answer.json()


def make_editor(app: App, client: Client) -> Editor:
    sales, rest = make_workflow(app, client, "Sales"), make_workflow(app, client, "Rest")
    made = client.post("/api/public/processors", {"name": "Inbound", "default_workflow_id": rest})
    id_ = made.json()["processor"]["id"]
    return Editor(
        app=app,
        client=client,
        sales=sales,
        rest=rest,
        id=id_,
        path=f"/console/processors/{id_}/rules",
        kept=("name", "default_workflow_id", "is_active"),
        draft={"kind": "processor", "default_workflow_id": rest},
    )


class People(Edited):
    """Somebody who edits a ruleset, with the reps Ana and Ben."""

    def rule(self, name: str, condition: dict[str, Any], assignment: Any = None, **more: Any) -> dict[str, Any]:
        return {"name": name, "condition": condition, "assignment": assignment or to_rep("ana"), **more}

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
    id_ = client.post("/console/rulesets", {"name": "Sales team"}).json()["id"]
    return People(
        client=client,
        id=id_,
        path=f"/console/rulesets/{id_}",
        kept=("name", "queue_id", "on_unavailable"),
        draft={"kind": "ruleset", "id": id_},
    )

"""Short ways to leads, reps and rulesets for the tests of the console's pages of leads."""

from typing import Any

from tests.conftest import Client

LEADS = "/console/leads"
BULK = f"{LEADS}/bulk"
MISSING = {"error": "Not found", "message": "Lead not found or does not belong to your account"}


def new_lead(client: Client, first_name: str = "Ana", **fields: Any) -> str:
    """A lead of the client's organization; returns its id."""
    answer = client.post("/api/public/leads", {"first_name": first_name, **fields})
    assert answer.status_code == 201, answer.text
    return str(answer.json()["lead"]["id"])


def new_rep(client: Client, ref: str, **fields: Any) -> str:
    """A rep; returns what callers call them."""
    body = {"rep_id": ref, "name": ref.title(), "email": f"{ref}@acme.test", **fields}
    answer = client.post("/api/v1/reps", body)
    assert answer.status_code == 201, answer.text
    return ref


def new_ruleset(client: Client, ref: str, *rules: tuple[str, list[dict[str, Any]], dict[str, Any]]) -> str:
    """A ruleset of `(name, conditions, assignment)` rules, with the queue `unassigned`; returns its slug."""
    body = {
        "ruleset_id": ref,
        "name": ref.title(),
        "on_unavailable": "fallback",
        "fallback": {"type": "queue", "queue_id": "unassigned"},
        "rules": [
            {"priority": place, "name": name, "conditions": conditions, "assignment": assignment}
            for place, (name, conditions, assignment) in enumerate(rules, 1)
        ],
    }
    answer = client.post("/api/v1/rules", body)
    assert answer.status_code in (200, 201), answer.text
    return ref


def to(rep: str) -> dict[str, Any]:
    """The assignment of a rule to one rep."""
    return {"type": "specific_rep", "rep_id": rep}


def listed(client: Client, **query: Any) -> list[str]:
    """The first names of the leads that a list shows, in its order."""
    answer = client.get(LEADS, params=query)
    assert answer.status_code == 200, answer.text
    return [lead["first_name"] for lead in answer.json()["data"]]


def act(client: Client, action: str, *lead_ids: str, target: str | None = None) -> dict[str, Any]:
    """Do something to leads; returns the answer."""
    answer = client.post(BULK, {"action": action, "target": target, "lead_ids": list(lead_ids)})
    assert answer.status_code == 200, answer.text
    return dict(answer.json())

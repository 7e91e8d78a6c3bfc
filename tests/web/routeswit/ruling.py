"""Rulesets, saved and shown through the surface."""

from typing import Any

from tests.conftest import Client

PATH = "/api/v1/rules"
QUEUE = {"type": "queue", "queue_id": "default"}
TO_ANA = {"type": "specific_rep", "rep_id": "ana"}


def add_reps(client: Client, *refs: str) -> dict[str, str]:
    """Make reps; returns their ids by name."""
    answers = [
        client.post("/api/v1/reps", {"rep_id": ref, "name": ref.title(), "email": f"{ref}@acme.com"}) for ref in refs
    ]
    return {ref: answer.json()["data"]["id"] for ref, answer in zip(refs, answers, strict=True)}


def ruleset(*rules: dict[str, Any], **given: Any) -> dict[str, Any]:
    """The ruleset `inbound`, as it is sent."""
    return {"ruleset_id": "inbound", "name": "Inbound", "rules": list(rules), **given}


def rule(**given: Any) -> dict[str, Any]:
    """A rule that gives every lead to Ana, but for what is given."""
    return {"priority": 1, "name": "R", "conditions": [], "assignment": TO_ANA} | given


def save(client: Client, *rules: dict[str, Any], **given: Any) -> dict[str, Any]:
    """Save a ruleset; returns what is answered."""
    answer = client.post(PATH, ruleset(*rules, **given))
    assert answer.status_code == 201, answer.text
    data: dict[str, Any] = answer.json()["data"]
    return data


def show(client: Client, ruleset_id: str = "inbound") -> dict[str, Any]:
    """What is shown of a ruleset."""
    answer = client.get(f"{PATH}/{ruleset_id}")
    assert answer.status_code == 200, answer.text
    data: dict[str, Any] = answer.json()["data"]
    return data

"""Reps, made and changed through the surface, and how it refuses."""

import json
from typing import Any

from tests.conftest import Client

REPS = "/api/v1/reps"
OFFICE = [{"days": ["mon", "tue", "wed", "thu", "fri"], "start": "09:00", "end": "17:00"}]
TOMORROW = "2026-04-01T12:00:00.000Z"


def wrong(code: str, message: str, reason: str | None = None) -> dict[str, dict[str, str]]:
    """Spell an error as it comes over the wire."""
    return {"error": {"code": code, "message": message, "reason": reason or code}}


def missing(message: str) -> dict[str, dict[str, str]]:
    """Spell the error about a rep that is not there."""
    return wrong("NOT_FOUND", message, "REP_NOT_FOUND")


def made(client: Client, ref: str, **fields: Any) -> Any:
    """Make a rep; returns its record."""
    answer = client.post(REPS, {"rep_id": ref, "name": ref.title(), "email": f"{ref}@acme.test", **fields})
    assert answer.status_code == 201, answer.text
    return answer.json()["data"]


def changed(client: Client, ref: str, **fields: Any) -> Any:
    """Change a rep; returns its record."""
    answer = client.patch(f"{REPS}/{ref}", fields)
    assert answer.status_code == 200, answer.text
    return answer.json()["data"]


def shown(client: Client, ref: str) -> Any:
    """The record of a rep."""
    answer = client.get(f"{REPS}/{ref}")
    assert answer.status_code == 200, answer.text
    return answer.json()["data"]


def issues(answer: Any) -> Any:
    """Path and message of everything that is wrong with a body."""
    assert (answer.status_code, answer.json()["error"]["code"]) == (422, "VALIDATION_ERROR"), answer.text
    return [(issue["path"], issue["message"]) for issue in json.loads(answer.json()["error"]["message"])]

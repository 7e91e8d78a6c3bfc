"""Calls as the engine stores them, for the tests that read them."""

from typing import Any

from pointsman.bootstrap import App
from pointsman.services.minting import new_id
from pointsman.storage import calls
from tests.conftest import Client


def store_call(app: App, client: Client, **values: Any) -> str:
    """Store a call of the client's organization, made now; returns its id."""
    now = app.clock()
    id_ = new_id(now)
    row = {
        "id": id_,
        "org_id": client.org_id,
        "run_id": new_id(now),
        "step_id": new_id(now),
        "lead_id": new_id(now),
        "workflow_id": new_id(now),
        "agent_id": "agt_abc123",
        "from_phone_number": "+14155550100",
        "to_phone_number": "+14155550199",
        "attempt": 1,
        "status": "created",
        "hook_token": id_,
        "created_at": now,
        **values,
    }
    client.runner.run(app.db.write(lambda tx: calls.insert_call(tx, **row)))
    return id_

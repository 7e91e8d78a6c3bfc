"""What the tests of this surface do again and again, through the surface itself."""

from typing import Any

from tests.conftest import Client

PATH = "/v1/workflows"
MISSING = {"statusCode": 404, "message": "Workflow not found", "error": "Not Found"}
VOICE = {"agent_id": "agt_abc123", "from_phone_number": "+912234567890"}


def new_workflow(client: Client, title: str = "Nurture") -> str:
    """Make a workflow; returns its id."""
    id_: str = client.post(PATH, {"title": title}).json()["id"]
    return id_


def new_node(client: Client, workflow_id: str, node_type: str, **fields: Any) -> str:
    """Add a node; returns its id."""
    answer = client.post(f"{PATH}/{workflow_id}/nodes", {"node_type": node_type, **fields})
    assert answer.status_code == 201, answer.text
    id_: str = answer.json()["id"]
    return id_


def join(client: Client, workflow_id: str, from_node_id: str, to_node_id: str, label: str | None = None) -> Any:
    """Ask for an edge; returns the answer."""
    body = {"from_node_id": from_node_id, "to_node_id": to_node_id, "label": label}
    return client.post(f"{PATH}/{workflow_id}/edges", body)


def fit_workflow(client: Client) -> str:
    """Make a draft whose graph can be activated: one call, then CONVERTED; returns its id."""
    workflow_id = new_workflow(client)
    call = new_node(client, workflow_id, "VOICE_CALL", label="First call", config=VOICE)
    assert join(client, workflow_id, call, new_node(client, workflow_id, "CONVERTED")).status_code == 201
    return workflow_id


def active_workflow(client: Client) -> str:
    """Make an active workflow; returns its id."""
    workflow_id = fit_workflow(client)
    assert client.post(f"{PATH}/{workflow_id}/activate").status_code == 200
    return workflow_id

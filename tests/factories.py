"""Short ways to what most tests need, made through the product's own services."""

from typing import Any

from pointsman.bootstrap import App
from pointsman.core.workflow import NodeType, WorkflowStatus
from pointsman.services.minting import new_id
from pointsman.services.workflows import create_workflow
from pointsman.storage import access, workflows
from tests.conftest import Client


def make_workflow(
    app: App, client: Client, name: str, *, calls: int = 0, status: str = "active", **options: Any
) -> str:
    """A workflow of the client's organization, with `calls` call steps; returns its id."""
    now = app.clock()

    def work(tx: Any) -> str:
        workflow_id = create_workflow(tx, client.org_id, now, name=name, status=WorkflowStatus(status), **options)
        for _ in range(calls):
            workflows.insert_node(
                tx, id=new_id(now), org_id=client.org_id, workflow_id=workflow_id, node_type=NodeType.VOICE_CALL,
                label="Call", position_x=0.0, position_y=0.0, config={}, created_at=now, updated_at=now,
            )  # fmt: skip
        access.bump_config_version(tx, client.org_id)
        return workflow_id

    return client.runner.run(app.db.write(work))


def set_workflow_status(app: App, client: Client, workflow_id: str, **values: Any) -> None:
    """Change a workflow behind the surfaces' back, such as `status="cancelled"` or `deleted_at=…`."""

    def work(tx: Any) -> None:
        workflows.update_workflow(tx, workflow_id, **values)
        access.bump_config_version(tx, client.org_id)

    client.runner.run(app.db.write(work))

"""Nodes of a workflow (contract section 3)."""

from datetime import datetime

from litestar import delete, get, patch, post
from litestar.params import FromPath
from litestar.response.base import ASGIResponse
from msgspec import UNSET, structs
from sqlalchemy import Connection

from pointsman.core.access import Scope
from pointsman.services import graphs
from pointsman.services.graphs import NODE_NOT_FOUND
from pointsman.services.workflows import UNKNOWN_WORKFLOW
from pointsman.web.auth import needs
from pointsman.web.call import AnyRequest, change, create, path_id, show
from pointsman.web.dialnexa import shapes
from pointsman.web.dialnexa.body import fields_of


@post(
    "/workflows/{workflow_id:str}/nodes",
    guards=[needs(Scope.WORKFLOWS_WRITE)],
    opt={"body": shapes.NodeCreate, "answer": shapes.Node},
)
async def create_node(request: AnyRequest, workflow_id: FromPath[str]) -> ASGIResponse:
    """Add a node to a workflow."""
    id_ = path_id(workflow_id, UNKNOWN_WORKFLOW)
    body = await fields_of(request, shapes.NodeCreate)
    return await create(
        request,
        lambda tx, org_id, now: shapes.node(
            graphs.add_node(
                tx,
                org_id,
                id_,
                now,
                node_type=body.node_type,
                label=body.label,
                position_x=body.position_x or 0.0,
                position_y=body.position_y or 0.0,
                config=body.config or {},
            )
        ),
    )


@get("/workflows/{workflow_id:str}/nodes", guards=[needs(Scope.WORKFLOWS_READ)], opt={"answer": shapes.NodeList})
async def list_nodes(request: AnyRequest, workflow_id: FromPath[str]) -> ASGIResponse:
    """List the nodes of a workflow."""
    id_ = path_id(workflow_id, UNKNOWN_WORKFLOW)
    return await show(request, lambda tx, org_id: shapes.node_list(graphs.list_nodes(tx, org_id, id_)))


@patch(
    "/workflows/{workflow_id:str}/nodes/{node_id:str}",
    guards=[needs(Scope.WORKFLOWS_WRITE)],
    opt={"body": shapes.NodeUpdate, "answer": shapes.Node},
)
async def update_node(request: AnyRequest, workflow_id: FromPath[str], node_id: FromPath[str]) -> ASGIResponse:
    """Change a node. In a live workflow it holds from the next step on; steps that have begun keep what they had."""
    of, id_ = path_id(workflow_id, UNKNOWN_WORKFLOW), path_id(node_id, NODE_NOT_FOUND)
    body = await fields_of(request, shapes.NodeUpdate)
    changes = {name: value for name, value in structs.asdict(body).items() if value is not UNSET}
    return await change(
        request, lambda tx, org_id, now: shapes.node(graphs.change_node(tx, org_id, of, id_, changes, now))
    )


@delete(
    "/workflows/{workflow_id:str}/nodes/{node_id:str}",
    status_code=200,
    guards=[needs(Scope.WORKFLOWS_WRITE)],
    opt={"answer": shapes.Message},
)
async def delete_node(request: AnyRequest, workflow_id: FromPath[str], node_id: FromPath[str]) -> ASGIResponse:
    """Delete a node with the edges into and out of it; leads that stand there are not moved."""
    of, id_ = path_id(workflow_id, UNKNOWN_WORKFLOW), path_id(node_id, NODE_NOT_FOUND)

    def work(tx: Connection, org_id: str, _now: datetime) -> shapes.Message:
        graphs.delete_node(tx, org_id, of, id_)
        return shapes.Message("Node deleted.")

    return await change(request, work)


handlers = [create_node, list_nodes, update_node, delete_node]

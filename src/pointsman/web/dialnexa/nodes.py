"""Nodes of a workflow (contract section 3)."""

from litestar import get, post
from litestar.params import FromPath
from litestar.response.base import ASGIResponse

from pointsman.core.access import Scope
from pointsman.services import graphs
from pointsman.services.workflows import UNKNOWN_WORKFLOW
from pointsman.web.auth import needs
from pointsman.web.call import AnyRequest, create, path_id, show
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


handlers = [create_node, list_nodes]

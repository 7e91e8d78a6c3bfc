"""Edges between the nodes of a workflow (contract section 4)."""

from datetime import datetime

from litestar import delete, get, post
from litestar.params import FromPath
from litestar.response.base import ASGIResponse
from sqlalchemy import Connection

from pointsman.core.access import Scope
from pointsman.core.ids import parse_id
from pointsman.services import graphs
from pointsman.services.graphs import EDGE_NOT_FOUND
from pointsman.services.workflows import UNKNOWN_WORKFLOW
from pointsman.web.auth import needs
from pointsman.web.call import AnyRequest, change, create, path_id, show
from pointsman.web.dialnexa import shapes
from pointsman.web.dialnexa.body import fields_of


@post(
    "/workflows/{workflow_id:str}/edges",
    guards=[needs(Scope.WORKFLOWS_WRITE)],
    opt={"body": shapes.EdgeCreate, "answer": shapes.Edge},
)
async def create_edge(request: AnyRequest, workflow_id: FromPath[str]) -> ASGIResponse:
    """Join two nodes of a workflow; the same edge with the same label exists once."""
    id_ = path_id(workflow_id, UNKNOWN_WORKFLOW)
    body = await fields_of(request, shapes.EdgeCreate)
    return await create(
        request,
        lambda tx, org_id, now: shapes.edge(
            graphs.add_edge(
                tx,
                org_id,
                id_,
                now,
                from_node_id=parse_id(body.from_node_id),
                to_node_id=parse_id(body.to_node_id),
                label=body.label,
            )
        ),
    )


@get("/workflows/{workflow_id:str}/edges", guards=[needs(Scope.WORKFLOWS_READ)], opt={"answer": shapes.EdgeList})
async def list_edges(request: AnyRequest, workflow_id: FromPath[str]) -> ASGIResponse:
    """List the edges of a workflow."""
    id_ = path_id(workflow_id, UNKNOWN_WORKFLOW)
    return await show(request, lambda tx, org_id: shapes.edge_list(graphs.list_edges(tx, org_id, id_)))


@delete(
    "/workflows/{workflow_id:str}/edges/{edge_id:str}",
    status_code=200,
    guards=[needs(Scope.WORKFLOWS_WRITE)],
    opt={"answer": shapes.Message},
)
async def delete_edge(request: AnyRequest, workflow_id: FromPath[str], edge_id: FromPath[str]) -> ASGIResponse:
    """Delete an edge; leads that went along it are not moved."""
    of, id_ = path_id(workflow_id, UNKNOWN_WORKFLOW), path_id(edge_id, EDGE_NOT_FOUND)

    def work(tx: Connection, org_id: str, _now: datetime) -> shapes.Message:
        graphs.delete_edge(tx, org_id, of, id_)
        return shapes.Message("Edge deleted.")

    return await change(request, work)


handlers = [create_edge, list_edges, delete_edge]

"""The dialnexa surface: workflows as graphs of nodes and edges. Contract: `contracts/dialnexa.md` (Gen A)."""

from litestar import Router

from pointsman.web.dialnexa import edges, errors, nodes, workflows

router = Router(path="/v1", route_handlers=[*workflows.handlers, *nodes.handlers, *edges.handlers])

__all__ = ["errors", "router"]

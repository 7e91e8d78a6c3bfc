"""The nexor surface: leads, and processors that route them to a workflow. Contract: `contracts/nexor.md`."""

from litestar import Router

from pointsman.web.nexor import errors, intake

router = Router(
    path="/api/public",
    route_handlers=[
        intake.create_leads,
        intake.route_leads,
    ],
)

__all__ = ["errors", "router"]

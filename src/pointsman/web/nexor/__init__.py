"""The nexor surface: leads, and processors that route them to a workflow. Contract: `contracts/nexor.md`."""

from litestar import Router

from pointsman.web.nexor import (
    campaigns,
    conversions,
    decisions,
    errors,
    intake,
    lead_runs,
    lead_tags,
    leads,
    processors,
    rules,
    tags,
    timeline,
    workflows,
)

router = Router(
    path="/api/public",
    route_handlers=[
        *intake.handlers,
        *leads.handlers,
        *lead_runs.handlers,
        *timeline.handlers,
        *tags.handlers,
        *lead_tags.handlers,
        *campaigns.handlers,
        *workflows.handlers,
        *processors.handlers,
        *rules.handlers,
        *decisions.handlers,
        *conversions.handlers,
    ],
)

__all__ = ["errors", "router"]

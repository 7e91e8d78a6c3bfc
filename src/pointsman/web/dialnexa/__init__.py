"""The dialnexa surface: workflows as graphs of nodes and edges. Contract: `contracts/dialnexa.md` (Gen A)."""

from litestar import Router

from pointsman.web.dialnexa import (
    agents,
    api_keys,
    call_logs,
    calls,
    do_not_call,
    edges,
    errors,
    lead_hooks,
    leads,
    lifecycle,
    nodes,
    phone_numbers,
    simulate,
    user_webhooks,
    workflows,
)

router = Router(
    path="/v1",
    route_handlers=[
        *workflows.handlers,
        *lifecycle.handlers,
        *simulate.handlers,
        *nodes.handlers,
        *edges.handlers,
        *leads.handlers,
        *agents.handlers,
        *phone_numbers.handlers,
        *do_not_call.handlers,
        *lead_hooks.handlers,
        *api_keys.handlers,
        *calls.handlers,
        *call_logs.handlers,
        *user_webhooks.handlers,
    ],
)

__all__ = ["errors", "router"]

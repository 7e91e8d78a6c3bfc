"""The routeswit surface: rulesets that route a lead to a person. Contract: `contracts/routeswit.md` (SRC)."""

from collections.abc import Sequence

from litestar import Router
from litestar.handlers import HTTPRouteHandler

from pointsman.web.routeswit import activities, alerts, analytics, contacts, decisions, errors, keys, leads, reps, rules

handlers: Sequence[HTTPRouteHandler] = [
    *leads.handlers,
    *decisions.handlers,
    *reps.handlers,
    *keys.handlers,
    *rules.handlers,
    *alerts.handlers,
    *activities.handlers,
    *contacts.handlers,
    *analytics.handlers,
]

router = Router(path="/api/v1", route_handlers=handlers)

__all__ = ["errors", "router"]

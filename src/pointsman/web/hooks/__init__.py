"""Hooks: what the outside sends without a key, to addresses that nobody can guess."""

from litestar import Router

from pointsman.web.hooks import calls, leads

router = Router(path="/hooks", route_handlers=[*calls.handlers, *leads.handlers])

__all__ = ["router"]

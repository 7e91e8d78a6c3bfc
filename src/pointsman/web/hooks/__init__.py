"""Hooks: what the outside sends without a key, to addresses that nobody can guess."""

from litestar import Router

from pointsman.web.hooks import calls

router = Router(path="/hooks", route_handlers=calls.handlers)

__all__ = ["router"]

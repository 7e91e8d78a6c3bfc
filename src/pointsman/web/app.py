"""The HTTP application: every route, and what happens to a request, as visible lists."""

import asyncio
import secrets
from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Any

from litestar import Litestar, Request, Response, Router
from litestar.datastructures import State
from litestar.enums import ScopeType
from litestar.openapi.config import OpenAPIConfig
from litestar.types import ASGIApp, Message, Receive, Scope, Send

from pointsman import __version__
from pointsman.bootstrap import App
from pointsman.services.passwords import Passwords
from pointsman.settings import Settings
from pointsman.web import console, dialnexa, health, hooks, nexor, openapi, routeswit
from pointsman.web.auth import KeyCache
from pointsman.web.cors import with_cors
from pointsman.web.errors import Problem, problem_at
from pointsman.web.nexor.fast_lane import with_fast_lane
from pointsman.web.rate_limit import RateLimit, with_rate_limit_headers
from pointsman.web.routeswit.https import with_https_rule

Beside = Callable[[Litestar], AbstractAsyncContextManager[None]]

ENVELOPES = {
    "/v1": dialnexa.errors.envelope,
    "/api/v1": routeswit.errors.envelope,
    "/api/public": nexor.errors.envelope,
    "/console": console.errors.envelope,
}
"""Which surface answers for a problem, by the path it happened at; nexor's envelope serves everywhere else."""


NOT_FOUND = 404

HASHES_AT_ONCE = 2
"""How many passwords are compared at a time: each takes 64 MiB and a processor."""


def create_app(app: App, beside: Sequence[Beside] = (), *, dist: Path = console.pages.DIST) -> ASGIApp:
    """Make the ASGI application; what runs `beside` it starts before the first request and ends after the last.

    `dist` is where the pages of the console were built into.
    """
    return attach(make_routes(app.settings, beside), app, dist=dist)


def make_routes(settings: Settings, beside: Sequence[Beside] = ()) -> Litestar:
    """Make every route. That takes a while; of the settings, only the limits of sizes matter."""
    return Litestar(
        route_handlers=[
            nexor.router,
            dialnexa.router,
            routeswit.router,
            hooks.router,
            console.router,
            Router(
                console.router.path, route_handlers=console.uploads, request_max_body_size=settings.max_upload_bytes
            ),
            *console.pages.handlers,
            *health.handlers,
            openapi.show_document,
        ],
        exception_handlers={Exception: answer_problem},
        logging_config=None,  # ours is `log`; the framework's own would start a thread for every application
        request_max_body_size=settings.max_body_bytes,
        openapi_config=OpenAPIConfig(
            title="Pointsman",
            version=__version__,
            use_handler_docstrings=True,
            render_plugins=[openapi.DocumentPage()],
        ),
        lifespan=list(beside),
        on_shutdown=[_close],
    )


def attach(routes: Litestar, app: App, *, dist: Path = console.pages.DIST) -> ASGIApp:
    """Put an application behind the routes, and around them what happens to every request."""
    keys, rate_limit = KeyCache(), RateLimit(app.settings.rate_limit, app.clock)
    feeds = console.overview.make_feeds(app)
    routes.state = State(
        {
            "app": app,
            "key_cache": keys,
            "rate_limit": rate_limit,
            "simulating": asyncio.Lock(),
            "passwords": Passwords(),
            "hashing": asyncio.Semaphore(HASHES_AT_ONCE),
            "dist": dist,
            "feeds": feeds,
        }
    )
    inner = with_rate_limit_headers(with_fast_lane(routes, app, keys, rate_limit), rate_limit)
    inner = with_https_rule(inner, allow_http=app.settings.allow_http)
    return with_request_id(with_cors(inner, app.settings.cors_origins))


async def _close(routes: Litestar) -> None:
    await routes.state.feeds.close()
    await routes.state.app.db.close()


def answer_problem(request: Request[Any, Any, Any], exception: Exception) -> Response[Any]:
    """Turn whatever was raised into the envelope of the surface it was raised at."""
    path, problem = request.scope["path"], problem_at(request.scope, exception)
    if problem.status == NOT_FOUND and (page := console.pages.show_lost_page(request)):
        return page
    if path.startswith(routeswit.router.path):
        problem = routeswit.errors.restate(problem)
    handler = request.scope.get("route_handler")
    content = _envelope(path, problem, handler.opt if handler else {})
    headers = {} if problem.retry_after is None else {"Retry-After": str(problem.retry_after)}
    return Response(content, status_code=problem.status, headers=headers)


def _envelope(path: str, problem: Problem, options: dict[str, Any]) -> dict[str, Any]:
    for prefix, envelope in ENVELOPES.items():
        if path.startswith(prefix):
            return envelope(problem, options)
    return nexor.errors.envelope(problem, options)


def with_request_id(inner: ASGIApp) -> ASGIApp:
    """Give every request an id, and send it back with the answer."""

    async def outer(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != ScopeType.HTTP:
            await inner(scope, receive, send)
            return
        request_id = secrets.token_hex(8)
        scope["request_id"] = request_id  # type: ignore[typeddict-unknown-key]
        header = (b"x-request-id", request_id.encode())

        async def send_with_id(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], header]
            await send(message)

        await inner(scope, receive, send_with_id)

    return outer

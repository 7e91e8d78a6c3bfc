"""The OpenAPI document: Litestar knows the routes, msgspec the shapes; here they meet.

A handler names its shapes in `opt`: `"body"` for what it reads, `"answer"` for what it answers; a tuple means one of
several, and a `Check` is as good as a shape. `"file"` names the part of a form that can be sent in place of the body;
`"raw"` says what a body is that is no JSON.
`"parts"` lists shapes that stand only inside others, where `items_of` names them. `"also"` describes statuses that only
this handler answers; a 200 among them is of the same shape. `"download"` is the type of a file that comes in place of
an answer. `"repeatable"` marks what takes an `Idempotency-Key` and does not answer 201, as all else that takes one
does.
"""

from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

import msgspec
from litestar import Litestar, Request, get
from litestar.handlers import HTTPRouteHandler
from litestar.openapi.plugins import JsonRenderPlugin
from litestar.response.base import ASGIResponse

from pointsman.services.idempotency import Answer
from pointsman.web.call import ENCODER, send
from pointsman.web.cookie import SESSION_COOKIE
from pointsman.web.routeswit.checks import Check

Document = dict[str, Any]

_REFERENCE = "#/components/schemas/{name}"
_FAILURES = {
    "400": "The request is not valid",
    "401": "No API key, or not a valid one",
    "403": "The API key lacks the scope",
    "404": "Missing, or another account's",
    "409": "It contradicts what is stored",
    "413": "The body is too large",
    "429": "The API key has called too often in the last minute",
}
_FAILURES_OF = {
    "routeswit": {**_FAILURES, "400": "The body is not JSON", "422": "The request is not valid"},
    "console": {
        **_FAILURES,
        "401": "Not signed in, and no valid API key",
        "403": "The role lacks the scope, or `X-CSRF-Token` is missing",
        "429": "Too many requests in the last minute, or too many attempts to sign in",
    },
}
"""For surfaces that answer to a wrong request in another way than most."""

_RAW: Document = {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}
_DONE, _CREATED, _EMPTY = "200", "201", "204"
_SURFACES = {"/api/public": "nexor", "/v1": "dialnexa", "/api/v1": "routeswit", "/console": "console"}


class DocumentPage(JsonRenderPlugin):
    """Serves the completed document where Litestar would serve its own, `/schema/openapi.json`."""

    def render(self, request: Request[Any, Any, Any], openapi_schema: Document) -> bytes:  # noqa: ARG002 - this one is not complete
        """Answer with the completed document."""
        return encoded_document(request.app)


@get("/openapi.json", include_in_schema=False, opt={"open": True})
async def show_document(request: Request[Any, Any, Any]) -> ASGIResponse:
    """Answer with the OpenAPI document of every surface."""
    return send(Answer(200, encoded_document(request.app)))


@lru_cache(maxsize=4)
def encoded_document(app: Litestar) -> bytes:
    """Make the document, once: that keeps a processor busy for longer than any other answer."""
    return ENCODER.encode(_complete_all(app, app.openapi_schema.to_schema()))


def _complete_all(app: Litestar, document: Document) -> Document:
    """Complete what Litestar knows."""
    handlers = {handler.handler_id: handler for route in app.routes for handler in _handlers(route)}
    shapes = _shapes(handlers.values())
    schemas, components = msgspec.json.schema_components(list(shapes.values()), ref_template=_REFERENCE)
    by_shape = dict(zip(shapes, schemas, strict=True))
    for path, operation, handler in _operations(app, document):
        _complete(operation, handler, by_shape, path)
    document["components"] = {
        "schemas": {**components, "Error": _error_schema()},
        "securitySchemes": {
            "apiKey": {"type": "apiKey", "in": "header", "name": "X-API-Key"},
            "bearer": {"type": "http", "scheme": "bearer"},
            "session": {"type": "apiKey", "in": "cookie", "name": SESSION_COOKIE},
        },
    }
    return document


def _complete(operation: Document, handler: HTTPRouteHandler, by_shape: Mapping[str, Any], path: str) -> None:
    """Fill in what Litestar cannot know about one operation: its shapes, its errors, its headers."""
    if "body" in handler.opt:
        schema = _schema(handler.opt["body"], by_shape)
        operation["requestBody"] = {"required": True, "content": {"application/json": {"schema": schema}}}
    if "raw" in handler.opt:
        operation["requestBody"] = {"required": True, "description": handler.opt["raw"], "content": _RAW}
    if "file" in handler.opt:
        operation["requestBody"]["content"]["multipart/form-data"] = {"schema": _file_schema(handler.opt["file"])}
    success = next(status for status in operation["responses"] if status.startswith("2"))
    answer = _schema(handler.opt.get("answer", ()), by_shape)
    operation["responses"] = {
        success: {"description": "Done", **({} if success == _EMPTY else _content(handler, answer))},
        **{
            status: {"description": text, **_json({"$ref": _ref("Error")})}
            for status, text in _FAILURES_OF.get(_surface(path), _FAILURES).items()
        },
        **{
            status: {"description": text, **(_json(answer) if status == _DONE else {})}
            for status, text in handler.opt.get("also", {}).items()
        },
    }
    if not handler.opt.get("open"):
        operation["security"] = [{"apiKey": []}, {"bearer": []}, {"session": []}]
    if success == _CREATED or handler.opt.get("repeatable"):
        operation.setdefault("parameters", []).append(_idempotency_header())
    operation["tags"] = [_surface(path)]


def _operations(app: Litestar, document: Document) -> Iterator[tuple[str, Document, HTTPRouteHandler]]:
    for route in app.routes:
        path = getattr(route, "path_format", "")
        for handler in _handlers(route):
            for method in handler.http_methods:
                operation = document["paths"].get(path, {}).get(method.lower())
                if operation is not None and handler.include_in_schema is not False:
                    yield path, operation, handler


def _handlers(route: Any) -> list[HTTPRouteHandler]:
    return [handler for handler in getattr(route, "route_handlers", ()) if isinstance(handler, HTTPRouteHandler)]


def _shapes(handlers: Any) -> dict[str, Any]:
    """Collect every shape named by a handler, once."""
    named = [
        shape
        for handler in handlers
        for key in ("body", "answer", "parts")
        for shape in _each(handler.opt.get(key, ()))
        if not isinstance(shape, Check)
    ]
    return {str(shape): shape for shape in named}


def _content(handler: HTTPRouteHandler, answer: Document) -> Document:
    if "download" in handler.opt:
        # What a file or a stream of events holds is no business of a schema.
        return {"content": {handler.opt["download"]: {"schema": {}}}}
    return _json(answer)


def _json(schema: Document) -> Document:
    return {"content": {"application/json": {"schema": schema}}}


def _schema(shapes: Any, by_shape: Mapping[str, Any]) -> Document:
    schemas = [dict(shape.schema) if isinstance(shape, Check) else by_shape[str(shape)] for shape in _each(shapes)]
    return schemas[0] if len(schemas) == 1 else {"anyOf": schemas} if schemas else {}


def _each(shapes: Any) -> tuple[Any, ...]:
    return shapes if isinstance(shapes, tuple) else (shapes,)


def _ref(name: str) -> str:
    return _REFERENCE.format(name=name)


def _surface(path: str) -> str:
    return next((name for prefix, name in _SURFACES.items() if path.startswith(prefix)), "system")


def _idempotency_header() -> Document:
    return {
        "name": "Idempotency-Key",
        "in": "header",
        "required": False,
        "schema": {"type": "string", "maxLength": 255},
        "description": "Repeat a request safely: the same key and body get the first answer again.",
    }


def _file_schema(part: str) -> Document:
    return {"type": "object", "properties": {part: {"type": "string", "format": "binary"}}, "required": [part]}


def _error_schema() -> Document:
    """Describe the union of the surfaces' error envelopes."""
    text = {"type": "string"}
    message = {"anyOf": [text, {"type": "array", "items": text}]}
    parts = dict.fromkeys(("code", "message", "reason"), text)
    in_parts = {"type": "object", "properties": parts, "required": list(parts)}
    return {
        "type": "object",
        "properties": {"error": {"anyOf": [text, in_parts]}, "message": message, "statusCode": {"type": "integer"}},
        "required": ["error"],
    }

"""A request to any address: `{"url", "method", "headers", "body", "secret"}`."""

from collections.abc import Mapping

from pointsman.connectors.answers import outcome_of
from pointsman.connectors.outbound import Outbound, encode_json
from pointsman.connectors.outcome import Done, Later, Never
from pointsman.connectors.settings import headers_in, missing_in, text_in
from pointsman.connectors.signing import signed_headers
from pointsman.core.values import Json

METHODS = ("POST", "PUT", "PATCH", "GET")


class Webhook:
    """Sends `body` as JSON, or as it is when it is a text; `secret` signs it after Standard Webhooks."""

    def __init__(self, outbound: Outbound) -> None:
        self._outbound = outbound

    async def perform(self, request: Mapping[str, Json], key: str) -> Done | Later | Never:
        """Send the request with its key as `Idempotency-Key`."""
        if refused := missing_in(request, ["url"]):
            return refused
        method = text_in(request, "method").upper() or "POST"
        if method not in METHODS:
            return Never("method must be POST, PUT, PATCH or GET")
        headers = headers_in(request)
        content = _content(request.get("body"), method)
        if isinstance(headers, Never):
            return headers
        if isinstance(content, Never):
            return content
        signature = signed_headers(text_in(request, "secret"), key, content or b"")
        if isinstance(signature, Never):
            return signature
        if content:
            kind = "text/plain; charset=utf-8" if isinstance(request["body"], str) else "application/json"
            headers.setdefault("content-type", kind)
        headers |= {"idempotency-key": key, **signature}
        return outcome_of(await self._outbound.send(method, text_in(request, "url"), content=content, headers=headers))


def _content(body: Json, method: str) -> bytes | Never | None:
    if method == "GET":
        return None
    if body is None:
        return b""
    return body.encode("utf-8", "replace") if isinstance(body, str) else encode_json(body)

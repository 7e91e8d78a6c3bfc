"""`/hooks/calls/<token>`: how a call went. Told late or twice, it changes nothing, and the answer is the same."""

from typing import Any
from urllib.parse import parse_qs

from litestar import post
from litestar.params import FromPath
from litestar.response.base import ASGIResponse
from msgspec import Struct

from pointsman.connectors.phone import Progress, http, twilio
from pointsman.core.calls import CallResult
from pointsman.core.errors import Invalid, NotAllowed
from pointsman.services import call_hooks
from pointsman.services.call_hooks import HookedCall
from pointsman.web.body import check_value, may_have_nul, parse_json
from pointsman.web.call import AnyRequest, app_of, reply

_FORM = "application/x-www-form-urlencoded"
_MOST_FIELDS = 200


class Taken(Struct):
    """The result was understood. `changed` is false when it was known already."""

    success: bool
    changed: bool


@post("/calls/{token:str}", status_code=200, opt={"answer": Taken, "body": dict[str, Any]})
async def take_call_result(request: AnyRequest, token: FromPath[str]) -> ASGIResponse:
    """Take the result of a call from the platform that placed it."""
    app = app_of(request)
    call = await app.db.read(lambda tx: call_hooks.find_call(tx, token))
    told = _read(call, request, await request.body())
    now = app.clock()
    if isinstance(told, CallResult):
        changed = await app.db.write(lambda tx: call_hooks.take_result(tx, call.id, told, now))
        app.bell.ring()
        return reply(200, Taken(success=True, changed=changed))
    await app.db.write(lambda tx: call_hooks.take_progress(tx, call.id, told.status))
    return reply(200, Taken(success=True, changed=False))


def _read(call: HookedCall, request: AnyRequest, raw: bytes) -> CallResult | Progress:
    if request.headers.get("content-type", "").startswith(_FORM):
        told = _read_form(call, request, raw)
    else:
        value = parse_json(raw)
        check_value(value, may_have_nul=may_have_nul(raw))
        told = http.read_result(value)
    if told is None:
        raise Invalid("The body does not say how the call went: outcome or status is required")
    return told


def _read_form(call: HookedCall, request: AnyRequest, raw: bytes) -> CallResult | Progress | None:
    try:
        fields = parse_qs(raw.decode(), keep_blank_values=True, max_num_fields=_MOST_FIELDS)
    except ValueError as problem:
        raise Invalid("Request body is not a valid form") from problem
    form = {name: values[-1] for name, values in fields.items()}
    signature = request.headers.get("x-twilio-signature")
    secret = call.agent.get("auth_token")
    if call.provider == "twilio" and isinstance(secret, str) and signature is not None:
        address = f"{app_of(request).settings.hook_base}{request.url.path}"
        query = request.url.query
        if not twilio.is_signed(f"{address}?{query}" if query else address, form, signature, secret):
            raise NotAllowed("The signature does not fit")
    return twilio.read_result(form)


handlers = [take_call_result]

"""`/hooks/leads/<token>`: leads from forms, ad platforms and automations, which have no key.

Anybody may see the answers, so they say no more than which lead it is and where it went. A person whose browser sent a
form gets a page, or is sent on to one.
"""

from collections.abc import Sequence
from html import escape
from typing import Any

import msgspec
from litestar import post
from litestar.params import FromPath
from litestar.response.base import ASGIResponse
from msgspec import UNSET, Struct, UnsetType
from sqlalchemy import Row

from pointsman.bootstrap import App
from pointsman.core.errors import Conflict, Invalid, NotFound, Refused, Unreadable
from pointsman.core.ids import prefixed
from pointsman.core.lead import LeadDraft
from pointsman.services import lead_hooks
from pointsman.services.assigning import RoutingRequest
from pointsman.services.desk import Assigned
from pointsman.services.hooked_leads import NOT_LEADS, read_leads
from pointsman.services.idempotency import Answer, RetryKey
from pointsman.services.intake import IntakeRequest, Stored
from pointsman.services.lead_hooks import REDIRECT
from pointsman.web.body import check_value, may_have_nul, parse_json
from pointsman.web.call import ENCODER, AnyRequest, app_of, send
from pointsman.web.errors import problem_at
from pointsman.web.form import MULTIPART, URLENCODED, read_form

CLOSED = "This hook leads to what takes no leads now; nothing was stored"
NOBODY_FREE = "Nobody can take this lead now; it was not stored, so send it again later"

_PAGE = """<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>{title}</title>
<body style="font: 1.1rem/1.5 system-ui, sans-serif; max-width: 36rem; margin: 4rem auto; padding: 0 1rem">
<h1>{title}</h1><p>{text}</p></body></html>
"""


class LeadOwner(Struct):
    """Who will get in touch."""

    rep_id: str
    name: str


class HookedLead(Struct):
    """One lead: its id and where it went; or that it was there already, by its external id; or why it was not taken.

    Nobody owns a lead yet whose `assigned_to` is null.
    """

    lead_id: str | UnsetType = UNSET
    assigned_to: LeadOwner | UnsetType | None = UNSET
    workflow_id: str | UnsetType | None = UNSET
    already_there: bool | UnsetType = UNSET
    error: str | UnsetType = UNSET


class LeadsTaken(Struct):
    """What became of the leads, in the order in which they came."""

    success: bool
    leads: list[HookedLead]


@post(
    "/leads/{token:str}",
    opt={
        "open": True,
        "body": (dict[str, Any], list[dict[str, Any]]),
        "answer": LeadsTaken,
        "also": {
            "200": "Every lead was there already",
            "303": "A browser that sent a form is sent on to the hook's `redirect_url`",
        },
    },
)
async def take_leads(request: AnyRequest, token: FromPath[str]) -> ASGIResponse:
    """Take one lead, or up to 1,000, as JSON or as a form, from whoever knows the address."""
    wants_page = _kind_of(request) in (URLENCODED, MULTIPART) and "text/html" in request.headers.get("accept", "")
    try:
        hook = await _find_hook(request, token)
        answer = await _take(request, hook)
    except Refused as refused:
        if not wants_page:
            raise
        problem = problem_at(request.scope, refused)
        return _page(problem.status, "This could not be sent", problem.message)
    if not wants_page:
        return send(answer)
    if REDIRECT in hook.defaults:
        return ASGIResponse(status_code=303, headers={"location": hook.defaults[REDIRECT]})
    return _page(answer.status, "Thank you", "We have received what you sent.")


async def _find_hook(request: AnyRequest, token: str) -> Row[Any]:
    hook = await app_of(request).db.read(lambda tx: lead_hooks.find_open_hook(tx, token))
    request.app.state.rate_limit.count(request.scope, hook.id)
    return hook


async def _take(request: AnyRequest, hook: Row[Any]) -> Answer:
    app, body = app_of(request), await request.body()
    message_id = lead_hooks.read_message_id(hook, request.headers, body, app.clock())
    value, content = _read(request, body)
    retry_key = lead_hooks.retry_key_of(
        hook, content, message_id=message_id, idempotency_key=request.headers.get("idempotency-key")
    )
    items = read_leads(value, hook.mapping, hook.defaults)
    try:
        if hook.ruleset_id is not None:
            return await _route(app, hook, items, retry_key)
        return await _enter(app, hook, items, retry_key)
    except NotFound as problem:
        raise Conflict(CLOSED) from problem


async def _enter(app: App, hook: Row[Any], items: Sequence[LeadDraft | Refused], retry_key: RetryKey | None) -> Answer:
    """Let leads enter the workflow of a hook, or those that its processor chooses."""
    for item in items:
        if isinstance(item, LeadDraft):
            item.workflow_id = hook.workflow_id
    return await app.intake.submit(
        IntakeRequest(
            org_id=hook.org_id,
            processor_id=hook.processor_id,
            items=items,
            single=False,
            render=_render,
            retry_key=retry_key,
        )
    )


async def _route(app: App, hook: Row[Any], items: Sequence[LeadDraft | Refused], retry_key: RetryKey | None) -> Answer:
    """Give leads to people by the ruleset of a hook."""
    wanted = await app.db.read(lambda tx: lead_hooks.routing_items(tx, hook.org_id, items))
    return await app.routing.submit(
        RoutingRequest(
            org_id=hook.org_id,
            ruleset_ref=hook.ruleset_id,
            items=wanted,
            single=False,
            render=_render,
            retry_key=retry_key,
        )
    )


def _read(request: AnyRequest, body: bytes) -> tuple[Any, bytes]:
    """Read what came in, and what a repeated request has in common: of a form not its boundary, which is drawn anew."""
    kind = _kind_of(request)
    if kind in (URLENCODED, MULTIPART):
        form = read_form(kind, request.content_type[1], body)
        check_value(form, may_have_nul=True)
        return form, msgspec.json.encode(form)
    try:
        value = parse_json(body)
    except Unreadable as problem:
        raise Unreadable(f"Request body is not valid JSON. {NOT_LEADS}") from problem
    nul = may_have_nul(body)
    if not isinstance(value, list):
        check_value(value, may_have_nul=nul)
        return value, body
    return [_checked(item, nul=nul) for item in value], body


def _checked(item: Any, *, nul: bool) -> Any:
    """Return one item of a batch, or why it cannot be taken: the others do not suffer for it."""
    try:
        check_value(item, may_have_nul=nul)
    except Refused as refused:
        return refused
    return item


def _kind_of(request: AnyRequest) -> str:
    return request.content_type[0].lower()


def _render(outcomes: Sequence[Stored | Assigned | Refused]) -> Answer:
    """Answer with what became of each lead; a request none of whose leads could be taken is refused as a whole."""
    leads = [_shape(outcome) for outcome in outcomes]
    if all(lead.error for lead in leads):
        raise (Conflict if isinstance(outcomes[0], Conflict) else Invalid)(str(leads[0].error))
    is_new = any(lead.lead_id for lead in leads)
    return Answer(201 if is_new else 200, ENCODER.encode(LeadsTaken(success=True, leads=leads)))


def _shape(outcome: Stored | Assigned | Refused) -> HookedLead:
    if isinstance(outcome, Conflict):
        return HookedLead(error=NOBODY_FREE) if outcome.reason else HookedLead(already_there=True)
    if isinstance(outcome, Refused):
        return HookedLead(error=outcome.message)
    if isinstance(outcome, Assigned):
        owner = LeadOwner(outcome.rep.ref, outcome.rep.name) if outcome.rep else None
        return HookedLead(lead_id=outcome.lead_id, assigned_to=owner)
    workflow_id = prefixed("wf", outcome.target.workflow_id) if outcome.target else None
    return HookedLead(lead_id=outcome.accepted.lead_id, workflow_id=workflow_id)


def _page(status: int, title: str, text: str) -> ASGIResponse:
    page = _PAGE.format(title=escape(title), text=escape(text))
    return ASGIResponse(body=page.encode(), status_code=status, media_type="text/html")


handlers = [take_leads]

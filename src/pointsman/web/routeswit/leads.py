"""Leads that are given to people: `POST /leads` (contract §3, §4) and the flat form of the blog (§8.3)."""

from collections.abc import Callable, Sequence
from typing import Any

from litestar import post
from litestar.response.base import ASGIResponse
from msgspec import Struct

from pointsman.bootstrap import App
from pointsman.core.access import Scope
from pointsman.core.errors import Refused
from pointsman.core.lead import draft_of
from pointsman.core.values import Json
from pointsman.services import rulesets
from pointsman.services.assigning import Outcome, RoutingRequest
from pointsman.services.desk import Assigned, RoutingItem
from pointsman.services.idempotency import Answer, RetryKey
from pointsman.web.auth import needs
from pointsman.web.call import ENCODER, AnyRequest, app_of, caller_of, retry_key_of, send
from pointsman.web.routeswit.checks import boolean, email, optional, read_checked, read_value, record, shape, text
from pointsman.web.times import iso

LONGEST_LEAD_ID = 128
_FLAT_ONLY = ("ruleset_id", "lead_id", "reroute")

LEAD = shape(
    {
        "lead_id": text(1, LONGEST_LEAD_ID),
        "ruleset_id": text(1, 64),
        "attributes": record(),
        "reroute": optional(boolean()),
    }
)
FLAT_LEAD = shape(
    {
        "email": email(320),
        "lead_id": optional(text(1, LONGEST_LEAD_ID)),
        "ruleset_id": optional(text(1, 64)),
        "reroute": optional(boolean()),
    }
)


class Owner(Struct):
    """Who has the lead. `current_load`: how many leads the rep had had that day, on the rep's own calendar, before."""

    rep_id: str
    name: str
    email: str
    current_load: int


class Routed(Struct):
    """Where a lead went. With `fallback_used` it waits in the queue `queue_id`, and nobody owns it yet."""

    lead_id: str
    assigned_to: Owner
    rule_matched: str | None
    rule_priority: int | None
    assignment_method: str
    round_robin_position: int | None
    assigned_at: str
    fallback_used: bool
    queue_id: str | None
    existing_owner: bool
    routing_time_ms: float
    decision_id: str
    explain_url: str


class RoutedAnswer(Struct):
    """One lead that was given to somebody, or to the queue."""

    data: Routed


class FlatRouted(Struct):
    """The same in the form of the blog: `assigned_to` is the e-mail address of the rep, or null."""

    assigned_to: str | None
    rule_matched: str | None
    routing_time_ms: float
    fallback_used: bool
    decision_id: str


@post(
    "/leads",
    status_code=200,
    guards=[needs(Scope.LEADS_WRITE)],
    opt={"body": LEAD, "answer": RoutedAnswer, "repeatable": True},
)
async def route_lead(request: AnyRequest) -> ASGIResponse:
    """Give a lead to somebody: the first rule that matches, and whose turn it is. A known lead keeps its owner."""
    org_id, retry_key = caller_of(request).org_id, await retry_key_of(request)
    return send(await take_lead(app_of(request), org_id, await request.body(), retry_key))


async def take_lead(app: App, org_id: str, raw: bytes, retry_key: RetryKey | None = None) -> Answer:
    """Give the lead of a body to somebody, and answer it."""
    body = read_checked(raw, LEAD)
    lead_id, attributes = body["lead_id"], body["attributes"]
    item = _item(lead_id, attributes, reroute=body.get("reroute", False))

    def render(assigned: Assigned) -> Any:
        return RoutedAnswer(data=_routed(lead_id, assigned))

    return await _route(app, org_id, body["ruleset_id"], item, render, retry_key)


@post(
    "/leads/route",
    status_code=200,
    guards=[needs(Scope.LEADS_WRITE)],
    opt={"body": FLAT_LEAD, "answer": FlatRouted, "repeatable": True},
)
async def route_flat(request: AnyRequest) -> ASGIResponse:
    """Give a lead to somebody, told flat: every key is an attribute; the e-mail address is the lead's id."""
    app, org_id = app_of(request), caller_of(request).org_id
    body: dict[str, Any] = read_checked(await request.body(), record())
    checked = read_value(body, FLAT_LEAD)
    attributes = {name: value for name, value in body.items() if name not in _FLAT_ONLY}
    named = checked.get("ruleset_id")
    ruleset = named or await app.db.read(lambda tx: rulesets.default_ruleset(tx, org_id))
    item = _item(checked.get("lead_id") or checked["email"], attributes, reroute=checked.get("reroute", False))
    return send(await _route(app, org_id, ruleset, item, _flat, await retry_key_of(request)))


def _item(lead_id: str, attributes: dict[str, Json], *, reroute: bool) -> RoutingItem:
    return RoutingItem(draft=draft_of(lead_id, attributes), attributes=attributes, reroute=reroute)


async def _route(
    app: App,
    org_id: str,
    ruleset: str,
    item: RoutingItem,
    render: Callable[[Assigned], Any],
    retry_key: RetryKey | None,
) -> Answer:
    def answer(outcomes: Sequence[Outcome]) -> Answer:
        outcome = outcomes[0]
        if isinstance(outcome, Refused):
            raise outcome
        return Answer(200, ENCODER.encode(render(outcome)))

    return await app.routing.submit(
        RoutingRequest(
            org_id=org_id, ruleset_ref=ruleset, items=[item], single=True, render=answer, retry_key=retry_key
        )
    )


def _routed(lead_id: str, assigned: Assigned) -> Routed:
    rep = assigned.rep
    owner = Owner("", "Fallback Queue", "", 0)
    if rep is not None:
        owner = Owner(rep.ref, rep.name, rep.email or "", assigned.load_before)
    return Routed(
        lead_id=lead_id,
        assigned_to=owner,
        rule_matched=assigned.rule,
        rule_priority=assigned.priority,
        assignment_method=assigned.method,
        round_robin_position=assigned.position if rep is not None and assigned.method == "round_robin" else None,
        assigned_at=iso(assigned.assigned_at),
        fallback_used=rep is None,
        queue_id=assigned.queue_id,
        existing_owner=assigned.existing_owner,
        routing_time_ms=round(assigned.routing_ms, 3),
        decision_id=assigned.decision_id,
        explain_url=f"/api/v1/decisions/{assigned.decision_id}",
    )


def _flat(assigned: Assigned) -> FlatRouted:
    return FlatRouted(
        assigned_to=assigned.rep.email if assigned.rep else None,
        rule_matched=assigned.rule,
        routing_time_ms=round(assigned.routing_ms, 3),
        fallback_used=assigned.rep is None,
        decision_id=assigned.decision_id,
    )


handlers = [route_lead, route_flat]

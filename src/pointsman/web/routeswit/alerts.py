"""SLAs and stale alerts: who hears when a lead is not answered, or not touched any more (contract 3)."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from litestar import delete, get, post
from litestar.params import FromPath
from litestar.response.base import ASGIResponse
from msgspec import UNSET, Struct, UnsetType
from sqlalchemy import Connection, Row

from pointsman.core.access import Scope
from pointsman.core.alerts import AlertKind, Escalation
from pointsman.services import alerts, rulesets
from pointsman.services.alerts import KEEP, SlaDraft, StaleDraft, Webhook
from pointsman.services.webhooks import LONGEST_URL
from pointsman.web.auth import needs
from pointsman.web.call import AnyRequest, app_of, caller_of, create, show
from pointsman.web.routeswit.checks import (
    anything,
    boolean,
    choice,
    dialects,
    listing,
    optional,
    read_checked,
    record,
    shape,
    text,
    url,
    whole,
)
from pointsman.web.times import iso

LONGEST_TARGET = 7 * 24 * 60
LONGEST_SILENCE = 365 * 24
LONGEST_COOLDOWN = 7 * 24
MOST_REROUTES = 10

SLA = shape(
    {
        "ruleset_id": optional(text(1)),
        "first_response_target_minutes": whole(1, LONGEST_TARGET),
        "alert_on_breach": optional(boolean()),
        "alert_webhook": optional(url(LONGEST_URL), null=True),
        "name": anything(),
        "warn_minutes": optional(whole(1, LONGEST_TARGET), null=True),
        "business_hours": optional(shape({"timezone": text(1), "hours": listing(record(), least=1)}), null=True),
        "escalation": optional(choice(*Escalation)),
        "max_reroutes": optional(whole(0, MOST_REROUTES)),
    }
)
_STALE_ALERT = {
    "ruleset_id": text(1),
    "alert_type": optional(choice("webhook")),
    "cooldown_hours": optional(whole(1, LONGEST_COOLDOWN)),
    "name": anything(),
}
STALE_ALERT = dialects(
    "hours_threshold",
    {**_STALE_ALERT, "no_activity_hours": whole(1, LONGEST_SILENCE), "webhook_url": url(LONGEST_URL)},
    {
        **_STALE_ALERT,
        "hours_threshold": whole(1, LONGEST_SILENCE),
        "webhook_url": optional(url(LONGEST_URL), null=True),
    },
)
"""Only who speaks of `hours_threshold` may leave the webhook out; such alerts go to the endpoints for `lead.stale`."""

SLA_OPTIONS = ("warn_minutes", "alert_on_breach", "escalation", "max_reroutes", "business_hours")


class Sla(Struct):
    """An SLA. `webhook_secret` is shown once: when the webhook is new."""

    id: str
    rulesetId: str  # noqa: N815 - as documented
    first_response_target_minutes: int
    warn_minutes: int | None
    alert_on_breach: bool
    alert_webhook: str | None
    business_hours: dict[str, Any] | None
    escalation: str
    max_reroutes: int
    createdAt: str  # noqa: N815 - as documented
    updatedAt: str  # noqa: N815 - as documented
    webhook_secret: str | UnsetType = UNSET


class StaleAlert(Struct):
    """A stale alert. `webhook_secret` is shown once: when the webhook is new."""

    id: str
    rulesetId: str  # noqa: N815 - as documented
    no_activity_hours: int
    alert_type: str
    webhook_url: str | None
    cooldown_hours: int
    createdAt: str  # noqa: N815 - as documented
    updatedAt: str  # noqa: N815 - as documented
    webhook_secret: str | UnsetType = UNSET


class SlaData(Struct):
    """One SLA."""

    data: Sla


class SlaList(Struct):
    """All SLAs, oldest first."""

    data: list[Sla]


class StaleAlertData(Struct):
    """One stale alert."""

    data: StaleAlert


class StaleAlertList(Struct):
    """All stale alerts, oldest first."""

    data: list[StaleAlert]


@post("/slas", guards=[needs(Scope.ROUTING_WRITE)], opt={"body": SLA, "answer": SlaData})
async def set_sla(request: AnyRequest) -> ASGIResponse:
    """Make or replace the SLA of a ruleset; without `ruleset_id`, of the one called `default` or the only one."""
    body = read_checked(await request.body(), SLA, _renaming(target_minutes="first_response_target_minutes"))
    webhook = Webhook(url=body.get("alert_webhook", KEEP), allow_private=app_of(request).settings.allow_private_urls)
    given = {name: body[name] for name in SLA_OPTIONS if name in body}
    draft = SlaDraft(first_response_minutes=body["first_response_target_minutes"], **given)

    def work(tx: Connection, org_id: str, now: datetime) -> SlaData:
        ruleset = body.get("ruleset_id") or rulesets.default_ruleset(tx, org_id)
        row, secret = alerts.promise_response(tx, org_id, ruleset, draft, webhook, now)
        return SlaData(_sla(row, secret))

    return await create(request, work)


@get("/slas", guards=[needs(Scope.ROUTING_READ)], opt={"answer": SlaList})
async def list_slas(request: AnyRequest) -> ASGIResponse:
    """List the SLAs."""
    return await show(request, lambda tx, org_id: SlaList([_sla(row) for row in alerts.list_alerts(tx, "sla", org_id)]))


@delete("/slas/{ruleset_id:str}", guards=[needs(Scope.ROUTING_WRITE)], status_code=204)
async def delete_sla(request: AnyRequest, ruleset_id: FromPath[str]) -> None:
    """Delete the SLA of a ruleset."""
    await _delete(request, "sla", ruleset_id)


@post("/alerts/stale", guards=[needs(Scope.ROUTING_WRITE)], opt={"body": STALE_ALERT, "answer": StaleAlertData})
async def set_stale_alert(request: AnyRequest) -> ASGIResponse:
    """Make or replace the stale alert of a ruleset."""
    body = read_checked(await request.body(), STALE_ALERT, _renaming())
    webhook = Webhook(url=body.get("webhook_url"), allow_private=app_of(request).settings.allow_private_urls)
    given = {"cooldown_hours": body["cooldown_hours"]} if "cooldown_hours" in body else {}
    hours = body["hours_threshold"] if "hours_threshold" in body else body["no_activity_hours"]
    draft = StaleDraft(no_activity_hours=hours, **given)

    def work(tx: Connection, org_id: str, now: datetime) -> StaleAlertData:
        row, secret = alerts.alert_when_stale(tx, org_id, body["ruleset_id"], draft, webhook, now)
        return StaleAlertData(_stale_alert(row, secret))

    return await create(request, work)


@get("/alerts/stale", guards=[needs(Scope.ROUTING_READ)], opt={"answer": StaleAlertList})
async def list_stale_alerts(request: AnyRequest) -> ASGIResponse:
    """List the stale alerts."""
    return await show(
        request,
        lambda tx, org_id: StaleAlertList([_stale_alert(row) for row in alerts.list_alerts(tx, "stale", org_id)]),
    )


@delete("/alerts/stale/{ruleset_id:str}", guards=[needs(Scope.ROUTING_WRITE)], status_code=204)
async def delete_stale_alert(request: AnyRequest, ruleset_id: FromPath[str]) -> None:
    """Delete the stale alert of a ruleset."""
    await _delete(request, "stale", ruleset_id)


async def _delete(request: AnyRequest, kind: AlertKind, named: str) -> None:
    app, org_id = app_of(request), caller_of(request).org_id
    await app.db.write(lambda tx: alerts.delete_alert(tx, kind, org_id, named))


def _renaming(**names: str) -> Callable[[dict[str, Any]], dict[str, Any]]:
    """Make a function that puts fields under the name they have here, unless that is there already."""
    names = {"slug": "ruleset_id", **names}

    def rename(body: dict[str, Any]) -> dict[str, Any]:
        return {**{names[name]: value for name, value in body.items() if name in names}, **body}

    return rename


def _sla(row: Row[Any], secret: str | None = None) -> Sla:
    return Sla(
        id=row.id,
        rulesetId=row.ruleset_ref,
        first_response_target_minutes=row.first_response_minutes,
        warn_minutes=row.warn_minutes,
        alert_on_breach=row.alert_on_breach,
        alert_webhook=row.webhook_url,
        business_hours=row.business_hours,
        escalation=row.escalation,
        max_reroutes=row.max_reroutes,
        createdAt=iso(row.created_at),
        updatedAt=iso(row.updated_at),
        webhook_secret=secret or UNSET,
    )


def _stale_alert(row: Row[Any], secret: str | None = None) -> StaleAlert:
    return StaleAlert(
        id=row.id,
        rulesetId=row.ruleset_ref,
        no_activity_hours=row.no_activity_hours,
        alert_type="webhook",
        webhook_url=row.webhook_url,
        cooldown_hours=row.cooldown_hours,
        createdAt=iso(row.created_at),
        updatedAt=iso(row.updated_at),
        webhook_secret=secret or UNSET,
    )


handlers = [set_sla, list_slas, delete_sla, set_stale_alert, list_stale_alerts, delete_stale_alert]

"""Promises about the leads of a ruleset: SLAs (how soon they are answered) and stale alerts (how long they may lie).

A ruleset has one of each at most. Where an alert is sent is an endpoint of its own among the organization's webhooks.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row

from pointsman.core.alerts import AlertKind, Escalation, ResponsePromise, can_be_kept, read_business_hours
from pointsman.core.errors import Invalid, NotFound
from pointsman.core.values import Json
from pointsman.services.minting import new_id
from pointsman.services.rulesets import find_ruleset
from pointsman.services.webhooks import create_endpoint, delete_endpoint, update_endpoint
from pointsman.storage import access, alerts, timers

SLA_EVENTS = ("sla.breached", "sla.warning")
STALE_EVENTS = ("lead.stale",)
_EVENTS: dict[AlertKind, Sequence[str]] = {"sla": SLA_EVENTS, "stale": STALE_EVENTS}
_NAMES: dict[AlertKind, str] = {"sla": "SLA", "stale": "Stale alert"}
_MINUTES_PER_HOUR = 60


class Keep:
    """Stands for a webhook that stays as it is; None is no webhook."""


KEEP = Keep()


@dataclass(frozen=True, kw_only=True, slots=True)
class Webhook:
    """Where alerts are sent. `allow_private`: also to addresses that are not of the public internet."""

    url: str | Keep | None = KEEP
    allow_private: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class SlaDraft:
    """An SLA as a caller wants it."""

    first_response_minutes: int
    warn_minutes: int | None = None
    alert_on_breach: bool = True
    escalation: Escalation = Escalation.NONE
    max_reroutes: int = 3
    business_hours: Json = None


@dataclass(frozen=True, kw_only=True, slots=True)
class StaleDraft:
    """A stale alert as a caller wants it."""

    no_activity_hours: int
    cooldown_hours: int = 24


def promise_response(
    tx: Connection, org_id: str, named: str, draft: SlaDraft, webhook: Webhook, now: datetime
) -> tuple[Row[Any], str | None]:
    """Make or replace the SLA of a ruleset; return it, and the secret of its webhook when that is new.

    It counts for leads that are given to somebody from now on; those given out before keep what was promised then.
    """
    values = {
        "first_response_minutes": draft.first_response_minutes,
        "warn_minutes": draft.warn_minutes,
        "alert_on_breach": draft.alert_on_breach,
        "escalation": draft.escalation,
        "max_reroutes": draft.max_reroutes,
        "business_hours": draft.business_hours,
    }
    _check_sla(draft, now)
    return _promise(tx, "sla", org_id, named, values, webhook, now)


def alert_when_stale(
    tx: Connection, org_id: str, named: str, draft: StaleDraft, webhook: Webhook, now: datetime
) -> tuple[Row[Any], str | None]:
    """Make or replace the stale alert of a ruleset; return it, and the secret of its webhook when that is new.

    It counts for all leads that somebody has by that ruleset, at once.
    """
    values = {"no_activity_hours": draft.no_activity_hours, "cooldown_hours": draft.cooldown_hours}
    row, secret = _promise(tx, "stale", org_id, named, values, webhook, now)
    timers.set_stale_timers(tx, org_id, row.ruleset_id, now, minutes=draft.no_activity_hours * _MINUTES_PER_HOUR)
    return row, secret


def list_alerts(tx: Connection, kind: AlertKind, org_id: str) -> list[Row[Any]]:
    """List the SLAs or the stale alerts of an organization."""
    return alerts.list_alerts(tx, kind, org_id)


def delete_alert(tx: Connection, kind: AlertKind, org_id: str, named: str) -> None:
    """Promise nothing any more; timers that were set come to nothing."""
    ruleset = _find_ruleset(tx, org_id, named)
    access.bump_config_version(tx, org_id)
    row = alerts.find_alert(tx, kind, org_id, ruleset.id)
    if row is None:
        message = f"{_NAMES[kind]} of ruleset '{named}' not found"
        raise NotFound(message, reason=f"{_NAMES[kind].upper().replace(' ', '_')}_NOT_FOUND")
    alerts.delete_alert(tx, kind, row.id)
    if row.endpoint_id is not None:
        delete_endpoint(tx, org_id, row.endpoint_id)


def _check_sla(draft: SlaDraft, now: datetime) -> None:
    if draft.warn_minutes is not None and draft.warn_minutes >= draft.first_response_minutes:
        raise Invalid("warn_minutes must be less than first_response_target_minutes")
    if draft.business_hours is None:
        return
    business = read_business_hours(draft.business_hours)
    if not can_be_kept(ResponsePromise(minutes=draft.first_response_minutes, business=business), now):
        raise Invalid(
            f"business_hours must be open for {draft.first_response_minutes} minutes within a year, "
            "or nobody would hear of a breach"
        )


def _promise(
    tx: Connection, kind: AlertKind, org_id: str, named: str, values: dict[str, Any], webhook: Webhook, now: datetime
) -> tuple[Row[Any], str | None]:
    ruleset = _find_ruleset(tx, org_id, named)
    # First: whoever gives out leads of this organization is done, or waits until the promise is there.
    access.bump_config_version(tx, org_id)
    before = alerts.find_alert(tx, kind, org_id, ruleset.id)
    old = before.endpoint_id if before is not None else None
    endpoint_id, secret = _set_webhook(tx, kind, org_id, ruleset.id, old, webhook, now)
    values = {**values, "endpoint_id": endpoint_id, "updated_at": now}
    if before is None:
        ours = {"id": new_id(now), "org_id": org_id, "ruleset_id": ruleset.id, "created_at": now}
        alerts.insert_alert(tx, kind, **ours, **values)
    else:
        alerts.update_alert(tx, kind, before.id, **values)
    if old is not None and endpoint_id is None:
        delete_endpoint(tx, org_id, old)
    return alerts.get_alert(tx, kind, org_id, ruleset.id), secret


def _set_webhook(
    tx: Connection,
    kind: AlertKind,
    org_id: str,
    ruleset_id: str,
    endpoint_id: str | None,
    webhook: Webhook,
    now: datetime,
) -> tuple[str | None, str | None]:
    """Return the endpoint that alerts go to, and its secret when it is new."""
    url, allow_private = webhook.url, webhook.allow_private
    if isinstance(url, Keep):
        return endpoint_id, None
    if url is None:
        return None, None
    if endpoint_id is not None:
        changes = {"url": url, "is_active": True}
        update_endpoint(tx, org_id, endpoint_id, changes, now, allow_private=allow_private)
        return endpoint_id, None
    made = create_endpoint(
        tx, org_id, now, url=url, events=[*_EVENTS[kind]], ruleset_id=ruleset_id, allow_private=allow_private,
    )  # fmt: skip
    return made.row.id, made.secret


def _find_ruleset(tx: Connection, org_id: str, named: str) -> Row[Any]:
    return find_ruleset(tx, org_id, named, f"Ruleset '{named}' not found")

"""One of everything that the surfaces for people know, and a body that works for each of their endpoints."""

import json
import re
from dataclasses import dataclass, fields
from typing import Any, Self

from sqlalchemy import select

from pointsman.bootstrap import App
from pointsman.storage.tables import assignment_batches, metadata
from tests.cli.command import query
from tests.conftest import Client

SURFACES = ("/api/v1/", "/v1/user-webhooks", "/v1/lead-hooks")
DELETES_RULESET = "DELETE /api/v1/rules/{ruleset_id}"
URL = "https://hooks.example.com/in"
HOURS = {"days": ["mon", "fri"], "start": "09:00", "end": "18:00"}
ID = re.compile(r"[0-9a-f]{12}$")


@dataclass(frozen=True, kw_only=True)
class Names:
    """What requests name things by; those of one organization have a word in common."""

    rep_id: str
    ruleset_id: str
    contact_id: str
    email: str
    decision_id: str
    key_id: str
    hook_id: str
    webhook_id: str
    delivery_id: str

    def missing(self) -> Self:
        """Names like these, of what is not there."""
        return type(self)(**{name: _other(value) for name, value in self.all().items()})

    def all(self) -> dict[str, str]:
        return {field.name: getattr(self, field.name) for field in fields(self)}


def _other(name: str) -> str:
    return ID.sub("0" * 12, name) if ID.search(name) else name.replace("zanzibar", "atlantis")


def make_everything(client: Client) -> Names:
    """Make one of everything, each called after Zanzibar."""

    def made(path: str, body: dict[str, Any]) -> dict[str, Any]:
        answer = client.post(path, body)
        assert answer.status_code in (200, 201), answer.text
        value: dict[str, Any] = answer.json()
        return value.get("data", value)

    rep, ruleset, contact = "ana-zanzibar", "inbound-zanzibar", "c-zanzibar"
    made("/api/v1/reps", {"rep_id": rep, "name": "Ana Zanzibar", "email": "ana@zanzibar.example"})
    rule = {"condition": "attributes.country == 'UK'", "target_id": rep}
    made("/api/v1/rules", {"slug": ruleset, "name": "Zanzibar", "rules": [rule]})
    made("/api/v1/slas", {"ruleset_id": ruleset, "target_minutes": 30})
    made("/api/v1/alerts/stale", {"ruleset_id": ruleset, "hours_threshold": 48, "webhook_url": URL})
    lead = {"lead_id": "L-zanzibar", "ruleset_id": ruleset, "attributes": {"country": "UK"}}
    decision = made("/api/v1/leads", lead)["decision_id"]
    made("/api/v1/contacts", {"contact_id": contact, "lead_id": "L-zanzibar", "email": "lead@zanzibar.example"})
    made(f"/api/v1/contacts/{contact}/activities", {"type": "CALL", "notes": "Zanzibar"})
    webhook = made("/v1/user-webhooks", {"url": URL, "events": "*", "description": "Zanzibar"})["id"]
    return Names(
        rep_id=rep,
        ruleset_id=ruleset,
        contact_id=contact,
        email="lead@zanzibar.example",
        decision_id=decision,
        key_id=made("/api/v1/keys", {"name": "Zanzibar"})["id"],
        hook_id=made("/v1/lead-hooks", {"name": "Zanzibar", "ruleset_id": ruleset})["id"],
        webhook_id=webhook,
        delivery_id=made(f"/v1/user-webhooks/{webhook}/test", {})["id"],
    )


@dataclass(frozen=True, kw_only=True)
class Endpoint:
    """One endpoint of the OpenAPI document."""

    method: str
    path: str
    takes_body: bool
    is_repeatable: bool
    statuses: frozenset[int]

    @property
    def label(self) -> str:
        return f"{self.method} {self.path}"

    def at(self, names: Names) -> str:
        """The path with names in it."""
        return self.path.format(**names.all())


def list_endpoints(client: Client) -> list[Endpoint]:
    """List all endpoints of the surfaces; what deletes comes last, and rulesets after what belongs to them."""
    document = client.get("/openapi.json").json()
    found = [
        Endpoint(
            method=method.upper(),
            path=path,
            takes_body="requestBody" in operation,
            is_repeatable=any(part["name"] == "Idempotency-Key" for part in operation.get("parameters", ())),
            statuses=frozenset(map(int, operation["responses"])),
        )
        for path, operations in sorted(document["paths"].items(), reverse=True)
        for method, operation in operations.items()
        if path.startswith(SURFACES)
    ]
    return sorted(found, key=lambda endpoint: (endpoint.method == "DELETE", endpoint.label == DELETES_RULESET))


def bodies(names: Names) -> dict[str, dict[str, Any]]:
    """A body that works for every endpoint that takes one; what is there already is named by its name."""
    rep = {
        "status": "ooo", "ooo_until": "2026-05-01T00:00:00Z", "overflow_to": names.rep_id, "timezone": "Europe/Madrid",
        "attributes": {"languages": ["es", "en"], "level": 3}, "working_hours": [HOURS], "max_per_day": 5,
        "time_off": [{"from": "2026-04-01T00:00:00Z", "until": "2026-04-03T00:00:00Z", "reason": "Easter"}],
        "max_per_week": 20, "max_open": 100,
    }  # fmt: skip
    activity = {
        "activity_type": "meeting_scheduled", "timestamp": "2026-03-31T10:00:00Z", "rep_id": names.rep_id,
        "duration_minutes": 30, "outcome": "POSITIVE", "notes": "50 seats", "subject": "Demo",
        "meeting_time": "2026-04-02T10:00:00Z", "metadata": {"room": {"floor": 3}},
    }  # fmt: skip
    hook = {
        "name": "Form", "ruleset_id": names.ruleset_id, "mapping": {"first_name": "contact.name"},
        "defaults": {"source": "form"}, "secret": "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "is_active": True,
    }  # fmt: skip
    webhook = {
        "url": URL, "events": ["lead.assigned"], "secret": "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
        "is_active": True, "description": "CRM", "signature_header": "nexor",
    }  # fmt: skip
    business = {"timezone": "Europe/Madrid", "hours": [HOURS]}
    return {
        "POST /api/v1/leads": {
            "lead_id": "LD-8902", "ruleset_id": names.ruleset_id, "reroute": False,
            "attributes": {"country": "UK", "company_size": 500, "name": "Grace", "email": "grace@example.com"},
        },
        "POST /api/v1/leads/route": {
            "email": "grace@example.com", "ruleset_id": names.ruleset_id, "lead_id": "LD-8903", "reroute": False,
            "country": "UK", "deal_size_signal": {"seats": 50},
        },
        "POST /api/v1/rules/{ruleset_id}/explain": {
            "attributes": {"country": "UK"}, "lead_id": "LD-8902", "ruleset_id": names.ruleset_id,
        },
        "POST /api/v1/reps": {"rep_id": "ben", "name": "Ben", "email": "ben@example.com", **rep},
        "PATCH /api/v1/reps/{rep_id}": {
            "name": "Ana", "email": "ana@example.com", **rep, "status": "active", "overflow_to": None,
        },
        "POST /api/v1/keys": {"name": "Robot", "scopes": ["leads:read"], "expires_at": "2027-01-01T00:00:00Z"},
        "POST /api/v1/rules": _ruleset(names.rep_id),
        "POST /api/v1/slas": {
            "ruleset_id": names.ruleset_id, "first_response_target_minutes": 30, "alert_on_breach": True,
            "alert_webhook": URL, "name": "Fast", "warn_minutes": 20, "business_hours": business,
            "escalation": "reroute", "max_reroutes": 2,
        },
        "POST /api/v1/alerts/stale": {
            "ruleset_id": names.ruleset_id, "no_activity_hours": 48, "alert_type": "webhook", "webhook_url": URL,
            "cooldown_hours": 24, "name": "Quiet",
        },
        "POST /api/v1/contacts": {
            "contact_id": "c1", "email": "grace@example.com", "name": "Grace", "lead_id": "LD-8904",
        },
        "POST /api/v1/contacts/{contact_id}/activities": activity,
        "POST /api/v1/activities": {"contact_email": names.email, **activity},
        "POST /v1/lead-hooks": hook,
        "PATCH /v1/lead-hooks/{hook_id}": hook,
        "POST /v1/user-webhooks": webhook,
        "PATCH /v1/user-webhooks/{webhook_id}": {**webhook, "rotate_secret": False},
    }  # fmt: skip


def _ruleset(rep: str) -> dict[str, Any]:
    """A ruleset with every kind of assignment and of condition."""
    targets: list[dict[str, Any]] = [
        {"type": "specific_rep", "rep_id": rep},
        {"type": "round_robin", "pool": [{"rep_id": rep, "weight": 2}], "method": "weighted"},
        {"type": "territory", "territory_field": "country", "territory_map": {"UK": [rep], "default": [rep]}},
        {"type": "match", "where": "rep.attributes.languages.contains('en')", "method": "least_loaded"},
        {"type": "match", "where": [{"field": "rep.attributes.level", "operator": "gt", "value": 1}]},
    ]
    conditions = [
        {"field": "size", "operator": "between", "value": [1, 5]},
        {"field": "attributes.country", "operator": "in", "value": ["UK"]},
    ]
    rules = [
        {"priority": place, "name": f"Rule {place}", "conditions": conditions[:place], "assignment": target}
        for place, target in enumerate(targets, 1)
    ]
    return {
        "ruleset_id": "other", "name": "Other", "rules": [{**rules[0], "condition": "a == 1"}, *rules[1:]],
        "fallback": {"type": "queue", "queue_id": "late"}, "on_unavailable": "fallback",
    }  # fmt: skip


def everything_of(app: App, client: Client) -> dict[str, list[str]]:
    """All that is stored of an organization, table by table; but for the row that its requests wait for in turn."""
    return {
        table.name: sorted(
            json.dumps([*row], default=str)
            for row in query(app, client.runner, select(table).where(table.c.org_id == client.org_id))
        )
        for table in metadata.sorted_tables
        if "org_id" in table.c and table is not assignment_batches
    }

"""An organization whose settings are in use: reps with leads, a webhook that was heard of, numbers not to call."""

from typing import Any

from tests.console.site import Site

HOOKS = "/v1/user-webhooks"


def made(site: Site, path: str, body: Any, *, method: str = "POST") -> Any:
    """Make something over HTTP, as any client would; returns the answer."""
    answer = site.api.request(method, path, json=body)
    assert answer.is_success, answer.text
    return answer.json()


def furnish(site: Site) -> None:
    """Put a little of everything into the settings."""
    _people(site)
    agent = made(
        site, "/v1/agents", {"name": "Front desk", "provider": "http", "config": {
            "url": "https://voice.example.com/calls", "headers": {"Authorization": "Bearer 1"}, "voice": "anna",
        }},
    )  # fmt: skip
    made(site, "/v1/agents", {"name": "Rehearsal", "provider": "simulator"})
    made(
        site, "/v1/organization-phone-numbers",
        {"phone_number": "+14155550100", "label": "Main line", "agent_id": agent["id"]},
    )  # fmt: skip
    office = [{"days": ["mon", "tue", "wed", "thu", "fri"], "start": "09:00", "end": "18:00"}]
    made(site, "/v1/workflows", {"title": "Buyers", "settings": {"timezone": "Europe/Berlin", "calling_hours": office}})
    workflow = made(site, "/v1/workflows", {"title": "Sellers"})
    made(site, "/v1/lead-hooks", {"name": "Contact form", "workflow_id": workflow["id"], "mapping": {"phone": "tel"}})
    lines = [f"+1415555{number:04d}" for number in range(200, 350)]
    made(site, "/console/settings/do-not-call", {"lines": lines, "reason": "Asked by letter"})
    made(site, "/console/settings/do-not-call", {"lines": ["+49 30 901820, Complained by phone"]})


def _people(site: Site) -> None:
    made(
        site, "/api/v1/reps",
        {"rep_id": "ana", "name": "Ana Pérez", "email": "ana@example.com", "max_per_day": 3, "timezone": "UTC"},
    )  # fmt: skip
    made(site, "/api/v1/reps", {"rep_id": "ben", "name": "Ben Okafor", "email": "ben@example.com"})
    made(
        site, "/api/v1/reps",
        {"rep_id": "cleo", "name": "Cleo Marsh", "email": "cleo@example.com", "status": "ooo", "overflow_to": "ben"},
    )  # fmt: skip
    made(site, "/api/v1/reps", {"name": "Dan Weber", "email": "dan@example.com", "status": "inactive"})
    rules = [
        {"priority": 1, "name": "Big ones", "conditions": [{"field": "size", "operator": "gt", "value": 100}],
         "assignment": {"type": "specific_rep", "rep_id": "ana"}},
        {"priority": 2, "name": "Everybody else", "conditions": [],
         "assignment": {"type": "round_robin", "pool": ["ana", "cleo"], "method": "equal_distribution"}},
    ]  # fmt: skip
    made(
        site, "/api/v1/rules",
        {"ruleset_id": "sales", "name": "Sales", "rules": rules, "on_unavailable": "fallback",
         "fallback": {"type": "queue", "queue_id": "unassigned"}},
    )  # fmt: skip
    for number in range(4):
        body = {
            "lead_id": f"lead-{number}",
            "ruleset_id": "sales",
            "attributes": {"name": f"Lead {number}", "size": 500},
        }
        made(site, "/api/v1/leads", body)
    made(site, "/api/v1/slas", {"ruleset_id": "sales", "first_response_target_minutes": 90, "warn_minutes": 60})
    made(
        site, "/api/v1/alerts/stale",
        {"ruleset_id": "sales", "no_activity_hours": 48, "webhook_url": "https://crm.example.com/stale"},
    )  # fmt: skip
    made(
        site, HOOKS,
        {"url": "https://crm.example.com/hooks", "events": "*", "description": "Everything for the CRM"},
    )  # fmt: skip

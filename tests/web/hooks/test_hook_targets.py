"""Where a hook's leads go: into a workflow, to a processor that decides, or to people."""

import asyncio
from typing import Any

import pytest
from sqlalchemy import select

from pointsman.bootstrap import App
from pointsman.storage.tables import decisions, runs
from tests.cli.command import query, stored_leads
from tests.conftest import Client
from tests.factories import make_workflow, set_workflow_status
from tests.web.hooks.hooking import FORM, HOOKS, bare, new_hook, new_processor, one

# ── workflows and processors ─────────────────────────────────────────────────────────────────────────────────────


def test_one_lead_enters_the_workflow_and_the_answer_is_small(
    app: App, runner: asyncio.Runner, anybody: Client, path: str, workflow_id: str
) -> None:
    answer = anybody.post(path, {"firstName": "Ana", "Email": "ana@x.org", "budget": 5, "utm_source": "ad"})
    lead = one(app, runner)
    assert (answer.status_code, answer.json()) == (
        201,
        {"success": True, "leads": [{"lead_id": lead.id, "workflow_id": f"wf_{bare(workflow_id)}"}]},
    )
    assert (lead.first_name, lead.email, lead.source) == ("Ana", "ana@x.org", "hook")
    assert lead.metadata == {"budget": 5, "utm_source": "ad"}
    (run,) = query(app, runner, select(runs))
    assert (run.lead_id, run.workflow_id) == (lead.id, workflow_id)


def test_a_processor_decides_about_each_lead(
    app: App, runner: asyncio.Runner, alice: Client, anybody: Client, workflow_id: str
) -> None:
    premium = make_workflow(app, alice, "Premium")
    path = new_hook(alice, processor_id=new_processor(app, alice, workflow_id, rule_to=premium))["path"]
    answer = anybody.post(path, [{"name": "Ana", "budget": "5000"}, {"name": "Ben", "budget": "5"}])
    assert [bare(lead["workflow_id"]) for lead in answer.json()["leads"]] == [bare(premium), bare(workflow_id)]
    assert len(query(app, runner, select(decisions))) == 2


def test_a_target_that_takes_no_leads_says_so(app: App, alice: Client, anybody: Client) -> None:
    workflow_id = make_workflow(app, alice, "Other")
    set_workflow_status(app, alice, workflow_id, status="cancelled")
    other = new_hook(alice, workflow_id=workflow_id)["path"]
    answer = anybody.post(other, {"name": "Ana"})
    assert (answer.status_code, answer.json()["message"]) == (400, "workflow is cancelled and takes no more leads")


def test_an_inactive_processor_takes_no_leads(app: App, alice: Client, anybody: Client, workflow_id: str) -> None:
    processor_id = new_processor(app, alice, workflow_id)
    path = new_hook(alice, processor_id=processor_id)["path"]
    alice.delete(f"/api/public/processors/{processor_id}")
    answer = anybody.post(path, {"name": "Ana"})
    assert (answer.status_code, answer.json()) == (
        409,
        {"error": "Conflict", "message": "This hook leads to what takes no leads now; nothing was stored"},
    )


# ── people ───────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def ruleset(alice: Client) -> str:
    """Spaniards go to Ana and Ben in turn; the others wait."""
    return make_ruleset(alice)


def make_ruleset(client: Client, **fields: Any) -> str:
    for ref in ("ana", "ben"):
        client.post("/api/v1/reps", {"rep_id": ref, "name": ref.title(), "email": f"{ref}@acme.org", "timezone": "UTC"})
    pool = {"type": "round_robin", "pool": ["ana", "ben"], "method": "equal_distribution"}
    rule = {
        "priority": 1,
        "name": "Spain",
        "conditions": [{"field": "country", "operator": "eq", "value": "ES"}],
        "assignment": pool,
    }
    body = {"ruleset_id": "people", "name": "People", "rules": [rule], **fields}
    answer = client.post("/api/v1/rules", {"fallback": {"type": "queue", "queue_id": "q"}, **body})
    assert answer.status_code == 201, answer.text
    return "people"


def test_a_ruleset_gives_leads_to_people(
    app: App, runner: asyncio.Runner, alice: Client, anybody: Client, ruleset: str
) -> None:
    hook = new_hook(alice, ruleset_id=ruleset)
    assert hook["ruleset_id"] == ruleset
    said = [{"name": "Eva", "country": "ES"}, {"name": "Leo", "country": "ES"}, {"name": "Mia", "country": "PT"}, {}]
    answer = anybody.post(hook["path"], said)
    stored = stored_leads(app, runner)
    ana, ben = ({"rep_id": ref, "name": ref.title()} for ref in ("ana", "ben"))
    assert [lead.first_name for lead in stored] == ["Eva", "Leo", "Mia"]
    assert (answer.status_code, answer.json()["leads"][:3]) == (
        201,
        [{"lead_id": lead.id, "assigned_to": owner} for lead, owner in zip(stored, [ana, ben, None], strict=True)],
    )
    assert "acme.org" not in answer.text


def test_rules_see_the_fields_of_a_hooked_lead(
    app: App, runner: asyncio.Runner, alice: Client, anybody: Client
) -> None:
    rule = {"name": "R", "condition": "attributes.email.endsWith('.es') && attributes.source == 'fair'"}
    ruleset = make_ruleset(alice, rules=[{**rule, "target_id": "ben"}])
    path = new_hook(alice, ruleset_id=ruleset, defaults={"source": "fair"})["path"]
    answer = anybody.request("POST", path, content=b"Email+Address=eva%40x.es", headers=FORM)
    assert answer.json()["leads"][0]["assigned_to"] == {"rep_id": "ben", "name": "Ben"}


def test_a_known_lead_is_not_changed_by_a_hook(
    app: App, runner: asyncio.Runner, alice: Client, anybody: Client, ruleset: str
) -> None:
    path = new_hook(alice, ruleset_id=ruleset)["path"]
    alice.post("/api/v1/leads", {"lead_id": "L-1", "ruleset_id": ruleset, "attributes": {"country": "ES"}})
    lead = one(app, runner)
    for name in ("L-1", lead.id, bare(lead.id)):
        answer = anybody.post(path, {"lead_id": name, "name": "Mallory", "country": "PT", "more": 1})
        assert (answer.status_code, answer.json()) == (200, {"success": True, "leads": [{"already_there": True}]})
    assert one(app, runner) == lead


def test_a_lead_for_people_sent_again_under_a_key_is_given_once(
    app: App, runner: asyncio.Runner, alice: Client, anybody: Client, ruleset: str
) -> None:
    path = new_hook(alice, ruleset_id=ruleset)["path"]
    said = {"lead_id": "L-1", "name": "Eva", "country": "ES"}
    first, again = (anybody.post(path, said, headers={"Idempotency-Key": "k"}) for _ in range(2))
    assert (first.status_code, first.text) == (201, again.text)
    assert one(app, runner).first_name == "Eva"


def test_a_strict_ruleset_without_anybody_free_stores_nothing(
    app: App, runner: asyncio.Runner, alice: Client, anybody: Client
) -> None:
    path = new_hook(alice, ruleset_id=make_ruleset(alice, on_unavailable="error"))["path"]
    for ref in ("ana", "ben"):
        alice.patch(f"/api/v1/reps/{ref}", {"status": "ooo"})
    answer = anybody.post(path, {"name": "Eva", "country": "ES"})
    assert (answer.status_code, answer.json()["message"]) == (
        409,
        "Nobody can take this lead now; it was not stored, so send it again later",
    )
    assert stored_leads(app, runner) == []


def test_a_deleted_ruleset_takes_no_leads(alice: Client, charlie: Client, anybody: Client, ruleset: str) -> None:
    path = new_hook(alice, ruleset_id=ruleset)["path"]
    assert charlie.post(HOOKS, {"name": "Mine", "ruleset_id": ruleset}).status_code == 404
    assert alice.delete(f"/api/v1/rules/{ruleset}").status_code == 204
    assert anybody.post(path, {"name": "Eva"}).status_code == 409
    assert alice.post(HOOKS, {"name": "Late", "ruleset_id": ruleset}).json()["message"] == "Ruleset not found"


def test_a_lead_for_people_of_a_foreign_campaign_is_refused(
    app: App, runner: asyncio.Runner, alice: Client, charlie: Client, anybody: Client, ruleset: str
) -> None:
    path = new_hook(alice, ruleset_id=ruleset)["path"]
    campaign = charlie.post("/api/public/campaigns", {"name": "Theirs"}).json()
    id_ = campaign.get("campaign", campaign)["id"]
    answer = anybody.post(path, {"name": "Eva", "campaign_id": id_})
    assert (answer.status_code, stored_leads(app, runner)) == (400, [])

"""What APPLICATION nodes do: inside the database at once, and outside with retries."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from pointsman.engine.engine import Engine
from tests.connectors.fakes import Answer, Request, said, serving
from tests.engine.conftest import Flow


class Site:
    """Somebody's server."""

    def __init__(self) -> None:
        self.url = ""
        self.requests: list[Request] = []
        self.answers: list[Answer] = []

    def __call__(self, request: Request) -> Answer:
        self.requests.append(request)
        return self.answers.pop(0) if self.answers else said(200, {"id": "msg-1", "grade": "A"})


@pytest.fixture
def site(flow: Flow) -> Iterator[Site]:
    """A server that webhooks, mails and text messages go to."""
    made = Site()
    server = serving(made)
    made.url = flow.runner.run(server.__aenter__())
    flow.app.settings = replace(
        flow.app.settings, allow_private_urls=True, email_api_key="re_1", email_api_url=made.url,
        sms_account_sid="AC1", sms_auth_token="t", sms_api_url=made.url,
    )  # fmt: skip
    flow.engine = Engine(flow.app)
    yield made
    flow.runner.run(flow.engine.close())
    flow.runner.run(server.__aexit__(None, None, None))


def acting(flow: Flow, action: str, **config: Any) -> str:
    return flow.draw(
        {"act": ("APPLICATION", {"action_key": action, "action_config": config}), "won": ("CONVERTED", {}),
         "lost": ("DROPPED", {})},
        ("act", "won", "success"), ("act", "lost", "failure"),
    )  # fmt: skip


def ran(flow: Flow, workflow: str, **metadata: Any) -> tuple[str, str]:
    lead = flow.enrol(workflow, **metadata)
    flow.drain()
    return lead, flow.status(workflow, lead)


def test_a_tag_is_put_on(flow: Flow) -> None:
    lead, status = ran(flow, acting(flow, "add_tag", tag="Hot {{color}}"), color="red")
    tags = flow.alice.get(f"/api/public/leads/{lead}").json()["lead"]["tags"]
    assert (status, [tag["name"] for tag in tags]) == ("completed", ["Hot red"])


def test_fields_and_metadata_are_updated_and_the_next_condition_sees_them(flow: Flow) -> None:
    update = {"fields": {"company": "ACME"}, "metadata": {"score": 7}}
    workflow = flow.draw(
        {"act": ("APPLICATION", {"action_key": "update_lead", "action_config": update}),
         "acme?": ("CONDITIONAL", {"logic": "AND", "rules": [
             {"field": "company", "operator": "equals", "value": "ACME"},
             {"field": "metadata.score", "operator": "greater_than", "value": 5}]}),
         "won": ("CONVERTED", {}), "lost": ("DROPPED", {})},
        ("act", "acme?"), ("acme?", "won", "true"), ("acme?", "lost", "false"),
    )  # fmt: skip
    lead, status = ran(flow, workflow)
    assert status == "completed"
    assert flow.alice.get(f"/api/public/leads/{lead}").json()["lead"]["company"] == "ACME"


def test_a_status_is_set(flow: Flow) -> None:
    workflow = flow.draw(
        {"act": ("APPLICATION", {"action_key": "set_status", "action_config": {"status_key": "qualified"}}),
         "wait": ("TIME", {"delay_hours": 1}), "won": ("CONVERTED", {})},
        ("act", "wait"), ("wait", "won"),
    )  # fmt: skip
    lead, status = ran(flow, workflow)
    run = flow.alice.get(f"/api/public/leads/{lead}").json()["lead"]["active_workflow_run"]
    assert (status, run["current_status"]["key"]) == ("active", "qualified")


def test_a_final_status_ends_the_run_there(flow: Flow) -> None:
    workflow = acting(flow, "set_status", status_key="lost")
    lead, status = ran(flow, workflow)
    assert (status, flow.path(workflow, lead)) == ("dropped", [("act", "completed")])


def owner_name(flow: Flow, lead: str) -> str:
    return str(flow.alice.get(f"/api/v1/contacts/{lead}").json()["data"]["assigned_rep"]["name"])


def test_an_owner_is_assigned(flow: Flow) -> None:
    flow.alice.post("/api/v1/reps", {"rep_id": "ben", "name": "Ben", "email": "ben@example.com"})
    workflow = acting(flow, "assign_rep", rep_id="ben")
    lead, status = ran(flow, workflow)
    assert (status, owner_name(flow, lead)) == ("completed", "Ben")


def test_a_ruleset_assigns_owners_in_turn(flow: Flow) -> None:
    for name in ("ana", "ben"):
        flow.alice.post("/api/v1/reps", {"rep_id": name, "name": name.title(), "email": f"{name}@example.com"})
    pool = {"type": "round_robin", "pool": ["ana", "ben"], "method": "equal_distribution"}
    rules = [{"priority": 1, "name": "All", "conditions": [], "assignment": pool}]
    fallback = {"type": "queue", "queue_id": "late"}
    flow.alice.post("/api/v1/rules", {"ruleset_id": "sales", "name": "Sales", "rules": rules, "fallback": fallback})
    workflow = acting(flow, "assign_rep", ruleset_id="sales")
    leads = [ran(flow, workflow)[0] for _ in range(3)]
    assert [owner_name(flow, lead) for lead in leads] == ["Ana", "Ben", "Ana"]


@pytest.mark.parametrize(
    ("action", "config"),
    [
        ("assign_rep", {"rep_id": "nobody"}),
        ("assign_rep", {"ruleset_id": "any"}),
        ("set_status", {"status_key": "nonsense"}),
        ("add_tag", {"tag": "!!!"}),
        ("update_lead", {"fields": {"first_name": ""}}),
        ("update_lead", {"fields": {"shoe_size": "44"}}),
    ],
)
def test_what_cannot_be_done_takes_the_failure_edge_and_says_why(
    flow: Flow, action: str, config: dict[str, Any]
) -> None:
    workflow = acting(flow, action, **config)
    lead, status = ran(flow, workflow)
    assert status == "dropped"
    assert flow.run_of(workflow, lead)["history"][0]["reason"]


def test_a_webhook_is_sent_with_its_templates_filled_in(flow: Flow, site: Site) -> None:
    body = {"name": "{{first_name}}", "color": "{{color}}"}
    workflow = acting(flow, "webhook", url=f"{site.url}/leads", body=body)
    _lead, status = ran(flow, workflow, color="blue")
    (request,) = site.requests
    assert (status, request.path, request.json) == ("completed", "/leads", {"name": "Ana", "color": "blue"})
    assert len(request.headers["idempotency-key"].split(":")) == 2


def test_a_condition_sees_what_a_webhook_answered(flow: Flow, site: Site) -> None:
    hook = {"action_key": "webhook", "action_config": {"url": site.url, "body": {}}}
    workflow = flow.draw(
        {"act": ("APPLICATION", hook),
         "grade": ("CONDITIONAL", {"condition_field": "application.response.grade", "branches": ["A", "B"]}),
         "won": ("CONVERTED", {}), "lost": ("DROPPED", {})},
        ("act", "grade"), ("grade", "won", "A"), ("grade", "lost"),
    )  # fmt: skip
    assert ran(flow, workflow)[1] == "completed"


def test_a_server_that_is_down_is_asked_again_under_the_same_key(flow: Flow, site: Site) -> None:
    site.answers = [Answer(500), Answer(502)]
    workflow = acting(flow, "webhook", url=site.url, body={})
    lead, status = ran(flow, workflow)
    assert status == "active"
    flow.pass_time(minutes=1)
    flow.pass_time(minutes=5)
    assert flow.status(workflow, lead) == "completed"
    assert len({request.headers["idempotency-key"] for request in site.requests}) == 1


def test_a_server_that_refuses_is_a_failure(flow: Flow, site: Site) -> None:
    site.answers = [Answer(422)]
    assert ran(flow, acting(flow, "webhook", url=site.url, body={}))[1] == "dropped"


def test_a_template_without_a_value_sends_nothing_and_fails_with_its_name(flow: Flow, site: Site) -> None:
    workflow = acting(flow, "webhook", url=site.url, body={"who": "{{nickname}}"})
    lead, status = ran(flow, workflow)
    assert (status, site.requests) == ("dropped", [])
    assert "nickname" in flow.run_of(workflow, lead)["history"][0]["reason"]


def test_private_addresses_are_refused_unless_allowed(flow: Flow, site: Site) -> None:
    flow.app.settings = replace(flow.app.settings, allow_private_urls=False)
    careful = Engine(flow.app)
    flow.runner.run(flow.engine.close())
    flow.engine = careful
    assert ran(flow, acting(flow, "webhook", url=site.url, body={}))[1] == "dropped"
    assert site.requests == []


def test_a_text_message_goes_to_the_leads_number_and_shows_in_its_history(flow: Flow, site: Site) -> None:
    workflow = acting(flow, "sms", **{"from": "+14155550100"}, body="Hello {{first_name}}")
    lead, status = ran(flow, workflow)
    (request,) = site.requests
    assert (status, request.form["To"], request.form["Body"]) == ("completed", ["+14155552671"], ["Hello Ana"])
    assert "message" in str(flow.alice.get(f"/api/public/leads/{lead}/history").json())


def test_a_mail_without_an_address_fails(flow: Flow, site: Site) -> None:
    workflow = acting(flow, "email", **{"from": "a@acme.test"}, subject="Hi", text="Hello")
    _lead, status = ran(flow, workflow)
    assert (status, site.requests) == ("dropped", [])

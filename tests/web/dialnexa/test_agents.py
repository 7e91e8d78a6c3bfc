"""`/v1/agents` (design section 6)."""

from typing import Any

import pytest
from sqlalchemy import select

from pointsman.bootstrap import App
from pointsman.core.ids import parse_id
from pointsman.storage import tables
from tests.conftest import Cast, Client, Clock
from tests.factories import set_workflow_status
from tests.web.dialnexa.steps import new_node, new_workflow

AGENTS = "/v1/agents"
MISSING = {"statusCode": 404, "message": "Agent not found", "error": "Not Found"}
MASK = "********"
HTTP = {"url": "https://voice.example.com/calls", "headers": {"Authorization": "Bearer s3cret", "X-Tenant": "acme"}}
TWILIO = {"account_sid": "AC1", "auth_token": "s3cret", "url": "https://example.com/twiml"}


def new_agent(client: Client, **fields: Any) -> str:
    answer = client.post(AGENTS, {"name": "Ana", **fields})
    assert answer.status_code == 201, answer.text
    id_: str = answer.json()["id"]
    return id_


def stored_config(app: App, client: Client, agent_id: str) -> Any:
    query = select(tables.agents.c.config).where(tables.agents.c.id == parse_id(agent_id))
    return client.runner.run(app.db.read(lambda tx: tx.execute(query).scalar_one()))


def workflow_that_calls(app: App, client: Client, status: str, **config: Any) -> str:
    workflow_id = new_workflow(client)
    new_node(client, workflow_id, "VOICE_CALL", label="First call", config=config)
    set_workflow_status(app, client, str(parse_id(workflow_id)), status=status)
    return workflow_id


def test_an_agent_is_a_simulator_unless_asked_otherwise(alice: Client) -> None:
    answer = alice.post(AGENTS, {"name": "Ana"})
    agent = answer.json()
    id_ = agent.pop("id")
    assert answer.status_code == 201
    assert id_.startswith("agent_")
    assert parse_id(id_) is not None
    assert agent == {
        "name": "Ana",
        "provider": "simulator",
        "config": {},
        "created_at": "2026-03-31T12:00:00.000Z",
        "updated_at": "2026-03-31T12:00:00.000Z",
    }


def test_an_agent_is_shown_as_it_was_made(alice: Client) -> None:
    made = alice.post(AGENTS, {"name": "Ana", "provider": "simulator", "config": {"answer_rate": 0.4}}).json()
    assert made["config"] == {"answer_rate": 0.4}
    for spelling in (made["id"], made["id"].upper(), str(parse_id(made["id"])), made["id"].replace("agent", "agt")):
        assert alice.get(f"{AGENTS}/{spelling}").json() == made


def test_agents_are_listed_in_pages_newest_first(alice: Client, charlie: Client, clock: Clock) -> None:
    new_agent(charlie)
    ids = []
    for _ in range(3):
        clock.forward(seconds=1)
        ids.append(new_agent(alice))
    first = alice.get(f"{AGENTS}?limit=2").json()
    second = alice.get(f"{AGENTS}?limit=2&page=2").json()
    assert [agent["id"] for agent in first["data"] + second["data"]] == ids[::-1]
    assert first["meta"] == {"page": 1, "limit": 2, "total": 3, "totalPages": 2}
    assert second["meta"] == {"page": 2, "limit": 2, "total": 3, "totalPages": 2}


def test_an_empty_list_has_no_pages(alice: Client) -> None:
    assert alice.get(AGENTS).json() == {"data": [], "meta": {"page": 1, "limit": 20, "total": 0, "totalPages": 0}}


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("page=0", "page must be an integer >= 1"),
        ("page=x", "page must be an integer"),
        ("page=99999999999999999999999", "page must be an integer <= 1000000"),
        ("limit=0", "limit must be an integer >= 1"),
        ("limit=101", "limit must be an integer <= 100"),
    ],
)
def test_a_page_that_cannot_be_is_refused(alice: Client, query: str, message: str) -> None:
    answer = alice.get(f"{AGENTS}?{query}")
    assert (answer.status_code, answer.json()) == (400, {"statusCode": 400, "message": message, "error": "Bad Request"})


def test_secrets_are_stored_and_never_shown(app: App, alice: Client) -> None:
    made = alice.post(AGENTS, {"name": "Ana", "provider": "http", "config": {**HTTP, "nested": [{"api_key": "x"}]}})
    shown = {
        "url": HTTP["url"],
        "headers": {"Authorization": MASK, "X-Tenant": MASK},
        "nested": [{"api_key": MASK}],
    }
    assert made.json()["config"] == shown
    assert alice.get(f"{AGENTS}/{made.json()['id']}").json()["config"] == shown
    assert alice.get(AGENTS).json()["data"][0]["config"] == shown
    assert stored_config(app, alice, made.json()["id"])["headers"] == HTTP["headers"]


def test_the_kept_answer_of_a_repeated_request_holds_no_secret(app: App, alice: Client) -> None:
    body = {"name": "Ana", "provider": "twilio", "config": TWILIO}
    headers = {"Idempotency-Key": "once"}
    first = alice.post(AGENTS, body, headers=headers)
    assert alice.post(AGENTS, body, headers=headers).json() == first.json()
    kept = select(tables.idempotency_keys.c.body)
    assert "s3cret" not in alice.runner.run(app.db.read(lambda tx: tx.execute(kept).scalar_one()))


def test_a_mask_that_comes_back_keeps_the_secret(app: App, alice: Client) -> None:
    id_ = new_agent(alice, provider="twilio", config=TWILIO)
    config = alice.get(f"{AGENTS}/{id_}").json()["config"]
    answer = alice.patch(f"{AGENTS}/{id_}", {"config": {**config, "url": "https://example.com/other"}})
    assert answer.json()["config"] == {"account_sid": "AC1", "auth_token": MASK, "url": "https://example.com/other"}
    assert stored_config(app, alice, id_) == {**TWILIO, "url": "https://example.com/other"}


def test_a_new_secret_replaces_the_old_one(app: App, alice: Client) -> None:
    id_ = new_agent(alice, provider="twilio", config=TWILIO)
    alice.patch(f"{AGENTS}/{id_}", {"config": {**TWILIO, "auth_token": "new"}})
    assert stored_config(app, alice, id_)["auth_token"] == "new"


def test_a_mask_without_a_stored_secret_is_refused(alice: Client) -> None:
    made = alice.post(AGENTS, {"name": "Ana", "provider": "twilio", "config": {**TWILIO, "auth_token": MASK}})
    assert made.status_code == 400
    assert made.json()["message"] == (
        "config.auth_token must be the secret itself: none is stored that ******** could stand for"
    )
    id_ = new_agent(alice)
    assert alice.patch(f"{AGENTS}/{id_}", {"config": {"list": [{"token": MASK}]}}).status_code == 400


def test_a_change_leaves_the_rest(alice: Client, clock: Clock) -> None:
    id_ = new_agent(alice, provider="http", config=HTTP)
    before = alice.get(f"{AGENTS}/{id_}").json()
    clock.forward(minutes=1)
    answer = alice.patch(f"{AGENTS}/{id_}", {"name": "Eva"})
    assert (answer.status_code, answer.json()) == (
        200,
        {**before, "name": "Eva", "updated_at": "2026-03-31T12:01:00.000Z"},
    )


def test_a_config_is_replaced_as_a_whole(alice: Client) -> None:
    id_ = new_agent(alice, config={"a": 1, "b": 2})
    assert alice.patch(f"{AGENTS}/{id_}", {"config": {"b": 3}}).json()["config"] == {"b": 3}


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({}, "name is required"),
        ({"name": ""}, "name is required"),
        ({"name": " "}, "name is required"),
        ({"name": 5, "config": []}, ["name must be a string", "config must be an object"]),
        ({"name": "x" * 201}, "name must be a string of length <= 200"),
        ({"name": "a\0b"}, "Text must not contain NUL characters"),
        ({"name": "A", "config": {"a\0": 1}}, "Text must not contain NUL characters"),
        ({"name": "A", "provider": "carrier-pigeon"}, "provider must be one of simulator, http, twilio"),
        ({"name": "A", "provider": "http"}, "config.url is required"),
        ({"name": "A", "provider": "http", "config": {"url": 5}}, "config.url must be an http or https address"),
        (
            {"name": "A", "provider": "http", "config": {"url": "ftp://x"}},
            "config.url must be an http or https address",
        ),
        (
            {"name": "A", "provider": "http", "config": {"url": "https://"}},
            "config.url must be an http or https address",
        ),
        (
            {"name": "A", "provider": "http", "config": {"url": "http://["}},
            "config.url must be an http or https address",
        ),
        (
            {"name": "A", "provider": "http", "config": {"url": "https://ana:pw@example.com"}},
            "config.url must not hold a user name or password; put them into config.headers",
        ),
        (
            {
                "name": "A",
                "provider": "http",
                "config": {"url": "https://x", "headers": {"a": 5}, "secret": "no base64"},
            },
            [
                "config.headers must be an object of texts",
                "config.secret must be base64, as in whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
            ],
        ),
        (
            {"name": "A", "provider": "http", "config": {"url": "https://x", "headers": []}},
            "config.headers must be an object of texts",
        ),
        (
            {"name": "A", "provider": "http", "config": {"url": "https://x", "secret": 5}},
            "config.secret must be base64, as in whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
        ),
        (
            {"name": "A", "provider": "twilio"},
            [
                "config.account_sid is required",
                "config.auth_token is required",
                "config.url or config.twiml is required",
            ],
        ),
        (
            {
                "name": "A",
                "provider": "twilio",
                "config": {"account_sid": "A", "auth_token": 5, "twiml": "<Response/>"},
            },
            "config.auth_token is required",
        ),
        ({"name": "A", "config": {"a": "x" * 65_536}}, "config must have at most 65536 bytes as JSON"),
    ],
)
def test_a_wrong_agent_is_refused(alice: Client, body: Any, message: Any) -> None:
    answer = alice.post(AGENTS, body)
    assert (answer.status_code, answer.json()) == (400, {"statusCode": 400, "message": message, "error": "Bad Request"})
    assert alice.get(AGENTS).json()["data"] == []


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({}, "Nothing to change: send at least one of name, provider, config"),
        ({"name": None}, "name is required"),
        ({"name": ""}, "name is required"),
        ({"config": None}, "config is required"),
        ({"provider": "http"}, "config.url is required"),
    ],
)
def test_a_wrong_change_is_refused(alice: Client, body: Any, message: Any) -> None:
    id_ = new_agent(alice)
    before = alice.get(f"{AGENTS}/{id_}").json()
    answer = alice.patch(f"{AGENTS}/{id_}", body)
    assert (answer.status_code, answer.json()["message"]) == (400, message)
    assert alice.get(f"{AGENTS}/{id_}").json() == before


def test_large_numbers_in_a_config_survive(alice: Client) -> None:
    config = {"a": 2**70, "b": -(2**70), "c": 0.1}
    assert alice.get(f"{AGENTS}/{new_agent(alice, config=config)}").json()["config"] == config


def test_a_deleted_agent_is_gone(alice: Client) -> None:
    id_ = new_agent(alice)
    answer = alice.delete(f"{AGENTS}/{id_}")
    assert (answer.status_code, answer.json()) == (200, {"message": "Agent deleted."})
    for again in (
        alice.get(f"{AGENTS}/{id_}"),
        alice.patch(f"{AGENTS}/{id_}", {"name": "x"}),
        alice.delete(f"{AGENTS}/{id_}"),
    ):
        assert (again.status_code, again.json()) == (404, MISSING)
    assert alice.get(AGENTS).json()["data"] == []


@pytest.mark.parametrize("status", ["active", "paused"])
@pytest.mark.parametrize("spell", [str, str.upper, parse_id, lambda id_: id_.removeprefix("agent_")])
def test_an_agent_in_use_cannot_be_deleted(app: App, alice: Client, status: str, spell: Any) -> None:
    id_ = new_agent(alice)
    workflow_that_calls(app, alice, status, agent_id=spell(id_))
    answer = alice.delete(f"{AGENTS}/{id_}")
    assert (answer.status_code, answer.json()) == (
        409,
        {
            "statusCode": 409,
            "message": (
                'This agent is used by node "First call" of workflow "Nurture"; '
                "name another agent there, or cancel the workflow, first"
            ),
            "error": "Conflict",
        },
    )
    assert alice.get(f"{AGENTS}/{id_}").status_code == 200


@pytest.mark.parametrize("status", ["draft", "completed", "cancelled"])
def test_an_agent_of_a_workflow_that_does_not_call_can_be_deleted(app: App, alice: Client, status: str) -> None:
    id_ = new_agent(alice)
    workflow_that_calls(app, alice, status, agent_id=id_)
    assert alice.delete(f"{AGENTS}/{id_}").status_code == 200


def test_somebody_elses_workflow_does_not_keep_an_agent(app: App, alice: Client, charlie: Client) -> None:
    id_ = new_agent(alice)
    workflow_that_calls(app, charlie, "active", agent_id=id_)
    workflow_that_calls(app, alice, "active", agent_id="another")
    workflow_that_calls(app, alice, "active")
    assert alice.delete(f"{AGENTS}/{id_}").status_code == 200


def test_a_deleted_agent_leaves_its_phone_numbers(alice: Client) -> None:
    id_ = new_agent(alice)
    number = {"phone_number": "+14155550100", "agent_id": id_}
    number_id = alice.post("/v1/organization-phone-numbers", number).json()["id"]
    alice.delete(f"{AGENTS}/{id_}")
    shown = alice.get(f"/v1/organization-phone-numbers/{number_id}").json()
    assert (shown["agent_id"], shown["provider"]) == (None, None)


def test_a_foreign_agent_is_missing(alice: Client, charlie: Client) -> None:
    id_ = new_agent(alice)
    for answer in (
        charlie.get(f"{AGENTS}/{id_}"),
        charlie.patch(f"{AGENTS}/{id_}", {"name": "x"}),
        charlie.delete(f"{AGENTS}/{id_}"),
    ):
        assert (answer.status_code, answer.json()) == (404, MISSING)
    assert charlie.get(AGENTS).json()["data"] == []
    assert alice.get(f"{AGENTS}/{id_}").json()["name"] == "Ana"


@pytest.mark.parametrize("id_", ["x", "agent_1", "%00", "99999999999999999999999999999999", "agent_" + "0" * 32])
def test_what_is_no_id_is_missing(alice: Client, id_: str) -> None:
    assert alice.get(f"{AGENTS}/{id_}").json() == MISSING


def test_reading_and_writing_need_their_scopes(cast: Cast, alice: Client, bob: Client) -> None:
    id_ = new_agent(alice)
    reader = cast.member("Acme", scopes=("workflows:read",))
    assert bob.get(AGENTS).status_code == 403
    assert reader.get(f"{AGENTS}/{id_}").status_code == 200
    assert reader.post(AGENTS, {"name": "x"}).status_code == 403
    assert reader.patch(f"{AGENTS}/{id_}", {"name": "x"}).status_code == 403
    assert reader.delete(f"{AGENTS}/{id_}").status_code == 403

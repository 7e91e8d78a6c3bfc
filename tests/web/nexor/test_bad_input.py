"""Whatever comes in: the documented envelope, nothing stored, and never a 500."""

import json

import pytest
from sqlalchemy import func, select

from pointsman.bootstrap import App
from pointsman.core.access import read_key
from pointsman.storage import tables
from tests.conftest import Cast, Client, Clock
from tests.factories import make_workflow

LEADS = "/api/public/leads"


def stored(app: App, client: Client) -> int:
    return client.runner.run(
        app.db.read(lambda tx: tx.execute(select(func.count()).select_from(tables.leads)).scalar_one())
    )


def nested(levels: int) -> bytes:
    return b'{"first_name":"A","metadata":{"a":' + b"[" * levels + b"]" * levels + b"}}"


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b'{"first_name": "A"',
        b'{"first_name": NaN}',
        b'{"first_name": "A", "metadata": {"n": 1e999}}',
        b'{"first_name": "\xff"}',
        b'{"first_name": "\\ud800"}',
        b'{"first_name": "a\\u0000b"}',
        b'{"first_name": "A", "metadata": {"a\\u0000": 1}}',
        b'{"first_name": "A", "metadata": {"a": ["\\u0000"]}}',
        b"null",
        b"5",
        b'"lead"',
        b"[]",
        b'{"first_name": 5}',
        b'{"first_name": ["A"]}',
        b'{"first_name": "A", "email": {}}',
        b'{"first_name": "A", "metadata": []}',
        b'{"first_name": "A", "metadata": "x"}',
        b'{"first_name": "A", "force_first_message": "hi"}',
        b'{"first_name": "A", "force_first_message": {"channel": "call"}}',
        b'{"first_name": "A", "campaign_id": "nope"}',
        b'{"first_name": "A", "campaign_id": 5}',
        b'{"first_name": "A", "workflow_id": "00000000-0000-7000-8000-000000000000"}',
        nested(100),
        nested(900),
        nested(10_000),
        json.dumps({"first_name": "A" * 5000}).encode(),
        json.dumps({"first_name": "A", "metadata": {str(n): n for n in range(2000)}}).encode(),
        json.dumps([{"first_name": "A"}] * 1001).encode(),
    ],
    ids=lambda body: body[:40].decode("latin-1"),
)
def test_a_bad_body_is_a_400_and_stores_nothing(app: App, alice: Client, body: bytes) -> None:
    answer = alice.request("POST", LEADS, content=body)
    assert answer.status_code == 400
    assert answer.json().keys() == {"error", "message"}
    assert answer.json()["error"] == "Validation error"
    assert stored(app, alice) == 0


def test_a_body_over_the_cap_is_a_413(app: App, alice: Client) -> None:
    answer = alice.request("POST", LEADS, content=b'{"first_name": "' + b"A" * (9 * 1024 * 1024) + b'"}')
    assert (answer.status_code, answer.json()["error"]) == (413, "Payload too large")
    assert stored(app, alice) == 0


def test_a_backslash_before_u0000_is_plain_text(alice: Client) -> None:
    answer = alice.request("POST", LEADS, content=b'{"first_name": "a\\\\u0000b"}')
    assert (answer.status_code, answer.json()["lead"]["first_name"]) == (201, "a\\u0000b")


def test_huge_numbers_in_metadata_come_back_as_they_were(alice: Client) -> None:
    number = 10**60
    answer = alice.post(LEADS, {"first_name": "A", "metadata": {"n": number, "f": 1e-300}})
    lead_id = answer.json()["lead"]["id"]
    assert answer.json()["lead"]["metadata"] == {"n": number, "f": 1e-300}
    assert alice.get(f"{LEADS}/{lead_id}").json()["lead"]["metadata"] == {"n": number, "f": 1e-300}


def test_only_the_bad_item_of_a_batch_fails(app: App, alice: Client) -> None:
    body = b'[{"first_name":"A"},{"first_name":"a\\u0000"},' + nested(100) + b',{"first_name":"B"}]'
    results = alice.request("POST", LEADS, content=body).json()["results"]
    assert [item["success"] for item in results] == [True, False, False, True]
    assert stored(app, alice) == 2


@pytest.mark.parametrize("key", ["", " ", "x", "nxr_live_", "nxr_live_" + "a" * 56, "a:b", "é" * 40, "a" * 5000])
def test_a_wrong_key_is_a_401(cast: Cast, key: str) -> None:
    stranger = cast.stranger(headers={"X-API-Key": key.encode()})
    assert stranger.get(LEADS).status_code == 401


def test_an_expired_key_is_a_401(cast: Cast, clock: Clock) -> None:
    member = cast.member("Acme", expires_at=clock())
    assert member.get(LEADS).status_code == 401


@pytest.mark.parametrize(
    "spelling", ["nxr_live_{id}{secret}", "sk_live_{id}{secret}", "{id}:{secret}", "sk_{id}{secret}"]
)
@pytest.mark.parametrize("header", ["X-API-Key", "Authorization"])
def test_every_spelling_of_a_key_works_in_either_header(cast: Cast, spelling: str, header: str) -> None:
    key_id, secret = read_key(cast.member("Acme").key) or ("", "")
    value = spelling.format(id=key_id, secret=secret)
    caller = cast.stranger(headers={header: f"Bearer {value}" if header == "Authorization" else value})
    assert caller.get(LEADS).status_code == 200


def test_a_key_with_another_secret_is_a_401(cast: Cast) -> None:
    key = cast.member("Acme").key
    wrong = key[:-1] + ("a" if key[-1] != "a" else "b")
    assert cast.stranger(headers={"X-API-Key": wrong}).get(LEADS).status_code == 401


def test_a_key_without_the_scope_is_a_403(app: App, cast: Cast) -> None:
    member = cast.member("Acme", scopes=("workflows:write",))
    answer = member.post(LEADS, {"first_name": "A"})
    assert (answer.status_code, answer.json()) == (
        403,
        {"error": "Forbidden", "message": "This API key lacks the scope leads:write"},
    )
    assert stored(app, member) == 0


@pytest.mark.parametrize("scope", ["leads:write", "admin"])
def test_write_and_admin_include_read(cast: Cast, scope: str) -> None:
    assert cast.member("Acme", scopes=(scope,)).get(LEADS).status_code == 200


def test_somebody_elses_campaign_and_workflow_are_unknown(app: App, alice: Client, charlie: Client) -> None:
    workflow_id = make_workflow(app, charlie, "Theirs")
    answer = alice.post(LEADS, {"first_name": "A", "workflow_id": workflow_id})
    assert answer.json()["message"] == "workflow_id not found or does not belong to your account"
    assert stored(app, alice) == 0


@pytest.mark.parametrize("key", ["", "x" * 256, "a\tb"])
def test_an_unusable_idempotency_key_is_a_400(alice: Client, key: str) -> None:
    assert alice.post(LEADS, {"first_name": "A"}, headers={"Idempotency-Key": key}).status_code == 400


def test_unknown_addresses_and_methods_answer_in_the_surfaces_envelope(alice: Client) -> None:
    assert alice.get("/api/public/nothing").json()["error"] == "Not found"
    assert alice.request("PATCH", "/api/public/processors").json()["error"] == "Method not allowed"
    assert alice.get("/v1/nothing").json() == {
        "statusCode": 404,
        "message": "There is nothing at this address",
        "error": "Not Found",
    }


def test_every_answer_carries_a_request_id(alice: Client) -> None:
    assert alice.get("/api/public/nothing").headers["x-request-id"]


def test_a_failure_on_our_side_shows_a_request_id_and_nothing_else(app: App, alice: Client) -> None:
    alice.get("/api/public/tags")

    def break_it(tx: object) -> None:
        tables.lead_tags.drop(tx)
        tables.tags.drop(tx)

    alice.runner.run(app.db.write(break_it))
    answer = alice.get("/api/public/tags")
    request_id = answer.headers["x-request-id"]
    assert answer.status_code == 500
    assert answer.json() == {
        "error": "Internal server error",
        "message": f"Something went wrong on our side. Please quote request id {request_id}.",
    }


@pytest.mark.parametrize(
    ("field", "longest"), [("external_id", 200), ("email", 320), ("phone", 100), ("company", 1000)]
)
def test_a_text_is_taken_up_to_its_longest_in_any_alphabet(alice: Client, field: str, longest: int) -> None:
    text = "𐍈" * longest
    assert alice.post(LEADS, {"first_name": "A", field: text}).status_code == 201
    answer = alice.post(LEADS, {"first_name": "A", field: text + "x"})
    assert answer.json()["message"] == f"{field} must have at most {longest} characters"


def test_the_front_page_names_the_openapi_document(cast: Cast) -> None:
    assert cast.stranger().get("/").json()["openapi"] == "/openapi.json"


@pytest.mark.parametrize("path", ["/nowhere", "/api/v2/leads"])
def test_an_address_of_no_surface_answers_json(cast: Cast, path: str) -> None:
    answer = cast.stranger().get(path)
    assert (answer.status_code, answer.headers["content-type"]) == (404, "application/json")

"""`/v1/api-keys` (contract 1.1)."""

from typing import Any

import pytest
from sqlalchemy import select

from pointsman.bootstrap import App
from pointsman.core.access import KeyStyle
from pointsman.storage import tables
from pointsman.web import auth
from tests.conftest import Cast, Client

KEYS = "/v1/api-keys"
MISSING = {"statusCode": 404, "message": "API key not found", "error": "Not Found"}
UNAUTHORIZED = {"statusCode": 401, "message": "Unauthorized", "error": "Unauthorized"}


@pytest.fixture(autouse=True)
def _keys_are_checked_every_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(auth, "CACHE_SECONDS", 0.0)


def made(client: Client, **fields: Any) -> Any:
    answer = client.post(KEYS, {"name": "Robot", **fields})
    assert answer.status_code == 201, answer.text
    return answer.json()


def holder(cast: Cast, secret: str) -> Client:
    return cast.stranger(headers={"Authorization": f"Bearer {secret}"})


def scopes_of(client: Client, name: str = "Robot") -> Any:
    return next(key["scopes"] for key in client.get(KEYS).json()["data"] if key["name"] == name)


def test_a_new_key_is_shown_once(alice: Client) -> None:
    key = made(alice)
    id_, secret = key.pop("id"), key.pop("secret")
    assert id_.startswith("key_")
    assert secret.count(":") == 1
    assert key == {"name": "Robot", "created_at": "2026-03-31T12:00:00.000Z"}
    assert secret.partition(":")[2] not in alice.get(KEYS).text


def test_a_new_key_works_and_may_do_what_its_maker_may(cast: Cast, alice: Client) -> None:
    robot = holder(cast, made(alice)["secret"])
    assert robot.get(KEYS).status_code == 200
    assert robot.post("/v1/workflows", {"title": "X"}).status_code == 201


def test_a_key_without_scopes_from_an_admin_is_an_admin(cast: Cast) -> None:
    admin = cast.member("Acme", scopes=("admin",))
    made(admin)
    assert scopes_of(admin) == ["admin"]


def test_a_key_can_be_restricted(cast: Cast, alice: Client) -> None:
    robot = holder(cast, made(alice, scopes=["leads:write", "leads:read", "leads:read"])["secret"])
    assert robot.get("/api/public/leads").status_code == 200
    assert robot.get("/v1/agents").status_code == 403
    assert scopes_of(alice) == ["leads:read", "leads:write"]


def test_the_old_key_stays_valid_unless_asked_otherwise(cast: Cast, alice: Client) -> None:
    made(alice)
    made(alice, expire_now=False)
    made(alice, expire_now=None)
    assert alice.get(KEYS).status_code == 200


def test_the_old_key_can_end_with_the_new_one(cast: Cast, alice: Client, clock: Any) -> None:
    other = cast.member("Acme")
    key = made(alice, expire_now=True)
    answer = alice.get(KEYS)
    assert (answer.status_code, answer.json()) == (401, UNAUTHORIZED)
    assert holder(cast, key["secret"]).get(KEYS).status_code == 200
    assert other.get(KEYS).status_code == 200


def test_keys_are_listed_newest_first_with_their_last_use(cast: Cast, alice: Client, clock: Any) -> None:
    cast.member("Charlie and Sons")
    clock.forward(minutes=5)
    secret = made(alice)["secret"]
    clock.forward(minutes=5)
    holder(cast, secret).get(KEYS)
    answer = alice.get(KEYS).json()
    key = answer["data"][0]
    key.pop("id")
    assert key == {
        "name": "Robot",
        "key_id": secret.partition(":")[0],
        "scopes": [],
        "created_at": "2026-03-31T12:05:00.000Z",
        "expires_at": None,
        "last_used_at": "2026-03-31T12:10:00.000Z",
    }
    assert [key["name"] for key in answer["data"]] == ["Robot", "test"]
    assert answer["meta"] == {"page": 1, "limit": 20, "total": 2, "totalPages": 1}


def test_a_revoked_key_works_no_more_and_is_not_listed(cast: Cast, alice: Client) -> None:
    key = made(alice)
    answer = alice.delete(f"{KEYS}/{key['id']}")
    assert (answer.status_code, answer.json()) == (200, {"message": "API key revoked."})
    assert holder(cast, key["secret"]).get(KEYS).status_code == 401
    assert alice.get(KEYS).json()["meta"]["total"] == 1
    assert alice.delete(f"{KEYS}/{key['id']}").json() == MISSING


def test_a_key_can_revoke_itself(alice: Client) -> None:
    assert alice.delete(f"{KEYS}/{alice.get(KEYS).json()['data'][0]['id']}").status_code == 200
    assert alice.get(KEYS).status_code == 401


def test_a_repeated_request_makes_one_key_and_does_not_show_it_again(app: App, alice: Client) -> None:
    headers = {"Idempotency-Key": "once"}
    first = alice.post(KEYS, {"name": "Robot"}, headers=headers)
    again = alice.post(KEYS, {"name": "Robot"}, headers=headers)
    assert (again.status_code, again.json()) == (201, {**first.json(), "secret": "********"})
    assert first.json()["secret"] != "********"
    assert alice.get(KEYS).json()["meta"]["total"] == 2
    kept = alice.runner.run(app.db.read(lambda tx: tx.execute(select(tables.idempotency_keys.c.body)).scalar_one()))
    assert first.json()["secret"].partition(":")[2] not in kept


def test_of_repeated_requests_that_come_together_only_one_shows_the_key(cast: Cast, alice: Client) -> None:
    client = cast.stranger(headers={"X-API-Key": alice.key, "Idempotency-Key": "once"})
    request = ("POST", KEYS, {"name": "Robot"})
    secrets = [answer.json()["secret"] for answer in client.together(request, request, request)]
    assert secrets.count("********") == 2
    shown = next(secret for secret in secrets if secret != "********")
    assert holder(cast, shown).get(KEYS).status_code == 200


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({}, "name is required"),
        ({"name": ""}, "name is required"),
        ({"name": "  "}, "name is required"),
        ({"name": None}, "name is required"),
        ({"name": 5, "expire_now": "yes"}, ["name must be a string", "expire_now must be a boolean"]),
        ({"name": "x" * 201}, "name must be a string of length <= 200"),
        ({"name": "a\0"}, "Text must not contain NUL characters"),
        ({"name": "x", "scopes": "admin"}, "scopes must be an array"),
        ({"name": "x", "scopes": [5]}, "scopes[0] must be a string"),
        (
            {"name": "x", "scopes": []},
            "scopes must name at least one scope; leave it out for a key that may do what yours may",
        ),
        (
            {"name": "x", "scopes": ["calls:read"]},
            (
                "scopes must be some of leads:read, leads:write, routing:read, routing:write, workflows:read, "
                "workflows:write, people:read, people:write, admin"
            ),
        ),
    ],
)
def test_a_wrong_key_is_refused(alice: Client, body: Any, message: Any) -> None:
    answer = alice.post(KEYS, {"expire_now": True, **body})
    assert (answer.status_code, answer.json()) == (400, {"statusCode": 400, "message": message, "error": "Bad Request"})
    assert alice.get(KEYS).json()["meta"]["total"] == 1


def test_keys_are_the_business_of_admins(cast: Cast, alice: Client) -> None:
    id_ = made(alice)["id"]
    almost = cast.member("Acme", scopes=("leads:write", "routing:write", "workflows:write", "people:write"))
    for answer in (almost.post(KEYS, {"name": "x"}), almost.get(KEYS), almost.delete(f"{KEYS}/{id_}")):
        assert (answer.status_code, answer.json()) == (
            403,
            {"statusCode": 403, "message": "This API key lacks the scope admin", "error": "Forbidden"},
        )
    assert alice.get(KEYS).json()["meta"]["total"] == 3


def test_a_foreign_key_is_missing(alice: Client, charlie: Client) -> None:
    id_ = alice.get(KEYS).json()["data"][0]["id"]
    for answer in (charlie.delete(f"{KEYS}/{id_}"), charlie.delete(f"{KEYS}/key_1")):
        assert (answer.status_code, answer.json()) == (404, MISSING)
    assert alice.get(KEYS).status_code == 200
    assert charlie.get(KEYS).json()["meta"]["total"] == 1


def test_the_key_is_spelled_as_this_surface_documents_it(cast: Cast) -> None:
    maker = cast.member("Acme", style=KeyStyle.DIALNEXA)
    key_id, _, secret = made(maker)["secret"].partition(":")
    assert (len(key_id), len(secret)) == tuple(map(len, maker.key.split(":")))

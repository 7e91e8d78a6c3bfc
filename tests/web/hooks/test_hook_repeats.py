"""A lead that is sent to a hook again is taken once."""

import asyncio

from pointsman.bootstrap import App
from tests.conftest import Client
from tests.web.hooks.hooking import one


def test_a_lead_whose_external_id_is_known_is_there_already(
    app: App, runner: asyncio.Runner, anybody: Client, path: str
) -> None:
    said = {"lead_id": "L-1", "name": "Ana"}
    assert anybody.post(path, said).status_code == 201
    answer = anybody.post(path, {**said, "name": "Somebody else"})
    assert (answer.status_code, answer.json()) == (200, {"success": True, "leads": [{"already_there": True}]})
    assert one(app, runner).first_name == "Ana"


def test_an_idempotency_key_works(app: App, runner: asyncio.Runner, anybody: Client, path: str) -> None:
    key = {"Idempotency-Key": "entry-1"}
    first, again = (anybody.post(path, {"name": "Ana"}, headers=key) for _ in range(2))
    other = anybody.post(path, {"name": "Ben"}, headers=key)
    assert (first.status_code, first.text) == (again.status_code, again.text)
    assert (other.status_code, other.json()["message"]) == (
        409,
        "This Idempotency-Key was already used for a different request",
    )
    assert one(app, runner).first_name == "Ana"
    for bad in ("", "x" * 256):
        assert anybody.post(path, {"name": "Ana"}, headers={"Idempotency-Key": bad}).status_code == 400


def test_a_form_sent_again_with_another_boundary_is_the_same(
    app: App, runner: asyncio.Runner, anybody: Client, path: str
) -> None:
    texts = [anybody.request("POST", path, files={"name": (None, b"Ana")}, headers={"Idempotency-Key": "e"}).text
             for _ in range(2)]  # fmt: skip
    assert texts[0] == texts[1]
    assert one(app, runner).first_name == "Ana"


def test_keys_of_a_hook_are_not_those_of_programs(alice: Client, anybody: Client, path: str) -> None:
    key = {"Idempotency-Key": "entry-1"}
    assert anybody.post(path, {"name": "Ana"}, headers=key).status_code == 201
    assert alice.post("/api/public/leads", {"first_name": "Ben"}, headers=key).status_code == 201

"""`/v1/lead-hooks`: making, changing and deleting hooks, and what answers at their addresses."""

import asyncio
from typing import Any

import pytest

from pointsman.bootstrap import App
from tests.cli.command import stored_leads
from tests.conftest import Cast, Client, Clock
from tests.web.hooks.hooking import BASE, HOOKS, SECRET, bare, new_hook, new_processor, one

UNKNOWN = {"error": "Not found", "message": "There is no hook for leads at this address"}
MISSING = {"statusCode": 404, "message": "Lead hook not found", "error": "Not Found"}


# ── managing hooks ───────────────────────────────────────────────────────────────────────────────────────────────


def test_a_new_hook_shows_its_address(alice: Client, workflow_id: str) -> None:
    answer = alice.post(HOOKS, {"name": "Website", "workflow_id": workflow_id, "secret": SECRET})
    hook = answer.json()
    assert answer.status_code == 201
    assert alice.get(f"{HOOKS}/{hook['id']}").json() == hook
    assert SECRET not in answer.text
    assert hook.pop("id").startswith("hook_")
    assert len(hook.pop("url").removeprefix(f"{BASE}/hooks/leads/")) >= 22  # 128 bits in base64
    assert hook == {
        "name": "Website",
        "processor_id": None,
        "workflow_id": f"wf_{bare(workflow_id)}",
        "ruleset_id": None,
        "mapping": {},
        "defaults": {},
        "has_secret": True,
        "is_active": True,
        "created_at": "2026-03-31T12:00:00.000Z",
        "updated_at": "2026-03-31T12:00:00.000Z",
    }


def test_hooks_are_listed_newest_first_to_their_own_organization(
    alice: Client, charlie: Client, workflow_id: str, clock: Clock
) -> None:
    ids = []
    for _ in range(3):
        ids.append(new_hook(alice, workflow_id=workflow_id)["id"])
        clock.forward(seconds=1)
    page = alice.get(HOOKS, params={"limit": 2}).json()
    assert [hook["id"] for hook in page["data"]] == [ids[2], ids[1]]
    assert page["meta"] == {"page": 1, "limit": 2, "total": 3, "totalPages": 2}
    assert charlie.get(HOOKS).json()["data"] == []


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({}, "Exactly one of processor_id, workflow_id and ruleset_id is required: it says where the leads go"),
        ({"workflow_id": "W", "ruleset_id": "r"}, "Exactly one of processor_id, workflow_id and ruleset_id"),
        ({"workflow_id": "W", "secret": "short"}, "secret must stand for at least 16 bytes"),
        ({"workflow_id": "W", "secret": "whsec_%%%%%%%%%%%%%%%%%%%%%%%%%%%%"}, "secret must stand for at least"),
        ({"workflow_id": "W", "secret": "x" * 513}, "secret must stand for at least 16 bytes"),
        ({"workflow_id": "W", "mapping": {"workflow_id": "a"}}, "mapping cannot have 'workflow_id': it can have"),
        ({"workflow_id": "W", "mapping": {"metadata.": "a"}}, "mapping cannot have 'metadata.'"),
        ({"workflow_id": "W", "mapping": {"email": " "}}, "mapping.email must be a path of 1 to 500 characters"),
        ({"workflow_id": "W", "mapping": {"email": "a" * 501}}, "mapping.email must be a path"),
        ({"workflow_id": "W", "mapping": {"email": 1}}, "mapping[...] must be a string"),
        (
            {"workflow_id": "W", "mapping": {f"metadata.{number}": "a" for number in range(101)}},
            "mapping must have at most 100 entries",
        ),
        ({"workflow_id": "W", "defaults": {"colour": "red"}}, "defaults cannot have 'colour'"),
        ({"workflow_id": "W", "defaults": {"source": 1}}, "defaults.source must be a string that is not blank"),
        ({"workflow_id": "W", "defaults": {"email": "e" * 321}}, "email must have at most 320 characters"),
        ({"workflow_id": "W", "defaults": {"campaign_id": "x"}}, "campaign_id not found or does not belong"),
        ({"workflow_id": "W", "defaults": {"redirect_url": "javascript:alert(1)"}}, "defaults.redirect_url must be"),
        ({"workflow_id": "W", "defaults": {"redirect_url": "//evil.example"}}, "defaults.redirect_url must be"),
        ({"workflow_id": "W", "defaults": {"redirect_url": "https://"}}, "defaults.redirect_url must be"),
        ({"workflow_id": "W", "defaults": {"redirect_url": "https://a b"}}, "defaults.redirect_url must be"),
        ({"workflow_id": "W", "defaults": {"redirect_url": "https://a\r\nX-A: b"}}, "defaults.redirect_url must be"),
        ({"workflow_id": "W", "name": "a\0b"}, "Text must not contain NUL characters"),
        ({"workflow_id": "W", "name": " "}, "name"),
        ({"workflow_id": "W", "is_active": "yes"}, "is_active must be a boolean"),
    ],
)
def test_a_wrong_hook_is_refused(alice: Client, workflow_id: str, fields: dict[str, Any], message: str) -> None:
    fields = {key: workflow_id if value == "W" else value for key, value in fields.items()}
    answer = alice.post(HOOKS, {"name": "Website", **fields})
    assert answer.status_code == 400, answer.text
    assert answer.json()["message"].startswith(message)
    assert alice.get(HOOKS).json()["meta"]["total"] == 0


def test_targets_of_others_are_missing(app: App, alice: Client, charlie: Client, workflow_id: str) -> None:
    processor_id = new_processor(app, alice, workflow_id)
    for target in ({"workflow_id": workflow_id}, {"processor_id": processor_id}, {"workflow_id": "nonsense"}):
        assert charlie.post(HOOKS, {"name": "Mine", **target}).status_code == 404


def test_hooks_of_others_are_missing(alice: Client, charlie: Client, workflow_id: str) -> None:
    id_ = new_hook(alice, workflow_id=workflow_id)["id"]
    for method, tail, body in (
        ("GET", "", None),
        ("PATCH", "", {"name": "Mine"}),
        ("DELETE", "", None),
        ("POST", "/rotate", None),
    ):
        for client, hook_id in ((charlie, id_), (alice, "nonsense"), (alice, "hook_" + "0" * 32)):
            answer = client.request(method, f"{HOOKS}/{hook_id}{tail}", json=body)
            assert (answer.status_code, answer.json()) == (404, MISSING)


def test_only_keys_for_routing_see_hooks_and_only_those_that_write_see_addresses(
    alice: Client, bob: Client, cast: Cast, workflow_id: str
) -> None:
    id_ = new_hook(alice, workflow_id=workflow_id)["id"]
    reader = cast.member("Acme", scopes=("routing:read",))
    assert bob.get(f"{HOOKS}/{id_}").status_code == 403
    assert reader.get(f"{HOOKS}/{id_}").json()["url"] is None
    assert reader.post(f"{HOOKS}/{id_}/rotate").status_code == 403
    assert cast.stranger().get(HOOKS).status_code == 401


def test_a_change_keeps_what_it_does_not_name(app: App, alice: Client, workflow_id: str, clock: Clock) -> None:
    processor_id = new_processor(app, alice, workflow_id)
    hook = new_hook(alice, workflow_id=workflow_id, secret=SECRET, defaults={"source": "web"})
    clock.forward(seconds=1)
    changed = alice.patch(f"{HOOKS}/{hook['id']}", {"processor_id": processor_id, "secret": None}).json()
    wanted = {"processor_id": processor_id, "workflow_id": None, "has_secret": False}
    hook.pop("path")
    assert changed == {**hook, **wanted, "updated_at": "2026-03-31T12:00:01.000Z"}
    assert alice.patch(f"{HOOKS}/{hook['id']}", {"processor_id": None}).status_code == 400
    assert alice.patch(f"{HOOKS}/{hook['id']}", {}).status_code == 400


def test_a_deleted_hook_takes_nothing_and_its_leads_stay(
    app: App, runner: asyncio.Runner, alice: Client, anybody: Client, workflow_id: str
) -> None:
    hook = new_hook(alice, workflow_id=workflow_id)
    anybody.post(hook["path"], {"first_name": "Ana"})
    assert alice.delete(f"{HOOKS}/{hook['id']}").json() == {"message": "Lead hook deleted."}
    assert anybody.post(hook["path"], {"first_name": "Ben"}).json() == UNKNOWN
    assert one(app, runner).first_name == "Ana"


def test_rotating_gives_a_new_address_and_ends_the_old_one(alice: Client, anybody: Client, workflow_id: str) -> None:
    hook = new_hook(alice, workflow_id=workflow_id)
    answer = alice.post(f"{HOOKS}/{hook['id']}/rotate")
    path = answer.json()["url"].removeprefix(BASE)
    assert (answer.status_code, answer.json()["id"]) == (200, hook["id"])
    assert anybody.post(hook["path"], {"first_name": "Ana"}).json() == UNKNOWN
    assert anybody.post(path, {"first_name": "Ana"}).status_code == 201


# ── addresses ────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("token", ["x", "a" * 32, "%00", "a" * 5000, "é" * 32, "' OR 1=1 --" + "a" * 16])
def test_an_unknown_address_has_no_hook(anybody: Client, token: str) -> None:
    answer = anybody.post(f"/hooks/leads/{token}", {"name": "Ana"})
    assert (answer.status_code, answer.json()) == (404, UNKNOWN)


def test_an_inactive_hook_answers_like_none(
    app: App, runner: asyncio.Runner, alice: Client, anybody: Client, workflow_id: str
) -> None:
    hook = new_hook(alice, workflow_id=workflow_id, is_active=False)
    answer = anybody.post(hook["path"], {"name": "Ana"})
    assert (answer.status_code, answer.json(), stored_leads(app, runner)) == (404, UNKNOWN, [])
    alice.patch(f"{HOOKS}/{hook['id']}", {"is_active": True})
    assert anybody.post(hook["path"], {"name": "Ana"}).status_code == 201


def test_leads_belong_to_the_hooks_organization_whatever_key_comes_along(
    app: App, runner: asyncio.Runner, alice: Client, charlie: Client, path: str
) -> None:
    assert charlie.post(path, {"name": "Ana"}).status_code == 201
    assert one(app, runner).org_id == alice.org_id

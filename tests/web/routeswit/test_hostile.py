"""Bad input for people's endpoints: the wrong thing at every place of every body, and rulesets that make no sense."""

import json
import re
import time
from collections.abc import Iterator
from typing import Any

import pytest

from pointsman.bootstrap import App
from tests.conftest import Client
from tests.web.routeswit.everything import Endpoint, bodies, everything_of, list_endpoints, make_everything

WRONG = (
    "null", "true", "-1", "0", "1.5", "1e308", "9" * 400, '""', '" "', '"\\u0000"', '"\\ud800"', '"\\ud83d"',
    '"' + "x" * 20_000 + '"', '"9999-12-31T23:59:59-12:00"', '"0001-01-01T00:00:00+12:00"', '"\U0001f4a1"', "[]",
    '["\\u0000"]', "{}", '{"":null}', '{"\\u0000":1}', "[" * 100 + "]" * 100, '{"a":' * 100 + "1" + "}" * 100,
)  # fmt: skip
"""JSON that is right in some places and wrong in most."""

HERE = "@@here@@"
GONE = object()


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Every place of a body: it itself, and what is in it."""
    yield path
    parts = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, part in parts:
        yield from places(part, (*path, key))


def put(value: Any, path: tuple[Any, ...], new: Any) -> Any:
    """A body with something else at a place, or nothing."""
    if not path:
        return new
    key, *rest = path
    parts = dict(value) if isinstance(value, dict) else dict(enumerate(value))
    if new is GONE and not rest:
        del parts[key]
    else:
        parts[key] = put(parts[key], tuple(rest), new)
    return parts if isinstance(value, dict) else list(parts.values())


def spoilt(body: dict[str, Any]) -> Iterator[bytes]:
    """Every body that is wrong at one place."""
    for path in places(body):
        spelled = json.dumps(put(body, path, HERE))
        for wrong in WRONG:
            yield spelled.replace(f'"{HERE}"', wrong).encode()
        if path:
            yield json.dumps(put(body, path, GONE)).encode()


ENDPOINTS = sorted(
    (
        "POST /api/v1/leads", "POST /api/v1/leads/route", "POST /api/v1/rules/{ruleset_id}/explain",
        "POST /api/v1/reps", "PATCH /api/v1/reps/{rep_id}", "POST /api/v1/keys", "POST /api/v1/rules",
        "POST /api/v1/slas", "POST /api/v1/alerts/stale", "POST /api/v1/contacts",
        "POST /api/v1/contacts/{contact_id}/activities", "POST /api/v1/activities", "POST /v1/lead-hooks",
        "PATCH /v1/lead-hooks/{hook_id}", "POST /v1/user-webhooks", "PATCH /v1/user-webhooks/{webhook_id}",
    )
)  # fmt: skip


def test_every_endpoint_that_takes_a_body_is_here(alice: Client) -> None:
    assert sorted(endpoint.label for endpoint in list_endpoints(alice) if endpoint.takes_body) == ENDPOINTS


@pytest.mark.parametrize("label", ENDPOINTS)
def test_the_wrong_thing_at_any_place_is_taken_or_refused_and_then_nothing_is_stored(
    app: App, alice: Client, label: str
) -> None:
    names = make_everything(alice)
    endpoint = next(endpoint for endpoint in list_endpoints(alice) if endpoint.label == label)
    refused = [body for body in spoilt(bodies(names)[label]) if not answered(alice, endpoint, endpoint.at(names), body)]
    stored = everything_of(app, alice)
    assert len(refused) > 50
    assert [body for body in refused[::3] if answered(alice, endpoint, endpoint.at(names), body)] == []
    assert everything_of(app, alice) == stored


def answered(client: Client, endpoint: Endpoint, path: str, body: bytes) -> bool:
    """Tell whether a body was taken; if not, it was said why, in a status that is documented."""
    answer = client.request(endpoint.method, path, content=body, headers={"content-type": "application/json"})
    assert answer.status_code in endpoint.statuses, (body[:300], answer.text)
    if answer.is_success:
        return True
    said = answer.json()
    message = said.get("message") or said["error"]["message"]
    assert answer.status_code < 500, (body[:300], message)
    assert message, body[:300]
    return False


# Rulesets that make no sense


def add_reps(client: Client, *names: str) -> None:
    for name in names:
        body = {"rep_id": name, "name": name.title(), "email": f"{name}@example.com"}
        assert client.post("/api/v1/reps", body).status_code == 201


def pool(*members: Any, **fields: Any) -> dict[str, Any]:
    return {"assignment": {"type": "round_robin", "pool": [*members], **fields}}


def territory(**fields: Any) -> dict[str, Any]:
    return {"assignment": {"type": "territory", "territory_field": "country", "territory_map": fields}}


def between(value: Any) -> dict[str, Any]:
    return {"conditions": [{"field": "size", "operator": "between", "value": value}], "target_id": "ana"}


NONSENSE: dict[str, tuple[list[dict[str, Any]], str]] = {
    "unknown rep": ([{"target_id": "zoe"}], "zoe"),
    "unknown reps, all of them": ([pool("zoe", "ana", "max"), {"target_id": "kim"}], "zoe.*max.*kim|kim.*max.*zoe"),
    "unknown rep in a territory": ([territory(UK=["ana"], default=["zoe"])], "zoe"),
    "empty pool": ([pool()], "pool"),
    "territory without anybody": ([territory(UK=[])], "rep"),
    "no territory at all": ([territory()], "rep"),
    "weight of zero": ([pool({"rep_id": "ana", "weight": 0})], "weight"),
    "weight below zero": ([pool({"rep_id": "ana", "weight": -1})], "weight"),
    "weight beyond all": ([pool({"rep_id": "ana", "weight": 10**300})], "weight"),
    "rep twice": ([pool("ana", "ana")], "ana"),
    "duplicate priorities": (
        [{"priority": 1, "target_id": "ana"}, {"priority": 1, "target_id": "ana"}],
        "^Duplicate rule priorities are not allowed.$",
    ),
    "between with one bound": ([between([1])], "between"),
    "between with no bound": ([between([])], "between"),
    "between with three bounds": ([between([1, 2, 3])], "between"),
    "between the wrong way round": ([between([5, 1])], "between"),
    "between and no list": ([between(5)], "between"),
    "between texts": ([between(["a", "b"])], "between"),
    "expression of nothing": ([{"condition": " ", "target_id": "ana"}], "condition|expression|line 1"),
    "expression that ends": ([{"condition": "a ==", "target_id": "ana"}], "line 1, column 5(.|\n)*\\^"),
    "expression of 1 MB": ([{"condition": "a == '" + "x" * 1_000_000 + "'", "target_id": "ana"}], "long|characters"),
    "10,000 parentheses": ([{"condition": "(" * 10_000 + "a" + ")" * 10_000, "target_id": "ana"}], "deep|long|char"),
    "a million negations": ([{"condition": "!" * 10**6 + "a", "target_id": "ana"}], "deep|long|characters"),
}  # fmt: skip


@pytest.mark.parametrize("what", NONSENSE)
def test_a_ruleset_that_makes_no_sense_is_refused_within_a_second(app: App, alice: Client, what: str) -> None:
    add_reps(alice, "ana")
    stored = everything_of(app, alice)
    rules, message = NONSENSE[what]
    began = time.monotonic()
    answer = alice.post("/api/v1/rules", {"slug": "sales", "name": "Sales", "rules": rules})
    assert time.monotonic() - began < 1
    assert answer.status_code == 422, answer.text
    assert answer.json()["error"]["code"] == "VALIDATION_ERROR"
    assert re.search(message, answer.json()["error"]["message"]), answer.text
    assert len(answer.content) < 20_000
    assert everything_of(app, alice) == stored


@pytest.mark.parametrize("text", ["(" * 1000 + "n == 1" + ")" * 1000, "n == 1" + " || n == 1" * 90])
def test_a_long_expression_is_read_and_decides_within_a_second(alice: Client, text: str) -> None:
    add_reps(alice, "ana")
    began = time.monotonic()
    ruleset = {"slug": "sales", "name": "Sales", "rules": [{"condition": text, "target_id": "ana"}]}
    assert alice.post("/api/v1/rules", ruleset).status_code == 201
    routed = alice.post("/api/v1/leads", {"lead_id": "L1", "ruleset_id": "sales", "attributes": {"n": 1}})
    assert routed.json()["data"]["assigned_to"]["rep_id"] == "ana"
    assert time.monotonic() - began < 1


@pytest.mark.parametrize("pattern", ["(x+x+)+y", "(x*)*y", "(x|x)*y", "^(([a-z])+.)+[A-Z]([a-z])+$"])
def test_a_pattern_that_others_never_finish_decides_within_a_second(alice: Client, pattern: str) -> None:
    add_reps(alice, "ana")
    rule = {"condition": f"text.matches('{pattern}')", "target_id": "ana"}
    assert alice.post("/api/v1/rules", {"slug": "sales", "name": "Sales", "rules": [rule]}).status_code == 201
    began = time.monotonic()
    body = {"lead_id": "L1", "ruleset_id": "sales", "attributes": {"text": "x" * 50_000}}
    assert alice.post("/api/v1/leads", body).json()["data"]["fallback_used"] is True
    assert time.monotonic() - began < 1


# People who stand in for each other


def test_people_do_not_stand_in_for_each_other_in_a_circle(app: App, alice: Client) -> None:
    add_reps(alice, "ana", "ben", "cleo")
    for rep, other in (("ana", "ben"), ("ben", "cleo")):
        assert alice.patch(f"/api/v1/reps/{rep}", {"overflow_to": other}).status_code == 200
    stored = everything_of(app, alice)
    for rep, other in (("cleo", "ana"), ("cleo", "ben"), ("cleo", "cleo"), ("ana", "ana")):
        assert alice.patch(f"/api/v1/reps/{rep}", {"overflow_to": other}).status_code in (409, 422), (rep, other)
    assert everything_of(app, alice) == stored


# Zones that do not exist

NO_ZONES = [
    "Mars/Olympus",
    "UTC+25",
    "../../etc/passwd",
    "/etc/localtime",
    "",
    "europe/madrid\0",
    "\U0001f4a1",
    "x" * 64,
]


@pytest.mark.parametrize("zone", NO_ZONES)
def test_a_zone_that_does_not_exist_is_refused_wherever_it_is_named(app: App, alice: Client, zone: str) -> None:
    names = make_everything(alice)
    hours = {"timezone": zone, "hours": [{"days": ["mon"], "start": "09:00", "end": "18:00"}]}
    sla = {"ruleset_id": names.ruleset_id, "target_minutes": 30, "business_hours": hours}
    stored = everything_of(app, alice)
    answers = [
        alice.post("/api/v1/reps", {"rep_id": "ben", "name": "Ben", "email": "b@example.com", "timezone": zone}),
        alice.patch(f"/api/v1/reps/{names.rep_id}", {"timezone": zone}),
        alice.post("/api/v1/slas", sla),
        alice.get("/api/v1/analytics/summary", params={"timezone": zone}),
        alice.get(f"/api/v1/rulesets/{names.ruleset_id}/fairness", params={"timezone": zone}),
    ]
    assert [answer.status_code for answer in answers] == [422] * 5
    assert everything_of(app, alice) == stored


# Names in paths and queries

ODD_NAMES = ["%00", "%ff", "a%20b", "%F0%9F%92%A1", "x" * 3000, "..", "'", "%22", "%25", "null", "0", "-1", "%C0%80"]


@pytest.mark.parametrize("named", ODD_NAMES)
def test_odd_names_in_paths_are_names_of_nothing(app: App, alice: Client, named: str) -> None:
    names = make_everything(alice)
    stored = everything_of(app, alice)
    for endpoint in list_endpoints(alice):
        if "{" not in endpoint.path:
            continue
        body = bodies(names).get(endpoint.label)
        answer = alice.request(endpoint.method, re.sub(r"{\w+}", named, endpoint.path), json=body)
        assert answer.status_code in (400, 404, 405, 422), (endpoint.label, answer.text)
    assert everything_of(app, alice) == stored


ODD_VALUES = [
    "",
    "\0",
    "-1",
    "1e5",
    "9" * 400,
    "\U0001f4a1",
    "null",
    "2026-13",
    "0000-00",
    "2026-1",
    "1.5",
    "%",
    "x" * 3000,
]


@pytest.mark.parametrize("value", ODD_VALUES)
def test_odd_values_in_queries_are_refused_or_mean_nothing(alice: Client, value: str) -> None:
    names, document = make_everything(alice), alice.get("/openapi.json").json()
    for endpoint in list_endpoints(alice):
        if endpoint.method != "GET":
            continue
        for part in document["paths"][endpoint.path]["get"].get("parameters", ()):
            if part["in"] == "query":
                answer = alice.get(endpoint.at(names), params={part["name"]: value})
                assert answer.status_code in (200, 400, 404, 422), (endpoint.label, part["name"], answer.text)

"""What holds for every endpoint of the surfaces for people: none is forgotten, because OpenAPI lists them."""

from typing import Any

from pointsman.bootstrap import App
from pointsman.core.access import Scope
from tests.conftest import Cast, Client
from tests.web.routeswit.everything import Endpoint, Names, bodies, everything_of, list_endpoints, make_everything

SHOWN_ONCE = ("key", "secret", "webhook_secret")
NOT_REPEATABLE = {
    "POST /api/v1/rules/{ruleset_id}/explain",
    "POST /v1/user-webhooks/{webhook_id}/deliveries/{delivery_id}/resend",
}
"""They make nothing: the first only says something, the second sends what is there."""


def send(client: Client, endpoint: Endpoint, names: Names, **options: Any) -> Any:
    """Send a request that would work, if there were what it names and the client could use it."""
    if endpoint.takes_body and "json" not in options:
        options["json"] = bodies(names)[endpoint.label]
    return client.request(endpoint.method, endpoint.at(names), **options)


def test_every_request_here_works(alice: Client) -> None:
    names = make_everything(alice)
    endpoints = list_endpoints(alice)
    assert set(bodies(names)) == {endpoint.label for endpoint in endpoints if endpoint.takes_body}
    refused = [
        f"{endpoint.label}: {answer.text}"
        for endpoint in endpoints
        if not (answer := send(alice, endpoint, names)).is_success
    ]
    assert refused == []


def test_somebody_elses_things_answer_like_missing_ones_and_stay_as_they_are(
    app: App, alice: Client, charlie: Client
) -> None:
    names = make_everything(alice)
    missing, before = names.missing(), everything_of(app, alice)
    for endpoint in list_endpoints(alice):
        foreign = send(charlie, endpoint, names)
        if foreign.is_success:
            assert "{" not in endpoint.path, endpoint.label
            assert seen_in(foreign.text, names) == [], endpoint.label
            continue
        absent = send(charlie, endpoint, missing)
        assert foreign.status_code in (400, 404, 422), endpoint.label
        assert (foreign.status_code, without(foreign.text, names)) == (
            absent.status_code,
            without(absent.text, missing),
        )
    assert everything_of(app, alice) == before


def test_without_a_key_nothing_is_answered(cast: Cast, alice: Client) -> None:
    names, stranger = make_everything(alice), cast.stranger()
    statuses = {endpoint.label: send(stranger, endpoint, names).status_code for endpoint in list_endpoints(alice)}
    assert statuses == dict.fromkeys(statuses, 401)


def test_every_endpoint_wants_its_scope(app: App, cast: Cast, alice: Client) -> None:
    names = make_everything(alice)
    before = everything_of(app, alice)
    for endpoint in list_endpoints(alice):
        others = cast.member("Acme", scopes=tuple(set(Scope) - scopes_of(endpoint)))
        assert send(others, endpoint, names).status_code == 403, endpoint.label
    assert {**everything_of(app, alice), "api_keys": []} == {**before, "api_keys": []}


def test_every_endpoint_is_content_with_its_scope(cast: Cast, alice: Client) -> None:
    names = make_everything(alice).missing()
    keys = {scope: cast.member("Acme", scopes=(scope,)) for scope in Scope}
    for endpoint in list_endpoints(alice):
        for scope in scopes_of(endpoint):
            assert send(keys[scope], endpoint, names).status_code not in (401, 403), (endpoint.label, scope)


def test_whatever_is_made_can_be_made_again_under_a_key(app: App, alice: Client) -> None:
    names = make_everything(alice)
    endpoints = [endpoint for endpoint in list_endpoints(alice) if endpoint.method == "POST"]
    assert {endpoint.label for endpoint in endpoints if not endpoint.is_repeatable} == NOT_REPEATABLE
    for number, endpoint in enumerate(endpoint for endpoint in endpoints if endpoint.is_repeatable):
        headers = {"Idempotency-Key": f"k{number}"}
        first = send(alice, endpoint, names, headers=headers)
        stored = everything_of(app, alice)
        again = send(alice, endpoint, names, headers=headers)
        assert first.is_success, first.text
        assert (again.status_code, told(again)) == (first.status_code, told(first)), endpoint.label
        other = send(alice, endpoint, names, headers=headers, json=another(bodies(names).get(endpoint.label, {})))
        assert (other.status_code, "Idempotency-Key" in other.text) == (409, True), endpoint.label
        assert everything_of(app, alice) == stored, endpoint.label


def test_whatever_is_made_is_made_once_by_requests_that_come_together_under_a_key(cast: Cast, alice: Client) -> None:
    names = make_everything(alice)
    for number, endpoint in enumerate(endpoint for endpoint in list_endpoints(alice) if endpoint.is_repeatable):
        client = cast.stranger(headers={"X-API-Key": alice.key, "Idempotency-Key": f"k{number}"})
        request = (endpoint.method, endpoint.at(names), bodies(names).get(endpoint.label, {}))
        first, *others = client.together(*[request] * 5)
        assert first.is_success, first.text
        for other in others:
            assert (other.status_code, told(other)) == (first.status_code, told(first)), endpoint.label


def another(body: dict[str, Any]) -> dict[str, Any]:
    """A body that is as good and not the same."""
    return {**body, "unknown_here": 1}


def told(answer: Any) -> Any:
    """An answer without what is shown once."""
    value = answer.json()
    inner = value.get("data", value)
    for name in SHOWN_ONCE:
        inner.pop(name, None)
    return value


def seen_in(text: str, names: Names) -> list[str]:
    return [name for name in (*names.all().values(), "anzibar") if name in text]


def without(text: str, names: Names) -> str:
    for name in names.all().values():
        text = text.replace(name, "?")
    return text


FAMILIES = {
    "/api/v1/keys": "admin",
    "/api/v1/reps": "people",
    "/api/v1/leads": "leads",
    "/api/v1/contacts": "leads",
    "/api/v1/activities": "leads",
    "/api/v1": "routing",
    "/v1": "routing",
}
EITHER = {"GET /api/v1/decisions/{decision_id}", "POST /api/v1/rules/{ruleset_id}/explain"}
"""Who may read leads and who may read rules may both know why a lead went where it did."""


def scopes_of(endpoint: Endpoint) -> set[Scope]:
    """The scopes that an endpoint is content with, any of them."""
    if endpoint.label in EITHER:
        return {Scope.LEADS_READ, Scope.LEADS_WRITE, Scope.ROUTING_READ, Scope.ROUTING_WRITE, Scope.ADMIN}
    family = next(family for prefix, family in FAMILIES.items() if endpoint.path.startswith(prefix))
    if family == "admin":
        return {Scope.ADMIN}
    writing = {Scope(f"{family}:write"), Scope.ADMIN}
    return writing | {Scope(f"{family}:read")} if endpoint.method == "GET" else writing

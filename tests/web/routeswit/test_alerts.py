"""SLAs and stale alerts: what is asked for, what is answered, and where the webhook goes."""

import json
from dataclasses import dataclass
from typing import Any

import pytest
from sqlalchemy import select

from pointsman.bootstrap import App
from pointsman.storage.tables import webhook_endpoints
from pointsman.web.times import iso
from tests.conftest import NOW, Cast, Client, Clock

SLAS, STALE = "/api/v1/slas", "/api/v1/alerts/stale"
URL, OTHER_URL = "https://hooks.example.com/sla", "https://other.example.com/"
TARGET = {"ruleset_id": "inbound", "first_response_target_minutes": 15}
SILENCE = {"ruleset_id": "inbound", "no_activity_hours": 48, "webhook_url": URL}
WORKDAY = {"timezone": "Europe/Berlin", "hours": [{"days": ["mon", "fri"], "start": "09:00", "end": "18:00"}]}


@pytest.fixture(autouse=True)
def ruleset(alice: Client) -> str:
    """Alice's ruleset; returns its id."""
    return make_ruleset(alice, "inbound")


def make_ruleset(client: Client, ref: str) -> str:
    client.post("/api/v1/reps", {"rep_id": "ana", "name": "Ana", "email": "ana@acme.test"})
    rule = {"priority": 1, "name": "all", "conditions": [], "assignment": {"type": "specific_rep", "rep_id": "ana"}}
    answer = client.post("/api/v1/rules", {
        "ruleset_id": ref, "name": ref, "rules": [rule], "fallback": {"type": "queue", "queue_id": "q"},
    })  # fmt: skip
    assert answer.status_code == 201, answer.text
    found = client.get(f"/api/v1/rules/{ref}")
    return str(found.json()["data"]["id"])


def post(client: Client, path: str, body: dict[str, Any], **changes: Any) -> dict[str, Any]:
    answer = client.post(path, body | changes)
    assert answer.status_code == 201, answer.text
    data: dict[str, Any] = answer.json()["data"]
    return data


def listed(client: Client, path: str) -> list[dict[str, Any]]:
    answer = client.get(path)
    assert answer.status_code == 200, answer.text
    data: list[dict[str, Any]] = answer.json()["data"]
    return data


def refusal(answer: Any) -> tuple[int, str, str, str]:
    error = answer.json()["error"]
    return answer.status_code, error["code"], error["reason"], error["message"]


def endpoints(app: App, client: Client) -> list[Any]:
    query = select(webhook_endpoints).where(webhook_endpoints.c.org_id == client.org_id).order_by("id")
    return client.runner.run(app.db.read(lambda tx: list(tx.execute(query))))


class TestSlas:
    def test_an_sla_is_as_documented_with_our_fields(self, alice: Client) -> None:
        sla = post(alice, SLAS, TARGET)
        assert sla == {
            "id": sla["id"],
            "rulesetId": "inbound",
            "first_response_target_minutes": 15,
            "warn_minutes": None,
            "alert_on_breach": True,
            "alert_webhook": None,
            "business_hours": None,
            "escalation": "none",
            "max_reroutes": 3,
            "createdAt": iso(NOW),
            "updatedAt": iso(NOW),
        }
        assert listed(alice, SLAS) == [sla]

    def test_everything_can_be_set(self, alice: Client) -> None:
        sla = post(
            alice, SLAS, TARGET,
            alert_on_breach=False, warn_minutes=10, escalation="reroute", max_reroutes=0, business_hours=WORKDAY,
        )  # fmt: skip
        wanted = {"alert_on_breach": False, "warn_minutes": 10, "escalation": "reroute", "max_reroutes": 0}
        assert {name: sla[name] for name in wanted} == wanted
        assert sla["business_hours"] == WORKDAY

    def test_the_dialect_of_api_md_is_understood(self, alice: Client) -> None:
        sla = post(alice, SLAS, {"name": "Fast", "target_minutes": 30})
        assert (sla["first_response_target_minutes"], sla["rulesetId"]) == (30, "inbound")

    def test_a_ruleset_can_be_named_by_its_id(self, alice: Client, ruleset: str) -> None:
        assert post(alice, SLAS, TARGET, ruleset_id=ruleset)["rulesetId"] == "inbound"

    def test_a_second_one_replaces_the_first(self, alice: Client, clock: Clock) -> None:
        first = post(alice, SLAS, TARGET, warn_minutes=5, alert_on_breach=False)
        clock.forward(minutes=1)
        second = post(alice, SLAS, TARGET, first_response_target_minutes=60)
        assert second == first | {
            "first_response_target_minutes": 60,
            "warn_minutes": None,
            "alert_on_breach": True,
            "updatedAt": iso(clock()),
        }
        assert listed(alice, SLAS) == [second]

    @pytest.mark.parametrize(
        "changes",
        [
            {"first_response_target_minutes": 0},
            {"first_response_target_minutes": 10081},
            {"first_response_target_minutes": 1.5},
            {"first_response_target_minutes": "15"},
            {"first_response_target_minutes": 10**400},
            {"first_response_target_minutes": True},
            {"alert_on_breach": "yes"},
            {"alert_webhook": "hooks.example.com"},
            {"alert_webhook": "https://"},
            {"alert_webhook": 5},
            {"warn_minutes": 15},
            {"warn_minutes": 0},
            {"escalation": "shout"},
            {"max_reroutes": 11},
            {"max_reroutes": -1},
            {"ruleset_id": ""},
            {"ruleset_id": None},
            {"business_hours": {}},
            {"business_hours": {"timezone": "Mars/Olympus", "hours": WORKDAY["hours"]}},
            {"business_hours": {"timezone": "Europe/Berlin", "hours": []}},
            {"business_hours": {"timezone": "Europe/Berlin", "hours": [{"start": "18:00", "end": "09:00"}]}},
            {"business_hours": {"timezone": "Europe/Berlin", "hours": [{"days": ["sunday"]}]}},
            {"business_hours": {"timezone": "Europe/Berlin", "hours": [{"start": "09:00", "end": "10:00"}] * 101}},
        ],
        ids=str,
    )
    def test_what_cannot_be_promised_is_refused(self, app: App, alice: Client, changes: dict[str, Any]) -> None:
        answer = alice.post(SLAS, TARGET | changes)
        assert refusal(answer)[:2] == (422, "VALIDATION_ERROR")
        assert listed(alice, SLAS) == []
        assert endpoints(app, alice) == []

    def test_every_problem_of_business_hours_is_named(self, alice: Client) -> None:
        hours = {"timezone": "Mars/Olympus", "hours": [{"days": ["sunday"], "start": "09:00", "end": "10:00"}]}
        message = refusal(alice.post(SLAS, TARGET | {"business_hours": hours}))[3]
        assert message == (
            "business_hours.timezone must be the name of an IANA time zone, such as America/Santiago; "
            "business_hours.hours[0].days must be a list of mon, tue, wed, thu, fri, sat, sun"
        )

    def test_hours_that_hardly_open_cannot_hold_a_long_promise(self, alice: Client) -> None:
        hours = {"timezone": "Europe/Berlin", "hours": [{"days": ["mon"], "start": "09:00", "end": "09:01"}]}
        post(alice, SLAS, TARGET, first_response_target_minutes=52, business_hours=hours)
        answer = alice.post(SLAS, TARGET | {"first_response_target_minutes": 54, "business_hours": hours})
        assert refusal(answer)[:2] == (422, "VALIDATION_ERROR")

    def test_what_is_missing_is_named_as_documented(self, alice: Client) -> None:
        status, code, _, message = refusal(alice.post(SLAS, {"ruleset_id": "inbound"}))
        assert (status, code) == (422, "VALIDATION_ERROR")
        assert '"message": "Invalid input: expected number, received undefined"' in message


class TestStaleAlerts:
    def test_a_stale_alert_is_as_documented_with_our_fields(self, alice: Client) -> None:
        alert = post(alice, STALE, SILENCE)
        secret = alert.pop("webhook_secret")
        assert secret.startswith("whsec_")
        assert alert == {
            "id": alert["id"],
            "rulesetId": "inbound",
            "no_activity_hours": 48,
            "alert_type": "webhook",
            "webhook_url": URL,
            "cooldown_hours": 24,
            "createdAt": iso(NOW),
            "updatedAt": iso(NOW),
        }
        assert listed(alice, STALE) == [alert]

    def test_the_dialect_of_api_md_is_understood(self, alice: Client) -> None:
        alert = post(alice, STALE, {"ruleset_id": "inbound", "hours_threshold": 8, "webhook_url": URL})
        assert alert["no_activity_hours"] == 8

    @pytest.mark.parametrize("given", [{}, {"webhook_url": None}], ids=str)
    def test_the_dialect_of_api_md_needs_no_address(self, alice: Client, given: dict[str, Any]) -> None:
        first = post(alice, STALE, SILENCE)
        alert = post(alice, STALE, {"ruleset_id": "inbound", "hours_threshold": 8, **given})
        assert (alert["id"], alert["no_activity_hours"], alert["webhook_url"]) == (first["id"], 8, None)
        assert "webhook_secret" not in alert
        assert listed(alice, STALE) == [alert]

    def test_a_second_one_replaces_the_first(self, alice: Client) -> None:
        first = post(alice, STALE, SILENCE, cooldown_hours=1)
        second = post(alice, STALE, SILENCE, no_activity_hours=8)
        assert (second["id"], second["no_activity_hours"], second["cooldown_hours"]) == (first["id"], 8, 24)

    @pytest.mark.parametrize(
        "changes",
        [
            {"no_activity_hours": 0},
            {"no_activity_hours": 8761},
            {"cooldown_hours": 0},
            {"cooldown_hours": 169},
            {"alert_type": "mail"},
            {"webhook_url": None},
            {"webhook_url": "ftp://example.com/"},
        ],
        ids=str,
    )
    def test_what_cannot_be_promised_is_refused(self, alice: Client, changes: dict[str, Any]) -> None:
        answer = alice.post(STALE, SILENCE | changes)
        assert refusal(answer)[:2] == (422, "VALIDATION_ERROR")
        assert listed(alice, STALE) == []

    def test_without_an_address_it_is_refused(self, alice: Client) -> None:
        answer = alice.post(STALE, {"ruleset_id": "inbound", "no_activity_hours": 8})
        assert refusal(answer)[:2] == (422, "VALIDATION_ERROR")


@dataclass(frozen=True)
class Case:
    """One of the two resources: where it is, a body for it, and its field for the webhook."""

    path: str
    body: dict[str, Any]
    field: str


BOTH = pytest.mark.parametrize(
    "case", [Case(SLAS, TARGET, "alert_webhook"), Case(STALE, SILENCE, "webhook_url")], ids=["sla", "stale"]
)


@BOTH
class TestBoth:
    def test_an_unknown_ruleset_is_a_404(self, alice: Client, case: Case) -> None:
        expected = (404, "NOT_FOUND", "RULESET_NOT_FOUND", "Ruleset 'nope' not found")
        assert refusal(alice.post(case.path, case.body | {"ruleset_id": "nope"})) == expected
        assert refusal(alice.delete(f"{case.path}/nope")) == expected

    def test_a_ruleset_of_somebody_else_is_unknown(
        self, alice: Client, charlie: Client, ruleset: str, case: Case
    ) -> None:
        post(alice, case.path, case.body)
        for named in ("inbound", ruleset):
            assert refusal(charlie.post(case.path, case.body | {"ruleset_id": named}))[0] == 404
            assert refusal(charlie.delete(f"{case.path}/{named}"))[0] == 404
        assert listed(charlie, case.path) == []
        assert len(listed(alice, case.path)) == 1

    def test_odd_names_of_rulesets_are_refused(self, alice: Client, case: Case) -> None:
        for named in ("x" * 5000, "ä", "inbound ", "%", "\ud800", "a\0b", "' OR 1=1"):
            answer = alice.post(case.path, content=json.dumps(case.body | {"ruleset_id": named}).encode())
            assert answer.status_code in (400, 404, 422), named
        for named in ("x" * 5000, "%C3%A4", "%25", "%00", "%ED%A0%80"):
            assert alice.delete(f"{case.path}/{named}").status_code in (400, 404), named

    def test_the_webhook_is_an_endpoint_of_the_ruleset(self, app: App, alice: Client, ruleset: str, case: Case) -> None:
        secret = post(alice, case.path, case.body | {case.field: URL})["webhook_secret"]
        (endpoint,) = endpoints(app, alice)
        assert (endpoint.url, endpoint.secret, endpoint.ruleset_id) == (URL, secret, ruleset)
        assert endpoint.events == {SLAS: ["sla.breached", "sla.warning"], STALE: ["lead.stale"]}[case.path]

    def test_another_address_keeps_the_secret(self, app: App, alice: Client, case: Case) -> None:
        secret = post(alice, case.path, case.body | {case.field: URL})["webhook_secret"]
        again = post(alice, case.path, case.body | {case.field: OTHER_URL})
        assert again[case.field] == OTHER_URL
        assert "webhook_secret" not in again
        assert [(endpoint.url, endpoint.secret) for endpoint in endpoints(app, alice)] == [(OTHER_URL, secret)]

    def test_private_addresses_are_refused(self, app: App, alice: Client, case: Case) -> None:
        for url in ("http://127.0.0.1/x", "http://10.0.0.1:8080/", "http://[::1]/", "http://localhost/"):
            answer = alice.post(case.path, case.body | {case.field: url})
            assert refusal(answer)[:2] == (422, "VALIDATION_ERROR"), url
        assert listed(alice, case.path) == []
        assert endpoints(app, alice) == []

    def test_deleting_takes_the_webhook_along(self, app: App, alice: Client, case: Case) -> None:
        post(alice, case.path, case.body | {case.field: URL})
        answer = alice.delete(f"{case.path}/inbound")
        assert (answer.status_code, answer.content) == (204, b"")
        assert listed(alice, case.path) == []
        assert endpoints(app, alice) == []

    def test_what_is_not_there_cannot_be_deleted(self, alice: Client, case: Case) -> None:
        name, reason = {SLAS: ("SLA", "SLA_NOT_FOUND"), STALE: ("Stale alert", "STALE_ALERT_NOT_FOUND")}[case.path]
        expected = (404, "NOT_FOUND", reason, f"{name} of ruleset 'inbound' not found")
        assert refusal(alice.delete(f"{case.path}/inbound")) == expected

    def test_a_deleted_ruleset_has_none(self, alice: Client, case: Case) -> None:
        post(alice, case.path, case.body)
        assert alice.delete("/api/v1/rules/inbound").status_code == 204
        assert listed(alice, case.path) == []
        assert refusal(alice.post(case.path, case.body))[0] == 404

    def test_a_retry_under_the_same_key_has_the_same_answer(self, app: App, alice: Client, case: Case) -> None:
        answers = [
            alice.post(case.path, case.body | {case.field: URL}, headers={"Idempotency-Key": "k"}) for _ in range(2)
        ]
        assert answers[0].json() == answers[1].json()
        assert len(endpoints(app, alice)) == 1

    def test_scopes_are_those_of_routing(self, cast: Cast, case: Case) -> None:
        reader = cast.member("Acme", scopes=("routing:read",))
        stranger = cast.member("Acme", scopes=("leads:write",))
        assert [client.get(case.path).status_code for client in (reader, stranger)] == [200, 403]
        for client in (reader, stranger):
            assert client.post(case.path, case.body).status_code == 403
            assert client.delete(f"{case.path}/inbound").status_code == 403

    def test_a_body_that_is_no_json_is_a_400(self, alice: Client, case: Case) -> None:
        answer = alice.post(case.path, content=b"{")
        assert refusal(answer)[:2] == (400, "BAD_REQUEST")
        for odd in (b"[]", b"null", b"5", b'"x"'):
            assert refusal(alice.post(case.path, content=odd))[:2] == (422, "VALIDATION_ERROR")

    def test_posted_at_the_same_time_there_is_one(self, app: App, alice: Client, case: Case) -> None:
        answers = alice.together(*(("POST", case.path, case.body | {case.field: URL}) for _ in range(5)))
        assert [answer.status_code for answer in answers] == [201] * 5
        assert len(listed(alice, case.path)) == len(endpoints(app, alice)) == 1


def test_null_takes_the_webhook_of_an_sla_away_and_leaving_it_out_keeps_it(app: App, alice: Client) -> None:
    post(alice, SLAS, TARGET, alert_webhook=URL)
    assert post(alice, SLAS, TARGET)["alert_webhook"] == URL
    assert post(alice, SLAS, TARGET, alert_webhook=None)["alert_webhook"] is None
    assert endpoints(app, alice) == []

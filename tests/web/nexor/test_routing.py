"""`POST /api/public/processors/{id}/leads` (contract section 4, seed 000)."""

import pytest

from pointsman.bootstrap import App
from pointsman.services import access
from tests.conftest import Cast, Client, Clock
from tests.factories import make_workflow, set_workflow_status

MISCONFIGURED = "Processor is misconfigured: default workflow is inactive or deleted"
MISSING = {"error": "Not found", "message": "Processor not found or does not belong to your account"}


class Router:
    """A processor of Alice's with an English and a Spanish rule."""

    def __init__(self, app: App, client: Client) -> None:
        self.app, self.client = app, client
        self.english = make_workflow(app, client, "Payment Link Sent", calls=3)
        self.spanish = make_workflow(app, client, "Enlace de Pago Enviado", calls=3)
        self.default = make_workflow(app, client, "Follow-up")
        body = {"name": "Language Router", "default_workflow_id": self.default}
        self.id = client.post("/api/public/processors", body).json()["processor"]["id"]
        self.english_rule = self.add_rule("English leads", self.english, "EN")
        self.spanish_rule = self.add_rule("Spanish leads", self.spanish, "ES")

    def add_rule(self, name: str, workflow_id: str, language: str) -> str:
        conditions = [{"field": "metadata.language", "operator": "eq", "value": language}]
        body = {"name": name, "workflow_id": workflow_id, "conditions": conditions}
        answer = self.client.post(f"/api/public/processors/{self.id}/rules", body)
        assert answer.status_code == 201, answer.text
        return answer.json()["rule"]["id"]  # type: ignore[no-any-return]

    def route(self, body: object, **options: object) -> object:
        return self.client.post(f"/api/public/processors/{self.id}/leads", body, **options)


@pytest.fixture
def router(app: App, alice: Client) -> Router:
    return Router(app, alice)


def test_seed_single_lead_answers_as_printed(router: Router) -> None:
    answer = router.route(
        {
            "first_name": "María",
            "last_name": "González",
            "phone": "+5215512345678",
            "email": "maria@example.com",
            "source": "meta_ads",
            "metadata": {"language": "ES", "campaign_name": "Q1 Launch"},
        }
    )
    assert answer.status_code == 201
    body = answer.json()
    run_id, lead_id = body["workflow_run"]["id"], body["lead"]["id"]
    assert body == {
        "success": True,
        "lead": {
            "id": lead_id,
            "first_name": "María",
            "last_name": "González",
            "email": "maria@example.com",
            "phone": "+5215512345678",
            "source": "meta_ads",
            "metadata": {"language": "ES", "campaign_name": "Q1 Launch"},
            "created_at": "2026-03-31T12:00:00.000Z",
        },
        "workflow_run": {
            "id": run_id,
            "job_id": f"job-{run_id}",
            "workflow": {"id": router.spanish, "name": "Enlace de Pago Enviado"},
            "cadence": {
                "stepIndex": 0,
                "channel": "call",
                "attemptNumber": 1,
                "maxAttempts": 3,
                "totalSteps": 3,
            },
        },
        "routing": {
            "processor_id": router.id,
            "processor_name": "Language Router",
            "matched_rule": {"id": router.spanish_rule, "name": "Spanish leads", "position": 2},
            "decision_id": body["routing"]["decision_id"],
        },
    }


def test_seed_batch_routes_each_lead_on_its_own(router: Router) -> None:
    answer = router.route(
        [
            {"first_name": "María", "phone": "+5215512345678", "metadata": {"language": "ES"}},
            {"first_name": "John", "phone": "+12025551234", "metadata": {"language": "EN"}},
        ]
    )
    body = answer.json()
    assert [item["routing"]["matched_rule"]["name"] for item in body["results"]] == ["Spanish leads", "English leads"]
    assert [item["index"] for item in body["results"]] == [0, 1]
    assert body["results"][0]["workflow_run"].keys() == {"id", "workflow"}
    assert body["summary"] == {"total": 2, "created": 2, "failed": 0}


def test_no_match_uses_the_default_workflow_and_says_null(router: Router) -> None:
    body = router.route({"first_name": "Ana"}).json()
    assert body["routing"]["matched_rule"] is None
    assert body["workflow_run"]["workflow"]["id"] == router.default


def test_loose_keys_are_metadata_before_the_rules_look(router: Router) -> None:
    body = router.route({"first_name": "Ana", "phone": "1", "language": "EN"}).json()
    assert body["routing"]["matched_rule"]["name"] == "English leads"


def test_phone_is_required_by_the_chosen_workflow_only(router: Router) -> None:
    answer = router.route({"first_name": "Ana", "metadata": {"language": "ES"}})
    assert answer.status_code == 400
    assert answer.json() == {
        "error": "Validation error",
        "message": "phone is required when assigning to a workflow with call steps",
    }


def test_a_batch_item_that_fails_takes_no_other_down(router: Router) -> None:
    leads = [{"first_name": "A"}, {"last_name": "B"}, "C", {"first_name": "D", "metadata": {"language": "EN"}}]
    body = router.route(leads).json()
    assert [item["success"] for item in body["results"]] == [True, False, False, False]
    assert body["results"][1] == {
        "success": False,
        "error": "Validation error",
        "message": "first_name is required",
        "index": 1,
    }
    assert body["summary"] == {"total": 4, "created": 1, "failed": 3}


def test_a_thousand_mixed_leads_answer_in_order(router: Router) -> None:
    leads = [{"first_name": f"L{n}"} if n % 3 else {"last_name": f"L{n}"} for n in range(1000)]
    body = router.route(leads).json()
    assert [item["index"] for item in body["results"]] == list(range(1000))
    assert [item["success"] for item in body["results"]] == [bool(n % 3) for n in range(1000)]
    assert [item["lead"]["first_name"] for item in body["results"] if item["success"]] == [
        f"L{n}" for n in range(1000) if n % 3
    ]
    assert body["summary"] == {"total": 1000, "created": 666, "failed": 334}


def test_a_thousand_and_one_leads_are_refused_whole(router: Router) -> None:
    answer = router.route([{"first_name": "A"}] * 1001)
    assert answer.status_code == 400
    assert answer.json() == {"error": "Validation error", "message": "Maximum 1000 leads per request"}


def test_an_empty_batch_is_refused(router: Router) -> None:
    assert router.route([]).status_code == 400


@pytest.mark.parametrize("change", [{"status": "cancelled"}, {"status": "completed"}, {"deleted": True}])
def test_a_default_workflow_that_takes_no_leads_is_a_misconfiguration(router: Router, change: dict) -> None:
    values = {"deleted_at": router.app.clock()} if "deleted" in change else change
    set_workflow_status(router.app, router.client, router.default, **values)
    answer = router.route({"first_name": "Ana"})
    assert (answer.status_code, answer.json()["message"]) == (400, MISCONFIGURED)
    assert router.client.get("/api/public/leads").json()["pagination"]["total"] == 0


def test_a_matching_rule_still_routes_when_the_default_is_gone(router: Router) -> None:
    set_workflow_status(router.app, router.client, router.default, status="cancelled")
    assert router.route({"first_name": "Ana", "phone": "1", "language": "EN"}).status_code == 201


def test_a_rule_whose_workflow_takes_no_leads_is_passed_over(router: Router) -> None:
    set_workflow_status(router.app, router.client, router.english, status="cancelled")
    body = router.route({"first_name": "Ana", "language": "EN"}).json()
    assert body["routing"]["matched_rule"] is None


@pytest.mark.parametrize("status", ["draft", "paused"])
def test_draft_and_paused_workflows_take_leads(router: Router, status: str) -> None:
    set_workflow_status(router.app, router.client, router.english, status=status)
    body = router.route({"first_name": "Ana", "phone": "1", "language": "EN"}).json()
    assert body["workflow_run"]["workflow"]["id"] == router.english


def test_a_changed_rule_counts_for_the_very_next_lead(router: Router) -> None:
    router.route({"first_name": "Ana"})
    path = f"/api/public/processors/{router.id}/rules/{router.english_rule}"
    router.client.patch(path, {"conditions": [], "workflow_id": router.default})
    assert router.route({"first_name": "Ana"}).json()["routing"]["matched_rule"]["name"] == "English leads"


def test_lowest_position_wins_and_creation_breaks_ties(router: Router, clock: Clock) -> None:
    path = f"/api/public/processors/{router.id}/rules"
    for name in ("first", "second"):
        router.client.post(path, {"name": name, "workflow_id": router.default, "conditions": [], "position": -1})
        clock.forward(seconds=1)
    assert router.route({"first_name": "Ana"}).json()["routing"]["matched_rule"]["name"] == "first"


def test_a_deactivated_processor_answers_as_if_it_were_gone(router: Router) -> None:
    router.route({"first_name": "Ana"})
    assert router.client.delete(f"/api/public/processors/{router.id}").json() == {
        "success": True,
        "message": "Processor deactivated",
    }
    answer = router.route({"first_name": "Ana"})
    assert (answer.status_code, answer.json()) == (404, MISSING)


def test_somebody_elses_processor_is_missing(router: Router, charlie: Client) -> None:
    answer = charlie.post(f"/api/public/processors/{router.id}/leads", {"first_name": "Ana"})
    assert (answer.status_code, answer.json()) == (404, MISSING)


def test_routing_needs_the_scope_to_write_leads(router: Router, bob: Client) -> None:
    answer = bob.post(f"/api/public/processors/{router.id}/leads", {"first_name": "Ana"})
    assert answer.status_code == 403


def test_the_same_idempotency_key_gives_the_first_answer_again(router: Router) -> None:
    headers = {"Idempotency-Key": "k1"}
    first = router.route({"first_name": "Ana"}, headers=headers)
    again = router.route({"first_name": "Ana"}, headers=headers)
    assert (again.status_code, again.json()) == (201, first.json())
    assert router.client.get("/api/public/leads").json()["pagination"]["total"] == 1


def test_the_same_idempotency_key_with_another_body_conflicts(router: Router) -> None:
    router.route({"first_name": "Ana"}, headers={"Idempotency-Key": "k1"})
    assert router.route({"first_name": "Bea"}, headers={"Idempotency-Key": "k1"}).status_code == 409


def test_a_refused_request_does_not_use_up_its_idempotency_key(router: Router) -> None:
    assert router.route({"last_name": "Ana"}, headers={"Idempotency-Key": "k1"}).status_code == 400
    assert router.route({"first_name": "Ana"}, headers={"Idempotency-Key": "k1"}).status_code == 201


def test_idempotency_keys_of_two_organizations_do_not_meet(router: Router, charlie: Client) -> None:
    router.route({"first_name": "Ana"}, headers={"Idempotency-Key": "k1"})
    answer = charlie.post("/api/public/leads", {"first_name": "Bea"}, headers={"Idempotency-Key": "k1"})
    assert answer.status_code == 201


def test_leads_that_arrive_together_are_each_stored_once(router: Router) -> None:
    path = f"/api/public/processors/{router.id}/leads"
    answers = router.client.together(*[("POST", path, {"first_name": f"L{n}"}) for n in range(40)])
    assert sorted(answer.json()["lead"]["first_name"] for answer in answers) == sorted(f"L{n}" for n in range(40))
    assert router.client.get("/api/public/leads").json()["pagination"]["total"] == 40


def test_a_refused_lead_does_not_take_down_those_that_arrive_with_it(router: Router) -> None:
    path = f"/api/public/processors/{router.id}/leads"
    bodies = [{"first_name": "A"}, {"first_name": "B", "language": "EN"}, {"first_name": "C"}]
    answers = router.client.together(*[("POST", path, body) for body in bodies])
    assert [answer.status_code for answer in answers] == [201, 400, 201]


def test_an_external_id_is_taken_once(router: Router) -> None:
    path = f"/api/public/processors/{router.id}/leads"
    answers = router.client.together(*[("POST", path, {"first_name": "A", "external_id": "x"}) for _ in range(5)])
    assert sorted(answer.status_code for answer in answers) == [201, 409, 409, 409, 409]


def test_a_revoked_key_is_refused(router: Router, cast: Cast, app: App) -> None:
    member = cast.member("Acme")
    member.runner.run(app.db.write(lambda tx: access.revoke_key(tx, member.key, app.clock())))
    answer = member.post(f"/api/public/processors/{router.id}/leads", {"first_name": "A"})
    assert (answer.status_code, answer.json()) == (
        401,
        {"error": "Invalid API key", "message": "The provided API key is not valid"},
    )

"""Why a lead went where it went (design section 5): stored decisions, and leads that are not stored."""

import pytest
from sqlalchemy import func, select

from pointsman.bootstrap import App
from pointsman.storage import tables
from tests.conftest import Client
from tests.factories import make_workflow, set_workflow_status


class Why:
    """A processor with four rules: one off, one to a cancelled workflow, one on language and budget, one on e-mail."""

    def __init__(self, app: App, client: Client) -> None:
        self.app, self.client = app, client
        self.sales, self.default = make_workflow(app, client, "Sales"), make_workflow(app, client, "Follow-up")
        self.gone = make_workflow(app, client, "Gone")
        body = {"name": "Router", "default_workflow_id": self.default}
        self.id = client.post("/api/public/processors", body).json()["processor"]["id"]
        self.path = f"/api/public/processors/{self.id}"
        self.rules = [
            self._add("Off", self.sales, [], is_active=False),
            self._add("To a workflow that is gone", self.gone, []),
            self._add(
                "Rich and English",
                self.sales,
                [
                    {"field": "metadata.language", "operator": "eq", "value": "EN"},
                    {"field": "metadata.budget", "operator": "gte", "value": 1000},
                ],
            ),
            self._add("Has e-mail", self.sales, [{"field": "email", "operator": "exists"}]),
        ]
        set_workflow_status(app, client, self.gone, status="cancelled")

    def _add(self, name: str, workflow_id: str, conditions: list, **more: object) -> str:
        body = {"name": name, "workflow_id": workflow_id, "conditions": conditions, **more}
        return self.client.post(f"{self.path}/rules", body).json()["rule"]["id"]

    def explain(self, lead: object) -> list:
        answer = self.client.post(f"{self.path}/explain", lead)
        assert answer.status_code == 200, answer.text
        return answer.json()["results"]


@pytest.fixture
def why(app: App, alice: Client) -> Why:
    return Why(app, alice)


def rows(why: Why) -> list[dict]:
    budget = {"index": 1, "field": "metadata.budget", "operator": "gte", "value": 1000, "seen": "7"}
    reached = {"skipped": None, "failed_condition": None}
    return [
        {"matched": False, "skipped": "rule is inactive", "failed_condition": None},
        {"matched": False, "skipped": "workflow is cancelled", "failed_condition": None},
        {"matched": False, "skipped": None, "failed_condition": budget},
        {"matched": True, **reached},
    ]


LEAD = {"first_name": "Ana", "email": "ana@example.com", "metadata": {"language": "EN", "budget": "7"}}


def test_explain_says_for_every_rule_what_became_of_it(why: Why) -> None:
    (result,) = why.explain(LEAD)
    names = ["Off", "To a workflow that is gone", "Rich and English", "Has e-mail"]
    assert result == {
        "index": 0,
        "workflow": {"id": why.sales, "name": "Sales"},
        "matched_rule": {"id": why.rules[3], "name": "Has e-mail", "position": 4},
        "rules": [{"id": why.rules[n], "name": names[n], "position": n + 1, **row} for n, row in enumerate(rows(why))],
    }


def test_rules_after_the_match_are_not_reached(why: Why) -> None:
    lead = {"first_name": "Ana", "metadata": {"language": "EN", "budget": 5000}}
    (result,) = why.explain(lead)
    assert result["rules"][2]["matched"]
    assert result["rules"][3]["skipped"] == "an earlier rule matched"


def test_explain_shows_null_for_an_absent_value(why: Why) -> None:
    (result,) = why.explain({"first_name": "Ana"})
    assert result["matched_rule"] is None
    assert result["workflow"] == {"id": why.default, "name": "Follow-up"}
    assert result["rules"][3]["failed_condition"] == {
        "index": 0,
        "field": "email",
        "operator": "exists",
        "value": None,
        "seen": None,
    }


def test_explain_takes_a_batch_in_order(why: Why) -> None:
    results = why.explain([LEAD, {"last_name": "x"}, {"first_name": "Bea"}])
    assert [result["index"] for result in results] == [0, 1, 2]
    assert results[1]["message"] == "first_name is required"


def test_explain_touches_nothing(why: Why) -> None:
    def count(tx: object) -> list[int]:
        every = sorted(tables.metadata.tables.values(), key=lambda table: table.name)
        return [tx.execute(select(func.count()).select_from(table)).scalar_one() for table in every]

    before = why.client.runner.run(why.app.db.read(count))
    why.explain([LEAD] * 20)
    assert why.client.runner.run(why.app.db.read(count)) == before


def test_explain_says_null_when_no_workflow_could_take_the_lead(why: Why) -> None:
    set_workflow_status(why.app, why.client, why.default, status="cancelled")
    (result,) = why.explain({"first_name": "Ana"})
    assert result["workflow"] is None


def test_a_stored_decision_explains_itself(why: Why) -> None:
    routed = why.client.post(f"{why.path}/leads", LEAD).json()
    decision_id = routed["routing"]["decision_id"]
    answer = why.client.get(f"/api/public/decisions/{decision_id}")
    assert answer.status_code == 200
    decision = answer.json()["decision"]
    (explained,) = why.explain(LEAD)
    assert decision == {
        "id": decision_id,
        "kind": "processor",
        "processor_id": why.id,
        "version": 1,
        "lead_id": routed["lead"]["id"],
        "decided_at": "2026-03-31T12:00:00.000Z",
        "workflow": {"id": why.sales, "name": "Sales"},
        "matched_rule": {"id": why.rules[3], "name": "Has e-mail", "position": 4},
        "rules": explained["rules"],
    }


def test_a_decision_does_not_change_when_rules_lead_and_workflow_do(why: Why) -> None:
    routed = why.client.post(f"{why.path}/leads", LEAD).json()
    path = f"/api/public/decisions/{routed['routing']['decision_id']}"
    before = why.client.get(path).json()
    why.client.patch(f"{why.path}/rules/{why.rules[3]}", {"name": "Renamed", "conditions": [], "position": 99})
    why.client.delete(f"{why.path}/rules/{why.rules[2]}")
    why.client.patch(f"/api/public/leads/{routed['lead']['id']}", {"email": None, "metadata": {"budget": 5000}})
    set_workflow_status(why.app, why.client, why.sales, status="cancelled", name="Other")
    assert why.client.get(path).json() == before


def test_a_changed_rule_makes_a_new_version(why: Why) -> None:
    def version() -> int:
        routed = why.client.post(f"{why.path}/leads", LEAD).json()
        path = f"/api/public/decisions/{routed['routing']['decision_id']}"
        return why.client.get(path).json()["decision"]["version"]

    first, same = version(), version()
    why.client.patch(f"{why.path}/rules/{why.rules[3]}", {"name": "Renamed"})
    assert (first, same, version()) == (1, 1, 2)


def test_decisions_of_others_are_not_found(why: Why, charlie: Client) -> None:
    decision_id = why.client.post(f"{why.path}/leads", LEAD).json()["routing"]["decision_id"]
    answer = charlie.get(f"/api/public/decisions/{decision_id}")
    assert answer.status_code == 404
    assert charlie.post(f"{why.path}/explain", LEAD).status_code == 404
    assert answer.json()["message"] == "Decision not found or does not belong to your account"


def test_the_openapi_document_has_both(why: Why) -> None:
    paths = why.client.get("/openapi.json").json()["paths"]
    assert "get" in paths["/api/public/decisions/{decision_id}"]
    assert "post" in paths["/api/public/processors/{processor_id}/explain"]

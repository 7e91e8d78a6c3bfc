"""Rules of a processor (contract section 4, seed 001)."""

import pytest

from pointsman.bootstrap import App
from tests.conftest import Client
from tests.factories import make_workflow

NOWHERE = "00000000-0000-7000-8000-000000000000"
OPERATORS = (
    "Invalid operator: must be one of eq, neq, gt, gte, lt, lte, contains, not_contains, in, not_in, "
    "exists, not_exists, regex"
)
FIELDS = "Invalid field: must be a lead field or metadata.<key> path"
LANGUAGE = {"field": "metadata.language", "operator": "eq", "value": "EN"}


class Rules:
    """The rules of one processor of Alice's."""

    def __init__(self, app: App, alice: Client) -> None:
        self.client = alice
        self.workflow_id = make_workflow(app, alice, "Payment Link Sent")
        body = {"name": "Router", "default_workflow_id": self.workflow_id}
        self.processor_id = alice.post("/api/public/processors", body).json()["processor"]["id"]
        self.path = f"/api/public/processors/{self.processor_id}/rules"

    def add(self, **changes: object):
        body = {"name": "English leads", "workflow_id": self.workflow_id, "conditions": [LANGUAGE], **changes}
        return self.client.post(self.path, body)

    def add_named(self, *names: str) -> list[str]:
        return [self.add(name=name).json()["rule"]["id"] for name in names]

    def shown(self) -> list[tuple[str, int]]:
        rules = self.client.get(f"/api/public/processors/{self.processor_id}").json()["processor"]["rules"]
        return [(rule["name"], rule["position"]) for rule in rules]


@pytest.fixture
def rules(app: App, alice: Client) -> Rules:
    return Rules(app, alice)


def test_seed_create_answers_as_printed(rules: Rules) -> None:
    answer = rules.add(position=1)
    assert answer.status_code == 201
    assert answer.json() == {
        "success": True,
        "rule": {
            "id": answer.json()["rule"]["id"],
            "processor_id": rules.processor_id,
            "name": "English leads",
            "workflow_id": rules.workflow_id,
            "workflow": {"id": rules.workflow_id, "name": "Payment Link Sent"},
            "conditions": [LANGUAGE],
            "position": 1,
            "is_active": True,
            "created_at": "2026-03-31T12:00:00.000Z",
        },
    }


@pytest.mark.parametrize(
    "conditions",
    [
        [
            {"field": "metadata.budget", "operator": "gte", "value": 5000000},
            {"field": "metadata.city", "operator": "eq", "value": "CDMX"},
        ],
        [{"field": "metadata.state", "operator": "in", "value": ["Quintana Roo", "Yucatan", "Baja California"]}],
        [{"field": "email", "operator": "exists"}],
        [{"field": "campaign_id", "operator": "not_exists"}],
        [{"field": "metadata.a.b", "operator": "regex", "value": "^x+$"}],
        [{"field": "phone", "operator": "contains", "value": "+52"}],
        [],
    ],
)
def test_conditions_are_shown_as_they_were_given(rules: Rules, conditions: list) -> None:
    assert rules.add(conditions=conditions).json()["rule"]["conditions"] == conditions


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"name": None}, "name is required"),
        ({"name": ""}, "name is required"),
        ({"workflow_id": NOWHERE}, "workflow_id not found or does not belong to your account"),
        ({"workflow_id": "x"}, "workflow_id not found or does not belong to your account"),
        ({"conditions": "metadata.language"}, "conditions must be an array"),
        ({"conditions": {}}, "conditions must be an array"),
        ({"conditions": None}, "conditions must be an array"),
        ({"conditions": [{"field": "metadata.a", "operator": "between", "value": [1, 2]}]}, OPERATORS),
        ({"conditions": [{"field": "metadata.a", "operator": "EQ", "value": 1}]}, OPERATORS),
        ({"conditions": [{"field": "metadata.a", "value": 1}]}, OPERATORS),
        ({"conditions": [{"field": "metadata.", "operator": "exists"}]}, FIELDS),
        ({"conditions": [{"field": "metadata", "operator": "exists"}]}, FIELDS),
        ({"conditions": [{"field": "language", "operator": "exists"}]}, FIELDS),
        ({"conditions": [{"field": 5, "operator": "exists"}]}, FIELDS),
        ({"conditions": ["x"]}, "conditions[0] must be an object"),
        ({"conditions": [{"field": "email", "operator": "eq"}]}, "value is required for operator eq"),
        (
            {"conditions": [{"field": "email", "operator": "in", "value": "x"}]},
            "value must be an array for operator in",
        ),
        (
            {"conditions": [{"field": "email", "operator": "regex", "value": "a(?=b)"}]},
            "Invalid regex at position 1: invalid perl operator: (?=",
        ),
        (
            {"conditions": [{"field": "email", "operator": "regex", "value": "a" * 1_000_000}]},
            "Invalid regex: longer than 4096 characters",
        ),
        ({"position": "first"}, "position must be an integer"),
        ({"position": 2**40}, "position must be between -2147483647 and 2147483647"),
        ({"is_active": "yes"}, "is_active must be a boolean"),
    ],
)
def test_create_says_what_is_wrong_and_stores_nothing(rules: Rules, changes: dict, message: str) -> None:
    answer = rules.add(**changes)
    assert (answer.status_code, answer.json()) == (400, {"error": "Validation error", "message": message})
    assert rules.shown() == []


def test_position_is_appended_when_omitted(rules: Rules) -> None:
    rules.add(name="a", position=7)
    rules.add(name="b")
    assert rules.shown() == [("a", 7), ("b", 8)]


def test_update_replaces_all_conditions_and_answers_without_workflow(rules: Rules) -> None:
    rule_id = rules.add().json()["rule"]["id"]
    conditions = [{"field": "source", "operator": "neq", "value": "api"}]
    answer = rules.client.patch(f"{rules.path}/{rule_id}", {"conditions": conditions})
    rule = answer.json()["rule"]
    assert (answer.status_code, rule["conditions"], rule["name"]) == (200, conditions, "English leads")
    assert "workflow" not in rule
    assert rule["updated_at"] == "2026-03-31T12:00:00.000Z"


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"name": " "}, "name is required"),
        ({"workflow_id": NOWHERE}, "workflow_id not found or does not belong to your account"),
        ({"conditions": None}, "conditions must be an array"),
        ({"conditions": [{"field": "x", "operator": "eq", "value": 1}]}, FIELDS),
    ],
)
def test_update_says_what_is_wrong(rules: Rules, changes: dict, message: str) -> None:
    rule_id = rules.add().json()["rule"]["id"]
    answer = rules.client.patch(f"{rules.path}/{rule_id}", changes)
    assert (answer.status_code, answer.json()["message"]) == (400, message)


def test_delete_is_for_good_and_leaves_gaps(rules: Rules) -> None:
    ids = rules.add_named("a", "b", "c")
    assert rules.client.delete(f"{rules.path}/{ids[1]}").json() == {"success": True, "message": "Rule deleted"}
    assert rules.shown() == [("a", 1), ("c", 3)]
    answer = rules.client.delete(f"{rules.path}/{ids[1]}")
    assert (answer.status_code, answer.json()) == (404, {"error": "Not found", "message": "Rule not found"})


def test_reorder_numbers_from_one_and_appends_what_was_left_out(rules: Rules) -> None:
    a, b, c = rules.add_named("a", "b", "c")
    answer = rules.client.put(f"{rules.path}/reorder", {"rule_ids": [c]})
    assert answer.json() == {
        "success": True,
        "rules": [
            {"id": c, "name": "c", "position": 1},
            {"id": a, "name": "a", "position": 2},
            {"id": b, "name": "b", "position": 3},
        ],
    }


@pytest.mark.parametrize("body", [{}, {"rule_ids": []}, {"rule_ids": "x"}, {"rule_ids": [1]}])
def test_reorder_needs_ids(rules: Rules, body: dict) -> None:
    answer = rules.client.put(f"{rules.path}/reorder", body)
    assert (answer.status_code, answer.json()["message"]) == (400, "rule_ids must be a non-empty array")


def test_reorder_refuses_rules_of_another_processor(rules: Rules) -> None:
    rules.add_named("a")
    assert rules.client.put(f"{rules.path}/reorder", {"rule_ids": [NOWHERE]}).status_code == 404


def test_rules_of_somebody_elses_processor_are_not_found(rules: Rules, charlie: Client) -> None:
    rule_id = rules.add().json()["rule"]["id"]
    body = {"name": "x", "workflow_id": NOWHERE, "conditions": []}
    answers = [
        charlie.post(rules.path, body),
        charlie.patch(f"{rules.path}/{rule_id}", {}),
        charlie.delete(f"{rules.path}/{rule_id}"),
        charlie.put(f"{rules.path}/reorder", {"rule_ids": [rule_id]}),
    ]
    assert {answer.status_code for answer in answers} == {404}
    assert {answer.json()["message"] for answer in answers} == {
        "Processor not found or does not belong to your account"
    }

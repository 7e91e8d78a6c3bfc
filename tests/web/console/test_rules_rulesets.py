"""The editor of rulesets."""

import pytest

from tests.conftest import Client
from tests.web.console.ruling import ANYBODY, People, make_people, to_rep

UK = {"field": "attributes.country", "operator": "eq", "value": "UK"}
STARTS = {"field": "attributes.name", "operator": "starts_with", "value": "A"}


@pytest.fixture
def people(alice: Client) -> People:
    return make_people(alice)


def test_new_ruleset_has_no_rules_and_an_id_of_its_name(people: People) -> None:
    assert people.id == "sales-team"
    opened = people.open()
    assert (opened["rules"], opened["queue_id"], opened["on_unavailable"]) == ([], "default", "fallback")


def test_second_ruleset_of_a_name_has_another_id(people: People) -> None:
    assert people.client.post("/console/rulesets", {"name": "Sales team!"}).json()["id"] == "sales-team-2"
    assert people.client.post("/console/rulesets", {"name": "销售"}).json()["id"] == "rules"


def test_leads_of_a_ruleset_without_rules_wait(people: People) -> None:
    assert people.route("L1")["data"]["assigned_to"]["name"] == "Fallback Queue"


def test_rules_are_saved_and_shown(people: People) -> None:
    saved = people.save(people.rule("UK", UK), people.rule("A", STARTS, to_rep("ben")))
    assert saved == people.open()
    assert [(rule["id"], rule["name"], rule["condition"], rule["assignment"]) for rule in saved["rules"]] == [
        ("1", "UK", UK, to_rep("ana")),
        ("2", "A", STARTS, to_rep("ben")),
    ]


def test_field_without_its_root_gets_it(people: People) -> None:
    saved = people.save(people.rule("UK", {**UK, "field": "country"}))
    assert saved["rules"][0]["condition"] == UK


def test_structured_conditions_stay_structured_and_others_become_text(people: People) -> None:
    people.save(people.rule("UK", UK), people.rule("A", STARTS))
    one, two = people.client.get(f"/api/v1/rules/{people.id}").json()["data"]["rules"]
    assert (one["conditions"], "condition" in one) == ([UK], False)
    assert (two["conditions"], two["condition"]) == ([], "attributes.name.startsWith('A')")


def test_text_that_means_the_same_keeps_its_words(people: People) -> None:
    rule = {"condition": "attributes.country=='UK'", "target_id": "ana", "name": "UK"}
    people.client.post("/api/v1/rules", {"slug": people.id, "name": "Sales team", "rules": [rule]})
    people.save(people.open()["rules"][0], people.rule("A", STARTS))
    assert people.client.get(f"/api/v1/rules/{people.id}").json()["data"]["rules"][0]["condition"] == rule["condition"]


def test_rule_that_is_switched_off_is_kept_and_not_tried(people: People) -> None:
    people.save(people.rule("Off", ANYBODY, is_active=False), people.rule("On", ANYBODY, to_rep("ben")))
    assert people.route("L1")["data"]["assigned_to"]["rep_id"] == "ben"
    shown = people.client.get(f"/api/v1/rules/{people.id}").json()["data"]["rules"]
    assert [rule.get("is_active", True) for rule in shown] == [False, True]
    people.client.post("/api/v1/rules", {"slug": people.id, "name": "Sales team", "rules": shown})
    assert [rule["is_active"] for rule in people.open()["rules"]] == [False, True]


def test_conditions_on_people_are_shown_as_text(people: People) -> None:
    where = [{"field": "rep.attributes.languages", "operator": "contains", "value_from": "attributes.language"}]
    rule = {"conditions": [], "assignment": {"type": "match", "where": where}, "name": "Speaks it"}
    people.client.post("/api/v1/rules", {"slug": people.id, "name": "Sales team", "rules": [rule]})
    opened = people.open()["rules"]
    assert opened[0]["assignment"]["where"] == "rep.attributes.languages.contains(attributes.language)"
    assert people.save(*opened)["rules"] == opened


def test_second_editor_is_told_and_nothing_is_stored(people: People) -> None:
    mine = people.body([people.rule("Mine", UK)])
    theirs = people.save(people.rule("Theirs", UK))
    answer = people.client.put(people.path, mine)
    assert (answer.status_code, answer.json()["current"]) == (409, theirs)
    assert people.open() == theirs


def test_rule_for_nobody_is_refused_and_nothing_stored(people: People) -> None:
    wrong = {
        "choose a person": {"type": "specific_rep"},
        "there is no person 'zoe'": to_rep("zoe"),
        "ana is in one pool twice": {"type": "round_robin", "pool": ["ana", "ana"]},
        "choose who gets the leads": {},
    }
    for problem, assignment in wrong.items():
        rule = {"name": "Rule", "condition": UK, "assignment": assignment}
        answer = people.client.put(people.path, people.body([rule]))
        assert (answer.status_code, answer.json()["message"]) == (400, f"Rule 1 (Rule): {problem}")
    assert people.open()["rules"] == []


def test_settings_are_checked(people: People) -> None:
    for more in ({"on_unavailable": "x"}, {"queue_id": ""}, {"queue_id": "x" * 129}, {"name": ""}):
        assert people.client.put(people.path, people.body([], **more)).status_code == 400


def test_others_see_nothing(people: People, charlie: Client) -> None:
    body = people.body([])
    missing = charlie.get("/console/rulesets/nothing")
    answers = [charlie.get(people.path), charlie.put(people.path, body), charlie.get(f"{people.path}/hits")]
    assert {(answer.status_code, answer.text) for answer in answers} == {(404, missing.text)}

"""The editor of processors: shown whole, saved whole, told when somebody else saved meanwhile."""

import pytest

from pointsman.bootstrap import App
from tests.conftest import Cast, Client
from tests.web.console.ruling import ANYBODY, UK, Editor, make_editor, make_people


@pytest.fixture
def editor(app: App, alice: Client) -> Editor:
    return make_editor(app, alice)


def test_processor_is_shown_with_its_rules_in_order(editor: Editor) -> None:
    editor.save(editor.rule("UK", UK), editor.rule("Others", ANYBODY, is_active=False))
    shown = editor.open()
    assert [(rule["name"], rule["condition"], rule["is_active"]) for rule in shown["rules"]] == [
        ("UK", UK, True),
        ("Others", ANYBODY, False),
    ]


def test_rules_of_the_api_are_shown_as_a_tree(editor: Editor) -> None:
    size = {"field": "metadata.size", "operator": "gt", "value": 10}
    body = {"name": "Big", "workflow_id": editor.sales, "conditions": [UK, size]}
    editor.client.post(f"/api/public/processors/{editor.id}/rules", body)
    assert editor.open()["rules"][0]["condition"] == {"all": [UK, size]}


def test_flat_conditions_are_stored_as_the_api_takes_them(editor: Editor) -> None:
    editor.save(editor.rule("UK", {"all": [{"all": [UK]}]}))
    shown = editor.client.get(f"/api/public/processors/{editor.id}").json()["processor"]
    assert shown["rules"][0]["conditions"] == [UK]


def test_groups_decide_in_production(editor: Editor) -> None:
    fr = {"field": "metadata.country", "operator": "eq", "value": "FR"}
    editor.save(editor.rule("Here", {"any": [UK, fr]}))
    routed = [editor.route(country=country)["routing"]["matched_rule"] for country in ("FR", "DE")]
    assert [rule and rule["name"] for rule in routed] == ["Here", None]


def test_of_a_group_that_failed_the_api_names_what_is_to_blame_and_the_whole(editor: Editor) -> None:
    fr = {"field": "metadata.country", "operator": "eq", "value": "FR"}
    editor.save(editor.rule("Here", {"any": [UK, fr]}))
    decision = editor.route(metadata={"country": "DE"})["routing"]["decision_id"]
    told = editor.client.get(f"/api/public/decisions/{decision}").json()["decision"]
    assert told["rules"][0]["failed_condition"] == {
        "index": 0, **UK, "seen": "DE", "text": "metadata.country == 'UK' || metadata.country == 'FR'",
    }  # fmt: skip


def test_saved_rules_keep_their_ids_and_what_is_left_out_goes(editor: Editor) -> None:
    one, two = editor.save(editor.rule("One", UK), editor.rule("Two", ANYBODY))["rules"]
    saved = editor.save({**two, "name": "Second"}, editor.rule("New", UK))["rules"]
    assert [rule["name"] for rule in saved] == ["Second", "New"]
    assert saved[0]["id"] == two["id"]
    assert saved[1]["id"] not in (one["id"], two["id"])


def test_new_order_is_the_order_in_which_rules_are_tried(editor: Editor) -> None:
    one, two = editor.save(editor.rule("One", ANYBODY), editor.rule("Two", ANYBODY))["rules"]
    editor.save(two, one)
    assert editor.route()["routing"]["matched_rule"]["name"] == "Two"


def test_unchanged_rules_are_not_touched(editor: Editor) -> None:
    before = editor.save(editor.rule("One", UK), editor.rule("Two", UK))
    assert editor.save(*before["rules"]) == before


def test_name_default_and_state_are_saved_with_the_rules(editor: Editor) -> None:
    saved = editor.save(name="Other", default_workflow_id=editor.sales, is_active=False)
    assert (saved["name"], saved["default_workflow_id"], saved["is_active"]) == ("Other", editor.sales, False)


def test_second_editor_is_told_and_nothing_is_stored(editor: Editor) -> None:
    mine = editor.body([editor.rule("Mine", UK)])
    theirs = editor.save(editor.rule("Theirs", UK))
    answer = editor.client.put(editor.path, mine)
    assert answer.status_code == 409
    assert answer.json()["current"] == theirs
    assert editor.open() == theirs


def test_second_editor_can_overwrite_with_the_new_digest(editor: Editor) -> None:
    rule = editor.save(editor.rule("One", UK))["rules"][0]
    theirs = editor.save(editor.rule("Theirs", UK))
    editor.client.put(editor.path, {**editor.body([rule]), "expected": theirs["digest"]})
    assert [rule["name"] for rule in editor.open()["rules"]] == ["One"]


def test_rule_that_makes_no_sense_is_refused_and_nothing_stored(editor: Editor) -> None:
    wrong = {
        "give the rule a name": {"name": " "},
        "size is no field that these rules see": {"condition": {"field": "size", "operator": "eq", "value": 1}},
        "choose the workflow": {"workflow_id": None},
        "metadata.a: Invalid regex": {"condition": {"field": "metadata.a", "operator": "regex", "value": "a(b"}},
    }
    for problem, part in wrong.items():
        answer = editor.client.put(editor.path, editor.body([{**editor.rule("Rule", UK), **part}]))
        assert (answer.status_code, problem in answer.json()["message"]) == (400, True), answer.text
    assert editor.open()["rules"] == []


def test_others_workflow_is_unknown(editor: Editor, app: App, charlie: Client) -> None:
    theirs = make_editor(app, charlie)
    answer = editor.client.put(editor.path, editor.body([editor.rule("Rule", UK, workflow_id=theirs.sales)]))
    assert "choose the workflow" in answer.json()["message"]
    answer = editor.client.put(editor.path, editor.body([], default_workflow_id=theirs.sales))
    assert answer.status_code == 400


def test_others_see_nothing(editor: Editor, charlie: Client) -> None:
    body = editor.body([])
    missing = charlie.get("/console/processors/0198c0de-0000-7000-8000-000000000000/rules")
    answers = [
        charlie.get(editor.path),
        charlie.put(editor.path, body),
        charlie.get(f"/console/processors/{editor.id}/hits"),
    ]
    assert {(answer.status_code, answer.text) for answer in answers} == {(404, missing.text)}


def test_who_may_only_read_cannot_save(editor: Editor, cast: Cast) -> None:
    reader = cast.member("Acme", scopes=("routing:read",))
    assert reader.get(editor.path).status_code == 200
    assert reader.put(editor.path, editor.body([])).status_code == 403
    assert reader.post("/console/rulesets", {"name": "Mine"}).status_code == 403
    assert reader.get("/console/rules/fields?kind=processor").status_code == 403


def test_list_has_processors_and_rulesets_by_name(editor: Editor) -> None:
    make_people(editor.client)
    editor.save(editor.rule("UK", UK))
    listed = editor.client.get("/console/rules").json()["data"]
    assert [(row["kind"], row["name"], row["rules_count"], row["is_active"]) for row in listed] == [
        ("processor", "Inbound", 1, True),
        ("ruleset", "Sales team", 0, True),
    ]


def test_fields_are_those_of_every_lead_and_those_that_were_seen(editor: Editor) -> None:
    for country in ("UK", "UK", "FR"):
        editor.route(metadata={"country": country, "size": 5, "utm": {"source": "ad"}, "": 1})
    answer = editor.client.get("/console/rules/fields?kind=processor").json()
    fields = {field["path"]: field for field in answer["data"]}
    assert answer["looked_at"] == 3
    assert fields["email"]["is_core"]
    assert fields["metadata.country"] == {
        "path": "metadata.country",
        "kind": "text",
        "is_core": False,
        "values": ["UK"],
    }
    assert fields["metadata.size"]["kind"] == "number"
    assert fields["metadata.utm.source"]["kind"] == "text"


def test_fields_of_rulesets_are_attributes(editor: Editor) -> None:
    editor.route(metadata={"country": "UK", "email": "x"})
    answer = editor.client.get("/console/rules/fields?kind=ruleset").json()
    paths = [field["path"] for field in answer["data"]]
    assert "attributes.country" in paths
    assert paths.count("attributes.email") == 1


def test_unknown_kind_of_fields_is_refused(alice: Client) -> None:
    assert alice.get("/console/rules/fields?kind=x").status_code == 400


def test_choices_are_ones_own_workflows_and_people(editor: Editor, app: App, charlie: Client) -> None:
    make_editor(app, charlie)
    make_people(editor.client)
    choices = editor.client.get("/console/rules/choices").json()
    assert {(item["name"], item["status"]) for item in choices["workflows"]} == {
        ("Sales", "active"),
        ("Rest", "active"),
    }
    assert [(item["rep_id"], item["name"], item["status"]) for item in choices["reps"]] == [
        ("ana", "Ana", "active"),
        ("ben", "Ben", "active"),
    ]

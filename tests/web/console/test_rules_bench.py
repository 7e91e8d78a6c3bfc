"""Rules as they are in the editor: looked through, tried with a lead, counted."""

from typing import Any

import pytest

from pointsman.bootstrap import App
from tests.conftest import Client, Clock
from tests.factories import set_workflow_status
from tests.web.console.ruling import ANYBODY, UK, Editor, People, make_editor, make_people, to_rep

ATTRIBUTE_UK = {"field": "attributes.country", "operator": "eq", "value": "UK"}


@pytest.fixture
def editor(app: App, alice: Client) -> Editor:
    return make_editor(app, alice)


@pytest.fixture
def people(alice: Client) -> People:
    return make_people(alice)


class TestCheck:
    def test_nothing_is_said_about_good_rules(self, editor: Editor) -> None:
        editor.route(metadata={"country": "UK"})
        assert editor.remarks(editor.rule("UK", UK)) == []

    def test_problems_stand_with_their_rule(self, editor: Editor) -> None:
        remarks = editor.ask("check", editor.rule("Fine", ANYBODY, is_active=False), editor.rule("", UK))["data"]
        assert remarks == [{"rule": 1, "message": "Give the rule a name", "is_problem": True, "other": None}]

    def test_rule_behind_one_that_takes_its_leads(self, editor: Editor) -> None:
        email = {"field": "email", "operator": "exists"}
        rules = [editor.rule("Mail", email), editor.rule("Both", {"all": [email, UK]}), editor.rule("All", ANYBODY)]
        editor.route(metadata={"country": "UK"})
        says = "This rule is never reached: rule 1 (Mail) takes all of its leads."
        assert editor.remarks(*rules) == [(1, says)]
        assert editor.remarks({**rules[0], "is_active": False}, *rules[1:]) == []

    def test_condition_that_never_holds(self, editor: Editor) -> None:
        editor.route(metadata={"country": "UK"})
        both = {"all": [UK, {**UK, "value": "FR"}]}
        assert editor.remarks(editor.rule("Both", both)) == [
            (0, "No lead can ever match: its conditions contradict each other.")
        ]

    def test_field_that_no_lead_has(self, editor: Editor) -> None:
        assert editor.remarks(editor.rule("UK", UK)) == []  # without any lead nobody knows
        editor.route(metadata={"land": "UK"})
        says = "None of the 1 newest leads has the field metadata.country."
        assert editor.remarks(editor.rule("UK", UK)) == [(0, says)]

    @pytest.mark.parametrize(
        ("status", "says"),
        [
            ("cancelled", "The workflow Sales is cancelled: this rule is passed over."),
            ("paused", "The workflow Sales is paused: leads wait in it until it is active."),
        ],
    )
    def test_workflow_that_does_not_work(self, editor: Editor, app: App, status: str, says: str) -> None:
        set_workflow_status(app, editor.client, editor.sales, status=status)
        assert editor.remarks(editor.rule("All", ANYBODY)) == [(0, says)]

    def test_default_workflow_that_takes_no_leads(self, editor: Editor, app: App) -> None:
        set_workflow_status(app, editor.client, editor.rest, status="completed")
        says = "The workflow Rest is completed: leads that no rule takes are refused."
        assert editor.remarks() == [(None, says)]

    def test_default_workflow_that_is_not_there(self, editor: Editor) -> None:
        remarks = editor.ask("check", default_workflow_id="x")["data"]
        assert [(item["rule"], item["is_problem"]) for item in remarks] == [(None, True)]

    def test_people_who_take_no_leads(self, people: People) -> None:
        people.client.patch("/api/v1/reps/ana", {"status": "inactive"})
        pool = {"type": "round_robin", "pool": ["ana", "ben"]}
        remarks = people.remarks(people.rule("One", ATTRIBUTE_UK), people.rule("Two", ANYBODY, pool))
        assert remarks == [
            (0, "Not even Ana can take a lead now: Ana (inactive)."),
            (1, "Some people get no leads: Ana (inactive)."),
        ]

    def test_nobody_fits(self, people: People) -> None:
        where = {"type": "match", "where": "rep.attributes.level >= 2"}
        says = "Nobody fits: no person has what this rule asks for."
        assert people.remarks(people.rule("Experts", ANYBODY, where)) == [(0, says)]
        asked = {"type": "match", "where": "rep.attributes.level >= attributes.level"}
        assert people.remarks(people.rule("Experts", ANYBODY, asked)) == []

    def test_rule_of_a_ruleset_behind_another(self, people: People) -> None:
        rules = [people.rule("All", ANYBODY), people.rule("UK", ATTRIBUTE_UK)]
        taken = "rule 1 (All) takes all of its leads."
        assert people.remarks(*rules) == [(1, f"This rule only gets leads that nobody is available for: {taken}")]
        strict = people.ask("check", *rules, on_unavailable="error")["data"]
        assert strict[0]["message"] == f"This rule is never reached: {taken}"


class TestTry:
    def test_processor_rule_by_rule(self, editor: Editor) -> None:
        rules = [editor.rule("Off", ANYBODY, is_active=False), editor.rule("UK", UK), editor.rule("All", ANYBODY)]
        tried = editor.ask("try", *rules, editor.rule("Later", UK), lead={"country": "FR"})
        assert (tried["rule"], tried["workflow"]) == (2, {"id": editor.sales, "name": "Sales"})
        told = [(rule["matched"], rule["skipped"]) for rule in tried["rules"]]
        assert told == [
            (False, "rule is inactive"),
            (False, None),
            (True, None),
            (False, "an earlier rule matched"),
        ]
        assert tried["rules"][1]["failed"] == {
            "index": 0,
            "text": "metadata.country == 'UK'",
            "seen": [{"field": "metadata.country", "value": "FR"}],
        }

    def test_group_that_fails_says_all_it_saw(self, editor: Editor) -> None:
        group = {"any": [UK, {"field": "email", "operator": "ends_with", "value": ".uk"}]}
        tried = editor.ask("try", editor.rule("UK", group), lead={"email": "a@b.fr"})
        assert tried["rule"] is None
        assert tried["workflow"]["name"] == "Rest"
        assert tried["rules"][0]["failed"]["seen"] == [
            {"field": "metadata.country", "value": None},
            {"field": "email", "value": "a@b.fr"},
        ]

    def test_rule_that_is_not_finished_is_passed_over(self, editor: Editor) -> None:
        tried = editor.ask("try", editor.rule("Half", {"field": "", "operator": "eq", "value": 1}), lead={})
        assert tried["rules"][0]["skipped"] == "this rule is not finished"

    def test_stored_lead(self, editor: Editor) -> None:
        lead = editor.route(metadata={"country": "UK"})["lead"]["id"]
        tried = editor.ask("try", editor.rule("UK", UK), lead_id=lead)
        assert (tried["rule"], tried["facts"]["metadata"]) == (0, {"country": "UK"})

    def test_others_lead_is_unknown(self, editor: Editor, app: App, charlie: Client) -> None:
        theirs = make_editor(app, charlie).route()["lead"]["id"]
        body = {"kind": "processor", "default_workflow_id": editor.rest, "rules": [], "lead_id": theirs}
        assert editor.client.post("/console/rules/try", body).status_code == 404
        assert editor.client.post("/console/rules/try", {**body, "lead_id": "x"}).status_code == 404

    def test_exactly_one_good_lead_is_needed(self, editor: Editor) -> None:
        body: dict[str, Any] = {"kind": "processor", "default_workflow_id": editor.rest, "rules": []}
        for more in ({}, {"lead": {}, "lead_id": "x"}, {"lead": {"email": 5}}, {"lead": [1]}):
            assert editor.client.post("/console/rules/try", {**body, **more}).status_code == 400

    def test_ruleset_rep_by_rep(self, people: People) -> None:
        people.client.patch("/api/v1/reps/ana", {"status": "inactive"})
        rules = [people.rule("UK", ATTRIBUTE_UK), people.rule("All", ANYBODY, to_rep("ben"))]
        tried = people.ask("try", *rules, lead={"country": "UK"})
        assert (tried["rule"], tried["rep"]["rep_id"]) == (1, "ben")
        assert tried["rules"][0]["skipped"] == "nobody of it can take a lead now"
        assert tried["rules"][0]["reps"] == [{"rep_id": "ana", "name": "Ana", "verdict": "inactive"}]

    def test_nothing_is_stored_and_nobodys_turn_is_taken(self, people: People) -> None:
        pool = {"type": "round_robin", "pool": ["ana", "ben"]}
        turns = [
            people.ask("try", people.rule("All", ANYBODY, pool), lead={"attributes": {}})["rep"]["rep_id"]
            for _ in range(3)
        ]
        assert len(set(turns)) == 1
        assert people.open()["rules"] == []
        assert people.client.get("/api/public/leads").json()["pagination"]["total"] == 0

    def test_ruleset_that_is_not_there(self, people: People, charlie: Client) -> None:
        body = {"kind": "ruleset", "id": people.id, "rules": [], "lead": {}}
        assert charlie.post("/console/rules/try", body).status_code == 404
        assert people.client.post("/console/rules/try", {**body, "id": None}).status_code == 404


class TestHits:
    def test_processor(self, editor: Editor, clock: Clock) -> None:
        rule = editor.save(editor.rule("UK", UK))["rules"][0]
        editor.route(metadata={"country": "UK"})
        clock.forward(days=10)
        editor.route(metadata={"country": "UK"})
        editor.route(metadata={"country": "FR"})
        hits = editor.client.get(f"/console/processors/{editor.id}/hits").json()
        assert hits == {"rules": {rule["id"]: {"week": 1, "month": 2}}, "rest": {"week": 1, "month": 1}}
        totals = editor.client.get("/console/rules/hits").json()
        assert totals == {"processors": {editor.id: {"week": 2, "month": 3}}, "rulesets": {}}
        clock.forward(days=25)
        hits = editor.client.get(f"/console/processors/{editor.id}/hits").json()
        assert hits["rules"] == {rule["id"]: {"week": 0, "month": 1}}

    def test_ruleset(self, people: People) -> None:
        uk, rest = people.rule("UK", ATTRIBUTE_UK), people.rule("French", {**ATTRIBUTE_UK, "value": "FR"})
        people.save(uk, rest)
        for number, country in enumerate(("UK", "UK", "FR", "DE")):
            people.route(f"L{number}", country=country)
        people.save(rest, uk)
        hits = people.client.get(f"{people.path}/hits").json()
        assert hits == {
            "rules": {"2": {"week": 2, "month": 2}, "1": {"week": 1, "month": 1}},
            "rest": {"week": 1, "month": 1},
        }
        assert people.client.get("/console/rules/hits").json()["rulesets"] == {people.id: {"week": 4, "month": 4}}


class TestForms:
    def test_text_becomes_a_tree(self, alice: Client) -> None:
        body = {"kind": "processor", "text": "metadata.country == 'UK' || has(email)"}
        answer = alice.post("/console/conditions/read", body).json()
        assert answer == {"condition": {"any": [UK, {"field": "email", "operator": "exists"}]}, "problem": None}

    def test_member_of_a_list_is_typed_and_drawn(self, alice: Client) -> None:
        text, tree = "'VIP' in metadata.tags", {"field": "metadata.tags", "operator": "includes", "value": "VIP"}
        read = alice.post("/console/conditions/read", {"kind": "processor", "text": text}).json()
        assert read == {"condition": tree, "problem": None}
        assert alice.post("/console/conditions/write", {"condition": tree}).json() == {"text": text, "problem": None}

    def test_empty_text_is_every_lead(self, alice: Client) -> None:
        answer = alice.post("/console/conditions/read", {"kind": "ruleset", "text": " "}).json()
        assert answer["condition"] == {"all": []}

    def test_problem_says_where(self, alice: Client) -> None:
        answer = alice.post("/console/conditions/read", {"kind": "ruleset", "text": "a == 1 &&\nb = 2"}).json()
        problem = answer["problem"]
        assert (answer["condition"], problem["line"], problem["column"]) == (None, 2, 3)
        assert problem["message"].startswith("expected one of == !=")
        assert problem["caret"] == "b = 2\n  ^"

    def test_field_that_a_processor_does_not_see(self, alice: Client) -> None:
        answer = alice.post("/console/conditions/read", {"kind": "processor", "text": "country == 'UK'"}).json()
        assert (answer["condition"], answer["problem"]["line"]) == (None, None)
        assert "metadata.<key>" in answer["problem"]["message"]

    def test_text_about_people(self, alice: Client) -> None:
        good = {"kind": "match", "text": "rep.timezone == attributes.timezone"}
        assert alice.post("/console/conditions/read", good).json() == {"condition": None, "problem": None}
        wrong = alice.post("/console/conditions/read", {"kind": "match", "text": "rep.timezone ="}).json()["problem"]
        assert (wrong["line"], wrong["column"]) == (1, 14)

    def test_tree_becomes_text(self, alice: Client) -> None:
        answer = alice.post("/console/conditions/write", {"condition": {"not": {"any": [UK, UK]}}}).json()
        text = "!(metadata.country == 'UK' || metadata.country == 'UK')"
        assert answer == {"text": text, "problem": None}

    def test_tree_that_has_no_text_says_why(self, alice: Client) -> None:
        answer = alice.post("/console/conditions/write", {"condition": {**UK, "value": {"a": 1}}}).json()
        assert answer == {
            "text": None,
            "problem": "objects, lists in lists and very large numbers cannot be written in text",
        }

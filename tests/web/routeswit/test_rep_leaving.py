"""A rep who leaves: which rules, waiting leads and open leads that touches."""

from datetime import datetime
from typing import Any

from sqlalchemy import insert

from pointsman.bootstrap import App
from pointsman.services.minting import new_id
from pointsman.storage.tables import assignments, parked_leads, rulesets
from tests.conftest import NOW, Client
from tests.web.routeswit.hiring import changed, made
from tests.web.routeswit.ruling import rule, save


def test_leaving_names_what_it_touches(app: App, alice: Client) -> None:
    ana, ben = made(alice, "ana")["id"], made(alice, "ben")["id"]
    only_ana, only_ben = ({"type": "specific_rep", "rep": rep} for rep in (ana, ben))
    pool = [{"rep": ben, "weight": 1}, {"rep": ana, "weight": 1}]
    both = {"type": "round_robin", "method": "equal_distribution", "pool": pool}
    spain = {"type": "territory", "method": "equal_distribution", "field": "country", "map": {"ES": pool[1:]},
             "default": None}  # fmt: skip
    emea = stored_ruleset(app, alice, "emea", [only_ana, both, only_ben, spain])
    bens, old = stored_ruleset(app, alice, "bens", [only_ben]), stored_ruleset(app, alice, "old", [both], is_gone=True)
    waiting = [stored_parked_lead(app, alice, ruleset_id) for ruleset_id in (emea, emea, bens, old)]
    affected = changed(alice, "ana", status="inactive")["affected"]
    assert sorted(affected.pop("waiting_lead_ids")) == sorted(waiting[:2])
    assert [lead["lead_id"] for lead in affected.pop("waiting")] == [None, None]
    assert affected == {
        "rules": [
            {"ruleset_id": "emea", "rule": "Rule 1", "priority": 1},
            {"ruleset_id": "emea", "rule": "Rule 2", "priority": 2},
            {"ruleset_id": "emea", "rule": "Rule 4", "priority": 4},
        ],
        "waiting_leads": 2,
        "open_leads": 0,
        "stands_in_for": [],
    }
    assert "affected" not in changed(alice, "ben", status="ooo")


def test_leaving_counts_the_leads_that_the_rep_owns(app: App, alice: Client) -> None:
    ana, ben = made(alice, "ana")["id"], made(alice, "ben")["id"]
    for rep_id, ended_at in ((ana, None), (ana, None), (ana, NOW), (ben, None)):
        stored_assignment(app, alice, rep_id, ended_at)
    assert changed(alice, "ana", status="inactive")["affected"] == {
        "rules": [], "waiting_leads": 0, "waiting_lead_ids": [], "waiting": [], "open_leads": 2, "stands_in_for": [],
    }  # fmt: skip


def test_leaving_names_rules_that_find_the_rep_by_what_the_rep_is(alice: Client) -> None:
    made(alice, "ana", attributes={"land": "es", "level": 3})
    made(alice, "ben", attributes={"land": "fr"})
    save(
        alice,
        match(1, "Land of the lead", "rep.attributes.land == attributes.land"),
        match(2, "Not the land of the lead", "rep.attributes.land != attributes.land"),
        match(3, "French", "rep.attributes.land == 'fr'"),
        match(4, "Least busy", "rep.attributes.level > 2", method="least_loaded"),
        match(5, "Skill nobody has", "rep.attributes.skill == attributes.skill"),
    )
    affected = changed(alice, "ana", status="inactive")["affected"]
    assert [rule["rule"] for rule in affected["rules"]] == [
        "Land of the lead", "Not the land of the lead", "Least busy",
    ]  # fmt: skip


def test_only_leads_that_the_rep_could_have_been_given_are_named_by_the_names_of_the_caller(alice: Client) -> None:
    made(alice, "ana", attributes={"land": "es"}, status="ooo")
    made(alice, "ben", status="ooo")
    save(
        alice,
        rule(priority=1, conditions=[{"field": "kind", "operator": "eq", "value": "one"}]),
        rule(priority=2, conditions=[{"field": "kind", "operator": "eq", "value": "ben"}],
             assignment={"type": "specific_rep", "rep_id": "ben"}),
        match(3, "Land", "rep.attributes.land == attributes.land"),
    )  # fmt: skip
    waiting = [{"kind": "one"}, {"kind": "ben"}, {"land": "es"}, {"land": "fr"}, {}, {"kind": "ben", "land": "es"}]
    for place, attributes in enumerate(waiting):
        lead = {"lead_id": f"L{place}", "ruleset_id": "inbound", "attributes": attributes}
        assert alice.post("/api/v1/leads", lead).json()["data"]["fallback_used"]
    affected = changed(alice, "ana", status="inactive")["affected"]
    assert [lead["lead_id"] for lead in affected["waiting"]] == ["L0", "L2", "L5"]
    assert [lead["id"] for lead in affected["waiting"]] == affected["waiting_lead_ids"]
    assert affected["waiting_leads"] == 3


def test_leaving_names_those_for_whom_the_rep_stands_in(alice: Client) -> None:
    made(alice, "ana")
    made(alice, "ben", status="ooo", overflow_to="ana")
    assert changed(alice, "ana", status="inactive")["affected"]["stands_in_for"] == ["ben"]


def match(priority: int, name: str, where: str, **options: Any) -> dict[str, Any]:
    return rule(priority=priority, name=name, assignment={"type": "match", "where": where, **options})


def stored_ruleset(app: App, client: Client, ref: str, targets: list[Any], *, is_gone: bool = False) -> str:
    rules = [
        {"priority": number, "name": f"Rule {number}", "conditions": [], "expression": None, "target": target}
        for number, target in enumerate(targets, 1)
    ]
    return stored(
        app, client, rulesets, ref=ref, name=ref, rules=rules, fallback={"type": "queue", "queue_id": "q"},
        on_unavailable="fallback", updated_at=NOW, created_at=NOW, deleted_at=NOW if is_gone else None,
    )  # fmt: skip


def stored_parked_lead(app: App, client: Client, ruleset_id: str) -> str:
    lead_id = new_id(NOW)
    stored(
        app, client, parked_leads, lead_id=lead_id, ruleset_id=ruleset_id, queue_id="q", attributes={}, batch=1,
        created_at=NOW,
    )  # fmt: skip
    return lead_id


def stored_assignment(app: App, client: Client, rep_id: str, ended_at: datetime | None) -> None:
    stored(
        app, client, assignments, lead_id=new_id(NOW), rep_id=rep_id, method="manual", load_before=0, routing_ms=1.0,
        assigned_at=NOW, ended_at=ended_at,
    )  # fmt: skip


def stored(app: App, client: Client, table: Any, **values: Any) -> str:
    id_ = new_id(NOW)
    client.runner.run(app.db.write(lambda tx: tx.execute(insert(table).values(id=id_, org_id=client.org_id, **values))))
    return id_

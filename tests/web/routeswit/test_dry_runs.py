"""`POST /api/v1/rules/{ruleset_id}/explain` says who gets the lead that comes next: what is foretold comes true."""

from random import Random
from typing import Any

import pytest

from pointsman.bootstrap import App
from pointsman.services.books import Books
from tests.conftest import Client, Clock
from tests.web.routeswit.test_leads import add_reps, add_ruleset, route

REPS = ("ana", "ben", "cleo", "dan", "eve")
LANDS = ("de", "fr", "es")
STEPS = 40


def foretold(client: Client, ruleset: str = "sales", **attributes: Any) -> str | None:
    answer = client.post(f"/api/v1/rules/{ruleset}/explain", {"attributes": attributes})
    assert answer.status_code == 200, answer.text
    rep = answer.json()["data"]["assigned_to"]
    return str(rep["rep_id"]) if rep else None


def given(client: Client, lead_id: str, ruleset: str = "sales", **attributes: Any) -> str | None:
    return route(client, lead_id, ruleset, **attributes)["assigned_to"]["rep_id"] or None


def test_a_pool_that_gave_nothing_yet_begins_with_whoever_had_a_lead_longest_ago(alice: Client, clock: Clock) -> None:
    add_reps(alice, "ana", "ben", "cleo")
    seen = []
    for place in range(6):
        clock.forward(minutes=1)
        ruleset = f"fresh-{place}"
        add_ruleset(alice, {"type": "round_robin", "pool": ["ana", "ben", "cleo"]}, ruleset_id=ruleset)
        seen.append((foretold(alice, ruleset), given(alice, f"L{place}", ruleset)))
    assert seen == [(rep, rep) for rep in ("ana", "ben", "cleo") * 2]


def test_a_pool_with_a_new_member_begins_with_the_newcomer(alice: Client, clock: Clock) -> None:
    add_reps(alice, "ana", "ben", "zoe")
    add_ruleset(alice, {"type": "round_robin", "pool": ["ana", "ben"]})
    for place in range(3):
        clock.forward(minutes=1)
        given(alice, f"L{place}")
    add_ruleset(alice, {"type": "round_robin", "pool": ["ana", "ben", "zoe"]})
    assert (foretold(alice), given(alice, "new")) == ("zoe", "zoe")


def test_a_pool_in_another_order_goes_on_with_its_turns_in_that_order(alice: Client) -> None:
    add_reps(alice, "ana", "ben", "cleo")
    add_ruleset(alice, {"type": "round_robin", "pool": ["ana", "ben", "cleo"]})
    assert given(alice, "first") == "ana"
    add_ruleset(alice, {"type": "round_robin", "pool": ["cleo", "ben", "ana"]})
    assert (foretold(alice), given(alice, "second")) == ("cleo", "cleo")


def test_another_process_goes_on_in_the_order_in_which_a_pool_began(app: App, alice: Client, clock: Clock) -> None:
    add_reps(alice, "ana", "ben", "cleo")
    for place, ref in enumerate(("cleo", "ana", "ben")):
        clock.forward(minutes=1)
        add_ruleset(alice, {"type": "specific_rep", "rep_id": ref}, ruleset_id=f"to-{ref}")
        given(alice, f"before-{place}", f"to-{ref}")
    add_ruleset(alice, {"type": "round_robin", "pool": ["ana", "ben", "cleo"]})
    seen = []
    for place in range(3):
        seen.append((foretold(alice), given(alice, f"L{place}")))
        app.office.books = Books()  # as in a process that begins here
    assert seen == [(rep, rep) for rep in ("cleo", "ana", "ben")]


def test_leads_that_wait_have_their_turn_before_the_one_that_is_asked_about(alice: Client) -> None:
    add_reps(alice, "ana", "ben", status="ooo")
    add_ruleset(alice, {"type": "round_robin", "pool": ["ana", "ben"]})
    assert given(alice, "waits") is None
    for ref in ("ana", "ben"):
        alice.patch(f"/api/v1/reps/{ref}", {"status": "active"})
    assert (foretold(alice), given(alice, "new")) == ("ben", "ben")


@pytest.mark.parametrize("seed", range(6))
def test_whoever_is_foretold_gets_the_lead(app: App, alice: Client, clock: Clock, seed: int) -> None:
    """Random scripts: rulesets come and are edited, people, processes and leads come and go."""
    chance = Random(seed)  # noqa: S311 - a schedule, not a secret
    for ref in REPS:
        add_reps(alice, ref, attributes={"land": chance.choice(LANDS)}, max_open=chance.choice([None, None, 6]))
    draw_ruleset(alice, chance)
    came_true = 0
    for step in range(STEPS):
        clock.forward(minutes=chance.randint(0, 3))
        match chance.randrange(8):
            case 0:
                draw_ruleset(alice, chance)
            case 1 | 2:
                changes = {"status": chance.choice(["active", "active", "ooo", "inactive"])}
                assert alice.patch(f"/api/v1/reps/{chance.choice(REPS)}", changes).status_code == 200
            case 3:
                app.office.books = Books()
        attributes = {"kind": chance.choice("abcd"), "land": chance.choice(LANDS)}
        expected = foretold(alice, **attributes)
        assert given(alice, f"L{step}", **attributes) == expected, (seed, step)
        came_true += expected is not None
    assert came_true > STEPS / 4


def draw_ruleset(client: Client, chance: Random) -> None:
    """Save the ruleset anew, with other pools."""

    def pool() -> list[Any]:
        members = chance.sample(REPS, chance.randint(1, len(REPS)))
        return [{"rep_id": ref, "weight": chance.choice([1, 1, 1.5, 3])} for ref in members]

    lands = {land: chance.sample(REPS, 2) for land in chance.sample(LANDS, 2)}
    where = [{"field": "rep.attributes.land", "operator": "eq", "value_from": "attributes.land"}]
    method = chance.choice(["least_loaded", "round_robin"])
    targets: dict[str, Any] = {
        "a": {"type": "round_robin", "pool": pool(), "method": "weighted"},
        "b": {"type": "territory", "territory_field": "land", "territory_map": lands},
        "c": {"type": "match", "where": where, "method": method},
        "d": {"type": "round_robin", "pool": pool(), "method": "least_loaded"},
    }
    rules = [
        {"priority": place, "name": kind, "assignment": target,
         "conditions": [{"field": "kind", "operator": "eq", "value": kind}]}
        for place, (kind, target) in enumerate(targets.items(), 1)
    ]  # fmt: skip
    answer = client.post("/api/v1/rules", {"ruleset_id": "sales", "name": "Sales", "rules": rules})
    assert answer.status_code == 201, answer.text

"""`POST /api/v1/leads`: who gets a lead, and what is answered (contract §3 to §5)."""

from collections import Counter
from typing import Any

from tests.conftest import Client, Clock

EVERYBODY = {"type": "round_robin", "pool": ["ana", "ben", "cleo", "dan"], "method": "equal_distribution"}


def add_reps(client: Client, *names: str, **fields: Any) -> None:
    for name in names:
        body = {"rep_id": name, "name": name.title(), "email": f"{name}@example.com", **fields}
        assert client.post("/api/v1/reps", body).status_code == 201


def add_ruleset(client: Client, *assignments: Any, conditions: Any = (), **fields: Any) -> None:
    rules = [
        {"priority": place, "name": f"Rule {place}", "conditions": list(conditions), "assignment": assignment}
        for place, assignment in enumerate(assignments, 1)
    ]
    body = {"ruleset_id": "sales", "name": "Sales", "rules": rules, "fallback": {"type": "queue", "queue_id": "late"}}
    answer = client.post("/api/v1/rules", {**body, **fields})
    assert answer.status_code == 201, answer.text


def route(client: Client, lead_id: str, ruleset: str = "sales", **attributes: Any) -> dict[str, Any]:
    body = {"lead_id": lead_id, "ruleset_id": ruleset, "attributes": attributes}
    answer = client.post("/api/v1/leads", body)
    assert answer.status_code == 200, answer.text
    data: dict[str, Any] = answer.json()["data"]
    return data


def owner(client: Client, lead_id: str, **attributes: Any) -> str:
    return str(route(client, lead_id, **attributes)["assigned_to"]["rep_id"])


def test_the_answer_has_the_documented_shape(alice: Client) -> None:
    add_reps(alice, "ana")
    add_ruleset(alice, {"type": "round_robin", "pool": ["ana"], "method": "equal_distribution"})
    answer = route(alice, "LD-1", region="EMEA")
    assert answer["lead_id"] == "LD-1"
    assert answer["assigned_to"] == {
        "rep_id": "ana", "name": "Ana", "email": "ana@example.com", "current_load": 0,
    }  # fmt: skip
    assert (answer["rule_matched"], answer["rule_priority"]) == ("Rule 1", 1)
    assert (answer["assignment_method"], answer["round_robin_position"]) == ("round_robin", 0)
    assert (answer["assigned_at"], answer["fallback_used"]) == ("2026-03-31T12:00:00.000Z", False)
    assert answer["explain_url"] == f"/api/v1/decisions/{answer['decision_id']}"


def test_without_a_rule_that_matches_a_lead_waits_in_the_queue(alice: Client) -> None:
    add_reps(alice, "ana")
    never = [{"field": "region", "operator": "eq", "value": "APAC"}]
    add_ruleset(alice, {"type": "specific_rep", "rep_id": "ana"}, conditions=never)
    answer = route(alice, "LD-1", region="EMEA")
    assert answer["assigned_to"] == {"rep_id": "", "name": "Fallback Queue", "email": "", "current_load": 0}
    assert (answer["assignment_method"], answer["fallback_used"]) == ("fallback", True)
    assert (answer["rule_matched"], answer["rule_priority"], answer["round_robin_position"]) == (None, None, None)
    assert answer["queue_id"] == "late"


def test_a_pool_takes_turns(alice: Client) -> None:
    add_reps(alice, "ana", "ben", "cleo", "dan")
    add_ruleset(alice, EVERYBODY)
    assert [owner(alice, f"L{n}") for n in range(8)] == ["ana", "ben", "cleo", "dan"] * 2


def test_leads_that_come_together_are_shared_exactly(alice: Client) -> None:
    add_reps(alice, "ana", "ben", "cleo", "dan")
    add_ruleset(alice, EVERYBODY)
    bodies = [{"lead_id": f"L{n}", "ruleset_id": "sales", "attributes": {}} for n in range(400)]
    answers = alice.together(*(("POST", "/api/v1/leads", body) for body in bodies))
    owners = Counter(answer.json()["data"]["assigned_to"]["rep_id"] for answer in answers)
    assert owners == dict.fromkeys(("ana", "ben", "cleo", "dan"), 100)


def test_replacing_a_ruleset_keeps_the_turn(alice: Client) -> None:
    add_reps(alice, "ana", "ben", "cleo", "dan")
    owners = []
    for number in range(8):
        add_ruleset(alice, EVERYBODY, name=f"Sales {number}")
        owners.append(owner(alice, f"L{number}"))
    assert owners == ["ana", "ben", "cleo", "dan"] * 2


def test_weights_are_kept_to_within_one_lead(alice: Client) -> None:
    add_reps(alice, "ana", "ben")
    pool = [{"rep_id": "ana", "weight": 3}, {"rep_id": "ben"}]
    add_ruleset(alice, {"type": "round_robin", "pool": pool, "method": "weighted"})
    counts = Counter[str]()
    for number in range(1, 25):
        counts[owner(alice, f"L{number}")] += 1
        assert abs(counts["ana"] - number * 3 / 4) < 1


def test_whoever_is_away_is_passed_over(alice: Client) -> None:
    add_reps(alice, "ana", "ben", "cleo")
    add_ruleset(alice, {"type": "round_robin", "pool": ["ana", "ben", "cleo"], "method": "equal_distribution"})
    alice.patch("/api/v1/reps/ben", {"status": "ooo"})
    assert [owner(alice, f"L{n}") for n in range(4)] == ["ana", "cleo", "ana", "cleo"]


def test_an_inactive_rep_gets_nothing(alice: Client) -> None:
    add_reps(alice, "ana", "ben")
    add_ruleset(alice, {"type": "specific_rep", "rep_id": "ana"}, {"type": "specific_rep", "rep_id": "ben"})
    alice.patch("/api/v1/reps/ana", {"status": "inactive"})
    assert owner(alice, "L1") == "ben"


def test_somebody_stands_in_for_one_hop(alice: Client) -> None:
    add_reps(alice, "ana", "ben")
    add_ruleset(alice, {"type": "specific_rep", "rep_id": "ana"})
    alice.patch("/api/v1/reps/ana", {"status": "ooo", "overflow_to": "ben"})
    assert owner(alice, "L1") == "ben"


def test_a_strict_ruleset_refuses_when_nobody_is_there(alice: Client) -> None:
    add_reps(alice, "ana")
    add_ruleset(alice, {"type": "specific_rep", "rep_id": "ana"}, on_unavailable="error")
    alice.patch("/api/v1/reps/ana", {"status": "ooo"})
    answer = alice.post("/api/v1/leads", {"lead_id": "L1", "ruleset_id": "sales", "attributes": {}})
    assert answer.status_code == 409
    assert answer.json() == {
        "error": {
            "code": "CONFLICT",
            "message": "Rep 'ana' is OOO and has no overflow configured",
            "reason": "OVERFLOW_OOO",
        }
    }
    assert alice.get("/api/public/leads").json()["leads"] == []


def test_out_of_office_ends_by_itself(alice: Client, clock: Clock) -> None:
    add_reps(alice, "ana", "ben")
    add_ruleset(alice, {"type": "specific_rep", "rep_id": "ana"}, {"type": "specific_rep", "rep_id": "ben"})
    alice.patch("/api/v1/reps/ana", {"status": "ooo", "ooo_until": "2026-03-31T13:00:00Z"})
    before = owner(alice, "L1")
    clock.forward(hours=1)
    assert (before, owner(alice, "L2")) == ("ben", "ana")


def test_territories_take_turns_too(alice: Client) -> None:
    add_reps(alice, "ana", "ben", "cleo")
    where = {"UK": ["ana", "ben"], "default": ["cleo"]}
    add_ruleset(alice, {"type": "territory", "territory_field": "country", "territory_map": where})
    owners = [owner(alice, f"L{n}", country=country) for n, country in enumerate(["UK", "UK", "FR", "UK"])]
    assert owners == ["ana", "ben", "cleo", "ana"]


def test_a_repeated_lead_keeps_its_owner(alice: Client) -> None:
    add_reps(alice, "ana", "ben")
    add_ruleset(alice, {"type": "round_robin", "pool": ["ana", "ben"], "method": "equal_distribution"})
    first, again, other = route(alice, "L1"), route(alice, "L1"), route(alice, "L2")
    assert (first["assigned_to"]["rep_id"], again["assigned_to"]["rep_id"]) == ("ana", "ana")
    assert (first["existing_owner"], again["existing_owner"]) == (False, True)
    assert other["assigned_to"]["rep_id"] == "ben"


def test_a_repeated_lead_is_routed_again_when_asked_to(alice: Client) -> None:
    add_reps(alice, "ana", "ben")
    add_ruleset(alice, {"type": "round_robin", "pool": ["ana", "ben"], "method": "equal_distribution"})
    route(alice, "L1")
    body = {"lead_id": "L1", "ruleset_id": "sales", "attributes": {}, "reroute": True}
    assert alice.post("/api/v1/leads", body).json()["data"]["assigned_to"]["rep_id"] == "ben"


def test_a_daily_cap_holds_also_for_leads_that_come_together(alice: Client, clock: Clock) -> None:
    add_reps(alice, "ana", max_per_day=3)
    add_ruleset(alice, {"type": "specific_rep", "rep_id": "ana"})
    bodies = [{"lead_id": f"L{n}", "ruleset_id": "sales", "attributes": {}} for n in range(10)]
    answers = alice.together(*(("POST", "/api/v1/leads", body) for body in bodies))
    assert Counter(answer.json()["data"]["fallback_used"] for answer in answers) == {False: 3, True: 7}
    clock.forward(days=1)
    route(alice, "another")
    assert alice.get("/api/v1/reps/ana/load").json()["data"]["leads_assigned_today"] == 3


def test_who_waits_longest_is_served_first(alice: Client) -> None:
    add_reps(alice, "ana")
    add_ruleset(alice, {"type": "specific_rep", "rep_id": "ana"})
    alice.patch("/api/v1/reps/ana", {"status": "ooo"})
    for number in range(3):
        assert route(alice, f"L{number}")["fallback_used"]
    alice.patch("/api/v1/reps/ana", {"status": "active", "max_per_day": 2})
    newest = route(alice, "L3")
    assert newest["fallback_used"]
    owners = [alice.get(f"/api/v1/contacts/L{n}").json()["data"]["assigned_rep"] for n in range(4)]
    assert [rep is not None for rep in owners] == [True, True, False, False]


def test_an_unknown_ruleset_is_not_found(alice: Client, charlie: Client) -> None:
    add_reps(alice, "ana")
    add_ruleset(alice, {"type": "specific_rep", "rep_id": "ana"})
    for client, ruleset in ((alice, "nothing"), (charlie, "sales")):
        answer = client.post("/api/v1/leads", {"lead_id": "L1", "ruleset_id": ruleset, "attributes": {}})
        assert answer.status_code == 404
        assert answer.json()["error"] == {
            "code": "NOT_FOUND", "message": "Ruleset not found", "reason": "RULESET_NOT_FOUND",
        }  # fmt: skip


def test_a_lead_is_the_same_person_on_every_surface(alice: Client) -> None:
    add_reps(alice, "ana")
    add_ruleset(alice, {"type": "specific_rep", "rep_id": "ana"})
    route(alice, "LD-7", name="Grace Hopper", email="grace@example.com", company_size=500)
    [lead] = alice.get("/api/public/leads").json()["leads"]
    assert (lead["first_name"], lead["last_name"], lead["email"]) == ("Grace", "Hopper", "grace@example.com")


def test_the_flat_form_answers_flat(alice: Client) -> None:
    add_reps(alice, "ana")
    add_ruleset(alice, {"type": "specific_rep", "rep_id": "ana"})
    answer = alice.post("/api/v1/leads/route", {"email": "grace@example.com", "region": "EMEA"})
    assert answer.status_code == 200
    assert answer.json() | {"routing_time_ms": 0, "decision_id": ""} == {
        "assigned_to": "ana@example.com", "rule_matched": "Rule 1", "routing_time_ms": 0, "fallback_used": False,
        "decision_id": "",
    }  # fmt: skip


def test_every_rep_who_was_not_chosen_has_a_reason(alice: Client) -> None:
    add_reps(alice, "ana", "ben", "cleo")
    add_ruleset(alice, {"type": "round_robin", "pool": ["ana", "ben", "cleo"], "method": "equal_distribution"})
    alice.patch("/api/v1/reps/ana", {"status": "ooo"})
    decision = alice.get(route(alice, "L1")["explain_url"]).json()["data"]
    [rule] = decision["rules"]
    assert {rep["rep_id"]: rep["verdict"] for rep in rule["reps"]} == {
        "ana": "out_of_office", "ben": "chosen", "cleo": "somebody else's turn",
    }  # fmt: skip


def test_a_lead_that_waits_and_comes_again_has_the_same_reasons(alice: Client) -> None:
    add_reps(alice, "ana", "ben", status="ooo")
    add_ruleset(alice, {"type": "round_robin", "pool": ["ana", "ben"], "method": "equal_distribution"})
    first, second = (alice.get(route(alice, "L1")["explain_url"]).json()["data"] for _ in range(2))
    assert first["id"] != second["id"]
    [rule] = second["rules"]
    assert (rule["matched"], rule["skipped"]) == (True, "nobody of it can take a lead now")
    assert {rep["rep_id"]: rep["verdict"] for rep in rule["reps"]} == {"ana": "out_of_office", "ben": "out_of_office"}
    assert (first["rules"], second["attributes"]) == (second["rules"], {})


def test_explaining_takes_nobodys_turn(alice: Client) -> None:
    add_reps(alice, "ana", "ben")
    add_ruleset(alice, {"type": "round_robin", "pool": ["ana", "ben"], "method": "equal_distribution"})
    for _ in range(3):
        explained = alice.post("/api/v1/rules/sales/explain", {"attributes": {}}).json()["data"]
        assert explained["assigned_to"]["rep_id"] == "ana"
    assert owner(alice, "L1") == "ana"


def test_a_closed_lead_that_comes_again_is_an_open_lead_of_its_owner(alice: Client) -> None:
    add_reps(alice, "ana", "ben")
    add_ruleset(alice, {"type": "round_robin", "pool": ["ana", "ben"], "method": "equal_distribution"})
    route(alice, "L1")
    sale = {"name": "Sale", "category": "final", "currency": "EUR", "fields": []}
    type_id = alice.post("/api/public/conversion-types", sale).json()["conversion_type"]["id"]
    [lead] = alice.get("/api/public/leads").json()["leads"]
    sold = {"conversion_type_id": type_id, "lead_id": lead["id"], "amount": 5}
    assert alice.post("/api/public/conversions", sold).status_code == 201
    closed = alice.get("/api/v1/reps/ana/load").json()["data"]["current_open_leads"]
    again = route(alice, "L1")
    assert (again["assigned_to"]["rep_id"], again["existing_owner"], again["rule_matched"]) == ("ana", True, None)
    opened = alice.get("/api/v1/reps/ana/load").json()["data"]["current_open_leads"]
    assert (closed, opened) == (0, 1)


def test_a_request_repeated_after_its_ruleset_was_deleted_gets_its_first_answer(alice: Client) -> None:
    add_reps(alice, "ana")
    add_ruleset(alice, {"type": "specific_rep", "rep_id": "ana"})
    body = {"lead_id": "L1", "ruleset_id": "sales", "attributes": {}}
    first = alice.post("/api/v1/leads", body, headers={"Idempotency-Key": "k1"})
    alice.delete("/api/v1/rules/sales")
    again = alice.post("/api/v1/leads", body, headers={"Idempotency-Key": "k1"})
    assert (again.status_code, again.json()) == (200, first.json())


def test_a_waiting_lead_that_comes_again_is_offered_by_what_is_known_now(alice: Client) -> None:
    add_reps(alice, "ana")
    british = [{"field": "country", "operator": "eq", "value": "UK"}]
    add_ruleset(alice, {"type": "specific_rep", "rep_id": "ana"}, conditions=british)
    alice.patch("/api/v1/reps/ana", {"status": "ooo"})
    for country in ("FR", "UK"):
        assert route(alice, "L1", country=country)["fallback_used"]
    alice.patch("/api/v1/reps/ana", {"status": "active"})
    route(alice, "L2", country="FR")
    assert alice.get("/api/v1/contacts/L1").json()["data"]["assigned_rep"]["rep_id"] == "ana"


def test_a_waiting_lead_that_comes_through_another_ruleset_waits_there(alice: Client) -> None:
    add_reps(alice, "ana")
    add_ruleset(alice, {"type": "specific_rep", "rep_id": "ana"})
    add_ruleset(
        alice, {"type": "specific_rep", "rep_id": "ana"}, ruleset_id="other",
        fallback={"type": "queue", "queue_id": "elsewhere"},
    )  # fmt: skip
    alice.patch("/api/v1/reps/ana", {"status": "ooo"})
    queues = [route(alice, "L1", ruleset)["queue_id"] for ruleset in ("sales", "other", "other")]
    assert queues == ["late", "elsewhere", "elsewhere"]

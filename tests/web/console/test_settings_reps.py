"""Reps in the settings of the console: how busy they are, and what it touches when one leaves."""

from typing import Any

import pytest

from tests.conftest import Cast, Client, Clock

LIST = "/console/settings/reps"


def rep(client: Client, ref: str, **fields: Any) -> str:
    answer = client.post("/api/v1/reps", {"rep_id": ref, "name": ref.title(), "email": f"{ref}@acme.test", **fields})
    assert answer.status_code == 201, answer.text
    return str(answer.json()["data"]["id"])


def ruleset(client: Client, ref: str, *targets: Any) -> None:
    rules = [
        {"priority": number, "name": f"Rule {number}", "conditions": [], "assignment": target}
        for number, target in enumerate(targets, 1)
    ]
    body = {
        "ruleset_id": ref, "name": ref.title(), "rules": rules, "fallback": {"type": "queue", "queue_id": "q"},
        "on_unavailable": "fallback",
    }  # fmt: skip
    answer = client.post("/api/v1/rules", body)
    assert answer.status_code == 201, answer.text


def route(client: Client, lead_id: str, ref: str = "sales", **attributes: Any) -> None:
    answer = client.post("/api/v1/leads", {"lead_id": lead_id, "ruleset_id": ref, "attributes": attributes})
    assert answer.status_code == 200, answer.text


def one(ref: str) -> dict[str, str]:
    return {"type": "specific_rep", "rep_id": ref}


def pool(*refs: str) -> dict[str, Any]:
    return {"type": "round_robin", "pool": list(refs), "method": "equal_distribution"}


def listed(client: Client, **query: Any) -> Any:
    answer = client.get(LIST, params=query)
    assert answer.status_code == 200, answer.text
    return answer.json()


def refs(client: Client, **query: Any) -> list[str]:
    return [item["rep_id"] for item in listed(client, **query)["data"]]


def test_a_rep_is_listed_with_load_and_caps(alice: Client) -> None:
    id_ = rep(alice, "ana", max_per_day=2, timezone="America/Santiago")
    ruleset(alice, "sales", one("ana"))
    route(alice, "l1")
    assert listed(alice)["data"] == [
        {
            "id": id_, "rep_id": "ana", "name": "Ana", "email": "ana@acme.test", "timezone": "America/Santiago",
            "status": "active", "ooo_until": None, "overflow_to": None, "overflow_name": None,
            "max_per_day": 2, "max_per_week": None, "max_open": None,
            "absence": None, "load": {"open": 1, "today": 1, "this_week": 1},
        }
    ]  # fmt: skip


def test_a_rep_whose_cap_is_reached_says_so(alice: Client) -> None:
    rep(alice, "ana", max_per_day=1)
    ruleset(alice, "sales", one("ana"))
    route(alice, "l1")
    assert listed(alice)["data"][0]["absence"] == "daily_cap"


def test_a_new_day_and_a_new_week_begin_by_the_clocks_of_the_rep(alice: Client, clock: Clock) -> None:
    rep(alice, "ana", timezone="Pacific/Auckland")
    ruleset(alice, "sales", one("ana"))
    route(alice, "l1")  # Wednesday there
    clock.forward(hours=24)
    assert listed(alice)["data"][0]["load"] == {"open": 1, "today": 0, "this_week": 1}
    clock.forward(days=4)
    assert listed(alice)["data"][0]["load"] == {"open": 1, "today": 0, "this_week": 0}


def test_who_is_back_from_out_of_office_is_active(alice: Client, clock: Clock) -> None:
    rep(alice, "ben")
    rep(alice, "ana", status="ooo", ooo_until="2026-03-31T13:00:00Z", overflow_to="ben")
    assert refs(alice, status="ooo") == ["ana"]
    assert listed(alice, status="ooo")["data"][0]["overflow_to"] == "ben"
    clock.forward(hours=2)
    assert refs(alice, status="ooo") == []
    assert refs(alice, status="active") == ["ana", "ben"]
    assert (listed(alice)["data"][0]["status"], listed(alice)["data"][0]["overflow_to"]) == ("active", None)


def test_reps_are_found_by_name_address_and_ref(alice: Client, charlie: Client) -> None:
    rep(charlie, "zoe")
    rep(alice, "ana", name="Ana Pérez")
    rep(alice, "ben", name="50%", email="ben@other.test")
    assert refs(alice, search="perez") == []
    assert refs(alice, search="ANA p") == ["ana"]
    assert refs(alice, search="other") == ["ben"]
    assert refs(alice, search="BEN") == ["ben"]
    assert refs(alice, search="0%") == ["ben"]
    assert refs(alice, search="zoe") == []


def test_reps_come_in_pages_by_name(alice: Client) -> None:
    for name in ("delta", "Alpha", "charlie", "bravo", "Bravo"):
        rep(alice, f"r-{len(refs(alice))}", name=name)
    first = listed(alice, limit=3)
    second = listed(alice, limit=3, cursor=first["next"])
    assert [item["name"].lower() for item in first["data"] + second["data"]] == [
        "alpha", "bravo", "bravo", "charlie", "delta",
    ]  # fmt: skip
    assert (first["total"], second["next"]) == (5, None)


def test_before_a_rep_leaves_every_rule_and_waiting_lead_is_shown(alice: Client) -> None:
    rep(alice, "ana")
    rep(alice, "ben", status="ooo", overflow_to="ana")
    rep(alice, "zoe", status="inactive")
    territory = {"type": "territory", "territory_field": "country", "territory_map": {"CL": ["ana"], "PE": ["ben"]}}
    ruleset(alice, "sales", one("zoe"), pool("ana", "ben"), one("ana"), territory)
    ruleset(alice, "other", one("ben"))
    route(alice, "l1")
    alice.patch("/api/v1/reps/ana", {"status": "ooo"})
    alice.post("/api/public/leads", {"first_name": "Carlos", "last_name": "Rojas", "external_id": "l2"})
    route(alice, "l2", first_name="Carlos")
    leaving = alice.get(f"{LIST}/ana/leaving").json()
    assert leaving["rules"] == [
        {"ruleset_id": "sales", "ruleset_name": "Sales", "rule": "Rule 2", "priority": 2, "alone": False},
        {"ruleset_id": "sales", "ruleset_name": "Sales", "rule": "Rule 3", "priority": 3, "alone": True},
        {"ruleset_id": "sales", "ruleset_name": "Sales", "rule": "Rule 4", "priority": 4, "alone": True},
    ]
    assert (leaving["open_leads"], leaving["waiting_total"], leaving["stands_in_for"]) == (1, 1, ["Ben"])
    (waiting,) = leaving["waiting"]
    assert (waiting["name"], waiting["ruleset_name"], waiting["since"]) == (
        "Carlos Rojas", "Sales", "2026-03-31T12:00:00.000Z",
    )  # fmt: skip
    assert alice.get("/api/v1/reps/ana").json()["data"]["status"] == "ooo"


def test_a_foreign_rep_answers_like_a_missing_one(alice: Client, charlie: Client) -> None:
    rep(alice, "ana")
    answers = [charlie.get(f"{LIST}/{ref}/leaving") for ref in ("ana", "nobody")]
    assert [answer.status_code for answer in answers] == [404, 404]
    assert answers[0].json()["message"] == "Rep 'ana' not found"
    assert listed(charlie) == {"data": [], "next": None, "total": 0}


@pytest.mark.parametrize("query", [{"status": "gone"}, {"cursor": "x"}, {"limit": 0}, {"search": "x" * 201}])
def test_a_wrong_query_is_refused(alice: Client, query: Any) -> None:
    assert alice.get(LIST, params=query).status_code == 400


@pytest.mark.parametrize("text", ["\0", "%", "'", "\u200b", "<script>"])
def test_strange_texts_find_nobody(alice: Client, text: str) -> None:
    rep(alice, "ana")
    answer = alice.get(LIST, params={"search": text})
    assert answer.status_code in (200, 400)
    assert not answer.json().get("data")
    assert alice.get(f"{LIST}/%00/leaving").status_code == 404


def test_only_who_may_read_people_sees_them(cast: Cast, bob: Client) -> None:
    assert bob.get(LIST).status_code == 403
    assert bob.get(f"{LIST}/ana/leaving").status_code == 403
    assert cast.stranger().get(LIST).status_code == 401

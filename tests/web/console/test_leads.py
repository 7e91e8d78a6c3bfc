"""The list of leads: searched, filtered, sorted, page by page; and what it answers to nonsense."""

from datetime import datetime
from typing import Any

import pytest

from pointsman.bootstrap import App
from tests.conftest import Cast, Client, Clock
from tests.factories import make_workflow
from tests.web.console.leading import LEADS, MISSING, act, listed, new_lead, new_rep, new_ruleset, to

SCRIPT = "<script>alert(1)</script>"


@pytest.fixture(autouse=True)
def passing_time(app: App, clock: Clock) -> None:
    """Time passes whenever somebody looks at the clock: who comes later, comes behind."""

    def look() -> datetime:
        clock.forward(milliseconds=10)
        return clock.now

    app.clock = look


def test_a_lead_is_found_by_a_part_of_its_name_address_number_company_and_id_whatever_the_case(alice: Client) -> None:
    new_lead(alice, "Ana", last_name="Ruíz", email="Ana.R@Example.com", phone="+34 600-111", company="Mar y Sol",
             external_id="CRM-77")  # fmt: skip
    new_lead(alice, "Ben")
    for text in ("ana ruÍ", "r@example", "34600111", "600 111", "MAR Y", "rm-77"):
        assert listed(alice, search=text) == ["Ana"], text
    assert listed(alice, search="nobody") == []


def test_what_is_a_wildcard_elsewhere_is_searched_for_as_it_is(alice: Client) -> None:
    new_lead(alice, "100% sure", external_id="a_b")
    new_lead(alice, "plain", external_id="axb")
    assert listed(alice, search="%") == ["100% sure"]
    assert listed(alice, search="a_b") == ["100% sure"]
    assert listed(alice, search="_") == ["100% sure"]
    assert listed(alice, search="\\") == listed(alice, search="/") == []


def test_a_name_that_is_a_script_is_text_like_any_other(alice: Client) -> None:
    new_lead(alice, SCRIPT)
    assert listed(alice, search="<SCRIPT>alert") == [SCRIPT]


def test_nobody_sees_the_leads_of_another_organization(alice: Client, charlie: Client) -> None:
    lead_id = new_lead(alice)
    assert charlie.get(LEADS).json() == {"data": [], "next": None, "total": 0, "more": False}
    for path in ("", "/timeline", "/why"):
        answer = charlie.get(f"{LEADS}/{lead_id}{path}")
        assert (answer.status_code, answer.json()) == (404, MISSING)
    assert charlie.get(LEADS, params={"cursor": lead_id}).status_code == 400


def test_who_may_read_leads_may_list_them_and_do_nothing_to_them(bob: Client, alice: Client, cast: Cast) -> None:
    lead_id = new_lead(alice)
    assert bob.get(LEADS).status_code == 200
    assert bob.post(f"{LEADS}/bulk", {"action": "archive", "lead_ids": [lead_id]}).status_code == 403
    router = cast.member("Acme", scopes=("routing:read",))
    assert [router.get(f"{LEADS}{path}").status_code for path in ("", "/export.csv", f"/{lead_id}")] == [403] * 3
    assert cast.stranger().get(LEADS).status_code == 401


def test_a_filter_lets_those_through_whose_newest_run_is_so(app: App, alice: Client) -> None:
    calls, mail = make_workflow(app, alice, "Calls"), make_workflow(app, alice, "Mail")
    new_lead(alice, "None")
    moved = new_lead(alice, "Moved", workflow_id=calls)
    act(alice, "enrol", moved, target=mail)
    stopped = new_lead(alice, "Stopped", workflow_id=calls)
    act(alice, "stop", stopped)
    won = new_lead(alice, "Won", workflow_id=calls)
    alice.post(f"/api/public/leads/{won}/status", {"status_key": "won"})
    assert listed(alice, workflow_id=calls) == ["Won", "Stopped"]
    assert listed(alice, workflow_id=mail) == ["Moved"]
    assert listed(alice, run_state="stopped") == ["Stopped"]
    assert listed(alice, run_state="active") == ["Moved"]
    assert listed(alice, run_state="completed,stopped") == ["Won", "Stopped"]
    assert listed(alice, run_state="none") == ["None"]
    assert listed(alice, run_state="none,active") == ["Moved", "None"]
    assert listed(alice, status="won") == ["Won"]
    assert listed(alice, status="new", workflow_id=mail) == ["Moved"]


def test_a_filter_lets_those_through_whom_somebody_has_or_nobody(alice: Client) -> None:
    new_rep(alice, "ana")
    new_ruleset(alice, "sales", ("Never", [{"field": "x", "operator": "eq", "value": 1}], to("ana")))
    owned, parked = new_lead(alice, "Owned"), new_lead(alice, "Parked")
    new_lead(alice, "Free")
    act(alice, "assign", owned, target="ana")
    act(alice, "route", parked, target="sales")
    assert listed(alice, owner="ana") == ["Owned"]
    assert listed(alice, owner="nobody") == []
    assert listed(alice, ownership="unowned") == ["Free", "Parked"]
    assert listed(alice, ownership="waiting") == ["Parked"]


def test_a_filter_lets_those_through_with_a_tag_campaign_source_or_number(alice: Client) -> None:
    campaign = alice.post("/api/public/campaigns", {"name": "Spring"}).json()["campaign"]["id"]
    tagged = new_lead(alice, "Tagged", source="fair", phone="+34 600 111 222")
    new_lead(alice, "Sprung", campaign_id=campaign)
    act(alice, "add_tag", tagged, target="Hot lead")
    alice.post("/v1/do-not-call", {"phone_number": "+34600111222"})
    tag_id = alice.get("/api/public/tags").json()["data"][0]["id"]
    assert listed(alice, tag="hot-lead") == listed(alice, tag=tag_id) == ["Tagged"]
    assert listed(alice, campaign_id=campaign) == ["Sprung"]
    assert listed(alice, source="fair") == ["Tagged"]
    assert listed(alice, do_not_call="yes") == ["Tagged"]
    assert listed(alice, do_not_call="no") == ["Sprung"]


def test_a_filter_lets_those_through_who_came_in_time(alice: Client, clock: Clock) -> None:
    new_lead(alice, "Early")
    clock.forward(days=1)
    new_lead(alice, "Late")
    assert listed(alice, created_from="2026-04-01") == ["Late"]
    assert listed(alice, created_before="2026-04-01T00:00:00+02:00") == ["Early"]
    assert listed(alice, created_from="2026-03-31T12:00:00Z", created_before="2026-04-01T11:00:00Z") == ["Early"]


def test_leads_are_sorted_by_arrival_or_name_and_every_page_continues_the_last(alice: Client) -> None:
    for name in ("bea", "Ana", "Cleo", "ana", "Dan"):
        new_lead(alice, name)
    for sort, names in (
        ("newest", ["Dan", "ana", "Cleo", "Ana", "bea"]),
        ("oldest", ["bea", "Ana", "Cleo", "ana", "Dan"]),
        ("name", ["Ana", "ana", "bea", "Cleo", "Dan"]),
    ):
        found, cursor, totals = [], "", []
        while cursor is not None:
            page = alice.get(LEADS, params={"sort": sort, "limit": 2, "cursor": cursor}).json()
            found += [lead["first_name"] for lead in page["data"]]
            totals.append(page["total"])
            cursor = page["next"]
        assert (found, totals) == (names, [5, None, None])


def test_a_list_goes_on_behind_a_lead_that_was_archived_meanwhile(alice: Client) -> None:
    ids = [new_lead(alice, name) for name in ("Ana", "Ben", "Cleo")]
    act(alice, "archive", ids[1])
    assert listed(alice, sort="oldest", cursor=ids[1]) == ["Cleo"]


def test_a_total_is_exact_up_to_a_bound_and_then_says_that_there_are_more(
    alice: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(4):
        new_lead(alice, f"Ana {number}")
    monkeypatch.setattr("pointsman.services.lead_search.MOST_COUNTED", 3)
    page = alice.get(LEADS, params={"limit": 2}).json()
    assert (page["total"], page["more"], len(page["data"])) == (3, True, 2)
    page = alice.get(LEADS, params={"limit": 2, "search": "ana 1"}).json()
    assert (page["total"], page["more"]) == (1, False)


def test_a_row_shows_the_columns_that_were_chosen_and_no_others(app: App, alice: Client) -> None:
    workflow = make_workflow(app, alice, "Calls")
    new_rep(alice, "ana")
    lead_id = new_lead(alice, "Ana", workflow_id=workflow, company="Acme", metadata={'a,b"c': [1, True], "n": None})
    act(alice, "assign", lead_id, target="ana")
    act(alice, "add_tag", lead_id, target="Hot")
    chosen = ["company", "owner", "status", "tags", "last_activity", "do_not_call", 'metadata.a,b"c', "metadata.n",
              "metadata.x"]  # fmt: skip
    (row,) = alice.get(LEADS, params={"columns": chosen}).json()["data"]
    tag, run = row.pop("tags")[0], row.pop("run")
    assert row.pop("last_activity").startswith("2026-03-31T12:00:")
    assert (tag["name"], run["workflow_name"], run["state"], run["status_label"]) == ("Hot", "Calls", "active", "New")
    assert row == {
        "id": lead_id,
        "first_name": "Ana",
        "last_name": None,
        "company": "Acme",
        "owner": {"rep_id": "ana", "name": "Ana", "queue_id": None},
        "do_not_call": False,
        "metadata": {'a,b"c': [1, True], "n": None, "x": None},
    }


def test_a_metadata_column_shows_a_value_as_it_is(alice: Client) -> None:
    values = [0, -1.5, "text", "", True, False, None, [], {}, [1, {"a": "b"}], {"a": {"b": [None, False]}}, "\"'\\/é"]
    keys = [f"key {number}" for number in range(len(values))]
    new_lead(alice, metadata=dict(zip(keys, values, strict=True)))
    (row,) = alice.get(LEADS, params={"columns": [f"metadata.{key}" for key in keys]}).json()["data"]
    shown = [row["metadata"][key] for key in keys]
    assert [(type(value), value) for value in shown] == [(type(value), value) for value in values]


def test_a_long_value_is_cut_in_a_list(alice: Client) -> None:
    new_lead(alice, metadata={"text": "x" * 10_000, "list": ["y"] * 10_000})
    (row,) = alice.get(LEADS, params={"columns": ["metadata.text", "metadata.list"]}).json()["data"]
    assert row["metadata"]["text"].startswith("xxx")
    assert row["metadata"]["list"].startswith('["y",')
    assert max(len(value) for value in row["metadata"].values()) <= 2001


def test_choices_are_what_the_newest_leads_have(alice: Client, charlie: Client) -> None:
    new_lead(alice, source="fair", metadata={"city": "Lima", "age": 3})
    new_lead(alice, source="web", metadata={"city": "Bonn", "long": "x" * 100_000})
    new_lead(charlie, source="secret", metadata={"secret": 1})
    assert alice.get(f"{LEADS}/choices").json() == {"sources": ["fair", "web"], "metadata_keys": ["age", "city"]}


REFUSED: list[tuple[dict[str, Any], str | None]] = [
    ({"cursor": "x"}, "cursor must be what the page before called next"),
    ({"cursor": "0" * 32}, "cursor is none that a list gave out"),
    ({"sort": "random"}, "sort must be one of newest, oldest, name"),
    ({"limit": "0"}, None),
    ({"limit": "201"}, None),
    ({"limit": "9" * 30}, None),
    ({"workflow_id": "x"}, "workflow_id must be a UUID"),
    ({"campaign_id": "' OR 1=1"}, "campaign_id must be a UUID"),
    ({"run_state": "gone"}, None),
    ({"ownership": "mine"}, "ownership must be one of unowned, waiting"),
    ({"do_not_call": "true"}, "do_not_call must be one of yes, no"),
    ({"created_from": "yesterday"}, "created_from must be a date or a moment such as 2026-03-31T09:00:00Z"),
    ({"created_before": "0001-01-01T00:00:00+14:00"}, None),
    ({"search": "a\0b"}, "search must not contain NUL characters"),
    ({"search": "x" * 1001}, None),
    ({"owner": "\0"}, "owner must not contain NUL characters"),
    ({"columns": "password"}, None),
    ({"columns": "metadata."}, "columns: a key of metadata has 1 to 200 characters"),
    ({"columns": "metadata.\0"}, "columns must not contain NUL characters"),
    ({"columns": [f"metadata.{number}" for number in range(51)]}, None),
]


def test_what_no_list_can_be_asked_for_is_refused(alice: Client) -> None:
    new_lead(alice)
    for query, message in REFUSED:
        for path in (LEADS, f"{LEADS}/export.csv"):
            if path.endswith("csv") and query.keys() & {"cursor", "limit"}:
                continue
            answer = alice.get(path, params=query)
            assert (answer.status_code, answer.json()["error"]) == (400, "Validation error"), query
            assert message in (None, answer.json()["message"]), query


def test_what_nobody_has_is_an_empty_list(alice: Client) -> None:
    new_lead(alice)
    for query in (
        {"workflow_id": "0" * 32}, {"campaign_id": "0" * 32}, {"tag": "'; --"}, {"status": "x" * 500},
        {"owner": "0" * 32},
        {"created_from": "9999-12-31T23:59:59Z"}, {"created_before": "0005-01-01"}, {"source": "😀"},
    ):  # fmt: skip
        assert listed(alice, **query) == [], query

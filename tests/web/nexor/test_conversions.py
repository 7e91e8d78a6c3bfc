"""Conversions and their types (contract section 7)."""

from typing import Any

import pytest
from sqlalchemy import insert, select

from pointsman.bootstrap import App
from pointsman.core.assignment import Method
from pointsman.services.minting import new_id
from pointsman.storage.tables import activities, assignments, conversions, events, parked_leads, reps, rulesets
from tests.conftest import Client, Clock
from tests.factories import make_workflow
from tests.web.nexor.stored import create, insert_row, write

TYPES = "/api/public/conversion-types"
CONVERSIONS = "/api/public/conversions"
NOBODY = "0190c0de-0000-7000-8000-000000000000"
NOON = "2026-03-31T12:00:00.000Z"
UNKNOWN = "not found or does not belong to your account"
FIELDS = [{"key": "plan", "label": "Plan", "type": "text"}, {"key": "seats", "label": "Seats", "type": "number"}]


def make_type(client: Client, **options: Any) -> str:
    body = {"name": "Sale", "category": "final", "currency": "USD", **options}
    answer = client.post(TYPES, body)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["conversion_type"]["id"])


def convert(client: Client, type_id: str, lead_id: str, **options: Any) -> dict[str, Any]:
    answer = client.post(CONVERSIONS, {"conversion_type_id": type_id, "lead_id": lead_id, "amount": 1200.5, **options})
    assert answer.status_code == 201, answer.text
    return dict(answer.json()["conversion_event"])


def rows(app: App, client: Client, table: Any) -> list[Any]:
    return client.runner.run(app.db.read(lambda tx: list(tx.execute(select(table)))))


# ── types ────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_new_type_is_answered_in_full(alice: Client, app: App) -> None:
    workflow_id = make_workflow(app, alice, "Nurture")
    body = {
        "name": "Sale",
        "description": "A deal was won",
        "category": "final",
        "currency": "usd",
        "fields": FIELDS,
        "workflow_id": workflow_id,
    }
    answer = alice.post(TYPES, body)
    assert answer.status_code == 201
    shown = {
        **body,
        "id": answer.json()["conversion_type"]["id"],
        "currency": "USD",
        "master_workflow_id": None,
        "created_at": NOON,
        "is_active": True,
    }
    assert answer.json() == {"success": True, "conversion_type": shown}
    assert alice.get(TYPES).json() == {"success": True, "conversion_types": [shown]}


def test_only_active_types_are_listed(alice: Client, clock: Clock) -> None:
    make_type(alice, name="Old")
    clock.forward(seconds=1)
    kept = make_type(alice, name="Kept")
    old = alice.get(TYPES).json()["conversion_types"][0]["id"]
    answer = alice.patch(f"{TYPES}/{old}", {"is_active": False})
    assert (answer.status_code, answer.json()["conversion_type"]["is_active"]) == (200, False)
    assert [one["id"] for one in alice.get(TYPES).json()["conversion_types"]] == [kept]


def test_what_is_absent_of_a_change_stays(alice: Client) -> None:
    type_id = make_type(alice, description="As it was", fields=FIELDS)
    shown = alice.patch(f"{TYPES}/{type_id}", {"name": "Deal", "currency": "clp"}).json()["conversion_type"]
    assert (shown["name"], shown["currency"], shown["description"], shown["fields"]) == (
        "Deal",
        "CLP",
        "As it was",
        FIELDS,
    )


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"name": None}, "name is required"),
        ({"name": ""}, "name is required"),
        ({"name": 5}, "name must be a string"),
        ({"name": "x" * 201}, "name must have at most 200 characters"),
        ({"name": "a\0b"}, "Text must not contain NUL characters"),
        ({"category": "last"}, "category must be one of intermediary, final"),
        ({"currency": "US"}, "currency must be a code of 3 letters, such as USD"),
        ({"currency": "U$D"}, "currency must be a code of 3 letters, such as USD"),
        ({"currency": "ÜSD"}, "currency must be a code of 3 letters, such as USD"),
        ({"currency": 840}, "currency must be a string"),
        ({"fields": "plan"}, "fields must be an array"),
        ({"fields": [{"key": "plan", "label": "Plan"}]}, "fields[0].type is required"),
        (
            {"fields": [{"key": "", "label": "Plan", "type": "text"}]},
            "the key of a field must have 1 to 200 characters",
        ),
        (
            {"fields": [{"key": "plan", "label": "Plan", "type": "date"}]},
            "the type of a field must be one of text, number",
        ),
        ({"fields": [FIELDS[0], FIELDS[0]]}, "there are two fields with the key plan"),
        ({"workflow_id": "x"}, "workflow_id not found or does not belong to your account"),
        ({"workflow_id": NOBODY}, "workflow_id not found or does not belong to your account"),
        ({"description": "x" * 10_001}, "description must have at most 10000 characters"),
    ],
)
def test_a_wrong_type_is_refused_and_not_stored(alice: Client, change: Any, message: str) -> None:
    wrong = {"error": "Validation error", "message": message}
    answer = alice.post(TYPES, {"name": "Sale", "category": "final", "currency": "USD", **change})
    assert (answer.status_code, answer.json()) == (400, wrong)
    assert alice.get(TYPES).json()["conversion_types"] == []
    answer = alice.patch(f"{TYPES}/{make_type(alice)}", change)
    assert (answer.status_code, answer.json()) == (400, wrong)


def test_somebody_elses_type_is_missing(alice: Client, charlie: Client) -> None:
    type_id = make_type(alice)
    missing = {"error": "Not found", "message": "Conversion type not found or does not belong to your account"}
    for which in (type_id, NOBODY, "x"):
        answer = charlie.patch(f"{TYPES}/{which}", {"name": "Mine"})
        assert (answer.status_code, answer.json()) == (404, missing)
    assert charlie.get(TYPES).json()["conversion_types"] == []


# ── record ───────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_conversion_inherits_from_its_type(alice: Client, app: App) -> None:
    workflow_id = make_workflow(app, alice, "Nurture")
    type_id, lead_id = make_type(alice, workflow_id=workflow_id, fields=FIELDS), create(alice)
    answer = alice.post(
        CONVERSIONS,
        {"conversion_type_id": type_id, "lead_id": lead_id, "amount": 1200, "metadata": {"plan": "Pro", "extra": [1]}},
    )
    assert answer.status_code == 201
    assert answer.json() == {
        "success": True,
        "conversion_event": {
            "id": answer.json()["conversion_event"]["id"],
            "conversion_type_id": type_id,
            "lead_id": lead_id,
            "workflow_id": workflow_id,
            "master_workflow_id": None,
            "workflow_run_id": None,
            "amount": 1200.0,
            "currency": "USD",
            "metadata": {"plan": "Pro", "extra": [1]},
            "notes": None,
            "converted_at": NOON,
            "created_at": NOON,
            "conversion_types": {"name": "Sale", "category": "final", "fields": FIELDS},
        },
    }


def test_what_is_given_wins_over_what_is_inherited(alice: Client) -> None:
    type_id, lead_id = make_type(alice), create(alice)
    shown = convert(
        alice, type_id, lead_id, currency="eur", converted_at="2026-03-30T10:00:00+02:00", notes="Signed", amount=-5
    )
    assert (shown["currency"], shown["converted_at"], shown["notes"], shown["amount"]) == (
        "EUR",
        "2026-03-30T08:00:00.000Z",
        "Signed",
        -5.0,
    )


def test_a_moment_without_offset_is_in_utc(alice: Client) -> None:
    shown = convert(alice, make_type(alice), create(alice), converted_at="2026-03-30T10:00:00")
    assert shown["converted_at"] == "2026-03-30T10:00:00.000Z"


def test_a_conversion_is_on_the_timeline_and_in_the_outbox(alice: Client, app: App) -> None:
    type_id, lead_id = make_type(alice), create(alice)
    shown = convert(alice, type_id, lead_id)
    (activity,) = [row for row in rows(app, alice, activities) if row.kind == "lead_converted"]
    assert (activity.lead_id, activity.title, activity.description) == (lead_id, "Lead converted", "Sale")
    (event,) = [row for row in rows(app, alice, events) if row.type == "lead.converted"]
    assert event.lead_id == lead_id
    assert event.data == {
        "conversion_id": shown["id"],
        "conversion_type_id": type_id,
        "type": "Sale",
        "category": "final",
        "amount": 1200.5,
        "currency": "USD",
        "converted_at": NOON,
        "workflow_id": None,
        "workflow_run_id": None,
    }
    history = alice.get(f"/api/public/leads/{lead_id}/history").json()["history"]
    assert "lead_converted" in [item.get("activity_type") for item in history]


def test_a_run_of_the_lead_is_kept_and_any_other_refused(alice: Client, app: App) -> None:
    workflow_id = make_workflow(app, alice, "Nurture")
    lead_id, type_id = create(alice, workflow_id=workflow_id), make_type(alice)
    other = create(alice, workflow_id=workflow_id)
    run_id = alice.get(f"/api/public/leads/{lead_id}").json()["lead"]["active_workflow_run"]["id"]
    assert convert(alice, type_id, lead_id, workflow_run_id=run_id)["workflow_run_id"] == run_id
    for wrong_lead, wrong_run in ((other, run_id), (lead_id, NOBODY), (lead_id, "x"), (lead_id, "")):
        answer = alice.post(
            CONVERSIONS,
            {"conversion_type_id": type_id, "lead_id": wrong_lead, "amount": 1, "workflow_run_id": wrong_run},
        )
        assert (answer.status_code, answer.json()) == (
            400,
            {"error": "Validation error", "message": "workflow_run_id not found or is not a run of this lead"},
        )


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"conversion_type_id": None}, "conversion_type_id is required"),
        ({"lead_id": None}, "lead_id is required"),
        ({"lead_id": 7}, "lead_id must be a string"),
        ({"amount": None}, "amount is required"),
        ({"amount": "12"}, "amount must be a number"),
        ({"amount": True}, "amount must be a number"),
        ({"amount": 10**400}, None),
        ({"amount": 1e308}, "amount must be at most 1,000,000,000,000,000"),
        ({"lead_id": None, "lead_email": "nobody@example.com"}, f"lead_email {UNKNOWN}"),
        ({"lead_id": None, "lead_email": ""}, f"lead_email {UNKNOWN}"),
        ({"lead_id": None, "lead_phone": "no number"}, f"lead_phone {UNKNOWN}"),
        ({"currency": "dollars"}, "currency must be a code of 3 letters, such as USD"),
        ({"currency": ""}, "currency must be a code of 3 letters, such as USD"),
        ({"converted_at": "yesterday"}, "converted_at must be an ISO 8601 date or date-time"),
        ({"converted_at": 5}, "converted_at must be a string"),
        ({"metadata": []}, "metadata must be an object"),
        ({"metadata": {"a": "\0"}}, "Text must not contain NUL characters"),
        ({"notes": "a\0"}, "Text must not contain NUL characters"),
        ({"notes": "x" * 10_001}, "notes must have at most 10000 characters"),
        ({"conversion_type_id": NOBODY}, "conversion_type_id not found or does not belong to your account"),
        ({"conversion_type_id": "x"}, "conversion_type_id not found or does not belong to your account"),
        ({"lead_id": NOBODY}, "lead_id not found or does not belong to your account"),
        ({"lead_id": "x"}, "lead_id not found or does not belong to your account"),
    ],
)
def test_a_wrong_conversion_is_refused_and_not_stored(
    alice: Client, app: App, change: Any, message: str | None
) -> None:
    body = {"conversion_type_id": make_type(alice), "lead_id": create(alice), "amount": 1, **change}
    answer = alice.post(CONVERSIONS, body)
    assert answer.status_code == 400, answer.text
    assert message is None or answer.json() == {"error": "Validation error", "message": message}
    assert alice.get(CONVERSIONS).json() == {"success": True, "conversion_events": [], "total": 0}
    assert [row.type for row in rows(app, alice, events) if row.type == "lead.converted"] == []


@pytest.mark.parametrize(
    "named", [{"lead_email": "ANA@Example.com "}, {"lead_phone": "(415) 555-0100"}], ids=["email", "phone"]
)
def test_a_lead_can_be_named_by_its_address_or_number(alice: Client, clock: Clock, named: dict[str, str]) -> None:
    create(alice, email="ana@example.com", phone="415 555 0100")
    clock.forward(seconds=1)
    newest = create(alice, email="ana@example.com", phone="415 555 0100")
    body = {"conversion_type_id": make_type(alice), "amount": 1, "description": "Signed", **named}
    shown = alice.post(CONVERSIONS, body).json()["conversion_event"]
    assert (shown["lead_id"], shown["notes"]) == (newest, "Signed")


@pytest.mark.parametrize("amount", [b"1e999", b"NaN", b"Infinity"])
def test_an_amount_that_is_no_number_is_refused(alice: Client, amount: bytes) -> None:
    ids = f'"conversion_type_id": "{make_type(alice)}", "lead_id": "{create(alice)}"'.encode()
    assert alice.post(CONVERSIONS, content=b"{" + ids + b', "amount": ' + amount + b"}").status_code == 400


@pytest.mark.parametrize("when", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00"])
def test_moments_at_the_ends_of_the_calendar_are_refused(alice: Client, when: str) -> None:
    body = {"conversion_type_id": make_type(alice), "lead_id": create(alice), "amount": 1, "converted_at": when}
    answer = alice.post(CONVERSIONS, body)
    assert (answer.status_code, answer.json()["message"]) == (400, "converted_at must be in the years 1900 to 2999")


def test_a_type_that_is_not_active_takes_no_conversions(alice: Client) -> None:
    type_id, lead_id = make_type(alice), create(alice)
    alice.patch(f"{TYPES}/{type_id}", {"is_active": False})
    answer = alice.post(CONVERSIONS, {"conversion_type_id": type_id, "lead_id": lead_id, "amount": 1})
    assert (answer.status_code, answer.json()["message"]) == (400, "This conversion type is not active")


def test_somebody_elses_lead_and_type_are_missing(alice: Client, charlie: Client) -> None:
    type_id, lead_id = make_type(alice), create(alice)
    mine, theirs = make_type(charlie), create(charlie)
    for wrong, what in (((type_id, theirs), "conversion_type_id"), ((mine, lead_id), "lead_id")):
        answer = charlie.post(CONVERSIONS, {"conversion_type_id": wrong[0], "lead_id": wrong[1], "amount": 1})
        assert (answer.status_code, answer.json()["message"]) == (
            400,
            f"{what} not found or does not belong to your account",
        )


def test_an_archived_lead_is_missing(alice: Client) -> None:
    type_id, lead_id = make_type(alice), create(alice)
    alice.delete(f"/api/public/leads/{lead_id}")
    answer = alice.post(CONVERSIONS, {"conversion_type_id": type_id, "lead_id": lead_id, "amount": 1})
    assert (answer.status_code, answer.json()["message"]) == (
        400,
        "lead_id not found or does not belong to your account",
    )


def test_a_repeated_request_records_one_conversion(alice: Client) -> None:
    body = {"conversion_type_id": make_type(alice), "lead_id": create(alice), "amount": 1}
    first, again = (alice.post(CONVERSIONS, body, headers={"Idempotency-Key": "once"}) for _ in range(2))
    assert (again.status_code, again.json()) == (201, first.json())
    assert alice.get(CONVERSIONS).json()["total"] == 1


def test_who_may_only_read_leads_records_nothing(bob: Client, alice: Client) -> None:
    type_id, lead_id = make_type(alice), create(alice)
    assert bob.post(CONVERSIONS, {"conversion_type_id": type_id, "lead_id": lead_id, "amount": 1}).status_code == 403
    assert bob.post(TYPES, {"name": "Sale", "category": "final", "currency": "USD"}).status_code == 403
    assert bob.get(CONVERSIONS).status_code == 200
    assert len(bob.get(TYPES).json()["conversion_types"]) == 1


# ── ownership ────────────────────────────────────────────────────────────────────────────────────────────────────


def own(app: App, client: Client, lead_id: str, rep_id: str | None) -> None:
    write(
        app,
        client,
        insert(assignments).values(
            id=new_id(app.clock()), org_id=client.org_id, lead_id=lead_id, rep_id=rep_id,
            method=Method.MANUAL, load_before=0, routing_ms=0.0, assigned_at=app.clock(),
        ),
    )  # fmt: skip


@pytest.mark.parametrize(("category", "ended"), [("final", "closed"), ("intermediary", None)])
def test_a_final_conversion_closes_the_lead(alice: Client, app: App, category: str, ended: str | None) -> None:
    rep_id = insert_row(app, alice, reps, ref="ana", name="Ana")
    lead_id, bystander = create(alice), create(alice)
    for one in (lead_id, bystander):
        own(app, alice, one, rep_id)
    convert(alice, make_type(alice, category=category), lead_id)
    reasons = {row.lead_id: row.end_reason for row in rows(app, alice, assignments)}
    assert reasons == {lead_id: ended, bystander: None}


def test_a_converted_lead_leaves_the_queue(alice: Client, app: App) -> None:
    lead_id = create(alice)
    own(app, alice, lead_id, None)
    ruleset_id = insert_row(
        app, alice, rulesets, ref="sales", name="Sales", rules=[], fallback={}, on_unavailable="fallback"
    )
    insert_row(app, alice, parked_leads, lead_id=lead_id, ruleset_id=ruleset_id, queue_id="q", attributes={}, batch=1)
    convert(alice, make_type(alice), lead_id)
    assert rows(app, alice, parked_leads) == []


# ── list ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_conversions_are_listed_latest_first_in_pages(alice: Client) -> None:
    type_id, lead_id = make_type(alice), create(alice)
    days = ["2026-03-02", "2026-03-05", "2026-03-01", "2026-03-04"]
    for day in days:
        convert(alice, type_id, lead_id, converted_at=day)
    everything = alice.get(CONVERSIONS).json()
    assert [one["converted_at"][:10] for one in everything["conversion_events"]] == sorted(days, reverse=True)
    page = alice.get(CONVERSIONS, params={"limit": 2, "offset": 1}).json()
    assert (page["conversion_events"], page["total"]) == (everything["conversion_events"][1:3], 4)


def test_conversions_are_filtered(alice: Client, app: App, clock: Clock) -> None:
    workflow_id = make_workflow(app, alice, "Nurture")
    sale, demo = make_type(alice, workflow_id=workflow_id), make_type(alice, name="Demo", category="intermediary")
    first, second = create(alice, workflow_id=workflow_id), create(alice)
    run_id = alice.get(f"/api/public/leads/{first}").json()["lead"]["active_workflow_run"]["id"]
    one = convert(alice, sale, first, workflow_run_id=run_id)["id"]
    clock.forward(minutes=1)
    two = convert(alice, demo, second)["id"]

    def found(**params: str) -> list[str]:
        answer = alice.get(CONVERSIONS, params=params).json()
        assert answer["total"] == len(answer["conversion_events"])
        return [event["id"] for event in answer["conversion_events"]]

    assert found() == [two, one]
    assert found(lead_id=first) == found(workflow_id=workflow_id) == found(workflow_run_id=run_id) == [one]
    assert found(conversion_type_id=demo) == [two]
    assert found(lead_id=second, conversion_type_id=sale) == []
    assert found(lead_id=NOBODY) == found(lead_id="x") == found(master_workflow_id=workflow_id) == []


@pytest.mark.parametrize("params", [{"limit": 0}, {"limit": 201}, {"offset": -1}, {"limit": "many"}])
def test_a_page_that_cannot_be_is_refused(alice: Client, params: Any) -> None:
    assert alice.get(CONVERSIONS, params=params).status_code == 400


def test_somebody_elses_conversions_are_not_listed(alice: Client, charlie: Client, app: App) -> None:
    lead_id = create(alice)
    convert(alice, make_type(alice), lead_id)
    assert charlie.get(CONVERSIONS, params={"lead_id": lead_id}).json()["conversion_events"] == []
    assert len(rows(app, alice, conversions)) == 1

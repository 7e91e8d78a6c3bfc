"""Contacts: the upsert, what it answers, and how one is doing."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, insert, select, update

from pointsman.bootstrap import App
from pointsman.core.ids import prefixed
from pointsman.services.minting import new_id
from pointsman.storage.tables import contact_ids, leads, reps
from pointsman.web.times import iso
from tests.conftest import NOW, Client, Clock

PATH = "/api/v1/contacts"
CREATED = iso(NOW)


def save(client: Client, contact_id: str = "c1", *, status: int = 201, **body: Any) -> dict[str, Any]:
    answer = client.post(PATH, {"contact_id": contact_id, **body})
    assert answer.status_code == status, answer.text
    data: dict[str, Any] = answer.json()["data"]
    return data


def refusal(answer: Any) -> tuple[int, str, str]:
    error = answer.json()["error"]
    return answer.status_code, error["code"], error["reason"]


def count(app: App, client: Client, table: Any) -> int:
    query = select(func.count()).select_from(table).where(table.c.org_id == client.org_id)
    found: int = client.runner.run(app.db.read(lambda tx: tx.execute(query).scalar_one()))
    return found


def give_to(app: App, client: Client, lead_id: str, ref: str) -> str:
    """Make a rep own a lead; returns the rep's id."""
    rep_id = new_id(NOW)

    def work(tx: Any) -> None:
        tx.execute(insert(reps).values(id=rep_id, org_id=client.org_id, ref=ref, name=ref.title(),
                                       email=f"{ref}@acme.test", created_at=NOW, updated_at=NOW))  # fmt: skip
        tx.execute(update(leads).where(leads.c.id == lead_id).values(owner_id=rep_id))

    client.runner.run(app.db.write(work))
    return rep_id


def test_a_new_contact_is_a_lead(alice: Client) -> None:
    contact = save(alice, email="ana@x.test", name="Ana  Maria Rey", lead_id="LD-1")
    assert contact == {
        "id": contact["id"],
        "contact_id": "c1",
        "email": "ana@x.test",
        "name": "Ana Maria Rey",
        "lead_id": "LD-1",
        "created_at": CREATED,
        "updated_at": CREATED,
    }
    lead = alice.get(f"/api/public/leads/{contact['id']}").json()["lead"]
    assert (lead["first_name"], lead["last_name"], lead["email"]) == ("Ana", "Maria Rey", "ana@x.test")


def test_contact_id_is_all_it_takes(alice: Client) -> None:
    contact = save(alice)
    assert (contact["email"], contact["name"], contact["lead_id"]) == (None, None, None)


def test_known_contact_is_changed_as_told(alice: Client, clock: Clock) -> None:
    first = save(alice, email="ana@x.test", name="Ana Rey")
    clock.forward(hours=1)
    second = save(alice, status=200, name="Anna")
    assert second == {**first, "name": "Anna", "updated_at": iso(clock.now)}


def test_what_is_told_again_changes_nothing(alice: Client, clock: Clock) -> None:
    first = save(alice, email="ana@x.test", name="Ana Rey")
    clock.forward(hours=1)
    assert save(alice, status=200, email="ana@x.test", name="Ana Rey") == first


def test_null_and_blank_are_not_told(alice: Client) -> None:
    first = save(alice, email="ana@x.test", name="Ana Rey", lead_id="LD-1")
    assert save(alice, status=200, email=None, name="  ", lead_id="") == first


def test_contact_of_a_known_lead_is_that_lead(alice: Client, app: App) -> None:
    lead = alice.post("/api/public/leads", {"first_name": "Ana", "external_id": "LD-1"}).json()["lead"]
    contact = save(alice, status=200, email="ana@x.test", lead_id="LD-1")
    assert (contact["id"], contact["lead_id"], contact["name"]) == (lead["id"], "LD-1", "Ana")
    assert count(app, alice, leads) == 1


@pytest.mark.parametrize(
    "spell", [lambda id_: id_, lambda id_: prefixed("lead", id_), lambda _: "c1", lambda _: "LD-1"]
)
def test_contact_is_found_by_every_name(alice: Client, spell: Any) -> None:
    contact = save(alice, lead_id="LD-1")
    found = alice.get(f"{PATH}/{spell(contact['id'])}")
    assert (found.status_code, found.json()["data"]["id"]) == (200, contact["id"])


def test_contact_learns_its_lead_id_later(alice: Client, app: App) -> None:
    first = save(alice)
    assert save(alice, status=200, lead_id="LD-1")["lead_id"] == "LD-1"
    assert {alice.get(f"{PATH}/{name}").json()["data"]["id"] for name in ("c1", "LD-1")} == {first["id"]}
    assert count(app, alice, leads) == 1


def test_lead_id_may_be_the_contact_id(alice: Client) -> None:
    save(alice, lead_id="c1")
    assert alice.get(f"{PATH}/c1").json()["data"]["lead_id"] == "c1"


def test_a_contact_is_owned_by_whoever_its_lead_is_routed_to(alice: Client, app: App) -> None:
    """Defect 8: what is logged under the contact counts for the lead that was routed."""
    alice.post("/api/v1/reps", {"rep_id": "ana", "name": "Ana", "email": "ana@acme.test", "timezone": "UTC"})
    rule = {"priority": 1, "name": "All", "conditions": [], "assignment": {"type": "specific_rep", "rep_id": "ana"}}
    body = {"ruleset_id": "all", "name": "All", "rules": [rule], "fallback": {"type": "queue", "queue_id": "q"}}
    assert alice.post("/api/v1/rules", body).status_code == 201
    before = save(alice, "c1", lead_id="LD-1")
    for lead_id in ("LD-1", "LD-2"):
        routed = alice.post("/api/v1/leads", {"lead_id": lead_id, "ruleset_id": "all", "attributes": {}})
        assert routed.status_code == 200, routed.text
    after = save(alice, "c2", status=200, lead_id="LD-2")
    assert count(app, alice, leads) == 2
    for name, contact in (("c1", before), ("c2", after)):
        told = alice.get(f"{PATH}/{name}").json()["data"]
        assert (told["id"], told["assigned_rep"]["rep_id"]) == (contact["id"], "ana")


def test_two_leads_do_not_become_one(alice: Client) -> None:
    save(alice, "c1")
    save(alice, "c2")
    answer = alice.post(PATH, {"contact_id": "c1", "lead_id": "c2"})
    assert refusal(answer) == (409, "CONFLICT", "CONTACT_IS_ANOTHER_LEAD")


def test_contact_keeps_its_lead(alice: Client) -> None:
    save(alice, lead_id="LD-1")
    answer = alice.post(PATH, {"contact_id": "c1", "lead_id": "LD-2"})
    assert refusal(answer) == (409, "CONFLICT", "CONTACT_IS_ANOTHER_LEAD")
    assert alice.get(f"{PATH}/LD-2").status_code == 404


def test_archived_contact_is_not_found_and_not_saved(alice: Client) -> None:
    contact = save(alice)
    alice.delete(f"/api/public/leads/{contact['id']}")
    assert refusal(alice.get(f"{PATH}/c1")) == (404, "NOT_FOUND", "CONTACT_NOT_FOUND")
    assert refusal(alice.post(PATH, {"contact_id": "c1"})) == (409, "CONFLICT", "CONTACT_ARCHIVED")


@pytest.mark.parametrize("body", [{}, {"lead_id": "LD-1"}])
def test_saved_at_the_same_time_it_is_one_lead(alice: Client, app: App, body: dict[str, str]) -> None:
    answers = alice.together(*(("POST", PATH, {"contact_id": "c1", **body}) for _ in range(20)))
    assert sorted(answer.status_code for answer in answers) == [200] * 19 + [201]
    assert len({answer.json()["data"]["id"] for answer in answers}) == 1
    assert (count(app, alice, leads), count(app, alice, contact_ids)) == (1, len(body))


def test_contacts_of_a_known_lead_saved_at_the_same_time_are_that_lead(alice: Client, app: App) -> None:
    save(alice, "LD-1")
    bodies = [{"contact_id": f"c{number % 4}", "lead_id": "LD-1"} for number in range(20)]
    answers = alice.together(*(("POST", PATH, body) for body in bodies))
    assert {answer.status_code for answer in answers} == {200}
    assert (count(app, alice, leads), count(app, alice, contact_ids)) == (1, 4)


def test_retried_under_a_key_the_answer_is_the_first(alice: Client) -> None:
    answers = [alice.post(PATH, {"contact_id": "c1"}, headers={"Idempotency-Key": "k"}) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [201, 201]
    assert answers[0].content == answers[1].content


def test_somebody_elses_contact_answers_like_a_missing_one(alice: Client, charlie: Client) -> None:
    contact = save(alice, lead_id="LD-1")
    for name in ("c1", "LD-1", contact["id"]):
        answer = charlie.get(f"{PATH}/{name}")
        assert answer.status_code == 404
        assert answer.json() == {
            "error": {"code": "NOT_FOUND", "message": f"Contact '{name}' not found", "reason": "CONTACT_NOT_FOUND"}
        }
    assert save(charlie)["id"] != contact["id"]


def test_saving_needs_a_key_that_may_write(bob: Client, cast: Any) -> None:
    assert refusal(bob.post(PATH, {"contact_id": "c1"})) == (403, "FORBIDDEN", "FORBIDDEN")
    assert refusal(cast.stranger().get(f"{PATH}/c1")) == (401, "UNAUTHORIZED", "UNAUTHORIZED")


def test_contact_shows_its_owner_and_how_it_is_doing(alice: Client, app: App, clock: Clock) -> None:
    contact = save(alice)
    give_to(app, alice, contact["id"], "ana")
    clock.forward(minutes=90)
    alice.post(f"{PATH}/c1/activities", {"activity_type": "email_sent"})
    clock.forward(days=3)
    told = alice.get(f"{PATH}/c1").json()["data"]
    assert told == {
        **contact,
        "assigned_rep": {"rep_id": "ana", "name": "Ana", "email": "ana@acme.test"},
        "summary": {
            "total_touches": 1,
            "last_activity_at": iso(NOW + timedelta(minutes=90)),
            "days_since_last_activity": 3,
            "first_response_time_minutes": 90,
            "has_meeting_booked": False,
            "engagement_status": "stale",
        },
    }


def test_untouched_contact_is_stale_and_then_cold(alice: Client, clock: Clock) -> None:
    save(alice)
    assert alice.get(f"{PATH}/c1").json()["data"]["summary"] == {
        "total_touches": 0,
        "last_activity_at": None,
        "days_since_last_activity": None,
        "first_response_time_minutes": None,
        "has_meeting_booked": False,
        "engagement_status": "stale",
    }
    clock.forward(days=8)
    assert alice.get(f"{PATH}/c1").json()["data"]["summary"]["engagement_status"] == "cold"


LONG = "x" * 129


@pytest.mark.parametrize(
    ("body", "path", "message"),
    [
        ({}, ["contact_id"], "Invalid input: expected string, received undefined"),
        ({"contact_id": ""}, ["contact_id"], "Too small: expected string to have >=1 characters"),
        ({"contact_id": LONG}, ["contact_id"], "Too big: expected string to have <=128 characters"),
        ({"contact_id": 2**70}, ["contact_id"], "Invalid input: expected string, received number"),
        ({"contact_id": "c", "email": "ana"}, ["email"], "Invalid email address"),
        ({"contact_id": "c", "name": LONG}, ["name"], "Too big: expected string to have <=128 characters"),
        ({"contact_id": "c", "lead_id": LONG}, ["lead_id"], "Too big: expected string to have <=128 characters"),
        ([], [], "Invalid input: expected object, received array"),
    ],
)  # fmt: skip
def test_wrong_bodies_are_refused_and_store_nothing(
    alice: Client, app: App, body: Any, path: list[str], message: str
) -> None:
    answer = alice.post(PATH, body)
    assert refusal(answer) == (422, "VALIDATION_ERROR", "VALIDATION_ERROR")
    assert f'"message": "{message}"' in answer.json()["error"]["message"]
    assert all(f'"{name}"' in answer.json()["error"]["message"] for name in path)
    assert count(app, alice, leads) == 0


@pytest.mark.parametrize("name", ["c%00", "%ff%fe", "x" * 5000, "'; DROP TABLE leads; --", "%F0%9F%98%80", "LEAD_"])
def test_names_that_cannot_be_are_not_found(alice: Client, name: str) -> None:
    assert refusal(alice.get(f"{PATH}/{name}")) == (404, "NOT_FOUND", "CONTACT_NOT_FOUND")


def test_nul_is_refused(alice: Client, app: App) -> None:
    assert refusal(alice.post(PATH, {"contact_id": "c\0"}))[:2] == (422, "VALIDATION_ERROR")
    assert count(app, alice, leads) == 0


def test_what_is_not_json_is_a_bad_request(alice: Client) -> None:
    assert refusal(alice.post(PATH, content=b"{"))[:2] == (400, "BAD_REQUEST")

"""`/api/public/tags` (contract section 3)."""

from typing import Any

import pytest

from tests.conftest import Cast, Client, Clock

TAGS = "/api/public/tags"
NOBODY = "0190c0de-0000-7000-8000-000000000000"
NOT_FOUND = {"error": "Tag not found"}
SLUG_TAKEN = {"error": "A tag with this slug already exists"}


def make_tag(client: Client, name: str, slug: str, **options: Any) -> str:
    answer = client.post(TAGS, {"name": name, "slug": slug, **options})
    assert answer.status_code == 201, answer.text
    return answer.json()["data"]["id"]  # type: ignore[no-any-return]


def slugs(client: Client, search: str | None = None) -> list[str]:
    answer = client.get(TAGS, params={"search": search} if search is not None else {})
    assert answer.status_code == 200
    return [tag["slug"] for tag in answer.json()["data"]]


# ── make ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_new_tag_is_answered_without_updated_at(alice: Client) -> None:
    body = {"name": "VIP Client", "slug": "vip-client", "description": "High-priority leads"}
    answer = alice.post(TAGS, body)
    assert answer.status_code == 201
    assert answer.json() == {
        "data": {"id": answer.json()["data"]["id"], **body, "created_at": "2026-03-31T12:00:00.000Z"}
    }


def test_a_tag_without_description_has_a_null_one(alice: Client) -> None:
    assert alice.post(TAGS, {"name": "VIP", "slug": "vip"}).json()["data"]["description"] is None


@pytest.mark.parametrize(
    ("body", "error"),
    [
        ({"slug": "vip"}, "Tag name is required"),
        ({"name": None, "slug": "vip"}, "Tag name is required"),
        ({"name": " ", "slug": "vip"}, "Tag name is required"),
        ({}, "Tag name is required"),
        ({"name": "VIP"}, "Tag slug is required"),
        ({"name": "VIP", "slug": ""}, "Tag slug is required"),
        ({"name": 5, "slug": "vip"}, "name must be a string"),
        ({"name": "VIP", "slug": ["vip"]}, "slug must be a string"),
        ({"name": "VIP", "slug": "vip", "description": 5}, "description must be a string"),
        ({"name": "x" * 201, "slug": "vip"}, "Tag name must have at most 200 characters"),
        ({"name": "VIP", "slug": "x" * 201}, "Tag slug must have at most 200 characters"),
        ({"name": "VIP", "slug": "vip", "description": "x" * 10_001}, "description must have at most 10000 characters"),
        ({"name": "V\0P", "slug": "vip"}, "Text must not contain NUL characters"),
        ([], "Request body must be an object"),
    ],
)
def test_a_wrong_tag_is_refused_and_not_stored(alice: Client, body: Any, error: str) -> None:
    answer = alice.post(TAGS, body)
    assert (answer.status_code, answer.json()) == (400, {"error": error})
    assert slugs(alice) == []


def test_half_a_character_is_refused(alice: Client) -> None:
    answer = alice.post(TAGS, content=b'{"name": "\\ud800", "slug": "vip"}')
    assert (answer.status_code, answer.json()) == (400, {"error": "Request body is not valid JSON"})


def test_a_slug_is_taken_once(alice: Client) -> None:
    make_tag(alice, "VIP", "vip")
    answer = alice.post(TAGS, {"name": "Another", "slug": "vip"})
    assert (answer.status_code, answer.json()) == (409, SLUG_TAKEN)


def test_a_slug_taken_by_another_account_is_free(alice: Client, charlie: Client) -> None:
    make_tag(alice, "VIP", "vip")
    make_tag(charlie, "VIP", "vip")
    assert slugs(charlie) == ["vip"]


def test_of_two_tags_made_at_once_with_one_slug_one_is_stored(alice: Client) -> None:
    answers = alice.together(*[("POST", TAGS, {"name": f"VIP {count}", "slug": "vip"}) for count in range(4)])
    assert sorted(answer.status_code for answer in answers) == [201, 409, 409, 409]
    assert [answer.json() for answer in answers if answer.status_code == 409] == [SLUG_TAKEN] * 3
    assert slugs(alice) == ["vip"]


def test_the_same_idempotency_key_makes_one_tag(alice: Client) -> None:
    body, headers = {"name": "VIP", "slug": "vip"}, {"Idempotency-Key": "once"}
    first = alice.post(TAGS, body, headers=headers)
    again = alice.post(TAGS, body, headers=headers)
    assert (again.status_code, again.json()) == (201, first.json())


# ── list ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_tags_are_listed_oldest_first(alice: Client, clock: Clock) -> None:
    first = make_tag(alice, "VIP", "vip")
    clock.forward(hours=1)
    second = make_tag(alice, "Hot Lead", "hot-lead", description="Call today")
    noon, one = "2026-03-31T12:00:00.000Z", "2026-03-31T13:00:00.000Z"
    assert alice.get(TAGS).json() == {
        "data": [
            {"id": first, "name": "VIP", "slug": "vip", "description": None, "created_at": noon, "updated_at": noon},
            {
                "id": second,
                "name": "Hot Lead",
                "slug": "hot-lead",
                "description": "Call today",
                "created_at": one,
                "updated_at": one,
            },
        ]
    }


def test_an_account_without_tags_lists_none(alice: Client, charlie: Client) -> None:
    make_tag(alice, "VIP", "vip")
    assert charlie.get(TAGS).json() == {"data": []}


@pytest.mark.parametrize(
    ("search", "found"),
    [
        ("caliente", ["hot"]),
        ("HOT", ["hot"]),
        ("today", ["hot"]),
        ("ÑANDÚ", ["bird"]),
        ("100%", ["sure"]),
        ("%", ["sure"]),
        ("_", []),
        ("\0", []),
        ("nothing", []),
        ("", ["bird", "hot", "sure"]),
        (" hot ", ["hot"]),
    ],
)
def test_search_looks_at_name_slug_and_description_whatever_the_case(
    alice: Client, search: str, found: list[str]
) -> None:
    make_tag(alice, "Caliente", "hot", description="Call TODAY")
    make_tag(alice, "ñandú", "bird")
    make_tag(alice, "100% sure", "sure")
    assert sorted(slugs(alice, search)) == found


# ── change ───────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_change_replaces_what_is_given(alice: Client, clock: Clock) -> None:
    id_ = make_tag(alice, "VIP", "vip", description="Very important")
    clock.forward(hours=1)
    answer = alice.put(f"{TAGS}/{id_}", {"name": "Gold"})
    assert answer.status_code == 200
    assert answer.json() == {
        "data": {
            "id": id_,
            "name": "Gold",
            "slug": "vip",
            "description": "Very important",
            "created_at": "2026-03-31T12:00:00.000Z",
            "updated_at": "2026-03-31T13:00:00.000Z",
        }
    }


def test_a_null_description_is_removed(alice: Client) -> None:
    id_ = make_tag(alice, "VIP", "vip", description="Very important")
    assert alice.put(f"{TAGS}/{id_}", {"description": None}).json()["data"]["description"] is None


def test_a_change_may_be_empty(alice: Client) -> None:
    id_ = make_tag(alice, "VIP", "vip")
    assert alice.put(f"{TAGS}/{id_}", {}).json()["data"]["name"] == "VIP"


def test_a_tag_may_keep_its_slug(alice: Client) -> None:
    id_ = make_tag(alice, "VIP", "vip")
    assert alice.put(f"{TAGS}/{id_}", {"slug": "vip", "name": "Gold"}).status_code == 200


def test_a_change_cannot_take_the_slug_of_another_tag(alice: Client) -> None:
    make_tag(alice, "VIP", "vip")
    id_ = make_tag(alice, "Gold", "gold")
    answer = alice.put(f"{TAGS}/{id_}", {"slug": "vip"})
    assert (answer.status_code, answer.json()) == (409, SLUG_TAKEN)


def test_of_two_changes_at_once_to_one_slug_one_is_stored(alice: Client) -> None:
    ids = [make_tag(alice, "Gold", "gold"), make_tag(alice, "Silver", "silver")]
    answers = alice.together(*[("PUT", f"{TAGS}/{id_}", {"slug": "vip"}) for id_ in ids])
    assert sorted(answer.status_code for answer in answers) == [200, 409]


@pytest.mark.parametrize(
    ("body", "error"),
    [
        ({"name": ""}, "Tag name is required"),
        ({"slug": None}, "Tag slug is required"),
        ({"slug": "x" * 201}, "Tag slug must have at most 200 characters"),
        ({"name": 5}, "name must be a string"),
    ],
)
def test_a_wrong_change_is_refused(alice: Client, body: Any, error: str) -> None:
    id_ = make_tag(alice, "VIP", "vip")
    answer = alice.put(f"{TAGS}/{id_}", body)
    assert (answer.status_code, answer.json()) == (400, {"error": error})
    assert slugs(alice) == ["vip"]


# ── remove ───────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_removed_tag_is_gone(alice: Client) -> None:
    id_ = make_tag(alice, "VIP", "vip")
    answer = alice.delete(f"{TAGS}/{id_}")
    assert (answer.status_code, answer.json()) == (200, {"success": True})
    assert slugs(alice) == []


def test_a_removed_tag_is_off_all_leads(alice: Client) -> None:
    id_ = make_tag(alice, "VIP", "vip")
    lead_id = alice.post("/api/public/leads", {"first_name": "Ana"}).json()["lead"]["id"]
    alice.post(f"/api/public/leads/{lead_id}/tags", {"tagId": id_})
    alice.delete(f"{TAGS}/{id_}")
    assert alice.get(f"/api/public/leads/{lead_id}/tags").json() == {"data": []}


# ── who may ──────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("id_", [NOBODY, "not-an-id", "%00", "1" * 5000])
def test_a_missing_tag_cannot_be_changed_or_removed(alice: Client, id_: str) -> None:
    for answer in (alice.put(f"{TAGS}/{id_}", {"name": "Gold"}), alice.delete(f"{TAGS}/{id_}")):
        assert (answer.status_code, answer.json()) == (404, NOT_FOUND)


def test_another_accounts_tag_answers_like_a_missing_one(alice: Client, charlie: Client) -> None:
    id_ = make_tag(alice, "VIP", "vip")
    for answer in (charlie.put(f"{TAGS}/{id_}", {"name": "Gold"}), charlie.delete(f"{TAGS}/{id_}")):
        assert (answer.status_code, answer.json()) == (404, NOT_FOUND)
    assert slugs(alice) == ["vip"]


def test_a_key_that_may_only_read_changes_nothing(alice: Client, bob: Client) -> None:
    id_ = make_tag(alice, "VIP", "vip")
    assert slugs(bob) == ["vip"]
    assert bob.post(TAGS, {"name": "Gold", "slug": "gold"}).status_code == 403
    assert bob.put(f"{TAGS}/{id_}", {"name": "Gold"}).status_code == 403
    assert bob.delete(f"{TAGS}/{id_}").status_code == 403
    assert slugs(alice) == ["vip"]


def test_a_missing_key_is_refused_in_two_words(cast: Cast) -> None:
    answer = cast.stranger().get(TAGS)
    assert answer.status_code == 401
    assert answer.json()["error"] == "Missing API key"

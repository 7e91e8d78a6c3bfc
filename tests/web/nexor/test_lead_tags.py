"""`/api/public/leads/{id}/tags` and `/api/public/leads/tags` (contract section 3)."""

from typing import Any

import pytest

from pointsman.services.tags import slugify
from tests.conftest import Client, Clock
from tests.web.nexor.test_tags import NOBODY, make_tag, slugs

LEADS = "/api/public/leads"
SYNC = "/api/public/leads/tags"
LEAD_NOT_FOUND = {"error": "Lead not found or does not belong to your account"}
TAG_NOT_FOUND = {"error": "Tag not found"}


def make_lead(client: Client, **options: Any) -> str:
    answer = client.post(LEADS, {"first_name": "Ana", **options})
    assert answer.status_code == 201, answer.text
    return answer.json()["lead"]["id"]  # type: ignore[no-any-return]


def lead_slugs(client: Client, lead_id: str) -> list[str]:
    answer = client.get(f"{LEADS}/{lead_id}/tags")
    assert answer.status_code == 200, answer.text
    return [tag["slug"] for tag in answer.json()["data"]]


def sync(client: Client, lead_id: str, *names: str) -> dict[str, Any]:
    answer = client.put(SYNC, {"lead_id": lead_id, "tags": names})
    assert answer.status_code == 200, answer.text
    return answer.json()  # type: ignore[no-any-return]


# ── add by id ────────────────────────────────────────────────────────────────────────────────────────────────────


def test_one_tag_is_added(alice: Client) -> None:
    lead_id, vip = make_lead(alice), make_tag(alice, "VIP Client", "vip-client")
    answer = alice.post(f"{LEADS}/{lead_id}/tags", {"tagId": vip})
    assert answer.status_code == 201
    assert answer.json() == {"data": [{"id": vip, "name": "VIP Client", "slug": "vip-client"}]}


def test_several_tags_are_added(alice: Client, clock: Clock) -> None:
    lead_id, vip = make_lead(alice), make_tag(alice, "VIP", "vip")
    clock.forward(seconds=1)
    hot = make_tag(alice, "Hot Lead", "hot-lead")
    answer = alice.post(f"{LEADS}/{lead_id}/tags", {"tagIds": [hot, vip, hot]})
    assert answer.status_code == 201
    assert answer.json() == {
        "data": [{"id": vip, "name": "VIP", "slug": "vip"}, {"id": hot, "name": "Hot Lead", "slug": "hot-lead"}]
    }


def test_tags_the_lead_has_are_passed_over_and_kept(alice: Client) -> None:
    lead_id, vip, hot = make_lead(alice), make_tag(alice, "VIP", "vip"), make_tag(alice, "Hot Lead", "hot-lead")
    alice.post(f"{LEADS}/{lead_id}/tags", {"tagId": hot})
    answer = alice.post(f"{LEADS}/{lead_id}/tags", {"tagIds": [hot, vip]})
    assert answer.status_code == 201
    assert sorted(lead_slugs(alice, lead_id)) == ["hot-lead", "vip"]


def test_the_same_tag_added_twice_at_once_is_there_once(alice: Client) -> None:
    lead_id, vip = make_lead(alice), make_tag(alice, "VIP", "vip")
    answers = alice.together(*[("POST", f"{LEADS}/{lead_id}/tags", {"tagId": vip})] * 4)
    assert [answer.status_code for answer in answers] == [201] * 4
    assert lead_slugs(alice, lead_id) == ["vip"]


def test_a_tag_removed_while_it_is_added_leaves_nothing_behind(alice: Client) -> None:
    lead_id, vip = make_lead(alice), make_tag(alice, "VIP", "vip")
    added, removed = alice.together(
        ("POST", f"{LEADS}/{lead_id}/tags", {"tagId": vip}), ("DELETE", f"/api/public/tags/{vip}", None)
    )
    assert (added.status_code, removed.status_code) in {(201, 200), (404, 200)}
    assert lead_slugs(alice, lead_id) == []


def test_no_tags_to_add_is_fine(alice: Client) -> None:
    answer = alice.post(f"{LEADS}/{make_lead(alice)}/tags", {"tagIds": []})
    assert (answer.status_code, answer.json()) == (201, {"data": []})


@pytest.mark.parametrize(
    ("body", "error"),
    [
        ({}, "tagId or tagIds is required"),
        ({"tagId": NOBODY, "tagIds": [NOBODY]}, "Provide either tagId or tagIds, not both"),
        ({"tagId": 5}, "tagId must be a string"),
        ({"tagIds": NOBODY}, "tagIds must be an array"),
        ({"tagIds": [5]}, "tagIds[0] must be a string"),
        (
            {"tagIds": [f"0190c0de-0000-7000-8000-{count:012x}" for count in range(1001)]},
            "Maximum 1000 tags per request",
        ),
        ([], "Request body must be an object"),
    ],
)
def test_a_wrong_request_to_add_is_refused(alice: Client, body: Any, error: str) -> None:
    answer = alice.post(f"{LEADS}/{make_lead(alice)}/tags", body)
    assert (answer.status_code, answer.json()) == (400, {"error": error})


@pytest.mark.parametrize("tag_id", [NOBODY, "not-an-id", ""])
def test_an_unknown_tag_adds_none(alice: Client, tag_id: str) -> None:
    lead_id, vip = make_lead(alice), make_tag(alice, "VIP", "vip")
    answer = alice.post(f"{LEADS}/{lead_id}/tags", {"tagIds": [vip, tag_id]})
    assert (answer.status_code, answer.json()) == (404, TAG_NOT_FOUND)
    assert lead_slugs(alice, lead_id) == []


def test_another_accounts_tag_answers_like_a_missing_one(alice: Client, charlie: Client) -> None:
    answer = charlie.post(f"{LEADS}/{make_lead(charlie)}/tags", {"tagId": make_tag(alice, "VIP", "vip")})
    assert (answer.status_code, answer.json()) == (404, TAG_NOT_FOUND)


def test_another_accounts_lead_answers_like_a_missing_one(alice: Client, charlie: Client) -> None:
    lead_id, tag_id = make_lead(alice), make_tag(charlie, "VIP", "vip")
    for answer in (
        charlie.get(f"{LEADS}/{lead_id}/tags"),
        charlie.post(f"{LEADS}/{lead_id}/tags", {"tagId": tag_id}),
        charlie.put(SYNC, {"lead_id": lead_id, "tags": ["VIP"]}),
    ):
        assert (answer.status_code, answer.json()) == (404, LEAD_NOT_FOUND)
    assert lead_slugs(alice, lead_id) == []


@pytest.mark.parametrize("lead_id", [NOBODY, "not-an-id"])
def test_an_unknown_lead_is_not_found(alice: Client, lead_id: str) -> None:
    for answer in (
        alice.get(f"{LEADS}/{lead_id}/tags"),
        alice.post(f"{LEADS}/{lead_id}/tags", {"tagId": make_tag(alice, "VIP", "vip")}),
        alice.put(SYNC, {"lead_id": lead_id, "tags": ["Gold"]}),
    ):
        assert (answer.status_code, answer.json()) == (404, LEAD_NOT_FOUND)
    assert slugs(alice) == ["vip"]


def test_a_key_that_may_only_read_tags_no_lead(alice: Client, bob: Client) -> None:
    lead_id, vip = make_lead(alice), make_tag(alice, "VIP", "vip")
    assert bob.post(f"{LEADS}/{lead_id}/tags", {"tagId": vip}).status_code == 403
    assert bob.put(SYNC, {"lead_id": lead_id, "tags": ["VIP"]}).status_code == 403
    assert lead_slugs(bob, lead_id) == []


# ── sync by name ─────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("method", ["PUT", "POST"])
def test_a_sync_makes_new_tags_and_answers_in_full(alice: Client, method: str) -> None:
    lead_id = make_lead(alice)
    answer = alice.request(method, SYNC, json={"lead_id": lead_id, "tags": ["VIP", "Follow-up"]})
    assert answer.status_code == 200
    vip, follow_up = (tag["id"] for tag in alice.get("/api/public/tags").json()["data"])
    assert answer.json() == {
        "success": True,
        "lead_id": lead_id,
        "tags": [
            {"id": vip, "name": "VIP", "slug": "vip"},
            {"id": follow_up, "name": "Follow-up", "slug": "follow-up"},
        ],
        "added": [vip, follow_up],
        "removed": [],
    }
    assert lead_slugs(alice, lead_id) == ["vip", "follow-up"]


def test_a_sync_adds_what_is_new_and_removes_what_is_absent(alice: Client, clock: Clock) -> None:
    lead_id = make_lead(alice)
    _, follow_up = sync(alice, lead_id, "VIP", "Follow-up")["added"]
    clock.forward(minutes=1)
    hot = make_tag(alice, "Hot!", "hot")
    answer = sync(alice, lead_id, "HOT", "vip")
    assert (answer["added"], answer["removed"]) == ([hot], [follow_up])
    assert lead_slugs(alice, lead_id) == ["vip", "hot"]
    assert slugs(alice) == ["vip", "follow-up", "hot"]


def test_no_names_clear_all_tags(alice: Client) -> None:
    lead_id = make_lead(alice)
    added = sync(alice, lead_id, "VIP", "Follow-up")["added"]
    answer = sync(alice, lead_id)
    assert answer == {"success": True, "lead_id": lead_id, "tags": [], "added": [], "removed": added}


def test_the_same_sync_twice_changes_nothing(alice: Client) -> None:
    lead_id = make_lead(alice)
    first = sync(alice, lead_id, "VIP")
    assert sync(alice, lead_id, "VIP") == {**first, "added": []}


def test_names_with_one_slug_are_one_tag(alice: Client) -> None:
    assert [tag["name"] for tag in sync(alice, make_lead(alice), " Hot Lead", "hot-lead", "HOT  LEAD!")["tags"]] == [
        "Hot Lead"
    ]


def test_a_tag_on_the_lead_counts_as_named_by_its_name_whatever_its_slug(alice: Client) -> None:
    lead_id, vip = make_lead(alice), make_tag(alice, "VIP", "very_important")
    alice.post(f"{LEADS}/{lead_id}/tags", {"tagId": vip})
    answer = sync(alice, lead_id, "vip")
    assert (answer["added"], answer["removed"]) == ([], [])
    assert slugs(alice) == ["very_important"]


def test_a_sync_leaves_other_leads_alone(alice: Client) -> None:
    ana, eva = make_lead(alice), make_lead(alice)
    sync(alice, eva, "VIP")
    sync(alice, ana)
    assert lead_slugs(alice, eva) == ["vip"]


def test_an_address_finds_the_lead_whatever_its_case(alice: Client) -> None:
    lead_id = make_lead(alice, email="Jane@Example.com")
    answer = alice.put(SYNC, {"email": " jane@EXAMPLE.com", "tags": ["VIP"]})
    assert (answer.status_code, answer.json()["lead_id"]) == (200, lead_id)


def test_of_several_leads_with_one_address_the_last_changed_is_meant(alice: Client, clock: Clock) -> None:
    first = make_lead(alice, email="jane@example.com", external_id="1")
    clock.forward(minutes=1)
    make_lead(alice, email="jane@example.com", external_id="2")
    clock.forward(minutes=1)
    assert alice.patch(f"{LEADS}/{first}", {"company": "Acme"}).status_code == 200
    assert alice.put(SYNC, {"email": "jane@example.com", "tags": []}).json()["lead_id"] == first


def test_an_id_wins_over_an_address(alice: Client) -> None:
    make_lead(alice, email="jane@example.com")
    lead_id = make_lead(alice, email="ana@example.com")
    body = {"email": "jane@example.com", "deep": {"lead_id": lead_id}, "tags": []}
    assert alice.put(SYNC, body).json()["lead_id"] == lead_id


def test_the_keys_are_found_at_any_depth(alice: Client) -> None:
    lead_id = make_lead(alice, email="jane@example.com")
    body = {"event": [1, {"contact": {"email": "jane@example.com"}}], "data": {"list": [[{"tags": ["VIP"]}]]}}
    assert alice.put(SYNC, body).json()["lead_id"] == lead_id
    assert lead_slugs(alice, lead_id) == ["vip"]


def test_the_key_nearest_to_the_top_counts(alice: Client) -> None:
    lead_id = make_lead(alice)
    body = {"a": {"b": {"tags": ["deep"], "lead_id": NOBODY}}, "c": {"tags": ["near"], "lead_id": lead_id}}
    alice.put(SYNC, body)
    assert lead_slugs(alice, lead_id) == ["near"]


@pytest.mark.parametrize("nothing", [None, ""])
def test_an_empty_key_counts_as_absent(alice: Client, nothing: Any) -> None:
    lead_id = make_lead(alice, email="jane@example.com")
    body = {"lead_id": nothing, "tags": None, "data": {"email": "jane@example.com", "tags": ["VIP"]}}
    assert alice.put(SYNC, body).json()["lead_id"] == lead_id


def test_an_unknown_address_makes_no_tags(alice: Client, charlie: Client) -> None:
    make_lead(alice, email="jane@example.com")
    answer = charlie.put(SYNC, {"email": "jane@example.com", "tags": ["VIP"]})
    assert (answer.status_code, answer.json()) == (404, LEAD_NOT_FOUND)
    assert slugs(charlie) == []


def test_an_archived_lead_is_not_found(alice: Client) -> None:
    lead_id = make_lead(alice, email="jane@example.com")
    assert alice.delete(f"{LEADS}/{lead_id}").status_code == 200
    for key in ({"lead_id": lead_id}, {"email": "jane@example.com"}):
        assert alice.put(SYNC, {**key, "tags": []}).json() == LEAD_NOT_FOUND


@pytest.mark.parametrize(
    ("body", "error"),
    [
        ({"tags": ["VIP"]}, "lead_id or email is required"),
        ({}, "lead_id or email is required"),
        ({"lead_id": 5, "tags": []}, "lead_id must be a string"),
        ({"email": {"a": 1}, "tags": []}, "email must be a string"),
        ({"email": "jane@example.com"}, "tags must be an array of strings"),
        ({"email": "jane@example.com", "tags": None}, "tags must be an array of strings"),
        ({"email": "jane@example.com", "tags": "VIP"}, "tags must be an array of strings"),
        ({"email": "jane@example.com", "tags": ["VIP", 5]}, "tags must be an array of strings"),
        ({"email": "jane@example.com", "tags": [["VIP"]]}, "tags must be an array of strings"),
        ({"email": "jane@example.com", "tags": ["VIP", " "]}, "Tag name is required"),
        ({"email": "jane@example.com", "tags": ["VIP", "!?"]}, "Tag name must have a letter or a digit: !?"),
        ({"email": "jane@example.com", "tags": ["x" * 201]}, "Tag name must have at most 200 characters"),
        ({"email": "jane@example.com", "tags": ["ﷺ" * 200]}, "Tag slug must have at most 200 characters"),
        ({"email": "jane@example.com", "tags": ["x"] * 1001}, "Maximum 1000 tags per request"),
        ({"email": "jane@example.com", "tags": ["V\0P"]}, "Text must not contain NUL characters"),
        ([], "Request body must be an object"),
    ],
)
def test_a_wrong_sync_is_refused_and_changes_nothing(alice: Client, body: Any, error: str) -> None:
    lead_id = make_lead(alice, email="jane@example.com")
    sync(alice, lead_id, "Old")
    answer = alice.put(SYNC, body)
    assert (answer.status_code, answer.json()) == (400, {"error": error})
    assert (lead_slugs(alice, lead_id), slugs(alice)) == (["old"], ["old"])


def test_syncs_of_one_lead_at_once_leave_the_tags_of_one_of_them(alice: Client) -> None:
    lead_id = make_lead(alice)
    wishes = [["a", "b"], ["b", "c"], ["c", "a"], []]
    answers = alice.together(*[("PUT", SYNC, {"lead_id": lead_id, "tags": names}) for names in wishes])
    assert [answer.status_code for answer in answers] == [200] * 4
    assert sorted(lead_slugs(alice, lead_id)) in [sorted(names) for names in wishes]


def test_a_new_name_on_several_leads_at_once_is_one_tag(alice: Client) -> None:
    ids = [make_lead(alice) for _ in range(4)]
    answers = alice.together(*[("PUT", SYNC, {"lead_id": id_, "tags": ["VIP"]}) for id_ in ids])
    assert [answer.status_code for answer in answers] == [200] * 4
    assert slugs(alice) == ["vip"]


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("VIP", "vip"),
        ("Follow-up", "follow-up"),
        ("  Hot   Lead!! ", "hot-lead"),
        ("hot_lead", "hot-lead"),
        ("Año Ñandú 2", "año-ñandú-2"),
        ("An\u0303o", "año"),
        ("Straße", "strasse"),
        ("हिन्दी", "हिन्दी"),
        ("❤\ufe0f hot", "hot"),
        ("🔥", ""),
        ("--", ""),
    ],
)
def test_a_slug_is_the_letters_and_digits_of_a_name(name: str, slug: str) -> None:
    assert slugify(name) == slug

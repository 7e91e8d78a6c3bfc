"""The do-not-call list in the settings of the console."""

from typing import Any

import pytest

from tests.conftest import Cast, Client, Clock

LIST = "/console/settings/do-not-call"
REMOVE = f"{LIST}/remove"


def paste(client: Client, *lines: str, **options: Any) -> Any:
    answer = client.post(LIST, {"lines": list(lines), **options})
    assert answer.status_code == 201, answer.text
    return answer.json()


def numbers(client: Client, **query: Any) -> list[str]:
    return [entry["phone_number"] for entry in client.get(LIST, params=query).json()["data"]]


def test_a_pasted_list_is_added_and_what_was_there_stays(alice: Client, clock: Clock) -> None:
    paste(alice, "+1 415 555 0100", reason="first")
    clock.forward(seconds=1)
    answer = paste(alice, "+1 (415) 555-0100", "+14155550101", "", "+1 415 555 0101", reason="second")
    assert answer == {"added": 1, "already_there": 1, "problems": []}
    shown = alice.get(LIST).json()
    assert [(entry["phone_number"], entry["reason"]) for entry in shown["data"]] == [
        ("+14155550101", "second"),
        ("+14155550100", "first"),
    ]
    assert shown["total"] == 2


def test_lines_that_cannot_be_read_are_named_and_the_others_are_added(alice: Client) -> None:
    answer = paste(alice, "phone,reason", "+14155550100", "4155550101", "+1 415 5")
    assert answer == {
        "added": 1,
        "already_there": 0,
        "problems": [
            {"line": 1, "problem": "holds no phone number"},
            {"line": 3, "problem": "4155550101 is no phone number with its country code, such as +1 415 555 0100"},
            {"line": 4, "problem": "+1 415 5 is no phone number with its country code, such as +1 415 555 0100"},
        ],
    }


def test_numbers_without_a_country_code_belong_to_the_region_that_is_named(alice: Client) -> None:
    assert paste(alice, "(415) 555-0101", "(2) 2345 6789", region="us")["added"] == 1
    assert numbers(alice) == ["+14155550101"]


def test_rows_of_a_table_give_the_number_and_the_reason(alice: Client) -> None:
    paste(alice, '17;"+14155550100";2026-03-31;asked us to stop', "+14155550101, +14155550102", reason="by post")
    shown = alice.get(LIST).json()["data"]
    assert {entry["phone_number"]: entry["reason"] for entry in shown} == {
        "+14155550100": "17, 2026-03-31, asked us to stop",
        "+14155550101": "by post",
        "+14155550102": "by post",
    }


def test_a_number_on_the_list_shows_on_the_surface(alice: Client) -> None:
    paste(alice, "+14155550100", reason="asked")
    surface, console = alice.get("/v1/do-not-call").json()["data"], alice.get(LIST).json()["data"]
    assert surface == console


def test_search_finds_parts_of_numbers_and_of_reasons(alice: Client) -> None:
    paste(alice, "+14155550100, a lawyer wrote", "+14155550177, 100% sure", "+56912345678")
    assert numbers(alice, search="555 01") == ["+14155550177", "+14155550100"]
    assert numbers(alice, search="LAWYER") == ["+14155550100"]
    assert numbers(alice, search="100%") == ["+14155550177", "+14155550100"]
    assert numbers(alice, search="0%") == ["+14155550177", "+14155550100"]
    assert numbers(alice, search="nobody") == []


def test_the_list_comes_in_pages(alice: Client, clock: Clock) -> None:
    paste(alice, *(f"+1415555010{digit}" for digit in range(5)))
    clock.forward(seconds=1)
    paste(alice, "+14155550109")
    first = alice.get(LIST, params={"limit": 4}).json()
    second = alice.get(LIST, params={"limit": 4, "cursor": first["next"]}).json()
    assert [entry["phone_number"][-1] for entry in first["data"] + second["data"]] == ["9", "4", "3", "2", "1", "0"]
    assert (first["total"], second["total"], second["next"]) == (6, 6, None)


def test_entries_are_removed_together(alice: Client, charlie: Client) -> None:
    paste(charlie, "+14155550100")
    theirs = charlie.get(LIST).json()["data"][0]["id"]
    paste(alice, "+14155550100", "+14155550101", "+14155550102")
    ids = [entry["id"] for entry in alice.get(LIST).json()["data"]]
    assert alice.post(REMOVE, {"ids": [*ids[:2], theirs]}).json() == {"removed": 2}
    assert numbers(alice) == ["+14155550100"]
    assert numbers(charlie) == ["+14155550100"]


def test_a_paste_that_is_repeated_under_its_key_answers_the_same(alice: Client) -> None:
    request = {"lines": ["+14155550100"]}
    first, again = (alice.post(LIST, request, headers={"Idempotency-Key": "p1"}) for _ in range(2))
    assert first.json() == again.json() == {"added": 1, "already_there": 0, "problems": []}


def test_equal_lists_that_come_together_are_stored_once(alice: Client) -> None:
    request = ("POST", LIST, {"lines": ["+14155550100", "+14155550101"]})
    answers = alice.together(request, request, request)
    assert sorted(answer.json()["added"] for answer in answers) == [0, 0, 2]


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({}, "lines is required"),
        ({"lines": []}, "lines must be an array of length >= 1"),
        ({"lines": ["x"] * 1001}, "lines must be an array of length <= 1000"),
        ({"lines": "+14155550100"}, "lines must be an array"),
        ({"lines": [1]}, "lines[0] must be a string"),
        ({"lines": ["x"], "reason": "x" * 1001}, "reason must be a string of length <= 1000"),
        ({"lines": ["x\0"]}, "Text must not contain NUL characters"),
    ],
)
def test_a_wrong_body_is_refused(alice: Client, body: Any, message: str) -> None:
    answer = alice.post(LIST, body)
    assert (answer.status_code, answer.json()["message"]) == (400, message)


@pytest.mark.parametrize(
    "line", ["<script>alert(1)</script>", "\ud83d", "9" * 3000, "+" * 50, "\u0661\u0662\u0663\u0664\u0665\u0666"]
)
def test_a_strange_line_is_a_problem_of_that_line(alice: Client, line: str) -> None:
    if line == "\ud83d":
        answer = alice.request(
            "POST", LIST, content=b'{"lines": ["\\ud83d"]}', headers={"Content-Type": "application/json"}
        )
        assert answer.status_code in (201, 400)
        return
    answer = paste(alice, line)
    assert answer["added"] == 0
    assert len(answer["problems"]) == 1


@pytest.mark.parametrize(
    "query", [{"cursor": "x"}, {"cursor": "\0"}, {"limit": 0}, {"limit": 1000}, {"search": "x" * 201}]
)
def test_a_wrong_query_is_refused(alice: Client, query: Any) -> None:
    assert alice.get(LIST, params=query).status_code == 400


@pytest.mark.parametrize("search", ["\0", "%_\\", "'; --", "\u200b"])
def test_strange_searches_find_nothing(alice: Client, search: str) -> None:
    paste(alice, "+14155550100")
    answer = alice.get(LIST, params={"search": search})
    assert answer.status_code in (200, 400)
    assert not answer.json().get("data")


def test_ids_that_are_none_are_refused(alice: Client) -> None:
    assert alice.post(REMOVE, {"ids": ["x"]}).status_code == 400


def test_only_who_may_write_workflows_changes_the_list(cast: Cast, alice: Client, bob: Client) -> None:
    viewer = cast.member("Acme", scopes=("workflows:read",))
    paste(alice, "+14155550100")
    assert numbers(viewer) == ["+14155550100"]
    assert viewer.post(LIST, {"lines": ["+14155550101"]}).status_code == 403
    assert viewer.post(REMOVE, {"ids": ["x"]}).status_code == 403
    assert bob.get(LIST).status_code == 403
    assert cast.stranger().get(LIST).status_code == 401

"""What can be set on a workflow, saved whole: the second of two who save is told."""

from typing import Any

from tests.conftest import Client
from tests.web.console.nurture import CONSOLE, Nurture


def test_settings_are_read_and_saved_whole(nurture: Nurture, alice: Client) -> None:
    read = nurture.get("settings")
    assert (read["name"], read["goal_type"], read["settings"]) == ("Lead nurture", "qualification", {})
    body = {
        "name": "Nurture II", "description": None, "goal_type": "sale", "expected": read["digest"],
        "settings": {"timezone": "America/Santiago", "max_attempts_per_day": 2},
    }  # fmt: skip
    saved = alice.put(f"{CONSOLE}/{nurture.id}/settings", body)
    assert saved.status_code == 200
    again = {**body, "expected": saved.json()["digest"], "settings": {"timezone": "UTC"}}
    saved = alice.put(f"{CONSOLE}/{nurture.id}/settings", again).json()
    assert saved == {**nurture.get("settings"), "name": "Nurture II", "description": None, "goal_type": "sale"}
    assert saved["settings"] == {"timezone": "UTC"}


def test_of_two_who_save_settings_the_second_is_told_what_the_first_changed(nurture: Nurture, alice: Client) -> None:
    read = nurture.get("settings")
    body = {"name": "First", "goal_type": "sale", "settings": {}, "expected": read["digest"]}
    assert alice.put(f"{CONSOLE}/{nurture.id}/settings", body).status_code == 200
    refused = alice.put(f"{CONSOLE}/{nurture.id}/settings", {**body, "name": "Second"})
    assert refused.status_code == 409
    assert refused.json()["current"] == nurture.get("settings")
    assert refused.json()["current"]["name"] == "First"


WRONG_SETTINGS: list[tuple[dict[str, Any], str]] = [
    ({"name": " "}, "name is required"),
    ({"name": 7}, "name must be a string"),
    ({"goal_type": "fame"}, "goal_type must be one of"),
    ({"description": "x" * 10_001}, "description must have at most"),
    ({"settings": {"timezone": "Mars"}}, "timezone"),
    ({"settings": {"max_attempts_per_day": 0}}, "max_attempts_per_day"),
    ({"settings": {"colour": "red"}}, "is not a setting of a workflow"),
    ({"settings": []}, "settings must be an object"),
]


def test_wrong_settings_are_refused_and_nothing_is_saved(nurture: Nurture) -> None:
    read = nurture.get("settings")
    for change, message in WRONG_SETTINGS:
        body = {"name": "Other", "goal_type": "sale", "settings": {}, "expected": read["digest"], **change}
        refused = nurture.client.put(f"{CONSOLE}/{nurture.id}/settings", body)
        assert (refused.status_code, message in refused.json()["message"]) == (400, True), refused.text
    assert nurture.get("settings") == read

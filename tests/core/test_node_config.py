"""What the config of a node has to be."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pointsman.core.actions import ACTIONS, Action, read_action
from pointsman.core.node_config import check_config
from pointsman.core.workflow import NodeType

ACTION_CONFIGS: dict[str, dict[str, Any]] = {
    "webhook": {"url": "https://example.com/hook"},
    "email": {"from": "a@example.com", "subject": "Hello", "text": "Hi {{first_name}}"},
    "sms": {"from": "+15005550006", "body": "Hi"},
    "whatsapp": {"from": "+15005550006", "body": "Hi"},
    "assign_rep": {"rep_id": "ana"},
    "set_status": {"status_key": "contacted"},
    "add_tag": {"tag": "hot"},
    "update_lead": {"metadata": {"stage": "warm"}},
}


def fields(node_type: str, config: dict[str, Any], *, complete: bool) -> list[str]:
    return [field for field, _ in check_config(node_type, config, complete=complete)]


@pytest.mark.parametrize("node_type", NodeType)
def test_while_it_is_drawn_a_node_may_lack_everything(node_type: str) -> None:
    assert fields(node_type, {}, complete=False) == []


@pytest.mark.parametrize(
    "config",
    [
        {"condition_field": "", "branches": []},
        {"condition_field": "plan", "branches": ["gold", ""]},
        {"logic": "AND", "rules": []},
        {"rules": [{"field": "", "operator": "equals", "value": ""}]},
        {"rules": [{"field": "size", "operator": "greater_than", "value": ""}]},
    ],
)
def test_while_it_is_drawn_a_branch_may_be_half_filled_in(config: dict[str, Any]) -> None:
    assert fields("CONDITIONAL", config, complete=False) == []
    assert fields("CONDITIONAL", config, complete=True) != []


@pytest.mark.parametrize(
    ("node_type", "missing"),
    [
        ("VOICE_CALL", ["config.agent_id", "config.from_phone_number"]),
        ("TIME", ["config.delay_hours"]),
        ("CONDITIONAL", ["config.condition_field", "config.branches"]),
        ("APPLICATION", ["config.action_key"]),
        ("CONVERTED", []),
        ("DROPPED", []),
    ],
)
def test_when_it_is_activated_it_lacks_nothing(node_type: str, missing: list[str]) -> None:
    assert fields(node_type, {}, complete=True) == missing


@pytest.mark.parametrize("complete", [False, True])
@pytest.mark.parametrize(
    ("node_type", "config", "wrong"),
    [
        ("VOICE_CALL", {"agent_id": 5, "from_phone_number": "  "}, ["config.agent_id", "config.from_phone_number"]),
        ("VOICE_CALL", {"agent_id": "a", "from_phone_number": "1" * 201}, ["config.from_phone_number"]),
        ("TIME", {"delay_hours": "two"}, ["config.delay_hours"]),
        ("TIME", {"delay_hours": -1}, ["config.delay_hours"]),
        ("CONDITIONAL", {"condition_field": "a", "branches": "b"}, ["config.branches"]),
        ("APPLICATION", {"action_key": "dance"}, ["config.action_key"]),
        ("APPLICATION", {"function_key": 5}, ["config.function_key"]),
        ("APPLICATION", {"action_key": "sms", "action_config": []}, ["config.action_config"]),
        (
            "APPLICATION",
            {"action_key": "sms", "action_config": {"from": 5, "body": ["x"]}},
            ["config.action_config.from", "config.action_config.body"],
        ),
        ("APPLICATION", {"action_key": "webhook", "action_config": {"url": "ftp://x"}}, ["config.action_config.url"]),
        (
            "APPLICATION",
            {"action_key": "update_lead", "action_config": {"fields": [], "metadata": {"a": 1}}},
            ["config.action_config.fields"],
        ),
        ("DROPPED", {"status_key": 5}, ["config.status_key"]),
    ],
)
def test_what_is_wrong_is_wrong_at_any_time(
    node_type: str, config: dict[str, Any], wrong: list[str], *, complete: bool
) -> None:
    assert fields(node_type, config, complete=complete) == wrong


@pytest.mark.parametrize("kind", ACTIONS)
def test_every_action_is_read_when_it_has_what_it_needs(kind: str) -> None:
    config = {"action_key": kind, "action_config": ACTION_CONFIGS[kind]}
    assert fields("APPLICATION", config, complete=True) == []
    assert read_action(config) == Action(kind=kind, config=ACTION_CONFIGS[kind])


@pytest.mark.parametrize(
    ("kind", "needs"),
    [
        ("webhook", ["url is required"]),
        ("email", ["from is required", "subject is required", "text is required, or html"]),
        ("sms", ["body is required", "from is required"]),
        ("whatsapp", ["body is required", "from is required"]),
        ("assign_rep", ["ruleset_id is required, or rep_id"]),
        ("set_status", ["status_key is required"]),
        ("add_tag", ["tag is required, or tag_id, or slug"]),
        ("update_lead", ["fields is required, or metadata"]),
    ],
)
def test_an_action_that_lacks_something_says_what(kind: str, needs: list[str]) -> None:
    config = {"action_key": kind, "action_config": {}}
    problems = [f"{field} {reason}" for field, reason in check_config("APPLICATION", config, complete=True)]
    assert problems == [f"config.action_config.{need}" for need in needs]
    assert read_action(config) is None


@pytest.mark.parametrize(
    ("config", "kind"),
    [
        ({"function_key": "sms"}, "sms"),
        ({"provider_key": "wati"}, "whatsapp"),
        ({"provider_key": "resend", "action_key": "send_email"}, "email"),
        ({"action_key": "webhook", "provider_key": "wati"}, "webhook"),
        ({"provider_key": "unheard of"}, None),
    ],
)
def test_an_action_is_found_under_every_key_it_can_have(config: dict[str, Any], kind: str | None) -> None:
    settings = ACTION_CONFIGS[kind] if kind else {}
    found = read_action({**config, "action_config": settings})
    assert (found.kind if found else None) == kind


def test_the_address_of_a_webhook_can_be_a_template() -> None:
    config = {"action_key": "webhook", "action_config": {"url": "{{ hook }}"}}
    assert fields("APPLICATION", config, complete=True) == []


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=8,
)
_NAMES = [
    "agent_id",
    "delay_hours",
    "value",
    "unit",
    "time_source",
    "pca_field",
    "branches",
    "rules",
    "condition_field",
]
_CONFIG = st.dictionaries(st.sampled_from([*_NAMES, "action_key", "provider_key", "action_config"]), _JSON)


@given(node_type=st.sampled_from(list(NodeType)), config=_CONFIG, complete=st.booleans())
def test_no_config_makes_the_checks_raise(node_type: str, config: dict[str, Any], *, complete: bool) -> None:
    check_config(node_type, config, complete=complete)
    read_action(config)

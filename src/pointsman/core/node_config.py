"""What the config of a node has to be, by the type of the node (contract 3.1, design section 6)."""

import re
from collections.abc import Mapping

from pointsman.core.actions import check_action
from pointsman.core.branching import check_branching
from pointsman.core.delay import check_delay
from pointsman.core.values import Json
from pointsman.core.workflow import NodeType

LONGEST_TEXT = 200
"""Of the texts that name an agent, a number or a status."""

Problems = list[tuple[str, str]]

_STEP = re.compile(r"([^.\[\]]+)")


def check_config(node_type: str, config: Mapping[str, Json], *, complete: bool) -> Problems:
    """Say what is wrong with the config of a node, as `(field, reason)`; what is missing only when it is `complete`.

    A graph is drawn step by step, so until it is activated a node may still lack something.
    """
    return [(f"config.{field}", reason) for field, reason in _check(node_type, config, complete=complete)]


def _check(node_type: str, config: Mapping[str, Json], *, complete: bool) -> Problems:
    match node_type:
        case NodeType.VOICE_CALL:
            problems = [*_check_text(config, "agent_id"), *_check_text(config, "from_phone_number")]
        case NodeType.TIME:
            problems = check_delay(config)
        case NodeType.CONDITIONAL:
            problems = check_branching(config)
            return problems if complete else [found for found in problems if not _is_unfinished(config, found[0])]
        case NodeType.APPLICATION:
            return check_action(config, complete=complete)
        case _:
            return [] if _is_missing(config, "status_key") else _check_text(config, "status_key")
    return problems if complete else [problem for problem in problems if not _is_missing(config, problem[0])]


def _check_text(config: Mapping[str, Json], name: str) -> Problems:
    value = config.get(name)
    if value is None or value == "":
        return [(name, "is required")]
    if not isinstance(value, str) or not value.strip():
        return [(name, "must be a text that is not blank")]
    return [] if len(value) <= LONGEST_TEXT else [(name, f"must have at most {LONGEST_TEXT} characters")]


def _is_missing(config: Mapping[str, Json], field: str) -> bool:
    """Tell whether a config says nothing at all in a field."""
    return config.get(field) in (None, "")


def _is_unfinished(config: Mapping[str, Json], field: str) -> bool:
    """Tell whether a branch says nothing yet in a field, such as `rules[0].value`, or in a part of it."""
    value: Json = dict(config)
    for step in _STEP.findall(field):
        if isinstance(value, dict):
            value = value.get(step)
        elif isinstance(value, list) and step.isdecimal() and int(step) < len(value):
            value = value[int(step)]
    parts = value.values() if isinstance(value, dict) else value if isinstance(value, list) else [value]
    return not parts or any(part in (None, "") for part in parts)

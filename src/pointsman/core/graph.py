"""A workflow's graph: nodes joined by edges, and what makes it fit to run."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pointsman.core.ids import prefixed
from pointsman.core.workflow import TERMINAL_NODES, NodeType

REQUIRED_CONFIG: Mapping[str, Sequence[str]] = {NodeType.VOICE_CALL: ("agent_id", "from_phone_number")}
"""The texts that the config of a node cannot do without, by node type."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Node:
    """A node, as far as activation looks at it."""

    id: str
    node_type: str
    label: str
    config: Mapping[str, Any]

    def __str__(self) -> str:
        """Name the node so that whoever drew it finds it."""
        return f'node "{self.label}" ({prefixed("node", self.id)})'


@dataclass(frozen=True, kw_only=True, slots=True)
class Edge:
    """A way from one node to another."""

    from_node_id: str
    to_node_id: str


def find_problems(nodes: Sequence[Node], edges: Sequence[Edge]) -> list[str]:
    """Say everything that keeps a graph from being activated; nothing when it is fit to run."""
    if not nodes:
        return ["the workflow has no nodes"]
    left = {edge.from_node_id for edge in edges}
    dead_ends = [
        f"{node}: it needs an outgoing edge, because it is a {node.node_type} and leads would stay there"
        for node in nodes
        if node.node_type not in TERMINAL_NODES and node.id not in left
    ]
    return [*_entry_problems(nodes, edges), *dead_ends, *_config_problems(nodes)]


def _entry_problems(nodes: Sequence[Node], edges: Sequence[Edge]) -> list[str]:
    """The entry is the only node without an incoming edge."""
    reached = {edge.to_node_id for edge in edges}
    entries = [node for node in nodes if node.id not in reached]
    if not entries:
        return ["the workflow has no entry node: every node has an incoming edge, and exactly one must have none"]
    if len(entries) == 1:
        return []
    return [
        f"{node}: it is one of {len(entries)} nodes without an incoming edge, and only the entry node may have none"
        for node in entries
    ]


def _config_problems(nodes: Sequence[Node]) -> list[str]:
    problems = []
    for node in nodes:
        for name in REQUIRED_CONFIG.get(node.node_type, ()):
            value = node.config.get(name)
            if value is None or value == "":
                problems.append(f"{node}: config.{name} is required")
            elif not isinstance(value, str) or not value.strip():
                problems.append(f"{node}: config.{name} must be a text that is not blank")
    return problems

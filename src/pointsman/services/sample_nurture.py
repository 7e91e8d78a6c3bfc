"""The sample nurture sequence: up to three calls, two days apart; whoever is interested is converted."""

from datetime import datetime

from sqlalchemy import Connection

from pointsman.core.workflow import NodeType
from pointsman.services.graphs import add_edge, add_node
from pointsman.services.sample import Graph
from pointsman.services.workflows import create_workflow

NAME = "Lead nurture"
DESCRIPTION = "Calls up to three times, two days apart; whoever is interested is converted."

_CALL = {"agent_id": "sample-agent", "from_phone_number": "+15005550006"}
_TWO_DAYS = {"value": 2, "unit": "days"}
_INTEREST = {"condition_field": "postcall_analysis.interest", "branches": ["interested", "not_interested"]}

GRAPH = Graph(
    nodes={
        "First call": (NodeType.VOICE_CALL, _CALL),
        "Wait two days": (NodeType.TIME, _TWO_DAYS),
        "Second call": (NodeType.VOICE_CALL, _CALL),
        "Wait two more days": (NodeType.TIME, _TWO_DAYS),
        "Third call": (NodeType.VOICE_CALL, _CALL),
        "Interested?": (NodeType.CONDITIONAL, _INTEREST),
        "Converted": (NodeType.CONVERTED, {}),
        "Not interested": (NodeType.DROPPED, {}),
        "Unresponsive": (NodeType.DROPPED, {}),
    },
    edges=[
        ("First call", "Interested?", "COMPLETED"),
        ("First call", "Wait two days", None),
        ("Wait two days", "Second call", None),
        ("Second call", "Interested?", "COMPLETED"),
        ("Second call", "Wait two more days", None),
        ("Wait two more days", "Third call", None),
        ("Third call", "Interested?", "COMPLETED"),
        ("Third call", "Unresponsive", None),
        ("Interested?", "Converted", "interested"),
        ("Interested?", "Not interested", None),
    ],
)

_COLUMN, _ROW = 340.0, 220.0
_PLACES = {
    "First call": (0, 0),
    "Wait two days": (1, 1),
    "Second call": (2, 1),
    "Wait two more days": (3, 2),
    "Third call": (4, 2),
    "Interested?": (5, 0),
    "Converted": (6, 0),
    "Not interested": (6, 1),
    "Unresponsive": (5, 2),
}
"""Column and row of each node on the canvas."""


def make_nurture(tx: Connection, org_id: str, now: datetime, name: str) -> str:
    """Make a draft of the sequence, and return its id."""
    workflow_id = create_workflow(tx, org_id, now, name=name, description=DESCRIPTION, goal_type="qualification")
    ids = {}
    for label, (node_type, config) in GRAPH.nodes.items():
        column, row = _PLACES[label]
        node = add_node(
            tx, org_id, workflow_id, now, node_type=node_type, label=label,
            position_x=column * _COLUMN, position_y=row * _ROW, config=dict(config),
        )  # fmt: skip
        ids[label] = node.id
    for start, end, outcome in GRAPH.edges:
        add_edge(tx, org_id, workflow_id, now, from_node_id=ids[start], to_node_id=ids[end], label=outcome)
    return workflow_id

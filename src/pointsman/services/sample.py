"""The sample organization: four workflows, and a processor that routes by budget, language and city.

`examples/README.md` describes it and `examples/leads.csv` fits it; the three belong together.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from pointsman.core.access import KeyStyle
from pointsman.core.workflow import NodeType
from pointsman.services.access import create_key, organization_id
from pointsman.services.campaigns import create_campaign
from pointsman.services.graphs import activate_workflow, add_edge, add_node
from pointsman.services.processors import RuleDraft, create_processor, create_rule
from pointsman.services.workflows import create_workflow
from pointsman.storage.access import any_organization

ORGANIZATION = "sample"
CAMPAIGN = "Spring launch"
PROCESSOR = "Language and budget"
DEFAULT_WORKFLOW = "English nurture"

_CALL = {"agent_id": "sample-agent", "from_phone_number": "+15005550006"}
_GAP = 160.0
"""Between two nodes on the canvas."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Graph:
    """A sample workflow: its nodes by label, and its edges as (from, to, label)."""

    nodes: Mapping[str, tuple[NodeType, Mapping[str, Any]]]
    edges: Sequence[tuple[str, str, str | None]]


def _wait_then_convert(hours: int) -> Graph:
    return Graph(
        nodes={"Wait": (NodeType.TIME, {"delay_hours": hours}), "Done": (NodeType.CONVERTED, {})},
        edges=[("Wait", "Done", None)],
    )


WORKFLOWS: Mapping[str, Graph] = {
    "English nurture": _wait_then_convert(48),
    "Spanish nurture": _wait_then_convert(48),
    "Premium": Graph(
        nodes={
            "First call": (NodeType.VOICE_CALL, _CALL),
            "Wait four hours": (NodeType.TIME, {"delay_hours": 4}),
            "Second call": (NodeType.VOICE_CALL, _CALL),
            "Reached": (NodeType.CONVERTED, {}),
            "Not reached": (NodeType.DROPPED, {}),
        },
        edges=[
            ("First call", "Reached", "COMPLETED"),
            ("First call", "Wait four hours", None),
            ("Wait four hours", "Second call", None),
            ("Second call", "Reached", "COMPLETED"),
            ("Second call", "Not reached", None),
        ],
    ),
    "Follow-up": _wait_then_convert(1),
}

RULES: Sequence[tuple[str, str, Sequence[Mapping[str, Any]]]] = (
    ("Big budget", "Premium", [{"field": "metadata.budget", "operator": "gte", "value": 5000}]),
    ("Speaks Spanish", "Spanish nurture", [{"field": "metadata.language", "operator": "eq", "value": "ES"}]),
    (
        "Spanish-speaking city",
        "Spanish nurture",
        [{"field": "metadata.city", "operator": "in", "value": ["Madrid", "CDMX", "Santiago", "Bogotá"]}],
    ),
    (
        "Works at a school",
        "Follow-up",
        [{"field": "email", "operator": "regex", "value": r"\.(edu|ac\.uk)$"}],
    ),
    ("Asked for a call back", "Follow-up", [{"field": "metadata.call_back", "operator": "exists"}]),
)
"""Name, workflow and conditions of each rule, in the order in which they are tried."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Sample:
    """What somebody needs to start with the sample."""

    key: str
    processor_id: str


def make_sample(tx: Connection, now: datetime) -> Sample | None:
    """Make the sample organization in an empty database; None, and nothing done, in any other."""
    if any_organization(tx):
        return None
    key = create_key(
        tx, organization=ORGANIZATION, name="sample", style=KeyStyle.NEXOR, scopes=(), expires_at=None, now=now
    )
    org_id = organization_id(tx, ORGANIZATION, now)
    create_campaign(tx, org_id, now, name=CAMPAIGN)
    workflow_ids = {name: _make_workflow(tx, org_id, now, name, graph) for name, graph in WORKFLOWS.items()}
    processor = create_processor(
        tx,
        org_id,
        now,
        name=PROCESSOR,
        description="Big budgets get a call; everybody else is written to in their language.",
        default_workflow_id=workflow_ids[DEFAULT_WORKFLOW],
    )
    for name, workflow, conditions in RULES:
        rule = RuleDraft(name=name, workflow_id=workflow_ids[workflow], conditions=conditions)
        create_rule(tx, org_id, processor.id, now, rule)
    return Sample(key=key, processor_id=processor.id)


def _make_workflow(tx: Connection, org_id: str, now: datetime, name: str, graph: Graph) -> str:
    workflow_id = create_workflow(tx, org_id, now, name=name)
    node_ids = {
        label: add_node(
            tx,
            org_id,
            workflow_id,
            now,
            node_type=node_type,
            label=label,
            position_x=0.0,
            position_y=_GAP * place,
            config=dict(config),
        ).id
        for place, (label, (node_type, config)) in enumerate(graph.nodes.items())
    }
    for start, end, label in graph.edges:
        add_edge(tx, org_id, workflow_id, now, from_node_id=node_ids[start], to_node_id=node_ids[end], label=label)
    activate_workflow(tx, org_id, workflow_id, now)
    return workflow_id

"""The sample organization: four workflows and a processor that routes by language, budget and city.

`examples/README.md` describes it and `examples/leads.csv` fits it; keep the three together.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from pointsman.core.access import KeyStyle
from pointsman.core.workflow import NodeType, WorkflowStatus
from pointsman.services.access import create_key, organization_id
from pointsman.services.graphs import add_edge, add_node
from pointsman.services.processors import create_processor, create_rule
from pointsman.services.workflows import create_workflow
from pointsman.storage.access import any_organization

ORGANIZATION = "sample"
PROCESSOR = "Language and budget"
DEFAULT_WORKFLOW = "English nurture"

WORKFLOWS: Mapping[str, Sequence[tuple[str, NodeType, Mapping[str, Any]]]] = {
    "English nurture": (
        ("Wait two days", NodeType.TIME, {"delay_hours": 48}),
        ("Nurtured", NodeType.CONVERTED, {}),
    ),
    "Spanish nurture": (
        ("Wait two days", NodeType.TIME, {"delay_hours": 48}),
        ("Nurtured", NodeType.CONVERTED, {}),
    ),
    "Premium": (
        ("First call", NodeType.VOICE_CALL, {}),
        ("Wait four hours", NodeType.TIME, {"delay_hours": 4}),
        ("Second call", NodeType.VOICE_CALL, {}),
        ("Not reached", NodeType.DROPPED, {}),
        ("Reached", NodeType.CONVERTED, {}),
    ),
    "Follow-up": (
        ("Wait an hour", NodeType.TIME, {"delay_hours": 1}),
        ("Followed up", NodeType.CONVERTED, {}),
    ),
}
"""Each workflow's nodes, in the order in which its edges join them."""

RULES: Sequence[tuple[str, str, Sequence[Mapping[str, Any]]]] = (
    (
        "Big budget",
        "Premium",
        (
            {"field": "metadata.budget", "operator": "gte", "value": 5000},
            {"field": "phone", "operator": "exists"},
        ),
    ),
    ("Speaks Spanish", "Spanish nurture", ({"field": "metadata.language", "operator": "eq", "value": "ES"},)),
    (
        "Spanish-speaking city",
        "Spanish nurture",
        ({"field": "metadata.city", "operator": "in", "value": ["Madrid", "Santiago", "CDMX", "Bogotá"]},),
    ),
    (
        "Works at a school",
        "Follow-up",
        ({"field": "email", "operator": "regex", "value": r"@([a-z0-9-]+\.)*(edu|ac\.uk)$"},),
    ),
    ("Asked for a call", "Follow-up", ({"field": "metadata.call_back", "operator": "exists"},)),
)
"""Name, workflow and conditions of each rule, in the order in which they are tried."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Sample:
    """What somebody needs to start with the sample."""

    organization: str
    key: str
    processor_id: str
    processor: str


def make_sample(tx: Connection, now: datetime) -> Sample | None:
    """Make the sample organization in an empty database; None, and nothing done, in any other."""
    if any_organization(tx):
        return None
    key = create_key(
        tx, organization=ORGANIZATION, name="sample", style=KeyStyle.NEXOR, scopes=(), expires_at=None, now=now
    )
    org_id = organization_id(tx, ORGANIZATION, now)
    workflow_ids = {name: _make_workflow(tx, org_id, now, name) for name in WORKFLOWS}
    processor = create_processor(
        tx,
        org_id,
        now,
        name=PROCESSOR,
        description="Big budgets get a call; everybody else gets their language.",
        default_workflow_id=workflow_ids[DEFAULT_WORKFLOW],
    )
    for name, workflow, conditions in RULES:
        create_rule(
            tx, org_id, processor.id, now, name=name, workflow_id=workflow_ids[workflow], conditions=conditions
        )
    return Sample(organization=ORGANIZATION, key=key, processor_id=processor.id, processor=PROCESSOR)


def _make_workflow(tx: Connection, org_id: str, now: datetime, name: str) -> str:
    workflow_id = create_workflow(tx, org_id, now, name=name, status=WorkflowStatus.ACTIVE)
    node_ids = [
        add_node(
            tx,
            org_id,
            workflow_id,
            now,
            node_type=node_type,
            label=label,
            position_x=0.0,
            position_y=120.0 * place,
            config=dict(config),
        ).id
        for place, (label, node_type, config) in enumerate(WORKFLOWS[name])
    ]
    for before, after in zip(node_ids, node_ids[1:], strict=False):
        add_edge(tx, org_id, workflow_id, now, from_node_id=before, to_node_id=after, label=None)
    return workflow_id

"""Small random workflows with leads in them, stored on any database."""

from dataclasses import dataclass
from datetime import datetime
from random import Random
from typing import Any

from sqlalchemy import Connection

from pointsman.core.lead import LeadDraft
from pointsman.core.workflow import NodeType, WorkflowStatus
from pointsman.services.access import organization_id
from pointsman.services.idempotency import Answer
from pointsman.services.intake import IntakeRequest, Stored, take_in
from pointsman.services.minting import new_ids
from pointsman.services.plans import Plans
from pointsman.services.workflows import create_workflow
from pointsman.storage import access, workflows

CALL = {"agent_id": "agt_abc123", "from_phone_number": "+14155550100"}
BRANCHES = ["COMPLETED", "DNP", "BUSY", "FAILED"]
EVERY_DAY = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
OPENS, CLOSES = 9, 18
TRAIL = {"action_key": "update_lead", "action_config": {"metadata": {"trail": "{{trail}}x"}}}
WEBHOOK = {"action_key": "webhook", "action_config": {"url": "https://example.com", "lead": "{{first_name}}"}}

Drawn = tuple[NodeType, dict[str, Any]]


@dataclass(frozen=True, kw_only=True)
class Scene:
    """What a schedule plays with. The first workflow is the one that leads begin in."""

    org_id: str
    workflow_ids: list[str]
    lead_ids: list[str]
    settings: dict[str, Any]
    loops: bool


def draw_scene(tx: Connection, chance: Random, seed: int, now: datetime) -> Scene:
    """Store an organization with one or two workflows, and leads in the first."""
    org_id = organization_id(tx, f"Schedule {seed} {new_ids(now, 1)[0]}", now)
    settings = _draw_settings(chance)
    loops = chance.random() < 0.01
    drawn = []
    for _ in range(1 if chance.random() < 0.8 else 2):
        status = WorkflowStatus.ACTIVE if chance.random() < 0.92 else WorkflowStatus.DRAFT
        workflow_id = create_workflow(tx, org_id, now, name="Flow", status=status, settings=settings)
        _store_graph(tx, chance, org_id, workflow_id, now, loops=loops)
        drawn.append(workflow_id)
    access.bump_config_version(tx, org_id)
    lead_ids = _enrol(tx, chance, org_id, drawn[0], now)
    return Scene(org_id=org_id, workflow_ids=drawn, lead_ids=lead_ids, settings=settings, loops=loops)


def draw_node(chance: Random) -> Drawn:
    """Draw a node that is no end."""
    luck = chance.random()
    if luck < 0.42:
        return NodeType.VOICE_CALL, CALL
    if luck < 0.62:
        return NodeType.TIME, draw_delay(chance)
    if luck < 0.75:
        return NodeType.CONDITIONAL, {"condition_field": "call_status", "branches": BRANCHES}
    return NodeType.APPLICATION, draw_action(chance)


def draw_delay(chance: Random) -> dict[str, Any]:
    """Draw how long a TIME node waits; often not at all."""
    unit = chance.choice(["seconds", "minutes", "hours", "days"])
    return {"value": chance.choice([0, 0, 1, 2, 30]), "unit": unit}


def draw_action(chance: Random) -> dict[str, Any]:
    """Draw an action: most leave a mark for every time they are performed."""
    luck = chance.random()
    if luck < 0.5:
        return TRAIL
    if luck < 0.7:
        return WEBHOOK
    if luck < 0.8:
        return {"action_key": "add_tag", "action_config": {"tag": chance.choice(["hot", "cold"])}}
    if luck < 0.95:
        key = chance.choice(["contacted", "engaged", "qualified", "won", "lost", "unheard-of"])
        return {"action_key": "set_status", "action_config": {"status_key": key}}
    return {"action_key": "nothing we know"}


def _draw_settings(chance: Random) -> dict[str, Any]:
    settings: dict[str, Any] = {}
    if chance.random() < 0.25:
        hours = {"days": EVERY_DAY, "start": f"{OPENS:02}:00", "end": f"{CLOSES:02}:00"}
        settings |= {"timezone": "UTC", "calling_hours": [hours]}
    if chance.random() < 0.3:
        settings["max_attempts_per_day"] = chance.choice([1, 2])
    if chance.random() < 0.2:
        settings["max_simultaneous_calls"] = chance.choice([1, 2])
    return settings


def _store_graph(tx: Connection, chance: Random, org_id: str, workflow_id: str, now: datetime, *, loops: bool) -> None:
    """Nodes lead forward only, unless the schedule is about loops; then those never wait."""
    drawn: list[Drawn] = [draw_node(chance) for _ in range(chance.randint(1, 6))]
    if loops:
        drawn = [chance.choice([(NodeType.APPLICATION, TRAIL), (NodeType.TIME, {"delay_hours": 0})]) for _ in drawn]
    drawn += [(NodeType.CONVERTED, {}), (NodeType.DROPPED, {"status_key": "lost"})]
    ids = iter(new_ids(now, 5 * len(drawn)))
    common = {"org_id": org_id, "workflow_id": workflow_id, "created_at": now}
    place = {"position_x": 0.0, "position_y": 0.0, "updated_at": now}
    nodes = [
        {"id": next(ids), "node_type": kind.value, "label": f"{kind} {at}", "config": config, **common, **place}
        for at, (kind, config) in enumerate(drawn)
    ]
    edges = []
    for at, (kind, _) in enumerate(drawn[:-2]):
        first = 1 if loops else at + 1
        for label in _draw_labels(chance, kind):
            target = nodes[at + 1 if chance.random() < 0.6 else chance.randrange(first, len(nodes))]
            edge = {"from_node_id": nodes[at]["id"], "to_node_id": target["id"], "label": label}
            if edge not in edges:
                edges.append(edge)
    workflows.insert_graph(tx, nodes, [{"id": next(ids), **edge, **common} for edge in edges])


def _draw_labels(chance: Random, kind: NodeType) -> list[str]:
    """Draw the labels of the edges out of a node; now and then one is missing that should be there."""
    match kind:
        case NodeType.VOICE_CALL:
            labels = chance.choice([[""], ["COMPLETED", ""], ["DNP", "COMPLETED", "FAILED"], ["BUSY", "DNP", "", ""]])
        case NodeType.CONDITIONAL:
            labels = chance.choice([[""], ["DNP", ""], ["COMPLETED", "BUSY", "DNP", "FAILED"], ["DNP", "BUSY"]])
        case NodeType.APPLICATION:
            labels = chance.choice([[""], ["success", "failure"], ["success", ""]])
        case _:
            labels = [""]
    return labels if chance.random() < 0.93 else labels[1:]


def _enrol(tx: Connection, chance: Random, org_id: str, workflow_id: str, now: datetime) -> list[str]:
    lead_ids: list[str] = []
    drafts = [
        LeadDraft(
            first_name=f"Ana {number}",
            phone=f"+1415555{2000 + number}" if chance.random() < 0.95 else "12",
            metadata={"trail": ".", "timezone": "UTC"},
            workflow_id=workflow_id,
        )
        for number in range(chance.randint(1, 6))
    ]

    def note(outcomes: Any) -> Answer:
        assert all(isinstance(outcome, Stored) for outcome in outcomes), outcomes
        lead_ids.extend(outcome.accepted.lead_id for outcome in outcomes)
        return Answer(201, b"")

    request = IntakeRequest(org_id=org_id, processor_id=None, items=drafts, single=False, render=note)
    take_in(tx, Plans().open(tx, now), [request], now)
    return lead_ids

"""Short ways to simulate, for the tests of simulations."""

from datetime import UTC, datetime
from typing import Any

from pointsman.core.graph import Edge, Graph, GraphNode, build_graph
from pointsman.core.simulation import Population, simulate
from pointsman.core.simulation_model import read_model
from pointsman.core.simulation_report import Report
from pointsman.core.workflow_settings import read_settings

START = datetime(2026, 3, 2, tzinfo=UTC)
"""A Monday."""

CALL = {"agent_id": "ana", "from_phone_number": "+14155550100"}
INTEREST = {"condition_field": "postcall_analysis.interest", "branches": ["interested", "not_interested"]}
OFFICE = [{"days": ["mon", "tue", "wed", "thu", "fri"], "start": "09:00", "end": "18:00"}]


def draw(nodes: dict[str, tuple[str, dict[str, Any]]], *edges: tuple[str, ...]) -> Graph:
    return build_graph(
        [GraphNode(id=name, type=kind, label=name, config=config) for name, (kind, config) in nodes.items()],
        [Edge(from_node_id=start, to_node_id=end, label=label[0] if label else "") for start, end, *label in edges],
    )


NURTURE = draw(
    {
        "first": ("VOICE_CALL", CALL),
        "two days": ("TIME", {"delay_hours": 48}),
        "second": ("VOICE_CALL", CALL),
        "two more": ("TIME", {"value": 2, "unit": "days"}),
        "third": ("VOICE_CALL", CALL),
        "interested?": ("CONDITIONAL", INTEREST),
        "converted": ("CONVERTED", {}),
        "unresponsive": ("DROPPED", {}),
        "closed": ("DROPPED", {}),
    },
    ("first", "interested?", "COMPLETED"),
    ("first", "two days"),
    ("two days", "second"),
    ("second", "interested?", "COMPLETED"),
    ("second", "two more"),
    ("two more", "third"),
    ("third", "interested?", "COMPLETED"),
    ("third", "unresponsive"),
    ("interested?", "converted", "interested"),
    ("interested?", "closed"),
)
ONE_CALL = draw({"call": ("VOICE_CALL", CALL), "won": ("CONVERTED", {})}, ("call", "won"))


def run(
    graph: Graph,
    leads: int = 100,
    days: int = 30,
    *,
    seed: int = 1,
    start: datetime = START,
    settings: dict[str, Any] | None = None,
    most_steps: int | None = None,
    **model: Any,
) -> Report:
    population = Population(leads=leads, days=days, seed=seed, start=start)
    return simulate(graph, read_settings(settings or {}), population, read_model(model), most_steps=most_steps)


def flow(report: Report) -> dict[str, tuple[int, int, int]]:
    """Entered, waiting and left of each node."""
    return {node.label: (node.entered, node.waiting, node.left) for node in report.nodes}


def ends(report: Report) -> tuple[int, int, int, int]:
    end = report.terminal
    return end.completed, end.dropped, end.active, end.failed

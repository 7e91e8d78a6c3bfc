"""What a simulated lead is like: every fact that a workflow's conditions look at, drawn unless the simulation knows it.

Known are `call_status`, `application.status`, `activities.*`, what the model gives, and what calls have taught. For the
rest, what a lead is (`metadata.plan`) is drawn once per lead, and what a call teaches (`postcall_analysis.interest`)
at each answered call, both from the branches of the switches that read them, each as likely as the other. A condition
whose facts are still not known (rules on a field of which no value is known) is decided by drawing a branch each
time; so is one that the model names.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from pointsman.core.branching import CALL_STATUS, branches_of
from pointsman.core.graph import Graph, GraphNode
from pointsman.core.ids import parse_id
from pointsman.core.simulated_call import chance
from pointsman.core.simulation_model import OutcomeModel, Weights, pick
from pointsman.core.values import Json
from pointsman.core.workflow import NodeType

ANALYSIS, APPLICATION, ACTIVITIES = "postcall_analysis", "application", "activities"
_DRAWN = "drawn:"
"""How the field begins in which the branch of a drawn condition is kept; no field of a lead does."""

Values = dict[str, Json]


@dataclass(frozen=True, kw_only=True, slots=True)
class Draws:
    """What to draw: for each lead its `fields`, at each answered call the `analysis`, at each move the `conditions`.

    In `graph`, drawn conditions are switches on what is drawn.
    """

    graph: Graph
    fields: Sequence[tuple[str, Weights]]
    analysis: Sequence[tuple[str, Weights]]
    conditions: Sequence[tuple[str, Weights]]

    def new_lead(self, seed: str) -> Values:
        """Draw what a lead is."""
        values: Values = {}
        for path, weights in self.fields:
            root, dot, rest = path.partition(".")
            value = pick(weights, chance(seed, f"field:{path}"))
            if not dot:
                values[root] = value
            elif isinstance(scope := values.setdefault(root, {}), dict):
                scope[rest] = value
        if not isinstance(values.get("variables"), dict):
            values["variables"] = {}
        values[ACTIVITIES] = {"count": 0}
        return values

    def new_analysis(self, seed: str) -> Values:
        """Draw what an answered call teaches."""
        return {name: pick(weights, chance(seed, f"analysis:{name}")) for name, weights in self.analysis}

    def decide(self, values: Values, seed: str) -> None:
        """Draw the branches of the conditions that facts do not decide."""
        for key, weights in self.conditions:
            values[key] = pick(weights, chance(seed, key))


def plan_draws(graph: Graph, model: OutcomeModel) -> Draws:
    """Find out what has to be drawn so that every condition of a graph can be decided."""
    conditions = [node for node in graph.nodes.values() if node.type == NodeType.CONDITIONAL]
    given = {node.id: weights for node in conditions if (weights := _given(node, model.conditions)) is not None}
    fields, analysis = dict(model.fields), dict(model.analysis)
    for path, branches in _switches(node for node in conditions if node.id not in given).items():
        root, _, rest = path.partition(".")
        even = tuple((name, 1.0) for name in branches)
        if root == ANALYSIS and rest:
            analysis.setdefault(rest, even)
        elif root not in (ANALYSIS, APPLICATION, ACTIVITIES) and not _is_known(path, fields, analysis):
            fields[path] = even
    drawn = {
        node.id: given.get(node.id) or tuple((name, 1.0) for name in branches_of(node.config))
        for node in conditions
        if node.id in given or not all(_is_known(path, fields, analysis) for path in _paths(node.config))
    }
    return Draws(
        graph=replace(graph, nodes={id_: _switch(node, drawn.get(id_)) for id_, node in graph.nodes.items()}),
        fields=tuple(fields.items()),
        analysis=tuple(analysis.items()),
        conditions=tuple((_DRAWN + id_, weights) for id_, weights in drawn.items() if weights),
    )


def _given(node: GraphNode, conditions: Mapping[str, Weights]) -> Weights | None:
    """Find what the model says of a condition, by its label or by its id in any spelling."""
    if node.label in conditions:
        return conditions[node.label]
    return next((weights for name, weights in conditions.items() if (parse_id(name) or name) == node.id), None)


def _switches(nodes: Iterable[GraphNode]) -> dict[str, list[str]]:
    """List the branches of all switches, by the field they look at."""
    found: dict[str, list[str]] = {}
    for node in nodes:
        path = node.config.get("condition_field")
        if "rules" not in node.config and isinstance(path, str):
            names = found.setdefault(path, [])
            names += [name for name in branches_of(node.config) if name not in names]
    return {path: names for path, names in found.items() if names}


def _paths(config: Mapping[str, Json]) -> list[str]:
    rules = config.get("rules")
    named = [rule.get("field") for rule in rules if isinstance(rule, dict)] if isinstance(rules, list) else []
    if "rules" not in config:
        named = [config.get("condition_field")]
    return [path for path in named if isinstance(path, str)]


def _is_known(path: str, fields: Mapping[str, Weights], analysis: Mapping[str, Weights]) -> bool:
    """Tell whether the simulation has values for a field, wherever conditions look for it."""
    root, _, rest = path.partition(".")
    if path in (CALL_STATUS, "application.status", *_COUNTED):
        return True
    if root == ANALYSIS:
        return rest in analysis
    if root == "variables":
        return path in fields or rest in analysis
    return any(name in fields for name in (path, f"metadata.{path}", f"variables.{path}")) or path in analysis


def _switch(node: GraphNode, drawn: Weights | None) -> GraphNode:
    if not drawn:
        return node
    names = [name for name, _ in drawn]
    return replace(node, config={"condition_field": _DRAWN + node.id, "branches": names})


_COUNTED = ("activities.count", "activities.last_type", "activities.hours_since_last")

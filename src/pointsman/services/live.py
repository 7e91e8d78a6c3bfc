"""Workflows as the engine walks them: graph, pipeline and settings, read once per change of the organization's set-up.

Cached under the organization's `config_version`, which is read in the transaction that moves the runs. It is read
without a lock: an engine that never stops reading would keep everybody else from editing.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, Row

from pointsman.core.graph import Edge, Graph, GraphNode, build_graph
from pointsman.core.workflow import NodeType, WorkflowStatus
from pointsman.core.workflow_settings import WorkflowSettings, read_settings
from pointsman.storage import access, workflows
from pointsman.storage.db import to_json

_LOOKS_AT_LEADS = frozenset({NodeType.VOICE_CALL, NodeType.CONDITIONAL, NodeType.APPLICATION})


@dataclass(frozen=True, kw_only=True)
class Stage:
    """A status of a workflow's pipeline."""

    id: str
    key: str
    label: str
    category: str
    is_terminal: bool


@dataclass(frozen=True, kw_only=True)
class LiveWorkflow:
    """A workflow ready to be walked. `configs` are those of its nodes, encoded; `needs_…` say what they look at."""

    id: str
    name: str
    is_active: bool
    graph: Graph
    configs: Mapping[str, str]
    settings: WorkflowSettings
    stages: Mapping[str, Stage]
    needs_facts: bool
    needs_activities: bool
    needs_zones: bool

    def final_stage(self, category: str, key: str | None) -> Stage | None:
        """Return the terminal stage of a key, or the first one of a category; None when the pipeline has none."""
        terminal = [stage for stage in self.stages.values() if stage.is_terminal]
        named = next((stage for stage in terminal if stage.key == key), None)
        return named or next((stage for stage in terminal if stage.category == category), None)


class LiveWorkflows:
    """The workflows known to be in the database, by id."""

    def __init__(self) -> None:
        self._kept: dict[str, tuple[int, LiveWorkflow]] = {}

    def open(self, tx: Connection) -> "LiveReader":
        """Start reading workflows in a transaction."""
        return LiveReader(tx, self._kept)

    def keep(self, reader: "LiveReader") -> None:
        """Keep what a transaction loaded, now that it is committed."""
        self._kept.update(reader.loaded)


class LiveReader:
    """Workflows as one transaction sees them."""

    def __init__(self, tx: Connection, kept: Mapping[str, tuple[int, LiveWorkflow]]) -> None:
        self._tx = tx
        self._kept = kept
        self._versions: dict[str, int] = {}
        self.loaded: dict[str, tuple[int, LiveWorkflow]] = {}

    def of(self, rows: Sequence[Row[tuple[object, ...]]]) -> dict[str, LiveWorkflow]:
        """Return the workflows of rows (runs or effects, each with `org_id` and `workflow_id`), by id."""
        wanted = {row.workflow_id: row.org_id for row in rows}
        versions = access.read_config_versions(self._tx, set(wanted.values()))
        self._versions |= versions
        found = {}
        for workflow_id, org_id in wanted.items():
            version, workflow = self._kept.get(workflow_id) or (None, None)
            if workflow is None or version != versions[org_id]:
                workflow = load_live(self._tx, org_id, workflow_id)
                self.loaded[workflow_id] = (versions[org_id], workflow)
            found[workflow_id] = workflow
        return found

    def unchanged(self, org_ids: Collection[str]) -> set[str]:
        """Return the organizations whose workflows are as they were read, and will be until this transaction ends.

        Ask before something is left to whoever changes a workflow next: a change that is under way would miss it.
        """
        held = access.hold_config_versions(self._tx, org_ids) if org_ids else {}
        return {org_id for org_id, version in held.items() if version == self._versions[org_id]}


def load_live(tx: Connection, org_id: str, workflow_id: str) -> LiveWorkflow:
    """Read a workflow whole; a deleted one is not active."""
    (row,) = workflows.get_workflows(tx, org_id, [workflow_id])
    graph = read_graph(tx, workflow_id)
    configs = {node.id: to_json(node.config) for node in graph.nodes.values()}
    return LiveWorkflow(
        id=row.id,
        name=row.name,
        is_active=row.status == WorkflowStatus.ACTIVE and row.deleted_at is None,
        graph=graph,
        configs=configs,
        settings=read_settings(row.settings),
        stages={
            status.id: Stage(
                id=status.id, key=status.key, label=status.label, category=status.category,
                is_terminal=status.is_terminal,
            )
            for status in workflows.list_statuses(tx, [workflow_id])
        },
        needs_facts=any(node.type in _LOOKS_AT_LEADS for node in graph.nodes.values()),
        needs_activities=any("activities" in config for config in configs.values()),
        needs_zones=any("postcall_analysis" in config for config in configs.values()),
    )  # fmt: skip


def read_graph(tx: Connection, workflow_id: str) -> Graph:
    """Read a workflow's nodes and edges, ready to be walked."""
    nodes = workflows.list_nodes(tx, [workflow_id])
    edges = workflows.list_edges(tx, [workflow_id])
    return build_graph(
        [GraphNode(id=row.id, type=row.node_type, label=row.label, config=row.config) for row in nodes],
        [Edge(from_node_id=row.from_node_id, to_node_id=row.to_node_id, label=row.label) for row in edges],
    )

"""Workflows: their statuses, nodes and edges."""

from sqlalchemy import Boolean, Column, Double, ForeignKey, Index, Integer, String, Table, Text, UniqueConstraint

from pointsman.core import workflow as words
from pointsman.storage.columns import Document, Id, Moment
from pointsman.storage.tables.base import created_, id_, metadata, one_of_, org_, updated_

workflows = Table(
    "workflows",
    metadata,
    id_(),
    org_(),
    Column("name", String(200), nullable=False),
    Column("description", Text),
    Column("status", String(16), nullable=False),
    Column("goal_type", String(32), nullable=False),
    Column("settings", Document, nullable=False),
    created_(),
    updated_(),
    Column("deleted_at", Moment),
    one_of_("status", words.WorkflowStatus),
    one_of_("goal_type", words.GOAL_TYPES),
    Index(None, "org_id", "id"),
)

statuses = Table(
    "statuses",
    metadata,
    id_(),
    org_(),
    Column("workflow_id", Id, ForeignKey("workflows.id", ondelete="CASCADE"), nullable=False),
    Column("key", String(64), nullable=False),
    Column("label", String(200), nullable=False),
    Column("category", String(16), nullable=False),
    Column("position", Integer, nullable=False),
    Column("is_initial", Boolean, nullable=False),
    Column("is_terminal", Boolean, nullable=False),
    one_of_("category", words.STATUS_CATEGORIES),
    UniqueConstraint("workflow_id", "key"),
)

nodes = Table(
    "nodes",
    metadata,
    id_(),
    org_(),
    Column("workflow_id", Id, ForeignKey("workflows.id", ondelete="CASCADE"), nullable=False),
    Column("node_type", String(16), nullable=False),
    Column("label", Text, nullable=False),
    Column("position_x", Double, nullable=False),
    Column("position_y", Double, nullable=False),
    Column("config", Document, nullable=False),
    created_(),
    updated_(),
    one_of_("node_type", words.NodeType),
    Index(None, "workflow_id", "id"),
)

edges = Table(
    "edges",
    metadata,
    id_(),
    org_(),
    Column("workflow_id", Id, ForeignKey("workflows.id", ondelete="CASCADE"), nullable=False),
    Column("from_node_id", Id, ForeignKey("nodes.id", ondelete="CASCADE"), nullable=False),
    Column("to_node_id", Id, ForeignKey("nodes.id", ondelete="CASCADE"), nullable=False),
    # Empty text is "no label": a unique key over NULL would let the same edge in twice.
    Column("label", String(200), nullable=False),
    created_(),
    UniqueConstraint("from_node_id", "to_node_id", "label"),
    Index(None, "workflow_id", "id"),
)

# Every column of every file that was ever uploaded to a workflow.
variable_keys = Table(
    "variable_keys",
    metadata,
    Column("workflow_id", Id, ForeignKey("workflows.id", ondelete="CASCADE"), primary_key=True),
    Column("key", String(200), primary_key=True),
    org_(),
    created_(),
)

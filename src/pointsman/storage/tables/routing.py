"""Routing to a workflow, and the decisions that were made."""

from sqlalchemy import Boolean, Column, ForeignKey, Index, Integer, String, Table, Text, UniqueConstraint

from pointsman.storage.columns import Id, Moment, Record
from pointsman.storage.tables.base import created_, id_, metadata, one_of_, org_, updated_

processors = Table(
    "processors",
    metadata,
    id_(),
    org_(),
    Column("name", String(200), nullable=False),
    Column("description", Text),
    Column("default_workflow_id", Id, ForeignKey("workflows.id"), nullable=False),
    Column("is_active", Boolean, nullable=False),
    created_(),
    updated_(),
    Index(None, "org_id", "id"),
)

rules = Table(
    "rules",
    metadata,
    id_(),
    org_(),
    Column("processor_id", Id, ForeignKey("processors.id"), nullable=False),
    Column("name", String(200), nullable=False),
    Column("workflow_id", Id, ForeignKey("workflows.id"), nullable=False),
    Column("conditions", Record, nullable=False),
    Column("position", Integer, nullable=False),
    Column("is_active", Boolean, nullable=False),
    created_(),
    updated_(),
    Index(None, "processor_id", "position", "id"),
)

# What a processor was when it decided: rules, targets and what was passed over. Written once per distinct content.
processor_versions = Table(
    "processor_versions",
    metadata,
    id_(),
    org_(),
    Column("processor_id", Id, ForeignKey("processors.id"), nullable=False),
    Column("version", Integer, nullable=False),
    Column("digest", String(64), nullable=False),
    Column("document", Record, nullable=False),
    created_(),
    UniqueConstraint("processor_id", "digest"),
    UniqueConstraint("processor_id", "version"),
)

decisions = Table(
    "decisions",
    metadata,
    id_(),
    Column("org_id", Id, nullable=False),
    Column("kind", String(16), nullable=False),
    Column("version_id", Id, nullable=False),
    Column("lead_id", Id, nullable=False),
    Column("run_id", Id),
    Column("rule_id", Id),
    Column("workflow_id", Id),
    # The lead as the rules saw it, so that the decision can be explained and replayed after the lead has changed.
    Column("facts", Record, nullable=False),
    Column("decided_at", Moment, nullable=False),
    one_of_("kind", ("processor", "ruleset")),
    Index(None, "lead_id"),
)

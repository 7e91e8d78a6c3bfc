"""Everything Pointsman remembers, on one page.

Every row belongs to an organization. A key that a caller chooses (slug, external id, idempotency key) is unique
within the organization only. Logs (decisions, activities, events, steps) are append-only and carry no foreign keys:
they outlive what they speak of, and they are what is written most.
"""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    Double,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from pointsman.core import workflow as words
from pointsman.storage.columns import Document, Id, Moment, Record

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def _id() -> Column[str]:
    return Column("id", Id, primary_key=True)


def _org() -> Column[str]:
    return Column("org_id", Id, ForeignKey("organizations.id"), nullable=False)


def _created() -> Column[datetime]:
    return Column("created_at", Moment, nullable=False)


def _updated() -> Column[datetime]:
    return Column("updated_at", Moment, nullable=False)


def _one_of(column: str, values: Iterable[str]) -> CheckConstraint:
    listed = ", ".join(f"'{value}'" for value in values)
    return CheckConstraint(f"{column} IN ({listed})", name=column)


# ── who ──────────────────────────────────────────────────────────────────────────────────────────────────────────

organizations = Table(
    "organizations",
    metadata,
    _id(),
    Column("name", String(200), nullable=False, unique=True),
    # Counts every change to processors, rules, workflows and campaigns; compiled rules are cached under it.
    Column("config_version", Integer, nullable=False),
    _created(),
)

api_keys = Table(
    "api_keys",
    metadata,
    _id(),
    _org(),
    Column("key_id", String(32), nullable=False, unique=True),
    Column("secret_digest", String(64), nullable=False),
    Column("name", String(200), nullable=False),
    Column("scopes", Record, nullable=False),
    Column("expires_at", Moment),
    Column("revoked_at", Moment),
    Column("last_used_at", Moment),
    _created(),
    Index(None, "org_id"),
)

reps = Table(
    "reps",
    metadata,
    _id(),
    _org(),
    Column("ref", String(64), nullable=False),
    Column("name", String(200), nullable=False),
    Column("email", String(320)),
    _created(),
    _updated(),
    UniqueConstraint("org_id", "ref"),
)

# ── leads ────────────────────────────────────────────────────────────────────────────────────────────────────────

campaigns = Table(
    "campaigns",
    metadata,
    _id(),
    _org(),
    Column("name", String(200), nullable=False),
    _created(),
    _updated(),
    Index(None, "org_id", "id"),
)

leads = Table(
    "leads",
    metadata,
    _id(),
    _org(),
    Column("external_id", String(200)),
    Column("first_name", Text, nullable=False),
    Column("last_name", Text),
    Column("email", Text),
    Column("phone", Text),
    Column("source", Text, nullable=False),
    Column("company", Text),
    Column("title", Text),
    Column("campaign_id", Id),
    Column("owner_id", Id),
    Column("metadata", Document, nullable=False),
    # What people search by, case-folded; and the two keys that find a lead whatever way they were typed.
    Column("search_text", Text, nullable=False),
    Column("email_key", Text),
    Column("phone_key", Text),
    _created(),
    _updated(),
    Column("archived_at", Moment),
    Index(None, "org_id", "id"),
    Index("uq_leads_external_id", "org_id", "external_id", unique=True,
          sqlite_where=text("external_id IS NOT NULL"), postgresql_where=text("external_id IS NOT NULL")),
    Index("ix_leads_email_key", "org_id", "email_key",
          sqlite_where=text("email_key IS NOT NULL"), postgresql_where=text("email_key IS NOT NULL")),
    Index("ix_leads_phone_key", "org_id", "phone_key",
          sqlite_where=text("phone_key IS NOT NULL"), postgresql_where=text("phone_key IS NOT NULL")),
)  # fmt: skip

tags = Table(
    "tags",
    metadata,
    _id(),
    _org(),
    Column("name", String(200), nullable=False),
    Column("slug", String(200), nullable=False),
    Column("description", Text),
    _created(),
    _updated(),
    UniqueConstraint("org_id", "slug"),
)

lead_tags = Table(
    "lead_tags",
    metadata,
    Column("lead_id", Id, ForeignKey("leads.id", ondelete="CASCADE"), primary_key=True),
    Column("tag_id", Id, ForeignKey("tags.id", ondelete="CASCADE"), primary_key=True),
    _org(),
    _created(),
    Index(None, "tag_id"),
)

# ── workflows ────────────────────────────────────────────────────────────────────────────────────────────────────

workflows = Table(
    "workflows",
    metadata,
    _id(),
    _org(),
    Column("name", String(200), nullable=False),
    Column("description", Text),
    Column("status", String(16), nullable=False),
    Column("goal_type", String(32), nullable=False),
    Column("settings", Document, nullable=False),
    _created(),
    _updated(),
    Column("deleted_at", Moment),
    _one_of("status", words.WorkflowStatus),
    _one_of("goal_type", words.GOAL_TYPES),
    Index(None, "org_id", "id"),
)

statuses = Table(
    "statuses",
    metadata,
    _id(),
    _org(),
    Column("workflow_id", Id, ForeignKey("workflows.id", ondelete="CASCADE"), nullable=False),
    Column("key", String(64), nullable=False),
    Column("label", String(200), nullable=False),
    Column("category", String(16), nullable=False),
    Column("position", Integer, nullable=False),
    Column("is_initial", Boolean, nullable=False),
    Column("is_terminal", Boolean, nullable=False),
    _one_of("category", words.STATUS_CATEGORIES),
    UniqueConstraint("workflow_id", "key"),
)

nodes = Table(
    "nodes",
    metadata,
    _id(),
    _org(),
    Column("workflow_id", Id, ForeignKey("workflows.id", ondelete="CASCADE"), nullable=False),
    Column("node_type", String(16), nullable=False),
    Column("label", Text, nullable=False),
    Column("position_x", Double, nullable=False),
    Column("position_y", Double, nullable=False),
    Column("config", Document, nullable=False),
    _created(),
    _updated(),
    _one_of("node_type", words.NodeType),
    Index(None, "workflow_id", "id"),
)

edges = Table(
    "edges",
    metadata,
    _id(),
    _org(),
    Column("workflow_id", Id, ForeignKey("workflows.id", ondelete="CASCADE"), nullable=False),
    Column("from_node_id", Id, ForeignKey("nodes.id", ondelete="CASCADE"), nullable=False),
    Column("to_node_id", Id, ForeignKey("nodes.id", ondelete="CASCADE"), nullable=False),
    # Empty text is "no label": a unique key over NULL would let the same edge in twice.
    Column("label", String(200), nullable=False),
    _created(),
    UniqueConstraint("from_node_id", "to_node_id", "label"),
    Index(None, "workflow_id", "id"),
)

# ── runs ─────────────────────────────────────────────────────────────────────────────────────────────────────────

runs = Table(
    "runs",
    metadata,
    _id(),
    _org(),
    Column("lead_id", Id, ForeignKey("leads.id"), nullable=False),
    Column("workflow_id", Id, ForeignKey("workflows.id"), nullable=False),
    Column("state", String(16), nullable=False),
    Column("status_id", Id, nullable=False),
    Column("node_id", Id),
    Column("due_at", Moment),
    Column("human_takeover", Boolean, nullable=False),
    Column("cadence_state", String(16), nullable=False),
    # Set when the run was ended from outside: why, and by whom.
    Column("reason", Text),
    Column("actor_id", Text),
    # What this run was given at the start, such as the first message to use.
    Column("options", Document),
    _created(),
    _updated(),
    Column("ended_at", Moment),
    _one_of("state", words.RunState),
    _one_of("cadence_state", words.CADENCE_STATES),
    CheckConstraint(
        "(ended_at IS NOT NULL) = (state IN ('completed', 'dropped', 'removed', 'failed'))", name="ended_when_final"
    ),
    Index(None, "lead_id"),
    Index(None, "workflow_id", "id"),
    Index(
        "ix_runs_due_at", "due_at", sqlite_where=text("due_at IS NOT NULL"), postgresql_where=text("due_at IS NOT NULL")
    ),
)

steps = Table(
    "steps",
    metadata,
    _id(),
    Column("org_id", Id, nullable=False),
    Column("run_id", Id, nullable=False),
    Column("node_id", Id, nullable=False),
    # Kept here too: history stays readable after the node was edited or deleted.
    Column("node_type", String(16), nullable=False),
    Column("node_label", Text, nullable=False),
    Column("config", Record, nullable=False),
    Column("status", String(16), nullable=False),
    Column("outcome", String(64)),
    Column("attempt", Integer, nullable=False),
    Column("call_id", Id),
    Column("entered_at", Moment, nullable=False),
    Column("exited_at", Moment),
    _one_of("status", words.STEP_STATUSES),
    CheckConstraint("(exited_at IS NOT NULL) = (status IN ('completed', 'failed'))", name="exited_when_final"),
    Index(None, "run_id", "id"),
)

variables = Table(
    "variables",
    metadata,
    Column("run_id", Id, primary_key=True),
    Column("key", String(200), primary_key=True),
    Column("org_id", Id, nullable=False),
    Column("value", Record),
    Column("confidence", Double),
    _updated(),
)

# ── routing ──────────────────────────────────────────────────────────────────────────────────────────────────────

processors = Table(
    "processors",
    metadata,
    _id(),
    _org(),
    Column("name", String(200), nullable=False),
    Column("description", Text),
    Column("default_workflow_id", Id, ForeignKey("workflows.id"), nullable=False),
    Column("is_active", Boolean, nullable=False),
    _created(),
    _updated(),
    Index(None, "org_id", "id"),
)

rules = Table(
    "rules",
    metadata,
    _id(),
    _org(),
    Column("processor_id", Id, ForeignKey("processors.id"), nullable=False),
    Column("name", String(200), nullable=False),
    Column("workflow_id", Id, ForeignKey("workflows.id"), nullable=False),
    Column("conditions", Record, nullable=False),
    Column("position", Integer, nullable=False),
    Column("is_active", Boolean, nullable=False),
    _created(),
    _updated(),
    Index(None, "processor_id", "position", "id"),
)

# What a processor was when it decided: rules, targets and what was passed over. Written once per distinct content.
processor_versions = Table(
    "processor_versions",
    metadata,
    _id(),
    _org(),
    Column("processor_id", Id, ForeignKey("processors.id"), nullable=False),
    Column("version", Integer, nullable=False),
    Column("digest", String(64), nullable=False),
    Column("document", Record, nullable=False),
    _created(),
    UniqueConstraint("processor_id", "digest"),
    UniqueConstraint("processor_id", "version"),
)

decisions = Table(
    "decisions",
    metadata,
    _id(),
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
    _one_of("kind", ("processor", "ruleset")),
    Index(None, "lead_id"),
)

# ── what happened ────────────────────────────────────────────────────────────────────────────────────────────────

activities = Table(
    "activities",
    metadata,
    _id(),
    Column("org_id", Id, nullable=False),
    Column("lead_id", Id, nullable=False),
    Column("run_id", Id),
    Column("kind", String(32), nullable=False),
    Column("channel", String(16), nullable=False),
    Column("title", Text, nullable=False),
    Column("description", Text),
    Column("actor_type", String(16), nullable=False),
    Column("data", Record),
    Column("occurred_at", Moment, nullable=False),
    Index(None, "lead_id", "occurred_at"),
)

# The outbox: what the outside may be told. Stored with what caused it, delivered afterwards.
events = Table(
    "events",
    metadata,
    _id(),
    Column("org_id", Id, nullable=False),
    Column("type", String(64), nullable=False),
    Column("lead_id", Id),
    Column("data", Record, nullable=False),
    _created(),
    Index(None, "org_id", "id"),
)

idempotency_keys = Table(
    "idempotency_keys",
    metadata,
    Column("org_id", Id, ForeignKey("organizations.id"), primary_key=True),
    Column("key", String(255), primary_key=True),
    Column("fingerprint", String(64), nullable=False),
    Column("status", Integer, nullable=False),
    Column("body", Text, nullable=False),
    _created(),
)

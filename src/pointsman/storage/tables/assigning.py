"""Routing to a person: rulesets, whose turn it is in their pools, who owns which lead since when, and who waits."""

from sqlalchemy import Boolean, Column, Double, ForeignKey, Index, Integer, String, Table, Text, UniqueConstraint, text

from pointsman.core.assignment import EndReason, Method
from pointsman.storage.columns import Document, Id, Moment, Record
from pointsman.storage.tables.base import created_, id_, metadata, one_of_, org_, updated_

rulesets = Table(
    "rulesets",
    metadata,
    id_(),
    org_(),
    # What callers call it. A ruleset that was deleted keeps its name, and comes back under it.
    Column("ref", String(64), nullable=False),
    Column("name", String(200), nullable=False),
    # The rules in the order in which they are tried, as `core.ruleset` reads them.
    Column("rules", Document, nullable=False),
    Column("fallback", Document, nullable=False),
    Column("on_unavailable", String(16), nullable=False),
    created_(),
    updated_(),
    Column("deleted_at", Moment),
    one_of_("on_unavailable", ("fallback", "error")),
    UniqueConstraint("org_id", "ref"),
)

# Counts the batches of leads that were given to people. Whoever counts one has the reps, their pools and the queue
# of the organization to itself until its transaction ends.
assignment_batches = Table(
    "assignment_batches",
    metadata,
    Column("org_id", Id, ForeignKey("organizations.id"), primary_key=True),
    Column("number", Integer, nullable=False),
)

# What a ruleset was when it decided. Written once per distinct content.
ruleset_versions = Table(
    "ruleset_versions",
    metadata,
    id_(),
    org_(),
    Column("ruleset_id", Id, ForeignKey("rulesets.id"), nullable=False),
    Column("version", Integer, nullable=False),
    Column("digest", String(64), nullable=False),
    Column("document", Record, nullable=False),
    created_(),
    UniqueConstraint("ruleset_id", "digest"),
    UniqueConstraint("ruleset_id", "version"),
)

# The turn of a rotation. A pool is known by its members and weights within its ruleset, so it survives any edit of
# the rules around it. One that goes by open leads counts no turns.
pools = Table(
    "pools",
    metadata,
    id_(),
    org_(),
    Column("ruleset_id", Id, ForeignKey("rulesets.id"), nullable=False),
    Column("key", String(64), nullable=False),
    # Rep ids with their weights, as the rule had them when the pool began.
    Column("members", Document, nullable=False),
    # How many leads it gave out; and since its members in turn last changed: which stretch that is, who they are.
    Column("turn", Integer, nullable=False),
    Column("stretch", Integer, nullable=False),
    Column("stretch_turn", Integer, nullable=False),
    Column("eligible", String(64), nullable=False),
    created_(),
    UniqueConstraint("ruleset_id", "key"),
)

pool_turns = Table(
    "pool_turns",
    metadata,
    Column("pool_id", Id, ForeignKey("pools.id"), primary_key=True),
    Column("rep_id", Id, ForeignKey("reps.id"), primary_key=True),
    org_(),
    # Leads taken in that stretch; a count from an earlier stretch counts as none.
    Column("stretch", Integer, nullable=False),
    Column("taken", Integer, nullable=False),
    Column("last_turn", Integer, nullable=False),
)

# Every time a lead was given to somebody, or to nobody (`rep_id` is null: it waits in the queue). A lead has one
# that has not ended, at most.
assignments = Table(
    "assignments",
    metadata,
    id_(),
    Column("org_id", Id, nullable=False),
    Column("lead_id", Id, nullable=False),
    Column("ruleset_id", Id),
    Column("decision_id", Id),
    Column("rep_id", Id),
    Column("queue_id", String(128)),
    Column("method", String(16), nullable=False),
    Column("rule_name", Text),
    Column("rule_priority", Integer),
    Column("pool_id", Id),
    Column("position", Integer),
    # Who of the pool could not take it, and why; and why earlier rules were passed over.
    Column("trace", Record),
    Column("load_before", Integer, nullable=False),
    Column("routing_ms", Double, nullable=False),
    Column("assigned_at", Moment, nullable=False),
    Column("ended_at", Moment),
    Column("end_reason", String(16)),
    one_of_("method", Method),
    one_of_("end_reason", EndReason),
    Index("uq_assignments_open", "lead_id", unique=True,
          sqlite_where=text("ended_at IS NULL"), postgresql_where=text("ended_at IS NULL")),
    Index("ix_assignments_open_of_rep", "rep_id",
          sqlite_where=text("ended_at IS NULL"), postgresql_where=text("ended_at IS NULL")),
    Index(None, "org_id", "assigned_at"),
    Index(None, "lead_id"),
)  # fmt: skip

# Leads that nobody could take, oldest first; each has an open assignment to nobody.
parked_leads = Table(
    "parked_leads",
    metadata,
    id_(),
    org_(),
    Column("lead_id", Id, nullable=False, unique=True),
    Column("ruleset_id", Id, ForeignKey("rulesets.id"), nullable=False),
    Column("queue_id", String(128), nullable=False),
    Column("attributes", Record, nullable=False),
    # Who came in which batch of the organization: the order in which they are offered, with the id.
    Column("batch", Integer, nullable=False),
    created_(),
    Index(None, "org_id", "ruleset_id", "batch", "id"),
)

conversion_types = Table(
    "conversion_types",
    metadata,
    id_(),
    org_(),
    Column("name", String(200), nullable=False),
    Column("description", Text),
    Column("category", String(16), nullable=False),
    Column("currency", String(3), nullable=False),
    Column("fields", Document, nullable=False),
    Column("workflow_id", Id, ForeignKey("workflows.id")),
    Column("is_active", Boolean, nullable=False),
    created_(),
    updated_(),
    one_of_("category", ("intermediary", "final")),
    Index(None, "org_id", "id"),
)

conversions = Table(
    "conversions",
    metadata,
    id_(),
    Column("org_id", Id, nullable=False),
    Column("conversion_type_id", Id, nullable=False),
    Column("lead_id", Id, nullable=False),
    Column("workflow_id", Id),
    Column("run_id", Id),
    Column("amount", Double, nullable=False),
    Column("currency", String(3), nullable=False),
    Column("metadata", Document, nullable=False),
    Column("notes", Text),
    Column("converted_at", Moment, nullable=False),
    created_(),
    Index(None, "org_id", "converted_at"),
    Index(None, "lead_id"),
)

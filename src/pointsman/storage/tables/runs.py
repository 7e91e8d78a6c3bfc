"""Runs: one lead in one workflow, step by step."""

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    Double,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from pointsman.core import workflow as words
from pointsman.storage.columns import Document, Id, Moment, Record
from pointsman.storage.tables.base import created_, id_, metadata, one_of_, org_, updated_

ROOM_TO_CHANGE = {"fillfactor": 70}
"""Runs and steps are written again soon after they were written: PostgreSQL leaves room for that on the same page."""

runs = Table(
    "runs",
    metadata,
    id_(),
    org_(),
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
    created_(),
    updated_(),
    Column("ended_at", Moment),
    # The step the run stands at; it is over, but still the last one, while no edge fits its outcome.
    Column("step_id", Id),
    # Steps since the run last waited for a time or a call, so that a loop that never waits is found out.
    Column("hops", Integer, nullable=False, server_default="0"),
    # How many calls it has made.
    Column("calls", Integer, nullable=False, server_default="0"),
    # How many steps it has taken.
    Column("steps", Integer, nullable=False, server_default="0"),
    one_of_("state", words.RunState),
    one_of_("cadence_state", words.CADENCE_STATES),
    CheckConstraint(
        "(ended_at IS NOT NULL) = (state IN ('completed', 'dropped', 'removed', 'failed'))", name="ended_when_final"
    ),
    CheckConstraint("ended_at IS NULL OR due_at IS NULL", name="nothing_due_when_final"),
    CheckConstraint("state <> 'pending' OR due_at IS NULL", name="nothing_due_when_pending"),
    CheckConstraint("(step_id IS NULL) = (node_id IS NULL)", name="a_step_at_every_node"),
    # With its workflow: by either alone, a planner without statistics would put two long lists together for every lead.
    Index(None, "lead_id", "workflow_id"),
    Index(None, "workflow_id", "id"),
    Index(
        "ix_runs_due_at", "due_at", sqlite_where=text("due_at IS NOT NULL"), postgresql_where=text("due_at IS NOT NULL")
    ),
    postgresql_with=ROOM_TO_CHANGE,
)

steps = Table(
    "steps",
    metadata,
    id_(),
    Column("org_id", Id, nullable=False),
    Column("run_id", Id, nullable=False),
    Column("node_id", Id, nullable=False),
    # Kept here too: history stays readable after the node was edited or deleted.
    Column("node_type", String(16), nullable=False),
    Column("node_label", Text, nullable=False),
    Column("config", Record, nullable=False),
    Column("status", String(16), nullable=False),
    Column("outcome", Text),
    Column("attempt", Integer, nullable=False),
    Column("call_id", Id),
    Column("entered_at", Moment, nullable=False),
    Column("exited_at", Moment),
    # When a wait is over.
    Column("release_at", Moment),
    # What came of it, such as the analysis of a call or the answer to a webhook.
    Column("result", Record),
    # Why it failed, or why it took another way than asked for.
    Column("reason", Text),
    # Counts the steps of its run, from 1: the order of the history, and no step can be taken twice.
    Column("number", Integer, nullable=False),
    one_of_("status", words.STEP_STATUSES),
    CheckConstraint(
        "(exited_at IS NOT NULL) = (status IN ('completed', 'failed', 'cancelled'))", name="exited_when_final"
    ),
    UniqueConstraint("run_id", "number"),
    postgresql_with=ROOM_TO_CHANGE,
)

variables = Table(
    "variables",
    metadata,
    Column("run_id", Id, primary_key=True),
    Column("key", String(200), primary_key=True),
    Column("org_id", Id, nullable=False),
    Column("value", Record),
    Column("confidence", Double),
    updated_(),
)

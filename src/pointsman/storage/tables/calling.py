"""What leaves the building: agents that speak, numbers they call from, calls, and effects on their way out."""

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, Integer, String, Table, Text, UniqueConstraint, text

from pointsman.core import calls as words
from pointsman.core.effect import EFFECT_KINDS, EffectState
from pointsman.storage.columns import Document, Id, Moment, Record
from pointsman.storage.tables.base import created_, id_, metadata, one_of_, org_, updated_

agents = Table(
    "agents",
    metadata,
    id_(),
    org_(),
    Column("name", String(200), nullable=False),
    Column("provider", String(16), nullable=False),
    Column("config", Document, nullable=False),
    created_(),
    updated_(),
    Column("deleted_at", Moment),
    one_of_("provider", words.PROVIDERS),
    Index(None, "org_id", "id"),
)

phone_numbers = Table(
    "phone_numbers",
    metadata,
    id_(),
    org_(),
    Column("phone_number", String(32), nullable=False),
    Column("label", String(200)),
    Column("agent_id", Id, ForeignKey("agents.id")),
    created_(),
    updated_(),
    UniqueConstraint("org_id", "phone_number"),
)

do_not_call = Table(
    "do_not_call",
    metadata,
    id_(),
    org_(),
    # As typed, and the key that finds it whatever way it is typed (`core.lead.phone_key`).
    Column("phone_number", Text, nullable=False),
    Column("phone_key", String(64), nullable=False),
    Column("reason", Text),
    created_(),
    UniqueConstraint("org_id", "phone_key"),
    # Numbers of all organizations are looked up at once before they are called.
    Index(None, "phone_key"),
    Index(None, "org_id", "id"),
)

# One call for every VOICE_CALL step. Made with the step, so it is there before anything was dialled.
calls = Table(
    "calls",
    metadata,
    id_(),
    Column("org_id", Id, nullable=False),
    Column("run_id", Id, nullable=False),
    Column("step_id", Id, nullable=False, unique=True),
    Column("lead_id", Id, nullable=False),
    Column("workflow_id", Id, nullable=False),
    # What the node names: an agent of ours, or the id an outside platform knows it by.
    Column("agent_id", Text, nullable=False),
    Column("from_phone_number", Text, nullable=False),
    Column("to_phone_number", Text),
    # Counts the calls of its run, from 1.
    Column("attempt", Integer, nullable=False),
    Column("status", String(16), nullable=False),
    Column("outcome", String(16)),
    Column("end_reason", String(64)),
    Column("provider", String(16)),
    Column("provider_call_id", Text),
    # Part of the address that results are sent to; cannot be guessed.
    Column("hook_token", String(64), nullable=False, unique=True),
    Column("timezone", String(64)),
    Column("duration_seconds", Integer),
    Column("recording_url", Text),
    Column("transcript", Text),
    Column("sentiment", String(32)),
    Column("analysis", Record),
    created_(),
    Column("started_at", Moment),
    Column("ended_at", Moment),
    one_of_("status", words.CALL_STATUSES),
    one_of_("outcome", words.Outcome),
    CheckConstraint("(ended_at IS NOT NULL) = (outcome IS NOT NULL)", name="ended_with_an_outcome"),
    Index(None, "org_id", "id"),
    Index(None, "lead_id", "started_at"),
    Index(
        "ix_calls_live", "org_id", "workflow_id",
        sqlite_where=text("started_at IS NOT NULL AND ended_at IS NULL"),
        postgresql_where=text("started_at IS NOT NULL AND ended_at IS NULL"),
    ),
)  # fmt: skip

# Work for the outside. A row first; claimed with a lease, performed outside transactions, settled with its token.
effects = Table(
    "effects",
    metadata,
    id_(),
    Column("org_id", Id, nullable=False),
    Column("run_id", Id, nullable=False),
    Column("step_id", Id, nullable=False, unique=True),
    Column("lead_id", Id, nullable=False),
    Column("workflow_id", Id, nullable=False),
    Column("kind", String(16), nullable=False),
    Column("request", Record, nullable=False),
    Column("state", String(16), nullable=False),
    # Due: when it may start. Leased: when the lease is over. Otherwise nothing.
    Column("due_at", Moment),
    # Counts the leases; only the newest one may settle.
    Column("token", Integer, nullable=False),
    Column("tries", Integer, nullable=False),
    Column("problem", Text),
    created_(),
    Column("settled_at", Moment),
    one_of_("kind", EFFECT_KINDS),
    one_of_("state", EffectState),
    CheckConstraint("(settled_at IS NOT NULL) = (state IN ('done', 'failed', 'cancelled'))", name="settled_when_final"),
    CheckConstraint("settled_at IS NULL OR due_at IS NULL", name="nothing_due_when_final"),
    CheckConstraint("state <> 'leased' OR due_at IS NOT NULL", name="leases_end"),
    Index(None, "run_id"),
    Index(None, "workflow_id", "state"),
    Index(
        "ix_effects_due_at", "due_at",
        sqlite_where=text("due_at IS NOT NULL"), postgresql_where=text("due_at IS NOT NULL"),
    ),
)  # fmt: skip

"""What happened, and what was answered."""

from sqlalchemy import Boolean, Column, ForeignKey, Index, Integer, String, Table, Text, false, text

from pointsman.storage.columns import Id, Moment, Record
from pointsman.storage.tables.base import created_, id_, metadata

activities = Table(
    "activities",
    metadata,
    id_(),
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
    # What people log about a lead is told twice now and then.
    Index("uq_activities_logged", "lead_id", "kind", "occurred_at", unique=True,
          sqlite_where=text("actor_type = 'rep'"), postgresql_where=text("actor_type = 'rep'")),
)  # fmt: skip

# The outbox: what the outside may be told. Stored with what caused it, delivered afterwards.
events = Table(
    "events",
    metadata,
    id_(),
    Column("org_id", Id, nullable=False),
    Column("type", String(64), nullable=False),
    Column("lead_id", Id),
    Column("data", Record, nullable=False),
    created_(),
    # Whether a delivery was made for every endpoint that wants it.
    Column("is_handed_over", Boolean, nullable=False, server_default=false()),
    Index("ix_events_waiting", "org_id", "id",
          sqlite_where=text("NOT is_handed_over"), postgresql_where=text("NOT is_handed_over")),
)  # fmt: skip

idempotency_keys = Table(
    "idempotency_keys",
    metadata,
    Column("org_id", Id, ForeignKey("organizations.id"), primary_key=True),
    Column("key", String(255), primary_key=True),
    Column("fingerprint", String(64), nullable=False),
    Column("status", Integer, nullable=False),
    Column("body", Text, nullable=False),
    created_(),
)

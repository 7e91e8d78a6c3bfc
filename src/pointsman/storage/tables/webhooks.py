"""Where events go: endpoints, one delivery per event and endpoint; and where leads come from: hooks without a key."""

from sqlalchemy import Boolean, Column, ForeignKey, Index, Integer, String, Table, Text, UniqueConstraint, text

from pointsman.core.webhooks import DeliveryState
from pointsman.storage.columns import Document, Id, Moment, Record
from pointsman.storage.tables.base import created_, id_, metadata, one_of_, org_, updated_

webhook_endpoints = Table(
    "webhook_endpoints",
    metadata,
    id_(),
    org_(),
    Column("url", Text, nullable=False),
    Column("description", Text),
    # Types of events, `*` for all of them; and only of leads of one ruleset, when it belongs to an alert.
    Column("events", Document, nullable=False),
    Column("ruleset_id", Id, ForeignKey("rulesets.id")),
    # It signs what is sent, so it is kept as it is; it is shown once.
    Column("secret", Text, nullable=False),
    # Which vendor's header goes along: `nexor`, `dialnexa` or neither.
    Column("signature_header", String(16)),
    Column("is_active", Boolean, nullable=False),
    # Events older than this id are not for this endpoint.
    Column("since", Id, nullable=False),
    Column("failing_since", Moment),
    Column("disabled_reason", Text),
    created_(),
    updated_(),
    one_of_("signature_header", ("nexor", "dialnexa")),
    Index(None, "org_id", "id"),
)

deliveries = Table(
    "deliveries",
    metadata,
    id_(),
    Column("org_id", Id, nullable=False),
    Column("endpoint_id", Id, ForeignKey("webhook_endpoints.id"), nullable=False),
    Column("event_id", Id, nullable=False),
    Column("event_type", String(64), nullable=False),
    # The body as it is signed and sent, the same at every try.
    Column("body", Text, nullable=False),
    Column("state", String(16), nullable=False),
    Column("due_at", Moment),
    Column("token", Integer, nullable=False),
    Column("tries", Integer, nullable=False),
    # `[{"at", "status", "problem", "duration_ms"}]`, the last ones.
    Column("log", Record, nullable=False),
    created_(),
    Column("settled_at", Moment),
    one_of_("state", DeliveryState),
    UniqueConstraint("endpoint_id", "event_id"),
    Index(None, "endpoint_id", "id"),
    Index("ix_deliveries_due", "due_at",
          sqlite_where=text("due_at IS NOT NULL"), postgresql_where=text("due_at IS NOT NULL")),
    Index("ix_deliveries_settled", "settled_at",
          sqlite_where=text("settled_at IS NOT NULL"), postgresql_where=text("settled_at IS NOT NULL")),
)  # fmt: skip

lead_hooks = Table(
    "lead_hooks",
    metadata,
    id_(),
    org_(),
    Column("token", String(64), nullable=False, unique=True),
    Column("name", String(200), nullable=False),
    # One of them says where its leads go.
    Column("processor_id", Id, ForeignKey("processors.id")),
    Column("workflow_id", Id, ForeignKey("workflows.id")),
    Column("ruleset_id", Id, ForeignKey("rulesets.id")),
    # `{lead field: path in what comes in}`, and what every lead of this hook has.
    Column("mapping", Document, nullable=False),
    Column("defaults", Document, nullable=False),
    # With a secret, what comes in must be signed after Standard Webhooks.
    Column("secret", Text),
    Column("is_active", Boolean, nullable=False),
    created_(),
    updated_(),
    Index(None, "org_id", "id"),
)

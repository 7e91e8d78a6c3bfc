"""Promises about leads that were routed: how fast they are touched, how long they may lie; and when that is checked."""

from sqlalchemy import Boolean, Column, ForeignKey, Index, Integer, String, Table, UniqueConstraint, text

from pointsman.core.alerts import Escalation, TimerKind, TimerState
from pointsman.storage.columns import Document, Id, Moment
from pointsman.storage.tables.base import created_, id_, metadata, one_of_, org_, updated_

slas = Table(
    "slas",
    metadata,
    id_(),
    org_(),
    Column("ruleset_id", Id, ForeignKey("rulesets.id"), nullable=False, unique=True),
    Column("first_response_minutes", Integer, nullable=False),
    Column("warn_minutes", Integer),
    Column("alert_on_breach", Boolean, nullable=False),
    Column("escalation", String(16), nullable=False),
    Column("max_reroutes", Integer, nullable=False),
    # `{"timezone", "hours"}` when minutes are counted in business time; null when every minute counts.
    Column("business_hours", Document),
    Column("endpoint_id", Id, ForeignKey("webhook_endpoints.id")),
    created_(),
    updated_(),
    one_of_("escalation", Escalation),
)

stale_alerts = Table(
    "stale_alerts",
    metadata,
    id_(),
    org_(),
    Column("ruleset_id", Id, ForeignKey("rulesets.id"), nullable=False, unique=True),
    Column("no_activity_hours", Integer, nullable=False),
    Column("cooldown_hours", Integer, nullable=False),
    # Without one, only the endpoints hear of it that ask for its event.
    Column("endpoint_id", Id, ForeignKey("webhook_endpoints.id")),
    created_(),
    updated_(),
)

# A moment at which a promise is checked. It is claimed and settled in one transaction, with the event it causes.
timers = Table(
    "timers",
    metadata,
    id_(),
    Column("org_id", Id, nullable=False),
    Column("kind", String(16), nullable=False),
    Column("lead_id", Id, nullable=False),
    Column("assignment_id", Id, nullable=False),
    Column("ruleset_id", Id, nullable=False),
    # The target it was set with, so that a breach says what was promised then.
    Column("minutes", Integer, nullable=False),
    Column("due_at", Moment, nullable=False),
    Column("state", String(16), nullable=False),
    Column("settled_at", Moment),
    created_(),
    one_of_("kind", TimerKind),
    one_of_("state", TimerState),
    UniqueConstraint("assignment_id", "kind"),
    Index("ix_timers_due", "due_at",
          sqlite_where=text("state = 'waiting'"), postgresql_where=text("state = 'waiting'")),
)  # fmt: skip

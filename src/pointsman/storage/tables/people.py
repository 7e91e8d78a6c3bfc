"""Who: organizations, their keys and their people."""

from sqlalchemy import Column, ForeignKey, Index, Integer, String, Table, UniqueConstraint

from pointsman.core.reps import RepStatus
from pointsman.storage.columns import Document, Id, Moment, Record
from pointsman.storage.tables.base import created_, id_, metadata, one_of_, org_, updated_

organizations = Table(
    "organizations",
    metadata,
    id_(),
    Column("name", String(200), nullable=False, unique=True),
    # Counts every change to processors, rules, workflows, campaigns, reps, rulesets and promises; what is made of
    # them is cached under it.
    Column("config_version", Integer, nullable=False),
    created_(),
)

api_keys = Table(
    "api_keys",
    metadata,
    id_(),
    org_(),
    Column("key_id", String(32), nullable=False, unique=True),
    Column("secret_digest", String(64), nullable=False),
    Column("name", String(200), nullable=False),
    Column("scopes", Record, nullable=False),
    Column("expires_at", Moment),
    Column("revoked_at", Moment),
    Column("last_used_at", Moment),
    created_(),
    Index(None, "org_id"),
)

reps = Table(
    "reps",
    metadata,
    id_(),
    org_(),
    # What callers call the person.
    Column("ref", String(64), nullable=False),
    Column("name", String(200), nullable=False),
    Column("email", String(320)),
    created_(),
    updated_(),
    Column("timezone", String(64)),
    Column("status", String(16), nullable=False, server_default=RepStatus.ACTIVE),
    Column("ooo_until", Moment),
    Column("overflow_to", Id, ForeignKey("reps.id")),
    # Skills, languages, regions: what rules of the kind "match" ask for.
    Column("attributes", Document, nullable=False, server_default="{}"),
    # As `core.availability` reads them; none of both means always.
    Column("working_hours", Document),
    Column("time_off", Document, nullable=False, server_default="[]"),
    Column("max_per_day", Integer),
    Column("max_per_week", Integer),
    Column("max_open", Integer),
    Column("last_assigned_at", Moment),
    one_of_("status", RepStatus),
    UniqueConstraint("org_id", "ref"),
)

# How many leads a rep was given on a day of the rep's own calendar ("2026-03-31").
rep_days = Table(
    "rep_days",
    metadata,
    Column("rep_id", Id, ForeignKey("reps.id"), primary_key=True),
    Column("day", String(10), primary_key=True),
    org_(),
    Column("assigned", Integer, nullable=False),
)

"""Who: organizations, their keys and their people."""

from sqlalchemy import Column, Index, Integer, String, Table, UniqueConstraint

from pointsman.storage.columns import Moment, Record
from pointsman.storage.tables.base import created_, id_, metadata, org_, updated_

organizations = Table(
    "organizations",
    metadata,
    id_(),
    Column("name", String(200), nullable=False, unique=True),
    # Counts every change to processors, rules, workflows and campaigns; compiled rules are cached under it.
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
    Column("ref", String(64), nullable=False),
    Column("name", String(200), nullable=False),
    Column("email", String(320)),
    created_(),
    updated_(),
    UniqueConstraint("org_id", "ref"),
)

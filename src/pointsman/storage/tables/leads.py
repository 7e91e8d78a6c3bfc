"""Leads and what is pinned on them."""

from sqlalchemy import Column, ForeignKey, Index, String, Table, Text, UniqueConstraint, text

from pointsman.storage.columns import Document, Id, Moment
from pointsman.storage.tables.base import created_, id_, metadata, org_, updated_

campaigns = Table(
    "campaigns",
    metadata,
    id_(),
    org_(),
    Column("name", String(200), nullable=False),
    created_(),
    updated_(),
    Index(None, "org_id", "id"),
)

leads = Table(
    "leads",
    metadata,
    id_(),
    org_(),
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
    created_(),
    updated_(),
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
    id_(),
    org_(),
    Column("name", String(200), nullable=False),
    Column("slug", String(200), nullable=False),
    Column("description", Text),
    created_(),
    updated_(),
    UniqueConstraint("org_id", "slug"),
)

lead_tags = Table(
    "lead_tags",
    metadata,
    Column("lead_id", Id, ForeignKey("leads.id", ondelete="CASCADE"), primary_key=True),
    Column("tag_id", Id, ForeignKey("tags.id", ondelete="CASCADE"), primary_key=True),
    org_(),
    created_(),
    Index(None, "tag_id"),
)

# A second name that callers have for a lead, which is not its `external_id`: that of a contact they told us is it.
contact_ids = Table(
    "contact_ids",
    metadata,
    Column("org_id", Id, ForeignKey("organizations.id"), primary_key=True),
    Column("contact_id", String(128), primary_key=True),
    Column("lead_id", Id, ForeignKey("leads.id", ondelete="CASCADE"), nullable=False),
    created_(),
    Index(None, "lead_id"),
)

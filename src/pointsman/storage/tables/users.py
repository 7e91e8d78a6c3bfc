"""People who sign in to the console: users, their sessions, links that let one in once, and failed attempts."""

from sqlalchemy import Boolean, Column, ForeignKey, Index, String, Table, Text, UniqueConstraint

from pointsman.core import users as words
from pointsman.storage.columns import Id, Moment
from pointsman.storage.tables.base import created_, id_, metadata, one_of_, org_

users = Table(
    "users",
    metadata,
    id_(),
    org_(),
    # Lower case. Unique everywhere, not within the organization: it is what one signs in with.
    Column("email", String(320), nullable=False),
    Column("name", String(200), nullable=False),
    # Null until an invited user has chosen a password.
    Column("password_hash", Text),
    Column("role", String(16), nullable=False),
    Column("is_active", Boolean, nullable=False),
    created_(),
    Column("seen_at", Moment),
    one_of_("role", words.Role),
    UniqueConstraint("email"),
    Index(None, "org_id", "id"),
)

sessions = Table(
    "sessions",
    metadata,
    id_(),
    org_(),
    Column("user_id", Id, ForeignKey("users.id", ondelete="CASCADE"), nullable=False),
    # Of the token in the cookie, which is stored nowhere.
    Column("digest", String(64), nullable=False),
    created_(),
    Column("seen_at", Moment, nullable=False),
    Column("expires_at", Moment, nullable=False),
    UniqueConstraint("digest"),
    Index(None, "user_id"),
    Index(None, "expires_at"),
)

# A link belongs to an invited user, or to nobody yet: that of the first start, whose owner says who they are.
sign_in_links = Table(
    "sign_in_links",
    metadata,
    Column("digest", String(64), primary_key=True),
    Column("org_id", Id, ForeignKey("organizations.id")),
    Column("user_id", Id, ForeignKey("users.id", ondelete="CASCADE")),
    created_(),
    Column("expires_at", Moment, nullable=False),
    Index(None, "user_id"),
)

# What guessing is recognised by. Rows are kept for as long as they count.
sign_in_failures = Table(
    "sign_in_failures",
    metadata,
    id_(),
    # An e-mail address in lower case, or the address a request came from.
    Column("source", String(320), nullable=False),
    Column("failed_at", Moment, nullable=False),
    Index(None, "source", "failed_at"),
    Index(None, "failed_at"),
)

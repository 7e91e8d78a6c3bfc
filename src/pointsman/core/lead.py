"""A lead as it comes in, and what the rules see of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from pointsman.core.errors import Invalid
from pointsman.core.values import Json

DEFAULT_SOURCE = "api"

LONGEST_TEXT = 1000
LONGEST = {"external_id": 200, "email": 320, "phone": 100}
"""Fields that leads are found by are shorter: a database index takes about 2,700 bytes."""

TEXT_FIELDS = ("first_name", "last_name", "email", "phone", "source", "company", "title")
"""The text columns of a lead that rules can test."""

RULE_FIELDS = (*TEXT_FIELDS, "campaign_id")
"""Every lead field that rules can test, beside `metadata.<key>`."""


@dataclass(kw_only=True, slots=True)
class LeadDraft:
    """A lead that was checked and is not stored yet. Empty text counts as absent."""

    first_name: str
    last_name: str | None = None
    email: str | None = None
    phone: str | None = None
    source: str = DEFAULT_SOURCE
    company: str | None = None
    title: str | None = None
    campaign_id: str | None = None
    external_id: str | None = None
    metadata: dict[str, Json] = field(default_factory=dict)
    workflow_id: str | None = None
    options: Mapping[str, Any] | None = None

    def facts(self) -> dict[str, Json]:
        """Return what conditions can see."""
        return {
            "first_name": self.first_name,
            "last_name": self.last_name,
            "email": self.email,
            "phone": self.phone,
            "source": self.source,
            "company": self.company,
            "title": self.title,
            "campaign_id": self.campaign_id,
            "metadata": self.metadata,
        }


def draft_of(external_id: str | None, attributes: Mapping[str, Json]) -> LeadDraft:
    """Make a lead of attributes that came under a caller's id: what names a field becomes the field, all is kept.

    A `name` is split at its first space. A lead without a name is called by its id. What does not fit a field (no
    text, too long) stays an attribute only.
    """
    fields: dict[str, Any] = {name: _field_text(name, attributes.get(name)) for name in TEXT_FIELDS}
    name = _field_text("first_name", attributes.get("name"))
    if fields["first_name"] is None and name is not None:
        first_name, last_name = split_name(name)
        fields |= {"first_name": first_name, "last_name": fields["last_name"] or last_name}
    fields["first_name"] = fields["first_name"] or external_id or "Lead"
    fields["source"] = fields["source"] or DEFAULT_SOURCE
    return LeadDraft(external_id=external_id, metadata=dict(attributes), **fields)


def split_name(name: str) -> tuple[str, str | None]:
    """Split a whole name, which is not blank, at its first space."""
    first, *rest = name.split(maxsplit=1)
    return first, rest[0].rstrip() if rest else None


def whole_name(first_name: str | None, last_name: str | None) -> str:
    """Write the whole name of a lead."""
    return " ".join(filter(None, (first_name, last_name)))


def _field_text(name: str, value: Json) -> str | None:
    if not isinstance(value, str) or len(value) > LONGEST.get(name, LONGEST_TEXT):
        return None
    return value.strip() or None


def lead_text(name: str, text: str) -> str | None:
    """Return the text of a field as it is stored, None for a blank one; refuse one that is too long."""
    longest = LONGEST.get(name, LONGEST_TEXT)
    if len(text) > longest:
        raise Invalid(f"{name} must have at most {longest} characters")
    return text if text and not text.isspace() else None


def email_key(email: str | None) -> str | None:
    """Return what two spellings of one e-mail address have in common."""
    return email.strip().casefold() if email else None


def phone_key(phone: str | None) -> str | None:
    """Return what two spellings of one phone number have in common: its digits."""
    if not phone:
        return None
    return "".join(filter(str.isdigit, phone)) or None


def search_text(*texts: str | None) -> str:
    """Join what people search by into one text, folded so that case does not matter."""
    return " ".join(text for text in texts if text).casefold()

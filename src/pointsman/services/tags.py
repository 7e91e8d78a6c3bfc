"""Tags: make them, change them, put them on leads."""

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row

from pointsman.core.errors import Conflict, Invalid, NotFound
from pointsman.core.lead import email_key
from pointsman.services.leads import LEAD_NOT_FOUND, find_lead, lock_lead
from pointsman.services.minting import new_id, new_ids
from pointsman.services.workflows import LONGEST_DESCRIPTION, check_name
from pointsman.storage import leads, tags

MOST_TAGS = 1000
"""Tags in one request."""

TAG_NOT_FOUND = "Tag not found"
SLUG_TAKEN = "A tag with this slug already exists"

Changes = Mapping[str, Any]
"""What to change, by column; a key that is absent stays as it is."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Synced:
    """A lead after a sync: the tags it has now, and the ids of those that came and went."""

    lead_id: str
    tags: Sequence[Row[Any]]
    added: Sequence[str]
    removed: Sequence[str]


def list_tags(tx: Connection, org_id: str, search: str) -> list[Row[Any]]:
    """List the tags that have the text in their name, slug or description, whatever the case; oldest first."""
    wanted = search.strip().casefold()
    return [
        tag
        for tag in tags.list_tags(tx, org_id)
        if any(wanted in text.casefold() for text in (tag.name, tag.slug, tag.description or ""))
    ]


def find_tag(tx: Connection, org_id: str, tag_id: str) -> Row[Any]:
    """Find a tag."""
    row = tags.get_tag(tx, org_id, tag_id)
    if row is None:
        raise NotFound(TAG_NOT_FOUND)
    return row


def create_tag(
    tx: Connection, org_id: str, now: datetime, *, name: str, slug: str, description: str | None
) -> Row[Any]:
    """Make a tag."""
    tag_id = new_id(now)
    values = _checked(tx, org_id, tag_id, {"name": name, "slug": slug, "description": description})
    tags.insert_tags(tx, [{"id": tag_id, "org_id": org_id, "created_at": now, "updated_at": now, **values}])
    return find_tag(tx, org_id, tag_id)


def update_tag(tx: Connection, org_id: str, tag_id: str, changes: Changes, now: datetime) -> Row[Any]:
    """Change a tag; leads keep it."""
    find_tag(tx, org_id, tag_id)
    tags.update_tag(tx, tag_id, **_checked(tx, org_id, tag_id, changes), updated_at=now)
    return find_tag(tx, org_id, tag_id)


def delete_tag(tx: Connection, org_id: str, tag_id: str) -> None:
    """Remove a tag, also from all leads."""
    if not tags.delete_tag(tx, org_id, tag_id):
        raise NotFound(TAG_NOT_FOUND)


def tags_of_lead(tx: Connection, org_id: str, lead_id: str) -> list[Row[Any]]:
    """List the tags of a lead."""
    return leads.list_tags(tx, [find_lead(tx, org_id, lead_id).id])


def assign_tags(tx: Connection, org_id: str, lead_id: str, tag_ids: Iterable[str], now: datetime) -> list[Row[Any]]:
    """Put tags on a lead, beside those it has; return all it has then."""
    wanted = set(tag_ids)
    _check_count(len(wanted))
    lock_lead(tx, org_id, lead_id)
    if len(tags.hold_tags(tx, org_id, "id", wanted)) < len(wanted):
        raise NotFound(TAG_NOT_FOUND)
    has = {tag.id for tag in leads.list_tags(tx, [lead_id])}
    _assign(tx, org_id, lead_id, sorted(wanted - has), now)
    return leads.list_tags(tx, [lead_id])


def pick_lead(tx: Connection, org_id: str, lead_id: str | None, email: str | None) -> Row[Any]:
    """Find the lead to sync: by id or, without one, the lead with that address which changed last."""
    if lead_id is not None:
        return lock_lead(tx, org_id, lead_id)
    key = email_key(email)
    found = leads.lock_leads(tx, org_id, "email_key", [key]) if key else []
    if not found:
        raise NotFound(LEAD_NOT_FOUND)
    return max(found, key=lambda lead: (lead.updated_at, lead.id))


def sync_tags(tx: Connection, lead: Row[Any], names: Sequence[str], now: datetime) -> Synced:
    """Give a lead exactly the tags named: those it lacks are found or made by slug, all others are taken off.

    A tag that the lead has already counts as named by its name, too, in case somebody gave it another slug.
    """
    wanted = _by_slug(names)
    current = {tag.id: {tag.slug, slugify(tag.name)} for tag in leads.list_tags(tx, [lead.id])}
    removed = [tag_id for tag_id, slugs in current.items() if wanted.keys().isdisjoint(slugs)]
    present = {slug for tag_id, slugs in current.items() if tag_id not in removed for slug in slugs}
    lacking = {slug: name for slug, name in wanted.items() if slug not in present}
    added = _find_or_make(tx, lead.org_id, lacking, now)
    tags.unassign_tags(tx, lead.id, removed)
    _assign(tx, lead.org_id, lead.id, added, now)
    return Synced(lead_id=lead.id, tags=leads.list_tags(tx, [lead.id]), added=added, removed=removed)


def tag_by_name(tx: Connection, org_id: str, name: str, now: datetime) -> str:
    """Find the tag with the slug of a name, or make it; return its id."""
    (tag_id,) = _find_or_make(tx, org_id, _by_slug([name]), now)
    return tag_id


def slugify(name: str) -> str:
    """Make the slug of a name: `Follow-up` becomes `follow-up`. Empty for a name without letters and digits.

    Accents and other marks stay with their letter, since in many scripts they tell words apart.
    """
    slug = ""
    for letter in unicodedata.normalize("NFKC", name.casefold()):
        in_word = slug[-1:] not in ("", "-")
        if letter.isalnum() or (in_word and unicodedata.category(letter).startswith("M")):
            slug += letter
        elif in_word:
            slug += "-"
    return slug.removesuffix("-")


def _checked(tx: Connection, org_id: str, tag_id: str, values: Changes) -> dict[str, Any]:
    if "name" in values:
        check_name(values["name"], "Tag name")
    if len(values.get("description") or "") > LONGEST_DESCRIPTION:
        raise Invalid(f"description must have at most {LONGEST_DESCRIPTION} characters")
    if "slug" in values:
        slug = check_name(values["slug"], "Tag slug")
        if any(tag.id != tag_id for tag in tags.hold_tags(tx, org_id, "slug", [slug])):
            raise Conflict(SLUG_TAKEN)
    return dict(values)


def _check_count(count: int) -> None:
    if count > MOST_TAGS:
        raise Invalid(f"Maximum {MOST_TAGS} tags per request")


def _by_slug(names: Sequence[str]) -> dict[str, str]:
    """Return the names by slug; of several with the same slug the first counts."""
    _check_count(len(names))
    named: dict[str, str] = {}
    for name in names:
        slug = slugify(check_name(name, "Tag name"))
        if not slug:
            raise Invalid(f"Tag name must have a letter or a digit: {name.strip()}")
        named.setdefault(check_name(slug, "Tag slug"), name.strip())
    return named


def _find_or_make(tx: Connection, org_id: str, named: Mapping[str, str], now: datetime) -> list[str]:
    """Return the ids of the tags with these slugs, in order."""
    ids = {tag.slug: tag.id for tag in tags.hold_tags(tx, org_id, "slug", named)}
    new = [slug for slug in named if slug not in ids]
    ids |= zip(new, new_ids(now, len(new)), strict=True)
    if new:
        made = {"org_id": org_id, "description": None, "created_at": now, "updated_at": now}
        tags.insert_tags(tx, [{"id": ids[slug], "name": named[slug], "slug": slug, **made} for slug in new])
    return [ids[slug] for slug in named]


def _assign(tx: Connection, org_id: str, lead_id: str, tag_ids: Iterable[str], now: datetime) -> None:
    rows = [{"lead_id": lead_id, "tag_id": tag_id, "org_id": org_id, "created_at": now} for tag_id in tag_ids]
    if rows:
        tags.assign_tags(tx, rows)

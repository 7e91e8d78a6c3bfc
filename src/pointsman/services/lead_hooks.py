"""Hooks that leads come in by: an address of its own for every form, ad platform or automation, no key needed.

Whoever knows the address can send leads, and nothing else. With a secret, what comes in must also be signed.
"""

import hashlib
import re
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import Connection, Row

from pointsman.connectors.received import check_secret, check_signature
from pointsman.core.errors import Conflict, Invalid, NotFound, Refused
from pointsman.core.ids import parse_id
from pointsman.core.lead import LeadDraft, lead_text
from pointsman.core.values import Json
from pointsman.services.desk import RoutingItem
from pointsman.services.hooked_leads import TARGETS, is_blank
from pointsman.services.idempotency import RetryKey, read_retry_key
from pointsman.services.import_columns import FIELDS, METADATA
from pointsman.services.importing import routing_item, without_unknown_campaigns
from pointsman.services.intake import UNKNOWN_CAMPAIGN
from pointsman.services.minting import TOKEN_FORM, new_id, new_token
from pointsman.services.plans import PROCESSOR_NOT_FOUND
from pointsman.services.processors import find_processor
from pointsman.services.rulesets import find_ruleset
from pointsman.services.workflows import UNKNOWN_WORKFLOW, check_name, find_workflow
from pointsman.storage import assigning, intake, lead_hooks

HOOK_NOT_FOUND = "Lead hook not found"
UNKNOWN_HOOK = "There is no hook for leads at this address"
RULESET_NOT_FOUND = "Ruleset not found"
ALREADY_THERE = "a lead with this external_id already exists"
ONE_TARGET = "Exactly one of processor_id, workflow_id and ruleset_id is required: it says where the leads go"

REDIRECT = "redirect_url"
"""Stands among the defaults: the page that visitors see after they sent a form."""

MOST_ENTRIES = 100
LONGEST_PATH = 500
LONGEST_URL = 2000

_TARGETS = ("processor_id", "workflow_id", "ruleset_id")
_URL = re.compile(r"https?://[!-~]+")

Changes = Mapping[str, Any]
"""What to change, by column; a key that is absent stays as it is."""


def create_lead_hook(tx: Connection, org_id: str, now: datetime, values: Changes) -> Row[Any]:
    """Make a hook with an address of its own."""
    fresh: dict[str, Any] = {"mapping": {}, "defaults": {}, "secret": None, "is_active": True}
    checked = _checked(tx, org_id, {**fresh, **values, **_target(tx, org_id, values)})
    hook_id = new_id(now)
    lead_hooks.insert_lead_hook(
        tx, id=hook_id, org_id=org_id, token=new_token(), created_at=now, updated_at=now, **checked
    )
    return find_lead_hook(tx, org_id, hook_id)


def find_lead_hook(tx: Connection, org_id: str, hook_id: str) -> Row[Any]:
    """Find a hook, active or not."""
    row = lead_hooks.get_lead_hook(tx, org_id, hook_id)
    if row is None:
        raise NotFound(HOOK_NOT_FOUND)
    return row


def list_lead_hooks(tx: Connection, org_id: str, *, page: int, limit: int) -> tuple[Sequence[Row[Any]], int]:
    """List a page of hooks, newest first; and count them all."""
    return lead_hooks.list_lead_hooks(tx, org_id, limit=limit, offset=(page - 1) * limit)


def update_lead_hook(tx: Connection, org_id: str, hook_id: str, changes: Changes, now: datetime) -> Row[Any]:
    """Change a hook; a new target takes the place of the old one, whatever kind it was."""
    _hold_hook(tx, org_id, hook_id)
    if not changes.keys().isdisjoint(_TARGETS):
        changes = {**changes, **_target(tx, org_id, changes)}
    lead_hooks.update_lead_hook(tx, hook_id, **_checked(tx, org_id, changes), updated_at=now)
    return find_lead_hook(tx, org_id, hook_id)


def rotate_token(tx: Connection, org_id: str, hook_id: str, now: datetime) -> Row[Any]:
    """Give a hook a new address; the old one is nobody's from now on."""
    _hold_hook(tx, org_id, hook_id)
    lead_hooks.update_lead_hook(tx, hook_id, token=new_token(), updated_at=now)
    return find_lead_hook(tx, org_id, hook_id)


def delete_lead_hook(tx: Connection, org_id: str, hook_id: str) -> None:
    """Remove a hook; the leads that came in by it stay."""
    if not lead_hooks.delete_lead_hook(tx, org_id, hook_id):
        raise NotFound(HOOK_NOT_FOUND)


def find_open_hook(tx: Connection, token: str) -> Row[Any]:
    """Find the active hook that an address belongs to; inactive ones answer like none."""
    row = lead_hooks.find_lead_hook(tx, token) if TOKEN_FORM.fullmatch(token) else None
    if row is None or not row.is_active:
        raise NotFound(UNKNOWN_HOOK)
    return row


def read_message_id(hook: Row[Any], headers: Mapping[str, str], body: bytes, now: datetime) -> str | None:
    """Return the `webhook-id` of a request to a hook with a secret, once its signature fits; None without a secret."""
    return check_signature(hook.secret, headers, body, now) if hook.secret else None


def retry_key_of(
    hook: Row[Any], content: bytes, *, message_id: str | None, idempotency_key: str | None
) -> RetryKey | None:
    """Make the key under which what came in is answered once.

    It stands apart for each hook: nobody who only knows an address can use up keys of the organization's own programs.
    """
    header, chosen = ("webhook-id", message_id) if message_id else ("Idempotency-Key", idempotency_key)
    given = read_retry_key(chosen, "POST", hook.id, content)
    if given is None:
        return None
    digest = hashlib.sha256(given.key.encode()).hexdigest()
    return RetryKey(key=f"hook:{hook.id}:{digest}", fingerprint=given.fingerprint, header=header)


def routing_items(tx: Connection, org_id: str, items: Sequence[LeadDraft | Refused]) -> Sequence[RoutingItem | Refused]:
    """Make leads ones to be given to people. One that is there already is refused.

    A lead that comes in with a key adds to what is known about it; from a hook, anybody could add to anybody.
    """
    wanted: list[RoutingItem | Refused] = [item if isinstance(item, Refused) else routing_item(item) for item in items]
    names = {name for item in items if isinstance(item, LeadDraft) and (name := item.external_id)}
    if names:
        ids = {id_ for name in names if (id_ := parse_id(name))}
        known = intake.known_external_ids(tx, org_id, sorted(names))
        known |= {row.id for row in assigning.find_leads(tx, org_id, [], ids)} if ids else set()
        wanted = [
            item if isinstance(item, Refused) or not _is_known(item.draft, known) else Conflict(ALREADY_THERE)
            for item in wanted
        ]
    return without_unknown_campaigns(tx, org_id, wanted)


def _is_known(draft: LeadDraft, known: Collection[str]) -> bool:
    return draft.external_id is not None and (draft.external_id in known or parse_id(draft.external_id) in known)


def _hold_hook(tx: Connection, org_id: str, hook_id: str) -> None:
    if lead_hooks.lock_lead_hook(tx, org_id, hook_id) is None:
        raise NotFound(HOOK_NOT_FOUND)


def _target(tx: Connection, org_id: str, values: Changes) -> dict[str, str | None]:
    """Find the one thing that the leads of a hook go to; the ids of the other kinds become null."""
    named = {kind: values[kind] for kind in _TARGETS if values.get(kind)}
    if len(named) != 1:
        raise Invalid(ONE_TARGET)
    ((kind, text),) = named.items()
    return {**dict.fromkeys(_TARGETS), kind: _find_target(tx, org_id, kind, text)}


def _find_target(tx: Connection, org_id: str, kind: str, text: str) -> str:
    if kind == "ruleset_id":
        row = find_ruleset(tx, org_id, text, RULESET_NOT_FOUND)
    elif kind == "workflow_id":
        row = find_workflow(tx, org_id, _id_of(text, UNKNOWN_WORKFLOW), UNKNOWN_WORKFLOW)
    else:
        row = find_processor(tx, org_id, _id_of(text, PROCESSOR_NOT_FOUND))
    found: str = row.id
    return found


def _id_of(text: str, missing: str) -> str:
    id_ = parse_id(text)
    if id_ is None:
        raise NotFound(missing)
    return id_


def _checked(tx: Connection, org_id: str, values: Changes) -> dict[str, Any]:
    checked = dict(values)
    if "name" in checked:
        checked["name"] = check_name(checked["name"])
    if "mapping" in checked:
        checked["mapping"] = _check_mapping(checked["mapping"] or {})
    if "defaults" in checked:
        checked["defaults"] = _check_defaults(tx, org_id, checked["defaults"] or {})
    if "secret" in checked:
        checked["secret"] = checked["secret"] or None
        if checked["secret"]:
            check_secret(checked["secret"])
    return checked


def _check_mapping(mapping: Mapping[str, str]) -> Mapping[str, str]:
    _check_meanings("mapping", mapping, TARGETS)
    for meaning, path in mapping.items():
        if not path.strip() or len(path) > LONGEST_PATH:
            raise Invalid(f"mapping.{meaning} must be a path of 1 to {LONGEST_PATH} characters, such as contact.email")
    return mapping


def _check_defaults(tx: Connection, org_id: str, defaults: Mapping[str, Json]) -> Mapping[str, Json]:
    _check_meanings("defaults", defaults, (*FIELDS, REDIRECT))
    for meaning, value in defaults.items():
        if meaning.startswith(METADATA):
            continue
        if not isinstance(value, str) or is_blank(value):
            raise Invalid(f"defaults.{meaning} must be a string that is not blank")
        if meaning == REDIRECT:
            _check_url(value)
        else:
            lead_text(meaning, value)
    campaign_id = parse_id(str(defaults.get("campaign_id", "")))
    if "campaign_id" in defaults and not (campaign_id and intake.known_campaigns(tx, org_id, [campaign_id])):
        raise Invalid(UNKNOWN_CAMPAIGN)
    return defaults


def _check_meanings(name: str, given: Mapping[str, Any], known: Sequence[str]) -> None:
    if len(given) > MOST_ENTRIES:
        raise Invalid(f"{name} must have at most {MOST_ENTRIES} entries")
    for meaning in given:
        if meaning not in known and (not meaning.startswith(METADATA) or meaning == METADATA):
            raise Invalid(f"{name} cannot have {meaning!r}: it can have {', '.join(known)} and {METADATA}<key>")


def _check_url(url: str) -> None:
    """Refuse what a browser could not be sent to."""
    try:
        fits = len(url) <= LONGEST_URL and _URL.fullmatch(url) is not None and bool(urlsplit(url).hostname)
    except ValueError:
        fits = False
    if not fits:
        raise Invalid(f"defaults.{REDIRECT} must be an address that begins with https:// or http://")

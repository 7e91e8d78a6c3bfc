"""Everything that routes, in one list; and the fields that its rules can look at."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from pointsman.core.lead import RULE_FIELDS, TEXT_FIELDS
from pointsman.core.seen_fields import find_fields
from pointsman.services.rule_checking import LOOKED_AT
from pointsman.storage import processors, rule_counts, rulesets, seen_leads


@dataclass(frozen=True, kw_only=True, slots=True)
class Router:
    """A processor or a ruleset in the list."""

    kind: str
    id: str
    name: str
    is_active: bool
    rules_count: int
    updated_at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class KnownField:
    """A field that rules can look at; `values` are some that it often has."""

    path: str
    kind: str
    is_core: bool
    values: Sequence[Any] = ()


def list_routers(tx: Connection, org_id: str) -> list[Router]:
    """List the processors and the rulesets of an organization by name, those that are switched off last."""
    counts = rule_counts.count_rules(tx, org_id)
    found = [
        Router(kind="processor", id=row.id, name=row.name, is_active=row.is_active, rules_count=counts.get(row.id, 0),
               updated_at=row.updated_at)
        for row in processors.list_processors(tx, org_id)
    ]  # fmt: skip
    found += [
        Router(kind="ruleset", id=row.ref, name=row.name, is_active=True, rules_count=len(row.rules),
               updated_at=row.updated_at)
        for row in rulesets.list_rulesets(tx, org_id)
    ]  # fmt: skip
    return sorted(found, key=lambda item: (not item.is_active, item.name.casefold(), item.id))


def list_fields(tx: Connection, org_id: str, kind: str) -> tuple[int, list[KnownField]]:
    """List the fields for rules of a `processor` or a `ruleset`; and tell how many leads they were found in."""
    leads: list[Mapping[str, Any]] = list(seen_leads.newest_metadata(tx, org_id, LOOKED_AT))
    is_processor = kind == "processor"
    core, root = (RULE_FIELDS, "metadata.") if is_processor else (TEXT_FIELDS, "attributes.")
    known = [KnownField(path=name if is_processor else f"{root}{name}", kind="text", is_core=True) for name in core]
    seen = [
        KnownField(
            path=f"{root}{field.path}", kind=field.kinds.most_common(1)[0][0], is_core=False,
            values=field.suggestions(),
        )
        for field in find_fields(leads).values()
        if is_processor or field.path not in TEXT_FIELDS
    ]  # fmt: skip
    return len(leads), [*known, *sorted(seen, key=lambda field: field.path)]
